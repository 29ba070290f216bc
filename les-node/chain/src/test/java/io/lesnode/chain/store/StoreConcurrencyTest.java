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
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Readers beside the writer, and a store that is closed under their hands. */
class StoreConcurrencyTest {

  private static final StoreOptions FULL =
      StoreOptions.defaults(GcMode.FULL).withKeepStates(StoreOptions.MIN_KEEP_STATES);

  @TempDir Path directory;

  @Test
  void everySnapshotIsConsistentUntilTheStoreIsClosed() throws Exception {
    ChainStore store = ChainStore.open(directory, FULL);
    BlockHeader head = initialize(store);
    List<Future<Integer>> readers = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
      for (int i = 0; i < 3; i++) {
        readers.add(threads.submit(() -> readUntilClosed(store)));
      }
      for (int i = 0; i < 500; i++) {
        head = extend(store, head);
      }
      store.close();
      int snapshots = 0;
      for (Future<Integer> reader : readers) {
        snapshots += reader.get();
      }
      System.out.println("StoreConcurrencyTest: " + snapshots + " snapshots read");
      assertThat(snapshots).isPositive();
    }
  }

  private static int readUntilClosed(ChainStore store) {
    int snapshots = 0;
    try {
      while (true) {
        try (ChainSnapshot still = store.snapshot()) {
          ChainHead head = still.head().orElseThrow();
          BlockHeader header = still.header(head.hash()).orElseThrow();
          assertThat(still.isCanonical(head.number(), head.hash())).isTrue();
          assertThat(still.bodyBytes(head.hash())).isPresent();
          assertThat(still.headerBytes(head.number() + 1)).isEmpty();
          assertThat(balanceSum(still, header)).isEqualTo(head.number());
          long oldest = still.oldestState();
          BlockHeader old = still.header(oldest).orElseThrow();
          assertThat(still.hasState(old)).isTrue();
          assertThat(balanceSum(still, old)).isEqualTo(oldest);
          snapshots++;
        }
      }
    } catch (StoreException.Closed closed) {
      return snapshots;
    }
  }

  private static BlockHeader initialize(ChainStore store) {
    TrieState state = new TrieState(store, EmptyHashes.TRIE_ROOT);
    JournaledState alloc = new JournaledState(state);
    for (int i = 0; i < 8; i++) {
      alloc.setNonce(account(i), 1);
    }
    alloc.finishTransaction(Fork.LONDON);
    state.apply(alloc.changes());
    StateCommit commit = state.commit();
    BlockHeader header = new BlockHeader.Builder().number(0).stateRoot(commit.root()).build();
    store.initialize(new Block(header, BlockBody.EMPTY), commit);
    return header;
  }

  /** One more unit somewhere in every block: the sum of all balances is the height. */
  private static BlockHeader extend(ChainStore store, BlockHeader parent) {
    TrieState state = new TrieState(store, parent.stateRoot());
    JournaledState changes = new JournaledState(state);
    changes.addBalance(account((int) (parent.number() * 7 % 8)), UInt256.ONE);
    changes.finishTransaction(Fork.LONDON);
    state.apply(changes.changes());
    StateCommit commit = state.commit();
    BlockHeader header =
        new BlockHeader.Builder()
            .number(parent.number() + 1)
            .parentHash(parent.hash())
            .stateRoot(commit.root())
            .build();
    try (ChainBatch batch = store.newBatch()) {
      batch.putBlock(new Block(header, BlockBody.EMPTY), UInt256.ONE);
      batch.putState(header, commit);
      batch.setCanonical(header);
      batch.setHead(header);
      batch.commit();
    }
    return header;
  }

  private static long balanceSum(ChainSnapshot still, BlockHeader header) {
    TrieState state = new TrieState(still, header.stateRoot());
    long sum = 0;
    for (int i = 0; i < 8; i++) {
      var account = state.account(account(i));
      sum += account == null ? -1000 : account.balance().toLong();
    }
    return sum;
  }

  private static Address account(int index) {
    return Address.of(Bytes.concatenate(Bytes.repeat((byte) 3, 19), Bytes.of(index)));
  }
}
