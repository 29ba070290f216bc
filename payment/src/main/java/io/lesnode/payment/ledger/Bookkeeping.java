package io.lesnode.payment.ledger;

import io.lesnode.payment.MethodId;
import java.math.BigInteger;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/**
 * The movements of money and tokens, each booked whole or not at all. What an owner is called is
 * {@link io.lesnode.payment.Counterparty#moneyOwner()}; a reference is at most 64 bytes. Amounts
 * are more than zero unless said otherwise. Confined to the ledger loop.
 *
 * <p>How a payment goes through the books: {@link #pay} makes a claim and the client's money,
 * {@link #exchange} turns money into tokens and revenue, {@link #settle} turns the claim into
 * ether. If the chain does not honour the claim, {@link #bounce} takes what is left of the money,
 * and the house bears the rest.
 */
public final class Bookkeeping {

  private Bookkeeping() {}

  // ---- clients pay, and buy

  /** A proof was accepted: the client's money grows by what we may claim. */
  public static Booking pay(
      LedgerBatch batch, MethodId method, Bytes owner, BigInteger amountWei, Bytes reference) {
    return batch.tryTransfer(
        AccountId.claim(method, owner),
        AccountId.client(owner),
        amountWei,
        TransferKind.PAYMENT,
        reference);
  }

  /**
   * Money that is on our account on chain already, as by a plain transfer: no claim, the ether is
   * here.
   */
  public static Booking payOnChain(
      LedgerBatch batch, Bytes owner, BigInteger amountWei, Bytes reference) {
    return batch.tryTransfer(
        AccountId.house(AccountKind.CASHED),
        AccountId.client(owner),
        amountWei,
        TransferKind.PAYMENT,
        reference);
  }

  /**
   * Money becomes tokens.
   *
   * @param nodeId who gets the tokens
   * @param tokens more than zero
   * @param costWei what they cost; may be zero
   * @return {@link Booking.Overdrawn} if the client has less money
   */
  public static Booking exchange(
      LedgerBatch batch,
      Bytes owner,
      Bytes32 nodeId,
      long tokens,
      BigInteger costWei,
      Bytes reference) {
    AccountId client = AccountId.client(owner);
    BigInteger money = batch.balance(client);
    if (money.compareTo(costWei) < 0) {
      return new Booking.Overdrawn(client, money, costWei);
    }
    Booking issued =
        issue(
            batch,
            nodeId,
            AccountId.tokensIssued(nodeId),
            tokens,
            TransferKind.EXCHANGE,
            reference);
    if (issued.isBooked() && costWei.signum() != 0) {
      batch.transfer(
          client, AccountId.house(AccountKind.REVENUE), costWei, TransferKind.EXCHANGE, reference);
    }
    return issued;
  }

  /**
   * Tokens that cannot be sold back: a subscription's, or the operator's gift.
   *
   * @param tokens more than zero
   */
  public static Booking grant(LedgerBatch batch, Bytes32 nodeId, long tokens, Bytes reference) {
    return issue(
        batch, nodeId, AccountId.tokensGranted(nodeId), tokens, TransferKind.GRANT, reference);
  }

  private static Booking issue(
      LedgerBatch batch,
      Bytes32 nodeId,
      AccountId account,
      long tokens,
      TransferKind kind,
      Bytes reference) {
    BigInteger amount = BigInteger.valueOf(tokens);
    BigInteger all = ever(batch, nodeId);
    if (all.add(amount).compareTo(Asset.TOKEN.limit()) > 0) {
      return new Booking.OverLimit(account, all, amount);
    }
    return batch.tryTransfer(
        AccountId.house(AccountKind.TOKEN_MINT), account, amount, kind, reference);
  }

  private static BigInteger ever(LedgerBatch batch, Bytes32 nodeId) {
    return batch
        .balance(AccountId.tokensIssued(nodeId))
        .add(batch.balance(AccountId.tokensGranted(nodeId)));
  }

  /**
   * Tokens become money again. The client pool has taken them from the node's balance before: this
   * is how the books learn of it.
   *
   * @param tokens more than zero
   * @param gainWei what the client gets for them; may be zero
   * @return {@link Booking.Overdrawn} if that is more than the node ever bought and still has not
   *     given back; what was granted cannot be sold
   */
  public static Booking sellBack(
      LedgerBatch batch,
      Bytes owner,
      Bytes32 nodeId,
      long tokens,
      BigInteger gainWei,
      Bytes reference) {
    BigInteger amount = BigInteger.valueOf(tokens);
    BigInteger sellable = BigInteger.valueOf(sellable(batch, nodeId));
    if (sellable.compareTo(amount) < 0) {
      return new Booking.Overdrawn(AccountId.tokensIssued(nodeId), sellable, amount);
    }
    AccountId client = AccountId.client(owner);
    BigInteger money = batch.balance(client);
    if (money.add(gainWei).compareTo(Asset.WEI.limit()) > 0) {
      return new Booking.OverLimit(client, money, gainWei);
    }
    batch.transfer(
        AccountId.tokensReturned(nodeId),
        AccountId.house(AccountKind.TOKEN_MINT),
        amount,
        TransferKind.SELL_BACK,
        reference);
    if (gainWei.signum() != 0) {
      batch.transfer(
          AccountId.house(AccountKind.REVENUE), client, gainWei, TransferKind.SELL_BACK, reference);
    }
    return Booking.Booked.BOOKED;
  }

