package io.lesnode.vip.pool;

import io.lesnode.payment.ChainHead;
import io.lesnode.payment.ChainUnavailableException;
import io.lesnode.payment.Counterparty;
import io.lesnode.payment.MethodTerms;
import io.lesnode.payment.Payer;
import io.lesnode.payment.PayerException;
import io.lesnode.payment.SignerException;
import io.lesnode.payment.hub.HubBooks;
import io.lesnode.payment.ledger.DurableBatches;
import io.lesnode.payment.ledger.Ledger;
import io.lesnode.payment.ledger.LedgerBatch;
import io.lesnode.primitives.Address;
import java.math.BigInteger;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.units.bigints.UInt256;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a pool pays its hosts: one account of cheques with each, raised to what the pool's books owe
 * it. Confined to the pool's loop, which waits for the signer: the account's key must be at hand.
 *
 * <p>Payer and pool have the same books. What is owed and what was signed are accounts in them, and
 * only their difference is ever signed: after a crash between the two nothing is lost or paid
 * twice.
 */
public final class HostPayments {
  private static final Logger LOG = LoggerFactory.getLogger(HostPayments.class);

  private final Payer payer;
  private final Ledger books;
  private final DurableBatches batches;
  private final UInt256 depositWei;

  /**
   * Payments.
   *
   * @param payer with the pool's books
   * @param depositWei what is put on chain for a host when what is there runs out; zero: nothing
   *     is, the operator deposits
   */
  public HostPayments(Payer payer, Ledger books, DurableBatches batches, UInt256 depositWei) {
    this.payer = payer;
    this.books = books;
    this.batches = batches;
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
   * Signs what a host is owed.
   *
   * @return what the host must be sent: everything that it has not acknowledged
   */
  List<Payer.PaymentProof> payWhatIsOwed(Counterparty host)
      throws PayerException, SignerException, ChainUnavailableException {
    Bytes owner =
        host.payAddress()
            .map(Address::bytes)
            .orElseThrow(() -> new PayerException("the host has no account to be paid at"));
    BigInteger missing = HubBooks.unsignedWei(books, owner);
    if (missing.signum() > 0) {
      payer.pay(host, UInt256.valueOf(missing));
      topUp(host);
    }
    LedgerBatch clearing = batches.begin();
    HubBooks.clear(clearing, owner);
    batches.commit(clearing);
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

  /** A new head: deposits under way are looked after. */
  void onHead(ChainHead head) throws ChainUnavailableException, SignerException {
    payer.onHead(head);
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
