package io.lesnode.les.server;

import io.lesnode.chain.index.Checkpoints;
import io.lesnode.les.wire.LesCodec;
import io.lesnode.les.wire.LesMessage.Request;
import io.lesnode.les.wire.LesVersion;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.tuweni.bytes.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * Measures on this machine and this chain how long requests take; thread-safe, one run at a time,
 * on the caller's thread.
 *
 * <p>The requests go as bytes through the server's decoder, its handlers and its encoder, as if a
 * peer in memory sent them one after the other. That peer has no credit limit, no balance and no
 * counter of invalid requests, and nothing of what it does is seen by the server's clients, who
 * share the disk and the processor with it. Transactions are refused by the pool for want of gas
 * after their signatures were checked.
 *
 * <p>In each pass the setups come in random order. The first pass makes 50 requests; later ones as
 * many as take the target time by what was measured before.
 *
 * <p>Reference: geth v1.10.26, les/benchmark.go, whose fake peer lacks a balance and so ends the
 * node since 1.9.22, and trips the counter of invalid requests.
 */
public final class RequestBenchmark {

  private static final int FIRST_COUNT = 50;

  /** Requests that are made up in advance; making them is not measured. */
  private static final int CHUNK = 50;

  /** Whatever was measured before, a setup makes no more requests in one pass. */
  private static final long MAX_COUNT = 10_000_000;

  private static final int MAX_PASSES = 10_000;

  private final ServedChain chain;
  private final RequestServer server;
  private final Checkpoints checkpoints;
  private final long sectionBlocks;
  private final ReentrantLock running = new ReentrantLock();

  /** Hears how a run goes, on the thread of the run. */
  public interface Progress {

    /** Nobody listens. */
    Progress NONE = new Progress() {};

    /** A pass begins; the first is 1. */
    default void onPass(int pass, int passes) {}

    /** A setup was measured in this pass; the result so far. */
    default void onMeasured(BenchmarkSetup setup, BenchmarkResult result) {}
  }

  /** A run that was ended by its caller. */
  public static final class CancelledException extends RuntimeException {
    private static final long serialVersionUID = 1;

    CancelledException() {
      super("Benchmark cancelled");
    }
  }

  /** Another run is under way. */
  public static final class BusyException extends RuntimeException {
    private static final long serialVersionUID = 1;

    BusyException() {
      super("a benchmark is running already; wait for it to end");
    }
  }

  /**
   * Measures a chain that no server needs to be running on.
   *
   * @param checkpoints the finished sections of its helper tries
   * @param sectionBlocks blocks per section
   */
  public RequestBenchmark(
      ServedChain chain, TransactionRelay pool, Checkpoints checkpoints, long sectionBlocks) {
    this(chain, new RequestServer(chain, pool), checkpoints, sectionBlocks);
  }

  RequestBenchmark(
      ServedChain chain, RequestServer server, Checkpoints checkpoints, long sectionBlocks) {
    this.chain = chain;
    this.server = server;
    this.checkpoints = checkpoints;
    this.sectionBlocks = sectionBlocks;
  }

  /** The number of the block that is the head now. */
  public ServedHead head() {
    return chain.head();
  }

  private static final class Measurement {
    final BenchmarkSetup setup;
    long totalCount;
    long totalNanos;
    int maxInSizeBytes;
    int maxOutSizeBytes;
    @Nullable String error;

    Measurement(BenchmarkSetup setup) {
      this.setup = setup;
    }

    BenchmarkResult result() {
      String failed = error;
      if (failed != null) {
        return new BenchmarkResult.Failed(failed);
      }
      return new BenchmarkResult.Measured(
          totalCount, totalNanos / totalCount, maxInSizeBytes, maxOutSizeBytes);
    }

    long nextCount(long targetNanos) {
      if (totalNanos == 0) {
        return FIRST_COUNT;
      }
      double count = (double) totalCount * (double) targetNanos / (double) totalNanos;
      return Math.clamp((long) count, 1, MAX_COUNT);
    }
  }

