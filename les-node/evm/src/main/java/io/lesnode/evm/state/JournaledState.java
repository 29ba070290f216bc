package io.lesnode.evm.state;

import io.lesnode.primitives.Account;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.EmptyHashes;
import io.lesnode.primitives.Log;
import io.lesnode.primitives.config.Fork;
import io.lesnode.primitives.crypto.Keccak;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * World state that transactions change: a mutable view over a {@link StateReader} with snapshots.
 *
 * <p>Three time scales meet here. Within a call frame, {@link #snapshot()} and {@link #revertTo}
 * undo changes. Within a transaction live the refund counter, logs, warm access lists (EIP-2929),
 * transient storage (EIP-1153), original storage values (EIP-2200) and pending self-destructs;
 * {@link #finishTransaction} settles them. Over all finished transactions, {@link #changes()} says
 * what the trie layer has to commit.
 *
 * <p>Where receipts carry intermediate state roots (before Byzantium), commit after each
 * transaction and open a new journaled state over the result.
 *
 * <p>Confined to one thread. If a reader throws {@link MissingStateException} the object is void.
 * The behaviour, including the touch of account 3 that survives a revert, follows geth's {@code
 * core/state/statedb.go} at v1.10.26.
 */
public final class JournaledState {
  /**
   * The RIPEMD-160 precompile. A mainnet transaction of block 2,675,119 touched it, ran out of gas
   * and yet cleared it, so that the touch outlives the revert is part of the protocol.
   */
  private static final Address RIPEMD =
      Address.fromHex("0x0000000000000000000000000000000000000003");

  private final StateReader reader;
  private final Map<Address, AccountState> accounts = new HashMap<>();

  /** Accounts that the reader does not have. */
  private final Set<Address> absent = new HashSet<>();

  private final Journal journal = new Journal();
  private final WarmAccess warm = new WarmAccess();
  private final Map<Address, Map<Word, Word>> transientStorage = new HashMap<>();
  private final List<Log> logs = new ArrayList<>();

  /** Accounts that a finished transaction changed. */
  private final Set<Address> changed = new LinkedHashSet<>();

  private boolean ripemdTouched;
  private long refund;

  /** The account last looked up; contracts mostly read their own. */
  private @Nullable AccountState last;

  /** Opens {@code reader}'s state for changes. */
  public JournaledState(StateReader reader) {
    this.reader = reader;
  }

  // Accounts

  /** Whether the account exists, be it empty. */
  public boolean exists(Address address) {
    return find(address) != null;
  }

  /** Whether the account is absent or empty in the sense of EIP-161. */
  public boolean isEmpty(Address address) {
    AccountState account = find(address);
    return account == null || account.isEmpty();
  }

  /** The balance in wei, zero if absent. */
  public UInt256 balance(Address address) {
    AccountState account = find(address);
    return account == null ? UInt256.ZERO : account.balance;
  }

  /** The nonce (unsigned), zero if absent. */
  public long nonce(Address address) {
    AccountState account = find(address);
    return account == null ? 0 : account.nonce;
  }

  /** The code hash, {@link Bytes32#ZERO} if absent. */
  public Bytes32 codeHash(Address address) {
    AccountState account = find(address);
    return account == null ? Bytes32.ZERO : account.codeHash;
  }

  /** Whether the account exists and has code. */
  public boolean hasCode(Address address) {
    AccountState account = find(address);
    return account != null && account.hasCode();
  }

  /** The code, empty if absent. */
  public Bytes code(Address address) {
    AccountState account = find(address);
    return account == null ? Bytes.EMPTY : account.code(reader);
  }

  /** Adds to a balance modulo 2^256, creating the account; adding zero touches an empty one. */
  public void addBalance(Address address, UInt256 amount) {
    AccountState account = findOrCreate(address);
    if (amount.isZero()) {
      if (account.isEmpty()) {
        touch(address);
      }
      return;
    }
    putBalance(account, account.balance.add(amount));
  }

  /** Subtracts from a balance that must cover it; zero changes nothing. */
  public void subtractBalance(Address address, UInt256 amount) {
    AccountState account = findOrCreate(address);
    if (amount.isZero()) {
      return;
    }
    if (account.balance.compareTo(amount) < 0) {
      throw new IllegalStateException("balance of " + address + " is below " + amount);
    }
    putBalance(account, account.balance.subtract(amount));
  }

  /** Sets a balance, creating the account. */
  public void setBalance(Address address, UInt256 balance) {
    putBalance(findOrCreate(address), balance);
  }

  /** Sets a nonce, creating the account. */
  public void setNonce(Address address, long nonce) {
    AccountState account = findOrCreate(address);
    long before = account.nonce;
    journal.add(address, () -> account.nonce = before);
    account.nonce = nonce;
  }

  /** Sets the code, creating the account. */
  public void setCode(Address address, Bytes code) {
    AccountState account = findOrCreate(address);
    Bytes before = account.code;
    Bytes32 hashBefore = account.codeHash;
    boolean changedBefore = account.codeChanged;
    journal.add(
        address,
        () -> {
          account.code = before;
          account.codeHash = hashBefore;
          account.codeChanged = changedBefore;
        });
    account.code = code;
    account.codeHash = Keccak.keccak256(code);
    account.codeChanged = true;
  }

  /**
   * Creates an account, or replaces one by a fresh one that keeps nothing but the balance: code,
   * nonce and storage are void.
   */
  public void createAccount(Address address) {
    AccountState previous = find(address);
    AccountState account = replace(address);
    if (previous != null) {
      account.balance = previous.balance;
    }
  }

  /** Like {@link #createAccount}, for the target of a CREATE: EIP-6780 remembers it. */
  public void createContract(Address address) {
    createAccount(address);
    require(address).createdNow = true;
  }

  /** Whether the running transaction created the account as a contract (EIP-6780). */
  public boolean createdInTransaction(Address address) {
    AccountState account = find(address);
    return account != null && account.createdNow;
  }

  /** Marks the account for removal at the end of the transaction and burns its balance. */
  public void selfDestruct(Address address) {
    AccountState account = find(address);
    if (account == null) {
      return;
    }
    boolean before = account.selfDestructed;
    UInt256 balanceBefore = account.balance;
    journal.add(
        address,
        () -> {
          account.selfDestructed = before;
          account.balance = balanceBefore;
        });
    account.selfDestructed = true;
    account.balance = UInt256.ZERO;
  }

  /** Whether the running transaction has marked the account for removal. */
  public boolean hasSelfDestructed(Address address) {
    AccountState account = find(address);
    return account != null && account.selfDestructed;
  }

  // Storage

  /** Whether the account had storage in committed state that is not void. */
  public boolean hasStorage(Address address) {
    AccountState account = find(address);
    return account != null && !account.baseStorageRoot.equals(EmptyHashes.TRIE_ROOT);
  }

  /** The value of a slot now, zero if unset. */
  public Word storage(Address address, Word slot) {
    AccountState account = find(address);
    return account == null ? Word.ZERO : account.storage(slot, reader);
  }

  /** The value of a slot now, zero if unset. */
  public UInt256 storage(Address address, UInt256 slot) {
    return storage(address, Word.of(slot)).toUInt256();
  }

  /** The value of a slot when the running transaction began (EIP-2200's "original"). */
  public Word originalStorage(Address address, Word slot) {
    AccountState account = find(address);
    return account == null ? Word.ZERO : account.originalStorage(slot, reader);
  }

  /** Writes a slot, creating the account. */
  public void setStorage(Address address, Word slot, Word value) {
    AccountState account = findOrCreate(address);
    if (account.storage(slot, reader).equals(value)) {
      return;
    }
    Word before = account.dirty.put(slot, value);
    journal.add(
        address,
        () -> {
          if (before == null) {
            account.dirty.remove(slot);
          } else {
            account.dirty.put(slot, before);
          }
        });
  }

  /** Replaces all storage of an account by {@code slots}: the "state" override of eth_call. */
  public void replaceStorage(Address address, Map<UInt256, UInt256> slots) {
    AccountState before = findOrCreate(address);
    AccountState account = replace(address);
    account.nonce = before.nonce;
    account.balance = before.balance;
    account.codeHash = before.codeHash;
    account.code = before.code(reader);
    account.codeChanged = before.codeChanged;
    slots.forEach((slot, value) -> account.pending.put(Word.of(slot), Word.of(value)));
  }

  /** The transient value of a slot, zero if unset (EIP-1153). */
  public Word transientStorage(Address address, Word slot) {
    Map<Word, Word> slots = transientStorage.get(address);
    return slots == null ? Word.ZERO : slots.getOrDefault(slot, Word.ZERO);
  }

  /** Writes the transient value of a slot (EIP-1153). */
  public void setTransientStorage(Address address, Word slot, Word value) {
    Map<Word, Word> slots = transientStorage.computeIfAbsent(address, key -> new HashMap<>(4));
    Word before = slots.put(slot, value);
    journal.add(null, () -> slots.put(slot, before == null ? Word.ZERO : before));
  }

  // Transaction scope

  /** Whether the address is warm (EIP-2929). */
  public boolean isWarm(Address address) {
    return warm.contains(address);
  }

  /** Warms an address; true if it was cold. */
  public boolean warm(Address address) {
    boolean cold = warm.add(address);
    if (cold) {
      journal.add(null, () -> warm.remove(address));
    }
    return cold;
  }

  /** Warms a slot; true if it was cold. */
  public boolean warm(Address address, Word slot) {
    boolean cold = warm.add(address, slot);
    if (cold) {
      journal.add(null, () -> warm.remove(address, slot));
    }
    return cold;
  }

  /** The refund counter in gas. */
  public long refund() {
    return refund;
  }

  /** Changes the refund counter by {@code gas}, which may be negative. */
  public void addRefund(long gas) {
    long before = refund;
    journal.add(null, () -> refund = before);
    refund += gas;
  }

  /** Appends a log. */
  public void addLog(Log log) {
    logs.add(log);
    journal.add(null, logs::removeLast);
  }

  /** The logs of the running transaction so far. */
  public List<Log> logs() {
    return List.copyOf(logs);
  }

  /** A point to return to within the running transaction. */
  public int snapshot() {
    return journal.size();
  }

  /** Undoes everything since {@code snapshot}. */
  public void revertTo(int snapshot) {
    journal.revertTo(snapshot);
    last = null;
  }

  /**
   * Ends a transaction: removes self-destructed accounts and, from Spurious Dragon on, touched
   * empty ones (EIP-161), and resets what lives for one transaction.
   */
  public void finishTransaction(Fork fork) {
    Set<Address> touched = new LinkedHashSet<>();
    journal.collectTouched(touched);
    if (ripemdTouched) {
      touched.add(RIPEMD);
    }
    boolean clearEmpty = fork.compareTo(Fork.SPURIOUS_DRAGON) >= 0;
    for (Address address : touched) {
      AccountState account = accounts.get(address);
      if (account == null || account.deleted) {
        continue;
      }
      if (account.selfDestructed || (clearEmpty && account.isEmpty())) {
        account.deleted = true;
      }
      account.finish();
      changed.add(address);
    }
    journal.clear();
    logs.clear();
    warm.clear();
    transientStorage.clear();
    refund = 0;
    ripemdTouched = false;
    last = null;
  }

  /** What the finished transactions changed; the running one, if any, is not in it. */
  public StateChanges changes() {
    List<AccountChange> result = new ArrayList<>(changed.size());
    for (Address address : changed) {
      result.add(require(address).toChange());
    }
    return new StateChanges(result);
  }

  // Internals

  private void touch(Address address) {
    journal.add(address, () -> {});
    if (address.equals(RIPEMD)) {
      ripemdTouched = true;
    }
  }

  private void putBalance(AccountState account, UInt256 balance) {
    UInt256 before = account.balance;
    journal.add(account.address, () -> account.balance = before);
    account.balance = balance;
  }

  private AccountState require(Address address) {
    AccountState account = accounts.get(address);
    if (account == null) {
      throw new IllegalStateException("account " + address + " is not loaded");
    }
    return account;
  }

  private @Nullable AccountState find(Address address) {
    AccountState recent = last;
    if (recent != null && recent.address.equals(address)) {
      return recent;
    }
    AccountState account = load(address);
    if (account == null || account.deleted) {
      return null;
    }
    last = account;
    return account;
  }

  /** The account's object, deleted or not, from here or from the reader. */
  private @Nullable AccountState load(Address address) {
    AccountState known = accounts.get(address);
    if (known != null) {
      return known;
    }
    if (absent.contains(address)) {
      return null;
    }
    Account committed = reader.account(address);
    if (committed == null) {
      absent.add(address);
      return null;
    }
    AccountState account =
        new AccountState(
            address,
            committed.nonce(),
            committed.balance(),
            committed.codeHash(),
            committed.storageRoot(),
            false);
    accounts.put(address, account);
    return account;
  }

  private AccountState findOrCreate(Address address) {
    AccountState account = find(address);
    return account == null ? replace(address) : account;
  }

  private AccountState replace(Address address) {
    AccountState before = load(address);
    AccountState account = AccountState.fresh(address, before != null);
    journal.add(
        address,
        () -> {
          if (before == null) {
            accounts.remove(address);
          } else {
            accounts.put(address, before);
          }
        });
    accounts.put(address, account);
    last = account;
    return account;
  }
}
