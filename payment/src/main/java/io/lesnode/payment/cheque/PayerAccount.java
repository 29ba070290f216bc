package io.lesnode.payment.cheque;

import io.lesnode.payment.signing.CompactSignature;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.rlp.RlpReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.rlp.RLP;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * What a payer has stored of its account with one payee.
 *
 * @param cumulativeWei the highest total that was ever signed, as far as we know
 * @param acknowledged the newest cheque that the payee has acknowledged
 * @param pending cheques that were handed out and have no receipt, oldest first
 * @param bookedPaidWei how much of what the contract paid is in our books
 * @param isWithdrawing whether we asked for money back and have not taken it yet
 * @param serial counts our transactions for this account, so that each has its own reference
 */
record PayerAccount(
    UInt256 cumulativeWei,
    Optional<Cheque> acknowledged,
    List<Pending> pending,
    UInt256 bookedPaidWei,
    boolean isWithdrawing,
    long serial) {
  static final int MOST_PENDING = 64;
  private static final int FORMAT = 1;

  /**
   * A cheque without a receipt.
   *
   * @param payId 8 bytes
   * @param amountWei how much more it is than the one before
   */
  record Pending(Bytes payId, Cheque cheque, UInt256 amountWei) {}

  PayerAccount {
    pending = List.copyOf(pending);
  }

  static PayerAccount empty() {
    return new PayerAccount(UInt256.ZERO, Optional.empty(), List.of(), UInt256.ZERO, false, 0);
  }

  PayerAccount withPending(Pending next) {
    List<Pending> more = new ArrayList<>(pending);
    more.add(next);
    return new PayerAccount(
        next.cheque().cumulativeWei(), acknowledged, more, bookedPaidWei, isWithdrawing, serial);
  }

  /** The payee has this cheque: it and what was below it is no longer pending. */
  PayerAccount withAcknowledged(Cheque cheque) {
    UInt256 total = cheque.cumulativeWei();
    boolean isNewer =
        acknowledged.map(known -> known.cumulativeWei().compareTo(total) < 0).orElse(true);
    return new PayerAccount(
        cumulativeWei.compareTo(total) < 0 ? total : cumulativeWei,
        isNewer ? Optional.of(cheque) : acknowledged,
        pending.stream().filter(p -> p.cheque().cumulativeWei().compareTo(total) > 0).toList(),
        bookedPaidWei,
        isWithdrawing,
        serial);
  }

  /** The contract has paid so much, so we must have signed it. */
  PayerAccount withPaid(UInt256 paid) {
    return new PayerAccount(
        cumulativeWei.compareTo(paid) < 0 ? paid : cumulativeWei,
        acknowledged,
        pending,
        paid,
        isWithdrawing,
        serial);
  }

  PayerAccount withdrawing(boolean now) {
    return new PayerAccount(cumulativeWei, acknowledged, pending, bookedPaidWei, now, serial);
  }

  PayerAccount withNextSerial() {
    return new PayerAccount(
        cumulativeWei, acknowledged, pending, bookedPaidWei, isWithdrawing, serial + 1);
  }

  Bytes encoded() {
    return RLP.encodeList(
        fields -> {
          fields.writeInt(FORMAT);
          fields.writeUInt256(cumulativeWei);
          fields.writeUInt256(acknowledged.map(Cheque::cumulativeWei).orElse(UInt256.ZERO));
          fields.writeValue(
              acknowledged.map(cheque -> cheque.signature().bytes()).orElse(Bytes.EMPTY));
          fields.writeList(
              pending,
              (list, each) ->
                  list.writeList(
                      item -> {
                        item.writeValue(each.payId());
                        item.writeUInt256(each.cheque().cumulativeWei());
                        item.writeValue(each.cheque().signature().bytes());
                        item.writeUInt256(each.amountWei());
                      }));
          fields.writeUInt256(bookedPaidWei);
          fields.writeInt(isWithdrawing ? 1 : 0);
          fields.writeLong(serial);
        });
  }

  static PayerAccount decode(Address payee, Bytes record) {
    return RlpReader.decode(record, reader -> reader.readList(fields -> read(payee, fields)));
  }

  private static PayerAccount read(Address payee, RlpReader fields) {
    if (fields.readInt() != FORMAT) {
      throw fields.error("an account of a payer that a newer program wrote");
    }
    UInt256 cumulative = fields.readUInt256();
    UInt256 acknowledged = fields.readUInt256();
    Bytes signature = fields.readBytes(CompactSignature.SIZE_BYTES);
    return new PayerAccount(
        cumulative,
        signature.isEmpty()
            ? Optional.empty()
            : Optional.of(new Cheque(payee, acknowledged, new CompactSignature(signature))),
        fields.readListOf(MOST_PENDING, item -> item.readList(each -> readPending(payee, each))),
        fields.readUInt256(),
        fields.readBoolean(),
        fields.readLong());
  }

  private static Pending readPending(Address payee, RlpReader fields) {
    Bytes payId = fields.readFixedBytes(8);
    UInt256 cumulative = fields.readUInt256();
    CompactSignature signature =
        new CompactSignature(fields.readFixedBytes(CompactSignature.SIZE_BYTES));
    return new Pending(payId, new Cheque(payee, cumulative, signature), fields.readUInt256());
  }
}
