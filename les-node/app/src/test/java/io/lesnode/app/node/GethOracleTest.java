package io.lesnode.app.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lesnode.chain.blocks.BlockMaker;
import io.lesnode.chain.blocks.Blockchain;
import io.lesnode.chain.blocks.ImportOutcome;
import io.lesnode.chain.index.CheckpointEntry;
import io.lesnode.chain.index.CheckpointSignatures;
import io.lesnode.chain.index.HelperTrieIndexer;
import io.lesnode.chain.index.OracleConfig;
import io.lesnode.chain.index.Sections;
import io.lesnode.devp2p.testing.GethProcess;
import io.lesnode.primitives.Account;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.Block;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.TransactionType;
import io.lesnode.primitives.crypto.Keccak;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.primitives.crypto.Signature;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.rlp.RLP;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A checkpoint is signed and registered in a contract on the served chain; a light client of geth
 * that trusts the signer, and has no checkpoint of its own, hears of it from our server, verifies
 * it and starts from it. Skipped without a geth executable, or without a chain that long.
 */
class GethOracleTest {
  private static final Duration SYNC_LIMIT = Duration.ofMinutes(3);
  private static final KeyPair SIGNER = KeyPair.ofSecret(Bytes32.fromHexStringLenient("0x51"));
  private static final String VOTE =
      Keccak.keccak256(
              Bytes.wrap(
                  "NewCheckpointVote(uint64,bytes32,uint8,bytes32,bytes32)"
                      .getBytes(StandardCharsets.US_ASCII)))
          .toUnprefixedHexString();

  /**
   * Returns slots 0, 1 and 2 to GetLatestCheckpoint(). To anything else, index, hash, v, r and s in
   * five words, it stores index, hash and height there and logs the vote.
   */
  private static final Bytes CONTRACT =
      Bytes.fromHexString(
          "60003560e01c634d6a304c14605057" // asked for the latest: to 0x50
              + "600035600055602035600155436002556080602060003760003"
              + "57f"
              + VOTE
              + "60806000a200"
              + "5b60005460005260015460205260025460405260606000f3");

  @TempDir Path directory;

  @Test
  void aRegisteredCheckpointIsAnnouncedVerifiedAndUsed() throws Exception {
    String version = GethProcess.version(GethProcess.executable());
    Assumptions.assumeFalse(
        version.startsWith("1.9.") || version.startsWith("1.12."),
        "skipped: geth " + version + " does not have the rules of the chain");
    Optional<VectorChain> indexed =
        VectorChain.all().stream().filter(chain -> chain.expected().has("section")).findFirst();
    Assumptions.assumeTrue(
        indexed.isPresent(),
        "skipped: no chain of more than a section; give one with -Dvectors=DIR");
    VectorChain vector = indexed.orElseThrow();
    Path data = directory.resolve("server");
    vector.importInto(data);
    OracleConfig oracle = register(vector, data);
    FullNode.Settings plain = vector.server(data);
    FullNode.Settings settings =
        new FullNode.Settings(
            plain.chain(),
            plain.peers(),
            plain.light(),
            plain.http(),
            plain.endpoints(),
            Optional.of(oracle),
            Optional.empty());
    try (FullNode server = FullNode.start(settings);
        RpcClient rpc = new RpcClient(server.endpoints().http().orElseThrow())) {
      assertThat(rpc.result("les_getCheckpointContractAddress").asText())
          .isEqualToIgnoringCase(oracle.contract().toHexString());
      try (GethProcess geth = lightClient(vector, oracle, server)) {
        long head = server.chain().head().number();
        geth.await("the head of our server", SYNC_LIMIT, () -> geth.blockNumber() >= head);
        System.out.println(
            "geth " + version + " light client started from the checkpoint that the oracle has");
        assertThat(geth.logLines("Verified advertised checkpoint")).isPositive();
        assertThat(geth.logLines("Updated latest header based on CHT")).isPositive();
      }
    }
  }

  private GethProcess lightClient(VectorChain vector, OracleConfig oracle, FullNode server)
      throws Exception {
    return GethProcess.lightClient(directory.resolve("geth"))
        .chain(vector.folder())
        .fakePow()
        .oracle(oracle.contract().toHexString(), SIGNER.address().toHexString())
        .staticNode(server.endpoints().enode())
        .start();
  }

  /** Indexes the chain, puts the contract on top of it and registers section 0 there. */
  private static OracleConfig register(VectorChain vector, Path data) throws Exception {
    try (ChainFolder folder = ChainFolder.open(vector.chain(data))) {
      Blockchain chain = folder.chain();
      CheckpointEntry checkpoint =
          HelperTrieIndexer.catchUp(chain.store(), Sections.STANDARD).latest().orElseThrow();
      JsonNode accounts =
          new ObjectMapper().readTree(vector.folder().resolve("accounts.json").toFile());
      KeyPair payer =
          KeyPair.ofSecret(Bytes32.fromHexString(accounts.path("keys").elements().next().asText()));
      Bytes create =
          Bytes.concatenate(
              Bytes.fromHexString("60"),
              Bytes.of(CONTRACT.size()),
              Bytes.fromHexString("80600b6000396000f3"),
              CONTRACT);
      long nonce = nonce(chain, payer);
      send(chain, payer, Optional.empty(), create);
      Address contract =
          Address.of(
              Keccak.keccak256(
                      RLP.encodeList(
                          list -> {
                            list.writeValue(payer.address().bytes());
                            list.writeLong(nonce);
                          }))
                  .slice(12));
      Signature signature =
          SIGNER.sign(
              CheckpointSignatures.digest(contract, checkpoint.sectionIndex(), checkpoint.hash()));
      Bytes vote =
          Bytes.concatenate(
              UInt256.valueOf(checkpoint.sectionIndex()).toBytes(),
              checkpoint.hash(),
              UInt256.valueOf(27 + signature.yParity()).toBytes(),
              signature.r().toBytes(),
              signature.s().toBytes());
      send(chain, payer, Optional.of(contract), vote);
      return new OracleConfig(contract, Set.of(SIGNER.address()), 1);
    }
  }

  private static long nonce(Blockchain chain, KeyPair payer) {
    Account account = chain.stateAfter(chain.head().header()).account(payer.address());
    assertThat(account).isNotNull();
    return account.nonce();
  }

  /** Makes a block of one transaction the head. */
  private static void send(Blockchain chain, KeyPair payer, Optional<Address> to, Bytes data) {
    Transaction transaction =
        Transaction.builder(TransactionType.ACCESS_LIST)
            .chainId(chain.config().chainId())
            .nonce(nonce(chain, payer))
            .gasPrice(UInt256.valueOf(100_000_000_000L))
            .gasLimit(500_000)
            .to(to.orElse(null))
            .data(data)
            .sign(payer);
    BlockHeader parent = chain.head().header();
    BlockMaker maker = new BlockMaker(chain);
    BlockHeader draft =
        maker
            .draft(parent)
            .coinbase(payer.address())
            .timestamp(parent.timestamp() + 13) // at this distance the difficulty stays
            .difficulty(parent.difficulty())
            .build();
    Block block =
        maker.fill(draft, parent, payer.address(), Map.of(payer.address(), List.of(transaction)));
    assertThat(chain.importBlock(block)).isEqualTo(ImportOutcome.EXTENDED);
    assertThat(chain.store().receipts(block.hash()).orElseThrow().getFirst().success()).isTrue();
  }
}
