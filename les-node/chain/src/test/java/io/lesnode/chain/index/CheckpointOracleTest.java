package io.lesnode.chain.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.chain.blocks.Blockchain;
import io.lesnode.chain.consensus.SealCheck;
import io.lesnode.chain.store.ChainStore;
import io.lesnode.chain.store.GcMode;
import io.lesnode.chain.store.StoreOptions;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.config.Genesis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The oracle's contract, written by hand: three storage slots, returned by the one method. */
class CheckpointOracleTest {
  private static final Address CONTRACT =
      Address.fromHex("0x00000000000000000000000000000000000c4ec4");

  /** Reverts unless the selector is that of GetLatestCheckpoint(); returns slots 0, 1 and 2. */
  private static final String CODE =
      "0x60003560e01c634d6a304c1460145760006000fd5b"
          + "60005460005260015460205260025460405260606000f3";

  private static final CheckpointEntry LOCAL =
      new CheckpointEntry(
          3, Bytes32.repeat((byte) 1), Bytes32.repeat((byte) 2), Bytes32.repeat((byte) 3));

  @TempDir Path directory;

  @Test
  void whatIsRegisteredAndEqualToOurs() throws IOException {
    assertThat(registered(CODE, 3, LOCAL.hash(), UInt256.valueOf(77)))
        .contains(new RegisteredCheckpoint(LOCAL, 77));
  }

  @Test
  void nothingElseIsToldToClients() throws IOException {
    UInt256 height = UInt256.valueOf(77);
    assertThat(registered(CODE, 2, LOCAL.hash(), height)).isEmpty();
    assertThat(registered(CODE, 3, Bytes32.repeat((byte) 9), height)).isEmpty();
    assertThat(registered(CODE, 0, Bytes32.ZERO, UInt256.ZERO)).isEmpty();
    assertThat(registered(CODE, 3, LOCAL.hash(), UInt256.MAX_VALUE)).isEmpty();
    assertThat(registered(CODE, -1, LOCAL.hash(), height)).isEmpty();
    assertThat(registered("0x", 3, LOCAL.hash(), height)).isEmpty(); // no contract
    assertThat(registered("0xfe", 3, LOCAL.hash(), height)).isEmpty(); // fails
    assertThat(registered("0x60206000f3", 3, LOCAL.hash(), height)).isEmpty(); // one word only
    assertThat(registered("0x5b600056", 3, LOCAL.hash(), height)).isEmpty(); // loops
  }

  private int chains;

  private Optional<RegisteredCheckpoint> registered(
      String code, long index, Bytes32 hash, UInt256 height) throws IOException {
    Path folder = Files.createDirectory(directory.resolve("chain" + chains++));
    Path genesis = folder.resolve("genesis.json");
    Files.writeString(
        genesis,
        """
        {"config": {"chainId": 9, "homesteadBlock": 0, "eip150Block": 0, "eip155Block": 0,
          "eip158Block": 0, "byzantiumBlock": 0, "constantinopleBlock": 0, "petersburgBlock": 0,
          "istanbulBlock": 0, "berlinBlock": 0, "londonBlock": 0, "ethash": {}},
         "difficulty": "0x20000", "gasLimit": "0x1c9c380",
         "alloc": {"%s": {"balance": "0x1", "code": "%s", "storage": {
           "%s": "%s", "%s": "%s", "%s": "%s"}}}}
        """
            .formatted(
                CONTRACT.toHexString(),
                code,
                UInt256.ZERO.toHexString(),
                UInt256.valueOf(index & 0xff).toHexString(),
                UInt256.ONE.toHexString(),
                hash.toHexString(),
                UInt256.valueOf(2).toHexString(),
                height.toHexString()));
    try (ChainStore store =
            ChainStore.open(folder.resolve("db"), StoreOptions.defaults(GcMode.ARCHIVE));
        Blockchain chain =
            Blockchain.open(store, Genesis.read(genesis), SealCheck.SKIP, InstantSource.system());
        CheckpointOracle oracle = new CheckpointOracle(CONTRACT, chain, ONE_CHECKPOINT)) {
      assertThat(oracle.registered()).isEmpty();
      oracle.refresh();
      return oracle.registered();
    }
  }

  private static final Checkpoints ONE_CHECKPOINT =
      new Checkpoints() {
        @Override
        public Optional<CheckpointEntry> latest() {
          return Optional.of(LOCAL);
        }

        @Override
        public Optional<CheckpointEntry> get(long sectionIndex) {
          return sectionIndex == LOCAL.sectionIndex() ? latest() : Optional.empty();
        }
      };
}
