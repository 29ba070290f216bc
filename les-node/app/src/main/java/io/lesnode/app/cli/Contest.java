package io.lesnode.app.cli;

import io.lesnode.les.client.LightClient;
import io.lesnode.les.client.Retrieval;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.BlockHeader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.tuweni.bytes.Bytes;

/**
 * Light clients that want more of a server than it gives for nothing: each has the same number of
 * callers, and a caller asks for the proofs of some accounts at its own regular times, or when the
 * last ones that it wanted have come and were verified, whichever is later. Blocks its caller until
 * all have ended.
 */
public final class Contest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Accounts of one question: enough that a question is some work for the server. */
  private static final int ACCOUNTS = 64;

  private Contest() {}

  /**
   * What a client got.
   *
   * @param answers those that came within the time
   * @param failures calls that ended without an answer
   * @param medianNanos half of the calls took no longer
   * @param p99Nanos 99 of 100 calls took no longer
   */
  public record Result(int answers, int failures, long medianNanos, long p99Nanos) {}

  /**
   * Lets clients contend.
   *
   * @param callers how many calls each client has under way at most
   * @param perSecond how many answers each client wants
   * @param seed chooses the accounts
   * @return what each client got, in the order of the clients
   */
  public static List<Result> run(
      List<LightClient> clients, int callers, int perSecond, Duration duration, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    long startNanos = System.nanoTime();
    long endNanos = startNanos + duration.toNanos();
    long stepNanos = TimeUnit.SECONDS.toNanos(1) / perSecond;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<List<Future<Calls>>> running = new ArrayList<>();
      for (LightClient client : clients) {
        List<Future<Calls>> own = new ArrayList<>();
        for (int i = 0; i < callers; i++) {
          SplittableRandom addresses = random.split();
          long firstNanos = startNanos + i * stepNanos;
          own.add(
              threads.submit(
                  () ->
                      new Calls()
                          .run(client, addresses, firstNanos, callers * stepNanos, endNanos)));
        }
        running.add(own);
      }
      return running.stream().map(Contest::result).toList();
    }
  }

  /** What one caller sees. Confined to its thread. */
  private static final class Calls {
    private final List<Long> nanos = new ArrayList<>();
    private int inTime;
    private int failures;

    Calls run(
        LightClient client,
        SplittableRandom addresses,
        long firstNanos,
        long everyNanos,
        long endNanos) {
      LightClient asked = client.within(PATIENCE);
      long nextNanos = firstNanos;
      while (nextNanos < endNanos) {
        LockSupport.parkNanos(nextNanos - System.nanoTime());
        List<Address> some = random(addresses);
        BlockHeader head = asked.head();
        long start = System.nanoTime();
        if (asked.proveAccounts(head, some) instanceof Retrieval.Retrieved<Integer>) {
          long now = System.nanoTime();
          nanos.add(now - start);
          inTime += now <= endNanos ? 1 : 0;
        } else {
          failures++;
        }
        nextNanos = Math.max(nextNanos + everyNanos, System.nanoTime());
      }
      return this;
    }
  }

  private static List<Address> random(SplittableRandom random) {
    return Stream.generate(
            () -> {
              byte[] address = new byte[Address.SIZE_BYTES];
              random.nextBytes(address);
              return new Address(Bytes.wrap(address));
            })
        .limit(ACCOUNTS)
        .toList();
  }

  private static Result result(List<Future<Calls>> callers) {
    int inTime = 0;
    int failures = 0;
    List<Long> all = new ArrayList<>();
    for (Future<Calls> caller : callers) {
      try {
        Calls calls = caller.get();
        inTime += calls.inTime;
        failures += calls.failures;
        all.addAll(calls.nanos);
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("the contest was interrupted", stopped);
      } catch (ExecutionException bug) {
        throw new IllegalStateException("a caller failed", bug.getCause());
      }
    }
    long[] sorted = all.stream().mapToLong(Long::longValue).sorted().toArray();
    return new Result(inTime, failures, percentile(sorted, 50), percentile(sorted, 99));
  }

  /** The smallest value that so many percent do not exceed; zero of nothing. */
  private static long percentile(long[] sorted, int percent) {
    return sorted.length == 0 ? 0 : sorted[(int) ((sorted.length * (long) percent + 99) / 100) - 1];
  }
}
