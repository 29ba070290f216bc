package io.lesnode.chain.blocks;

import io.lesnode.chain.consensus.ConsensusRules;
import io.lesnode.chain.consensus.InvalidBlockException;
import io.lesnode.chain.consensus.SealCheck;
import io.lesnode.chain.state.GenesisState;
import io.lesnode.chain.state.TrieState;
import io.lesnode.chain.store.ChainHead;
import io.lesnode.chain.store.ChainStore;
import io.lesnode.evm.BlockContext;
import io.lesnode.evm.TransactionExecutor;
import io.lesnode.evm.interpreter.CodeCache;
import io.lesnode.primitives.Block;
import io.lesnode.primitives.BlockBody;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.InvalidSignatureException;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.config.ChainConfig;
import io.lesnode.primitives.config.Genesis;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A full node's chain. Any thread reads, and hands in blocks; one thread, the chain writer,
 * executes and stores them in the order in which they were handed in. What needs neither order nor
 * state (seals, signatures, the roots of bodies) runs ahead on preparation threads.
 *
 * <p>At most {@value #MAX_CHUNKS_IN_FLIGHT} chunks are in flight; who hands in another one waits.
 */
public final class Blockchain implements ChainTip, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Blockchain.class);
  private static final int MAX_CHUNKS_IN_FLIGHT = 8;
  private static final long CODE_CACHE_BYTES = 64L << 20;

  private final ChainStore store;
  private final ChainConfig config;
  private final BlockHeader genesis;
  private final ConsensusRules rules;
  private final TransactionExecutor executor;
  private final BlockProcessor processor;
  private final ChainWriter chainWriter;
  private final ExecutorService writerThread;
  private final ExecutorService preparers;
  private final Semaphore inFlight = new Semaphore(MAX_CHUNKS_IN_FLIGHT);
  private final List<HeadListener> listeners = new CopyOnWriteArrayList<>();
  private final List<ImportListener> importListeners = new CopyOnWriteArrayList<>();
  private volatile HeadBlock head;

  private Blockchain(
      ChainStore store,
      ChainConfig config,
      BlockHeader genesis,
      SealCheck sealCheck,
      InstantSource clock) {
    this.store = store;
    this.config = config;
    this.genesis = genesis;
    StoredSnapshots snapshots = new StoredSnapshots(store);
    this.rules = ConsensusRules.of(config, sealCheck, snapshots, clock);
    this.executor =
        new TransactionExecutor(
            config.chainId(), new CodeCache(CODE_CACHE_BYTES), config::isEip155);
    this.processor = new BlockProcessor(config, rules, executor);
    this.head = storedHead(store);
    this.chainWriter = new ChainWriter(store, this, rules, processor, snapshots, this::publish);
    this.writerThread =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("chain-writer").daemon().factory());
    this.preparers =
        Executors.newFixedThreadPool(
            Math.max(1, Runtime.getRuntime().availableProcessors()),
            Thread.ofPlatform().name("block-prepare-", 0).daemon().factory());
  }

  /**
   * Opens the chain of a store, which is given its first block if it is new.
   *
   * @param store stays open when the chain is closed
   * @param clock decides which blocks lie in the future
   * @throws io.lesnode.chain.store.StoreException.GenesisMismatch if the store holds another chain
   */
  public static Blockchain open(
      ChainStore store, Genesis genesis, SealCheck sealCheck, InstantSource clock) {
    GenesisState state = GenesisState.of(genesis);
    store.initialize(state.block(), state.state());
    return new Blockchain(store, genesis.config(), state.block().header(), sealCheck, clock);
  }

  private static HeadBlock storedHead(ChainStore store) {
    ChainHead stored = store.head().orElseThrow();
    BlockHeader header = store.header(stored.hash()).orElseThrow();
    return new HeadBlock(header, store.totalDifficulty(stored.hash()).orElseThrow());
  }

  /** Returns what the chain is stored in: for all reads by height, hash or transaction. */
  public ChainStore store() {
    return store;
  }

  @Override
  public ChainConfig config() {
    return config;
  }

  /** Returns the header of block 0. */
  public BlockHeader genesis() {
    return genesis;
  }

  /** Returns the rules of this chain. */
  public ConsensusRules rules() {
    return rules;
  }

  /** Returns the executor of this chain's transactions. */
  public TransactionExecutor executor() {
    return executor;
  }

  BlockProcessor processor() {
    return processor;
  }

  @Override
  public HeadBlock head() {
    return head;
  }

  @Override
  public @Nullable BlockHeader header(Bytes32 hash, long number) {
    HeadBlock current = head;
    if (hash.equals(current.hash())) {
      return current.header();
    }
    return store.headerBytes(number, hash).map(BlockHeader::decode).orElse(null);
  }

  @Override
  public @Nullable BlockBody body(Bytes32 hash, long number) {
    return store.body(hash).orElse(null);
  }

  /** Returns the sum of difficulties up to and including a block, or null where it is not here. */
  public @Nullable UInt256 totalDifficulty(Bytes32 hash) {
    return store.totalDifficulty(hash).orElse(null);
  }

  /**
   * Opens the state after a block. Reads fail with {@link
   * io.lesnode.evm.state.MissingStateException} once it is pruned: ask {@link ChainStore#hasState}
   * first.
   */
  public TrieState stateAfter(BlockHeader header) {
    return new TrieState(store, header.stateRoot());
  }

  /** Returns what code sees of a block, to call contracts on the state after it. */
  public BlockContext contextOf(BlockHeader header) {
    Bytes32 hash = header.hash();
    return BlockContexts.of(
        config,
        header,
        hash.equals(genesis.hash()) ? header.coinbase() : rules.author(header),
        this);
  }

  /**
   * Executes a block of this chain again, on the stored state after its parent, and checks all that
   * its header says of the outcome; nothing is stored. For measurements, on any thread.
   *
   * @throws InvalidBlockException if something differs
   */
  public void execute(Block block) {
    BlockHeader parent = store.header(block.header().parentHash()).orElseThrow();
    processor.process(block, stateAfter(parent), this);
  }

  @Override
  public Subscription onHeadChange(HeadListener listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  /** Calls a listener whenever blocks are being executed and when that is done. */
  public Subscription onImport(ImportListener listener) {
    importListeners.add(listener);
    return () -> importListeners.remove(listener);
  }

  private void publish(HeadChange change) {
    head = change.newHead();
    for (HeadListener listener : listeners) {
      listener.onHeadChange(change);
    }
  }

  /**
   * Hands in a block and waits until it is stored.
   *
   * @throws InvalidBlockException if it is refused, with the block named
   */
  public ImportOutcome importBlock(Block block) {
    return join(submit(List.of(block))).getFirst();
  }

  /**
   * Hands in blocks in order, parents first. Waits only while too many are in flight.
   *
   * @return completes with one outcome per block once all are stored, or with the {@link
   *     InvalidBlockException} of the first that is refused; those before it are stored then, those
   *     after it are not looked at
   */
  public CompletableFuture<List<ImportOutcome>> submit(List<Block> blocks) {
    inFlight.acquireUninterruptibly();
    CompletableFuture<List<@Nullable InvalidBlockException>> prepared =
        CompletableFuture.supplyAsync(
            () -> blocks.stream().<@Nullable InvalidBlockException>map(this::prepare).toList(),
            preparers);
    return CompletableFuture.supplyAsync(() -> insert(blocks, prepared.join()), writerThread)
        .whenComplete((outcomes, failure) -> inFlight.release());
  }

  /** Checks what needs no parent; leaves the senders in the transactions. */
  private @Nullable InvalidBlockException prepare(Block block) {
    try {
      BodyRules.verify(block);
      rules.verifySeal(block.header());
      for (Transaction transaction : block.body().transactions()) {
        recoverSender(transaction);
      }
      return null;
    } catch (InvalidBlockException refusal) {
      return refusal;
    }
  }

  private static void recoverSender(Transaction transaction) {
    try {
      transaction.sender();
    } catch (InvalidSignatureException refusedInExecution) {
      LOG.debug("Transaction {} has no sender", transaction.hash());
    }
  }

  private List<ImportOutcome> insert(
      List<Block> blocks, List<@Nullable InvalidBlockException> refusals) {
    importListeners.forEach(listener -> listener.onImporting(true));
    try {
      return insertAll(blocks, refusals);
    } finally {
      importListeners.forEach(listener -> listener.onImporting(false));
    }
  }

  private List<ImportOutcome> insertAll(
      List<Block> blocks, List<@Nullable InvalidBlockException> refusals) {
    List<ImportOutcome> outcomes = new ArrayList<>(blocks.size());
    for (int i = 0; i < blocks.size(); i++) {
      Block block = blocks.get(i);
      InvalidBlockException refusal = refusals.get(i);
      try {
        if (refusal != null) {
          throw refusal;
        }
        outcomes.add(chainWriter.insert(block));
      } catch (InvalidBlockException e) {
        throw e.inBlock(block.number(), block.hash());
      }
    }
    return outcomes;
  }

  /** Waits for a result of {@link #submit} and unwraps its failure. */
  static <T> T join(CompletableFuture<T> future) {
    try {
      return future.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  /** Finishes what was handed in and stops the threads; the store stays open. */
  @Override
  public void close() {
    preparers.shutdown();
    writerThread.shutdown();
    try {
      if (!writerThread.awaitTermination(1, TimeUnit.MINUTES)) {
        LOG.warn("The chain writer is still busy after a minute; blocks in flight may be lost");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
