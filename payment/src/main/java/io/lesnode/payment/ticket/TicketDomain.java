package io.lesnode.payment.ticket;

import io.lesnode.payment.signing.TypedDomain;
import io.lesnode.payment.signing.TypedMessage;
import io.lesnode.primitives.Address;
import java.util.List;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * What payers sign (EIP-712): a ticket is good on one chain, for one escrow, payee and random
 * number of the payee.
 */
public final class TicketDomain {
  private final TypedDomain domain;

  /** Tickets on an escrow. */
  public TicketDomain(long chainId, Address escrow) {
    domain = new TypedDomain("LES Ticket", "1", chainId, escrow);
  }

  TypedMessage message(Address payee, TicketParams params, int nonce) {
    return new TypedMessage(
        "Ticket",
        List.of(
            new TypedMessage.Member(
                "address", "payee", Bytes32.leftPad(payee.bytes()), payee.toHexString()),
            number("faceValue", params.faceWei()),
            number("winProbability", params.winProbability()),
            number("expiryBlock", UInt256.valueOf(params.expiryBlock())),
            new TypedMessage.Member(
                "bytes32", "randHash", params.randHash(), params.randHash().toHexString()),
            number("nonce", UInt256.valueOf(nonce))));
  }

  Bytes32 digest(Address payee, TicketParams params, int nonce) {
    return domain.digest(message(payee, params, nonce));
  }

  String json(Address payee, TicketParams params, int nonce) {
    return domain.json(message(payee, params, nonce));
  }

  private static TypedMessage.Member number(String name, UInt256 value) {
    return new TypedMessage.Member("uint256", name, value.toBytes(), value.toDecimalString());
  }
}
