package io.lesnode.les.wire;

import io.lesnode.chain.index.CheckpointEntry;
import io.lesnode.flowcontrol.cost.RequestCost;
import io.lesnode.primitives.config.ForkId;
import io.lesnode.primitives.rlp.RlpException;
import io.lesnode.primitives.rlp.RlpReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.rlp.RLP;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * The ordered key/value list of Status and announcements, read by typed accessors.
 *
 * <p>Keys are kept one char per byte, so that any key survives a round trip; values are raw RLP
 * items that are decoded only when asked for, because unknown keys must be ignored whatever they
 * hold. When a key occurs twice the last one counts, as in geth. Immutable.
 *
 * <p>Every accessor of a present but malformed value throws {@link LesWireException} with {@link
 * LesError#DECODE}; the {@code require…} accessors throw {@link LesError#MISSING_KEY} for an absent
 * one.
 */
public final class KeyValues {

  /** An empty list. */
  public static final KeyValues EMPTY = new KeyValues(List.of());

  private static final int ENTRY_OVERHEAD_BYTES = 8;

  /** More entries than this are over {@link LesLimits#MAX_KEY_VALUE_BYTES} whatever they hold. */
  private static final int MAX_ENTRIES = LesLimits.MAX_KEY_VALUE_BYTES / ENTRY_OVERHEAD_BYTES;

  /** A cost table has one line per message code; no version has this many. */
  private static final int MAX_COST_LINES = 256;

  /** One key with its value as a raw RLP item. */
  public record Entry(String key, Bytes value) {}

  private final List<Entry> entries;
  private final Map<String, Bytes> lastByKey;

  private KeyValues(List<Entry> entries) {
    this.entries = List.copyOf(entries);
    this.lastByKey = new HashMap<>();
    entries.forEach(entry -> lastByKey.put(entry.key(), entry.value()));
  }

  /** Starts a list to send. */
  public static Builder builder() {
    return new Builder();
  }

  /** The entries in their order. */
  public List<Entry> entries() {
    return entries;
  }

  /** Whether a key is there, whatever its value. */
  public boolean contains(String key) {
    return lastByKey.containsKey(key);
  }

  /** The size that {@link LesLimits#MAX_KEY_VALUE_BYTES} limits: key + value + 8 per entry. */
  public long sizeBytes() {
    long size = 0;
    for (Entry entry : entries) {
      size += entry.key().length() + entry.value().size() + ENTRY_OVERHEAD_BYTES;
    }
    return size;
  }

  /** The raw RLP item of a key. */
  public Optional<Bytes> raw(String key) {
    return Optional.ofNullable(lastByKey.get(key));
  }

  /** An unsigned 64-bit integer. */
  public OptionalLong unsignedLong(String key) {
    Optional<Long> value = value(key, RlpReader::readUnsignedLong);
    return value.isPresent() ? OptionalLong.of(value.get()) : OptionalLong.empty();
  }

  /** An unsigned 64-bit integer that must be there. */
  public long requireUnsignedLong(String key) {
    return unsignedLong(key).orElseThrow(() -> missing(key));
  }

  /** A 32-byte hash. */
  public Optional<Bytes32> hash(String key) {
    return value(key, RlpReader::readBytes32);
  }

  /** A 32-byte hash that must be there. */
  public Bytes32 requireHash(String key) {
    return hash(key).orElseThrow(() -> missing(key));
  }

  /** An integer below 2^256. */
  public Optional<UInt256> unsigned256(String key) {
    return value(key, RlpReader::readUInt256);
  }

  /** An integer below 2^256 that must be there. */
  public UInt256 requireUnsigned256(String key) {
    return unsigned256(key).orElseThrow(() -> missing(key));
  }

  /** A byte string, for instance {@link StatusKeys#SIGNATURE}. */
  public Optional<Bytes> bytes(String key) {
    return value(key, RlpReader::readBytes);
  }

  /** A cost table; the order of its lines is arbitrary. */
  public Optional<List<RequestCostEntry>> requestCosts(String key) {
    return value(key, reader -> reader.readListOf(MAX_COST_LINES, KeyValues::readCost));
  }

  /** A checkpoint. */
  public Optional<CheckpointEntry> checkpoint(String key) {
    return value(
        key,
        reader ->
            reader.readList(
                list ->
                    new CheckpointEntry(
                        list.readLong(),
                        list.readBytes32(),
                        list.readBytes32(),
                        list.readBytes32())));
  }

  /** A fork identifier (EIP-2124). */
  public Optional<ForkId> forkId(String key) {
    return value(key, ForkId::readFrom);
  }

  /** The value of a key, read by {@code read}, which must consume all of it. */
  public <T> Optional<T> value(String key, Function<RlpReader, T> read) {
    Bytes raw = lastByKey.get(key);
    if (raw == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(RlpReader.decode(raw, read));
    } catch (RlpException e) {
      throw new LesWireException(LesError.DECODE, key + ": " + e.getMessage());
    }
  }

  private static RequestCostEntry readCost(RlpReader reader) {
    return reader.readList(
        item ->
            new RequestCostEntry(
                item.readUnsignedLong(), new RequestCost(item.readLong(), item.readLong())));
  }

  private static LesWireException missing(String key) {
    return new LesWireException(LesError.MISSING_KEY, key);
  }

  private static String latin1(Bytes bytes) {
    return new String(bytes.toArrayUnsafe(), StandardCharsets.ISO_8859_1);
  }

  /** Reads a list of {@code [key, value]} pairs. */
  static KeyValues read(RlpReader reader) {
    List<Entry> entries =
        reader.readListOf(
            MAX_ENTRIES,
            list -> list.readList(entry -> new Entry(latin1(entry.readBytes()), entry.readRaw())));
    return entries.isEmpty() ? EMPTY : new KeyValues(entries);
  }

  /** The RLP list of {@code [key, value]} pairs. */
  Bytes encoded() {
    return RLP.encodeList(
        list -> {
          for (Entry entry : entries) {
            list.writeList(
                pair -> {
                  pair.writeValue(Bytes.wrap(entry.key().getBytes(StandardCharsets.ISO_8859_1)));
                  pair.writeRLP(entry.value());
                });
          }
        });
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof KeyValues that && entries.equals(that.entries);
  }

  @Override
  public int hashCode() {
    return entries.hashCode();
  }

  @Override
  public String toString() {
    return "KeyValues" + entries;
  }

  /** Collects entries to send, in order. */
  public static final class Builder {
    private final List<Entry> entries = new ArrayList<>();

    private Builder() {}

    /** Adds a flag: a key whose value is the integer zero. */
    public Builder flag(String key) {
      return unsignedLong(key, 0);
    }

    /** Adds an unsigned 64-bit integer. */
    public Builder unsignedLong(String key, long value) {
      return raw(key, RLP.encodeValue(Bytes.minimalBytes(value)));
    }

    /** Adds an integer below 2^256. */
    public Builder unsigned256(String key, UInt256 value) {
      return raw(key, RLP.encodeValue(value.toMinimalBytes()));
    }

    /** Adds a byte string, a hash for instance. */
    public Builder bytes(String key, Bytes value) {
      return raw(key, RLP.encodeValue(value));
    }

    /** Adds a cost table. */
    public Builder requestCosts(String key, List<RequestCostEntry> costs) {
      return raw(
          key,
          RLP.encodeList(
              list ->
                  costs.forEach(
                      line ->
                          list.writeList(
                              item -> {
                                item.writeValue(Bytes.minimalBytes(line.code()));
                                item.writeValue(Bytes.minimalBytes(line.cost().base()));
                                item.writeValue(Bytes.minimalBytes(line.cost().perItem()));
                              }))));
    }

    /** Adds a checkpoint. */
    public Builder checkpoint(String key, CheckpointEntry checkpoint) {
      return raw(
          key,
          RLP.encodeList(
              list -> {
                list.writeValue(Bytes.minimalBytes(checkpoint.sectionIndex()));
                list.writeValue(checkpoint.sectionHead());
                list.writeValue(checkpoint.chtRoot());
                list.writeValue(checkpoint.bloomRoot());
              }));
    }

    /** Adds a fork identifier. */
    public Builder forkId(String key, ForkId forkId) {
      return raw(key, RLP.encode(forkId::writeTo));
    }

    /** Adds a value that is encoded already. */
    public Builder raw(String key, Bytes value) {
      entries.add(new Entry(key, value));
      return this;
    }

    /** The list. */
    public KeyValues build() {
      return new KeyValues(entries);
    }
  }
}
