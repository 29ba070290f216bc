package io.lesnode.chain.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lesnode.chain.state.StateCommit;
import io.lesnode.chain.trie.TrieCommit;
import io.lesnode.primitives.Account;
import io.lesnode.primitives.Block;
import io.lesnode.primitives.BlockBody;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.EmptyHashes;
import io.lesnode.primitives.Receipt;
import io.lesnode.primitives.rlp.RlpReader;
import io.lesnode.primitives.testing.Vectors;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;

/** The chain store over real blocks: what was written is read, whole, or a clear error. */
class ChainStoreTest {

  private static final StoreOptions ARCHIVE = StoreOptions.defaults(GcMode.ARCHIVE);

  @TempDir Path directory;

  @Test
  void keepsBlocksAcrossARestart() throws IOException {
    List<Block> blocks = blocks();
    try (ChainStore store = ChainStore.open(directory, ARCHIVE)) {
      store.initialize(genesis(1), emptyState());
      blocks.forEach(block -> write(store, block));
    }
    try (ChainStore store = ChainStore.open(directory, ARCHIVE)) {
      Block last = blocks.getLast();
      assertThat(store.head()).contains(new ChainHead(last.number(), last.hash()));
      for (Block block : blocks) {
        assertThat(store.headerBytes(block.hash())).contains(block.header().encoded());
        assertThat(store.header(block.number())).contains(block.header());
        assertThat(store.bodyBytes(block.hash())).contains(block.body().encoded());
        assertThat(store.receipts(block.hash())).contains(List.<Receipt>of());
        assertThat(store.totalDifficulty(block.hash())).contains(td(block));
        assertThat(store.number(block.hash())).isEqualTo(OptionalLong.of(block.number()));
        int index = 0;
        for (var transaction : block.body().transactions()) {
          assertThat(store.transaction(transaction.hash()))
              .contains(new TransactionLocation(block.hash(), block.number(), index++));
        }
      }
      assertThat(store.header(Bytes32.ZERO)).isEmpty();
      assertThat(store.headerBytes(last.number() + 1)).isEmpty();
      assertThat(store.transaction(Bytes32.ZERO)).isEmpty();
    }
  }

  @Test
  void aBatchIsInvisibleUntilItIsCommittedAndASnapshotStaysStill() throws IOException {
    List<Block> blocks = blocks();
    try (ChainStore store = ChainStore.open(directory, ARCHIVE)) {
      store.initialize(genesis(1), emptyState());
      write(store, blocks.get(0));
      try (ChainSnapshot still = store.snapshot();
          ChainBatch batch = store.newBatch()) {
        batch.putBlock(blocks.get(1), UInt256.ONE);
        batch.setCanonical(blocks.get(1).header());
        batch.setHead(blocks.get(1).header());
        assertThat(store.header(blocks.get(1).hash())).isEmpty();
        batch.commit();
        assertThat(store.header(blocks.get(1).hash())).isPresent();
        assertThat(store.head().orElseThrow().number()).isEqualTo(2);
        assertThat(still.header(blocks.get(1).hash())).isEmpty();
        assertThat(still.head().orElseThrow().number()).isEqualTo(1);
        assertThatThrownBy(batch::commit).isInstanceOf(IllegalStateException.class);
      }
      try (ChainBatch dropped = store.newBatch()) {
        dropped.putBlock(blocks.get(2), UInt256.ONE);
      }
      assertThat(store.header(blocks.get(2).hash())).isEmpty();
    }
  }

