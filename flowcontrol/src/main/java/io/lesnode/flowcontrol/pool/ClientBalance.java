package io.lesnode.flowcontrol.pool;

import org.jspecify.annotations.Nullable;

/**
 * The balances of one client while something is done with them: loaded, charged for time and
 * requests, watched for thresholds, stored; confined like the pool.
 *
 * <p>Time is charged lazily, whenever the balance is looked at, and only while the client is
 * active. Two thresholds can be watched: the priority that a biased estimate promised, and zero,
 * where the positive balance is exhausted. A timer comes a little before the moment at which time
 * alone would reach the next threshold; requests bring it closer and are checked as they are
 * served.
 *
 * <p>Reference: geth v1.10.26, les/vflux/server/balance.go, nodeBalance.
 */
final class ClientBalance {

  private static final long NANOS_PER_SECOND = 1_000_000_000L;
  private static final double NO_PRICE = 1e-100;
  private static final long NEVER = -1;
  private static final long MIN_DELAY_NANOS = 10_000_000; // bounds the checks of one client
  private static final long MAX_DELAY_NANOS = 1L << 60;
  private static final int ESTIMATE = 1;
  private static final int ZERO = 2;

  private final BalanceBook book;
  private final ClientId id;
  private final String freeClientId;
  private final @Nullable PoolClient client;
  private final Balance balance;
  private final long openedNanos;
  private PriceFactors positiveFactors = PriceFactors.FREE;
  private PriceFactors negativeFactors = PriceFactors.FREE;
  private boolean active;
  private boolean priority;
  private long capacity;
  private long sumRequestCost;
  private long lastNanos;

  private boolean watchesEstimate;
  private long estimateThreshold;
  private boolean watchesZero;
  private final Timers.Timer timer = new Timers.Timer(this::onTimer);
  private boolean checkPlanned;
  private long checkNanos;

  /**
   * Loads the balances of a client.
   *
   * @param client whom to signal; null when the client is not connected
   */
  ClientBalance(BalanceBook book, ClientId id, String freeClientId, @Nullable PoolClient client) {
    this.book = book;
    this.id = id;
    this.freeClientId = freeClientId;
    this.client = client;
    balance = book.load(id, freeClientId);
    openedNanos = book.nowNanos();
    lastNanos = openedNanos;
  }

  ClientId id() {
    return id;
  }

  String freeClientId() {
    return freeClientId;
  }

  boolean isActive() {
    return active;
  }

  boolean hasPriority() {
    return priority;
  }

  PriceFactors positiveFactors() {
    return positiveFactors;
  }

  PriceFactors negativeFactors() {
    return negativeFactors;
  }

  /** The positive balance now, unsigned. */
  long positive() {
    update();
    return balance.positiveAt(book.nowNanos());
  }

  /** The negative balance now, unsigned. */
  long negative() {
    update();
    return balance.negativeAt(book.nowNanos());
  }

  /** Both balances brought up to now; not to be changed. */
  Balance current() {
    update();
    return balance;
  }

  /** Both balances as they would be now, without the rounding of a look at them; for reading. */
  Balance projected() {
    Balance projected = book.scratch();
    projected.set(balance);
    long now = book.nowNanos();
    if (active && now > lastNanos) {
      projected.pay(positiveFactors, negativeFactors, lastNanos, now - lastNanos, capacity, 0);
    }
    return projected;
  }

  /** The positive balance as of the last look at it; not to be changed. */
  ExpiredValue tokens() {
    return balance.positive;
  }

  long priority(long forCapacity) {
    update();
    return balance.priority(forCapacity, book.nowNanos());
  }

  /**
   * A lower estimate of the priority until some time in the future.
   *
   * @param addBalance tokens assumed to be added before
   * @param futureNanos for how long requests are assumed at twice the average of this session
   * @param biasNanos for how much longer only time is paid
   * @param watch whether to signal when the priority falls below the estimate earlier
   */
  long estimatePriority(
      long forCapacity, long addBalance, long futureNanos, long biasNanos, boolean watch) {
    update();
    long now = book.nowNanos();
    Balance estimate = book.scratch();
    estimate.set(balance);
    long present = balance.priority(forCapacity, now);
    if (addBalance != 0) {
      estimate.addPositiveUpToMax(addBalance, now);
      if (!book.quirks().addedTokensAreIgnored()) {
        present = estimate.priority(forCapacity, now);
      }
    }
    if (futureNanos > 0) {
      long sessionNanos = lastNanos - openedNanos;
      double average = 0;
      if (sessionNanos > NANOS_PER_SECOND) {
        average = FixedPoint.unsigned(sumRequestCost) * 2 / (double) sessionNanos;
      }
      estimate.pay(positiveFactors, negativeFactors, now, futureNanos, forCapacity, average);
    }
    if (biasNanos > 0) {
      estimate.pay(positiveFactors, negativeFactors, now + futureNanos, biasNanos, forCapacity, 0);
    }
    // always below the present priority: equal ones would displace each other for ever
    long below = present == Long.MIN_VALUE && !book.quirks().numbersWrap() ? present : present - 1;
    long estimated = estimate.priority(forCapacity, now);
    estimated = estimated >= present ? below : estimated;
    if (watch) {
      watchesEstimate = true;
      estimateThreshold = estimated;
      planCheck();
    }
    return estimated;
  }

