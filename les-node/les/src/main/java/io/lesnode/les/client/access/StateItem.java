package io.lesnode.les.client.access;

import io.lesnode.primitives.Address;
import org.apache.tuweni.units.bigints.UInt256;

/** A piece of state that can be fetched and verified on its own. Immutable. */
public sealed interface StateItem {
  /** The account it belongs to. */
  Address address();

  /** The account itself, or that there is none. */
  record OfAccount(Address address) implements StateItem {}

  /** The code of an account. */
  record OfCode(Address address) implements StateItem {}

  /** A storage slot of an account. */
  record OfSlot(Address address, UInt256 slot) implements StateItem {}
}
