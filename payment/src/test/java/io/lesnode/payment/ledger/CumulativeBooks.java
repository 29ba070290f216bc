package io.lesnode.payment.ledger;

import io.lesnode.payment.MethodId;
import java.math.BigInteger;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/**
 * The least payment method: a cumulative amount per client, booked with its proof and exchanged at
 * 2 wei per token in the same batch. Shared by the tests that kill.
 */
final class CumulativeBooks {
  static final String TABLE = "cheques";

  private CumulativeBooks() {}

  /**
   * Receives a cumulative amount.
   *
   * @return whether it was new; a stale one changes nothing
   */
  static boolean receive(LedgerBatch batch, int client, long cumulative) {
    Bytes owner = owner(client);
    long known = batch.get(TABLE, owner).map(Bytes::toLong).orElse(0L);
    if (cumulative <= known) {
      return false;
    }
    long amount = cumulative - known;
    Bytes reference = Bytes.ofUnsignedLong(cumulative);
    batch.put(TABLE, owner, Bytes.ofUnsignedLong(cumulative));
    Booking paid =
        Bookkeeping.pay(batch, MethodId.CHEQUE, owner, BigInteger.valueOf(amount), reference);
    Booking bought =
        amount < 2
            ? Booking.Booked.BOOKED
            : Bookkeeping.exchange(
                batch,
                owner,
                node(client),
                amount / 2,
                BigInteger.valueOf(amount / 2 * 2),
                reference);
    if (!paid.isBooked() || !bought.isBooked()) {
      throw new IllegalStateException(paid + " " + bought);
    }
    return true;
  }

  /** The cumulative amount that is durable; checks that proof, money and tokens belong together. */
  static long durable(Ledger ledger, int client) {
    long proof = ledger.get(TABLE, owner(client)).map(Bytes::toLong).orElse(0L);
    long claim =
        ledger.balance(AccountId.claim(MethodId.CHEQUE, owner(client))).negate().longValueExact();
    long money = ledger.balance(AccountId.client(owner(client))).longValueExact();
    long tokens = ledger.issued(node(client));
    if (proof != claim || money + 2 * tokens != claim) {
      throw new AssertionError(
          "client "
              + client
              + ": proof "
              + proof
              + ", claim "
              + claim
              + ", money "
              + money
              + ", tokens "
              + tokens);
    }
    return proof;
  }

  static Bytes owner(int client) {
    return Bytes.concatenate(Bytes.repeat((byte) 0xee, 16), Bytes.ofUnsignedInt(client));
  }

  static Bytes32 node(int client) {
    return Bytes32.leftPad(Bytes.ofUnsignedInt(client + 1L));
  }
}
