package io.lesnode.payment.ledger;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.tuweni.bytes.Bytes;

/**
 * Reads the event log and the balances, as far as they are durable. Thread-safe; calls read the
 * disk, so they are for callers, not for loops. Every call may throw {@link LedgerStoreException}.
 */
public final class LedgerHistory {

  /** The longest page. */
  public static final int MAX_PAGE = 1_000;

  /** How many events are looked at for one page before it ends short. */
  static final int MAX_LOOKED_AT = 20_000;

  private final LedgerStore store;

  LedgerHistory(LedgerStore store) {
    this.store = store;
  }

  /**
   * Some events, newest first.
   *
   * @param events those that were wanted; fewer than asked for where many others lie between
   * @param before ask again with this for what is older; 0: there is nothing older
   */
  public record Page(List<LedgerEvent> events, long before) {
    /** Copies the list. */
    public Page {
      events = List.copyOf(events);
    }
  }

  /** How many events there are: the sequence number that the next one gets. */
  public long size() {
    return size(store);
  }

  private static long size(LedgerView view) {
    return view.get(LedgerColumn.META, Ledger.NEXT_SEQUENCE)
        .map(value -> value.toLong())
        .orElse(0L);
  }

  /** The event of a sequence number below {@link #size()}. */
  LedgerEvent event(long sequence) {
    return event(store, sequence);
  }

  private static LedgerEvent event(LedgerView view, long sequence) {
    Bytes key = RowCodec.eventKey(sequence);
    Bytes value =
        view.get(LedgerColumn.EVENTS, key)
            .orElseThrow(
                () ->
                    new LedgerStoreException.Corrupt(
                        "event "
                            + sequence
                            + " of the books is missing; put back a copy of the directory"));
    return RowCodec.event(key, value);
  }

  /**
   * Events newest first.
   *
   * @param before only events with a smaller sequence number; {@link Long#MAX_VALUE}: the newest
   * @param limit 1 to {@link #MAX_PAGE}
   * @param wanted which events
   */
  public Page page(long before, int limit, Predicate<LedgerEvent> wanted) {
    if (before < 0 || limit < 1 || limit > MAX_PAGE) {
      throw new IllegalArgumentException(
          "a page has 1 to " + MAX_PAGE + " events and lies before a sequence number");
    }
    List<LedgerEvent> found = new ArrayList<>();
    long sequence = Math.min(before, size());
    for (int seen = 0; sequence > 0 && seen < MAX_LOOKED_AT && found.size() < limit; seen++) {
      sequence--;
      LedgerEvent event = event(sequence);
      if (wanted.test(event)) {
        found.add(event);
      }
    }
    return new Page(found, sequence);
  }

  /** A choice of the events of one owner, by money and by tokens. */
  public static Predicate<LedgerEvent> of(Bytes owner) {
    return event -> isOf(event.from(), owner) || isOf(event.to(), owner);
  }

  private static boolean isOf(AccountId account, Bytes owner) {
    return switch (account.kind()) {
      case CLAIM, SIGNED -> !account.owner().isEmpty() && account.owner().slice(1).equals(owner);
      case CLIENT,
          CASHED,
          REVENUE,
          FEES,
          LOSS,
          FROZEN,
          PAYABLE,
          SPENT,
          TOKENS_ISSUED,
          TOKENS_GRANTED,
          TOKENS_RETURNED,
          TOKENS_EXPIRED,
          TOKEN_MINT ->
          account.owner().equals(owner);
    };
  }

  /**
   * The sequence number of the first event at or after a time; {@link #size()} if there is none.
   */
  public long firstAt(long unixMillis) {
    long low = 0;
    long high = size();
    while (low < high) {
      long middle = (low + high) >>> 1;
      if (event(middle).unixMillis() < unixMillis) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /**
   * Hands events to the action, oldest first, until it returns false; one moment.
   *
   * @param from the first sequence number
   */
  public void forEachEvent(long from, Predicate<LedgerEvent> action) {
    forEachEvent(store, from, action);
  }

  private static void forEachEvent(LedgerView view, long from, Predicate<LedgerEvent> action) {
    view.scan(
        LedgerColumn.EVENTS,
        RowCodec.eventKey(from),
        (key, value) -> action.test(RowCodec.event(key, value)));
  }

  /** Every account that has a balance, at one moment. */
  public Statement statement() {
    return statement(store);
  }

  private static Statement statement(LedgerView view) {
    List<Statement.Line> lines = new ArrayList<>();
    view.forEach(
        LedgerColumn.BALANCES,
        Bytes.EMPTY,
        (key, value) ->
            lines.add(new Statement.Line(RowCodec.balanceAccount(key), RowCodec.balance(value))));
    return new Statement(lines);
  }

  /**
   * Sums up all events and compares with the balances, at one moment.
   *
   * @return what is wrong; empty: the books are right
   */
  public List<String> audit() {
    try (LedgerStore.Snapshot moment = store.snapshot()) {
      List<String> wrong = new ArrayList<>();
      Map<AccountId, BigInteger> sums = new HashMap<>();
      long[] next = {0};
      forEachEvent(
          moment,
          0,
          event -> {
            if (event.sequence() != next[0]) {
              wrong.add("event " + next[0] + " is missing");
            }
            next[0] = event.sequence() + 1;
            sums.merge(event.from(), event.amount().negate(), BigInteger::add);
            sums.merge(event.to(), event.amount(), BigInteger::add);
            return true;
          });
      if (next[0] != size(moment)) {
        wrong.add("there are " + next[0] + " events, but " + size(moment) + " were counted");
      }
      Statement statement = statement(moment);
      for (Statement.Line line : statement.lines()) {
        BigInteger sum = sums.remove(line.account());
        if (!line.balance().equals(sum)) {
          wrong.add(line.account() + " has " + line.balance() + ", its events sum to " + sum);
        }
      }
      sums.forEach(
          (account, sum) -> {
            if (sum.signum() != 0) {
              wrong.add(account + " has nothing, its events sum to " + sum);
            }
          });
      if (!statement.isBalanced()) {
        wrong.add(
            "the sums are "
                + statement.sum(Asset.WEI)
                + " wei and "
                + statement.sum(Asset.TOKEN)
                + " tokens instead of zero");
      }
      return List.copyOf(wrong);
    }
  }
}
