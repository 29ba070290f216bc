package io.lesnode.vip.pool;

import io.lesnode.payment.ChainHead;
import io.lesnode.payment.ChainUnavailableException;
import io.lesnode.payment.Counterparty;
import io.lesnode.payment.Credit;
import io.lesnode.payment.MethodId;
import io.lesnode.payment.MethodTerms;
import io.lesnode.payment.Params;
import io.lesnode.payment.PaymentMethod;
import io.lesnode.payment.Refusal;
import io.lesnode.payment.RefusalCode;
import io.lesnode.payment.Settlement;
import io.lesnode.payment.SignerException;
import io.lesnode.payment.hub.HubBooks;
import io.lesnode.payment.ledger.AccountId;
import io.lesnode.payment.ledger.AccountKind;
import io.lesnode.payment.ledger.Ledger;
import io.lesnode.payment.ledger.LedgerBatch;
import io.lesnode.payment.ledger.Statement;
import io.lesnode.payment.transactions.SettlementRunner;
import io.lesnode.vipnode.pool.HostFacts;
import io.lesnode.vipnode.pool.Member;
import io.lesnode.vipnode.pool.PoolDecision;
import io.lesnode.vipnode.pool.PoolMachine;
import io.lesnode.vipnode.wire.MethodEntry;
import io.lesnode.vipnode.wire.VipCapability;
import io.lesnode.vipnode.wire.VipCodec;
import io.lesnode.vipnode.wire.VipMessage;
import io.lesnode.vipnode.wire.VipSignatures;
import java.math.BigInteger;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.rlp.RLP;
import org.apache.tuweni.units.bigints.UInt256;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a pool does with messages: members' identities and money here, everything else by {@link
 * PoolMachine}. Confined to the pool's loop.
 */
final class PoolDesk {
  private static final Logger LOG = LoggerFactory.getLogger(PoolDesk.class);
  private static final int RECEIPTS_KEPT = 64;
  private static final int STATEMENTS_FORGOTTEN_AT_ONCE = 1_000;

  private final VipIdentity self;
  private final PoolSettings settings;
  private final Ledger ledger;
  private final Map<MethodId, PaymentMethod> methods;
  private final InstantSource clock;
  private final PoolMachine machine;
  private final PoolRecords records = new PoolRecords();
  private final Map<Long, Present> present = new HashMap<>();
  private final long startedSeconds;
  private Payouts payouts = Payouts.NONE;
  private Optional<SettlementRunner> settlements = Optional.empty();
  private final OwnerLoop loop;
  private long payoutFailures;
  private long lastKept;

  /** A connection whose Status has come. */
  private record Known(Member member, Counterparty party, List<MethodEntry> methods) {}

  /** A connection. */
  private static final class Present {
    final VipLink link;
    Optional<Known> known = Optional.empty();

    /** Answers to payments, so that a repeated one gets the same. */
    final Map<Bytes, VipMessage.Receipt> receipts =
        new LinkedHashMap<>() {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<Bytes, VipMessage.Receipt> eldest) {
            return size() > RECEIPTS_KEPT;
          }
        };

