package io.lesnode.les.client;

import io.lesnode.les.client.value.ResponseTimes;
import io.lesnode.les.client.value.TimeoutWeights;
import io.lesnode.les.client.value.ValueTracker;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.tuweni.bytes.Bytes32;

/**
 * How fast servers answered and what that is worth. Thread-safe; the methods block until the client
 * loop answers. A server is named by its id, the hash of its public key; empty means all together.
 * All results are empty once the client is closed.
 *
 * <p>Reference: geth v1.10.26, les/vflux/client/api.go (PrivateClientAPI).
 */
public final class ServerStatistics {
  private final Asker asker;

  /** Asks the value tracker on its own thread. */
  @FunctionalInterface
  interface Asker {
    <T> Optional<T> onLoop(Inquiry<T> inquiry);
  }

  /** What is asked there. */
  @FunctionalInterface
  interface Inquiry<T> {
    T ask(ValueTracker values, long nowNanos);
  }

  ServerStatistics(Asker asker) {
    this.asker = asker;
  }

  /** The service value by response time: 32 points, with a sum of 1 if normalized. */
  public List<ResponseTimes.Point> distribution(Optional<Bytes32> server, boolean normalized) {
    Optional<List<ResponseTimes.Point>> points =
        asker.onLoop(
            (values, now) ->
                values.responseTimes(server, now).distribution(normalized, values.factor(now)));
    return points.orElse(List.of());
  }

  /** A timeout in seconds that would have failed this share of the answers. */
  public double timeoutSeconds(Optional<Bytes32> server, double failRate) {
    Optional<Long> nanos =
        asker.onLoop((values, now) -> values.responseTimes(server, now).timeoutNanos(failRate));
    return nanos.orElse(0L) / 1e9;
  }

  /** The service value under a timeout. */
  public double value(Optional<Bytes32> server, double timeoutSeconds) {
    TimeoutWeights weights =
        TimeoutWeights.of(
            (long) (Math.clamp(timeoutSeconds, 0, 1e9) * TimeUnit.SECONDS.toNanos(1)));
    Optional<Double> value =
        asker.onLoop(
            (values, now) -> values.responseTimes(server, now).value(weights, values.factor(now)));
    return value.orElse(0.0);
  }

  /** What a typical mix of requests is and what each is worth. */
  public List<ValueTracker.RequestStatistic> requestStatistics() {
    Optional<List<ValueTracker.RequestStatistic>> statistics =
        asker.onLoop(ValueTracker::requestStatistics);
    return statistics.orElse(List.of());
  }
}
