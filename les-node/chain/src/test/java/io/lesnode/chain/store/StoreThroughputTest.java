package io.lesnode.chain.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.chain.state.StateCommit;
import io.lesnode.chain.state.TrieState;
import io.lesnode.evm.state.JournaledState;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.Block;
import io.lesnode.primitives.BlockBody;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.EmptyHashes;
import io.lesnode.primitives.config.Fork;
import io.lesnode.primitives.crypto.Keccak;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How fast blocks and headers go in; prints figures and only checks that all is there. More blocks
 * with {@code -Dstore.blocks=}.
 */
class StoreThroughputTest {

  private static final int BLOCKS = Integer.getInteger("store.blocks", 600);
  private static final int LIGHT_BATCH = 2048;

  @TempDir Path directory;

  @Test
  void blocksWithOneTransfer() {
    for (GcMode mode : GcMode.values()) {
      try (ChainStore store =
          ChainStore.open(directory.resolve(mode.name()), StoreOptions.defaults(mode))) {
        long startNanos = System.nanoTime();
        BlockHeader head = importBlocks(store);
        report(mode + " blocks with three changed accounts", BLOCKS, startNanos);
        assertThat(store.hasState(head)).isTrue();
        assertThat(store.oldestState())
            .isEqualTo(mode == GcMode.ARCHIVE ? 0 : Math.max(0, BLOCKS - 192));
      }
    }
  }

  private static BlockHeader importBlocks(ChainStore store) {
    Random random = new Random(142);
    StateCommit genesis = genesisState(store);
    BlockHeader head = new BlockHeader.Builder().number(0).stateRoot(genesis.root()).build();
    store.initialize(new Block(head, BlockBody.EMPTY), genesis);
    for (int i = 1; i <= BLOCKS; i++) {
      TrieState state = new TrieState(store, head.stateRoot());
      JournaledState changes = new JournaledState(state);
      changes.addBalance(person(0), UInt256.ONE);
      changes.setNonce(person(1 + random.nextInt(10)), i);
      changes.setBalance(
          person(11 + random.nextInt(1900)), UInt256.valueOf(random.nextInt(1 << 30)));
      changes.finishTransaction(Fork.LONDON);
      state.apply(changes.changes());
      StateCommit commit = state.commit();
      head =
          new BlockHeader.Builder()
              .number(i)
              .parentHash(head.hash())
              .stateRoot(commit.root())
              .build();
      Block block = new Block(head, BlockBody.EMPTY);
      try (ChainBatch batch = store.newBatch()) {
        batch.putBlock(block, UInt256.valueOf(i));
        batch.putReceipts(head, List.of());
        batch.putState(head, commit);
        batch.setCanonical(head);
        batch.indexTransactions(block);
        batch.setHead(head);
        batch.commit();
      }
    }
    return head;
  }

  private static StateCommit genesisState(ChainStore store) {
    TrieState state = new TrieState(store, EmptyHashes.TRIE_ROOT);
    JournaledState alloc = new JournaledState(state);
    for (int i = 0; i < 2000; i++) {
      alloc.setBalance(person(i), UInt256.valueOf(1_000_000_000L + i));
    }
    alloc.finishTransaction(Fork.LONDON);
    state.apply(alloc.changes());
    return state.commit();
  }

  private static Address person(int index) {
    return Address.of(Keccak.keccak256(Bytes.ofUnsignedInt(index)).slice(12, 20));
  }

  @Test
  void headersOfALightClient() {
    List<BlockHeader> headers = new ArrayList<>();
    BlockHeader parent = new BlockHeader.Builder().number(0).build();
    headers.add(parent);
    for (int i = 1; i <= 6 * LIGHT_BATCH; i++) {
      parent =
          new BlockHeader.Builder()
              .number(i)
              .parentHash(parent.hash())
              .extraData(Bytes.ofUnsignedInt(i))
              .build();
      headers.add(parent);
    }
    try (LightStore store =
        LightStore.open(directory.resolve("light"), StoreOptions.defaults(GcMode.FULL))) {
      store.initialize(headers.getFirst());
      long startNanos = System.nanoTime();
      for (int from = 1; from < headers.size(); from += LIGHT_BATCH) {
        try (LightBatch batch = store.newBatch()) {
          for (BlockHeader header : headers.subList(from, from + LIGHT_BATCH)) {
            batch.putHeader(header, UInt256.valueOf(header.number()));
            batch.setCanonical(header);
          }
          batch.setHead(headers.get(from + LIGHT_BATCH - 1));
          batch.commit();
        }
      }
      report("light headers in batches of " + LIGHT_BATCH, headers.size() - 1, startNanos);
      assertThat(store.head().orElseThrow().number()).isEqualTo(headers.size() - 1);
      assertThat(store.header(2345)).contains(headers.get(2345));
    }
  }

  private static void report(String what, int count, long startNanos) {
    long tookNanos = System.nanoTime() - startNanos;
    System.out.printf(
        "StoreThroughputTest: %,d %s in %,d ms, %,d per second%n",
        count, what, tookNanos / 1_000_000, count * 1_000_000_000L / Math.max(1, tookNanos));
  }
}
