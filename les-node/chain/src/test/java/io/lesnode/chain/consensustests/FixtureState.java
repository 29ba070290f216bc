package io.lesnode.chain.consensustests;

import com.fasterxml.jackson.databind.JsonNode;
import io.lesnode.chain.trie.NodeSource;
import io.lesnode.chain.trie.SecureTrie;
import io.lesnode.evm.state.AccountChange;
import io.lesnode.evm.state.StateChanges;
import io.lesnode.evm.state.StateReader;
import io.lesnode.primitives.Account;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.EmptyHashes;
import io.lesnode.primitives.crypto.Keccak;
import java.util.HashMap;
import java.util.Map;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.rlp.RLP;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * A state held in maps, straight from a test's JSON; its root is that of a trie built from scratch,
 * so that no update of a trie can hide a mistake here.
 */
final class FixtureState implements StateReader {
  private final Map<Address, Entry> entries;

  private record Entry(
      long nonce, UInt256 balance, Bytes code, Bytes32 codeHash, Map<UInt256, UInt256> storage) {

    Account account() {
      return new Account(nonce, balance, root(storage), codeHash);
    }
  }

  private FixtureState(Map<Address, Entry> entries) {
    this.entries = entries;
  }

  static FixtureState of(JsonNode pre) {
    Map<Address, Entry> entries = new HashMap<>();
    pre.properties()
        .forEach(
            field -> {
              JsonNode fields = field.getValue();
              Map<UInt256, UInt256> storage = new HashMap<>();
              fields
                  .path("storage")
                  .properties()
                  .forEach(
                      slot -> {
                        UInt256 value = Json.uint256(slot.getValue());
                        if (!value.isZero()) {
                          storage.put(
                              UInt256.fromBytes(
                                  Bytes32.leftPad(Bytes.fromHexStringLenient(slot.getKey()))),
                              value);
                        }
                      });
              Bytes code = Json.bytes(fields.path("code"));
              entries.put(
                  Address.fromHex(field.getKey()),
                  new Entry(
                      Json.uint64(fields.path("nonce")),
                      Json.uint256(fields.path("balance")),
                      code,
                      Keccak.keccak256(code),
                      storage));
            });
    return new FixtureState(entries);
  }

  @Override
  public @Nullable Account account(Address address) {
    Entry entry = entries.get(address);
    return entry == null ? null : entry.account();
  }

  @Override
  public Bytes code(Address address, Bytes32 codeHash) {
    Entry entry = entries.get(address);
    if (entry == null || !entry.codeHash.equals(codeHash)) {
      throw new IllegalStateException("no code " + codeHash + " at " + address);
    }
    return entry.code;
  }

  @Override
  public UInt256 storage(Address address, Bytes32 storageRoot, UInt256 slot) {
    Entry entry = entries.get(address);
    if (entry == null) {
      throw new IllegalStateException("no account " + address);
    }
    return entry.storage.getOrDefault(slot, UInt256.ZERO);
  }

  /** This state with {@code changes} applied. */
  FixtureState with(StateChanges changes) {
    Map<Address, Entry> after = new HashMap<>(entries);
    for (AccountChange change : changes.accounts()) {
      switch (change) {
        case AccountChange.Deleted deleted -> after.remove(deleted.address());
        case AccountChange.Updated updated ->
            after.put(updated.address(), apply(updated, entries.get(updated.address())));
      }
    }
    return new FixtureState(after);
  }

  private static Entry apply(AccountChange.Updated change, @Nullable Entry before) {
    Map<UInt256, UInt256> storage = new HashMap<>();
    if (before != null && !change.storageWiped()) {
      storage.putAll(before.storage);
    }
    change
        .storage()
        .forEach(
            (slot, value) -> {
              if (value.isZero()) {
                storage.remove(slot);
              } else {
                storage.put(slot, value);
              }
            });
    Bytes code = change.newCode();
    if (code == null) {
      code =
          before == null || change.codeHash().equals(EmptyHashes.CODE) ? Bytes.EMPTY : before.code;
    }
    if (!Keccak.keccak256(code).equals(change.codeHash())) {
      throw new AssertionError("code and hash of " + change.address() + " do not fit");
    }
    return new Entry(change.nonce(), change.balance(), code, change.codeHash(), storage);
  }

  Bytes32 root() {
    SecureTrie trie = new SecureTrie(NodeSource.empty(), EmptyHashes.TRIE_ROOT);
    entries.forEach((address, entry) -> trie.put(address.bytes(), entry.account().encoded()));
    return trie.rootHash();
  }

  private static Bytes32 root(Map<UInt256, UInt256> storage) {
    if (storage.isEmpty()) {
      return EmptyHashes.TRIE_ROOT;
    }
    SecureTrie trie = new SecureTrie(NodeSource.empty(), EmptyHashes.TRIE_ROOT);
    storage.forEach(
        (slot, value) ->
            trie.put(slot.toBytes(), RLP.encodeValue(value.toBytes().trimLeadingZeros())));
    return trie.rootHash();
  }
}
