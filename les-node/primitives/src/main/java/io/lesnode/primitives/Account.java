package io.lesnode.primitives;

import io.lesnode.primitives.rlp.RlpReader;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.rlp.RLP;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * An account as the state trie stores it.
 *
 * @param nonce the number of transactions sent or contracts created; unsigned 64-bit
 * @param balance in wei
 * @param storageRoot the root of the storage trie
 * @param codeHash the hash of the code
 */
public record Account(long nonce, UInt256 balance, Bytes32 storageRoot, Bytes32 codeHash) {
  /** An account with nothing in it. */
  public static final Account EMPTY =
      new Account(0, UInt256.ZERO, EmptyHashes.TRIE_ROOT, EmptyHashes.CODE);

  /** Whether EIP-161 counts the account as empty: no nonce, balance or code. */
  public boolean isEmpty() {
    return nonce == 0 && balance.isZero() && codeHash.equals(EmptyHashes.CODE);
  }

  /** The RLP of the account, as the leaf of the state trie holds it. */
  public Bytes encoded() {
    return RLP.encodeList(
        writer -> {
          UnsignedLongs.write(writer, nonce);
          writer.writeUInt256(balance);
          writer.writeValue(storageRoot);
          writer.writeValue(codeHash);
        });
  }

  /** Decodes what {@link #encoded} wrote. */
  public static Account decode(Bytes encoded) {
    return RlpReader.decode(
        encoded,
        reader ->
            reader.readList(
                fields ->
                    new Account(
                        fields.readUnsignedLong(),
                        fields.readUInt256(),
                        fields.readBytes32(),
                        fields.readBytes32())));
  }
}
