package io.lesnode.vipnode.server;

import io.lesnode.payment.Counterparty;
import io.lesnode.payment.MethodId;
import io.lesnode.payment.RefusalCode;
import io.lesnode.vipnode.wire.CapacityReason;
import io.lesnode.vipnode.wire.CloseMode;
import io.lesnode.vipnode.wire.NoticeKind;
import io.lesnode.vipnode.wire.VipCapability;
import io.lesnode.vipnode.wire.VipMessage;
import io.lesnode.vipnode.wire.VipSignatures;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * The sale of service to one client over one connection (docs/vip.md, "State machine"). A value
 * machine: what comes in, with the time, gives steps that its driver takes in their order. Confined
 * to the ledger loop.
 *
 * <p><b>What it decides.</b> Who the peer is and under which name its money is kept (its Status);
 * which requests are taken at all; where it stands ({@link SaleState}) by what the client pool says
 * of its tokens and capacity, and what it is told of that; and when vip is over. It never ends the
 * connection: the worst for a client is that it is served as one without vip.
 *
 * <p><b>Notices.</b> LOW is sent once when the tokens last less than a minute, or less than a
 * twentieth of the last purchase is left, and can come again only after they were twice that.
 * EXHAUSTED comes with the grace, DOWNGRADED when the capacity is at its minimum.
 */
public final class Sale {

  private static final long TRIAL_ENDING_SECONDS = 30;

  /** geth's law between both flow control parameters: the buffer holds six seconds. */
  private static final long BUFFER_MILLIS = 6_000;

  private static final long RETRY_SYNC_SECONDS = 30;
  private static final long RETRY_CAPACITY_SECONDS = 60;
  private static final int PERCENT = 100;

  /**
   * Who sells on which chain.
   *
   * @param nodeId our node id
   * @param methods the numbers of the methods of payment that we take
   */
  public record House(
      UInt256 chainId,
      Bytes32 genesisHash,
      Bytes32 nodeId,
      Set<MethodId> methods,
      boolean auction) {
    /** Copies the set. */
    public House {
      methods = Set.copyOf(methods);
    }
  }

  private final SaleSettings settings;
  private final House house;
  private final TrialBook trials;
  private final Bytes network;
  private final List<SaleStep> steps = new ArrayList<>();
  private Counterparty peer;
  private SaleState state = new SaleState.Greeting();
  private boolean greeted;
  private boolean synced = true;
  private @Nullable ServiceFigures figures;
  private long toldCapacity = -1;
  private long burnPerSecond;
  private long lastTokens;
  private long lastBurnNanos;
  private int badSignatures;

  /**
   * A sale to a peer that shares vip/1 and was not greeted yet.
   *
   * @param peer who it is, still without an account
   * @param network see {@link TrialBook#network}
   */
  public Sale(
      SaleSettings settings, House house, TrialBook trials, Counterparty peer, Bytes network) {
    this.settings = settings;
    this.house = house;
    this.trials = trials;
    this.peer = peer;
    this.network = network;
  }

  /** Who the client is; its account is there after its Status. */
  public Counterparty peer() {
    return peer;
  }

  /** Where it stands. */
  public SaleState state() {
    return state;
  }

  /** Whether the peer has greeted and vip goes on. */
  public boolean isOpen() {
    return greeted && !(state instanceof SaleState.Off);
  }

  /** What is left of its free trial. */
  public long trialLeftSeconds(Moment now) {
    return state instanceof SaleState.FreeTrial trial ? now.secondsUntil(trial.untilNanos()) : 0;
  }

  /** The newest figures of the pool, once there are some. */
  public Optional<ServiceFigures> figures() {
    return Optional.ofNullable(figures);
  }

  /** Whether our chain is complete; while it is not, nothing is sold. */
  public void setSynced(boolean isSynced) {
    synced = isSynced;
  }

  // ---- messages

  /** A message of the peer. */
  public List<SaleStep> onMessage(VipMessage message, Moment now) {
    if (state instanceof SaleState.Off) {
      return List.of();
    }
    if (message instanceof VipMessage.Status status) {
      onStatus(status, now);
    } else if (!greeted) {
      end(0, RefusalCode.MALFORMED, "the first message must be a Status", 0);
    } else {
      dispatch(message);
    }
    return taken();
  }

  /** The peer broke the protocol. It is told so once and ignored from then on. */
  public List<SaleStep> onMalformed(String what) {
    if (!(state instanceof SaleState.Off)) {
      end(0, RefusalCode.MALFORMED, what, 0);
    }
    return taken();
  }

