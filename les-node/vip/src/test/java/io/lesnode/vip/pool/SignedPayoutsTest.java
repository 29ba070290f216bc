package io.lesnode.vip.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.payment.ChainHead;
import io.lesnode.payment.ChainUnavailableException;
import io.lesnode.payment.Counterparty;
import io.lesnode.payment.MethodId;
import io.lesnode.payment.MethodTerms;
import io.lesnode.payment.Params;
import io.lesnode.payment.Payer;
import io.lesnode.payment.PayerException;
import io.lesnode.payment.ledger.Ledger;
import io.lesnode.payment.ledger.MemoryLedgerStore;
import io.lesnode.primitives.Address;
import io.lesnode.vipnode.wire.MethodEntry;
import io.lesnode.vipnode.wire.VipMessage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;

/** Hosts that come while the pool cannot read the chain are paid when it can. */
class SignedPayoutsTest {
  private static final Counterparty HOST =
      new Counterparty(
          Bytes32.repeat((byte) 1),
          Bytes.repeat((byte) 2, 64),
          Optional.of(Address.fromHex("0x000000000000000000000000000000000000cafe")));
  private static final List<MethodEntry> METHODS =
      List.of(
          MethodEntry.of(
              new MethodTerms(
                  MethodId.CHEQUE, "cheque/2", Optional.empty(), Bytes32.ZERO, Bytes.EMPTY)));
  private static final ChainHead HEAD = new ChainHead(1, Bytes32.ZERO, 1);

  private final SlowChain payer = new SlowChain();
  private final List<VipMessage.Pay> sent = new ArrayList<>();
  private final Ledger books = Ledger.open(new MemoryLedgerStore());
  private final SignedPayouts payouts =
      new SignedPayouts(
          new HostPayments(payer, books, books.durableBatches(() -> Instant.EPOCH), UInt256.ZERO),
          (host, pay) -> sent.add(pay));

  @Test
  void aHostIsCheckedAgainWithTheNextHead() {
    payouts.onHost(HOST, METHODS);
    assertThat(payer.checked).isFalse();
    payer.reachable = true;
    payouts.onHead(HEAD);
    assertThat(payer.checked).isTrue();
    assertThat(sent).hasSize(1);
  }

  @Test
  void aHostIsCheckedAgainBeforeItIsPaid() {
    payouts.onHost(HOST, METHODS);
    assertThat(payouts.pay(HOST)).isFalse();
    payer.reachable = true;
    assertThat(payouts.pay(HOST)).isTrue();
    assertThat(sent).hasSize(1);
  }

  @Test
  void aHostWhoseTermsAreWrongIsNotAskedAbout() {
    payer.reachable = true;
    payer.wrong = true;
    payouts.onHost(HOST, METHODS);
    payer.wrong = false;
    payouts.onHead(HEAD);
    assertThat(payer.checked).isFalse();
    assertThat(sent).isEmpty();
  }

  /** A payer with one payment that waits, who cannot always read the chain. */
  private static final class SlowChain implements Payer {
    private boolean reachable;
    private boolean wrong;
    private boolean checked;

    @Override
    public MethodId id() {
      return MethodId.CHEQUE;
    }

    @Override
    public void check(Counterparty server, MethodTerms terms)
        throws PayerException, ChainUnavailableException {
      if (!reachable) {
        throw new ChainUnavailableException("no server");
      }
      if (wrong) {
        throw new PayerException("another contract");
      }
      checked = true;
    }

    @Override
    public List<PaymentProof> pending(Counterparty server) {
      return List.of(new PaymentProof(Bytes.ofUnsignedLong(7), Bytes.of(1), UInt256.ONE));
    }

    @Override
    public Bytes openData(Counterparty server, MethodTerms terms) {
      throw new AssertionError("not asked");
    }

    @Override
    public void onParams(Counterparty server, Params params) {
      throw new AssertionError("not asked");
    }

    @Override
    public UInt256 payableWei(Counterparty server) {
      throw new AssertionError("not asked");
    }

    @Override
    public Bytes32 deposit(Counterparty server, UInt256 amountWei) {
      throw new AssertionError("not asked");
    }

    @Override
    public List<PaymentProof> pay(Counterparty server, UInt256 amountWei) {
      throw new AssertionError("nothing is owed");
    }

    @Override
    public void onReceipt(Counterparty server, Bytes payId, UInt256 cumulativeWei) {}

    @Override
    public void onEvidence(Counterparty server, Bytes evidence) {}
  }
}
