package io.lesnode.vip;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.devp2p.NodeId;
import io.lesnode.les.wire.HashOrNumber;
import io.lesnode.les.wire.LesCodec;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.les.wire.StatusKeys;
import io.lesnode.payment.MethodId;
import io.lesnode.payment.RefusalCode;
import io.lesnode.payment.ledger.Asset;
import io.lesnode.payment.ledger.Bookkeeping;
import io.lesnode.payment.ledger.Ledger;
import io.lesnode.payment.ledger.LedgerBatch;
import io.lesnode.payment.ledger.MemoryLedgerStore;
import io.lesnode.payment.ledger.Statement;
import io.lesnode.payment.testmoney.TestMoneyMethod;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.vipnode.price.ServicePrice;
import io.lesnode.vipnode.server.SaleSettings;
import io.lesnode.vipnode.wire.CapacityReason;
import io.lesnode.vipnode.wire.NoticeKind;
import io.lesnode.vipnode.wire.OfferTerms;
import io.lesnode.vipnode.wire.VipCodes;
import io.lesnode.vipnode.wire.VipMessage;
import io.lesnode.vipnode.wire.VipSignatures;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A vip server over real sockets: trial, offer, quote, payment, capacity, notices, grace,
 * downgrade, refusals (tests B1, B2, B3, E1, E2, E3 of docs/vip.md as far as the server does them).
 */
class VipServerTest {
  private static final UInt256 ETHER = UInt256.valueOf(10).pow(18);
  private static final VipServerConfig CONFIG =
      VipServerConfig.DEFAULT.withSale(SaleSettings.DEFAULT);

  @TempDir Path folder;
  private ServedDevChain chain;
  private Ledger ledger;
  private @Nullable VipServer server;

  @BeforeEach
  void open() {
    chain = ServedDevChain.open(folder);
    ledger = Ledger.open(new MemoryLedgerStore());
  }

  @AfterEach
  void close() {
    if (server != null) {
      server.close();
    }
    chain.close();
    ledger.close();
  }

  private VipServer sell(VipServerConfig config) throws Exception {
    VipServer started =
        VipServer.start(
            config,
            new VipServer.Parts(
                chain.les,
                ledger,
                List.of(new TestMoneyMethod(ETHER)),
                Optional.empty(),
                chain.nodeKey,
                1337,
                chain.chain.genesis().hash(),
                InstantSource.system(),
                VipSettlements.none()));
    server = started;
    chain.listen(started);
    return started;
  }

  /** A grant ends: what is left of it is gone, what was bought stays. */
  @Test
  void whatIsLeftOfAGrantEndsWithIt() throws Exception {
    server =
        VipServer.start(
            CONFIG,
            new VipServer.Parts(
                chain.les,
                ledger,
                List.of(new TestMoneyMethod(ETHER), new GrantingMethod(50_000_000_000L, 3)),
                Optional.empty(),
                chain.nodeKey,
                1337,
                chain.chain.genesis().hash(),
                InstantSource.system(),
                VipSettlements.none()));
    chain.listen(server);
    try (RawBuyer buyer = RawBuyer.connect(chain).greet()) {
      buyer.pay(ETHER.divide(1000), 0);
      buyer.send(
          new VipMessage.Exchange(1, 1, 20_000_000_000L, 20_000_000_000L, ETHER, Bytes.EMPTY));
      buyer.expect(VipMessage.Exchanged.class);
      buyer.send(
          new VipMessage.Pay(
              Bytes.ofUnsignedLong(500), MethodId.SUBSCRIPTION.number(), Bytes.EMPTY, 0));
      VipMessage.Receipt granted = buyer.expect(VipMessage.Receipt.class);
      assertThat(granted.status()).isZero();
      assertThat(granted.tokenBalance()).isBetween(60_000_000_000L, 70_000_000_000L);
      long left = granted.tokenBalance();
      long deadline = System.nanoTime() + 15_000_000_000L;
      while (left > 20_000_000_000L && System.nanoTime() < deadline) {
        Thread.onSpinWait();
        left = server.clients().getFirst().tokens();
      }
      // time used up some of the grant, and nothing of what was bought
      assertThat(left).isBetween(19_000_000_000L, 20_000_000_000L);
      // what a grant's end takes is no use: the rest lasts as long as before
      assertThat(notices(buyer, NoticeKind.LOW)).isEmpty();
      assertBooksBalance();
    }
  }

