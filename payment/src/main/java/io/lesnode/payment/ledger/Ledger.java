package io.lesnode.payment.ledger;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;

/**
 * The books: double entry, an event for each transfer, everything durable before it is told.
 *
 * <p><b>Group commit.</b> One batch is built at a time ({@link #begin}); it is accepted or dropped.
 * A dropped batch leaves no trace. Accepted ones wait, seen by the batches that follow, until
 * {@link #commit()} writes all of them in one synced write; only then may their receipts leave:
 *
 * <pre>{@code
 * for (Payment payment : waiting) {
 *   LedgerBatch batch = ledger.begin(nowMillis);
 *   try {
 *     receipts.add(method.receive(payment.peer(), payment.proof(), batch));
 *     ledger.accept(batch);
 *   } catch (Refusal refusal) {
 *     ledger.drop(batch);
 *   }
 * }
 * ledger.commit(); // one fsync for all of them
 * receipts.forEach(this::send);
 * }</pre>
 *
 * <p>So three states lie on each other: the store, what was accepted, what the open batch changed.
 * Reads of the ledger itself see the store only: what it answers is durable. After a write has
 * failed nothing can be said of what is on the disk, and every later call throws {@link
 * LedgerStoreException}: the books must be opened again.
 *
 * <p>Confined to the ledger loop. {@link #history()} is for every thread.
 */
public final class Ledger implements LedgerReader, AutoCloseable {

  static final Bytes NEXT_SEQUENCE = Bytes.wrap("nextSequence".getBytes(StandardCharsets.US_ASCII));

  private static final int CACHED_BALANCES = 1 << 16;

  private final LedgerStore store;
  private final BalanceCache durable;
  private Overlay accepted = new Overlay();
  private @Nullable OpenBatch open;
  private @Nullable RuntimeException failure;
  private long nextSequence;
  private long lastMillis;
  private int waiting;

  private Ledger(LedgerStore store, int cachedBalances) {
    this.store = store;
    this.durable = new BalanceCache(cachedBalances);
    this.nextSequence =
        store.get(LedgerColumn.META, NEXT_SEQUENCE).map(value -> value.toLong()).orElse(0L);
    this.lastMillis =
        nextSequence == 0 ? Long.MIN_VALUE : history().event(nextSequence - 1).unixMillis();
  }

  /**
   * Opens books; empty ones are made, older ones brought to this version. The store belongs to the
   * ledger from here on.
   *
   * @throws LedgerStoreException if they cannot be read, or a newer version wrote them
   */
  public static Ledger open(LedgerStore store) {
    return open(store, LedgerSchema.CURRENT, CACHED_BALANCES);
  }

  static Ledger open(LedgerStore store, LedgerSchema schema, int cachedBalances) {
    schema.prepare(store);
    return new Ledger(store, cachedBalances);
  }

  /**
   * A new batch on everything that was accepted.
   *
   * @param nowMillis Unix time; where it is before the newest event, that one's time counts
   * @throws IllegalStateException if the batch before was neither accepted nor dropped
   */
  public LedgerBatch begin(long nowMillis) {
    requireWhole();
    if (open != null) {
      throw new IllegalStateException("the batch before was neither accepted nor dropped");
    }
    open = new OpenBatch(this, Math.max(nowMillis, lastMillis), nextSequence);
    return open;
  }

  /** The batch is good: it waits for {@link #commit()}. */
  public void accept(LedgerBatch batch) {
    requireWhole();
    OpenBatch ending = requireOpen(batch);
    Overlay changes = ending.end();
    open = null;
    nextSequence = ending.nextSequence();
    if (!changes.events.isEmpty()) {
      lastMillis = ending.nowMillis();
    }
    accepted.add(changes);
    waiting++;
  }

  /** The batch is refused and leaves no trace. */
  public void drop(LedgerBatch batch) {
    requireOpen(batch).end();
    open = null;
  }

  private OpenBatch requireOpen(LedgerBatch batch) {
    OpenBatch current = open;
    if (current == null || current != batch) {
      throw new IllegalStateException("the batch was accepted or dropped already");
    }
    return current;
  }

  /** How many accepted batches wait for {@link #commit()}. */
  public int waiting() {
    return waiting;
  }

