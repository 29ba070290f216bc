package io.lesnode.chain.pool;

import io.lesnode.chain.blocks.ChainTip;
import io.lesnode.chain.blocks.HeadChange;
import io.lesnode.chain.blocks.Subscription;
import io.lesnode.chain.consensus.HeaderRules;
import io.lesnode.primitives.Account;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.BlockBody;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.config.Fork;
import java.math.BigInteger;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * The transactions that wait for a block. Thread-safe behind one lock; head changes and listeners
 * are handled on the notifier, so neither the chain writer nor a caller waits for them.
 *
 * <p>A transaction is pending when all nonces of its sender before it are in the pool or the chain,
 * and queued otherwise. The bounds are geth's: when the pool is full the least valuable remote
 * transaction leaves, then accounts with many pending ones lose their last, then those that were
 * silent longest lose what they have queued. Transactions of senders that used {@link #addLocal}
 * are spared.
 *
 * <p>Differs from geth: bounds are kept with every transaction rather than in a later sweep; the
 * value order is by the next block's base fee alone, not by two heaps; nothing is journaled to
 * disk.
 *
 * <p>Reference: geth core/tx_pool.go.
 */
public final class TxPool implements AutoCloseable {
  /** Reorgs deeper than this do not bring transactions back. */
  private static final int MAX_REINJECT_DEPTH = 64;

  private final ChainTip chain;
  private final PoolState.Source states;
  private final PoolOptions options;
  private final InstantSource clock;
  private final Executor notifier;
  private final List<PoolListener> listeners = new CopyOnWriteArrayList<>();
  private final Subscription headSubscription;

  private final Map<Address, AccountTransactions> accounts = new HashMap<>();
  private final Map<Bytes32, PooledTransaction> byHash = new HashMap<>();
  private final Set<Address> locals = new HashSet<>();
  private int slots;
  private BlockHeader head;
  private PoolState state;
  private Fork fork;
  private UInt256 baseFeeWei;

  /**
   * Opens a pool on the head of a chain.
   *
   * @param states opens the accounts after a head
   * @param notifier runs head changes and listeners, one after the other and in order
   * @param clock tells how long a transaction has waited
   */
  public TxPool(
      ChainTip chain,
      PoolState.Source states,
      PoolOptions options,
      Executor notifier,
      InstantSource clock) {
    this.chain = chain;
    this.states = states;
    this.options = options;
    this.clock = clock;
    this.notifier = notifier;
    this.head = chain.head().header();
    this.state = states.after(head);
    this.fork = forkAfter(head);
    this.baseFeeWei = baseFeeAfter(head);
    this.headSubscription =
        chain.onHeadChange(change -> notifier.execute(() -> onHeadChange(change)));
  }

  /**
   * Adds a transaction that came from the network.
   *
   * @return null if it was taken, else why not
   */
  public @Nullable PoolError addRemote(Transaction transaction) {
    return add(transaction, false);
  }

  /**
   * Adds a transaction that a user of this node sent: no least price, and its sender is spared when
   * space runs out.
   *
   * @return null if it was taken, else why not
   */
  public @Nullable PoolError addLocal(Transaction transaction) {
    return add(transaction, true);
  }

  private @Nullable PoolError add(Transaction transaction, boolean local) {
    if (status(transaction.hash()) != PoolStatus.UNKNOWN) {
      return PoolError.ALREADY_KNOWN;
    }
    // outside of the lock: recovering the sender is the costly part
    if (!TransactionValidator.hasValidSender(chain.config(), transaction)) {
      return PoolError.INVALID_SENDER;
    }
    List<Transaction> promoted = new ArrayList<>();
    PoolError error;
    synchronized (this) {
      error = insert(transaction, local, promoted);
      enforceBounds();
      promoted.removeIf(next -> !byHash.containsKey(next.hash()));
    }
    announce(promoted);
    return error;
  }

  private @Nullable PoolError insert(
      Transaction transaction, boolean local, List<Transaction> promoted) {
    if (byHash.containsKey(transaction.hash())) {
      return PoolError.ALREADY_KNOWN;
    }
    Address sender = transaction.sender();
    boolean spared = local || locals.contains(sender);
    PoolError error =
        TransactionValidator.checkForm(
            transaction, fork, head.gasLimit(), spared ? null : options.priceLimitWei());
    Account account = error == null ? state.account(sender) : null;
    if (error == null) {
      error = TransactionValidator.checkAccount(transaction, fork, account);
    }
    if (error != null) {
      return error;
    }
    PooledTransaction pooled = new PooledTransaction(transaction, sender);
    long nonce = account == null ? 0 : account.nonce();
    AccountTransactions mine = accounts.get(sender);
    PooledTransaction old = mine == null ? null : mine.at(transaction.nonce());
    if (old != null && !old.isReplacedBy(transaction, options.priceBumpPercent())) {
      return PoolError.REPLACEMENT_UNDERPRICED;
    }
    error = makeRoom(pooled, old, spared);
    if (error != null) {
      return error;
    }
    // making room may have emptied the sender's account
    mine = accounts.computeIfAbsent(sender, key -> new AccountTransactions(nonce, clock.instant()));
    old = mine.at(transaction.nonce());
    boolean replacesExecutable = mine.isExecutable(transaction.nonce());
    if (old != null) {
      forget(old);
    }
    mine.put(pooled);
    byHash.put(transaction.hash(), pooled);
    slots += pooled.slots();
    if (local) {
      locals.add(sender);
    }
    if (replacesExecutable) {
      promoted.add(transaction);
    }
    promoted.addAll(mine.promote(clock.instant()));
    while (!spared && mine.waitingCount() > options.accountQueue()) {
      drop(mine.last());
    }
    return null;
  }

  /** Pushes out the least valuable remote transactions until the new one fits. */
  private @Nullable PoolError makeRoom(
      PooledTransaction added, @Nullable PooledTransaction replaced, boolean spared) {
    int excess =
        slots
            + added.slots()
            - (replaced == null ? 0 : replaced.slots())
            - options.globalSlots()
            - options.globalQueue();
    if (excess <= 0) {
      return null;
    }
    List<PooledTransaction> cheapestFirst =
        byHash.values().stream()
            .filter(
                candidate -> !locals.contains(candidate.sender()) && !candidate.equals(replaced))
            .sorted(
                (left, right) ->
                    PooledTransaction.compareValue(
                        left.transaction(), right.transaction(), baseFeeWei))
            .toList();
    if (!spared
        && !cheapestFirst.isEmpty()
        && PooledTransaction.compareValue(
                added.transaction(), cheapestFirst.getFirst().transaction(), baseFeeWei)
            <= 0) {
      return PoolError.UNDERPRICED;
    }
    int available = cheapestFirst.stream().mapToInt(PooledTransaction::slots).sum();
    if (available < excess) {
      return PoolError.POOL_FULL;
    }
    for (PooledTransaction cheapest : cheapestFirst) {
      if (excess <= 0) {
        break;
      }
      excess -= cheapest.slots();
      drop(cheapest);
    }
    return null;
  }

  private void enforceBounds() {
    if (byHash.size() <= Math.min(options.globalQueue(), options.globalSlots())) {
      return;
    }
    int excessExecutable = executableCount() - options.globalSlots();
    if (excessExecutable > 0) {
      trimExecutable(excessExecutable);
    }
    int excessWaiting = waitingCount() - options.globalQueue();
    if (excessWaiting > 0) {
      trimWaiting(excessWaiting);
    }
  }

  /** Drops the last executable transaction of whoever has most, over and over. */
  private void trimExecutable(int excess) {
    for (int i = 0; i < excess; i++) {
      AccountTransactions largest =
          accounts.values().stream()
              .filter(account -> account.executableCount() > options.accountSlots())
              .filter(account -> !locals.contains(account.last().sender()))
              .max(Comparator.comparingInt(AccountTransactions::executableCount))
              .orElse(null);
      PooledTransaction last = largest == null ? null : largest.lastExecutable();
      if (last == null) {
        break;
      }
      drop(last);
    }
  }

  private void trimWaiting(int excess) {
    List<AccountTransactions> silentFirst =
        accounts.values().stream()
            .filter(account -> account.waitingCount() > 0)
            .filter(account -> !locals.contains(account.last().sender()))
            .sorted(Comparator.comparing(AccountTransactions::lastActive))
            .toList();
    int left = excess;
    for (AccountTransactions account : silentFirst) {
      while (left > 0 && account.waitingCount() > 0) {
        drop(account.last());
        left--;
      }
    }
  }

  private void drop(PooledTransaction transaction) {
    forget(transaction);
    AccountTransactions account = accounts.get(transaction.sender());
    if (account != null) {
      account.remove(transaction.transaction().nonce());
      if (account.isEmpty()) {
        accounts.remove(transaction.sender());
      }
    }
  }

  private void forget(PooledTransaction transaction) {
    if (byHash.remove(transaction.transaction().hash()) != null) {
      slots -= transaction.slots();
    }
  }

  private void onHeadChange(HeadChange change) {
    List<Transaction> dropped = change.isReorg() ? droppedBy(change) : List.of();
    List<Transaction> promoted = new ArrayList<>();
    synchronized (this) {
      head = change.newHead().header();
      state = states.after(head);
      fork = forkAfter(head);
      baseFeeWei = baseFeeAfter(head);
      Instant now = clock.instant();
      for (Map.Entry<Address, AccountTransactions> entry : List.copyOf(accounts.entrySet())) {
        resetAccount(entry.getKey(), entry.getValue(), now);
      }
      for (Transaction transaction : dropped) {
        insert(transaction, false, promoted);
      }
      accounts.values().forEach(account -> promoted.addAll(account.promote(now)));
      enforceBounds();
      promoted.removeIf(next -> !byHash.containsKey(next.hash()));
    }
    announce(promoted);
  }

  private void resetAccount(Address address, AccountTransactions account, Instant now) {
    Account onChain = state.account(address);
    long nonce = onChain == null ? 0 : onChain.nonce();
    BigInteger balance =
        onChain == null ? BigInteger.ZERO : onChain.balance().toUnsignedBigInteger();
    account.reset(nonce, balance, head.gasLimit()).forEach(this::forget);
    boolean expired =
        !locals.contains(address) && account.lastActive().plus(options.lifetime()).isBefore(now);
    while (expired && account.waitingCount() > 0 && account.executableCount() == 0) {
      PooledTransaction last = account.last();
      forget(last);
      account.remove(last.transaction().nonce());
    }
    if (account.isEmpty()) {
      accounts.remove(address);
    }
  }

  /** Returns the transactions that the old chain had and the new one has not. */
  private List<Transaction> droppedBy(HeadChange change) {
    if (change.reorgDepth() > MAX_REINJECT_DEPTH) {
      return List.of();
    }
    Bytes32 ancestor = change.commonAncestor().hash();
    Map<Bytes32, Transaction> dropped = new LinkedHashMap<>();
    for (Transaction transaction : transactionsBetween(ancestor, change.oldHead().header())) {
      if (TransactionValidator.hasValidSender(chain.config(), transaction)) {
        dropped.put(transaction.hash(), transaction);
      }
    }
    transactionsBetween(ancestor, change.newHead().header())
        .forEach(included -> dropped.remove(included.hash()));
    return List.copyOf(dropped.values());
  }

  private List<Transaction> transactionsBetween(Bytes32 ancestor, BlockHeader tip) {
    List<Transaction> transactions = new ArrayList<>();
    BlockHeader header = tip;
    for (int i = 0; header != null && !header.hash().equals(ancestor); i++) {
      BlockBody body = chain.body(header.hash(), header.number());
      if (body == null || i > 2 * MAX_REINJECT_DEPTH) {
        break;
      }
      transactions.addAll(0, body.transactions());
      header = chain.header(header.parentHash(), header.number() - 1);
    }
    return transactions;
  }

  private Fork forkAfter(BlockHeader header) {
    boolean merged =
        chain.config().terminalTotalDifficulty() != null && header.difficulty().isZero();
    return chain.config().forkAt(header.number() + 1, header.timestamp(), merged);
  }

  private UInt256 baseFeeAfter(BlockHeader header) {
    return fork.isAtLeast(Fork.LONDON)
        ? HeaderRules.nextBaseFee(chain.config(), header)
        : UInt256.ZERO;
  }

  private void announce(List<Transaction> promoted) {
    if (!promoted.isEmpty() && !listeners.isEmpty()) {
      List<Transaction> executable = List.copyOf(promoted);
      notifier.execute(() -> listeners.forEach(listener -> listener.onExecutable(executable)));
    }
  }

  /** Calls the listener from now on, until the returned handle is closed. */
  public Subscription onExecutable(PoolListener listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  /** Returns what the pool knows of a transaction. */
  public synchronized PoolStatus status(Bytes32 hash) {
    PooledTransaction pooled = byHash.get(hash);
    if (pooled == null) {
      return PoolStatus.UNKNOWN;
    }
    AccountTransactions account = accounts.get(pooled.sender());
    return account != null && account.isExecutable(pooled.transaction().nonce())
        ? PoolStatus.PENDING
        : PoolStatus.QUEUED;
  }

  /** Returns a transaction of the pool, or null. */
  public synchronized @Nullable Transaction transaction(Bytes32 hash) {
    PooledTransaction pooled = byHash.get(hash);
    return pooled == null ? null : pooled.transaction();
  }

  /** Returns the nonce that the next transaction of an account should have. */
  public synchronized long nextNonce(Address address) {
    AccountTransactions account = accounts.get(address);
    if (account != null) {
      return account.nextNonce();
    }
    Account onChain = state.account(address);
    return onChain == null ? 0 : onChain.nonce();
  }

  /** Returns the executable transactions by sender, each list in the order of nonces. */
  public synchronized Map<Address, List<Transaction>> executable() {
    Map<Address, List<Transaction>> executable = new HashMap<>();
    accounts.forEach(
        (address, account) -> {
          if (account.executableCount() > 0) {
            executable.put(
                address,
                account.executables().stream().map(PooledTransaction::transaction).toList());
          }
        });
    return executable;
  }

  /** Returns the transactions that wait for an earlier one, by sender and in nonce order. */
  public synchronized Map<Address, List<Transaction>> waiting() {
    Map<Address, List<Transaction>> waiting = new HashMap<>();
    accounts.forEach(
        (address, account) -> {
          if (account.waitingCount() > 0) {
            waiting.put(
                address, account.waiting().stream().map(PooledTransaction::transaction).toList());
          }
        });
    return waiting;
  }

  /** Returns how many transactions are executable. */
  public synchronized int executableCount() {
    return accounts.values().stream().mapToInt(AccountTransactions::executableCount).sum();
  }

  /** Returns how many transactions wait for an earlier one. */
  public synchronized int waitingCount() {
    return accounts.values().stream().mapToInt(AccountTransactions::waitingCount).sum();
  }

  /** Returns the 32 KiB slots in use, for metrics and tests of the bound. */
  public synchronized int slots() {
    return slots;
  }

  /** Stops following the chain. */
  @Override
  public void close() {
    headSubscription.close();
  }
}
