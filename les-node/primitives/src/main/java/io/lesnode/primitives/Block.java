package io.lesnode.primitives;

import io.lesnode.primitives.rlp.RlpReader;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.rlp.RLP;

/**
 * A header and its body; that they belong together is not checked here.
 *
 * @param header the header
 * @param body the transactions, uncles and withdrawals
 */
public record Block(BlockHeader header, BlockBody body) {
  /** The hash of the header. */
  public Bytes32 hash() {
    return header.hash();
  }

  /** The number of the header. */
  public long number() {
    return header.number();
  }

  /** {@code [header, transactions, ommers]} and, since Shanghai, {@code withdrawals}. */
  public Bytes encoded() {
    return RLP.encodeList(
        writer -> {
          header.writeTo(writer);
          body.writeFields(writer);
        });
  }

  /** Decodes what {@link #encoded} wrote. */
  public static Block decode(Bytes encoded) {
    return RlpReader.decode(encoded, Block::readFrom);
  }

  /** Reads a block as an item. */
  public static Block readFrom(RlpReader reader) {
    return reader.readList(
        fields -> new Block(BlockHeader.readFrom(fields), BlockBody.readFields(fields)));
  }
}
