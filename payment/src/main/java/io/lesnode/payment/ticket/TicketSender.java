package io.lesnode.payment.ticket;

import io.lesnode.payment.PayerException;
import io.lesnode.payment.Signer;
import io.lesnode.payment.SignerException;
import io.lesnode.payment.SigningRequest;
import io.lesnode.payment.signing.CompactSignature;
import io.lesnode.primitives.Address;
import java.nio.charset.StandardCharsets;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * Makes tickets for one payee's parameters. A payer bounds what luck can cost it: the face value,
 * and what it pays on average. Nonces are in memory only: after a restart new parameters are asked
 * for. One thread.
 */
public final class TicketSender {
  private final TicketDomain domain;
  private final Address payee;
  private final TicketParams params;
  private final Signer signer;
  private int lastNonce;

  /**
   * Tickets for parameters.
   *
   * @param mostFaceWei no larger face value is signed
   * @param mostExpectedWei nor a larger average
   * @throws PayerException saying which bound the parameters break
   */
  public TicketSender(
      TicketDomain domain,
      Address payee,
      TicketParams params,
      Signer signer,
      UInt256 mostFaceWei,
      UInt256 mostExpectedWei)
      throws PayerException {
    if (params.faceWei().compareTo(mostFaceWei) > 0) {
      throw new PayerException(
          "tickets of " + params.faceWei().toDecimalString() + " wei are too large for us");
    }
    if (params.expectedWei().compareTo(mostExpectedWei) > 0) {
      throw new PayerException(
          "tickets worth " + params.expectedWei().toDecimalString() + " wei are too dear");
    }
    if (params.expectedWei().isZero()) {
      throw new PayerException("tickets worth nothing pay for nothing");
    }
    this.domain = domain;
    this.payee = payee;
    this.params = params;
    this.signer = signer;
  }

  /** How many tickets can still be made with these parameters. */
  public int left() {
    return TicketReceiver.MAX_NONCE - lastNonce;
  }

  /**
   * The next ticket.
   *
   * @param block the head
   * @throws PayerException if the parameters are used up or expired: new ones are needed
   */
  public Ticket next(long block) throws PayerException, SignerException {
    if (left() == 0) {
      throw new PayerException("600 tickets were made with these parameters: ask for new ones");
    }
    if (block > params.expiryBlock()) {
      throw new PayerException("the parameters expired: ask for new ones");
    }
    int nonce = lastNonce + 1;
    SigningRequest request =
        new SigningRequest(
            SigningRequest.Kind.TYPED_DATA,
            domain.digest(payee, params, nonce),
            Bytes.wrap(domain.json(payee, params, nonce).getBytes(StandardCharsets.UTF_8)),
            "ticket worth %s wei on average to %s"
                .formatted(params.expectedWei().toDecimalString(), payee));
    Bytes signature = CompactSignature.of(signer.sign(request)).bytes();
    lastNonce = nonce;
    return new Ticket(
        params.faceWei(),
        params.winProbability(),
        params.expiryBlock(),
        params.seed(),
        nonce,
        signature);
  }
}
