package io.lesnode.vipnode.client;

import io.lesnode.payment.RefusalCode;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.crypto.Keccak;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.vipnode.price.ServicePrice;
import io.lesnode.vipnode.wire.CapacityReason;
import io.lesnode.vipnode.wire.MethodEntry;
import io.lesnode.vipnode.wire.NoticeKind;
import io.lesnode.vipnode.wire.OfferTerms;
import io.lesnode.vipnode.wire.Price;
import io.lesnode.vipnode.wire.VipMessage;
import io.lesnode.vipnode.wire.VipSignatures;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * A server that sells honestly at a flat price, and cheats where a test tells it to: tests override
 * {@link #tampered} or set a field. Time passes by {@link #onSecond}.
 */
class ScriptedServer {
  static final long MIN_CAPACITY = 16_000;

  final KeyPair nodeKey;
  final KeyPair account;
  final Bytes32 nodeId;
  final UInt256 chainId;
  final Bytes32 genesisHash;
  Bytes32 clientId = Bytes32.ZERO;
  UInt256 priceWeiPer1e9 = UInt256.valueOf(100_000_000_000L);
  long seq = 1;
  long trialSeconds = 180;
  long tokens;
  UInt256 currencyWei = UInt256.ZERO;
  UInt256 cumulativeWei = UInt256.ZERO;
  UInt256 depositSeenWei = UInt256.MAX_VALUE;
  long capacity = MIN_CAPACITY;
  long serial;
  long useFactor = 1;
  boolean lowTold;
  boolean silent;
  int confirmations;
  final Map<Bytes, VipMessage.Receipt> receipts = new HashMap<>();
  final List<VipMessage> got = new ArrayList<>();
  final Map<Integer, List<RefusalCode>> refusals = new HashMap<>();
  private long unixSeconds;

  ScriptedServer(int seed, UInt256 chainId, Bytes32 genesisHash) {
    this.nodeKey = KeyPair.ofSecret(Bytes32.repeat((byte) seed));
    this.account = KeyPair.ofSecret(Bytes32.repeat((byte) (seed + 64)));
    this.nodeId = Keccak.keccak256(nodeKey.publicKey());
    this.chainId = chainId;
    this.genesisHash = genesisHash;
  }

  /** Its handshake. */
  List<VipMessage> greeting(Bytes32 client, long now) {
    clientId = client;
    unixSeconds = now;
    return tamper(List.of(status(methods()), offer()));
  }

  List<MethodEntry> methods() {
    return List.of(
        new MethodEntry(
            1,
            "cheque/2",
            Optional.of(Address.fromHex("0x" + "cc".repeat(20))),
            Bytes32.repeat((byte) 3),
            Bytes.EMPTY));
  }

  VipMessage.Status status(List<MethodEntry> methods) {
    Bytes32 digest =
        VipSignatures.bindDigest(
            chainId, nodeId, clientId, account.address(), VipSignatures.contractSetHash(methods));
    return new VipMessage.Status(
        1,
        chainId,
        genesisHash,
        2,
        Optional.of(account.address()),
        unixSeconds,
        methods,
        account.sign(digest).toBytes65());
  }

  OfferTerms terms() {
    return new OfferTerms(
        seq,
        unixSeconds - 1,
        unixSeconds + 100_000,
        "eth",
        priceWeiPer1e9,
        priceWeiPer1e9,
        0,
        Long.MAX_VALUE / 4,
        OfferTerms.Factors.DEFAULT,
        MIN_CAPACITY,
        10_000_000,
        10_000_000,
        10_000_000,
        trialSeconds,
        0,
        0,
        0,
        List.of(1),
        List.of());
  }

  VipMessage.Offer offer() {
    OfferTerms terms = terms();
    return VipMessage.Offer.of(terms, nodeKey.sign(VipSignatures.offerDigest(terms)).toBytes65());
  }

  /** What it answers. */
  final List<VipMessage> answer(VipMessage message, long now) {
    unixSeconds = now;
    got.add(message);
    if (silent) {
      return List.of();
    }
    List<RefusalCode> planned = refusals.get(message.code());
    if (planned != null && !planned.isEmpty()) {
      RefusalCode code = planned.removeFirst();
      long reference =
          message instanceof VipMessage.Pay pay
              ? pay.payId().toLong()
              : BuyerDesk.requestId(message);
      return tamper(List.of(VipMessage.Refuse.of(reference, code, 0, "the test says no")));
    }
    return tamper(
        switch (message) {
          case VipMessage.Query query -> List.of(quote(query));
          case VipMessage.Open open ->
              List.of(
                  new VipMessage.Params(
                      open.requestId(), open.method(), confirmations, Bytes.of(0xc0)));
          case VipMessage.Pay pay -> List.of(receipt(pay));
          case VipMessage.Exchange exchange -> List.of(exchanged(exchange));
          case VipMessage.SetCapacity set -> List.of(capacity(set));
          case VipMessage.Close close ->
              List.of(
                  new VipMessage.Close(
                      close.requestId(), close.method(), 3, Bytes.of(2), Bytes.EMPTY));
          case VipMessage.Status status -> List.of();
          default -> throw new AssertionError("a client does not send " + message);
        });
  }

  private VipMessage.Quote quote(VipMessage.Query query) {
    List<Price> prices = new ArrayList<>();
    List<Long> capacities = new ArrayList<>();
    for (long amount : query.tokenAmounts()) {
      prices.add(Price.ofWei(PurchasePlan.costWei(amount, priceWeiPer1e9)));
      capacities.add(5_000_000L);
    }
    List<Long> missing =
        query.capacities().stream()
            .map(
                wanted ->
                    ServicePrice.tokensFor(OfferTerms.Factors.DEFAULT, wanted, query.staySeconds()))
            .toList();
    return new VipMessage.Quote(
        query.requestId(),
        1,
        unixSeconds + 60,
        capacities,
        prices,
        missing,
        currencyWei,
        tokens,
        serial);
  }

  private VipMessage.Receipt receipt(VipMessage.Pay pay) {
    VipMessage.Receipt known = receipts.get(pay.payId());
    if (known != null) {
      return known;
    }
    UInt256 claimed = UInt256.fromBytes(pay.proof().slice(0, 32));
    if (claimed.compareTo(cumulativeWei) <= 0) {
      return refused(pay, RefusalCode.STALE, FakePayer.proofOf(cumulativeWei));
    }
    if (claimed.compareTo(depositSeenWei) > 0) {
      return refused(pay, RefusalCode.INSUFFICIENT_DEPOSIT, Bytes.EMPTY);
    }
    UInt256 credited = claimed.subtract(cumulativeWei);
    cumulativeWei = claimed;
    currencyWei = currencyWei.add(credited);
    if (pay.autoExchange() > 0
        && currencyWei.compareTo(PurchasePlan.costWei(pay.autoExchange(), priceWeiPer1e9)) >= 0) {
      tokens += pay.autoExchange();
      currencyWei = currencyWei.subtract(PurchasePlan.costWei(pay.autoExchange(), priceWeiPer1e9));
      serial++;
      lowTold = false;
    }
    VipMessage.Receipt receipt = signed(pay, credited, UInt256.ZERO.add(cumulativeWei));
    receipts.put(pay.payId(), receipt);
    return receipt;
  }

  VipMessage.Receipt signed(VipMessage.Pay pay, UInt256 credited, UInt256 cumulative) {
    Bytes32 digest =
        VipSignatures.receiptDigest(
            pay.payId(), clientId, pay.method(), cumulative, tokens, serial);
    return new VipMessage.Receipt(
        pay.payId(),
        0,
        credited,
        cumulative,
        currencyWei,
        tokens,
        serial,
        Bytes.EMPTY,
        nodeKey.sign(digest).toBytes65());
  }

  VipMessage.Receipt refused(VipMessage.Pay pay, RefusalCode code, Bytes evidence) {
    return new VipMessage.Receipt(
        pay.payId(),
        code.number(),
        UInt256.ZERO,
        cumulativeWei,
        currencyWei,
        tokens,
        serial,
        evidence,
        Bytes.EMPTY);
  }

  private VipMessage.Exchanged exchanged(VipMessage.Exchange exchange) {
    UInt256 cost = PurchasePlan.costWei(exchange.minTokens(), priceWeiPer1e9);
    boolean sold =
        exchange.serial() > serial
            && cost.compareTo(currencyWei) <= 0
            && cost.compareTo(exchange.maxCurrencyWei()) <= 0;
    if (sold) {
      tokens += exchange.minTokens();
      currencyWei = currencyWei.subtract(cost);
      serial = exchange.serial();
      lowTold = false;
    }
    return new VipMessage.Exchanged(
        exchange.requestId(),
        serial,
        sold ? exchange.minTokens() : 0,
        sold ? cost : UInt256.ZERO,
        tokens,
        currencyWei);
  }

  private VipMessage capacity(VipMessage.SetCapacity set) {
    if (tokens == 0 && set.minRecharge() > MIN_CAPACITY) {
      return VipMessage.Refuse.of(set.requestId(), RefusalCode.NO_CAPACITY, 0, "buy tokens first");
    }
    capacity = set.minRecharge();
    return new VipMessage.Capacity(set.requestId(), capacity, capacity * 6_000, 0);
  }

  /** A second passes: tokens burn, notices are given. */
  List<VipMessage> onSecond(long now) {
    unixSeconds = now;
    if (silent || tokens == 0) {
      return List.of();
    }
    long perSecond = ServicePrice.tokensPerSecond(OfferTerms.Factors.DEFAULT, capacity);
    tokens = Math.max(0, tokens - perSecond * useFactor);
    List<VipMessage> told = new ArrayList<>();
    if (tokens == 0) {
      capacity = MIN_CAPACITY;
      told.add(notice(NoticeKind.EXHAUSTED));
      told.add(
          new VipMessage.Capacity(
              0, capacity, capacity * 6_000, CapacityReason.DOWNGRADED.number()));
    } else if (tokens < 60 * perSecond && !lowTold) {
      lowTold = true;
      told.add(notice(NoticeKind.LOW));
    }
    return tamper(told);
  }

  VipMessage.Notice notice(NoticeKind kind) {
    return new VipMessage.Notice(kind.number(), tokens, 60, UInt256.ZERO, 30, Bytes.EMPTY);
  }

  private List<VipMessage> tamper(List<VipMessage> messages) {
    return messages.stream().map(this::tampered).flatMap(Optional::stream).toList();
  }

  /** What really goes out; empty: nothing. */
  Optional<VipMessage> tampered(VipMessage message) {
    return Optional.of(message);
  }

  long count(int code) {
    return got.stream().filter(message -> message.code() == code).count();
  }
}
