package io.lesnode.vip.pool;

import io.lesnode.payment.ChainUnavailableException;
import io.lesnode.payment.Counterparty;
import io.lesnode.payment.MethodTerms;
import io.lesnode.payment.Payer;
import io.lesnode.payment.PayerException;
import io.lesnode.payment.SignerException;
import io.lesnode.payment.ledger.AccountId;
import io.lesnode.payment.ledger.LedgerReader;
import io.lesnode.primitives.Address;
import java.math.BigInteger;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.units.bigints.UInt256;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a pool pays its hosts: one account of cheques with each, raised to what the pool's books
 * promise. Blocks on the signer and the chain; confined to one virtual thread at a time.
 *
 * <p>Raising is by the difference between what the pool's books promise and what the payer's own
 * books have signed, so that it can be repeated: after a crash between the two nothing is lost or
 * paid twice.
 */
public final class HostPayments {
  private static final Logger LOG = LoggerFactory.getLogger(HostPayments.class);

  private final Payer payer;
  private final LedgerReader signed;
  private final UInt256 depositWei;

  /**
   * Payments.
   *
   * @param payer with books of its own
   * @param signed those books
   * @param depositWei what is put on chain for a host when what is there runs out; zero: nothing
   *     is, the operator deposits
   */
  public HostPayments(Payer payer, LedgerReader signed, UInt256 depositWei) {
    this.payer = payer;
    this.signed = signed;
    this.depositWei = depositWei;
  }

  /** Whether this host can be paid on these terms. */
  void check(Counterparty host, MethodTerms terms)
      throws PayerException, ChainUnavailableException {
    payer.check(host, terms);
  }

  /** By which method. */
  int method() {
    return payer.id().number();
  }

  /**
   * Signs up to an amount.
   *
   * @param promisedWei what the host was ever promised
   * @return what the host must be sent: everything that it has not acknowledged
   */
  List<Payer.PaymentProof> raiseTo(Counterparty host, UInt256 promisedWei)
      throws PayerException, SignerException, ChainUnavailableException {
    Bytes owner =
        host.payAddress()
            .map(Address::bytes)
            .orElseThrow(() -> new PayerException("the host has no account to be paid at"));
    BigInteger already = signed.balance(AccountId.spent(owner)).negate();
    BigInteger missing = promisedWei.toUnsignedBigInteger().subtract(already);
    if (missing.signum() > 0) {
      payer.pay(host, UInt256.valueOf(missing));
      topUp(host);
    }
    return payer.pending(host);
  }

  /** Puts more on chain in time. A failure of it is no failure of the payment. */
  void topUp(Counterparty host) throws ChainUnavailableException, SignerException {
    if (depositWei.isZero()) {
      return;
    }
    UInt256 left = payer.payableWei(host);
    if (left.compareTo(depositWei.divide(UInt256.valueOf(4))) >= 0) {
      return;
    }
    try {
      payer.deposit(host, depositWei);
    } catch (PayerException e) {
      LOG.warn("No deposit for the host {}: {}", host.nodeId(), e.getMessage());
    }
  }

  /** What a host has not acknowledged. */
  List<Payer.PaymentProof> pending(Counterparty host) {
    return payer.pending(host);
  }

  /** A host has acknowledged. */
  void onReceipt(Counterparty host, Bytes payId, UInt256 cumulativeWei) {
    payer.onReceipt(host, payId, cumulativeWei);
  }

  /** A host shows a newer proof of ours. */
  void onEvidence(Counterparty host, Bytes evidence) throws PayerException {
    payer.onEvidence(host, evidence);
  }
}
