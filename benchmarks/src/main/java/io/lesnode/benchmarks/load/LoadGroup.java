package io.lesnode.benchmarks.load;

import io.lesnode.devp2p.NodeId;
import io.lesnode.primitives.crypto.Keccak;
import io.lesnode.primitives.crypto.KeyPair;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/**
 * Clients that behave alike.
 *
 * @param name of the group; the keys of its clients are derived from it, so that a run can be
 *     repeated and a server's operator knows their ids beforehand
 * @param clients how many
 * @param mix what they ask for
 * @param window closed loop only: most requests under way per client
 * @param ratePerSecond open loop: requests that the clients together want to send per second,
 *     whatever comes back (latency counts from the wanted moment); 0: closed loop, as many as
 *     window and credit allow
 * @param obeysCredit whether clients keep to flow control; those that do not ignore Stop too
 */
public record LoadGroup(
    String name,
    int clients,
    RequestMix mix,
    int window,
    double ratePerSecond,
    boolean obeysCredit) {

  /** The most clients of a run. */
  public static final int MOST_CLIENTS = 10_000;

  /** The largest window of a client. */
  public static final int MOST_WINDOW = 1_024;

  /** The highest rate of a group. */
  public static final double MOST_RATE = 1_000_000;

  /** Checks the ranges. */
  public LoadGroup {
    if (name.isEmpty() || name.length() > 40 || !name.matches("[A-Za-z0-9_.-]+")) {
      throw new IllegalArgumentException(
          "'" + name + "' is no name of a group; use up to 40 letters, digits and . _ -");
    }
    require(clients >= 1 && clients <= MOST_CLIENTS, "clients", clients, MOST_CLIENTS);
    require(window >= 1 && window <= MOST_WINDOW, "window", window, MOST_WINDOW);
    if (!(ratePerSecond >= 0 && ratePerSecond <= MOST_RATE)) {
      throw new IllegalArgumentException(
          "a rate must be 0 to " + (long) MOST_RATE + " a second, is " + ratePerSecond);
    }
  }

  private static void require(boolean fits, String what, int value, int most) {
    if (!fits) {
      throw new IllegalArgumentException(what + " must be 1 to " + most + ", is " + value);
    }
  }

  /** Whether requests leave at a rate, whatever comes back. */
  public boolean isOpenLoop() {
    return ratePerSecond > 0;
  }

  /** The key of one of its clients in runs with seed 0. */
  public KeyPair key(int index) {
    return key(0, index);
  }

  /** The key of one of its clients. */
  public KeyPair key(long seed, int index) {
    String prefix = seed == 0 ? "" : seed + "/";
    Bytes text = Bytes.wrap((prefix + name + "/" + index).getBytes(StandardCharsets.UTF_8));
    return KeyPair.ofSecret(Bytes32.wrap(Keccak.keccak256(text)));
  }

  /** Who its clients are, before they connect. */
  public List<NodeId> nodeIds(long seed) {
    return IntStream.range(0, clients).mapToObj(i -> NodeId.of(key(seed, i).publicKey())).toList();
  }
}
