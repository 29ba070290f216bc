package io.lesnode.primitives;

import io.lesnode.primitives.crypto.Keccak;
import io.lesnode.primitives.rlp.RlpReader;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.rlp.RLP;
import org.apache.tuweni.rlp.RLPWriter;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * A block header with every optional tail field up to Cancun.
 *
 * <p>Immutable. The encoding and the hash are computed once and kept, and a decoded header keeps
 * the bytes that it came from: hashing those is what a light client does most. Numbers are unsigned
 * 64-bit on the wire; values above 2^63 − 1 are refused except in {@code nonce} and the gas fields,
 * which keep all 64 bits.
 *
 * <p>The tail fields are optional from the right (EIP-1559, EIP-4895, EIP-4844, EIP-4788): a later
 * one requires all before it.
 */
public final class BlockHeader {
  /** The largest extra data that a decoder accepts here; consensus rules set tighter bounds. */
  private static final int MAX_EXTRA_DATA_BYTES = 100 * 1024;

  private final Bytes32 parentHash;
  private final Bytes32 ommersHash;
  private final Address coinbase;
  private final Bytes32 stateRoot;
  private final Bytes32 transactionsRoot;
  private final Bytes32 receiptsRoot;
  private final LogsBloom logsBloom;
  private final UInt256 difficulty;
  private final long number;
  private final long gasLimit;
  private final long gasUsed;
  private final long timestamp;
  private final Bytes extraData;
  private final Bytes32 mixHash;
  private final long nonce;
  private final @Nullable UInt256 baseFeePerGas;
  private final @Nullable Bytes32 withdrawalsRoot;
  private final @Nullable Long blobGasUsed;
  private final @Nullable Long excessBlobGas;
  private final @Nullable Bytes32 parentBeaconBlockRoot;

  private final Bytes encoded;
  private final Bytes32 hash;

  private BlockHeader(Builder from, @Nullable Bytes raw) {
    parentHash = from.parentHash;
    ommersHash = from.ommersHash;
    coinbase = from.coinbase;
    stateRoot = from.stateRoot;
    transactionsRoot = from.transactionsRoot;
    receiptsRoot = from.receiptsRoot;
    logsBloom = from.logsBloom;
    difficulty = from.difficulty;
    number = from.number;
    gasLimit = from.gasLimit;
    gasUsed = from.gasUsed;
    timestamp = from.timestamp;
    extraData = from.extraData;
    mixHash = from.mixHash;
    nonce = from.nonce;
    baseFeePerGas = from.baseFeePerGas;
    withdrawalsRoot = from.withdrawalsRoot;
    blobGasUsed = from.blobGasUsed;
    excessBlobGas = from.excessBlobGas;
    parentBeaconBlockRoot = from.parentBeaconBlockRoot;
    encoded = raw != null ? raw : RLP.encodeList(writer -> writeFields(writer, false));
    hash = Keccak.keccak256(encoded);
  }

  /** Keccak-256 of {@link #encoded}. */
  public Bytes32 hash() {
    return hash;
  }

  /** The RLP of the header. */
  public Bytes encoded() {
    return encoded;
  }

  /** The hash of the parent header. */
  public Bytes32 parentHash() {
    return parentHash;
  }

  /** The hash of the RLP list of uncle headers. */
  public Bytes32 ommersHash() {
    return ommersHash;
  }

  /** The account that fees and rewards go to. */
  public Address coinbase() {
    return coinbase;
  }

  /** The state root after the block. */
  public Bytes32 stateRoot() {
    return stateRoot;
  }

  /** The root of the ordered trie of transactions. */
  public Bytes32 transactionsRoot() {
    return transactionsRoot;
  }

  /** The root of the ordered trie of receipts. */
  public Bytes32 receiptsRoot() {
    return receiptsRoot;
  }

  /** The filter of all logs of the block. */
  public LogsBloom logsBloom() {
    return logsBloom;
  }