  private void assertBooksBalance() {
    Statement books = ledger.history().statement();
    assertThat(books.sum(Asset.WEI)).isZero();
    assertThat(books.sum(Asset.TOKEN)).isZero();
  }

  @Test
  void aClientIsOfferedQuotedPaysAndGetsTenTimesTheCapacity() throws Exception {
    sell(CONFIG);
    try (RawBuyer buyer = RawBuyer.connect(chain).greet()) {
      VipMessage.Status status = buyer.expect(VipMessage.Status.class);
      assertThat(status.methods()).singleElement().satisfies(m -> assertThat(m.id()).isZero());
      VipMessage.Offer offer = buyer.expect(VipMessage.Offer.class);
      OfferTerms terms = offer.terms();
      assertThat(
              VipSignatures.isSignedByKey(
                  VipSignatures.offerDigest(offer.encoded()),
                  offer.nodeSignature(),
                  chain.nodeKey.publicKey()))
          .isTrue();
      assertThat(terms.trialLeftSeconds()).isEqualTo(180);
      long capacity = 10 * terms.minCapacity();
      long tokens = ServicePrice.tokensFor(terms.factors(), capacity, 600);

      buyer.send(new VipMessage.Query(7, 0, 600, List.of(capacity), List.of(tokens)));
      VipMessage.Quote quote = buyer.expect(VipMessage.Quote.class);
      assertThat(quote.tokensMissing().getFirst()).isGreaterThanOrEqualTo(tokens / 2);
      UInt256 price = quote.priceFor().getFirst().wei().orElseThrow();

      VipMessage.Receipt receipt = buyer.pay(price, tokens);
      assertThat(receipt.status()).isZero();
      assertThat(receipt.creditedWei()).isEqualTo(price);
      assertThat(receipt.tokenBalance()).isBetween(tokens * 99 / 100, tokens * 101 / 100);
      assertThat(
              VipSignatures.isSignedByKey(
                  VipSignatures.receiptDigest(
                      receipt.payId(),
                      buyer.id(),
                      MethodId.TEST.number(),
                      receipt.cumulativeWei(),
                      receipt.tokenBalance(),
                      receipt.serial()),
                  receipt.receiptSignature(),
                  chain.nodeKey.publicKey()))
          .isTrue();

      buyer.send(new VipMessage.SetCapacity(8, capacity, capacity * 6000, 0));
      VipMessage.Capacity given = buyer.expect(VipMessage.Capacity.class);
      assertThat(given.requestId()).isEqualTo(8);
      assertThat(given.minRecharge()).isEqualTo(capacity);
      assertThat(given.bufferLimit()).isEqualTo(capacity * 6000);
      // test B2: by both Capacity and LES announce
      LesMessage.Announce announce = buyer.expectLes(LesMessage.Announce.class);
      while (announce.update().unsignedLong(StatusKeys.MIN_RECHARGE).isEmpty()) {
        announce = buyer.expectLes(LesMessage.Announce.class);
      }
      assertThat(announce.update().requireUnsignedLong(StatusKeys.MIN_RECHARGE))
          .isEqualTo(capacity);
      assertBooksBalance();
    }
  }

  @Test
  void aRepeatedPaymentGetsTheSameAnswerAndCountsOnce() throws Exception {
    sell(CONFIG);
    try (RawBuyer buyer = RawBuyer.connect(chain).greet()) {
      VipMessage.Pay pay = buyer.payment(UInt256.valueOf(1_000_000_000L), 0);
      buyer.send(pay);
      VipMessage.Receipt first = buyer.expect(VipMessage.Receipt.class);
      buyer.send(pay);
      assertThat(buyer.expect(VipMessage.Receipt.class)).isEqualTo(first);
      assertThat(first.currencyBalanceWei()).isEqualTo(UInt256.valueOf(1_000_000_000L));
      // what was forgotten is stale, with the evidence
      buyer.send(new VipMessage.Pay(Bytes.ofUnsignedLong(99), pay.method(), pay.proof(), 0));
      VipMessage.Receipt stale = buyer.expect(VipMessage.Receipt.class);
      assertThat(stale.refusalCode()).contains(RefusalCode.STALE);
      assertThat(stale.evidence()).isEqualTo(pay.proof());
      assertBooksBalance();
    }
  }

