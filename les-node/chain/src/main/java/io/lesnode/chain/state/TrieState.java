package io.lesnode.chain.state;

import io.lesnode.chain.trie.MerklePatriciaTrie;
import io.lesnode.chain.trie.MissingNodeException;
import io.lesnode.chain.trie.TrieCommit;
import io.lesnode.evm.state.AccountChange;
import io.lesnode.evm.state.MissingStateException;
import io.lesnode.evm.state.StateChanges;
import io.lesnode.evm.state.StateReader;
import io.lesnode.primitives.Account;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.EmptyHashes;
import io.lesnode.primitives.crypto.Keccak;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.rlp.RLP;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * The state at one root, and the states that follow from it as changes are applied. Confined to one
 * thread.
 *
 * <p>{@link #apply} takes what a {@link io.lesnode.evm.state.JournaledState} collected; what is
 * read afterwards is the new state, so that a block of before Byzantium can apply transaction by
 * transaction and ask for each {@link #rootHash}. {@link #commit} gives the difference between the
 * state opened and the present one, to be stored in one batch; the object is then done.
 */
public final class TrieState implements StateReader {

  /** One account's storage: the trie where it was opened, and what it replaces in the end. */
  private static final class Storage {
    final Bytes32 accountHash;

    /** The root at which {@link #trie} stands. */
    Bytes32 root = EmptyHashes.TRIE_ROOT;

    @Nullable MerklePatriciaTrie trie;

    /** The root before the first change in this object; null before there was one. */
    @Nullable Bytes32 original;

    /** Whether the original storage fell out as a whole. */
    boolean destroyed;

    Storage(Bytes32 accountHash) {
      this.accountHash = accountHash;
    }
  }

  private final StateSource source;
  private final Bytes32 openedRoot;
  private final MerklePatriciaTrie accounts;
  private final Map<Address, Storage> storages = new HashMap<>();
  private final Map<Bytes32, Bytes> codes = new HashMap<>();

  /** The state at a root; nothing is read yet. */
  public TrieState(StateSource source, Bytes32 stateRoot) {
    this.source = source;
    this.openedRoot = stateRoot;
    this.accounts = new MerklePatriciaTrie(source.accountNodes(), stateRoot);
  }

  @Override
  public @Nullable Account account(Address address) {
    return found(address, () -> accountAt(storage(address).accountHash));
  }

  private @Nullable Account accountAt(Bytes32 accountHash) {
    Bytes encoded = accounts.get(accountHash);
    return encoded == null ? null : Account.decode(encoded);
  }

  @Override
  public Bytes code(Address address, Bytes32 codeHash) {
    Bytes fresh = codes.get(codeHash);
    Bytes code = fresh == null ? source.code(codeHash) : fresh;
    if (code == null) {
      throw new MissingStateException(
          "the code " + codeHash.toHexString() + " of " + address + " is not here");
    }
    return code;
  }

  @Override
  public UInt256 storage(Address address, Bytes32 storageRoot, UInt256 slot) {
    return found(
        address,
        () -> {
          Bytes encoded =
              trie(storage(address), storageRoot).get(Keccak.keccak256((Bytes) slot.toBytes()));
          return encoded == null ? UInt256.ZERO : UInt256.fromBytes(RLP.decodeValue(encoded));
        });
  }

  /** The proof of an account or of its absence, root node first. */
  public List<Bytes> prove(Address address) {
    return accounts.prove(storage(address).accountHash);
  }

  /** The proof of a storage slot or of its absence; empty where the account has no storage. */
  public List<Bytes> prove(Address address, Bytes32 slot) {
    Account account = account(address);
    return account == null
        ? List.of()
        : trie(storage(address), account.storageRoot()).prove(Keccak.keccak256(slot));
  }

  /**
   * Applies the changes of finished transactions; they were made over this object as it is.
   *
   * @throws MissingStateException where a node is missing that a change needs; the object is then
   *     to be dropped
   */
  public void apply(StateChanges changes) {
    for (AccountChange change : changes.accounts()) {
      found(
          change.address(),
          () -> {
            switch (change) {
              case AccountChange.Deleted deleted -> delete(deleted.address());
              case AccountChange.Updated updated -> update(updated);
            }
            return null;
          });
    }
  }

  private void delete(Address address) {
    Storage storage = changing(address);
    wipe(storage);
    accounts.remove(storage.accountHash);
  }

  private void update(AccountChange.Updated change) {
    Storage storage = changing(change.address());
    if (change.storageWiped()) {
      wipe(storage);
    }
    Bytes32 storageRoot = change.baseStorageRoot();
    if (!change.storage().isEmpty()) {
      MerklePatriciaTrie trie = trie(storage, storageRoot);
      if (trie != storage.trie) {
        throw new IllegalStateException(
            "the changes of " + change.address() + " are of another state");
      }
      change
          .storage()
          .forEach(
              (slot, value) ->
                  trie.put(Keccak.keccak256((Bytes) slot.toBytes()), storageValue(value)));
      storageRoot = trie.rootHash();
      storage.root = storageRoot;
    }
    Bytes code = change.newCode();
    if (code != null) {
      codes.put(change.codeHash(), code);
    }
    Account account = new Account(change.nonce(), change.balance(), storageRoot, change.codeHash());
    accounts.put(storage.accountHash, account.encoded());
  }

  /** As the storage trie holds it; empty, which removes the slot, for zero. */
  private static Bytes storageValue(UInt256 value) {
    return value.isZero() ? Bytes.EMPTY : RLP.encodeValue(value.toMinimalBytes());
  }

  private Storage storage(Address address) {
    Storage known = storages.get(address);
    if (known == null) {
      known = new Storage(address.hash());
      storages.put(address, known);
    }
    return known;
  }

  private Storage changing(Address address) {
    Storage storage = storage(address);
    if (storage.original == null) {
      Account account = accountAt(storage.accountHash);
      storage.original = account == null ? EmptyHashes.TRIE_ROOT : account.storageRoot();
    }
    return storage;
  }

  private static void wipe(Storage storage) {
    storage.trie = null;
    storage.root = EmptyHashes.TRIE_ROOT;
    storage.destroyed = true;
  }

  /** The trie of an account at a root: the one kept here, or one beside it for an earlier root. */
  private MerklePatriciaTrie trie(Storage storage, Bytes32 root) {
    MerklePatriciaTrie known = storage.trie;
    if (known != null && storage.root.equals(root)) {
      return known;
    }
    MerklePatriciaTrie opened =
        new MerklePatriciaTrie(source.storageNodes(storage.accountHash), root);
    if (known == null) {
      storage.trie = opened;
      storage.root = root;
    }
    return opened;
  }

  /** The root of the present state. */
  public Bytes32 rootHash() {
    return accounts.rootHash();
  }

  /** What is to be stored so that the present state can be read where the opened one could. */
  public StateCommit commit() {
    Map<Bytes32, TrieCommit> changed = new HashMap<>();
    List<DestroyedStorage> destroyed = new ArrayList<>();
    for (Storage storage : storages.values()) {
      Bytes32 original = storage.original;
      if (original == null) {
        continue;
      }
      if (storage.destroyed && !original.equals(EmptyHashes.TRIE_ROOT)) {
        destroyed.add(new DestroyedStorage(storage.accountHash, original));
      }
      if (storage.trie != null) {
        TrieCommit commit = storage.trie.commit();
        if (!commit.inserted().isEmpty() || !commit.removed().isEmpty()) {
          changed.put(storage.accountHash, commit);
        }
      }
    }
    return new StateCommit(accounts.commit(), changed, destroyed, codes);
  }

  private <T extends @Nullable Object> T found(Address address, Supplier<T> read) {
    try {
      return read.get();
    } catch (MissingNodeException missing) {
      throw new MissingStateException(
          "the state "
              + openedRoot.toHexString()
              + " is not complete here: account "
              + address
              + ", "
              + missing.getMessage(),
          missing);
    }
  }
}