  /**
   * Adds to the positive balance (or takes away what is there), unless it would exceed the maximum.
   */
  BalanceChange addPositive(long amount) {
    long[] values = new long[2];
    boolean added =
        book.changeTotal(
            this,
            () -> {
              update();
              long now = book.nowNanos();
              values[0] = balance.positiveAt(now);
              if (Balance.overflows(values[0], amount)) {
                return false;
              }
              balance.addPositive(amount, now);
              values[1] = balance.positiveAt(now);
              return true;
            });
    if (!added) {
      return new BalanceChange.Overflow(BalanceBook.shown(values[0]));
    }
    afterChange(false);
    return new BalanceChange.Changed(BalanceBook.shown(values[0]), BalanceBook.shown(values[1]));
  }

  /** Sets both balances, which are not negative. */
  void setBalances(long positiveAmount, long negativeAmount) {
    book.changeTotal(
        this,
        () -> {
          update();
          balance.reset(positiveAmount, negativeAmount, book.nowNanos());
          return true;
        });
    afterChange(true);
  }

  /** Charges a served request and gives the positive balance that is left, unsigned. */
  long requestServed(long cost) {
    update();
    long now = book.nowNanos();
    double unpaid = FixedPoint.unsigned(cost);
    long left = 0;
    boolean changed = false;
    if (!balance.positive.isZero()) {
      long wanted = -(long) (unpaid * positiveFactors.request());
      if (wanted == 0) {
        unpaid = 0;
      } else {
        long net = balance.addPositive(wanted, now);
        unpaid = net == wanted ? 0 : unpaid * (1 - (double) net / (double) wanted);
        changed = true;
      }
      left = balance.positiveAt(now);
    }
    if (unpaid > 0 && negativeFactors.request() != 0) {
      balance.addNegative((long) (unpaid * negativeFactors.request()), now);
      changed = true;
    }
    sumRequestCost += cost;
    if (changed) {
      signal(reachedThresholds());
    }
    return left;
  }

  /** Charges and stores at once, for a client that is not active. */
  long payAndStore(long cost) {
    long[] left = new long[1];
    book.changeTotal(
        this,
        () -> {
          left[0] = requestServed(cost);
          return true;
        });
    book.store(id, balance.positive);
    book.store(freeClientId, balance.negative);
    return left[0];
  }

  void setFactors(PriceFactors positive, PriceFactors negative) {
    update();
    positiveFactors = positive;
    negativeFactors = negative;
    signal(reachedThresholds());
  }

  /** Time is charged from now on. */
  void activate() {
    if (!active) {
      book.changeTotal(
          this,
          () -> {
            active = true;
            lastNanos = book.nowNanos();
            return true;
          });
    }
  }

  /** Time is no longer charged; what was charged is stored. */
  void deactivate() {
    if (active) {
      book.changeTotal(
          this,
          () -> {
            update();
            book.timers().cancel(timer);
            checkPlanned &= book.quirks().timersFireOnce();
            book.store(id, balance.positive);
            book.store(freeClientId, balance.negative);
            active = false;
            return true;
          });
    }
  }

  /** Changes the capacity that is charged for; never zero. */
  void setCapacity(long next) {
    update();
    capacity = next;
    signal(reachedThresholds());
  }

  /** Notes that the client has tokens, if it has, and says whether that is new. */
  boolean gainPriority() {
    if (priority || balance.positive.isZero()) {
      return false;
    }
    priority = true;
    watchesZero = true;
    planCheck();
    return true;
  }

  private void afterChange(boolean storeNegative) {
    int reached = reachedThresholds();
    boolean gained = gainPriority();
    book.store(id, balance.positive);
    if (storeNegative) {
      book.store(freeClientId, balance.negative);
    }
    signal(reached);
    if (client != null) {
      if (gained) {
        book.signals().onPriorityGained(client);
      }
      book.signals().onPriorityChanged(client);
    }
  }

