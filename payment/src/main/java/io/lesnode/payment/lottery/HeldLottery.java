package io.lesnode.payment.lottery;

import io.lesnode.payment.lottery.LotteryStanding.Newest;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.rlp.RlpReader;
import java.util.Arrays;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.rlp.RLP;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * A lottery in which we have a leaf, as the books keep it: one record per lottery and so one
 * high-water mark, whoever speaks for it.
 *
 * @param id its identity
 * @param owner who pays
 * @param salt of the lottery
 * @param leaf ours
 * @param pot as it was on chain
 * @param state what became of it
 * @param newest the newest cheque, or empty before the first
 * @param creditedWei what its cheques were credited
 * @param frozenWei of that, what was taken off the client when the lottery left the chain
 */
record HeldLottery(
    Bytes32 id,
    Address owner,
    long salt,
    LotteryLeaf leaf,
    LotteryContract.Pot pot,
    State state,
    Optional<Newest> newest,
    UInt256 creditedWei,
    UInt256 frozenWei) {

  /** What became of it. */
  enum State {
    /** On chain, not yet deep enough. */
    WAITING(0),
    /** Cheques are taken. */
    OPEN(1),
    /** It left the chain: what it paid is frozen until it is back. */
    FROZEN(2),
    /** Our number was drawn. */
    WON(3);

    private final int code;

    State(int code) {
      this.code = code;
    }

    private static State ofCode(int code) {
      return Arrays.stream(values()).filter(each -> each.code == code).findFirst().orElseThrow();
    }
  }

  LotteryStanding standing() {
    return new LotteryStanding(id, pot.amountWei(), pot.reveal(), newest);
  }

  /** What its newest cheque is worth. */
  UInt256 valueWei() {
    return newest
        .map(cheque -> leaf.slot().valueWei(pot.amountWei(), cheque.range()))
        .orElse(UInt256.ZERO);
  }

  HeldLottery in(State next) {
    return new HeldLottery(id, owner, salt, leaf, pot, next, newest, creditedWei, frozenWei);
  }

  HeldLottery with(LotteryContract.Pot seen) {
    return new HeldLottery(id, owner, salt, leaf, seen, state, newest, creditedWei, frozenWei);
  }

  HeldLottery credited(Newest cheque, UInt256 wei) {
    return new HeldLottery(
        id, owner, salt, leaf, pot, state, Optional.of(cheque), creditedWei.add(wei), frozenWei);
  }

  HeldLottery frozen(UInt256 wei, State next) {
    return new HeldLottery(id, owner, salt, leaf, pot, next, newest, creditedWei, wei);
  }

  Bytes encoded() {
    return RLP.encodeList(
        writer -> {
          writer.writeValue(id);
          writer.writeValue(owner.bytes());
          writer.writeValue(Bytes.ofUnsignedLong(salt));
          writer.writeValue(leaf.payee().bytes());
          writer.writeValue(Bytes.ofUnsignedLong(leaf.salt()));
          writer.writeValue(leaf.proofBytes());
          writer.writeUInt256(pot.amountWei());
          writer.writeLong(pot.reveal());
          writer.writeInt(state.code);
          writer.writeUInt256(creditedWei);
          writer.writeUInt256(frozenWei);
          newest.ifPresent(
              cheque -> {
                writer.writeLong(cheque.range());
                writer.writeValue(cheque.signature());
              });
        });
  }

  static HeldLottery decode(Bytes encoded) {
    return RlpReader.decode(encoded, list -> list.readList(HeldLottery::readFrom));
  }

  private static HeldLottery readFrom(RlpReader reader) {
    Bytes32 id = reader.readBytes32();
    Address owner = Address.of(reader.readFixedBytes(Address.SIZE_BYTES));
    long salt = reader.readFixedBytes(8).toLong();
    Address payee = Address.of(reader.readFixedBytes(Address.SIZE_BYTES));
    long leafSalt = reader.readFixedBytes(8).toLong();
    LotteryLeaf leaf = new LotteryLeaf(payee, leafSalt, LotteryLeaf.proofOf(reader.readBytes()));
    LotteryContract.Pot pot = new LotteryContract.Pot(reader.readUInt256(), reader.readLong());
    State state = State.ofCode(reader.readInt());
    UInt256 credited = reader.readUInt256();
    UInt256 frozen = reader.readUInt256();
    Optional<Newest> newest =
        reader.isComplete()
            ? Optional.empty()
            : Optional.of(new Newest(reader.readLong(), reader.readBytes()));
    return new HeldLottery(id, owner, salt, leaf, pot, state, newest, credited, frozen);
  }
}
