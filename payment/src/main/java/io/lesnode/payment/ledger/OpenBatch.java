package io.lesnode.payment.ledger;

import java.math.BigInteger;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.apache.tuweni.bytes.Bytes;

/** The one batch that is being built. */
final class OpenBatch implements LedgerBatch {

  private final Ledger ledger;
  private final long nowMillis;
  private final Overlay changes = new Overlay();
  private long nextSequence;
  private boolean ended;

  OpenBatch(Ledger ledger, long nowMillis, long nextSequence) {
    this.ledger = ledger;
    this.nowMillis = nowMillis;
    this.nextSequence = nextSequence;
  }

  /** Ends it; what it changed. */
  Overlay end() {
    ended = true;
    return changes;
  }

  long nextSequence() {
    return nextSequence;
  }

  @Override
  public long nowMillis() {
    return nowMillis;
  }

  @Override
  public BigInteger balance(AccountId account) {
    requireOpen();
    BigInteger own = changes.balance(account);
    return own == null ? ledger.acceptedBalance(account) : own;
  }

  @Override
  public Optional<Bytes> get(String table, Bytes key) {
    requireOpen();
    Bytes row = RowCodec.recordKey(table, key);
    Optional<Bytes> own = changes.records.get(row);
    return own == null ? ledger.acceptedRecord(row) : own;
  }

  @Override
  public void scan(String table, Bytes keyPrefix, BiConsumer<Bytes, Bytes> each) {
    requireOpen();
    ledger.scanAccepted(table, keyPrefix, each);
  }

  @Override
  public Booking tryTransfer(
      AccountId from, AccountId to, BigInteger amount, TransferKind kind, Bytes reference) {
    requireOpen();
    if (from.kind().asset() != to.kind().asset()) {
      throw new IllegalArgumentException("no transfer between " + from + " and " + to);
    }
    if (amount.signum() <= 0 || from.equals(to)) {
      throw new IllegalArgumentException(
          "a transfer moves more than zero from one account to another, not "
              + amount
              + " from "
              + from
              + " to "
              + to);
    }
    if (reference.size() > LedgerEvent.MAX_REFERENCE_BYTES) {
      throw new IllegalArgumentException("a reference has at most 64 bytes");
    }
    BigInteger giver = balance(from);
    BigInteger left = giver.subtract(amount);
    if (left.signum() < 0 && from.kind().neverNegative()) {
      return new Booking.Overdrawn(from, giver, amount);
    }
    BigInteger taker = balance(to);
    BigInteger sum = taker.add(amount);
    BigInteger limit = from.kind().asset().limit();
    if (!to.owner().isEmpty() && sum.compareTo(limit) > 0) {
      return new Booking.OverLimit(to, taker, amount);
    }
    if (amount.compareTo(Asset.WEI.limit()) > 0) {
      return new Booking.OverLimit(to, taker, amount);
    }
    changes.balances.put(from, left);
    changes.balances.put(to, sum);
    changes.events.add(
        new LedgerEvent(nextSequence, nowMillis, from, to, amount, kind, copy(reference)));
    nextSequence++;
    return Booking.Booked.BOOKED;
  }

  @Override
  public void put(String table, Bytes key, Bytes value) {
    requireOpen();
    changes.records.put(
        RowCodec.recordKey(table, copy(key)), Optional.of(RowCodec.recordValue(copy(value))));
  }

  @Override
  public void remove(String table, Bytes key) {
    requireOpen();
    changes.records.put(RowCodec.recordKey(table, copy(key)), Optional.empty());
  }

  /** What is kept holds on to no message; {@link Bytes#copy} shares the array. */
  private static Bytes copy(Bytes bytes) {
    return Bytes.wrap(bytes.toArray());
  }

  private void requireOpen() {
    if (ended) {
      throw new IllegalStateException("the batch was accepted or dropped already");
    }
  }
}
