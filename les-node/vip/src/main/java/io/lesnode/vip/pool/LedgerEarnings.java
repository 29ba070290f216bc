package io.lesnode.vip.pool;

import io.lesnode.payment.Counterparty;
import io.lesnode.payment.Credit;
import io.lesnode.payment.MethodId;
import io.lesnode.payment.MethodTerms;
import io.lesnode.payment.PaymentMethod;
import io.lesnode.payment.Refusal;
import io.lesnode.payment.RefusalCode;
import io.lesnode.payment.ledger.AccountId;
import io.lesnode.payment.ledger.AccountKind;
import io.lesnode.payment.ledger.Ledger;
import io.lesnode.payment.ledger.LedgerBatch;
import io.lesnode.payment.ledger.TransferKind;
import io.lesnode.vipnode.wire.VipMessage;
import io.lesnode.vipnode.wire.VipSignatures;
import java.math.BigInteger;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * A host's earnings in its books: what a pool pays is earned already, so it is revenue at once.
 * Thread-safe: everything happens on the loop that owns the books.
 */
public final class LedgerEarnings implements Earnings {
  private static final int RECEIPTS_KEPT = 64;

  private final VipIdentity self;
  private final Ledger ledger;
  private final List<PaymentMethod> methods;
  private final Books books;
  private final InstantSource clock;
  private final Map<Bytes, VipMessage.Receipt> receipts =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Bytes, VipMessage.Receipt> eldest) {
          return size() > RECEIPTS_KEPT;
        }
      };

  /** The loop that owns the books. */
  public interface Books {
    /** Runs a task on the loop; any thread. */
    void execute(Runnable task);

    /** Runs a task when everything that was accepted is durable; on the loop. */
    void afterCommit(Runnable task);
  }

  /**
   * Earnings.
   *
   * @param methods how the pool can pay; used on the loop only
   */
  public LedgerEarnings(
      VipIdentity self,
      Ledger ledger,
      List<PaymentMethod> methods,
      Books books,
      InstantSource clock) {
    this.self = self;
    this.ledger = ledger;
    this.methods = List.copyOf(methods);
    this.books = books;
    this.clock = clock;
  }

  @Override
  public List<MethodTerms> terms() {
    return methods.stream().map(PaymentMethod::terms).toList();
  }

  @Override
  public void receive(Counterparty pool, VipMessage.Pay pay, Consumer<VipMessage.Receipt> answer) {
    books.execute(() -> onPay(pool, pay, answer));
  }

  private void onPay(Counterparty pool, VipMessage.Pay pay, Consumer<VipMessage.Receipt> answer) {
    Bytes key = Bytes.concatenate(pool.nodeId(), pay.payId());
    VipMessage.Receipt before = receipts.get(key);
    if (before != null) {
      books.afterCommit(() -> answer.accept(before)); // the same payment has the same receipt
      return;
    }
    LedgerBatch batch = ledger.begin(clock.millis());
    try {
      VipMessage.Receipt receipt = receipt(pool.nodeId(), pay, credited(pool, pay, batch));
      ledger.accept(batch);
      receipts.put(key, receipt);
      books.afterCommit(() -> answer.accept(receipt));
    } catch (Refusal refusal) {
      ledger.drop(batch);
      answer.accept(
          new VipMessage.Receipt(
              pay.payId(),
              refusal.code().number(),
              UInt256.ZERO,
              UInt256.ZERO,
              UInt256.ZERO,
              0,
              0,
              refusal.evidence(),
              Bytes.EMPTY));
    }
  }

  private Credit.Money credited(Counterparty pool, VipMessage.Pay pay, LedgerBatch batch)
      throws Refusal {
    for (PaymentMethod method : methods) {
      if (MethodId.ofNumber(pay.method()).filter(method.id()::equals).isPresent()) {
        switch (method.receive(pool, pay.proof(), batch)) {
          case Credit.Money money -> {
            batch.transfer(
                AccountId.client(pool.moneyOwner()),
                AccountId.house(AccountKind.REVENUE),
                amount(money),
                TransferKind.POOL_USAGE,
                pay.payId());
            return money;
          }
          case Credit.Grant grant ->
              throw new Refusal(RefusalCode.UNKNOWN_METHOD, "a host is paid in money");
        }
      }
    }
    throw new Refusal(RefusalCode.UNKNOWN_METHOD, "this host is not paid that way");
  }

  private static BigInteger amount(Credit.Money money) {
    return money.amountWei().toUnsignedBigInteger();
  }

  private VipMessage.Receipt receipt(Bytes32 pool, VipMessage.Pay pay, Credit.Money money) {
    Bytes32 digest =
        VipSignatures.receiptDigest(pay.payId(), pool, pay.method(), money.cumulativeWei(), 0, 0);
    return new VipMessage.Receipt(
        pay.payId(),
        0,
        money.amountWei(),
        money.cumulativeWei(),
        UInt256.ZERO,
        0,
        0,
        Bytes.EMPTY,
        self.sign(digest));
  }
}
