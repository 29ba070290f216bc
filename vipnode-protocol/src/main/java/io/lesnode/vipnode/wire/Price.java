package io.lesnode.vipnode.wire;

import java.util.Optional;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * What a number of tokens costs, or brings when they are sold back; infinite when they cannot be
 * had. On the wire an integer, and an empty list for the infinite price.
 */
public sealed interface Price {
  /** A price in wei. */
  record Finite(UInt256 amountWei) implements Price {}

  /** The tokens cannot be had at any price. */
  record Infinite() implements Price {}

  /** The infinite price. */
  static Price infinite() {
    return new Infinite();
  }

  /** A price in wei. */
  static Price ofWei(UInt256 amountWei) {
    return new Finite(amountWei);
  }

  /** The price in wei, empty when it is infinite. */
  default Optional<UInt256> wei() {
    return switch (this) {
      case Finite finite -> Optional.of(finite.amountWei());
      case Infinite infinite -> Optional.empty();
    };
  }
}
