package io.lesnode.les.client;

import io.lesnode.chain.index.CheckpointEntry;
import io.lesnode.chain.index.HelperTrie;
import io.lesnode.chain.index.LightSections.Missing;
import io.lesnode.chain.store.StoreException;
import io.lesnode.les.client.Retrieval.Failed;
import io.lesnode.les.client.Retrieval.Retrieved;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the trusted sections up with our own chain, and the disk free of what they prove: builds
 * each section that is confirmed, once the head rests for a while, and removes old headers at the
 * start and every twelve hours (geth light/postprocess.go, les/pruner.go).
 *
 * <p>State is confined to the client loop; the work runs on a background thread, a section or a
 * pruning at a time.
 */
final class SectionKeeper {
  private static final Logger LOG = LoggerFactory.getLogger(SectionKeeper.class);

  /** Building would slow down a sync: it waits until no head came for so long. */
  static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** Where something could not be had: as geth. */
  static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** So that what was fetched is kept before a server goes or the credit ends. */
  private static final int BITS_PER_ROUND = 256;

  static final long PRUNE_NANOS = TimeUnit.HOURS.toNanos(12);

  private final ClientLoop loop;
  private final HeaderChain chain;
  private final TrustedSections trusted;
  private final BloomBits bits;
  private final Executor background;
  private final boolean pruning;
  private ClientLoop.@Nullable Timer timer;
  private boolean working;
  private boolean pruneDue;
  private volatile boolean closed;

  /**
   * Does nothing before {@link #start}.
   *
   * @param background one thread, or several
   * @param pruning whether old headers are removed
   */
  SectionKeeper(
      ClientLoop loop,
      HeaderChain chain,
      TrustedSections trusted,
      BloomBits bits,
      Executor background,
      boolean pruning) {
    this.loop = loop;
    this.chain = chain;
    this.trusted = trusted;
    this.bits = bits;
    this.background = background;
    this.pruning = pruning;
  }

  /** Begins; on the client loop. */
  void start() {
    pruneLater(0);
    arrange(QUIET_NANOS);
  }

  private void pruneLater(long delayNanos) {
    loop.schedule(
        delayNanos,
        () -> {
          if (!closed && pruning) {
            pruneDue = true;
            pruneLater(PRUNE_NANOS);
            arrange(QUIET_NANOS);
          }
        });
  }

  /** The head is another one; on the client loop. */
  void onHead() {
    arrange(QUIET_NANOS);
  }

  /** Ends; what is being built is given up. */
  void close() {
    closed = true;
  }

  private void arrange(long delayNanos) {
    if (closed || working) {
      return;
    }
    if (timer != null) {
      timer.cancel();
    }
    timer = loop.schedule(delayNanos, this::begin);
  }

  private void begin() {
    timer = null;
    if (closed || working) {
      return;
    }
    working = true;
    background.execute(() -> look(Integer.MAX_VALUE));
  }

  /** Work is over for now; looks again after the delay, or with the next head if negative. */
  private void end(long delayNanos) {
    loop.execute(
        () -> {
          working = false;
          if (delayNanos >= 0) {
            arrange(delayNanos);
          } else if (pruneDue) {
            pruneDue = false;
            working = true;
            background.execute(this::prune);
          }
        });
  }

  /** In the background; {@code before} paths were missing before the last fetch. */
  private void look(int before) {
    guarded(
        () -> {
          Optional<CheckpointEntry> newest = trusted.newest();
          long next = newest.map(section -> section.sectionIndex() + 1).orElse(0L);
          boolean due = next < trusted.sections().confirmed(chain.head().number());
          boolean ours = trusted.sections().first(next) > chain.start() || chain.start() == 0;
          if (!due || !ours || closed) {
            end(-1);
            return;
          }
          Missing missing = trusted.missing(next);
          if (newest.isEmpty() || missing.isNothing()) {
            build(next);
          } else if (missing.paths() >= before) {
            end(RETRY_NANOS);
          } else {
            fetch(newest.get(), missing);
          }
        });
  }

  private void fetch(CheckpointEntry newest, Missing missing) {
    LOG.debug(
        "{} paths of the tries of section {} are missing to build the next one",
        missing.paths(),
        newest.sectionIndex());
    if (missing.cht()) {
      fetched(HelperTrie.CHT, bits.chtEdge(newest), missing.paths());
    } else {
      int round = Math.min(BITS_PER_ROUND, missing.bits().size());
      fetched(
          HelperTrie.BLOOM, bits.edge(newest, missing.bits().subList(0, round)), missing.paths());
    }
  }

  /** Keeps what comes and looks again what is missing now. */
  private void fetched(
      HelperTrie kind, CompletableFuture<Retrieval<Map<Bytes32, Bytes>>> nodes, int before) {
    var unused = // every outcome is handled
        nodes.thenAcceptAsync(
            outcome -> {
              switch (outcome) {
                case Retrieved<Map<Bytes32, Bytes>>(Map<Bytes32, Bytes> found) ->
                    guarded(
                        () -> {
                          trusted.putNodes(kind, found);
                          look(before);
                        });
                case Failed<Map<Bytes32, Bytes>>(RetrievalFailure failure) -> {
                  LOG.debug("No section for now: {}", failure.message());
                  end(RETRY_NANOS);
                }
              }
            },
            background);
  }

  private void build(long index) {
    long startNanos = System.nanoTime();
    Optional<CheckpointEntry> built = trusted.build(index, () -> !closed);
    if (built.isEmpty()) {
      end(closed ? -1 : PRUNE_NANOS);
      return;
    }
    LOG.info(
        "Section {}: head {}, CHT {}, bloom trie {}, {} ms",
        index,
        built.get().sectionHead(),
        built.get().chtRoot(),
        built.get().bloomRoot(),
        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos));
    end(0);
  }

  private void prune() {
    guarded(
        () -> {
          long keptFrom = trusted.keptFrom();
          if (keptFrom > 0) {
            chain.raiseStart(keptFrom);
            trusted.prune();
          }
          if (keptFrom > 0) {
            LOG.info("Headers from 1 to {} are removed; servers prove them", keptFrom - 1);
          }
          end(-1);
        });
  }

  private void guarded(Runnable work) {
    try {
      work.run();
    } catch (StoreException.Closed e) {
      LOG.debug("The store is closed, sections end");
    } catch (RuntimeException e) {
      LOG.error("Helper tries wait: they could not be built or pruned", e);
      end(PRUNE_NANOS);
    }
  }
}
