package io.lesnode.contracts.testing;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lesnode.evm.state.AccountChange;
import io.lesnode.evm.state.StateChanges;
import io.lesnode.evm.state.StateReader;
import io.lesnode.primitives.Account;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.EmptyHashes;
import java.util.HashMap;
import java.util.Map;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * Every state that the chain had: each account and slot with the blocks at which it changed.
 * Storage roots are made up (no trie is built): all that execution asks of one is whether it is the
 * empty one.
 */
final class WorldHistory {
  private static final Bytes32 SOME_ROOT = Bytes32.repeat((byte) 1);

  private final Map<Address, History<Account>> accounts = new HashMap<>();
  private final Map<Address, Map<UInt256, History<UInt256>>> storage = new HashMap<>();
  private final Map<Bytes32, Bytes> codes = new HashMap<>();

  /** The state after {@code block}. */
  StateReader at(long block) {
    return new StateReader() {
      @Override
      public @Nullable Account account(Address address) {
        Account account = WorldHistory.this.account(address, block);
        return account.isEmpty() ? null : account;
      }

      @Override
      public Bytes code(Address address, Bytes32 codeHash) {
        Bytes code = codes.get(codeHash);
        if (code == null) {
          throw new IllegalStateException("no code with hash " + codeHash);
        }
        return code;
      }

      @Override
      public UInt256 storage(Address address, Bytes32 storageRoot, UInt256 slot) {
        return WorldHistory.this.storage(address, slot, block);
      }
    };
  }

  Account account(Address address, long block) {
    History<Account> history = accounts.get(address);
    Account account = history == null ? null : history.at(block);
    return account == null ? Account.EMPTY : account;
  }

  UInt256 storage(Address address, UInt256 slot, long block) {
    Map<UInt256, History<UInt256>> slots = storage.get(address);
    History<UInt256> history = slots == null ? null : slots.get(slot);
    UInt256 value = history == null ? null : history.at(block);
    return value == null ? UInt256.ZERO : value;
  }

  /** Makes {@code changes} part of the state after {@code block}. */
  void commit(long block, StateChanges changes) {
    for (AccountChange change : changes.accounts()) {
      switch (change) {
        case AccountChange.Deleted deleted -> {
          put(deleted.address(), block, Account.EMPTY);
          wipe(deleted.address(), block);
        }
        case AccountChange.Updated updated -> commit(block, updated);
      }
    }
  }

  private void commit(long block, AccountChange.Updated change) {
    Address address = change.address();
    if (change.newCode() != null) {
      codes.put(change.codeHash(), change.newCode());
    }
    if (change.storageWiped()) {
      wipe(address, block);
    }
    Map<UInt256, History<UInt256>> slots = storage.computeIfAbsent(address, a -> new HashMap<>());
    change
        .storage()
        .forEach(
            (slot, value) -> slots.computeIfAbsent(slot, s -> new History<>()).put(block, value));
    boolean stored = slots.values().stream().anyMatch(slot -> !isZero(slot.at(block)));
    put(
        address,
        block,
        new Account(
            change.nonce(),
            change.balance(),
            stored ? SOME_ROOT : EmptyHashes.TRIE_ROOT,
            change.codeHash()));
  }

  private void put(Address address, long block, Account account) {
    accounts.computeIfAbsent(address, a -> new History<>()).put(block, account);
  }

  private void wipe(Address address, long block) {
    storage.getOrDefault(address, Map.of()).values().forEach(s -> s.put(block, UInt256.ZERO));
  }

  private static boolean isZero(@Nullable UInt256 value) {
    return value == null || value.isZero();
  }

  /**
   * Balances, nonces, code hashes and slots after {@code block}, without the slots of one account.
   */
  ObjectNode dump(long block, Address withoutSlots) {
    ObjectNode all = JsonNodeFactory.instance.objectNode();
    for (Address address : accounts.keySet()) {
      Account account = account(address, block);
      ObjectNode json = all.putObject(address.toHexString());
      json.put("nonce", account.nonce());
      json.put("balance", account.balance().toHexString());
      json.put("codeHash", account.codeHash().toHexString());
      ObjectNode slots = json.putObject("storage");
      if (!address.equals(withoutSlots)) {
        storage
            .getOrDefault(address, Map.of())
            .forEach(
                (slot, history) ->
                    slots.put(Recording.hex(slot), Recording.hex(storage(address, slot, block))));
      }
    }
    return all;
  }

  /** Forgets every change after {@code block}. */
  void cutAfter(long block) {
    accounts.values().forEach(history -> history.cutAfter(block));
    storage.values().forEach(slots -> slots.values().forEach(slot -> slot.cutAfter(block)));
  }
}