  /** Tests B3 and D9: a notice, the grace, the minimum; never a blind disconnect. */
  @Test
  void usedUpTokensGiveNoticesAGraceAndTheMinimumAndNoDisconnect() throws Exception {
    sell(CONFIG);
    try (RawBuyer buyer = RawBuyer.connect(chain).greet()) {
      OfferTerms terms = buyer.expect(VipMessage.Offer.class).terms();
      long capacity = 10 * terms.minCapacity();
      long threeSeconds = ServicePrice.tokensFor(terms.factors(), capacity, 3);
      buyer.pay(ETHER.divide(1000), 0);
      buyer.send(new VipMessage.Exchange(1, 1, threeSeconds, threeSeconds, ETHER, Bytes.EMPTY));
      VipMessage.Exchanged bought = buyer.expect(VipMessage.Exchanged.class);
      assertThat(bought.tokens()).isEqualTo(threeSeconds);
      buyer.send(new VipMessage.SetCapacity(2, capacity, 0, 0));
      buyer.expect(VipMessage.Capacity.class);
      VipMessage.Notice exhausted = buyer.expect(VipMessage.Notice.class);
      while (exhausted.noticeKind().filter(kind -> kind == NoticeKind.LOW).isPresent()) {
        exhausted = buyer.expect(VipMessage.Notice.class);
      }
      assertThat(exhausted.noticeKind()).contains(NoticeKind.EXHAUSTED);
      assertThat(exhausted.graceSeconds()).isEqualTo(30);
      assertThat(notices(buyer, NoticeKind.LOW))
          .singleElement()
          .satisfies(low -> assertThat(low.suggestedWei().isZero()).isFalse())
          .satisfies(low -> assertThat(low.secondsLeft()).isBetween(0L, 60L));
      assertThat(buyer.isConnected()).isTrue();
      // pays itself back in during the grace
      buyer.send(
          new VipMessage.Exchange(
              3, 2, threeSeconds * 100, threeSeconds * 100, ETHER, Bytes.EMPTY));
      assertThat(buyer.expect(VipMessage.Exchanged.class).tokens()).isEqualTo(threeSeconds * 100);
      assertThat(chain.les.clientInfo(List.of(buyer.id())).get(buyer.id()).connection())
          .hasValueSatisfying(c -> assertThat(c.capacity()).isEqualTo(capacity));
      assertBooksBalance();
    }
  }

  private static List<VipMessage.Notice> notices(RawBuyer buyer, NoticeKind kind) {
    return buyer.heard.stream()
        .filter(VipMessage.Notice.class::isInstance)
        .map(VipMessage.Notice.class::cast)
        .filter(notice -> notice.kind() == kind.number())
        .toList();
  }

  @Test
  void tokensAreSoldBackForNoMoreThanWasPaid() throws Exception {
    sell(CONFIG);
    try (RawBuyer buyer = RawBuyer.connect(chain).greet()) {
      UInt256 paid = ETHER.divide(1000);
      buyer.pay(paid, 0);
      buyer.send(
          new VipMessage.Exchange(1, 5, 60_000_000_000L, 60_000_000_000L, ETHER, Bytes.EMPTY));
      VipMessage.Exchanged bought = buyer.expect(VipMessage.Exchanged.class);
      buyer.send(
          new VipMessage.Exchange(
              2, 6, -30_000_000_000L, -30_000_000_000L, UInt256.ZERO, Bytes.EMPTY));
      VipMessage.Exchanged sold = buyer.expect(VipMessage.Exchanged.class);
      assertThat(sold.tokens()).isEqualTo(-30_000_000_000L);
      assertThat(sold.currencyWei().isZero()).isFalse();
      assertThat(sold.currencyWei().multiply(2).compareTo(bought.currencyWei()))
          .isLessThanOrEqualTo(0);
      assertThat(sold.tokenBalance()).isLessThan(30_000_000_000L);
      assertBooksBalance();
      // the serial must rise
      buyer.send(new VipMessage.Exchange(3, 6, 1_000_000L, 1_000_000L, ETHER, Bytes.EMPTY));
      assertThat(buyer.expect(VipMessage.Refuse.class).refusalCode()).contains(RefusalCode.STALE);
    }
  }

