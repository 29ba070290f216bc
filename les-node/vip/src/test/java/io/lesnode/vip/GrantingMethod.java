package io.lesnode.vip;

import io.lesnode.payment.ChainHead;
import io.lesnode.payment.Counterparty;
import io.lesnode.payment.Credit;
import io.lesnode.payment.MethodId;
import io.lesnode.payment.MethodNews;
import io.lesnode.payment.MethodTerms;
import io.lesnode.payment.Params;
import io.lesnode.payment.PaymentMethod;
import io.lesnode.payment.Settlement;
import io.lesnode.payment.SettlementOutcome;
import io.lesnode.payment.SettlementPolicy;
import io.lesnode.payment.ledger.Booking;
import io.lesnode.payment.ledger.Bookkeeping;
import io.lesnode.payment.ledger.LedgerBatch;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/** Gives whoever asks tokens for a time. */
class GrantingMethod implements PaymentMethod {
  private final long tokens;
  private final long seconds;

  GrantingMethod(long tokens, long seconds) {
    this.tokens = tokens;
    this.seconds = seconds;
  }

  @Override
  public MethodId id() {
    return MethodId.SUBSCRIPTION;
  }

  @Override
  public MethodTerms terms() {
    return new MethodTerms(id(), "gift/1", Optional.empty(), Bytes32.ZERO, Bytes.EMPTY);
  }

  @Override
  public Params open(Counterparty peer, Bytes data, LedgerBatch batch) {
    return new Params(0, Bytes.EMPTY);
  }

  @Override
  public Credit receive(Counterparty peer, Bytes proof, LedgerBatch batch) {
    Booking booking = Bookkeeping.grant(batch, peer.nodeId(), tokens, Bytes.of(1));
    if (!booking.isBooked()) {
      throw new IllegalStateException("the gift is too large");
    }
    return new Credit.Grant(tokens, batch.nowMillis() / 1000 + seconds);
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
  public void onSettled(Settlement settlement, SettlementOutcome outcome, LedgerBatch batch) {}

  @Override
  public Bytes close(Counterparty peer, Bytes data, LedgerBatch batch) {
    return Bytes.EMPTY;
  }
}