  private void update() {
    long now = book.nowNanos();
    if (active && now > lastNanos) {
      balance.pay(positiveFactors, negativeFactors, lastNanos, now - lastNanos, capacity, 0);
      lastNanos = now;
    }
  }

  private void onTimer() {
    checkPlanned &= book.quirks().timersFireOnce();
    if (watchesEstimate || watchesZero) {
      update();
      signal(reachedThresholds());
    }
  }

  /** The thresholds that were reached since the last time, which are no longer watched. */
  private int reachedThresholds() {
    if (!(watchesEstimate || watchesZero) || capacity == 0) {
      return 0;
    }
    long present = balance.priority(capacity, book.nowNanos());
    int reached = 0;
    if (watchesEstimate && estimateThreshold >= present) {
      watchesEstimate = false;
      reached |= ESTIMATE;
    }
    if (watchesZero && present <= 0) {
      watchesZero = false;
      reached |= ZERO;
    }
    planCheck();
    return reached;
  }

  /** Signals what was reached; the higher threshold first. */
  private void signal(int reached) {
    boolean estimate = (reached & ESTIMATE) != 0;
    if (estimate && estimateThreshold > 0) {
      signalEstimate();
    }
    if ((reached & ZERO) != 0) {
      exhausted();
    }
    if (estimate && estimateThreshold <= 0) {
      signalEstimate();
    }
  }

  private void signalEstimate() {
    if (client != null) {
      book.signals().onPriorityChanged(client);
    }
  }

  private void exhausted() {
    book.store(id, balance.positive);
    priority = false;
    if (client != null) {
      book.signals().onPriorityLost(client);
    }
  }

  /** Arms the timer for the next threshold that time alone would reach. */
  private void planCheck() {
    update();
    if (!watchesEstimate && !watchesZero) {
      cancelCheck();
      return;
    }
    long next = watchesEstimate && (!watchesZero || estimateThreshold >= 0) ? estimateThreshold : 0;
    long untilNanos = nanosUntil(next);
    if (untilNanos == NEVER) {
      cancelCheck();
      return;
    }
    long now = book.nowNanos();
    if (!checkPlanned || checkNanos > now + untilNanos) {
      long delayNanos = untilNanos;
      if (delayNanos > NANOS_PER_SECOND) {
        // a bit early, so that requests do not move the timer each time
        delayNanos = (delayNanos - NANOS_PER_SECOND) * 7 / 8 + NANOS_PER_SECOND;
      }
      checkPlanned = true;
      checkNanos = now + delayNanos;
      armCheck(delayNanos);
    }
  }

  private void cancelCheck() {
    checkPlanned = false;
    armCheck(0);
  }

  private void armCheck(long delayNanos) {
    if (timer.hasFired() && book.quirks().timersFireOnce()) {
      return;
    }
    if (delayNanos == 0) {
      book.timers().cancel(timer);
    } else {
      book.timers().arm(timer, book.nowNanos(), delayNanos);
    }
  }

  /** How long until time alone brings the priority down to a level, or never. */
  private long nanosUntil(long level) {
    long now = book.nowNanos();
    long tokens = balance.positiveAt(now);
    long targetTokens = level > 0 ? level * capacity : 0;
    double nanos = 0;
    if (tokens != 0) {
      double price = positiveFactors.perNano(capacity, 0);
      if (price < NO_PRICE) {
        return NEVER;
      }
      if (Long.compareUnsigned(targetTokens, tokens) > 0) {
        return delay(0, price);
      }
      nanos = FixedPoint.unsigned(tokens - targetTokens) / price;
      if (targetTokens != 0) {
        return delay(nanos, price);
      }
    } else if (targetTokens != 0) {
      return delay(0, 1);
    }
    double lastPrice = 1;
    long debt = balance.negativeAt(now);
    long targetDebt = level > 0 ? 0 : -level;
    if (Long.compareUnsigned(targetDebt, debt) > 0) {
      double price = negativeFactors.perNano(capacity, 0);
      if (price < NO_PRICE) {
        return NEVER;
      }
      nanos += FixedPoint.unsigned(targetDebt - debt) / price;
      lastPrice = price;
    }
    return delay(nanos, lastPrice);
  }

  /** A delay after which a whole unit more than the level has been paid, and not a rounded one. */
  private long delay(double nanos, double price) {
    if (book.quirks().numbersWrap()) {
      return nanos >= 0x1p63 ? Long.MIN_VALUE : (long) nanos;
    }
    double whole = price < 1 ? nanos + 1 / price : nanos;
    return Math.clamp((long) whole, MIN_DELAY_NANOS, MAX_DELAY_NANOS);
  }
}
