package io.lesnode.les.client.access;

import io.lesnode.primitives.Account;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.EmptyHashes;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * What is verified of one state so far. Only grows; it lives as long as the question that it was
 * gathered for, which bounds it. Thread-safe.
 */
public final class KnownState {
  private final Map<Address, Optional<Account>> accounts = new ConcurrentHashMap<>();
  private final Map<StateItem.OfSlot, UInt256> slots = new ConcurrentHashMap<>();
  private final Map<Bytes32, Bytes> codes = new ConcurrentHashMap<>();

  /** Whether the account, or its absence, is known. */
  public boolean knowsAccount(Address address) {
    return accounts.containsKey(address);
  }

  /** Whether the item is known; slots and code of an absent account are. */
  public boolean has(StateItem item) {
    Optional<Account> account = accounts.getOrDefault(item.address(), Optional.empty());
    if (!knowsAccount(item.address())) {
      return false;
    }
    return switch (item) {
      case StateItem.OfAccount a -> true;
      case StateItem.OfCode c ->
          account.isEmpty()
              || account.get().codeHash().equals(EmptyHashes.CODE)
              || codes.containsKey(account.get().codeHash());
      case StateItem.OfSlot slot ->
          account.isEmpty()
              || account.get().storageRoot().equals(EmptyHashes.TRIE_ROOT)
              || slots.containsKey(slot);
    };
  }

  /** The account, null if the state has none; only when it is known. */
  public @Nullable Account account(Address address) {
    Optional<Account> account = accounts.get(address);
    if (account == null) {
      throw new IllegalStateException("account " + address + " is not known");
    }
    return account.orElse(null);
  }

  /** The code of an account, empty if it has none; only when it is known. */
  public Bytes code(Address address) {
    Account account = account(address);
    if (account == null || account.codeHash().equals(EmptyHashes.CODE)) {
      return Bytes.EMPTY;
    }
    Bytes code = codes.get(account.codeHash());
    if (code == null) {
      throw new IllegalStateException("the code of " + address + " is not known");
    }
    return code;
  }

  /** The value of a slot, zero if the account or its storage has none; only when it is known. */
  public UInt256 slot(StateItem.OfSlot item) {
    Account account = account(item.address());
    if (account == null || account.storageRoot().equals(EmptyHashes.TRIE_ROOT)) {
      return UInt256.ZERO;
    }
    UInt256 value = slots.get(item);
    if (value == null) {
      throw new IllegalStateException(item + " is not known");
    }
    return value;
  }

  /** Learns a verified account; null says that the state has none. */
  public void putAccount(Address address, @Nullable Account account) {
    accounts.put(address, Optional.ofNullable(account));
  }

  /** Learns code by the hash that it was checked against. */
  public void putCode(Bytes32 codeHash, Bytes code) {
    codes.put(codeHash, code);
  }

  /** Learns a verified slot. */
  public void putSlot(StateItem.OfSlot item, UInt256 value) {
    slots.put(item, value);
  }
}