    Present(VipLink link) {
      this.link = link;
    }
  }

  PoolDesk(
      VipIdentity self,
      PoolSettings settings,
      Ledger ledger,
      List<PaymentMethod> methods,
      InstantSource clock,
      long tickNanos) {
    this.self = self;
    this.settings = settings;
    this.ledger = ledger;
    this.methods = new HashMap<>();
    methods.forEach(method -> this.methods.put(method.id(), method));
    this.clock = clock;
    this.startedSeconds = nowSeconds();
    this.machine =
        new PoolMachine(
            settings.rules(),
            self.id(),
            self.chainId(),
            self::sign,
            owner -> ledger.balance(AccountId.client(owner)),
            settings.seed());
    this.machine.restore(records.read(ledger));
    this.loop = new OwnerLoop("pool", this::commit, this::tick, tickNanos);
  }

  OwnerLoop loop() {
    return loop;
  }

  void payHostsBy(Payouts hosts) {
    payouts = hosts;
  }

  void settleBy(SettlementRunner runner) {
    settlements = Optional.of(runner);
  }

  List<MethodTerms> terms() {
    return methods.values().stream().map(PaymentMethod::terms).toList();
  }

  private long nowSeconds() {
    return clock.millis() / 1_000;
  }

  void commit() {
    if (ledger.waiting() > 0) {
      ledger.commit();
    }
  }

  // ---- connections ---------------------------------------------------------------------------

  void onOpened(VipLink link) {
    present.put(link.session(), new Present(link));
  }

  void onClosed(VipLink link) {
    present.remove(link.session());
    machine.onClosed(link.session(), link.remoteId());
  }

  void onMessage(VipLink link, VipMessage message) {
    Present peer = present.get(link.session());
    if (peer == null) {
      return;
    }
    if (message instanceof VipMessage.Status status) {
      onStatus(peer, status);
      return;
    }
    if (peer.known.isEmpty()) {
      refuse(peer, 0, RefusalCode.MALFORMED, "the first message is Status");
      return;
    }
    Known known = peer.known.get();
    switch (message) {
      case VipMessage.PoolJoin join ->
          carry(machine.onJoin(link.session(), known.member(), join, nowSeconds()));
      case VipMessage.Usage usage ->
          carry(machine.onUsage(link.session(), known.member().id(), usage, nowSeconds()));
      case VipMessage.Open open -> onOpen(peer, known, open);
      case VipMessage.Pay pay -> onPay(peer, known, pay);
      case VipMessage.Receipt receipt -> payouts.onReceipt(known.party(), receipt);
      case VipMessage.Close close -> onClose(peer, known, close);
      case VipMessage.Refuse refuse ->
          LOG.debug("{} refuses: {} {}", link.remoteId(), refuse.refusalCode(), refuse.text());
      case VipMessage.Offer offer -> {} // its price is in the join
      case VipMessage.Params params -> {}
      case VipMessage.Notice notice -> {}
      case VipMessage.Capacity capacity -> {}
      case VipMessage.Status again -> {}
      case VipMessage.Query q -> refuseService(peer, q.requestId());
      case VipMessage.Exchange e -> refuseService(peer, e.requestId());
      case VipMessage.SetCapacity s -> refuseService(peer, s.requestId());
      case VipMessage.Bid b -> refuseService(peer, b.requestId());
      case VipMessage.Quote q -> {}
      case VipMessage.Award a -> {}
      case VipMessage.Exchanged e -> {}
      case VipMessage.PoolMatch m -> {}
      case VipMessage.PoolState s -> {}
    }
  }

  private void refuseService(Present peer, long reference) {
    refuse(peer, reference, RefusalCode.NO_CAPACITY, "a pool serves no chain; join it for hosts");
  }

  private void onStatus(Present peer, VipMessage.Status status) {
    if (peer.known.isPresent()) {
      return; // the first one counts
    }
    VipLink link = peer.link;
    if (status.version() != VipCapability.VERSION) {
      refuse(peer, 0, RefusalCode.MALFORMED, "this pool speaks vip/1");
      return;
    }
    if (!status.chainId().equals(self.chainId())) {
      refuse(peer, 0, RefusalCode.WRONG_CHAIN, "money of this pool is on chain " + chainText());
      return;
    }
    Optional<Counterparty> party = self.counterparty(link.remoteId(), link.remoteKey(), status);
    if (party.isEmpty()) {
      refuse(peer, 0, RefusalCode.BAD_SIGNATURE, "the account did not sign for your node");
      return;
    }
    Member member =
        new Member(
            link.remoteId(),
            link.remoteKey(),
            party.get().payAddress(),
            status.genesisHash(),
            link.peer().clientName(),
            link.peer().remoteAddress().getAddress().getHostAddress());
    peer.known = Optional.of(new Known(member, party.get(), status.methods()));
    payouts.onHost(party.get(), status.methods());
  }

  private String chainText() {
    return self.chainId().toUnsignedBigInteger().toString();
  }

  // ---- money of members ----------------------------------------------------------------------

  private void onOpen(Present peer, Known known, VipMessage.Open open) {
    Optional<PaymentMethod> method = method(open.method());
    if (method.isEmpty()) {
      refuse(peer, open.requestId(), RefusalCode.UNKNOWN_METHOD, "this pool is not paid that way");
      return;
    }
    LedgerBatch batch = ledger.begin(clock.millis());
    try {
      Params params = method.get().open(known.party(), open.data(), batch);
      ledger.accept(batch);
      loop.afterCommit(
          () ->
              peer.link.send(
                  new VipMessage.Params(
                      open.requestId(), open.method(), params.status(), params.data())));
    } catch (Refusal refusal) {
      ledger.drop(batch);
      refuse(peer, open.requestId(), refusal.code(), refusal.text());
    }
  }

  private void onPay(Present peer, Known known, VipMessage.Pay pay) {
    VipMessage.Receipt before = peer.receipts.get(pay.payId());
    if (before != null) {
      loop.afterCommit(() -> peer.link.send(before));
      return;
    }
    Optional<PaymentMethod> method = method(pay.method());
    if (method.isEmpty()) {
      answer(peer, refused(pay, known, new Refusal(RefusalCode.UNKNOWN_METHOD, "not paid so")));
      return;
    }
    LedgerBatch batch = ledger.begin(clock.millis());
    try {
      switch (method.get().receive(known.party(), pay.proof(), batch)) {
        case Credit.Money money -> {
          BigInteger balance = batch.balance(AccountId.client(known.member().moneyOwner()));
          ledger.accept(batch);
          VipMessage.Receipt receipt = receipt(pay, known, money, balance);
          peer.receipts.put(pay.payId(), receipt);
          answer(peer, receipt);
        }
        case Credit.Grant grant ->
            throw new Refusal(RefusalCode.UNKNOWN_METHOD, "a pool sells no time of service");
      }
    } catch (Refusal refusal) {
      ledger.drop(batch);
      answer(peer, refused(pay, known, refusal));
    }
  }

  private void answer(Present peer, VipMessage.Receipt receipt) {
    loop.afterCommit(() -> peer.link.send(receipt));
  }

  private VipMessage.Receipt receipt(
      VipMessage.Pay pay, Known known, Credit.Money money, BigInteger balance) {
    Bytes32 digest =
        VipSignatures.receiptDigest(
            pay.payId(), known.member().id(), pay.method(), money.cumulativeWei(), 0, 0);
    return new VipMessage.Receipt(
        pay.payId(),
        0,
        money.amountWei(),
        money.cumulativeWei(),
        UInt256.valueOf(balance.max(BigInteger.ZERO)),
        0,
        0,
        Bytes.EMPTY,
        self.sign(digest));
  }

  private VipMessage.Receipt refused(VipMessage.Pay pay, Known known, Refusal refusal) {
    BigInteger balance = ledger.balance(AccountId.client(known.member().moneyOwner()));
    return new VipMessage.Receipt(
        pay.payId(),
        refusal.code().number(),
        UInt256.ZERO,
        UInt256.ZERO,
        UInt256.valueOf(balance.max(BigInteger.ZERO)),
        0,
        0,
        refusal.evidence(),
        Bytes.EMPTY);
  }

  private void onClose(Present peer, Known known, VipMessage.Close close) {
    Optional<PaymentMethod> method = method(close.method());
    if (method.isEmpty()) {
      return;
    }
    LedgerBatch batch = ledger.begin(clock.millis());
    try {
      Bytes statement = method.get().close(known.party(), close.finalState(), batch);
      ledger.accept(batch);
      loop.afterCommit(
          () ->
              peer.link.send(
                  new VipMessage.Close(
                      close.requestId(), close.method(), close.mode(), statement, Bytes.EMPTY)));
    } catch (Refusal refusal) {
      ledger.drop(batch);
      refuse(peer, close.requestId(), refusal.code(), refusal.text());
    }
  }

  private Optional<PaymentMethod> method(int number) {
    return MethodId.ofNumber(number).map(methods::get);
  }

  private void refuse(Present peer, long reference, RefusalCode code, String text) {
    peer.link.send(VipMessage.Refuse.of(reference, code, 0, text));
  }

  // ---- what the machine decides --------------------------------------------------------------

  private void carry(List<PoolDecision> decisions) {
    for (PoolDecision decision : decisions) {
      switch (decision) {
        case PoolDecision.Tell tell -> {
          Present peer = present.get(tell.session());
          if (peer != null) {
            peer.link.send(tell.message());
          }
        }
        case PoolDecision.Settle settle -> settle(settle);
      }
    }
  }

  private void settle(PoolDecision.Settle settle) {
    Optional<HostFacts> host = machine.host(settle.host());
    if (host.isEmpty()) {
      carry(machine.onUnsettled(settle));
      return;
    }
    Bytes hostOwner = host.get().payAddress().bytes();
    Bytes evidence =
        RLP.encodeList(
            list -> {
              list.writeRLP(VipCodec.encode(settle.byClient()));
              list.writeRLP(VipCodec.encode(settle.byHost()));
            });
    LedgerBatch batch = ledger.begin(clock.millis());
    switch (HubBooks.settle(
        batch,
        settle.client(),
        settle.clientOwner(),
        settle.host(),
        hostOwner,
        settle.epoch(),
        settle.amountWei(),
        settle.feeWei(),
        evidence)) {
      case HubBooks.Settled.Booked booked -> ledger.accept(batch);
      case HubBooks.Settled.Already already -> ledger.drop(batch);
      case HubBooks.Settled.Unfunded unfunded -> {
        ledger.drop(batch);
        carry(machine.onUnsettled(settle));
        return;
      }
    }
    loop.afterCommit(() -> payHost(settle, host.get()));
  }

  /** The host is paid before the client gets its next grant. */
  private void payHost(PoolDecision.Settle settle, HostFacts host) {
    Counterparty party =
        new Counterparty(host.id(), host.nodeKey(), Optional.of(host.payAddress()));
    if (settle.amountWei().isZero()) {
      carry(machine.onSettled(settle, nowSeconds()));
      return;
    }
    if (payouts.pay(party)) {
      carry(machine.onSettled(settle, nowSeconds()));
    } else {
      payoutFailures++; // it stays owed, and the client gets no more of this host meanwhile
      carry(machine.onUnsettled(settle));
    }
  }

  /** Sends a payment to a host, if it is connected. On the loop. */
  void sendToHost(Bytes32 host, VipMessage.Pay pay) {
    machine.session(host).map(present::get).ifPresent(peer -> peer.link.send(pay));
  }

  /** The pool itself has verified a block. On the loop. */
  void onHead(ChainHead head) {
    machine.onHead(head.number(), head.hash());
    for (PaymentMethod method : methods.values()) {
      LedgerBatch batch = ledger.begin(clock.millis());
      method.onHead(head, batch);
      ledger.accept(batch);
    }
    loop.afterCommit(() -> onHeadDurable(head));
  }

  private void onHeadDurable(ChainHead head) {
    payouts.onHead(head);
    settlements.ifPresent(
        runner -> {
          try {
            runner.onHead(head);
          } catch (ChainUnavailableException | SignerException e) {
            LOG.warn("Settlements wait: {}", e.getMessage());
          }
        });
  }

  /** Brings to the chain what members' cheques are worth, where that pays. */
  private void settleSometimes() {
    settlements.ifPresent(
        runner -> {
          try {
            for (Settlement sent : runner.settle(nowSeconds())) {
              LOG.info("Cashing {} wei: {}", sent.amountWei().toBigInteger(), sent.reason());
            }
          } catch (ChainUnavailableException | SignerException e) {
            LOG.warn("Nothing was settled: {}", e.getMessage());
          }
        });
  }

  // ---- time ----------------------------------------------------------------------------------

  void tick() {
    long now = nowSeconds();
    carry(machine.tick(now));
    if (now - lastKept >= settings.rules().keepAliveSeconds()) {
      lastKept = now;
      keep();
      loop.afterCommit(this::settleSometimes);
    }
  }

  /** Keeps hosts and scores, and forgets old statements. */
  void keep() {
    LedgerBatch batch = ledger.begin(clock.millis());
    records.write(batch, machine.snapshot());
    int unused =
        HubBooks.forget(
            batch, nowSeconds() - settings.keepStatementsSeconds(), STATEMENTS_FORGOTTEN_AT_ONCE);
    ledger.accept(batch);
  }

  PoolStatus status(String version) {
    Statement books = ledger.history().statement();
    return new PoolStatus(
        nowSeconds(),
        startedSeconds,
        version,
        machine.figures(nowSeconds()),
        present.size(),
        books.total(AccountKind.CLIENT).add(books.total(AccountKind.PAYABLE)),
        books.total(AccountKind.CLAIM).negate(),
        books.total(AccountKind.REVENUE),
        payoutFailures,
        books.isBalanced()
            ? Optional.empty()
            : Optional.of("the books do not balance; stop the pool and run an audit"));
  }
}
