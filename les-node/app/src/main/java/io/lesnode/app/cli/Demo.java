package io.lesnode.app.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.lesnode.app.config.EndpointSettings;
import io.lesnode.app.config.HttpSettings;
import io.lesnode.app.config.LightServeSettings;
import io.lesnode.app.config.PeerSettings;
import io.lesnode.app.config.VipServeSettings;
import io.lesnode.app.node.DevContracts;
import io.lesnode.app.node.DevNode;
import io.lesnode.app.node.Endpoints;
import io.lesnode.app.node.FullNode;
import io.lesnode.app.node.NodeFailure;
import io.lesnode.chain.trie.ProofOutcome;
import io.lesnode.chain.trie.ProofVerifier;
import io.lesnode.payment.MethodId;
import io.lesnode.payment.signing.MemorySigner;
import io.lesnode.primitives.Account;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.TransactionType;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * The demonstration: a dev chain with its LES server here, a light client in a second process, and
 * between them nothing but a TCP connection. Every step prints what happened and when. Confined to
 * the main thread.
 */
final class Demo {
  private static final Address ACCOUNT =
      Address.fromHex("0x00000000000000000000000000000000cafe0001");
  private static final UInt256 ETHER = UInt256.valueOf(1_000_000_000_000_000_000L);
  private static final UInt256 PRIORITY_FEE = UInt256.valueOf(1_000_000_000L);
  private static final UInt256 MAX_FEE = UInt256.valueOf(10_000_000_000L);
  private static final long TRANSFER_GAS = 21_000;
  private static final int FIRST_BLOCKS = 5;

  private final PrintWriter out;
  private final Ending ending;
  private final DemoNarrator tell;

  Demo(PrintWriter out, Ending ending) {
    this.out = out;
    this.ending = ending;
    this.tell = new DemoNarrator(out, ending);
  }

  /** Thrown when the person no longer wants to see it. */
  static final class StoppedException extends RuntimeException {
    StoppedException() {
      super("stopped", null, false, false);
    }
  }

  /**
   * Runs it; afterwards everything is stopped and deleted.
   *
   * @param keep wait for Ctrl-C before the end
   */
  void run(boolean keep) {
    try (TemporaryFolder folder = TemporaryFolder.create()) {
      Path dev = folder.path().resolve("dev");
      try (FullNode server = startDevChain(dev);
          LightProcess light =
              LightProcess.start(
                  folder.path(), dev.resolve("genesis.json"), server.endpoints().enode());
          RpcCaller devRpc = new RpcCaller(server.endpoints().http().orElseThrow())) {
        makeBlocks(devRpc);
        Endpoints lightEnds = connect(light);
        try (RpcCaller lightRpc = new RpcCaller(lightEnds.http().orElseThrow())) {
          sync(devRpc, lightRpc);
          showBalance(lightRpc);
          sendThroughLight(devRpc, lightRpc);
        }
        new DemoSale(tell, server, devRpc).play(folder.path(), dev.resolve("genesis.json"));
        if (keep) {
          explain(server.endpoints(), lightEnds);
          ending.await();
        }
        tell.say("stopping both");
      }
    }
    tell.say("done: nothing is left running, the temporary folders are deleted");
  }

  private FullNode startDevChain(Path datadir) {
    FullNode node =
        DevNode.start(
            datadir,
            0,
            new PeerSettings(
                true,
                "127.0.0.1",
                0,
                OptionalInt.empty(),
                Optional.empty(),
                Optional.empty(),
                "demo"),
            new LightServeSettings(100, 10),
            new HttpSettings(
                true,
                "127.0.0.1",
                0,
                List.of("eth", "net", "web3", "txpool", "les", "clique", "rpc", "admin"),
                List.of(),
                List.of("localhost"),
                50_000_000,
                Duration.ofSeconds(5),
                1),
            EndpointSettings.none(),
            Optional.of(sale()));
    tell.say("dev chain started with its LES server");
    tell.detail(node.endpoints().enode());
    return node;
  }

  /** Priority for cheques, as {@code les dev --vip} sells it, at a price that is worth cashing. */
  private static VipServeSettings sale() {
    return new VipServeSettings(
        DemoSale.HOUR_PRICE,
        Set.of(MethodId.CHEQUE),
        Optional.of(new MemorySigner(DevNode.SELLER)),
        Map.of(MethodId.CHEQUE, DevContracts.ACCOUNT_BOOK),
        180,
        0,
        100,
        false,
        0,
        0,
        3_600, // the demo says when
        false);
  }

  /** Gives the chain something to sync: one transfer per block. */
  private void makeBlocks(RpcCaller dev) {
    for (int i = 0; i < FIRST_BLOCKS; i++) {
      Transaction transfer = transfer(dev, i);
      dev.call("eth_sendRawTransaction", transfer.encoded().toHexString());
      receipt(dev, transfer);
    }
    tell.say(FIRST_BLOCKS + " blocks sealed, each with a transfer of 1 ether to " + ACCOUNT);
  }

  private static Transaction transfer(RpcCaller chain, long nonce) {
    return Transaction.builder(TransactionType.DYNAMIC_FEE)
        .chainId(UInt256.fromHexString(chain.call("eth_chainId").asText()))
        .nonce(nonce)
        .maxPriorityFeePerGas(PRIORITY_FEE)
        .maxFeePerGas(MAX_FEE)
        .gasLimit(TRANSFER_GAS)
        .to(ACCOUNT)
        .value(ETHER)
        .data(Bytes.EMPTY)
        .accessList(List.of())
        .sign(DevNode.FAUCET);
  }

