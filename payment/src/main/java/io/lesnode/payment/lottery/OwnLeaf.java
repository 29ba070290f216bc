package io.lesnode.payment.lottery;

import io.lesnode.payment.Payer.PaymentProof;
import io.lesnode.payment.lottery.LotteryStanding.Newest;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.rlp.RlpReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.rlp.RLP;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * What a lottery of ours paid to one payee.
 *
 * @param lottery which lottery
 * @param leaf the payee's
 * @param known whether the payee has acknowledged the lottery, so that cheques need no leaf
 * @param newest the newest cheque that we signed
 * @param pending cheques that were handed out and have no receipt, oldest first
 */
record OwnLeaf(
    Bytes32 lottery,
    LotteryLeaf leaf,
    boolean known,
    Optional<Newest> newest,
    List<Pending> pending) {
  OwnLeaf {
    pending = List.copyOf(pending);
  }

  /** A cheque without a receipt, and what it added. */
  record Pending(Newest cheque, UInt256 amountWei) {}

  static OwnLeaf of(Bytes32 lottery, LotteryLeaf leaf) {
    return new OwnLeaf(lottery, leaf, false, Optional.empty(), List.of());
  }

  Bytes key() {
    return key(lottery, leaf.payee());
  }

  static Bytes key(Bytes32 lottery, Address payee) {
    return Bytes.concatenate(lottery, payee.bytes());
  }

  /** What was signed away of a pot. */
  UInt256 signedWei(UInt256 potWei) {
    return newest.map(cheque -> leaf.slot().valueWei(potWei, cheque.range())).orElse(UInt256.ZERO);
  }

  /** What can still be signed. */
  UInt256 leftWei(UInt256 potWei) {
    return leaf.slot().assignedWei(potWei).subtract(signedWei(potWei));
  }

  OwnLeaf paid(Newest cheque, UInt256 amountWei) {
    List<Pending> more = new ArrayList<>(pending);
    more.add(new Pending(cheque, amountWei));
    return new OwnLeaf(lottery, leaf, known, Optional.of(cheque), more);
  }

  /** The payee has a cheque, and with it all older ones. */
  OwnLeaf received(long range) {
    return new OwnLeaf(
        lottery,
        leaf,
        true,
        newest,
        pending.stream().filter(waiting -> waiting.cheque().range() > range).toList());
  }

  OwnLeaf acknowledged() {
    return new OwnLeaf(lottery, leaf, true, newest, pending);
  }

  /** We had forgotten a cheque that the payee has. */
  OwnLeaf reminded(Newest cheque) {
    return new OwnLeaf(lottery, leaf, true, Optional.of(cheque), pending);
  }

  /** The payments to be sent for the cheques that wait. */
  List<PaymentProof> proofs(OwnLottery of) {
    return pending.stream().map(waiting -> proof(of, waiting)).toList();
  }

  private PaymentProof proof(OwnLottery of, Pending waiting) {
    Newest cheque = waiting.cheque();
    LotteryCheque proof =
        new LotteryCheque(
            lottery,
            cheque.range(),
            cheque.signature(),
            Optional.of(LotteryCheque.Opening.of(of.salt(), leaf)));
    return new PaymentProof(
        payId(cheque.range()), known ? proof.encodedBrief() : proof.encoded(), waiting.amountWei());
  }

  /** Eight bytes that are the same whenever this payment is sent again. */
  Bytes payId(long range) {
    return Bytes.concatenate(lottery.slice(0, 4), Bytes.ofUnsignedInt(range));
  }

  Bytes encoded() {
    return RLP.encodeList(
        writer -> {
          writer.writeValue(lottery);
          writer.writeValue(leaf.payee().bytes());
          writer.writeValue(Bytes.ofUnsignedLong(leaf.salt()));
          writer.writeValue(leaf.proofBytes());
          writer.writeInt(known ? 1 : 0);
          writer.writeList(
              waiting ->
                  pending.forEach(
                      each -> {
                        waiting.writeLong(each.cheque().range());
                        waiting.writeValue(each.cheque().signature());
                        waiting.writeUInt256(each.amountWei());
                      }));
          newest.ifPresent(
              cheque -> {
                writer.writeLong(cheque.range());
                writer.writeValue(cheque.signature());
              });
        });
  }

  static OwnLeaf decode(Bytes encoded) {
    return RlpReader.decode(encoded, list -> list.readList(OwnLeaf::readFrom));
  }

  private static OwnLeaf readFrom(RlpReader reader) {
    Bytes32 lottery = reader.readBytes32();
    Address payee = Address.of(reader.readFixedBytes(Address.SIZE_BYTES));
    long salt = reader.readFixedBytes(8).toLong();
    LotteryLeaf leaf = new LotteryLeaf(payee, salt, LotteryLeaf.proofOf(reader.readBytes()));
    boolean known = reader.readBoolean();
    List<Pending> pending = new ArrayList<>();
    RlpReader waiting = reader.enterList();
    while (!waiting.isComplete()) {
      pending.add(
          new Pending(new Newest(waiting.readLong(), waiting.readBytes()), waiting.readUInt256()));
    }
    Optional<Newest> newest =
        reader.isComplete()
            ? Optional.empty()
            : Optional.of(new Newest(reader.readLong(), reader.readBytes()));
    return new OwnLeaf(lottery, leaf, known, newest, pending);
  }
}