  private void dispatch(VipMessage message) {
    switch (message) {
      case VipMessage.Query query -> whenSynced(query.requestId(), new SaleStep.Answer(query));
      case VipMessage.Open open ->
          whenKnown(open.requestId(), open.method(), new SaleStep.OpenMethod(open));
      case VipMessage.Pay pay -> onPay(pay);
      case VipMessage.Exchange exchange -> onExchange(exchange);
      case VipMessage.SetCapacity request -> onSetCapacity(request);
      case VipMessage.Bid bid -> onBid(bid);
      case VipMessage.Close close -> onClose(close);
      case VipMessage.PoolJoin join -> pass(join);
      case VipMessage.Usage usage -> pass(usage);
      case VipMessage.PoolMatch match -> pass(match);
      case VipMessage.PoolState poolState -> pass(poolState);
      case VipMessage.Refuse refuse -> pass(refuse);
      case VipMessage.Status status -> throw new IllegalStateException("handled before");
      case VipMessage.Offer offer -> pass(offer);
      case VipMessage.Quote quote -> notOurs(quote);
      case VipMessage.Award award -> notOurs(award);
      case VipMessage.Params params -> pass(params);
      case VipMessage.Receipt receipt -> pass(receipt);
      case VipMessage.Exchanged exchanged -> notOurs(exchanged);
      case VipMessage.Capacity capacity -> notOurs(capacity);
      case VipMessage.Notice notice -> notOurs(notice);
    }
  }

  private void pass(VipMessage message) {
    steps.add(new SaleStep.PassOn(message));
  }

  private void notOurs(VipMessage message) {
    end(
        0,
        RefusalCode.MALFORMED,
        message.getClass().getSimpleName() + " is what servers send to clients",
        0);
  }

  private void onStatus(VipMessage.Status status, Moment now) {
    if (greeted) {
      end(0, RefusalCode.MALFORMED, "a second Status", 0);
    } else if (status.version() != VipCapability.VERSION) {
      end(0, RefusalCode.MALFORMED, "this is version " + VipCapability.VERSION + " of vip", 0);
    } else if (!status.chainId().equals(house.chainId())
        || !status.genesisHash().equals(house.genesisHash())) {
      end(0, RefusalCode.WRONG_CHAIN, "service is paid on chain " + house.chainId() + " here", 0);
    } else if (status.payAddress().isPresent() && !isBound(status)) {
      end(
          0,
          RefusalCode.BAD_SIGNATURE,
          "the account's signature does not bind it to your node; sign the bind digest with its key",
          settings.offSeconds());
    } else {
      greeted = true;
      peer = new Counterparty(peer.nodeId(), peer.nodeKey(), status.payAddress());
      long until = trials.untilNanos(network, now);
      become(now.reached(until) ? new SaleState.Free() : new SaleState.FreeTrial(until, false));
      steps.add(new SaleStep.Welcome(status, now.secondsUntil(until)));
      ServiceFigures known = figures;
      if (known != null) {
        consider(known, now);
      }
    }
  }

  private boolean isBound(VipMessage.Status status) {
    return status
        .payAddress()
        .filter(
            account ->
                VipSignatures.isSignedByAccount(
                    VipSignatures.bindDigest(
                        house.chainId(),
                        peer.nodeId(),
                        house.nodeId(),
                        account,
                        VipSignatures.contractSetHash(status.methods())),
                    status.bindSignature(),
                    account))
        .isPresent();
  }

  private void onPay(VipMessage.Pay pay) {
    whenKnown(pay.payId().toLong(), pay.method(), new SaleStep.TakePayment(pay));
  }

  private void onExchange(VipMessage.Exchange exchange) {
    if (!synced) {
      refuseUnsynced(exchange.requestId());
      return;
    }
    boolean isSigned =
        peer.payAddress()
            .map(
                account ->
                    VipSignatures.isSignedByAccount(
                        VipSignatures.exchangeDigest(
                            house.chainId(), house.nodeId(), peer.nodeId(), exchange),
                        exchange.signature(),
                        account))
            .orElse(true);
    if (isSigned) {
      steps.add(new SaleStep.Trade(exchange));
    } else {
      refuse(
          exchange.requestId(),
          RefusalCode.BAD_SIGNATURE,
          0,
          "sign the exchange with the key of the account in your Status");
      countBadSignature();
    }
  }

  private void onSetCapacity(VipMessage.SetCapacity request) {
    long wanted =
        Math.max(request.minRecharge(), Math.ceilDiv(request.bufferLimit(), BUFFER_MILLIS));
    whenSynced(
        request.requestId(),
        new SaleStep.AskCapacity(request.requestId(), wanted, request.biasSeconds()));
  }

  private void onBid(VipMessage.Bid bid) {
    if (house.auction()) {
      whenSynced(bid.requestId(), new SaleStep.PlaceBid(bid));
    } else {
      refuse(
          bid.requestId(), RefusalCode.NO_CAPACITY, 0, "there is no auction here; see the offer");
    }
  }

  private void onClose(VipMessage.Close close) {
    boolean leaves = close.closeMode().filter(mode -> mode == CloseMode.LEAVE).isPresent();
    if (!leaves) {
      whenKnown(close.requestId(), close.method(), new SaleStep.CloseMethod(close));
    }
  }