  /**
   * Makes all accepted batches durable with one synced write. When this returns they survive any
   * crash.
   *
   * @return how many they were
   * @throws LedgerStoreException if the write failed: none of them may be acknowledged
   * @throws IllegalStateException if the books would not balance, which is a bug; nothing is
   *     written
   */
  public int commit() {
    requireWhole();
    Overlay changes = accepted;
    int batches = waiting;
    accepted = new Overlay();
    waiting = 0;
    if (changes.isEmpty()) {
      return batches;
    }
    try {
      checkBalanced(changes);
      store.write(rows(changes), true);
    } catch (RuntimeException e) {
      failure = e;
      throw e;
    }
    durable.putAll(changes.balances);
    return batches;
  }

  /** Accepts a batch and makes it durable, with those that wait. */
  public void commit(LedgerBatch batch) {
    accept(batch);
    commit();
  }

  /** Batches one by one, with the time of a clock. */
  public DurableBatches durableBatches(InstantSource clock) {
    return new DurableBatches() {
      private @Nullable LedgerBatch last;

      @Override
      public LedgerBatch begin() {
        LedgerBatch before = last;
        if (before != null && before == open) {
          drop(before); // given up, for example because nobody would sign
        }
        LedgerBatch batch = Ledger.this.begin(clock.millis());
        last = batch;
        return batch;
      }

      @Override
      public void commit(LedgerBatch batch) {
        Ledger.this.commit(batch);
      }
    };
  }

  /** Per asset nothing comes or goes, and nobody has less than nothing. */
  private void checkBalanced(Overlay changes) {
    Map<Asset, BigInteger> sums = new EnumMap<>(Asset.class);
    changes.balances.forEach(
        (account, balance) -> {
          if (account.kind().neverNegative() && balance.signum() < 0) {
            throw new IllegalStateException(account + " would have " + balance);
          }
          sums.merge(account.kind().asset(), balance.subtract(balance(account)), BigInteger::add);
        });
    sums.forEach(
        (asset, sum) -> {
          if (sum.signum() != 0) {
            throw new IllegalStateException("the books are off by " + sum + " " + asset.text());
          }
        });
  }

  private LedgerWrite rows(Overlay changes) {
    LedgerWrite write = new LedgerWrite();
    changes.balances.forEach(
        (account, balance) -> {
          Bytes key = RowCodec.balanceKey(account);
          if (balance.signum() == 0) {
            write.remove(LedgerColumn.BALANCES, key);
          } else {
            write.put(LedgerColumn.BALANCES, key, RowCodec.balanceValue(balance));
          }
        });
    changes.records.forEach(
        (key, value) ->
            value.ifPresentOrElse(
                present -> write.put(LedgerColumn.RECORDS, key, present),
                () -> write.remove(LedgerColumn.RECORDS, key)));
    for (LedgerEvent event : changes.events) {
      write.put(
          LedgerColumn.EVENTS, RowCodec.eventKey(event.sequence()), RowCodec.eventValue(event));
    }
    return write.put(LedgerColumn.META, NEXT_SEQUENCE, Bytes.ofUnsignedLong(nextSequence));
  }

  @Override
  public BigInteger balance(AccountId account) {
    BigInteger cached = durable.get(account);
    if (cached != null) {
      return cached;
    }
    BigInteger read =
        store
            .get(LedgerColumn.BALANCES, RowCodec.balanceKey(account))
            .map(RowCodec::balance)
            .orElse(BigInteger.ZERO);
    durable.put(account, read);
    return read;
  }

  @Override
  public Optional<Bytes> get(String table, Bytes key) {
    return store.get(LedgerColumn.RECORDS, RowCodec.recordKey(table, key));
  }

  @Override
  public void scan(String table, Bytes keyPrefix, BiConsumer<Bytes, Bytes> each) {
    int skip = RowCodec.table(table).size();
    store.forEach(
        LedgerColumn.RECORDS,
        RowCodec.recordKey(table, keyPrefix),
        (key, value) -> each.accept(key.slice(skip), value));
  }

  BigInteger acceptedBalance(AccountId account) {
    BigInteger newer = accepted.balance(account);
    return newer == null ? balance(account) : newer;
  }

