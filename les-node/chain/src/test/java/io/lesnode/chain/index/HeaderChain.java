package io.lesnode.chain.index;

import io.lesnode.chain.state.StateCommit;
import io.lesnode.chain.store.ChainBatch;
import io.lesnode.chain.store.ChainStore;
import io.lesnode.chain.store.GcMode;
import io.lesnode.chain.store.StoreOptions;
import io.lesnode.chain.trie.TrieCommit;
import io.lesnode.primitives.Block;
import io.lesnode.primitives.BlockBody;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.EmptyHashes;
import io.lesnode.primitives.LogsBloom;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.units.bigints.UInt256;

/** Headers with random blooms, made from a seed, in a store: all that helper tries are made of. */
final class HeaderChain {
  private final List<BlockHeader> headers = new ArrayList<>();
  private final List<UInt256> totals = new ArrayList<>();

  private HeaderChain() {}

  /** A chain of block 0 alone. */
  static HeaderChain ofGenesis() {
    HeaderChain chain = new HeaderChain();
    BlockHeader genesis =
        new BlockHeader.Builder()
            .stateRoot(EmptyHashes.TRIE_ROOT)
            .difficulty(UInt256.valueOf(1_000))
            .build();
    chain.headers.add(genesis);
    chain.totals.add(genesis.difficulty());
    return chain;
  }

  /** This chain up to a height and then other blocks, which depend on the seed, to a height. */
  HeaderChain branch(long lastShared, long head, long seed) {
    HeaderChain branch = new HeaderChain();
    branch.headers.addAll(headers.subList(0, (int) lastShared + 1));
    branch.totals.addAll(totals.subList(0, (int) lastShared + 1));
    Random random = new Random(seed);
    while (branch.head() < head) {
      BlockHeader parent = branch.headers.getLast();
      byte[] bloom = new byte[LogsBloom.SIZE_BYTES];
      for (int i = random.nextInt(12); i > 0; i--) {
        bloom[random.nextInt(bloom.length)] |= (byte) (1 << random.nextInt(8));
      }
      UInt256 difficulty = UInt256.valueOf(1 + random.nextInt(1 << 20));
      branch.headers.add(
          new BlockHeader.Builder()
              .number(parent.number() + 1)
              .parentHash(parent.hash())
              .stateRoot(EmptyHashes.TRIE_ROOT)
              .difficulty(difficulty)
              .logsBloom(new LogsBloom(Bytes.wrap(bloom)))
              .timestamp(parent.timestamp() + 1)
              .build());
      branch.totals.add(branch.totals.getLast().add(difficulty));
    }
    return branch;
  }

  long head() {
    return headers.getLast().number();
  }

  BlockHeader header(long number) {
    return headers.get((int) number);
  }

  UInt256 total(long number) {
    return totals.get((int) number);
  }

  /** Opens a store that begins with block 0. */
  ChainStore open(Path directory) {
    ChainStore store = ChainStore.open(directory, StoreOptions.defaults(GcMode.ARCHIVE));
    TrieCommit none = new TrieCommit(EmptyHashes.TRIE_ROOT, List.of(), List.of());
    store.initialize(
        new Block(headers.getFirst(), BlockBody.EMPTY),
        new StateCommit(none, Map.of(), List.of(), Map.of()));
    return store;
  }

  /** Makes this chain up to a height the canonical one of a store. */
  void writeTo(ChainStore store, long head) {
    long old = store.head().orElseThrow().number();
    try (ChainBatch batch = store.newBatch()) {
      for (long number = 1; number <= head; number++) {
        batch.putBlock(new Block(header(number), BlockBody.EMPTY), total(number));
        batch.setCanonical(header(number));
      }
      for (long number = head + 1; number <= old; number++) {
        batch.removeCanonical(number);
      }
      batch.setHead(header(head));
      batch.commit();
    }
  }
}
