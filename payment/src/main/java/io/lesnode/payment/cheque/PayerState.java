package io.lesnode.payment.cheque;

import io.lesnode.payment.signing.CompactSignature;
import io.lesnode.primitives.rlp.RlpReader;
import java.math.BigInteger;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.rlp.RLP;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * What the payee has stored of one payer, in one record.
 *
 * @param cumulativeWei the high-water mark: what the newest cheque is over
 * @param signature of the newest cheque; empty before the first
 * @param publicKey 64 bytes, learnt from the first cheque; empty before
 * @param bookedWei how much of what the contract paid is in the books
 * @param writtenOffWei how much was given up as lost
 * @param frozenWei how much of the payer's money we have frozen
 * @param isShort whether the deposit does not cover the newest cheque, so that the payer was told
 * @param uncashedSinceSeconds time of the first cheque that is not cashed
 * @param withdrawSeenBlock the block of the last request for money back that the payer was told of
 * @param failures settlements in a row that failed on chain
 * @param notBeforeSeconds no settlement before this time
 * @param closingUntilSeconds until when a close that we signed can be used; nothing is accepted
 *     before
 * @param closes how often the account had been closed when we signed
 */
record PayerState(
    UInt256 cumulativeWei,
    Optional<CompactSignature> signature,
    Bytes publicKey,
    UInt256 bookedWei,
    UInt256 writtenOffWei,
    UInt256 frozenWei,
    boolean isShort,
    long uncashedSinceSeconds,
    long withdrawSeenBlock,
    int failures,
    long notBeforeSeconds,
    long closingUntilSeconds,
    long closes) {

  private static final int VERSION = 1;

  /** A payer that we know nothing of but what the contract paid to us. */
  static PayerState fresh(UInt256 paidWei) {
    return new PayerState(
        paidWei,
        Optional.empty(),
        Bytes.EMPTY,
        paidWei,
        UInt256.ZERO,
        UInt256.ZERO,
        false,
        0,
        0,
        0,
        0,
        0,
        0);
  }

  /** What the newest cheque entitles us to and we neither have nor have given up. */
  BigInteger uncashedWei() {
    return number(cumulativeWei).subtract(number(bookedWei)).subtract(number(writtenOffWei));
  }

  /** Whether chain and books must be looked at for this payer. */
  boolean isOpen() {
    return uncashedWei().signum() != 0 || !frozenWei.isZero() || !writtenOffWei.isZero() || isShort;
  }

  PayerState withCheque(Cheque cheque, Bytes key, long nowSeconds) {
    return new PayerState(
        cheque.cumulativeWei(),
        Optional.of(cheque.signature()),
        key,
        bookedWei,
        writtenOffWei,
        frozenWei,
        isShort,
        uncashedWei().signum() > 0 ? uncashedSinceSeconds : nowSeconds,
        withdrawSeenBlock,
        failures,
        notBeforeSeconds,
        closingUntilSeconds,
        closes);
  }

  PayerState withBooked(UInt256 booked, UInt256 writtenOff, long nowSeconds) {
    return new PayerState(
        cumulativeWei.compareTo(booked) < 0 ? booked : cumulativeWei,
        cumulativeWei.compareTo(booked) < 0 ? Optional.empty() : signature,
        publicKey,
        booked,
        writtenOff,
        frozenWei,
        isShort,
        nowSeconds,
        withdrawSeenBlock,
        failures,
        notBeforeSeconds,
        closingUntilSeconds,
        closes);
  }

  PayerState withCover(UInt256 frozen, boolean nowShort, long withdrawBlock) {
    return new PayerState(
        cumulativeWei,
        signature,
        publicKey,
        bookedWei,
        writtenOffWei,
        frozen,
        nowShort,
        uncashedSinceSeconds,
        withdrawBlock,
        failures,
        notBeforeSeconds,
        closingUntilSeconds,
        closes);
  }

  PayerState withFailures(int count, long notBefore) {
    return new PayerState(
        cumulativeWei,
        signature,
        publicKey,
        bookedWei,
        writtenOffWei,
        frozenWei,
        isShort,
        uncashedSinceSeconds,
        withdrawSeenBlock,
        count,
        notBefore,
        closingUntilSeconds,
        closes);
  }

  PayerState withClose(CloseTerms terms) {
    return new PayerState(
        cumulativeWei,
        signature,
        publicKey,
        bookedWei,
        writtenOffWei,
        frozenWei,
        isShort,
        uncashedSinceSeconds,
        withdrawSeenBlock,
        failures,
        notBeforeSeconds,
        terms.deadlineSeconds(),
        terms.closes());
  }

  Bytes encoded() {
    return RLP.encodeList(
        fields -> {
          fields.writeInt(VERSION);
          fields.writeUInt256(cumulativeWei);
          fields.writeValue(signature.map(CompactSignature::bytes).orElse(Bytes.EMPTY));
          fields.writeValue(publicKey);
          fields.writeUInt256(bookedWei);
          fields.writeUInt256(writtenOffWei);
          fields.writeUInt256(frozenWei);
          fields.writeInt(isShort ? 1 : 0);
          fields.writeLong(uncashedSinceSeconds);
          fields.writeLong(withdrawSeenBlock);
          fields.writeInt(failures);
          fields.writeLong(notBeforeSeconds);
          fields.writeLong(closingUntilSeconds);
          fields.writeLong(closes);
        });
  }

  static PayerState decode(Bytes record) {
    return RlpReader.decode(record, reader -> reader.readList(PayerState::read));
  }

  private static PayerState read(RlpReader fields) {
    if (fields.readInt() != VERSION) {
      throw fields.error("a record of a payer that a newer program wrote");
    }
    return new PayerState(
        fields.readUInt256(),
        Optional.of(fields.readBytes(CompactSignature.SIZE_BYTES))
            .filter(bytes -> !bytes.isEmpty())
            .map(CompactSignature::new),
        fields.readBytes(64),
        fields.readUInt256(),
        fields.readUInt256(),
        fields.readUInt256(),
        fields.readBoolean(),
        fields.readLong(),
        fields.readLong(),
        fields.readInt(),
        fields.readLong(),
        fields.readLong(),
        fields.readLong());
  }

  private static BigInteger number(UInt256 wei) {
    return wei.toUnsignedBigInteger();
  }
}
