package io.lesnode.app.cli;

import io.lesnode.app.node.DevNode;
import io.lesnode.app.node.FullNode;
import io.lesnode.app.node.NodeFailure;
import io.lesnode.les.client.LightClient;
import io.lesnode.les.client.LightClientBuilder;
import io.lesnode.payment.EtherUnits;
import io.lesnode.payment.ledger.AccountKind;
import io.lesnode.payment.ledger.Asset;
import io.lesnode.payment.ledger.Statement;
import io.lesnode.payment.signing.MemorySigner;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.TransactionType;
import io.lesnode.primitives.config.Genesis;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.vip.VipAdmin;
import io.lesnode.vip.VipClient;
import io.lesnode.vip.VipOptions;
import io.lesnode.vipnode.client.BudgetRules;
import io.lesnode.vipnode.client.BuyerView;
import io.lesnode.vipnode.client.Demand;
import io.lesnode.vipnode.client.QuoteAnswer;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * The second act of the demonstration: two light clients want more than a server gives for nothing;
 * one of them buys priority with a cheque, on the connection that it has, and the server brings the
 * cheque to the chain. Confined to the main thread.
 */
final class DemoSale {
  /** An hour at the least capacity: dear enough that one cheque is worth its transaction. */
  static final UInt256 HOUR_PRICE = EtherUnits.parseAmount("0.004ether");

  private static final UInt256 DEPOSIT = EtherUnits.parseAmount("0.1ether");
  private static final UInt256 GWEI = UInt256.valueOf(1_000_000_000L);
  private static final long TRANSFER_GAS = 21_000;
  private static final int FACTOR = 10;

  private static final Duration STAY = Duration.ofMinutes(5);
  private static final Duration ROUND = Duration.ofSeconds(4);
  private static final int CALLERS = 32;

  /** Answers a second that each wants: more than a free client gets, less than a tenfold one. */
  private static final int WANTED = 400;

  private final DemoNarrator tell;
  private final FullNode server;
  private final RpcCaller rpc;
  private final VipAdmin till;

  DemoSale(DemoNarrator tell, FullNode server, RpcCaller rpc) {
    this.tell = tell;
    this.server = server;
    this.rpc = rpc;
    this.till = server.vip().orElseThrow();
  }

  /** Plays it; its clients are stopped afterwards. */
  void play(Path folder, Path genesis) {
    KeyPair purse = KeyPair.generate(new SecureRandom());
    transfer(purse.address(), EtherUnits.parseAmount("1ether"));
    try (VipClient alice = buyer(folder.resolve("alice"), genesis, purse);
        LightClient bob = light(folder.resolve("bob"), genesis).start()) {
      List<LightClient> both = List.of(alice.client(), bob);
      both.forEach(this::sync);
      tell.say(
          "act two: Alice and Bob, two light clients, both want "
              + WANTED
              + " answers a second, each with 64 proofs");
      Contest.Result before = contend("before", both, 1);
      buy(alice);
      Contest.Result after = contend("after", both, 2);
      tell.say(
          String.format(
              Locale.ROOT,
              "Alice gets %.1f times the answers, and waits %.1f times less for 99 of 100",
              after.answers() / (double) Math.max(1, before.answers()),
              before.p99Nanos() / (double) Math.max(1, after.p99Nanos())));
      cash();
      showBooks();
    } catch (IOException broken) {
      throw new NodeFailure(
          "a light client of the demo could not be started",
          broken.toString(),
          "Run it again with --verbosity 4 and report what it prints",
          broken);
    }
  }

  /** Sends ether of the faucet and waits for its block. */
  private void transfer(Address to, UInt256 wei) {
    long nonce =
        Long.decode(
            rpc.call("eth_getTransactionCount", DevNode.FAUCET.address().toHexString(), "latest")
                .asText());
    Transaction transfer =
        Transaction.builder(TransactionType.DYNAMIC_FEE)
            .chainId(UInt256.fromHexString(rpc.call("eth_chainId").asText()))
            .nonce(nonce)
            .maxPriorityFeePerGas(GWEI)
            .maxFeePerGas(GWEI.multiply(UInt256.valueOf(10)))
            .gasLimit(TRANSFER_GAS)
            .to(to)
            .value(wei)
            .data(Bytes.EMPTY)
            .accessList(List.of())
            .sign(DevNode.FAUCET);
    rpc.call("eth_sendRawTransaction", transfer.encoded().toHexString());
    tell.waitFor(
        "a transfer",
        () ->
            rpc.call("eth_getTransactionReceipt", transfer.hash().toHexString()).isNull()
                ? Optional.empty()
                : Optional.of(true));
  }

  private LightClientBuilder light(Path folder, Path genesis) {
    return LightClient.builder()
        .genesis(Genesis.read(genesis))
        .directory(folder)
        .server(server.endpoints().enode());
  }

