package io.lesnode.benchmarks.compare;

import io.lesnode.benchmarks.load.LoadProgress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Reads the processor time of a server each second of a load run beside the count of replies.
 * Confined to the thread that runs the load.
 */
final class ServerMeter implements LoadProgress {
  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final double NANOS_PER_SECOND = 1e9;

  /** Fewest seconds of warm-up: a second for connections, the rest to see whether it is steady. */
  private static final int LEAST_WARM_SECONDS = 4;

  /** A machine with other work gives little time in a second. */
  private static final long LEAST_WARM_CPU_MICROS = 2_500_000;

  /** Two seconds are as dear as the two before them, within so much. */
  private static final double STEADY = 0.05;

  private record Second(long nanos, long cpuMicros, long replies) {}

  private final ServerProcess server;
  private final double idleMicrosPerSecond;
  private final Runnable onConnected;
  private final Runnable onSteady;
  private final List<Second> warming = new ArrayList<>();
  private final List<Second> measured = new ArrayList<>();

  /**
   * A meter for one run.
   *
   * @param idleMicrosPerSecond what the server uses when nobody asks
   * @param onConnected runs when the clients are connected and nothing was asked yet
   * @param onSteady runs once the time per request no longer falls
   */
  ServerMeter(
      ServerProcess server, double idleMicrosPerSecond, Runnable onConnected, Runnable onSteady) {
    this.server = server;
    this.idleMicrosPerSecond = idleMicrosPerSecond;
    this.onConnected = onConnected;
    this.onSteady = onSteady;
  }

  /** What a server uses in a quiet time, in microseconds per second. */
  static double idle(ServerProcess server) {
    long fromNanos = System.nanoTime();
    long fromMicros = server.process().cpuMicros();
    while (System.nanoTime() - fromNanos < IDLE_NANOS) {
      LockSupport.parkNanos(IDLE_NANOS - (System.nanoTime() - fromNanos));
    }
    return (server.process().cpuMicros() - fromMicros)
        * NANOS_PER_SECOND
        / (System.nanoTime() - fromNanos);
  }

  @Override
  public void onConnected(int ready, int wanted) {
    onConnected.run();
  }

  @Override
  public void onSecond(double elapsedSeconds, int connected, Map<String, Interval> groups) {
    long replies = groups.values().stream().mapToLong(Interval::replies).sum();
    Second second = new Second(System.nanoTime(), server.process().cpuMicros(), replies);
    if (elapsedSeconds > 0) {
      measured.add(second);
    } else {
      warming.add(second);
      if (isSteady()) {
        onSteady.run();
      }
    }
  }

  private boolean isSteady() {
    int now = warming.size() - 1;
    if (now < LEAST_WARM_SECONDS
        || warming.get(now).cpuMicros() - warming.getFirst().cpuMicros() < LEAST_WARM_CPU_MICROS) {
      return false;
    }
    double before = cpuMicrosPerRequest(warming.subList(now - 4, now - 1));
    double after = cpuMicrosPerRequest(warming.subList(now - 2, now + 1));
    return after > 0 && Math.abs(after - before) <= STEADY * before;
  }

  /** Processor time of the server per reply while it was measured; 0 if there was none. */
  double cpuMicrosPerRequest() {
    return cpuMicrosPerRequest(measured);
  }

  /** The first second only tells where to begin. */
  private double cpuMicrosPerRequest(List<Second> seconds) {
    if (seconds.size() < 2) {
      return 0;
    }
    Second first = seconds.getFirst();
    Second last = seconds.getLast();
    long replies = seconds.stream().skip(1).mapToLong(Second::replies).sum();
    double idle = idleMicrosPerSecond * (last.nanos() - first.nanos()) / NANOS_PER_SECOND;
    return replies == 0 ? 0 : Math.max(0, last.cpuMicros() - first.cpuMicros() - idle) / replies;
  }
}
