package io.lesnode.payment.hub;

import io.lesnode.payment.ledger.AccountId;
import io.lesnode.payment.ledger.Booking;
import io.lesnode.payment.ledger.Bookkeeping;
import io.lesnode.payment.ledger.LedgerBatch;
import io.lesnode.payment.ledger.LedgerReader;
import io.lesnode.payment.ledger.TransferKind;
import io.lesnode.primitives.crypto.Keccak;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * A pool's books of what clients used of hosts (docs/pool.md, "Settlement"). Stateless; called on
 * the ledger loop.
 *
 * <p><b>One batch.</b> What both signed, the money from the client to the host and the fee, and by
 * how much our cheque to the host is to rise become durable together. The cheque itself is raised
 * afterwards, to the {@linkplain #promisedWei cumulative amount} that the books have: after a crash
 * between the two it is raised when the pool starts again, and raising it twice changes nothing.
 *
 * <p><b>What an operator can take</b> is the fee: money leaves a client's account here only, and
 * only with a statement that the client signed.
 */
public final class HubBooks {
  private static final String USAGE = "hub.usage";
  private static final String PROMISED = "hub.promised";

  private HubBooks() {}

  /** How the settlement of an interval ended. */
  public sealed interface Settled {
    /** Booked now. */
    record Booked() implements Settled {}

    /** It was booked before: nothing moved again. */
    record Already() implements Settled {}

    /** The client does not have so much; nothing moved. */
    record Unfunded(BigInteger missingWei) implements Settled {}
  }

  /**
   * Books an interval.
   *
   * @param client node id
   * @param clientOwner under which name the client's money is kept
   * @param host node id
   * @param hostOwner the host's account
   * @param epoch the interval; with client and host it is settled once
   * @param feeWei the pool's, on top of the amount
   * @param evidence what both signed
   */
  public static Settled settle(
      LedgerBatch batch,
      Bytes32 client,
      Bytes clientOwner,
      Bytes32 host,
      Bytes hostOwner,
      long epoch,
      UInt256 amountWei,
      UInt256 feeWei,
      Bytes evidence) {
    Bytes32 pair = Keccak.keccak256(Bytes.concatenate(client, host));
    Bytes key = Bytes.concatenate(Bytes.ofUnsignedLong(epoch), pair);
    if (batch.get(USAGE, key).isPresent()) {
      return new Settled.Already();
    }
    BigInteger amount = amountWei.toUnsignedBigInteger();
    BigInteger fee = feeWei.toUnsignedBigInteger();
    if (amount.signum() > 0) {
      Booking booked = Bookkeeping.poolUsage(batch, clientOwner, hostOwner, amount, fee, key);
      if (!booked.isBooked()) {
        BigInteger has = batch.balance(AccountId.client(clientOwner));
        return new Settled.Unfunded(amount.add(fee).subtract(has));
      }
      promise(batch, hostOwner, amount);
    }
    batch.put(USAGE, key, evidence);
    return new Settled.Booked();
  }

  private static void promise(LedgerBatch batch, Bytes hostOwner, BigInteger amount) {
    UInt256 promised = promisedWei(batch, hostOwner).addExact(UInt256.valueOf(amount));
    batch.put(PROMISED, hostOwner, promised.toMinimalBytes());
  }

  /** What our cheques to a host must be over altogether; never falls. */
  public static UInt256 promisedWei(LedgerReader books, Bytes hostOwner) {
    return books.get(PROMISED, hostOwner).map(UInt256::fromBytes).orElse(UInt256.ZERO);
  }

  /**
   * What a host is owed and no proof of ours pays yet. A payer that uses the same books counts what
   * it signed as {@link AccountId#spent spent}.
   */
  public static BigInteger unsignedWei(LedgerReader books, Bytes hostOwner) {
    return books
        .balance(AccountId.payable(hostOwner))
        .add(books.balance(AccountId.spent(hostOwner)));
  }

  /** Clears what we owe a host against what we signed for it. */
  public static void clear(LedgerBatch batch, Bytes hostOwner) {
    BigInteger signed = batch.balance(AccountId.spent(hostOwner)).negate();
    BigInteger cleared = signed.min(batch.balance(AccountId.payable(hostOwner)));
    if (cleared.signum() > 0) {
      batch.transfer(
          AccountId.payable(hostOwner),
          AccountId.spent(hostOwner),
          cleared,
          TransferKind.PAYOUT,
          hostOwner);
    }
  }

  /** The accounts of hosts that were ever promised anything. */
  public static List<Bytes> promisedHosts(LedgerReader books) {
    List<Bytes> owners = new ArrayList<>();
    books.scan(PROMISED, Bytes.EMPTY, (owner, amount) -> owners.add(owner));
    return owners;
  }

  /**
   * Forgets the statements of long ago, the oldest first; the money that they moved stays where it
   * is, and so do its events.
   *
   * @param most how many at once
   * @return how many were forgotten
   */
  public static int forget(LedgerBatch batch, long beforeSeconds, int most) {
    List<Bytes> old = new ArrayList<>();
    batch.scan(
        USAGE,
        Bytes.EMPTY,
        (key, value) -> {
          if (old.size() < most && key.slice(0, Long.BYTES).toLong() < beforeSeconds) {
            old.add(key);
          }
        });
    old.forEach(key -> batch.remove(USAGE, key));
    return old.size();
  }
}