  Optional<Bytes> acceptedRecord(Bytes row) {
    Optional<Bytes> newer = accepted.records.get(row);
    return newer == null ? store.get(LedgerColumn.RECORDS, row) : newer;
  }

  /** Merges the records of the store with those that were accepted. */
  void scanAccepted(String table, Bytes keyPrefix, BiConsumer<Bytes, Bytes> each) {
    Bytes first = RowCodec.recordKey(table, keyPrefix);
    NavigableMap<Bytes, Optional<Bytes>> newer = new TreeMap<>(LexicographicOrder.INSTANCE);
    for (Map.Entry<Bytes, Optional<Bytes>> row : accepted.records.tailMap(first).entrySet()) {
      if (first.commonPrefixLength(row.getKey()) < first.size()) {
        break;
      }
      newer.put(row.getKey(), row.getValue());
    }
    int skip = RowCodec.table(table).size();
    store.forEach(
        LedgerColumn.RECORDS,
        first,
        (key, value) -> {
          handNewer(newer.headMap(key, false), skip, each);
          Optional<Bytes> replaced = newer.remove(key);
          (replaced == null ? Optional.of(value) : replaced)
              .ifPresent(present -> each.accept(key.slice(skip), present));
        });
    handNewer(newer, skip, each);
  }

  /** Hands rows to the action and forgets them. */
  private static void handNewer(
      NavigableMap<Bytes, Optional<Bytes>> rows, int skip, BiConsumer<Bytes, Bytes> each) {
    while (!rows.isEmpty()) {
      Map.Entry<Bytes, Optional<Bytes>> row = rows.pollFirstEntry();
      row.getValue().ifPresent(value -> each.accept(row.getKey().slice(skip), value));
    }
  }

  /** Tokens that a node ever got, bought and given; durable. */
  public long issued(Bytes32 nodeId) {
    return balance(AccountId.tokensIssued(nodeId))
        .add(balance(AccountId.tokensGranted(nodeId)))
        .longValueExact();
  }

  /** Tokens that a node ever sold back; durable. */
  public long returned(Bytes32 nodeId) {
    return balance(AccountId.tokensReturned(nodeId)).negate().longValueExact();
  }

  /** Tokens of a node that ever ended with a grant; durable. */
  public long expired(Bytes32 nodeId) {
    return balance(AccountId.tokensExpired(nodeId)).negate().longValueExact();
  }

  /** The counters of every node that ever got tokens, in the order of their ids; durable. */
  public void forEachNode(Consumer<TokenCounters> action) {
    Map<Bytes, BigInteger> issued = new TreeMap<>(LexicographicOrder.INSTANCE);
    collect(AccountKind.TOKENS_ISSUED, issued);
    collect(AccountKind.TOKENS_GRANTED, issued);
    Map<Bytes, BigInteger> returned = new HashMap<>();
    collect(AccountKind.TOKENS_RETURNED, returned);
    Map<Bytes, BigInteger> expired = new HashMap<>();
    collect(AccountKind.TOKENS_EXPIRED, expired);
    issued.forEach(
        (node, tokens) ->
            action.accept(
                new TokenCounters(
                    Bytes32.wrap(node),
                    tokens.longValueExact(),
                    returned.getOrDefault(node, BigInteger.ZERO).negate().longValueExact(),
                    expired.getOrDefault(node, BigInteger.ZERO).negate().longValueExact())));
  }

  private void collect(AccountKind kind, Map<Bytes, BigInteger> into) {
    store.forEach(
        LedgerColumn.BALANCES,
        RowCodec.balancePrefix(kind),
        (key, value) -> into.merge(key.slice(1), RowCodec.balance(value), BigInteger::add));
  }

  /** What happened so far and how the accounts stand: thread-safe, of what is durable. */
  public LedgerHistory history() {
    return new LedgerHistory(store);
  }

  private void requireWhole() {
    RuntimeException before = failure;
    if (before != null) {
      throw new LedgerStoreException.Closed(
          "the books take nothing more since a write failed ("
              + before.getMessage()
              + "); mend that and start again: what was acknowledged is safe");
    }
  }

  /** Closes the store. What was not committed is dropped. */
  @Override
  public void close() {
    store.close();
  }
}