  @Test
  void neighbouringHeadersAreThoseOfTheCanonicalChain() throws IOException {
    List<Block> blocks = blocks();
    ChainStore store = ChainStore.open(directory, ARCHIVE);
    store.initialize(genesis(1), emptyState());
    blocks.forEach(block -> write(store, block));
    try (ChainBatch beside = store.newBatch()) {
      for (Block block : blocks) {
        for (int branch = 0; branch < 3; branch++) {
          BlockHeader header =
              block.header().toBuilder()
                  .extraData(Bytes.of((int) block.number() & 7, branch))
                  .build();
          beside.putBlock(new Block(header, BlockBody.EMPTY), UInt256.ONE);
        }
      }
      beside.commit();
    }
    store.close();
    for (boolean keptReady : new boolean[] {false, true}) {
      try (ChainStore again = ChainStore.open(directory, ARCHIVE)) {
        if (keptReady) {
          for (int i = 0; i < blocks.size(); i += 3) {
            assertThat(again.header(blocks.get(i).hash())).isPresent();
          }
        }
        for (int first = 0; first < blocks.size(); first += 7) {
          for (int count : new int[] {0, 1, 5, 64, 1000}) {
            List<Bytes> expected =
                blocks.subList(first, Math.min(blocks.size(), first + count)).stream()
                    .map(block -> block.header().encoded())
                    .toList();
            assertThat(again.canonicalHeaders(blocks.get(first).number(), count))
                .isEqualTo(expected);
          }
        }
        assertThat(again.canonicalHeaders(blocks.getLast().number() + 1, 3)).isEmpty();
        assertThat(again.canonicalHeaders(Long.MAX_VALUE, 3)).isEmpty();
      }
    }
  }

  @Test
  void everySnapshotKeepsTheCanonicalChainOfItsMoment() throws IOException {
    List<Block> blocks = blocks();
    BlockHeader rival = blocks.get(0).header().toBuilder().extraData(Bytes.of(7)).build();
    try (ChainStore store = ChainStore.open(directory, ARCHIVE)) {
      store.initialize(genesis(1), emptyState());
      write(store, blocks.get(0));
      try (ChainSnapshot before = store.snapshot()) {
        assertThat(before.canonicalHash(1)).contains(blocks.get(0).hash());
        try (ChainBatch batch = store.newBatch()) {
          batch.putBlock(new Block(rival, BlockBody.EMPTY), UInt256.ONE);
          batch.setCanonical(rival);
          batch.setHead(rival);
          batch.commit();
        }
        try (ChainSnapshot after = store.snapshot()) {
          for (int i = 0; i < 2; i++) {
            assertThat(after.canonicalHash(1)).contains(rival.hash());
            assertThat(after.canonicalHeaders(1, 2)).containsExactly(rival.encoded());
            assertThat(before.canonicalHash(1)).contains(blocks.get(0).hash());
            assertThat(before.canonicalHeaders(1, 2))
                .containsExactly(blocks.get(0).header().encoded());
            assertThat(store.canonicalHash(1)).contains(rival.hash());
          }
        }
      }
    }
  }

  @Test
  void snapshotsBetweenTwoWritesAreOne() throws IOException {
    List<Block> blocks = blocks();
    try (ChainStore store = ChainStore.open(directory, ARCHIVE)) {
      store.initialize(genesis(1), emptyState());
      ChainSnapshot first = store.snapshot();
      ChainSnapshot second = store.snapshot();
      assertThat(second.view).isSameAs(first.view);
      first.close();
      assertThat(second.head().orElseThrow().number()).isZero();
      write(store, blocks.get(0));
      try (ChainSnapshot third = store.snapshot()) {
        assertThat(third.view).isNotSameAs(second.view);
        assertThat(third.head().orElseThrow().number()).isEqualTo(1);
        assertThat(second.head().orElseThrow().number()).isZero();
      }
      second.close();
      assertThat(second.view.options.isOwningHandle()).isFalse();
    }
  }

  @Test
  void anotherGenesisIsRefused() {
    try (ChainStore store = ChainStore.open(directory, ARCHIVE)) {
      store.initialize(genesis(1), emptyState());
      store.initialize(genesis(1), emptyState());
      assertThatThrownBy(() -> store.initialize(genesis(2), emptyState()))
          .isInstanceOf(StoreException.GenesisMismatch.class)
          .hasMessageContaining(directory.toString())
          .hasMessageContaining(genesis(1).hash().toHexString())
          .hasMessageContaining("--datadir");
      assertThat(store.genesisHash()).contains(genesis(1).hash());
    }
  }