  /** The difficulty; zero since the Merge. */
  public UInt256 difficulty() {
    return difficulty;
  }

  /** The height; zero is the genesis block. */
  public long number() {
    return number;
  }

  /** The gas limit; unsigned. */
  public long gasLimit() {
    return gasLimit;
  }

  /** The gas used; unsigned. */
  public long gasUsed() {
    return gasUsed;
  }

  /** Seconds since 1970. */
  public long timestamp() {
    return timestamp;
  }

  /** Free bytes; signers and votes in clique. */
  public Bytes extraData() {
    return extraData;
  }

  /** The ethash mix, or prevRandao since the Merge. */
  public Bytes32 mixHash() {
    return mixHash;
  }

  /** The eight nonce bytes as a big-endian number. */
  public long nonce() {
    return nonce;
  }

  /** The base fee in wei, since London. */
  public @Nullable UInt256 baseFeePerGas() {
    return baseFeePerGas;
  }

  /** The root of the ordered trie of withdrawals, since Shanghai. */
  public @Nullable Bytes32 withdrawalsRoot() {
    return withdrawalsRoot;
  }

  /** The blob gas used, since Cancun; unsigned. */
  public @Nullable Long blobGasUsed() {
    return blobGasUsed;
  }

  /** The excess blob gas, since Cancun; unsigned. */
  public @Nullable Long excessBlobGas() {
    return excessBlobGas;
  }

  /** The root of the parent beacon block, since Cancun. */
  public @Nullable Bytes32 parentBeaconBlockRoot() {
    return parentBeaconBlockRoot;
  }

  /** A builder that starts from this header. */
  public Builder toBuilder() {
    Builder builder = new Builder();
    builder.parentHash = parentHash;
    builder.ommersHash = ommersHash;
    builder.coinbase = coinbase;
    builder.stateRoot = stateRoot;
    builder.transactionsRoot = transactionsRoot;
    builder.receiptsRoot = receiptsRoot;
    builder.logsBloom = logsBloom;
    builder.difficulty = difficulty;
    builder.number = number;
    builder.gasLimit = gasLimit;
    builder.gasUsed = gasUsed;
    builder.timestamp = timestamp;
    builder.extraData = extraData;
    builder.mixHash = mixHash;
    builder.nonce = nonce;
    builder.baseFeePerGas = baseFeePerGas;
    builder.withdrawalsRoot = withdrawalsRoot;
    builder.blobGasUsed = blobGasUsed;
    builder.excessBlobGas = excessBlobGas;
    builder.parentBeaconBlockRoot = parentBeaconBlockRoot;
    return builder;
  }

  /** Decodes exactly one header. */
  public static BlockHeader decode(Bytes encoded) {
    return RlpReader.decode(encoded, BlockHeader::readFrom);
  }

  /** Reads a header as an item; the header keeps a slice of the reader's bytes. */
  public static BlockHeader readFrom(RlpReader reader) {
    Bytes raw = reader.readRaw();
    return RlpReader.decode(raw, item -> item.readList(fields -> readFields(fields, raw)));
  }

  /** Writes the header as an item. */
  public void writeTo(RLPWriter writer) {
    writer.writeRLP(encoded);
  }

  /** The RLP without mix hash and nonce: what an ethash seal commits to. */
  public Bytes encodedWithoutSeal() {
    return RLP.encodeList(writer -> writeFields(writer, true));
  }

