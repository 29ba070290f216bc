package io.lesnode.benchmarks.compare;

import io.lesnode.app.config.ChainSettings;
import io.lesnode.app.node.ChainFolder;
import io.lesnode.app.node.NodeFailure;
import io.lesnode.chain.blocks.BlockMaker;
import io.lesnode.chain.blocks.Blockchain;
import io.lesnode.chain.blocks.ChainExporter;
import io.lesnode.chain.consensus.CliqueRules;
import io.lesnode.chain.store.ChainSnapshot;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.Block;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.TransactionType;
import io.lesnode.primitives.crypto.Keccak;
import io.lesnode.primitives.crypto.KeyPair;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongConsumer;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * Makes the chain that is compared on when none is given: clique with one signer, all rules up to
 * London, in each block {@value #TRANSFERS} transfers to one of {@value #ACCOUNTS} accounts and
 * {@value #CALLS} calls of a contract that stores a word and logs it. The same number of blocks
 * gives the same bytes. Stateless.
 */
public final class BenchChain {
  /** Changes with what is made, so that no folder of an earlier version is taken for it. */
  private static final String VERSION = "v1";

  private static final long CHAIN_ID = 7997;
  private static final int TRANSFERS = 3;
  private static final int CALLS = 2;
  private static final int ACCOUNTS = 20_000;
  private static final int SLOTS = 10_000;
  private static final long BEGINNING_SECONDS = 1_600_000_000L;
  private static final long BLOCK_GAS = 30_000_000;
  private static final long TRANSFER_GAS = 21_000;
  private static final long CALL_GAS = 100_000;
  private static final UInt256 TIP_WEI = UInt256.valueOf(1_000_000_000L);
  private static final UInt256 MOST_FEE_WEI = UInt256.valueOf(100_000_000_000L);

  /** Worth nothing anywhere: everybody can read it here. */
  private static final KeyPair SIGNER =
      KeyPair.ofSecret(keccak("the signer of the chain that is compared on"));

  private static final Address STORE =
      Address.fromHex("0x00000000000000000000000000000000c0de0001");

  /**
   * {@code sstore(arg0, arg1); mstore(0, arg1); log2(0, 32, arg0, caller)}, where arg0 and arg1 are
   * the two words of the call data.
   */
  private static final String STORE_CODE = "0x602035600035556020356000523360003560206000a200";

  private static final Bytes VANITY = Bytes.wrap("les-bench".getBytes(StandardCharsets.US_ASCII));

  private BenchChain() {}

  /**
   * The folder of the chain with so many blocks; makes it if it is not there.
   *
   * @param folder where such folders are kept
   * @param temporary for what is needed meanwhile
   * @param progress is given the number of each block made
   */
  public static Path folder(Path folder, Path temporary, long blocks, LongConsumer progress) {
    Path made = folder.resolve("chain-" + VERSION + "-" + blocks);
    if (Files.isDirectory(made)) {
      return made;
    }
    try {
      Path files = Files.createDirectories(temporary.resolve("chain-files"));
      Path genesis = Files.writeString(files.resolve("genesis.json"), genesisJson());
      ChainSettings settings =
          new ChainSettings(
              temporary.resolve("chain-making"),
              Optional.of(genesis),
              OptionalLong.empty(),
              false,
              false);
      try (ChainFolder making = ChainFolder.open(settings)) {
        make(making.chain(), blocks, progress);
        try (ChainSnapshot snapshot = making.chain().store().snapshot()) {
          ChainExporter.export(snapshot, 1, blocks, files.resolve("chain.rlp"), number -> {});
        }
      }
      Folders.delete(settings.datadir());
      return Files.move(files, made, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException unwritable) {
      throw new NodeFailure(
          "the chain to compare on cannot be written",
          unwritable.toString(),
          "Choose another folder with --out",
          unwritable);
    }
  }

  private static void make(Blockchain chain, long blocks, LongConsumer progress) {
    if (!(chain.rules() instanceof CliqueRules rules)) {
      throw new IllegalStateException("the genesis names clique");
    }
    BlockMaker maker = new BlockMaker(chain);
    Address signer = SIGNER.address();
    long nonce = 0;
    for (long number = 1; number <= blocks; number++) {
      BlockHeader parent = chain.head().header();
      BlockHeader draft =
          rules.prepare(maker.draft(parent), parent, signer, VANITY, 0, chain).build();
      List<Transaction> transactions = transactions(number, nonce);
      nonce += transactions.size();
      Block unsealed = maker.fill(draft, parent, signer, Map.of(signer, transactions));
      chain.importBlock(new Block(CliqueRules.seal(unsealed.header(), SIGNER), unsealed.body()));
      progress.accept(number);
    }
  }

  private static List<Transaction> transactions(long number, long firstNonce) {
    List<Transaction> made = new ArrayList<>();
    for (int i = 0; i < TRANSFERS; i++) {
      long account = (number * TRANSFERS + i) % ACCOUNTS;
      Address to = Address.of(keccak("account " + account).slice(12));
      made.add(
          transaction(
              firstNonce + made.size(), to, UInt256.valueOf(number), Bytes.EMPTY, TRANSFER_GAS));
    }
    for (int i = 0; i < CALLS; i++) {
      Bytes slot = UInt256.valueOf((number * CALLS + i) % SLOTS).toBytes();
      Bytes data = Bytes.concatenate(slot, UInt256.valueOf(number).toBytes());
      made.add(transaction(firstNonce + made.size(), STORE, UInt256.ZERO, data, CALL_GAS));
    }
    return made;
  }

  private static Transaction transaction(
      long nonce, Address to, UInt256 valueWei, Bytes data, long gas) {
    return Transaction.builder(TransactionType.DYNAMIC_FEE)
        .chainId(UInt256.valueOf(CHAIN_ID))
        .nonce(nonce)
        .maxPriorityFeePerGas(TIP_WEI)
        .maxFeePerGas(MOST_FEE_WEI)
        .gasLimit(gas)
        .to(to)
        .value(valueWei)
        .data(data)
        .sign(SIGNER);
  }

  private static Bytes32 keccak(String text) {
    return Bytes32.wrap(Keccak.keccak256(Bytes.wrap(text.getBytes(StandardCharsets.UTF_8))));
  }

  private static String genesisJson() {
    return """
        {
          "config": {
            "chainId": %d,
            "homesteadBlock": 0, "eip150Block": 0, "eip155Block": 0, "eip158Block": 0,
            "byzantiumBlock": 0, "constantinopleBlock": 0, "petersburgBlock": 0,
            "istanbulBlock": 0, "muirGlacierBlock": 0, "berlinBlock": 0, "londonBlock": 0,
            "clique": {"period": 1, "epoch": 30000}
          },
          "nonce": "0x0",
          "timestamp": "0x%x",
          "extraData": "0x%s%s%s",
          "gasLimit": "0x%x",
          "difficulty": "0x1",
          "baseFeePerGas": "0x3b9aca00",
          "alloc": {
            "%s": {"balance": "0x0", "code": "%s"},
            "%s": {"balance": "0x33b2e3c9fd0803ce8000000"}
          }
        }
        """
        .formatted(
            CHAIN_ID,
            BEGINNING_SECONDS,
            "00".repeat(32),
            SIGNER.address().toHexString().substring(2),
            "00".repeat(65),
            BLOCK_GAS,
            STORE.toHexString(),
            STORE_CODE,
            SIGNER.address().toHexString());
  }
}
