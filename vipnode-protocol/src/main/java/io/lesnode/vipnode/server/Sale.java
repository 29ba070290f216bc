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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * The sale of service to one client over one connection (docs/vip.md, "State machine"). A value
 * machine: what comes in, with the time, gives steps that its driver takes in their order. Confined
 * to the ledger loop.
 *
 * <p><b>What it decides.</b> Who the peer is and under which name its money is kept (its Status);
 * which requests are taken at all; where it stands ({@link SaleState}) by what the client pool says
 * of its tokens and capacity, and what it is told of that; and when vip is over. It never ends the
 * connection: the worst for a client is that it is served as one without vip.
 */
public final class Sale {

  private static final long RETRY_SYNC_SECONDS = 30;
  private static final long RETRY_CAPACITY_SECONDS = 60;

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
  private final Standing standing;
  private boolean greeted;
  private boolean synced = true;
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
    this.standing = new Standing(settings, steps);
  }

  /** Who the client is; its account is there after its Status. */
  public Counterparty peer() {
    return peer;
  }

  /** Where it stands. */
  public SaleState state() {
    return standing.state();
  }

  /** Whether the peer has greeted and vip goes on. */
  public boolean isOpen() {
    return greeted && !standing.isOff();
  }

  /** What is left of its free trial. */
  public long trialLeftSeconds(Moment now) {
    return state() instanceof SaleState.FreeTrial trial ? now.secondsUntil(trial.untilNanos()) : 0;
  }

  /** The newest figures of the pool, once there are some. */
  public Optional<ServiceFigures> figures() {
    return standing.figures();
  }

  /** Whether our chain is complete; while it is not, nothing is sold. */
  public void setSynced(boolean isSynced) {
    synced = isSynced;
  }

  // ---- messages

  /** A message of the peer. */
  public List<SaleStep> onMessage(VipMessage message, Moment now) {
    if (standing.isOff()) {
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
    if (!standing.isOff()) {
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
      standing.open(until, now);
      steps.add(new SaleStep.Welcome(status, now.secondsUntil(until)));
      standing.reconsider(now);
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
        Math.max(
            request.minRecharge(), Math.ceilDiv(request.bufferLimit(), Standing.BUFFER_MILLIS));
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
    standing.setFigures(next);
    long given = next.capacity();
    // the pool tries down to a twentieth less, as geth's does
    if (given > 0 && given >= wanted - wanted / 20) {
      standing.tellCapacity(requestId, given, CapacityReason.REQUESTED);
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
      standing.onBought(tokens, now);
    }
    return taken();
  }

  /**
   * Tokens are being taken that the client gives back, or whose grant has ended; they are not
   * counted as used.
   *
   * @param tokens less than zero: they were not taken after all
   */
  public void onTaking(long tokens) {
    standing.onTaking(tokens);
  }

  // ---- the client pool

  /** What the pool says, at each change of the capacity and once a second. */
  public List<SaleStep> onFigures(ServiceFigures next, Moment now) {
    standing.onFigures(next, now);
    return taken();
  }

  /** The client's capacity changed for a reason that the driver knows. */
  public List<SaleStep> onCapacity(long capacity, CapacityReason reason) {
    if (isOpen()) {
      standing.onCapacity(capacity, reason);
    }
    return taken();
  }

  /** Something that a method of payment or the market has to tell. */
  public List<SaleStep> onNews(NoticeKind kind, long secondsLeft, Bytes data) {
    if (isOpen()) {
      standing.tell(kind, secondsLeft, data);
    }
    return taken();
  }

  // ---- ends

  private void countBadSignature() {
    if (++badSignatures >= settings.badSignatures() && !standing.isOff()) {
      String why = badSignatures + " bad signatures";
      standing.become(new SaleState.Off(why));
      steps.add(new SaleStep.End(why, settings.offSeconds()));
    }
  }

  private void refuse(long reference, RefusalCode code, long retryAfterSeconds, String text) {
    steps.add(new SaleStep.Send(VipMessage.Refuse.of(reference, code, retryAfterSeconds, text)));
  }

  private void end(long reference, RefusalCode code, String text, long offSeconds) {
    refuse(reference, code, offSeconds, text);
    standing.become(new SaleState.Off(text));
    steps.add(new SaleStep.End(text, offSeconds));
  }

  private List<SaleStep> taken() {
    List<SaleStep> result = List.copyOf(steps);
    steps.clear();
    return result;
  }
}