  private static BlockHeader readFields(RlpReader fields, Bytes raw) {
    Builder builder = new Builder();
    builder.parentHash = fields.readBytes32();
    builder.ommersHash = fields.readBytes32();
    builder.coinbase = new Address(fields.readFixedBytes(Address.SIZE_BYTES));
    builder.stateRoot = fields.readBytes32();
    builder.transactionsRoot = fields.readBytes32();
    builder.receiptsRoot = fields.readBytes32();
    builder.logsBloom = new LogsBloom(fields.readFixedBytes(LogsBloom.SIZE_BYTES));
    builder.difficulty = fields.readUInt256();
    builder.number = fields.readLong();
    builder.gasLimit = fields.readUnsignedLong();
    builder.gasUsed = fields.readUnsignedLong();
    builder.timestamp = fields.readLong();
    builder.extraData = fields.readBytes(MAX_EXTRA_DATA_BYTES);
    builder.mixHash = fields.readBytes32();
    builder.nonce = fields.readFixedBytes(8).toLong();
    builder.baseFeePerGas = fields.isComplete() ? null : fields.readUInt256();
    builder.withdrawalsRoot = fields.isComplete() ? null : fields.readBytes32();
    builder.blobGasUsed = fields.isComplete() ? null : (Long) fields.readUnsignedLong();
    builder.excessBlobGas = fields.isComplete() ? null : (Long) fields.readUnsignedLong();
    builder.parentBeaconBlockRoot = fields.isComplete() ? null : fields.readBytes32();
    return new BlockHeader(builder, raw);
  }

  private void writeFields(RLPWriter writer, boolean withoutSeal) {
    writer.writeValue(parentHash);
    writer.writeValue(ommersHash);
    writer.writeValue(coinbase.bytes());
    writer.writeValue(stateRoot);
    writer.writeValue(transactionsRoot);
    writer.writeValue(receiptsRoot);
    writer.writeValue(logsBloom.bytes());
    writer.writeUInt256(difficulty);
    writer.writeLong(number);
    UnsignedLongs.write(writer, gasLimit);
    UnsignedLongs.write(writer, gasUsed);
    writer.writeLong(timestamp);
    writer.writeValue(extraData);
    if (!withoutSeal) {
      writer.writeValue(mixHash);
      writer.writeValue(Bytes.ofUnsignedLong(nonce));
    }
    writeTail(writer);
  }

