package io.lesnode.les.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.flowcontrol.server.ClientCredit;
import io.lesnode.flowcontrol.server.ServingQueue;
import io.lesnode.les.wire.HashOrNumber;
import io.lesnode.les.wire.LesMessage.GetBlockHeaders;
import io.lesnode.les.wire.LesMessage.Request;
import io.lesnode.primitives.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Real threads under the serving queue: whatever fails, tasks are reported and tokens come back.
 */
class WorkerPoolTest {

  private static final TransactionRelay NO_POOL =
      new TransactionRelay() {
        @Override
        public long status(Bytes32 hash) {
          return 0;
        }

        @Override
        public Optional<String> add(Transaction transaction) {
          return Optional.of("refused");
        }
      };

  /** Blocks in the header of this number until a permit comes. */
  private static final long GATED = 77;

  private final ThreadedNodeLoop loop = new ThreadedNodeLoop("test-loop");
  private final FakeServedChain chain = new FakeServedChain();
  private final Semaphore gate = new Semaphore(0);
  private final Semaphore atGate = new Semaphore(0);
  private final AtomicInteger overloads = new AtomicInteger();
  private WorkerPool pool = newPool(100, 1);

  private WorkerPool newPool(int servePercent, int threads) {
    return WorkerPool.ofThreads(new RequestServer(chain, NO_POOL), loop, servePercent, threads);
  }

  @BeforeEach
  void gateTheChain() {
    chain.alias = GATED;
    chain.onAlias =
        () -> {
          atGate.release();
          gate.acquireUninterruptibly();
        };
  }

  @AfterEach
  void close() {
    gate.release(1_000);
    pool.close();
    loop.close();
  }

  private final class Client implements ServingPool.Client {
    @Override
    public ClientCredit.BufferStatus bufferStatus(long nowNanos) {
      return new ClientCredit.BufferStatus(1, 2);
    }

    @Override
    public void onOverload() {
      overloads.incrementAndGet();
    }
  }

  private record Outcome(Served served, long nanos) {}

  private ServingTask task(Request request, long maxNanos, long priority) {
    return new ServingTask(new Client(), request, 10, 0, 0, maxNanos, priority);
  }

  private static Request header(long number, long amount) {
    return new GetBlockHeaders(1, new HashOrNumber.OfNumber(number), amount, -1, false);
  }

  private CompletableFuture<Outcome> submit(ServingTask task) {
    CompletableFuture<Outcome> future = new CompletableFuture<>();
    AtomicInteger reports = new AtomicInteger();
    loop.execute(
        () ->
            pool.submit(
                task,
                (served, nanos) -> {
                  assertThat(reports.incrementAndGet()).isEqualTo(1);
                  future.complete(new Outcome(served, nanos));
                }));
    return future;
  }

  private ServingQueue.Load load() throws Exception {
    CompletableFuture<ServingQueue.Load> load = new CompletableFuture<>();
    loop.execute(() -> load.complete(pool.load()));
    return load.get(10, TimeUnit.SECONDS);
  }

  private static Outcome get(CompletableFuture<Outcome> future) throws Exception {
    return future.get(10, TimeUnit.SECONDS);
  }

  @Test
  void failuresAndSilencesCostNoThread() throws Exception {
    List<CompletableFuture<Outcome>> outcomes = new ArrayList<>();
    chain.broken = true; // every answer fails
    for (int i = 0; i < 50; i++) {
      outcomes.add(submit(task(header(0, 1), 1_000, 0)));
    }
    for (CompletableFuture<Outcome> outcome : outcomes) {
      assertThat(get(outcome).served().body()).isNull();
    }
    chain.broken = false;
    for (int i = 0; i < 50; i++) {
      assertThat(get(submit(task(header(0, 1), 1_000, 0))).served().body()).isNotNull();
    }
    assertThat(load().running()).isZero();
  }

