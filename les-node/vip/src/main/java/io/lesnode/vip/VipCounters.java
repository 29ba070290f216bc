package io.lesnode.vip;

import io.lesnode.payment.RefusalCode;
import io.lesnode.vipnode.server.SaleState;
import io.lesnode.vipnode.wire.NoticeKind;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What a vip server counts. Thread-safe. */
final class VipCounters {
  private final LongAdder payments = new LongAdder();
  private final LongAdder exchanges = new LongAdder();
  private final LongAdder quotes = new LongAdder();
  private final LongAdder offers = new LongAdder();
  private final LongAdder trials = new LongAdder();
  private final LongAdder converted = new LongAdder();
  private final LongAdder dropped = new LongAdder();
  private final LongAdder commits = new LongAdder();
  private final LongAdder settlements = new LongAdder();
  private final AtomicLong lastSettlementSeconds = new AtomicLong();
  private final Map<RefusalCode, LongAdder> refusals = new EnumMap<>(RefusalCode.class);
  private final Map<NoticeKind, LongAdder> notices = new EnumMap<>(NoticeKind.class);

  VipCounters() {
    for (RefusalCode code : RefusalCode.values()) {
      refusals.put(code, new LongAdder());
    }
    for (NoticeKind kind : NoticeKind.values()) {
      notices.put(kind, new LongAdder());
    }
  }

  void onPayment() {
    payments.increment();
  }

  void onExchange() {
    exchanges.increment();
  }

  void onQuote() {
    quotes.increment();
  }

  void onOffer() {
    offers.increment();
  }

  void onDropped() {
    dropped.increment();
  }

  void onCommit() {
    commits.increment();
  }

  void onSettlement(int count, long nowSeconds) {
    settlements.add(count);
    lastSettlementSeconds.set(nowSeconds);
  }

  void onRefused(RefusalCode code) {
    increment(refusals.get(code));
  }

  void onNotice(NoticeKind kind) {
    increment(notices.get(kind));
  }

  private static void increment(@Nullable LongAdder adder) {
    if (adder != null) {
      adder.increment();
    }
  }

  /** A client's state changed; a trial that becomes a purchase is a conversion. */
  void onBecame(SaleState before, SaleState now) {
    if (now instanceof SaleState.FreeTrial && before instanceof SaleState.Greeting) {
      trials.increment();
    }
    boolean wasFree = before instanceof SaleState.FreeTrial || before instanceof SaleState.Free;
    if (wasFree && now instanceof SaleState.Paid) {
      converted.increment();
    }
  }

  VipFigures.Counts counts() {
    Map<RefusalCode, Long> refused = new EnumMap<>(RefusalCode.class);
    refusals.forEach((code, count) -> refused.put(code, count.sum()));
    Map<NoticeKind, Long> told = new EnumMap<>(NoticeKind.class);
    notices.forEach((kind, count) -> told.put(kind, count.sum()));
    return new VipFigures.Counts(
        payments.sum(),
        exchanges.sum(),
        quotes.sum(),
        offers.sum(),
        trials.sum(),
        converted.sum(),
        dropped.sum(),
        commits.sum(),
        settlements.sum(),
        lastSettlementSeconds.get(),
        refused,
        told);
  }
}
