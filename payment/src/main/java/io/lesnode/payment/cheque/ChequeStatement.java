package io.lesnode.payment.cheque;

import io.lesnode.payment.signing.CompactSignature;
import io.lesnode.primitives.rlp.RlpException;
import io.lesnode.primitives.rlp.RlpReader;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.rlp.RLP;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * What a server answers to Open: how it sees the account. RLP {@code [cumulative, newest cheque,
 * deposit, paid, withdrawing, deposit at the head, block]}; further elements are ignored.
 *
 * @param cumulativeWei the newest total that it has
 * @param evidence the newest cheque as in a Pay message; empty if it has none
 * @param depositWei what is left of the deposit as far as it counts
 * @param paidWei what the contract has paid
 * @param withdrawWei what is being asked back
 * @param latestDepositWei the deposit at the head, confirmed or not
 * @param block at which the deposit was read
 */
record ChequeStatement(
    UInt256 cumulativeWei,
    Bytes evidence,
    UInt256 depositWei,
    UInt256 paidWei,
    UInt256 withdrawWei,
    UInt256 latestDepositWei,
    long block) {

  static ChequeStatement of(
      AccountBook book, PayerState state, Optional<Cheque> newest, DepositView view, long block) {
    return new ChequeStatement(
        state.cumulativeWei(),
        newest.map(book::encode).orElse(Bytes.EMPTY),
        view.confirmed().depositWei(),
        view.confirmed().paidWei(),
        view.latest().withdrawWei(),
        view.latest().depositWei(),
        block);
  }

  Bytes encoded() {
    return RLP.encodeList(
        fields -> {
          fields.writeUInt256(cumulativeWei);
          fields.writeValue(evidence);
          fields.writeUInt256(depositWei);
          fields.writeUInt256(paidWei);
          fields.writeUInt256(withdrawWei);
          fields.writeUInt256(latestDepositWei);
          fields.writeLong(block);
        });
  }

  static ChequeStatement decode(Bytes data) throws ChequeFormatException {
    try {
      RlpReader fields = RlpReader.of(data).enterList();
      return new ChequeStatement(
          fields.readUInt256(),
          fields.readBytes(256),
          fields.readUInt256(),
          fields.readUInt256(),
          fields.readUInt256(),
          fields.readUInt256(),
          fields.readLong());
    } catch (RlpException malformed) {
      throw new ChequeFormatException(String.valueOf(malformed.getMessage()));
    }
  }

  /**
   * What Close messages carry, from either side: {@code [cumulative, closes, deadline, signature]}.
   */
  record SignedClose(CloseTerms terms, CompactSignature signature) {
    Bytes encoded() {
      return RLP.encodeList(
          fields -> {
            fields.writeUInt256(terms.cumulativeWei());
            fields.writeLong(terms.closes());
            fields.writeLong(terms.deadlineSeconds());
            fields.writeValue(signature.bytes());
          });
    }

    static SignedClose decode(Bytes data) throws ChequeFormatException {
      try {
        RlpReader fields = RlpReader.of(data).enterList();
        return new SignedClose(
            new CloseTerms(fields.readUInt256(), fields.readLong(), fields.readLong()),
            new CompactSignature(fields.readFixedBytes(CompactSignature.SIZE_BYTES)));
      } catch (RlpException | IllegalArgumentException malformed) {
        throw new ChequeFormatException(String.valueOf(malformed.getMessage()));
      }
    }
  }
}
