package io.lesnode.vipnode.server;

import io.lesnode.primitives.rlp.RlpException;
import io.lesnode.primitives.rlp.RlpReader;
import java.math.BigInteger;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.rlp.RLP;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * What a server remembers of a buyer beside its accounts, in the ledger's batches.
 *
 * @param lastSerial of its exchanges; the next one must be above
 * @param basisTokens tokens that it bought and did not sell back
 * @param basisWei what it paid for them: no more is ever paid back, so that nobody can gain by
 *     moving the price between a purchase at a quoted price and its return
 */
public record NodeRecord(long lastSerial, long basisTokens, BigInteger basisWei) {
  private static final int MAX_BASIS_BYTES = 40;

  /** Of a node that never traded. */
  public static final NodeRecord NONE = new NodeRecord(0, 0, BigInteger.ZERO);

  /** After a purchase. */
  public NodeRecord bought(long serial, long tokens, UInt256 wei) {
    return new NodeRecord(
        serial, Math.addExact(basisTokens, tokens), basisWei.add(wei.toBigInteger()));
  }

  /** After tokens were sold back; they take their share of what was paid along. */
  public NodeRecord soldBack(long serial, long tokens) {
    return new NodeRecord(
        serial, Math.max(0, basisTokens - tokens), basisWei.subtract(paidFor(tokens)));
  }

  /** The share of what was paid that so many of the tokens have, rounded down. */
  public BigInteger paidFor(long tokens) {
    return basisTokens == 0
        ? BigInteger.ZERO
        : basisWei
            .multiply(BigInteger.valueOf(Math.min(tokens, basisTokens)))
            .divide(BigInteger.valueOf(basisTokens));
  }

  /** Its record. */
  public Bytes encode() {
    return RLP.encodeList(
        list -> {
          list.writeLong(lastSerial);
          list.writeLong(basisTokens);
          list.writeBigInteger(basisWei);
        });
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws IllegalArgumentException if it is something else
   */
  public static NodeRecord decode(Bytes encoded) {
    try {
      return RlpReader.decode(
          encoded.copy(),
          reader ->
              reader.readList(
                  list ->
                      new NodeRecord(
                          list.readLong(), list.readLong(), list.readBigInteger(MAX_BASIS_BYTES))));
    } catch (RlpException e) {
      throw new IllegalArgumentException(
          "the books' record of a buyer is damaged: " + e.getMessage(), e);
    }
  }
}
