package io.lesnode.vipnode.server;

import io.lesnode.vipnode.wire.CapacityReason;
import io.lesnode.vipnode.wire.NoticeKind;
import io.lesnode.vipnode.wire.VipMessage;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * Where a client stands by what the client pool says of it, and what it is told of that; the part
 * of a {@link Sale} that the passing of time and tokens drives. Confined like it.
 *
 * <p><b>Notices.</b> LOW is sent once when the tokens last less than a minute, or less than a
 * twentieth of the last purchase is left, and can come again only after they were twice that.
 * EXHAUSTED comes with the grace, DOWNGRADED when the capacity is at its minimum.
 */
final class Standing {
  private static final long TRIAL_ENDING_SECONDS = 30;

  /** geth's law between both flow control parameters: the buffer holds six seconds. */
  static final long BUFFER_MILLIS = 6_000;

  private static final int PERCENT = 100;

  private final SaleSettings settings;
  private final List<SaleStep> steps;
  private SaleState state = new SaleState.Greeting();
  private @Nullable ServiceFigures figures;
  private long toldCapacity = -1;
  private long burnPerSecond;
  private long lastTokens;
  private long lastBurnNanos;

  /**
   * A client that has not greeted.
   *
   * @param steps takes what is to be done
   */
  Standing(SaleSettings settings, List<SaleStep> steps) {
    this.settings = settings;
    this.steps = steps;
  }

  SaleState state() {
    return state;
  }

  Optional<ServiceFigures> figures() {
    return Optional.ofNullable(figures);
  }

  boolean isOff() {
    return state instanceof SaleState.Off;
  }

  /** It has greeted, and its trial lasts until then, or is over. */
  void open(long trialUntilNanos, Moment now) {
    become(
        now.reached(trialUntilNanos)
            ? new SaleState.Free()
            : new SaleState.FreeTrial(trialUntilNanos, false));
  }

  /** What the pool says, before and after it has greeted. */
  void onFigures(ServiceFigures next, Moment now) {
    measureUse(next, now);
    figures = next;
    reconsider(now);
  }

  /** What is known is looked at again. */
  void reconsider(Moment now) {
    ServiceFigures known = figures;
    if (known != null && !(state instanceof SaleState.Greeting) && !isOff()) {
      consider(known, now);
    }
  }

  /** What the pool says in answer to a request: the answer tells the capacity. */
  void setFigures(ServiceFigures next) {
    figures = next;
  }

  void onBought(long tokens, Moment now) {
    boolean wasLow = state instanceof SaleState.Paid paid && paid.low();
    lastTokens += tokens; // what is added is no negative use
    lastBurnNanos = now.nanos();
    become(new SaleState.Paid(tokens, wasLow));
  }

  /** Tokens are being taken for something else than service; fewer than nothing: given back. */
  void onTaking(long tokens) {
    lastTokens = Math.max(0, lastTokens - tokens);
  }

  void onCapacity(long capacity, CapacityReason reason) {
    if (capacity != toldCapacity) {
      tellCapacity(0, capacity, reason);
    }
  }

  void tell(NoticeKind kind, long secondsLeft, Bytes data) {
    ServiceFigures known = figures;
    steps.add(
        new SaleStep.Send(
            new VipMessage.Notice(
                kind.number(),
                known == null ? 0 : known.tokens(),
                secondsLeft,
                UInt256.ZERO,
                0,
                data)));
  }

  private void consider(ServiceFigures now, Moment moment) {
    SaleState before = state;
    SaleState after = stateAt(now, moment);
    if (after != before) {
      become(after);
      tellTransition(before, after, now);
    }
    if (toldCapacity >= 0 && now.capacity() != toldCapacity) {
      tellCapacity(0, now.capacity(), reasonOf(after, now.capacity()));
    }
    toldCapacity = now.capacity();
  }

  private SaleState stateAt(ServiceFigures now, Moment moment) {
    boolean hasTokens = now.tokens() > 0;
    return switch (state) {
      case SaleState.Greeting greeting -> greeting;
      case SaleState.Off off -> off;
      case SaleState.FreeTrial trial ->
          hasTokens
              ? new SaleState.Paid(now.tokens(), false)
              : moment.reached(trial.untilNanos())
                  ? new SaleState.Free()
                  : trial.told() || moment.secondsUntil(trial.untilNanos()) > TRIAL_ENDING_SECONDS
                      ? trial
                      : new SaleState.FreeTrial(trial.untilNanos(), true);
      case SaleState.Free free -> hasTokens ? new SaleState.Paid(now.tokens(), false) : free;
      case SaleState.Downgraded downgraded ->
          hasTokens ? new SaleState.Paid(now.tokens(), false) : downgraded;
      case SaleState.Paid paid -> hasTokens ? lowOrNot(paid, now) : exhausted(now, moment);
      case SaleState.Exhausted exhausted ->
          hasTokens
              ? new SaleState.Paid(now.tokens(), false)
              : now.capacity() < exhausted.capacity() || moment.reached(exhausted.untilNanos())
                  ? new SaleState.Downgraded()
                  : exhausted;
    };
  }