  @Test
  void nobodyWaitsForARequestThatTheDiskHoldsUp() throws Exception {
    pool.close();
    pool = newPool(100, 4);
    List<CompletableFuture<Outcome>> heldUp = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      heldUp.add(submit(task(header(GATED, 1), 1_000, 0)));
    }
    assertThat(atGate.tryAcquire(3, 10, TimeUnit.SECONDS)).isTrue();
    for (int i = 0; i < 20; i++) {
      assertThat(get(submit(task(header(0, 1), 1_000, 0))).served().body()).isNotNull();
    }
    assertThat(heldUp).noneMatch(CompletableFuture::isDone);
    gate.release(3);
    for (CompletableFuture<Outcome> outcome : heldUp) {
      assertThat(get(outcome).served().body()).isNotNull();
    }
    assertThat(load().running()).isZero();
  }

  @Test
  void cancelledTasksAreReportedWhereverTheyAre() throws Exception {
    ServingTask running = task(header(GATED, 2), 1_000, 5);
    ServingTask waiting = task(header(0, 1), 1_000, 4);
    CompletableFuture<Outcome> ofRunning = submit(running);
    CompletableFuture<Outcome> ofWaiting = submit(waiting);
    assertThat(atGate.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
    loop.execute(() -> pool.cancel(waiting));
    assertThat(get(ofWaiting)).isEqualTo(new Outcome(Served.nothing(0), 0));
    loop.execute(() -> pool.cancel(running));
    assertThat(load().running()).isEqualTo(1);
    gate.release(2);
    assertThat(get(ofRunning).served().body()).isNull();
    assertThat(get(submit(task(header(0, 1), 1_000, 0))).served().body()).isNotNull();
  }

  @Test
  void aBetterRequestGoesFirstAndTheOtherGoesOn() throws Exception {
    CompletableFuture<Outcome> slow = submit(task(header(GATED, 3), 1_000, 0));
    assertThat(atGate.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
    CompletableFuture<Outcome> better = submit(task(header(0, 1), 1_000, 20_000_000));
    assertThat(load().waiting()).isEqualTo(1);
    gate.release(); // the first header of the slow one
    assertThat(get(better).served().body()).isNotNull();
    assertThat(slow).isNotDone();
    gate.release(2);
    Bytes three = get(slow).served().body();
    assertThat(three).isNotNull();
    assertThat(three.size()).isGreaterThan(2 * 500);
    assertThat(load().paused()).isZero();
  }

  @Test
  void aPausedTaskCanBeCancelled() throws Exception {
    pool.close();
    pool = newPool(100, 2);
    loop.execute(() -> pool.setThreads(1));
    ServingTask slow = task(header(GATED, 3), 1_000, 0);
    CompletableFuture<Outcome> ofSlow = submit(slow);
    assertThat(atGate.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
    CompletableFuture<Outcome> better = submit(task(header(GATED, 1), 1_000, 20_000_000));
    load();
    gate.release();
    // the better one is at the gate now, in the place of the slow one
    assertThat(atGate.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
    assertThat(load().paused()).isEqualTo(1);
    loop.execute(() -> pool.cancel(slow));
    assertThat(get(ofSlow).served().body()).isNull();
    gate.release();
    assertThat(get(better).served().body()).isNotNull();
    ServingQueue.Load load = load();
    assertThat(load.running() + load.waiting() + load.paused()).isZero();
  }

  @Test
  void overloadIsReportedOncePerClientAndNothingStays() throws Exception {
    pool.close();
    pool = newPool(1, 1); // 72 ms at most
    CompletableFuture<Outcome> running = submit(task(header(GATED, 1), 1_000, 0));
    assertThat(atGate.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
    ServingPool.Client greedy = new Client();
    List<CompletableFuture<Outcome>> outcomes = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      outcomes.add(submit(new ServingTask(greedy, header(0, 1), 10, 0, 0, 10_000_000, 0)));
    }
    for (CompletableFuture<Outcome> outcome : outcomes) {
      assertThat(get(outcome)).isEqualTo(new Outcome(Served.nothing(0), 0));
    }
    load();
    assertThat(overloads).hasValue(1);
    gate.release();
    assertThat(get(running).served().body()).isNotNull();
  }

  @Test
  void closingEndsWhatStandsStill() throws Exception {
    CompletableFuture<Outcome> slow = submit(task(header(GATED, 3), 1_000, 0));
    assertThat(atGate.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
    CompletableFuture<Outcome> better = submit(task(header(GATED, 1), 1_000, 20_000_000));
    load();
    gate.release();
    assertThat(atGate.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
    CountDownLatch closed = new CountDownLatch(1);
    Thread closing =
        Thread.ofPlatform()
            .start(
                () -> {
                  pool.close();
                  closed.countDown();
                });
    assertThat(get(slow).served().body()).isNull();
    gate.release();
    get(better);
    assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
    closing.join();
  }
}