  private JsonNode receipt(RpcCaller node, Transaction transaction) {
    return tell.waitFor(
        "the receipt of " + transaction.hash().toHexString(),
        () -> {
          JsonNode receipt =
              node.call("eth_getTransactionReceipt", transaction.hash().toHexString());
          return receipt.isNull() ? Optional.empty() : Optional.of(receipt);
        });
  }

  private Endpoints connect(LightProcess light) {
    Endpoints ends = tell.waitFor("the light client to start", light::endpoints);
    tell.say(
        "light client started in process "
            + light.pid()
            + " (this one is "
            + ProcessHandle.current().pid()
            + ")");
    try (RpcCaller rpc = new RpcCaller(ends.http().orElseThrow())) {
      JsonNode peers =
          tell.waitFor(
              "the light client to connect",
              () -> {
                JsonNode list = rpc.call("admin_peers");
                return list.isEmpty() ? Optional.empty() : Optional.of(list);
              });
      tell.say(
          "connected over TCP from "
              + peers.at("/0/network/localAddress").asText()
              + " to "
              + peers.at("/0/network/remoteAddress").asText());
      tell.detail("server " + peers.at("/0/name").asText() + ", protocols " + peers.at("/0/caps"));
    }
    return ends;
  }

  private void sync(RpcCaller dev, RpcCaller light) {
    String head = dev.call("eth_blockNumber").asText();
    tell.waitFor(
        "the headers",
        () ->
            light.call("eth_blockNumber").asText().equals(head)
                ? Optional.of(head)
                : Optional.empty());
    JsonNode block = light.call("eth_getBlockByNumber", "latest", false);
    tell.say("headers synced and verified up to block " + Long.decode(head));
    tell.detail("hash " + block.path("hash").asText());
  }

  private void showBalance(RpcCaller light) {
    JsonNode block = light.call("eth_getBlockByNumber", "latest", false);
    JsonNode proof =
        light.call("eth_getProof", ACCOUNT.toHexString(), List.of(), block.path("number").asText());
    String stateRoot = block.path("stateRoot").asText();
    List<Bytes> nodes = new ArrayList<>();
    proof.path("accountProof").forEach(node -> nodes.add(Bytes.fromHexString(node.asText())));
    requireProof(Bytes32.fromHexString(stateRoot), nodes, proof.path("balance").asText());
    tell.say(
        "balance of "
            + ACCOUNT
            + " is "
            + ether(proof.path("balance").asText())
            + " ether, proven by "
            + proof.path("accountProof").size()
            + " trie nodes");
    tell.detail(
        "state root " + stateRoot + " of block " + Long.decode(block.path("number").asText()));
  }

  /** The light client has verified the proof already; the demo does not take its word for it. */
  private static void requireProof(Bytes32 stateRoot, List<Bytes> nodes, String balance) {
    ProofOutcome outcome = ProofVerifier.verify(stateRoot, ACCOUNT.hash(), nodes);
    if (!(outcome instanceof ProofOutcome.Included(var value, var used))
        || !Account.decode(value).balance().equals(UInt256.fromHexString(balance))) {
      throw new NodeFailure(
          "the proof does not show the balance",
          outcome.toString(),
          "This is a bug: report it",
          null);
    }
  }

  private void sendThroughLight(RpcCaller dev, RpcCaller light) {
    long nonce =
        Long.decode(
            dev.call("eth_getTransactionCount", DevNode.FAUCET.address().toHexString(), "latest")
                .asText());
    Transaction transfer = transfer(light, nonce);
    light.call("eth_sendRawTransaction", transfer.encoded().toHexString());
    tell.say("transaction sent through the light client");
    tell.detail("hash " + transfer.hash().toHexString());
    JsonNode receipt = receipt(light, transfer);
    boolean success = receipt.path("status").asText().equals("0x1");
    tell.say(
        "receipt fetched and verified: block "
            + Long.decode(receipt.path("blockNumber").asText())
            + ", status "
            + (success ? "success" : "failed")
            + ", gas used "
            + Long.decode(receipt.path("gasUsed").asText()));
    JsonNode balance =
        light.call("eth_getBalance", ACCOUNT.toHexString(), receipt.path("blockNumber").asText());
    tell.say("balance of " + ACCOUNT + " is now " + ether(balance.asText()) + " ether");
  }

  private static String ether(String quantity) {
    BigInteger wei = new BigInteger(quantity.substring(2), 16);
    return new BigDecimal(wei, 18).stripTrailingZeros().toPlainString();
  }

  private void explain(Endpoints server, Endpoints light) {
    String lightUrl = light.http().orElseThrow();
    out.println();
    out.println("Still running; Ctrl-C ends both.");
    out.println("  dev chain    " + server.http().orElseThrow());
    out.println("  light client " + lightUrl);
    out.println("  enode        " + server.enode());
    out.println("  faucet key   " + DevNode.FAUCET.secret().toHexString() + " (test only)");
    out.println("Ask the light client, for instance:");
    for (String request :
        List.of(
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"eth_blockNumber\",\"params\":[]}",
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"eth_getProof\",\"params\":[\""
                + ACCOUNT.toHexString()
                + "\",[],\"latest\"]}")) {
      out.println("  curl -s -H 'content-type: application/json' -d '" + request + "' " + lightUrl);
    }
    out.flush();
  }
}
