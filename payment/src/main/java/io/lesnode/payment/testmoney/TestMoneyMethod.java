package io.lesnode.payment.testmoney;

import io.lesnode.payment.ChainHead;
import io.lesnode.payment.Counterparty;
import io.lesnode.payment.Credit;
import io.lesnode.payment.MethodId;
import io.lesnode.payment.MethodNews;
import io.lesnode.payment.MethodTerms;
import io.lesnode.payment.Params;
import io.lesnode.payment.PaymentMethod;
import io.lesnode.payment.Refusal;
import io.lesnode.payment.RefusalCode;
import io.lesnode.payment.Settlement;
import io.lesnode.payment.SettlementOutcome;
import io.lesnode.payment.SettlementPolicy;
import io.lesnode.payment.ledger.Booking;
import io.lesnode.payment.ledger.Bookkeeping;
import io.lesnode.payment.ledger.LedgerBatch;
import io.lesnode.primitives.rlp.RlpException;
import io.lesnode.primitives.rlp.RlpReader;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.rlp.RLP;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * Takes test money: RLP {@code [amount, nonce]}, signed by nobody and worth nothing. The nonce must
 * rise, so that a payment counts once, and nobody has more than a limit, so that a forgotten flag
 * gives little away. Confined to the ledger loop.
 */
public final class TestMoneyMethod implements PaymentMethod {
  private static final String TABLE = "testmoney";

  private final UInt256 limitWei;

  /**
   * Takes test money.
   *
   * @param limitWei how much one money owner can pay in total
   */
  public TestMoneyMethod(UInt256 limitWei) {
    this.limitWei = limitWei;
  }

  /** The proof of a payment. */
  public static Bytes proof(UInt256 amountWei, long nonce) {
    return RLP.encodeList(
        fields -> {
          fields.writeUInt256(amountWei);
          fields.writeLong(nonce);
        });
  }

  @Override
  public MethodId id() {
    return MethodId.TEST;
  }

  @Override
  public MethodTerms terms() {
    return new MethodTerms(
        id(), "test/1", Optional.empty(), Bytes32.ZERO, limitWei.toMinimalBytes());
  }

  /** Answers RLP {@code [total, last nonce]}. */
  @Override
  public Params open(Counterparty peer, Bytes data, LedgerBatch batch) {
    return new Params(0, state(peer, batch));
  }

  private static Bytes state(Counterparty peer, LedgerBatch batch) {
    return batch.get(TABLE, peer.moneyOwner()).orElseGet(() -> proof(UInt256.ZERO, 0));
  }

  @Override
  public Credit receive(Counterparty peer, Bytes proof, LedgerBatch batch) throws Refusal {
    UInt256 amount;
    long nonce;
    try {
      RlpReader fields = RlpReader.of(proof).enterList();
      amount = fields.readUInt256();
      nonce = fields.readLong();
    } catch (RlpException malformed) {
      throw new Refusal(RefusalCode.MALFORMED, String.valueOf(malformed.getMessage()));
    }
    RlpReader before = RlpReader.of(state(peer, batch)).enterList();
    UInt256 total = before.readUInt256();
    long lastNonce = before.readLong();
    if (nonce <= lastNonce) {
      throw new Refusal(
          RefusalCode.STALE,
          "nonce " + lastNonce + " was used; take a higher one",
          0,
          state(peer, batch));
    }
    if (amount.isZero() || amount.compareTo(limitWei.subtract(total)) > 0) {
      throw new Refusal(
          RefusalCode.OVER_LIMIT,
          "test money is limited to " + limitWei.toUnsignedBigInteger() + " wei in total");
    }
    UInt256 now = total.add(amount);
    if (Bookkeeping.pay(
            batch,
            id(),
            peer.moneyOwner(),
            amount.toUnsignedBigInteger(),
            Bytes.ofUnsignedLong(nonce))
        instanceof Booking.Refused refused) {
      throw new Refusal(RefusalCode.OVER_LIMIT, refused.text());
    }
    batch.put(TABLE, peer.moneyOwner(), proof(now, nonce));
    return new Credit.Money(amount, now);
  }

  @Override
  public List<MethodNews> onHead(ChainHead head, LedgerBatch batch) {
    return List.of();
  }

  @Override
  public List<Settlement> due(SettlementPolicy policy, long nowSeconds, LedgerBatch books) {
    return List.of();
  }

  @Override
  public void onSettled(Settlement settlement, SettlementOutcome outcome, LedgerBatch batch) {
    throw new IllegalStateException("test money is never settled");
  }

  @Override
  public Bytes close(Counterparty peer, Bytes data, LedgerBatch batch) {
    return state(peer, batch);
  }
}
