package io.lesnode.benchmarks.load;

import io.lesnode.primitives.crypto.Keccak;
import io.lesnode.primitives.crypto.KeyPair;
import java.nio.charset.StandardCharsets;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/**
 * Clients that behave alike.
 *
 * @param name of the group; their keys are derived from it, so that a run can be repeated
 * @param clients how many
 * @param mix what they ask for
 * @param window most requests under way per client
 * @param ratePerSecond requests that each client wants to send per second whatever comes back
 *     (latency counts from the wanted moment); 0: as many as window and credit allow
 * @param obeysCredit whether clients keep to flow control; without it and with a rate they also
 *     ignore Stop and the window
 */
public record LoadGroup(
    String name,
    int clients,
    RequestMix mix,
    int window,
    double ratePerSecond,
    boolean obeysCredit) {

  /** Checks the ranges. */
  public LoadGroup {
    if (clients < 1 || window < 1 || !(ratePerSecond >= 0)) {
      throw new IllegalArgumentException(
          "a group needs at least one client, a window of one, and no negative rate");
    }
  }

  /** The key of one of its clients. */
  public KeyPair key(int index) {
    Bytes seed = Bytes.wrap((name + "/" + index).getBytes(StandardCharsets.UTF_8));
    return KeyPair.ofSecret(Bytes32.wrap(Keccak.keccak256(seed)));
  }
}
