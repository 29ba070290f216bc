package io.lesnode.devp2p.discovery.table;

import java.util.Comparator;
import org.apache.tuweni.bytes.Bytes32;

/** The XOR metric on node hashes. Stateless. */
public final class Distance {
  /** The largest logarithmic distance. */
  public static final int MAX = 256;

  private Distance() {}

  /** 256 less the number of leading bits that two hashes share; 0 for equal ones. */
  public static int log(Bytes32 a, Bytes32 b) {
    for (int i = 0; i < Bytes32.SIZE; i++) {
      int difference = (a.get(i) ^ b.get(i)) & 0xff;
      if (difference != 0) {
        return MAX - 8 * i - (Integer.numberOfLeadingZeros(difference) - 24);
      }
    }
    return 0;
  }

  /** Orders hashes by their distance to a target, the nearest first. */
  static Comparator<Bytes32> to(Bytes32 target) {
    return (a, b) -> {
      for (int i = 0; i < Bytes32.SIZE; i++) {
        int toA = (a.get(i) ^ target.get(i)) & 0xff;
        int toB = (b.get(i) ^ target.get(i)) & 0xff;
        if (toA != toB) {
          return Integer.compare(toA, toB);
        }
      }
      return 0;
    };
  }
}
