package io.lesnode.evm.state;

import io.lesnode.primitives.Address;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Addresses and slots that the running transaction has accessed (EIP-2929). */
final class WarmAccess {
  private final Map<Address, Set<Word>> slotsByAddress = new HashMap<>();

  boolean contains(Address address) {
    return slotsByAddress.containsKey(address);
  }

  /** True if {@code address} was cold until now. */
  boolean add(Address address) {
    return slotsByAddress.putIfAbsent(address, new HashSet<>(4)) == null;
  }

  /** True if {@code slot} was cold until now; the address must be warm. */
  boolean add(Address address, Word slot) {
    return slotsByAddress.computeIfAbsent(address, key -> new HashSet<>(4)).add(slot);
  }

  void remove(Address address) {
    slotsByAddress.remove(address);
  }

  void remove(Address address, Word slot) {
    Set<Word> slots = slotsByAddress.get(address);
    if (slots != null) {
      slots.remove(slot);
    }
  }

  void clear() {
    slotsByAddress.clear();
  }
}