  /**
   * Payments right behind a sale have the books deliver while the pool has taken tokens that the
   * books still count as issued: they are not brought back.
   */
  @Test
  void tokensThatAreBeingSoldBackDoNotComeBackWithAPayment() throws Exception {
    sell(CONFIG);
    try (RawBuyer buyer = RawBuyer.connect(chain).greet()) {
      buyer.pay(ETHER.divide(1000), 0);
      buyer.send(
          new VipMessage.Exchange(1, 1, 60_000_000_000L, 60_000_000_000L, ETHER, Bytes.EMPTY));
      buyer.expect(VipMessage.Exchanged.class);
      int serial = 1;
      for (int round = 1; round <= 5; round++) {
        serial++;
        buyer.send(
            new VipMessage.Exchange(
                2, serial, -10_000_000_000L, -10_000_000_000L, UInt256.ZERO, Bytes.EMPTY));
        for (int i = 0; i < 3; i++) {
          buyer.send(buyer.payment(UInt256.ONE, 0));
        }
        assertThat(buyer.expect(VipMessage.Exchanged.class).tokens()).isEqualTo(-10_000_000_000L);
        assertThat(buyer.pay(UInt256.ONE, 0).tokenBalance())
            .isLessThanOrEqualTo((6 - round) * 10_000_000_000L);
      }
      assertBooksBalance();
    }
  }

  /** Test E2: a peer without vip shares les only and is served as ever. */
  @Test
  void aPeerWithoutVipIsServedAsBefore() throws Exception {
    sell(CONFIG);
    try (RawBuyer stock = RawBuyer.withoutVip(chain)) {
      LesMessage.Status status = stock.expectLes(LesMessage.Status.class);
      assertThat(status.values().requireUnsignedLong(StatusKeys.PROTOCOL_VERSION)).isEqualTo(4);
      LesMessage.GetBlockHeaders request =
          new LesMessage.GetBlockHeaders(5, new HashOrNumber.OfNumber(0), 1, 0, false);
      boolean unused = stock.lesLink().send(request.code(), LesCodec.encode(request));
      assertThat(stock.expectLes(LesMessage.BlockHeaders.class).requestId()).isEqualTo(5);
      assertThat(stock.hasVip()).isFalse();
    }
  }

  /** A broken message ends vip with this peer and nothing else. */
  @Test
  void aBrokenMessageEndsVipAndNotTheConnection() throws Exception {
    sell(CONFIG);
    try (RawBuyer buyer = RawBuyer.connect(chain).greet()) {
      buyer.expect(VipMessage.Offer.class);
      buyer.sendRaw(VipCodes.QUERY, Bytes.fromHexString("0xc0"));
      assertThat(buyer.expect(VipMessage.Refuse.class).refusalCode())
          .contains(RefusalCode.MALFORMED);
      LesMessage.GetBlockHeaders request =
          new LesMessage.GetBlockHeaders(6, new HashOrNumber.OfNumber(0), 1, 0, false);
      boolean unused = buyer.lesLink().send(request.code(), LesCodec.encode(request));
      assertThat(buyer.expectLes(LesMessage.BlockHeaders.class).requestId()).isEqualTo(6);
      assertThat(buyer.isConnected()).isTrue();
    }
  }

  @Test
  void moneyUnderTheNodesNameIsTheAccountsOnceItIsProven() throws Exception {
    sell(CONFIG);
    KeyPair node = KeyPair.generate(new SecureRandom());
    try (RawBuyer buyer = RawBuyer.connect(chain, node).greet()) {
      buyer.pay(UInt256.valueOf(5_000_000_000L), 0);
    }
    KeyPair account = KeyPair.generate(new SecureRandom());
    try (RawBuyer buyer = RawBuyer.connect(chain, node)) {
      buyer.send(buyer.status(Optional.of(account)));
      buyer.expect(VipMessage.Offer.class);
      buyer.send(new VipMessage.Query(1, 0, 0, List.of(), List.of()));
      assertThat(buyer.expect(VipMessage.Quote.class).currencyBalanceWei())
          .isEqualTo(UInt256.valueOf(5_000_000_000L));
    }
  }

