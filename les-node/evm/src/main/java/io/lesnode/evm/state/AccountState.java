package io.lesnode.evm.state;

import io.lesnode.primitives.Address;
import io.lesnode.primitives.EmptyHashes;
import java.util.HashMap;
import java.util.Map;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * One account inside a {@link JournaledState}: its fields now, and its storage in three layers.
 *
 * <p>A slot's value is looked up in {@code dirty} (written by the running transaction), then {@code
 * pending} (written by finished transactions), then {@code origin} (what the reader said, cached).
 * "Original" in the sense of EIP-2200 is the value without {@code dirty}.
 */
final class AccountState {
  final Address address;

  /** Root of the storage that the reader holds for this object; empty if none or void. */
  final Bytes32 baseStorageRoot;

  /** Whether this object replaced an earlier one, whose storage must not shine through. */
  final boolean storageWiped;

  final Map<Word, Word> dirty = new HashMap<>(4);
  final Map<Word, Word> pending = new HashMap<>(4);
  final Map<Word, Word> origin = new HashMap<>(4);

  long nonce;
  UInt256 balance;
  Bytes32 codeHash;
  @Nullable Bytes code;
  boolean codeChanged;
  boolean selfDestructed;

  /** Created as a contract by the running transaction (EIP-6780). */
  boolean createdNow;

  /** Removed by a finished transaction; kept so that the reader's account stays hidden. */
  boolean deleted;

  AccountState(
      Address address,
      long nonce,
      UInt256 balance,
      Bytes32 codeHash,
      Bytes32 baseStorageRoot,
      boolean storageWiped) {
    this.address = address;
    this.nonce = nonce;
    this.balance = balance;
    this.codeHash = codeHash;
    this.baseStorageRoot = baseStorageRoot;
    this.storageWiped = storageWiped;
  }

  /** A fresh account with nothing in it. */
  static AccountState fresh(Address address, boolean storageWiped) {
    return new AccountState(
        address, 0, UInt256.ZERO, EmptyHashes.CODE, EmptyHashes.TRIE_ROOT, storageWiped);
  }

  boolean hasCode() {
    return !codeHash.equals(EmptyHashes.CODE);
  }

  /** Empty in the sense of EIP-161: no nonce, no balance, no code. */
  boolean isEmpty() {
    return nonce == 0 && balance.isZero() && !hasCode();
  }

  Word storage(Word slot, StateReader reader) {
    if (!dirty.isEmpty()) {
      Word value = dirty.get(slot);
      if (value != null) {
        return value;
      }
    }
    return originalStorage(slot, reader);
  }

  Word originalStorage(Word slot, StateReader reader) {
    if (!pending.isEmpty()) {
      Word value = pending.get(slot);
      if (value != null) {
        return value;
      }
    }
    Word value = origin.get(slot);
    if (value == null) {
      value =
          baseStorageRoot.equals(EmptyHashes.TRIE_ROOT)
              ? Word.ZERO
              : Word.of(reader.storage(address, baseStorageRoot, slot.toUInt256()));
      origin.put(slot, value);
    }
    return value;
  }

  Bytes code(StateReader reader) {
    Bytes known = code;
    if (known == null) {
      known = hasCode() ? reader.code(address, codeHash) : Bytes.EMPTY;
      code = known;
    }
    return known;
  }

  /** Ends the running transaction for this account. */
  void finish() {
    pending.putAll(dirty);
    dirty.clear();
    createdNow = false;
  }

  AccountChange toChange() {
    if (deleted) {
      return new AccountChange.Deleted(address);
    }
    Map<UInt256, UInt256> changed = HashMap.newHashMap(pending.size());
    pending.forEach(
        (slot, value) -> {
          if (!value.equals(origin.get(slot))) {
            changed.put(slot.toUInt256(), value.toUInt256());
          }
        });
    return new AccountChange.Updated(
        address,
        nonce,
        balance,
        codeHash,
        baseStorageRoot,
        storageWiped,
        codeChanged && hasCode() ? code : null,
        changed);
  }
}