  private VipClient buyer(Path folder, Path genesis, KeyPair purse) throws IOException {
    Demand demand =
        new Demand(
            0,
            FACTOR,
            EtherUnits.parseAmount("0.001ether"),
            STAY.toSeconds(),
            0,
            1,
            List.of(),
            UInt256.ZERO,
            false);
    return VipClient.start(
        light(folder.resolve("light"), genesis),
        VipOptions.builder()
            .budget(BudgetRules.parse("0.2ether/1d"))
            .demand(demand)
            .signer(new MemorySigner(purse))
            .folder(folder.resolve("vip"))
            .build());
  }

  private void sync(LightClient client) {
    tell.waitFor(
        "the headers",
        () ->
            client.head().number() == Long.decode(rpc.call("eth_blockNumber").asText())
                ? Optional.of(true)
                : Optional.empty());
  }

  private Contest.Result contend(String when, List<LightClient> both, long seed) {
    // first the credit is used up that has come together while nothing was asked
    Contest.run(both, CALLERS, WANTED, ROUND, -seed);
    List<Contest.Result> results = Contest.run(both, CALLERS, WANTED, ROUND, seed);
    Contest.Result alice = results.getFirst();
    Contest.Result bob = results.getLast();
    tell.say(
        String.format(
            Locale.ROOT,
            "%s: Alice has %d %% of what is served",
            when,
            Math.round(100.0 * alice.answers() / Math.max(1, alice.answers() + bob.answers()))));
    tell.detail(text("Alice", alice));
    tell.detail(text("Bob  ", bob));
    return alice;
  }

  private static String text(String name, Contest.Result result) {
    return String.format(
        Locale.ROOT,
        "%s %5d answers/s, half within %.0f ms, 99 of 100 within %.0f ms",
        name,
        result.answers() / ROUND.toSeconds(),
        result.medianNanos() / 1e6,
        result.p99Nanos() / 1e6);
  }

  private void buy(VipClient alice) {
    Bytes32 seller =
        tell.waitFor(
                "the offer of the server",
                () ->
                    alice.status().servers().stream()
                        .filter(view -> view.connected() && view.terms().isPresent())
                        .findFirst())
            .server();
    if (!(alice.quote(seller, 0, STAY) instanceof QuoteAnswer.Quoted quote)) {
      throw new NodeFailure(
          "the server of the demo gives no quote",
          view(alice, seller).state(),
          "Run it again with --verbosity 4 and report what it prints",
          null);
    }
    tell.say(
        "Alice asks for a quote: "
            + FACTOR
            + " times the least capacity for "
            + STAY.toMinutes()
            + " minutes cost "
            + EtherUnits.format(quote.price().wei().orElseThrow()));
    Bytes32 transaction = alice.deposit(seller, DEPOSIT);
    tell.say("she puts " + EtherUnits.format(DEPOSIT) + " on deposit in the account book");
    tell.detail("transaction " + transaction.toHexString());
    tell.waitFor(
        "the block of the deposit",
        () ->
            rpc.call("eth_getTransactionReceipt", transaction.toHexString()).isNull()
                ? Optional.empty()
                : Optional.of(true));
    long least = view(alice, seller).terms().orElseThrow().minCapacity();
    alice.payNow(seller);
    BuyerView bought =
        tell.waitFor(
            "the capacity",
            () -> Optional.of(view(alice, seller)).filter(view -> view.capacity() > least));
    tell.say(
        "she signs a cheque over "
            + EtherUnits.format(bought.spentWei())
            + "; the server counts "
            + bought.tokenBalance()
            + " tokens and raises her capacity from "
            + least
            + " to "
            + bought.capacity());
  }

  private static BuyerView view(VipClient client, Bytes32 seller) {
    return client.status().servers().stream()
        .filter(view -> view.server().equals(seller))
        .findFirst()
        .orElseThrow();
  }

  private void cash() {
    if (till.settle().isEmpty()) {
      throw new NodeFailure(
          "the server found nothing to cash", books().toString(), "This is a bug: report it", null);
    }
    BigInteger cashed =
        tell.waitFor(
            "the cheque to be cashed",
            () ->
                Optional.of(books().total(AccountKind.CASHED).negate())
                    .filter(amount -> amount.signum() > 0));
    tell.say("the server cashes the cheque: " + EtherUnits.format(cashed) + " moved on chain");
  }

  private Statement books() {
    return till.history().statement();
  }

  private void showBooks() {
    Statement books = books();
    tell.say("the server's books: what they say adds up to nothing, in wei and in tokens");
    for (AccountKind kind : AccountKind.values()) {
      BigInteger total = books.total(kind);
      if (total.signum() != 0) {
        tell.detail(
            String.format(Locale.ROOT, "%-18s %30s %s", kind.text(), total, kind.asset().text()));
      }
    }
    for (Asset asset : Asset.values()) {
      tell.detail(
          String.format(Locale.ROOT, "%-18s %30s %s", "sum", books.sum(asset), asset.text()));
    }
    if (!books.isBalanced()) {
      throw new NodeFailure(
          "the books do not balance", books.toString(), "This is a bug: report it", null);
    }
  }
}