  private SaleState exhausted(ServiceFigures now, Moment moment) {
    return new SaleState.Exhausted(now.capacity(), moment.inSeconds(settings.graceSeconds()));
  }

  private SaleState lowOrNot(SaleState.Paid paid, ServiceFigures now) {
    long threshold = lowThreshold(paid, now);
    if (paid.low()) {
      return now.tokens() / 2 >= threshold ? new SaleState.Paid(paid.lastPurchase(), false) : paid;
    }
    return now.tokens() < threshold ? new SaleState.Paid(paid.lastPurchase(), true) : paid;
  }

  private long lowThreshold(SaleState.Paid paid, ServiceFigures now) {
    long byTime = saturatedProduct(spend(now), settings.lowSeconds());
    long byPurchase = paid.lastPurchase() / PERCENT * settings.lowPercent();
    return Math.max(byTime, byPurchase);
  }

  private void tellTransition(SaleState before, SaleState after, ServiceFigures now) {
    switch (after) {
      case SaleState.FreeTrial trial ->
          notice(NoticeKind.TRIAL_ENDING, now, TRIAL_ENDING_SECONDS, 0);
      case SaleState.Paid paid -> {
        if (paid.low() && before instanceof SaleState.Paid) {
          notice(NoticeKind.LOW, now, now.tokens() / Math.max(1, spend(now)), 0);
        }
      }
      case SaleState.Exhausted exhausted ->
          notice(
              NoticeKind.EXHAUSTED,
              now,
              0,
              now.capacity() > now.minCapacity() ? settings.graceSeconds() : 0);
      case SaleState.Downgraded downgraded -> notice(NoticeKind.DOWNGRADED, now, 0, 0);
      case SaleState.Greeting greeting -> {}
      case SaleState.Free free -> {}
      case SaleState.Off off -> {}
    }
  }

  private static CapacityReason reasonOf(SaleState state, long capacity) {
    if (capacity == 0) {
      return CapacityReason.EVICTED;
    }
    return switch (state) {
      case SaleState.Paid paid -> CapacityReason.CONTENTION;
      case SaleState.Exhausted exhausted -> CapacityReason.DOWNGRADED;
      case SaleState.Downgraded downgraded -> CapacityReason.DOWNGRADED;
      case SaleState.Greeting greeting -> CapacityReason.CONTENTION;
      case SaleState.FreeTrial trial -> CapacityReason.CONTENTION;
      case SaleState.Free free -> CapacityReason.CONTENTION;
      case SaleState.Off off -> CapacityReason.CONTENTION;
    };
  }

  /** What requests cost beside time, as an average that forgets: tokens per second in all. */
  private void measureUse(ServiceFigures next, Moment now) {
    long elapsed = now.nanos() - lastBurnNanos;
    if (figures == null || elapsed >= Moment.SECOND_NANOS) {
      if (figures != null && next.tokens() <= lastTokens) {
        long used =
            BigInteger.valueOf(lastTokens - next.tokens())
                .multiply(BigInteger.valueOf(Moment.SECOND_NANOS))
                .divide(BigInteger.valueOf(elapsed))
                .longValue();
        burnPerSecond = burnPerSecond / 8 * 7 + used / 8;
      }
      lastTokens = next.tokens();
      lastBurnNanos = now.nanos();
    }
  }

  private long spend(ServiceFigures now) {
    return Math.max(now.spendPerSecond(), burnPerSecond);
  }

  private void notice(NoticeKind kind, ServiceFigures now, long secondsLeft, long graceSeconds) {
    long tokens = saturatedProduct(Math.max(1, spend(now)), settings.suggestSeconds());
    steps.add(
        new SaleStep.Send(
            new VipMessage.Notice(
                kind.number(),
                now.tokens(),
                secondsLeft,
                now.costOf().apply(tokens).orElse(UInt256.ZERO),
                graceSeconds,
                Bytes.EMPTY)));
  }

  void tellCapacity(long requestId, long capacity, CapacityReason reason) {
    toldCapacity = capacity;
    steps.add(
        new SaleStep.Send(
            new VipMessage.Capacity(
                requestId, capacity, capacity * BUFFER_MILLIS, reason.number())));
  }

  void become(SaleState next) {
    SaleState before = state;
    state = next;
    steps.add(new SaleStep.Became(before, next));
  }

  private static long saturatedProduct(long one, long other) {
    long high = Math.multiplyHigh(one, other);
    long low = one * other;
    return high == 0 && low >= 0 ? low : Long.MAX_VALUE;
  }
}
