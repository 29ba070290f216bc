package io.lesnode.primitives;

import io.lesnode.primitives.rlp.RlpException;
import io.lesnode.primitives.rlp.RlpReader;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.rlp.RLP;
import org.apache.tuweni.rlp.RLPWriter;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * The wire forms of transactions: EIP-2718 envelopes and the legacy list. Stateless.
 *
 * <p>The network form of blob transactions (with blobs, commitments and proofs) is not handled: it
 * exists only in the pools of full nodes.
 */
final class TransactionCodec {
  private TransactionCodec() {}

  static Transaction decode(Bytes encoded) {
    if (encoded.isEmpty()) {
      throw new RlpException("transaction without a byte");
    }
    int first = encoded.get(0) & 0xff;
    if (first >= 0xc0) {
      return RlpReader.decode(
          encoded, reader -> reader.readList(fields -> readLegacy(fields, encoded)));
    }
    TransactionType type;
    try {
      type = TransactionType.ofTypedByte(first);
    } catch (IllegalArgumentException unknown) {
      throw new RlpException("transaction type not supported: " + first, unknown);
    }
    return RlpReader.decode(
        encoded.slice(1), reader -> reader.readList(fields -> readTyped(fields, type, encoded)));
  }

  static Transaction readFrom(RlpReader reader) {
    if (reader.nextIsList()) {
      return decode(reader.readRaw());
    }
    Bytes typed = reader.readBytes();
    if (!typed.isEmpty() && (typed.get(0) & 0xff) >= 0xc0) {
      throw new RlpException("legacy transaction wrapped in a byte string");
    }
    return decode(typed);
  }

  static Bytes encode(Transaction transaction) {
    Bytes list =
        RLP.encodeList(
            fields -> {
              writeUnsigned(fields, transaction);
              fields.writeUInt256(transaction.v());
              fields.writeUInt256(transaction.r());
              fields.writeUInt256(transaction.s());
            });
    return envelope(transaction, list);
  }

  static Bytes encodeForSigning(Transaction transaction) {
    Bytes list =
        RLP.encodeList(
            fields -> {
              writeUnsigned(fields, transaction);
              UInt256 chainId = transaction.chainId();
              if (transaction.type() == TransactionType.LEGACY && chainId != null) {
                fields.writeUInt256(chainId);
                fields.writeLong(0);
                fields.writeLong(0);
              }
            });
    return envelope(transaction, list);
  }

  private static Bytes envelope(Transaction transaction, Bytes list) {
    return transaction.type() == TransactionType.LEGACY
        ? list
        : Bytes.concatenate(Bytes.of(transaction.type().number()), list);
  }

  private static Transaction readLegacy(RlpReader fields, Bytes raw) {
    TransactionBuilder builder = new TransactionBuilder(TransactionType.LEGACY);
    builder.nonce = fields.readUnsignedLong();
    builder.gasPrice(fields.readUInt256());
    readCommon(fields, builder);
    return signed(fields, builder, raw);
  }

  private static Transaction readTyped(RlpReader fields, TransactionType type, Bytes raw) {
    TransactionBuilder builder = new TransactionBuilder(type);
    builder.chainId = fields.readUInt256();
    builder.nonce = fields.readUnsignedLong();
    if (type == TransactionType.ACCESS_LIST) {
      builder.gasPrice(fields.readUInt256());
    } else {
      builder.maxPriorityFeePerGas = fields.readUInt256();
      builder.maxFeePerGas = fields.readUInt256();
    }
    readCommon(fields, builder);
    builder.accessList = fields.readListOf(Integer.MAX_VALUE, AccessListEntry::readFrom);
    if (type == TransactionType.BLOB) {
      if (builder.to == null) {
        throw fields.error("a blob transaction cannot create a contract");
      }
      builder.maxFeePerBlobGas = fields.readUInt256();
      builder.blobVersionedHashes = fields.readListOf(Integer.MAX_VALUE, RlpReader::readBytes32);
    }
    return signed(fields, builder, raw);
  }

  private static void readCommon(RlpReader fields, TransactionBuilder builder) {
    builder.gasLimit = fields.readUnsignedLong();
    Bytes to = fields.readBytes(Address.SIZE_BYTES);
    if (!to.isEmpty()) {
      if (to.size() != Address.SIZE_BYTES) {
        throw fields.error("receiver of " + to.size() + " bytes");
      }
      builder.to = new Address(to);
    }
    builder.value = fields.readUInt256();
    builder.data = fields.readBytes();
  }

  private static Transaction signed(RlpReader fields, TransactionBuilder builder, Bytes raw) {
    return new Transaction(
        builder, fields.readUInt256(), fields.readUInt256(), fields.readUInt256(), raw);
  }

  private static void writeUnsigned(RLPWriter fields, Transaction transaction) {
    UInt256 chainId = transaction.chainId();
    boolean legacy = transaction.type() == TransactionType.LEGACY;
    if (!legacy && chainId != null) {
      fields.writeUInt256(chainId);
    }
    UnsignedLongs.write(fields, transaction.nonce());
    if (transaction.type().number() >= TransactionType.DYNAMIC_FEE.number()) {
      fields.writeUInt256(transaction.maxPriorityFeePerGas());
    }
    fields.writeUInt256(transaction.maxFeePerGas());
    UnsignedLongs.write(fields, transaction.gasLimit());
    Address to = transaction.to();
    fields.writeValue(to == null ? Bytes.EMPTY : to.bytes());
    fields.writeUInt256(transaction.value());
    fields.writeValue(transaction.data());
    if (!legacy) {
      fields.writeList(transaction.accessList(), (items, entry) -> entry.writeTo(items));
    }
    if (transaction.type() == TransactionType.BLOB) {
      fields.writeUInt256(transaction.maxFeePerBlobGas());
      fields.writeList(transaction.blobVersionedHashes(), RLPWriter::writeValue);
    }
  }
}