  private void whenKnown(long reference, int method, SaleStep step) {
    boolean known =
        MethodId.ofNumber(method).filter(id -> house.methods().contains(id)).isPresent();
    if (!known) {
      refuse(
          reference,
          RefusalCode.UNKNOWN_METHOD,
          0,
          "payment method " + method + " is not taken here; those that are, are in our Status");
      return;
    }
    whenSynced(reference, step);
  }

  private void whenSynced(long reference, SaleStep step) {
    if (synced) {
      steps.add(step);
    } else {
      refuseUnsynced(reference);
    }
  }

  private void refuseUnsynced(long reference) {
    refuse(
        reference,
        RefusalCode.NOT_SYNCED,
        RETRY_SYNC_SECONDS,
        "our chain is not complete; nothing is sold meanwhile");
  }

  // ---- answers of the driver

  /** A request was refused by a method, the market or the books. */
  public List<SaleStep> onRefused(
      long reference, RefusalCode code, long retryAfterSeconds, String text) {
    refuse(reference, code, retryAfterSeconds, text);
    if (code == RefusalCode.BAD_SIGNATURE) {
      countBadSignature();
    }
    return taken();
  }

  /**
   * The pool has answered a SetCapacity.
   *
   * @param next what the pool says of the client now
   * @param hasPriority whether it has tokens
   */
  public List<SaleStep> onCapacityAnswer(
      long requestId, long wanted, ServiceFigures next, boolean hasPriority) {
    figures = next;
    long given = next.capacity();
    // the pool tries down to a twentieth less, as geth's does
    if (given > 0 && given >= wanted - wanted / 20) {
      tellCapacity(requestId, given, CapacityReason.REQUESTED);
    } else if (!hasPriority) {
      refuse(
          requestId,
          RefusalCode.NO_CAPACITY,
          0,
          "more than the least capacity is for who has tokens; buy some first");
    } else {
      refuse(
          requestId,
          RefusalCode.NO_CAPACITY,
          RETRY_CAPACITY_SECONDS,
          "so much is not to be had with your tokens; you have "
              + given
              + "; buy more, or ask for less");
    }
    return taken();
  }

  /** Tokens were bought or granted; the figures follow. */
  public List<SaleStep> onBought(long tokens, Moment now) {
    if (isOpen() && tokens > 0) {
      lastTokens += tokens; // no negative use
      become(new SaleState.Paid(tokens, false));
      ServiceFigures known = figures;
      if (known != null) {
        lastBurnNanos = now.nanos();
      }
    }
    return taken();
  }

  // ---- the client pool

  /** What the pool says, at each change of the capacity and once a second. */
  public List<SaleStep> onFigures(ServiceFigures next, Moment now) {
    measureUse(next, now);
    figures = next;
    if (isOpen()) {
      consider(next, now);
    }
    return taken();
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

  /** The client's capacity changed for a reason that the driver knows. */
  public List<SaleStep> onCapacity(long capacity, CapacityReason reason) {
    if (isOpen() && capacity != toldCapacity) {
      tellCapacity(0, capacity, reason);
    }
    return taken();
  }

  /** Something that a method of payment or the market has to tell. */
  public List<SaleStep> onNews(NoticeKind kind, long secondsLeft, Bytes data) {
    if (isOpen()) {
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
    return taken();
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

  private void tellCapacity(long requestId, long capacity, CapacityReason reason) {
    toldCapacity = capacity;
    steps.add(
        new SaleStep.Send(
            new VipMessage.Capacity(
                requestId, capacity, capacity * BUFFER_MILLIS, reason.number())));
  }

  // ---- ends

  private void countBadSignature() {
    if (++badSignatures >= settings.badSignatures() && !(state instanceof SaleState.Off)) {
      String why = badSignatures + " bad signatures";
      become(new SaleState.Off(why));
      steps.add(new SaleStep.End(why, settings.offSeconds()));
    }
  }

  private void refuse(long reference, RefusalCode code, long retryAfterSeconds, String text) {
    steps.add(new SaleStep.Send(VipMessage.Refuse.of(reference, code, retryAfterSeconds, text)));
  }

  private void end(long reference, RefusalCode code, String text, long offSeconds) {
    refuse(reference, code, offSeconds, text);
    become(new SaleState.Off(text));
    steps.add(new SaleStep.End(text, offSeconds));
  }

  private void become(SaleState next) {
    SaleState before = state;
    state = next;
    steps.add(new SaleStep.Became(before, next));
  }

  private List<SaleStep> taken() {
    List<SaleStep> result = List.copyOf(steps);
    steps.clear();
    return result;
  }

  private static long saturatedProduct(long one, long other) {
    long high = Math.multiplyHigh(one, other);
    long low = one * other;
    return high == 0 && low >= 0 ? low : Long.MAX_VALUE;
  }
}
