package io.lesnode.les.client;

import io.lesnode.primitives.AccessListEntry;
import io.lesnode.primitives.Address;
import java.util.Collection;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;

/**
 * What a call will read as far as it can be told beforehand. Immutable.
 *
 * @param accounts accounts that it reads: the sender, the coinbase
 * @param to the contract called, null for a creation; its code is needed too
 * @param input what the contract is given; tells which call of the past it is like
 * @param accessList the call's own list (EIP-2930)
 */
public record CallHints(
    List<Address> accounts, @Nullable Address to, Bytes input, List<AccessListEntry> accessList) {
  /** Nothing is known. */
  public static final CallHints NONE = new CallHints(List.of(), null, Bytes.EMPTY, List.of());

  /** Copies the lists. */
  public CallHints {
    accounts = List.copyOf(accounts);
    accessList = List.copyOf(accessList);
  }

  /** Hints for a call of a contract. */
  public static CallHints call(Collection<Address> accounts, @Nullable Address to, Bytes input) {
    return new CallHints(List.copyOf(accounts), to, input, List.of());
  }

  /** Hints for storage that is read. */
  public static CallHints storage(Address address, List<Bytes32> slots) {
    return new CallHints(
        List.of(), null, Bytes.EMPTY, List.of(new AccessListEntry(address, slots)));
  }
}
