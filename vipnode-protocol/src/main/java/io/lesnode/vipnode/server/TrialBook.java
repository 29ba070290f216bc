package io.lesnode.vipnode.server;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.tuweni.bytes.Bytes;

/**
 * Who has had its free trial: by network, because node ids cost nothing. A value machine of one
 * owner.
 *
 * <p>An IPv4 network is a /24 and an IPv6 one a /64. A trial runs by the clock from the first
 * connection on, whoever of the network is connected, and is forgotten a while after the network
 * was last there. The oldest networks are forgotten first when there are too many.
 */
public final class TrialBook {
  private static final int MAX_NETWORKS = 100_000;
  private static final int IPV4_BYTES = 3;
  private static final int IPV6_BYTES = 8;

  private record Trial(long untilNanos, long lastNanos) {}

  private final SaleSettings settings;
  private final LinkedHashMap<Bytes, Trial> trials = new LinkedHashMap<>(16, 0.75f, true);

  /** No network has had a trial. */
  public TrialBook(SaleSettings settings) {
    this.settings = settings;
  }

  /**
   * The network of an address. Addresses of this machine are told apart by the node.
   *
   * @param node what names a peer on this machine
   */
  public static Bytes network(InetAddress address, Bytes node) {
    if (address.isLoopbackAddress() || address.isAnyLocalAddress()) {
      return node;
    }
    byte[] bytes = address.getAddress();
    int count = address instanceof Inet4Address ? IPV4_BYTES : IPV6_BYTES;
    return Bytes.wrap(Arrays.copyOf(bytes, count));
  }

  /** Somebody of a network is there: until when its trial lasts, which may be over. */
  public long untilNanos(Bytes network, Moment now) {
    Trial known = trials.get(network);
    long until =
        known == null || isForgotten(known, now)
            ? now.inSeconds(settings.trialSeconds())
            : known.untilNanos();
    trials.put(network, new Trial(until, now.nanos()));
    if (trials.size() > MAX_NETWORKS) {
      trials.pollFirstEntry();
    }
    return until;
  }

  private boolean isForgotten(Trial trial, Moment now) {
    return now.reached(
        Math.max(trial.lastNanos(), trial.untilNanos())
            + settings.trialForgottenSeconds() * Moment.SECOND_NANOS);
  }

  /** How many networks are in their trial. */
  public long running(Moment now) {
    return trials.values().stream().filter(trial -> !now.reached(trial.untilNanos())).count();
  }

  Map<Bytes, ?> networks() {
    return trials;
  }
}
