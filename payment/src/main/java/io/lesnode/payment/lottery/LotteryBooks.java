package io.lesnode.payment.lottery;

import io.lesnode.payment.MethodId;
import io.lesnode.payment.ledger.AccountId;
import io.lesnode.payment.ledger.AccountKind;
import io.lesnode.payment.ledger.Bookkeeping;
import io.lesnode.payment.ledger.LedgerBatch;
import io.lesnode.payment.ledger.LedgerReader;
import io.lesnode.payment.ledger.TransferKind;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * What lotteries do to the books. A cheque is booked at its expected value, so that a lottery we
 * lose costs what its cheques were credited and one we win brings the pot less that; both go
 * through the account of losses, whose expectation is zero.
 */
final class LotteryBooks {
  static final String TABLE = "lottery";

  private LotteryBooks() {}

  static Optional<HeldLottery> find(LedgerReader books, Bytes32 id) {
    return books.get(TABLE, id).map(HeldLottery::decode);
  }

  static void store(LedgerBatch batch, HeldLottery lottery) {
    batch.put(TABLE, lottery.id(), lottery.encoded());
  }

  /** All lotteries as they were committed before the batch. */
  static List<HeldLottery> committed(LedgerReader books) {
    return beginningWith(books, Bytes.EMPTY);
  }

  /** Of those the ones whose identity begins so. */
  static List<HeldLottery> beginningWith(LedgerReader books, Bytes prefix) {
    List<HeldLottery> all = new ArrayList<>();
    books.scan(TABLE, prefix, (key, value) -> all.add(HeldLottery.decode(value)));
    return all;
  }

  /** Books a payment; false if the client would have too much. */
  static boolean credit(LedgerBatch batch, HeldLottery lottery, UInt256 wei) {
    return Bookkeeping.pay(
            batch, MethodId.LOTTERY, owner(lottery), wei.toUnsignedBigInteger(), lottery.id())
        .isBooked();
  }

  /** Takes off the client what it still has of what the lottery paid. */
  static void freeze(LedgerBatch batch, HeldLottery lottery) {
    BigInteger credited = lottery.creditedWei().toUnsignedBigInteger();
    BigInteger frozen = Bookkeeping.freeze(batch, owner(lottery), credited, lottery.id());
    store(batch, lottery.frozen(UInt256.valueOf(frozen), HeldLottery.State.FROZEN));
  }

  /** The lottery is back on chain. */
  static void unfreeze(LedgerBatch batch, HeldLottery lottery) {
    BigInteger frozen = lottery.frozenWei().toUnsignedBigInteger();
    Bookkeeping.unfreeze(batch, owner(lottery), frozen, lottery.id());
    store(batch, lottery.frozen(UInt256.ZERO, HeldLottery.State.OPEN));
  }

  /** Nothing will come of it. */
  static void lose(LedgerBatch batch, HeldLottery lottery) {
    UInt256 frozen = lottery.frozenWei();
    UInt256 lost = lottery.creditedWei().subtract(frozen);
    move(batch, frozen(lottery), claim(lottery), frozen, TransferKind.BOUNCE, lottery.id());
    move(batch, losses(), claim(lottery), lost, TransferKind.BOUNCE, lottery.id());
    batch.remove(TABLE, lottery.id());
  }

  /** The pot has come. */
  static void win(LedgerBatch batch, HeldLottery lottery, UInt256 potWei) {
    UInt256 luck = potWei.subtract(lottery.creditedWei());
    AccountId cashed = AccountId.house(AccountKind.CASHED);
    move(
        batch,
        cashed,
        claim(lottery),
        lottery.creditedWei(),
        TransferKind.SETTLEMENT,
        lottery.id());
    move(batch, cashed, losses(), luck, TransferKind.SETTLEMENT, lottery.id());
    batch.remove(TABLE, lottery.id());
  }

  private static void move(
      LedgerBatch batch,
      AccountId from,
      AccountId to,
      UInt256 wei,
      TransferKind kind,
      Bytes reference) {
    if (!wei.isZero()) {
      batch.transfer(from, to, wei.toUnsignedBigInteger(), kind, reference);
    }
  }

  private static Bytes owner(HeldLottery lottery) {
    return lottery.owner().bytes();
  }

  private static AccountId claim(HeldLottery lottery) {
    return AccountId.claim(MethodId.LOTTERY, owner(lottery));
  }

  private static AccountId frozen(HeldLottery lottery) {
    return AccountId.frozen(owner(lottery));
  }

  private static AccountId losses() {
    return AccountId.house(AccountKind.LOSS);
  }
}