  @Test
  void aSecondOpenerIsToldWhoHasIt() {
    try (ChainStore store = ChainStore.open(directory, ARCHIVE)) {
      assertThat(store.head()).isEmpty();
      assertThatThrownBy(() -> ChainStore.open(directory, ARCHIVE))
          .isInstanceOf(StoreException.Locked.class)
          .hasMessageContaining(directory.toString())
          .hasMessageContaining("stop that node");
    }
    ChainStore.open(directory, ARCHIVE).close();
  }

  @Test
  void anUnknownSchemaIsRefusedAndLeftAlone() throws Exception {
    ChainStore.open(directory, ARCHIVE).close();
    assertThatThrownBy(() -> LightStore.open(directory, ARCHIVE))
        .isInstanceOf(StoreException.UnknownSchema.class)
        .hasMessageContaining("'chain 1'");
    Path newer = directory.resolveSibling(directory.getFileName() + "-newer");
    Files.createDirectories(newer);
    Files.writeString(newer.resolve(DirectoryLock.FILE_NAME), "");
    try (Options options = new Options().setCreateIfMissing(true);
        RocksDB raw = RocksDB.open(options, newer.toString())) {
      raw.put(
          "schema".getBytes(StandardCharsets.UTF_8), "chain 99".getBytes(StandardCharsets.UTF_8));
    }
    assertThatThrownBy(() -> ChainStore.open(newer, ARCHIVE))
        .isInstanceOf(StoreException.UnknownSchema.class)
        .hasMessageContaining("'chain 99'")
        .hasMessageContaining("run the version that wrote it");
  }