  /**
   * Runs measurements.
   *
   * @param passes how often each setup is measured
   * @param targetNanos how long each setup should take per pass, the first aside
   * @param isCancelled asked often; true ends the run
   * @return a result for each setup, in their order
   * @throws CancelledException if it was cancelled
   * @throws BusyException if another run is under way
   * @throws IllegalArgumentException if there is nothing to measure
   */
  public List<BenchmarkResult> run(
      List<BenchmarkSetup> setups,
      int passes,
      long targetNanos,
      Progress progress,
      BooleanSupplier isCancelled) {
    if (passes < 1 || passes > MAX_PASSES) {
      throw new IllegalArgumentException(
          "passes must be from 1 to " + MAX_PASSES + ", not " + passes);
    }
    if (targetNanos < 0) {
      throw new IllegalArgumentException("the length of a pass must not be negative");
    }
    if (!running.tryLock()) {
      throw new BusyException();
    }
    try {
      return runLocked(setups, passes, targetNanos, progress, isCancelled);
    } finally {
      running.unlock();
    }
  }

  /**
   * Makes up requests for a benchmark that repeats them itself.
   *
   * @param count how many different ones, at least 1
   * @param seed of the choice of items
   * @throws IllegalStateException if this chain has no such items
   */
  public PreparedRequests prepare(BenchmarkSetup setup, int count, long seed) {
    try (ServedView view = chain.openView()) {
      long sections = checkpoints.latest().map(entry -> entry.sectionIndex() + 1).orElse(0L);
      Supplier<Request> source =
          new BenchmarkRequests(view, sections, sectionBlocks, new SplittableRandom(seed))
              .of(setup);
      return new PreparedRequests(server, Stream.generate(source).limit(count).toList());
    } catch (BenchmarkRequests.ImpossibleException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  private List<BenchmarkResult> runLocked(
      List<BenchmarkSetup> setups,
      int passes,
      long targetNanos,
      Progress progress,
      BooleanSupplier isCancelled) {
    SplittableRandom random = new SplittableRandom();
    List<Measurement> measurements = setups.stream().map(Measurement::new).toList();
    for (int pass = 1; pass <= passes; pass++) {
      progress.onPass(pass, passes);
      List<Measurement> order = new ArrayList<>(measurements);
      Collections.shuffle(order, Random.from(random));
      for (Measurement next : order) {
        if (next.error == null) {
          measure(next, next.nextCount(targetNanos), random, isCancelled);
          progress.onMeasured(next.setup, next.result());
        }
      }
    }
    return measurements.stream().map(Measurement::result).toList();
  }

  private void measure(
      Measurement into, long count, SplittableRandom random, BooleanSupplier isCancelled) {
    try (ServedView view = chain.openView()) {
      long sections = checkpoints.latest().map(entry -> entry.sectionIndex() + 1).orElse(0L);
      Supplier<Request> source =
          new BenchmarkRequests(view, sections, sectionBlocks, random).of(into.setup);
      for (long left = count; left > 0 && into.error == null; left -= CHUNK) {
        if (isCancelled.getAsBoolean()) {
          throw new CancelledException();
        }
        List<Request> requests = new ArrayList<>(CHUNK);
        for (long i = Math.min(left, CHUNK); i > 0; i--) {
          requests.add(source.get());
        }
        serve(into, requests);
      }
    } catch (BenchmarkRequests.ImpossibleException e) {
      into.error = e.getMessage();
    }
  }

  private void serve(Measurement into, List<Request> requests) {
    int code = requests.getFirst().code();
    List<Bytes> payloads = requests.stream().map(LesCodec::encode).toList();
    long startNanos = System.nanoTime();
    for (Bytes payload : payloads) {
      Request request = (Request) LesCodec.decode(LesVersion.LES4, code, payload);
      Served served = server.serve(request, () -> false);
      Bytes body = served.body();
      if (body == null) {
        into.error = "the server has no answer";
        return;
      }
      Bytes reply = LesCodec.encodeReply(request.requestId(), 0, body);
      into.maxInSizeBytes = Math.max(into.maxInSizeBytes, payload.size());
      into.maxOutSizeBytes = Math.max(into.maxOutSizeBytes, reply.size());
    }
    into.totalNanos += System.nanoTime() - startNanos;
    into.totalCount += payloads.size();
  }
}