  /**
   * The most that a node may sell back: what it bought less what it gave back. What it still has is
   * for the client pool to say.
   */
  public static long sellable(LedgerReader books, Bytes32 nodeId) {
    return books
        .balance(AccountId.tokensIssued(nodeId))
        .add(books.balance(AccountId.tokensReturned(nodeId)))
        .max(BigInteger.ZERO)
        .longValueExact();
  }

  /**
   * A grant has ended. The client pool has taken what was left of it from the node's balance
   * before.
   *
   * @return {@link Booking.Overdrawn} if that is more than was ever granted and has not ended
   */
  public static Booking expire(LedgerBatch batch, Bytes32 nodeId, long tokens, Bytes reference) {
    AccountId granted = AccountId.tokensGranted(nodeId);
    AccountId expired = AccountId.tokensExpired(nodeId);
    BigInteger amount = BigInteger.valueOf(tokens);
    BigInteger left = batch.balance(granted).add(batch.balance(expired));
    if (left.compareTo(amount) < 0) {
      return new Booking.Overdrawn(granted, left, amount);
    }
    return batch.tryTransfer(
        expired, AccountId.house(AccountKind.TOKEN_MINT), amount, TransferKind.EXPIRY, reference);
  }

  /** The price of service that was won in an auction. */
  public static Booking auction(
      LedgerBatch batch, Bytes owner, BigInteger amountWei, Bytes reference) {
    return batch.tryTransfer(
        AccountId.client(owner),
        AccountId.house(AccountKind.REVENUE),
        amountWei,
        TransferKind.AUCTION,
        reference);
  }

  // ---- a reorganisation, and what the chain pays

  /**
   * A deposit has left the chain: money that rests on it cannot be spent until it is back.
   *
   * @param amountWei how much of the client's money rests on it
   * @return how much was frozen: no more than there still was; the rest was spent
   */
  public static BigInteger freeze(
      LedgerBatch batch, Bytes owner, BigInteger amountWei, Bytes reference) {
    return move(
        batch,
        AccountId.client(owner),
        AccountId.frozen(owner),
        amountWei,
        TransferKind.FREEZE,
        reference);
  }

  /**
   * The deposit is back.
   *
   * @return how much can be spent again: no more than was frozen
   */
  public static BigInteger unfreeze(
      LedgerBatch batch, Bytes owner, BigInteger amountWei, Bytes reference) {
    return move(
        batch,
        AccountId.frozen(owner),
        AccountId.client(owner),
        amountWei,
        TransferKind.UNFREEZE,
        reference);
  }

  /** A claim became ether. */
  public static Booking settle(
      LedgerBatch batch, MethodId method, Bytes owner, BigInteger movedWei, Bytes reference) {
    return batch.tryTransfer(
        AccountId.house(AccountKind.CASHED),
        AccountId.claim(method, owner),
        movedWei,
        TransferKind.SETTLEMENT,
        reference);
  }

  /** What a transaction cost, whether or not it did what it should. */
  public static Booking fee(LedgerBatch batch, BigInteger feeWei, Bytes reference) {
    return batch.tryTransfer(
        AccountId.house(AccountKind.FEES),
        AccountId.house(AccountKind.CASHED),
        feeWei,
        TransferKind.FEE,
        reference);
  }

  /**
   * Who bears a claim that the chain did not honour.
   *
   * @param frozenWei from money that was frozen
   * @param clientWei from money that the client had not spent
   * @param lossWei the house: service that was given for it
   */
  public record Bounce(BigInteger frozenWei, BigInteger clientWei, BigInteger lossWei) {}

  /** A claim will not be honoured. */
  public static Bounce bounce(
      LedgerBatch batch, MethodId method, Bytes owner, BigInteger amountWei, Bytes reference) {
    AccountId claim = AccountId.claim(method, owner);
    BigInteger frozen =
        move(batch, AccountId.frozen(owner), claim, amountWei, TransferKind.BOUNCE, reference);
    BigInteger open = amountWei.subtract(frozen);
    BigInteger client =
        move(batch, AccountId.client(owner), claim, open, TransferKind.BOUNCE, reference);
    BigInteger loss = open.subtract(client);
    if (loss.signum() != 0) {
      batch.transfer(
          AccountId.house(AccountKind.LOSS), claim, loss, TransferKind.BOUNCE, reference);
    }
    return new Bounce(frozen, client, loss);
  }