  @Test
  void aForeignDirectoryIsNotTouched() throws IOException {
    Files.writeString(directory.resolve("CURRENT"), "MANIFEST-000001\n");
    assertThatThrownBy(() -> ChainStore.open(directory, ARCHIVE))
        .isInstanceOf(StoreException.UnknownSchema.class)
        .hasMessageContaining("nothing was touched");
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).hasSize(1);
    }
  }

  @Test
  void aClosedStoreSaysSo() {
    ChainStore store = ChainStore.open(directory, ARCHIVE);
    store.initialize(genesis(1), emptyState());
    ChainSnapshot still = store.snapshot();
    store.close();
    store.close();
    assertThatThrownBy(store::head).isInstanceOf(StoreException.Closed.class);
    assertThatThrownBy(still::head).isInstanceOf(StoreException.Closed.class);
    still.close();
  }

  @Test
  void aDamagedFileIsReported() throws IOException {
    List<Block> blocks = blocks();
    try (ChainStore store = ChainStore.open(directory, ARCHIVE)) {
      store.initialize(genesis(1), emptyState());
      blocks.forEach(block -> write(store, block));
    }
    // Opening again turns the log into files, which have checksums.
    ChainStore.open(directory, ARCHIVE).close();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".sst")).toList()) {
        byte[] content = Files.readAllBytes(file);
        for (int i = 0; i < content.length / 2; i += 7) {
          content[i] ^= 0x55;
        }
        Files.write(file, content);
      }
    }
    assertThatThrownBy(
            () -> {
              try (ChainStore store = ChainStore.open(directory, ARCHIVE)) {
                blocks.forEach(block -> assertThat(store.header(block.hash())).isPresent());
              }
            })
        .isInstanceOf(StoreException.Corrupt.class)
        .hasMessageContaining(directory.toString())
        .hasMessageContaining("import");
  }

  @Test
  void aCopyTakenWhileWritingOpensWithAPrefixOfTheBlocks() throws Exception {
    List<Block> blocks = blocks();
    Path live = directory.resolve("live");
    List<Path> copies = new ArrayList<>();
    List<Long> written = new ArrayList<>();
    try (ChainStore store = ChainStore.open(live, ARCHIVE);
        ExecutorService writer = Executors.newSingleThreadExecutor()) {
      store.initialize(genesis(1), emptyState());
      Future<?> writing = writer.submit(() -> blocks.forEach(block -> write(store, block)));
      do {
        written.add(store.head().orElseThrow().number());
        copies.add(copy(live, directory.resolve("copy" + copies.size())));
      } while (!writing.isDone() && copies.size() < 5);
      writing.get();
      written.add(store.head().orElseThrow().number());
      copies.add(copy(live, directory.resolve("copy" + copies.size())));
    }
    for (int i = 0; i < copies.size(); i++) {
      boolean isTorn = i % 2 == 1;
      truncateLog(copies.get(i), isTorn ? 37L * i : 0);
      try (ChainStore store = ChainStore.open(copies.get(i), ARCHIVE)) {
        long head = store.head().map(ChainHead::number).orElse(-1L);
        if (!isTorn) {
          assertThat(head).isGreaterThanOrEqualTo(written.get(i));
        }
        assertPrefix(store, blocks, head);
      }
    }
    System.out.println(
        "ChainStoreTest: abandoned copies at " + written + " of " + blocks.size() + " blocks");
  }

  private static void assertPrefix(ChainStore store, List<Block> blocks, long head) {
    for (Block block : blocks) {
      boolean there = block.number() <= head;
      assertThat(store.canonicalHash(block.number()).isPresent()).isEqualTo(there);
      assertThat(store.headerBytes(block.hash()).isPresent()).isEqualTo(there);
      assertThat(store.bodyBytes(block.hash()).isPresent()).isEqualTo(there);
      assertThat(store.receiptsBytes(block.hash()).isPresent()).isEqualTo(there);
    }
  }

  private static void truncateLog(Path copy, long cutBytes) throws IOException {
    try (Stream<Path> files = Files.list(copy)) {
      Path log =
          files
              .filter(path -> path.toString().endsWith(".log"))
              .max(Comparator.comparing(Path::toString))
              .orElseThrow();
      byte[] content = Files.readAllBytes(log);
      Files.write(log, Arrays.copyOf(content, (int) Math.max(0, content.length - cutBytes)));
    }
  }

  private static Path copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
    return to;
  }

  private static void write(ChainStore store, Block block) {
    try (ChainBatch batch = store.newBatch()) {
      batch.putBlock(block, td(block));
      batch.putReceipts(block.header(), List.of());
      batch.setCanonical(block.header());
      batch.indexTransactions(block);
      batch.setHead(block.header());
      batch.commit();
    }
  }

  private static UInt256 td(Block block) {
    return UInt256.valueOf(1000 + block.number());
  }

  private static StateCommit emptyState() {
    return new StateCommit(
        new TrieCommit(EmptyHashes.TRIE_ROOT, List.of(), List.of()), Map.of(), List.of(), Map.of());
  }

  /** A first block of our own; the blocks of the chain come after it. */
  private Block genesis(long gasLimit) {
    BlockHeader header =
        blocks().getFirst().header().toBuilder()
            .number(0)
            .stateRoot(Account.EMPTY.storageRoot())
            .gasLimit(gasLimit)
            .build();
    return new Block(header, BlockBody.EMPTY);
  }

  private List<Block> blocks() {
    Path chain = Vectors.chains().getFirst();
    try (InputStream in =
        Vectors.open(Vectors.files("chains/" + chain.getFileName(), "chain*.rlp*").getFirst())) {
      RlpReader reader = RlpReader.of(Bytes.wrap(in.readAllBytes()));
      List<Block> blocks = new ArrayList<>();
      while (!reader.isComplete() && blocks.size() < 400) {
        blocks.add(Block.readFrom(reader));
      }
      return blocks;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
