package io.lesnode.les.server;

import io.lesnode.chain.index.Checkpoints;
import io.lesnode.chain.index.HelperTrieIndexer;
import io.lesnode.chain.index.RegisteredCheckpoint;
import io.lesnode.chain.index.Sections;
import io.lesnode.chain.state.GenesisState;
import io.lesnode.chain.store.ChainBatch;
import io.lesnode.chain.store.ChainStore;
import io.lesnode.chain.store.GcMode;
import io.lesnode.chain.store.StoreOptions;
import io.lesnode.primitives.Block;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.config.ForkId;
import io.lesnode.primitives.config.Genesis;
import io.lesnode.primitives.rlp.RlpReader;
import io.lesnode.primitives.testing.Vectors;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/** A chain of the vectors stored without being executed: headers and bodies, no states. */
final class TestChain implements ServedChain, AutoCloseable {

  private final ChainStore store;
  private final GenesisState genesis;
  private final Genesis config;
  private final List<HeadListener> listeners = new ArrayList<>();
  private final Sections sections;
  private ServedHead head;

  TestChain(Path directory, Path genesisFile) {
    this(directory, genesisFile, Sections.STANDARD);
  }

  TestChain(Path directory, Path genesisFile, Sections sections) {
    this.sections = sections;
    config = Genesis.read(genesisFile);
    genesis = GenesisState.of(config);
    store = ChainStore.open(directory, StoreOptions.defaults(GcMode.ARCHIVE));
    store.initialize(genesis.block(), genesis.state());
    head = new ServedHead(genesis.block().header(), genesis.block().header().difficulty());
  }

  static List<Block> blocks(Path file) {
    try (InputStream in = Vectors.open(file)) {
      List<Block> blocks = new ArrayList<>();
      RlpReader reader = RlpReader.of(Bytes.wrap(in.readAllBytes()));
      while (!reader.isComplete()) {
        blocks.add(Block.decode(reader.readRaw()));
      }
      return blocks;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Adds blocks in order and makes the last one the head. */
  void add(List<Block> blocks) {
    for (Block block : blocks) {
      UInt256 td =
          store
              .totalDifficulty(block.header().parentHash())
              .orElseThrow()
              .add(block.header().difficulty());
      try (ChainBatch batch = store.newBatch()) {
        batch.putBlock(block, td);
        batch.setCanonical(block.header());
        batch.indexTransactions(block);
        batch.setHead(block.header());
        batch.commit();
      }
      head = new ServedHead(block.header(), td);
    }
    listeners.forEach(listener -> listener.onHead(head));
  }

  @Override
  public Bytes32 genesisHash() {
    return genesis.block().hash();
  }

  @Override
  public ForkId.Schedule forkSchedule() {
    return ForkId.Schedule.of(config.config(), genesisHash());
  }

  @Override
  public ServedHead head() {
    return head;
  }

  /** Builds the helper tries of what was added so far. */
  Checkpoints index() {
    return HelperTrieIndexer.catchUp(store, sections);
  }

  BlockHeader genesisHeader() {
    return genesis.block().header();
  }

  BlockHeader headHeader() {
    return head.header();
  }

  @Override
  public boolean isArchive() {
    return true;
  }

  @Override
  public Optional<RegisteredCheckpoint> registeredCheckpoint() {
    return Optional.empty();
  }

  @Override
  public ServedView openView() {
    return new StoredView(store.snapshot(), sections);
  }

  @Override
  public Subscription subscribe(HeadListener listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  @Override
  public void close() {
    store.close();
  }
}