  /** A claim that was written off can be honoured after all: the house has its loss back. */
  public static Booking recover(
      LedgerBatch batch, MethodId method, Bytes owner, BigInteger amountWei, Bytes reference) {
    return batch.tryTransfer(
        AccountId.claim(method, owner),
        AccountId.house(AccountKind.LOSS),
        amountWei,
        TransferKind.CORRECTION,
        reference);
  }

  /** Money that a client did not spend goes back: we give up that much of the claim. */
  public static Booking refundClaim(
      LedgerBatch batch, MethodId method, Bytes owner, BigInteger amountWei, Bytes reference) {
    return batch.tryTransfer(
        AccountId.client(owner),
        AccountId.claim(method, owner),
        amountWei,
        TransferKind.REFUND,
        reference);
  }

  /** Money that a client did not spend goes back in ether. */
  public static Booking refundOnChain(
      LedgerBatch batch, Bytes owner, BigInteger amountWei, Bytes reference) {
    return batch.tryTransfer(
        AccountId.client(owner),
        AccountId.house(AccountKind.CASHED),
        amountWei,
        TransferKind.REFUND,
        reference);
  }

  // ---- a node and its account

  /**
   * A node has proven its account: the money that was kept under the node's name, also what is
   * frozen, is kept under the account's from here on. Claims stay with the proofs that they rest
   * on.
   *
   * @return how much spendable money was moved; may be zero
   */
  public static BigInteger link(
      LedgerBatch batch, Bytes nodeId, Bytes payAddress, Bytes reference) {
    move(
        batch,
        AccountId.frozen(nodeId),
        AccountId.frozen(payAddress),
        batch.balance(AccountId.frozen(nodeId)),
        TransferKind.LINK,
        reference);
    return move(
        batch,
        AccountId.client(nodeId),
        AccountId.client(payAddress),
        batch.balance(AccountId.client(nodeId)),
        TransferKind.LINK,
        reference);
  }

  // ---- a pool passes service on

  /**
   * A client used a host of the pool: the host is owed the amount and the pool earns its fee.
   *
   * @param feeWei may be zero
   * @return {@link Booking.Overdrawn} if the client has less than both; then the host is owed
   *     nothing
   */
  public static Booking poolUsage(
      LedgerBatch batch,
      Bytes client,
      Bytes host,
      BigInteger amountWei,
      BigInteger feeWei,
      Bytes reference) {
    AccountId payer = AccountId.client(client);
    BigInteger money = batch.balance(payer);
    if (money.compareTo(amountWei.add(feeWei)) < 0) {
      return new Booking.Overdrawn(payer, money, amountWei.add(feeWei));
    }
    Booking owed =
        batch.tryTransfer(
            payer, AccountId.payable(host), amountWei, TransferKind.POOL_USAGE, reference);
    if (owed.isBooked() && feeWei.signum() != 0) {
      batch.transfer(
          payer, AccountId.house(AccountKind.REVENUE), feeWei, TransferKind.POOL_USAGE, reference);
    }
    return owed;
  }

  /** A proof of ours pays what we owed a host. */
  public static Booking payOut(
      LedgerBatch batch, MethodId method, Bytes host, BigInteger amountWei, Bytes reference) {
    return batch.tryTransfer(
        AccountId.payable(host),
        AccountId.signed(method, host),
        amountWei,
        TransferKind.PAYOUT,
        reference);
  }

  // ---- a payer's own books

  /** We signed a payment to a server. */
  public static Booking spend(
      LedgerBatch batch, MethodId method, Bytes payee, BigInteger amountWei, Bytes reference) {
    return batch.tryTransfer(
        AccountId.spent(payee),
        AccountId.signed(method, payee),
        amountWei,
        TransferKind.PAYMENT,
        reference);
  }

  /**
   * The other side has cashed proofs of ours: our ether is less.
   *
   * @return {@link Booking.Overdrawn} if it is more than we signed
   */
  public static Booking cashedByPayee(
      LedgerBatch batch, MethodId method, Bytes payee, BigInteger movedWei, Bytes reference) {
    return batch.tryTransfer(
        AccountId.signed(method, payee),
        AccountId.house(AccountKind.CASHED),
        movedWei,
        TransferKind.SETTLEMENT,
        reference);
  }

  /** Moves as much as there is, at most the amount. */
  private static BigInteger move(
      LedgerBatch batch,
      AccountId from,
      AccountId to,
      BigInteger amount,
      TransferKind kind,
      Bytes reference) {
    BigInteger moved = amount.min(batch.balance(from));
    if (moved.signum() > 0) {
      batch.transfer(from, to, moved, kind, reference);
    }
    return moved.max(BigInteger.ZERO);
  }
}
