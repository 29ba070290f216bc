package io.lesnode.payment;

import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * The paying side of a way to pay. Called by one virtual thread at a time; calls block on the
 * chain, the signer and the disk.
 *
 * <p>A payment is stored as pending, durably, before it is handed out: after a crash the same
 * payment is sent again, never a second one.
 */
public interface Payer {

  /** Which method it is. */
  MethodId id();

  /**
   * Whether we can pay a server on these terms: its contract has code that we trust, proven by the
   * chain, and is the one for this server.
   *
   * @throws PayerException saying what is wrong with the terms
   */
  void check(Counterparty server, MethodTerms terms)
      throws PayerException, ChainUnavailableException;

  /** What our Open message carries. */
  Bytes openData(Counterparty server, MethodTerms terms) throws PayerException;

  /**
   * What the server answered; compared with what we know.
   *
   * @throws PayerException if it contradicts what we have signed or what is on chain
   */
  void onParams(Counterparty server, Params params) throws PayerException;

  /** How much can be paid to a server without another transaction on chain. */
  UInt256 payableWei(Counterparty server) throws ChainUnavailableException;

  /**
   * Puts money where this server can be paid from: sends a transaction and returns at once.
   *
   * @return the transaction; {@link #payableWei} counts it when it is confirmed
   */
  Bytes32 deposit(Counterparty server, UInt256 amountWei)
      throws PayerException, ChainUnavailableException, SignerException;

  /**
   * Makes a payment. Payments that have no receipt yet are part of what is returned.
   *
   * @return one or several proofs, to be sent in this order, each in a Pay message
   */
  List<PaymentProof> pay(Counterparty server, UInt256 amountWei)
      throws PayerException, SignerException;

  /** Payments that were handed out and have no receipt: to be sent again after a reconnection. */
  List<PaymentProof> pending(Counterparty server);

  /** The server has acknowledged a payment. */
  void onReceipt(Counterparty server, Bytes payId, UInt256 cumulativeWei);

  /**
   * The server says that a payment is stale and shows the newest it has, signed by us: what we
   * forgot is learnt again.
   *
   * @throws PayerException if the evidence is not by us; the server is then lying
   */
  void onEvidence(Counterparty server, Bytes evidence) throws PayerException;

  /**
   * Asks on chain for money back; {@link #onHead} takes it when the server's time to answer is
   * over.
   *
   * @param amountWei how much, or all that was not signed away if that is less
   * @return the transaction
   * @throws PayerException if this way of paying gives nothing back, or one is under way
   */
  default Bytes32 withdraw(Counterparty server, UInt256 amountWei)
      throws PayerException, ChainUnavailableException, SignerException {
    throw new PayerException("payments by " + id().text() + " cannot be withdrawn");
  }

  /**
   * A new head: transactions are looked after, withdrawals whose time has come are taken.
   *
   * @return what was sent
   */
  default List<Bytes32> onHead(ChainHead head) throws ChainUnavailableException, SignerException {
    return List.of();
  }

  /** What our Close message carries; empty for a close without a final statement. */
  default Bytes closeData(Counterparty server)
      throws PayerException, ChainUnavailableException, SignerException {
    return Bytes.EMPTY;
  }

  /**
   * The server's answer to our Close.
   *
   * @throws PayerException if it is not what we asked for
   */
  default void onClosed(Counterparty server, Bytes statement)
      throws PayerException, ChainUnavailableException, SignerException {}

  /**
   * One payment.
   *
   * @param payId 8 bytes, unique for this server; a repeated payment has the same
   */
  record PaymentProof(Bytes payId, Bytes proof, UInt256 amountWei) {}
}
