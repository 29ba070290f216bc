package io.lesnode.chain.index;

import io.lesnode.chain.blocks.Blockchain;
import io.lesnode.chain.blocks.Subscription;
import io.lesnode.chain.store.ChainSnapshot;
import io.lesnode.chain.store.ChainStore;
import io.lesnode.chain.store.StoreException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the helper tries up with the chain, on a thread of its own: at the start for whatever was
 * imported without it, then whenever another section is confirmed, and again where a reorganisation
 * took a section's last block. While new heads arrive it works a third of the time at most.
 *
 * <p>Thread-safe. A section becomes visible with one batch, after all of its nodes: what was killed
 * before is built again.
 */
public final class HelperTrieIndexer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(HelperTrieIndexer.class);
  private static final long BUSY_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
  private static final int PAUSE_PER_WORK = 2;
  private static final long CLOSING_MILLIS = TimeUnit.MINUTES.toMillis(1);

  private final Blockchain chain;
  private final Sections sections;
  private final HelperTries tries;
  private final Runnable onFinished;
  private final Semaphore wake = new Semaphore(0);
  private final Thread thread;
  private final Subscription heads;
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile long lastHeadNanos = System.nanoTime() - BUSY_NANOS;
  private volatile long nextSection;

  private HelperTrieIndexer(Blockchain chain, Sections sections, Runnable onFinished) {
    this.chain = chain;
    this.sections = sections;
    this.onFinished = onFinished;
    this.tries = new HelperTries(chain.store(), sections);
    this.thread = Thread.ofPlatform().name("helper-tries").daemon().unstarted(this::run);
    this.heads = chain.onHeadChange(change -> onHead(change.newHead().number(), change.isReorg()));
  }

  /**
   * Starts; the chain and its store stay open until after {@link #close}.
   *
   * @param onFinished called on the indexer's thread after each section
   */
  public static HelperTrieIndexer start(Blockchain chain, Sections sections, Runnable onFinished) {
    HelperTrieIndexer indexer = new HelperTrieIndexer(chain, sections, onFinished);
    indexer.thread.start();
    return indexer;
  }

  /**
   * Builds all sections that are due on the calling thread, without pauses: for a chain that is not
   * moving.
   */
  public static Checkpoints catchUp(ChainStore store, Sections sections) {
    HelperTries tries = new HelperTries(store, sections);
    while (tries.finished() < sections.confirmed(store.head().orElseThrow().number())) {
      step(store, sections, Pace.UNHURRIED);
    }
    return tries;
  }

  /** The finished sections. */
  public Checkpoints checkpoints() {
    return tries;
  }

  /** On the chain writer. */
  private void onHead(long number, boolean isReorg) {
    lastHeadNanos = System.nanoTime();
    if (isReorg || sections.confirmed(number) > nextSection) {
      wake();
    }
  }

  private void wake() {
    if (wake.availablePermits() == 0) {
      wake.release();
    }
  }

  private void run() {
    try {
      while (!isClosing()) {
        long finished = tries.finished();
        nextSection = finished;
        if (finished >= sections.confirmed(chain.head().number())) {
          wake.acquire();
        } else if (step(chain.store(), sections, this::goOn)) {
          onFinished.run();
        } else {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (StoreException.Closed e) {
      LOG.debug("The store is closed, helper tries end");
    } catch (RuntimeException e) {
      LOG.error(
          "Helper tries stop at section {}: light clients will not find newer ones here until the"
              + " node is restarted",
          nextSection,
          e);
    }
  }

  /**
   * Builds and stores the next section that is due, if any.
   *
   * @return whether the pace did not say to stop
   */
  static boolean step(ChainStore store, Sections sections, Pace pace) {
    long startNanos = System.nanoTime();
    BuiltSection built;
    long due;
    try (ChainSnapshot moment = store.snapshot()) {
      long index = new HelperTries(moment, sections).finished();
      due = sections.confirmed(moment.head().orElseThrow().number());
      if (index >= due) {
        return true;
      }
      built = new SectionBuilder(moment, sections, pace).build(index).orElse(null);
    }
    if (built == null || !new SectionWriter(store, pace).write(built)) {
      return false;
    }
    CheckpointEntry entry = built.entry();
    LOG.info(
        "Helper tries of section {} of {}: head {}, CHT {}, bloom trie {}, {} ms",
        entry.sectionIndex(),
        due,
        entry.sectionHead(),
        entry.chtRoot(),
        entry.bloomRoot(),
        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos));
    return true;
  }

  /** Leaves the processors to the import while there is one. */
  private boolean goOn(long workedNanos) {
    if (System.nanoTime() - lastHeadNanos >= BUSY_NANOS) {
      return !isClosing();
    }
    try {
      return !closing.await(PAUSE_PER_WORK * workedNanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private boolean isClosing() {
    return closing.getCount() == 0;
  }

  /** Stops, within a moment also in the middle of a section. */
  @Override
  public void close() {
    heads.close();
    closing.countDown();
    wake.release();
    try {
      thread.join(CLOSING_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