  private void writeTail(RLPWriter writer) {
    if (baseFeePerGas != null) {
      writer.writeUInt256(baseFeePerGas);
    }
    if (withdrawalsRoot != null) {
      writer.writeValue(withdrawalsRoot);
    }
    if (blobGasUsed != null) {
      UnsignedLongs.write(writer, blobGasUsed);
    }
    if (excessBlobGas != null) {
      UnsignedLongs.write(writer, excessBlobGas);
    }
    if (parentBeaconBlockRoot != null) {
      writer.writeValue(parentBeaconBlockRoot);
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof BlockHeader header && header.hash.equals(hash);
  }

  @Override
  public int hashCode() {
    return hash.hashCode();
  }

  @Override
  public String toString() {
    return "BlockHeader[" + number + ", " + hash + "]";
  }

  /** Collects the fields of a header; starts from zeros and empty tries. */
  public static final class Builder {
    private Bytes32 parentHash = Bytes32.ZERO;
    private Bytes32 ommersHash = EmptyHashes.OMMERS;
    private Address coinbase = Address.ZERO;
    private Bytes32 stateRoot = EmptyHashes.TRIE_ROOT;
    private Bytes32 transactionsRoot = EmptyHashes.TRIE_ROOT;
    private Bytes32 receiptsRoot = EmptyHashes.TRIE_ROOT;
    private LogsBloom logsBloom = LogsBloom.EMPTY;
    private UInt256 difficulty = UInt256.ZERO;
    private long number;
    private long gasLimit;
    private long gasUsed;
    private long timestamp;
    private Bytes extraData = Bytes.EMPTY;
    private Bytes32 mixHash = Bytes32.ZERO;
    private long nonce;
    private @Nullable UInt256 baseFeePerGas;
    private @Nullable Bytes32 withdrawalsRoot;
    private @Nullable Long blobGasUsed;
    private @Nullable Long excessBlobGas;
    private @Nullable Bytes32 parentBeaconBlockRoot;

    // One setter per field, named and documented as the accessor of the header.
    /** Sets {@link BlockHeader#parentHash}. */
    public Builder parentHash(Bytes32 value) {
      parentHash = value;
      return this;
    }

    /** Sets {@link BlockHeader#ommersHash}. */
    public Builder ommersHash(Bytes32 value) {
      ommersHash = value;
      return this;
    }

    /** Sets {@link BlockHeader#coinbase}. */
    public Builder coinbase(Address value) {
      coinbase = value;
      return this;
    }

    /** Sets {@link BlockHeader#stateRoot}. */
    public Builder stateRoot(Bytes32 value) {
      stateRoot = value;
      return this;
    }

    /** Sets {@link BlockHeader#transactionsRoot}. */
    public Builder transactionsRoot(Bytes32 value) {
      transactionsRoot = value;
      return this;
    }

    /** Sets {@link BlockHeader#receiptsRoot}. */
    public Builder receiptsRoot(Bytes32 value) {
      receiptsRoot = value;
      return this;
    }

    /** Sets {@link BlockHeader#logsBloom}. */
    public Builder logsBloom(LogsBloom value) {
      logsBloom = value;
      return this;
    }

    /** Sets {@link BlockHeader#difficulty}. */
    public Builder difficulty(UInt256 value) {
      difficulty = value;
      return this;
    }

    /** Sets {@link BlockHeader#number}. */
    public Builder number(long value) {
      number = value;
      return this;
    }

    /** Sets {@link BlockHeader#gasLimit}. */
    public Builder gasLimit(long value) {
      gasLimit = value;
      return this;
    }

    /** Sets {@link BlockHeader#gasUsed}. */
    public Builder gasUsed(long value) {
      gasUsed = value;
      return this;
    }

    /** Sets {@link BlockHeader#timestamp}. */
    public Builder timestamp(long value) {
      timestamp = value;
      return this;
    }

    /** Sets {@link BlockHeader#extraData}. */
    public Builder extraData(Bytes value) {
      extraData = value;
      return this;
    }

    /** Sets {@link BlockHeader#mixHash}. */
    public Builder mixHash(Bytes32 value) {
      mixHash = value;
      return this;
    }

    /** Sets {@link BlockHeader#nonce}. */
    public Builder nonce(long value) {
      nonce = value;
      return this;
    }

    /** Sets {@link BlockHeader#baseFeePerGas}. */
    public Builder baseFeePerGas(@Nullable UInt256 value) {
      baseFeePerGas = value;
      return this;
    }

    /** Sets {@link BlockHeader#withdrawalsRoot}. */
    public Builder withdrawalsRoot(@Nullable Bytes32 value) {
      withdrawalsRoot = value;
      return this;
    }

    /** Sets {@link BlockHeader#blobGasUsed}. */
    public Builder blobGasUsed(@Nullable Long value) {
      blobGasUsed = value;
      return this;
    }

    /** Sets {@link BlockHeader#excessBlobGas}. */
    public Builder excessBlobGas(@Nullable Long value) {
      excessBlobGas = value;
      return this;
    }

    /** Sets {@link BlockHeader#parentBeaconBlockRoot}. */
    public Builder parentBeaconBlockRoot(@Nullable Bytes32 value) {
      parentBeaconBlockRoot = value;
      return this;
    }

    /** The header; fails when a tail field is set and one before it is not. */
    public BlockHeader build() {
      boolean[] present = {
        baseFeePerGas != null,
        withdrawalsRoot != null,
        blobGasUsed != null,
        excessBlobGas != null,
        parentBeaconBlockRoot != null
      };
      for (int i = 1; i < present.length; i++) {
        if (present[i] && !present[i - 1]) {
          throw new IllegalStateException("a tail field is set and the one before it is not");
        }
      }
      return new BlockHeader(this, null);
    }
  }
}
