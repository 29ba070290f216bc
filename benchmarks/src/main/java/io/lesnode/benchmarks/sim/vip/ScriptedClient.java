package io.lesnode.benchmarks.sim.vip;

import io.lesnode.benchmarks.sim.scenario.Strategy;
import io.lesnode.payment.MethodId;
import io.lesnode.payment.testmoney.TestMoneyMethod;
import io.lesnode.vipnode.client.Budget;
import io.lesnode.vipnode.client.BudgetRules;
import io.lesnode.vipnode.wire.MethodEntry;
import io.lesnode.vipnode.wire.OfferTerms;
import io.lesnode.vipnode.wire.Role;
import io.lesnode.vipnode.wire.VipCapability;
import io.lesnode.vipnode.wire.VipMessage;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * A client that does on vip/1 what the real light client does not: greets, pays with test money
 * within a budget, and knows its balances; its heirs say what for. One payment is under way at a
 * time; one without a receipt is sent again with the next connection.
 */
abstract class ScriptedClient extends PayingClient {
  private static final long ANSWER_NANOS = 15_000_000_000L;

  private final Budget budget;
  private long nonce;
  private long requestId;
  private boolean greeted;
  private VipMessage.@Nullable Pay unpaid;
  private boolean trading;
  private long tradedNanos;
  private long serial;
  private long tokens;
  private UInt256 currencyWei = UInt256.ZERO;

  ScriptedClient(Marketplace market, Person person, Strategy.Budget budget) {
    super(market, person);
    this.budget =
        new Budget(
            new BudgetRules(
                budget.wei(), ShoppingClient.periodSeconds(budget), budget.wei(), budget.wei()));
  }

  // ---- what heirs know and do

  /** Its tokens by the server's newest word. */
  final long tokens() {
    return tokens;
  }

  /** What it may pay now, money that waits at the server aside. */
  final BigInteger leftWei() {
    return budget.leftWei(market.unixSeconds()).toUnsignedBigInteger();
  }

  final long nextRequestId() {
    return ++requestId;
  }

  /** Whether nothing is under way, so that it can pay or sell. */
  final boolean isFree() {
    boolean isLost = trading && market.nowNanos() - tradedNanos > ANSWER_NANOS;
    return greeted && unpaid == null && (!trading || isLost);
  }

  /** Asks for its balances. */
  final void askBalances() {
    send(new VipMessage.Query(nextRequestId(), 0, 0, List.of(), List.of()));
  }

  /**
   * Pays, and turns all of its money there into tokens.
   *
   * @param minTokens fewer are not bought; the money waits then
   * @return false if the budget does not allow it, or something is under way
   */
  final boolean pay(BigInteger wei, long minTokens) {
    if (!isFree() || wei.signum() <= 0 || wei.bitLength() > 127) {
      return false;
    }
    UInt256 amount = UInt256.valueOf(wei);
    if (!budget.reserve(market.serverId(), amount, market.unixSeconds())) {
      return false;
    }
    nonce++;
    books.signedWei = books.signedWei.add(wei);
    unpaid =
        new VipMessage.Pay(
            Bytes.ofUnsignedLong(nonce),
            MethodId.TEST.number(),
            TestMoneyMethod.proof(amount, nonce),
            Math.max(1, minTokens));
    send(unpaid);
    return true;
  }

  /**
   * Sells tokens back, a tenth fewer than it has: some may be used up by then. False if something
   * is under way.
   */
  final boolean sell(long amount) {
    long sold = amount / 10 * 9;
    if (!isFree() || sold <= 0) {
      return false;
    }
    trading = true;
    tradedNanos = market.nowNanos();
    send(
        new VipMessage.Exchange(
            nextRequestId(), serial + 1, -sold, -sold, UInt256.ZERO, Bytes.EMPTY));
    return true;
  }

  /** There is an offer, the first or another one. */
  abstract void offered(OfferTerms terms);

  /** A payment or an exchange was booked, or balances are known anew. */
  void balanced() {}

  /** Something else came. */
  void heard(VipMessage message) {}

  // ---- what comes

  @Override
  void connected() {
    greeted = false;
    trading = false;
  }

  @Override
  void disconnected() {
    greeted = false;
  }

  @Override
  void received(VipMessage message) {
    switch (message) {
      case VipMessage.Status status -> greet();
      case VipMessage.Offer offer -> {
        VipMessage.Pay again = unpaid;
        if (!greeted) {
          greeted = true;
          if (again != null) {
            send(again);
          }
          askBalances();
        }
        offered(offer.terms());
      }
      case VipMessage.Receipt receipt -> onReceipt(receipt);
      case VipMessage.Exchanged exchanged -> {
        trading = false;
        onBalances(exchanged.tokenBalance(), exchanged.currencyBalanceWei());
        serial = Math.max(serial, exchanged.lastSerial());
        balanced();
      }
      case VipMessage.Quote quote -> {
        onBalances(quote.tokenBalance(), quote.currencyBalanceWei());
        serial = Math.max(serial, quote.lastSerial());
        balanced();
      }
      case VipMessage.Notice notice -> {
        tokens = notice.tokenBalance();
        heard(notice);
      }
      case VipMessage.Refuse refuse -> {
        trading = false;
        VipMessage.Pay waiting = unpaid;
        if (waiting != null && waiting.payId().toLong() == refuse.reference()) {
          unpaid = null;
        }
        heard(refuse);
      }
      default -> heard(message);
    }
  }

  private void greet() {
    send(
        new VipMessage.Status(
            VipCapability.VERSION,
            market.chainId(),
            market.genesisHash(),
            Role.bits(Set.of(Role.CLIENT)),
            Optional.empty(),
            market.unixSeconds(),
            List.of(
                new MethodEntry(
                    MethodId.TEST.number(),
                    MethodId.TEST.text(),
                    Optional.empty(),
                    Bytes32.ZERO,
                    Bytes.EMPTY)),
            Bytes.EMPTY));
  }

  private void onReceipt(VipMessage.Receipt receipt) {
    VipMessage.Pay waiting = unpaid;
    if (waiting == null || !waiting.payId().equals(receipt.payId())) {
      return;
    }
    unpaid = null;
    if (receipt.status() == 0) {
      if (receipt.serial() > serial) {
        books.purchases++;
        serial = receipt.serial();
      }
      onBalances(receipt.tokenBalance(), receipt.currencyBalanceWei());
      balanced();
    }
  }

  private void onBalances(long tokensNow, UInt256 wei) {
    tokens = tokensNow;
    currencyWei = wei;
    books.currencyWei = wei.toUnsignedBigInteger();
  }

  /** Money of ours that waits at the server. */
  final BigInteger currencyWei() {
    return currencyWei.toUnsignedBigInteger();
  }
}