  /** Sold before a crash and not delivered: the next start delivers it, once. */
  @Test
  void whatTheBooksSoldReachesThePoolAtTheNextStart() throws Exception {
    KeyPair node = KeyPair.generate(new SecureRandom());
    Bytes32 id = NodeId.of(node.publicKey()).hash();
    LedgerBatch batch = ledger.begin(1);
    Bookkeeping.grant(batch, id, 123_000_000_000L, Bytes.of(1));
    ledger.commit(batch);
    sell(CONFIG);
    assertThat(chain.les.clientInfo(List.of(id)).get(id).positiveBalance())
        .isEqualTo(123_000_000_000L);
  }

  @Test
  void whoAsksTooOftenIsToldOnce() throws Exception {
    sell(CONFIG);
    try (RawBuyer buyer = RawBuyer.connect(chain).greet()) {
      buyer.expect(VipMessage.Offer.class);
      for (int i = 0; i < 150; i++) {
        buyer.send(new VipMessage.SetCapacity(i, 1, 1, 0));
      }
      VipMessage.Refuse refuse = buyer.expect(VipMessage.Refuse.class);
      assertThat(refuse.refusalCode()).contains(RefusalCode.RATE_LIMITED);
      assertThat(refuse.retryAfterSeconds()).isEqualTo(1);
      assertThat(buyer.isConnected()).isTrue();
    }
  }

  @Test
  void theOperatorSeesClientsAndBooksAndChangesThePrice() throws Exception {
    VipServer selling = sell(CONFIG);
    try (RawBuyer buyer = RawBuyer.connect(chain).greet()) {
      UInt256 before = buyer.expect(VipMessage.Offer.class).terms().tokenPriceWeiPer1e9();
      buyer.pay(ETHER.divide(1000), 1);
      assertThat(selling.clients())
          .singleElement()
          .satisfies(client -> assertThat(client.state()).isEqualTo("paid"));
      VipFigures figures = selling.figures();
      assertThat(figures.counts().payments()).isEqualTo(1);
      assertThat(figures.counts().trials()).isEqualTo(1);
      assertThat(figures.counts().converted()).isEqualTo(1);
      assertThat(figures.revenueWei()).isPositive();
      selling.setHourPrice(CONFIG.hourPriceWei().multiply(2));
      UInt256 after = selling.status().hourPriceWei();
      assertThat(after).isEqualTo(CONFIG.hourPriceWei().multiply(2));
      assertThat(before.isZero()).isFalse();
    }
  }

  @Test
  void theAuctionGivesUnitsAtThePriceOfTheirOthers() throws Exception {
    sell(CONFIG.withCapacity(100, true));
    try (RawBuyer buyer = RawBuyer.connect(chain).greet()) {
      OfferTerms terms = buyer.expect(VipMessage.Offer.class).terms();
      assertThat(terms.auctionUnit()).isEqualTo(terms.minCapacity());
      long perSecond = ServicePrice.tokensPerSecond(terms.factors(), terms.minCapacity());
      buyer.pay(ETHER.divide(100), 1);
      buyer.send(
          new VipMessage.Bid(
              9,
              1,
              List.of(perSecond * 3, perSecond * 2),
              perSecond * 10,
              System.currentTimeMillis() / 1000 + 600));
      VipMessage.Award award = buyer.expect(VipMessage.Award.class);
      assertThat(award.requestId()).isEqualTo(9);
      assertThat(award.units()).isEqualTo(2);
      assertThat(award.payPerSecond()).isEqualTo(2 * perSecond); // nobody else: the reserve
      VipMessage.Capacity capacity = buyer.expect(VipMessage.Capacity.class);
      assertThat(capacity.minRecharge()).isEqualTo(2 * terms.minCapacity());
      assertThat(capacity.capacityReason()).contains(CapacityReason.AUCTION);
    }
  }
}
