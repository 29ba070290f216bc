package io.lesnode.devp2p.enr;

import io.lesnode.primitives.crypto.Keccak;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.primitives.crypto.Secp256k1;
import io.lesnode.primitives.rlp.RlpException;
import io.lesnode.primitives.rlp.RlpReader;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.rlp.RLP;
import org.apache.tuweni.rlp.RLPWriter;

/**
 * A node record (EIP-778) with the identity scheme "v4": {@code [signature, seq, key, value, …]},
 * at most 300 bytes, signed. Immutable; every instance carries a valid signature.
 */
public final class NodeRecord {
  /** The largest encoding that EIP-778 allows. */
  public static final int LIMIT_BYTES = 300;

  private static final String TEXT_PREFIX = "enr:";
  private static final int SIGNATURE_BYTES = 64;
  private static final int COMPRESSED_KEY_BYTES = 33;
  private static final int ENTRIES_MAX = 128;
  private static final Bytes V4 = ascii("v4");

  private final Bytes signature;
  private final long seq;
  private final SortedMap<String, Bytes> entries;
  private final Bytes publicKey;
  private final Bytes encoded;

  private NodeRecord(Bytes signature, long seq, SortedMap<String, Bytes> entries, Bytes publicKey) {
    this.signature = signature;
    this.seq = seq;
    this.entries = Collections.unmodifiableSortedMap(entries);
    this.publicKey = publicKey;
    this.encoded =
        RLP.encodeList(
            writer -> {
              writer.writeValue(signature);
              writeContent(writer, seq, entries);
            });
  }

  /** Starts a record of our own. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Reads a record and verifies its signature.
   *
   * @throws IllegalArgumentException if it is malformed, too long, of another scheme or forged
   */
  public static NodeRecord decode(Bytes encoded) {
    if (encoded.size() > LIMIT_BYTES) {
      throw new IllegalArgumentException(
          "node record of " + encoded.size() + " bytes where " + LIMIT_BYTES + " are allowed");
    }
    try {
      return RlpReader.decode(encoded.copy(), reader -> reader.readList(NodeRecord::read));
    } catch (RlpException e) {
      throw new IllegalArgumentException("malformed node record: " + e.getMessage(), e);
    }
  }

  /**
   * Reads the text form, {@code enr:} and unpadded URL-safe base64.
   *
   * @throws IllegalArgumentException if it is anything else
   */
  public static NodeRecord parse(String text) {
    if (!text.startsWith(TEXT_PREFIX)) {
      throw new IllegalArgumentException("a node record starts with \"" + TEXT_PREFIX + '"');
    }
    if (text.length() > TEXT_PREFIX.length() + LIMIT_BYTES * 4 / 3 + 1) {
      throw new IllegalArgumentException(
          "the node record is longer than " + LIMIT_BYTES + " bytes");
    }
    String body = text.substring(TEXT_PREFIX.length());
    byte[] decoded = Base64.getUrlDecoder().decode(body);
    if (!Base64.getUrlEncoder().withoutPadding().encodeToString(decoded).equals(body)) {
      throw new IllegalArgumentException("the node record is not unpadded URL-safe base64");
    }
    return decode(Bytes.wrap(decoded));
  }

  private static NodeRecord read(RlpReader list) {
    Bytes signature = list.readFixedBytes(SIGNATURE_BYTES);
    long seq = list.readUnsignedLong();
    TreeMap<String, Bytes> entries = new TreeMap<>();
    while (!list.isComplete()) {
      String key = new String(list.readBytes().toArrayUnsafe(), StandardCharsets.ISO_8859_1);
      if (!entries.isEmpty() && key.compareTo(entries.lastKey()) <= 0) {
        throw list.error("keys must be sorted and unique");
      }
      if (entries.size() == ENTRIES_MAX) {
        throw list.error("more than " + ENTRIES_MAX + " entries");
      }
      entries.put(key, list.readRaw());
    }
    Bytes publicKey = publicKey(entries);
    if (!Secp256k1.instance().verify(digest(seq, entries), signature, publicKey)) {
      throw new IllegalArgumentException("the signature of the node record is wrong");
    }
    return new NodeRecord(signature, seq, entries, publicKey);
  }

  private static Bytes publicKey(Map<String, Bytes> entries) {
    if (!V4.equals(string(entries, "id"))) {
      throw new IllegalArgumentException("the identity scheme of the node record is not \"v4\"");
    }
    Bytes key = string(entries, "secp256k1");
    if (key.size() != COMPRESSED_KEY_BYTES) {
      throw new IllegalArgumentException("the node record has no compressed secp256k1 key");
    }
    return Secp256k1.decompress(key);
  }

  private static Bytes string(Map<String, Bytes> entries, String key) {
    Bytes raw = entries.get(key);
    return raw == null ? Bytes.EMPTY : RlpReader.decode(raw.copy(), RlpReader::readBytes);
  }

  private static Bytes32 digest(long seq, SortedMap<String, Bytes> entries) {
    return Keccak.keccak256(RLP.encodeList(writer -> writeContent(writer, seq, entries)));
  }

  private static void writeContent(RLPWriter writer, long seq, SortedMap<String, Bytes> entries) {
    writer.writeValue(Bytes.minimalBytes(seq));
    entries.forEach(
        (key, value) -> {
          writer.writeValue(Bytes.wrap(key.getBytes(StandardCharsets.ISO_8859_1)));
          writer.writeRLP(value);
        });
  }

  private static Bytes ascii(String text) {
    return Bytes.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }

  /** How often the record was changed, unsigned; the highest one seen is valid. */
  public long seq() {
    return seq;
  }

  /** The public key of the node, 64 bytes. */
  public Bytes publicKey() {
    return publicKey;
  }

  /** The address of the node in discovery: the Keccak-256 of its public key. */
  public Bytes32 nodeAddress() {
    return Keccak.keccak256(publicKey);
  }

  /** The signature, r‖s. */
  public Bytes signature() {
    return signature;
  }

  /** All entries, key to RLP of the value, sorted by key. */
  public SortedMap<String, Bytes> entries() {
    return entries;
  }

  /** The RLP of the value with this key. */
  public Optional<Bytes> entry(String key) {
    return Optional.ofNullable(entries.get(key));
  }

  /** The IPv4 address, or else the IPv6 address, if there is a valid one. */
  public Optional<InetAddress> ip() {
    return address("ip", 4).or(() -> address("ip6", 16));
  }

  /** The RLPx port, if there is a valid one. */
  public OptionalInt tcp() {
    return port("tcp");
  }

  /** The discovery port, if there is a valid one. */
  public OptionalInt udp() {
    return port("udp");
  }

  private Optional<InetAddress> address(String key, int size) {
    try {
      Bytes address = string(entries, key);
      return address.size() == size
          ? Optional.of(InetAddress.getByAddress(address.toArrayUnsafe()))
          : Optional.empty();
    } catch (RlpException | UnknownHostException e) {
      return Optional.empty(); // entries are free-form: an odd one does not spoil the record
    }
  }

  private OptionalInt port(String key) {
    try {
      Bytes raw = entries.get(key);
      int port = raw == null ? -1 : RlpReader.decode(raw.copy(), RlpReader::readInt);
      return port >= 0 && port <= 0xffff ? OptionalInt.of(port) : OptionalInt.empty();
    } catch (RlpException e) {
      return OptionalInt.empty();
    }
  }

  /** The RLP encoding. */
  public Bytes encoded() {
    return encoded;
  }

  /** The text form, {@code enr:} and unpadded URL-safe base64. */
  public String toText() {
    return TEXT_PREFIX
        + Base64.getUrlEncoder().withoutPadding().encodeToString(encoded.toArrayUnsafe());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NodeRecord that && encoded.equals(that.encoded);
  }

  @Override
  public int hashCode() {
    return encoded.hashCode();
  }

  /** The text form. */
  @Override
  public String toString() {
    return toText();
  }

  /** Collects the entries of a record; confined to one thread. */
  public static final class Builder {
    private final TreeMap<String, Bytes> entries = new TreeMap<>();
    private long seq = 1;

    private Builder() {}

    /** Sets the sequence number, unsigned; 1 unless set. */
    public Builder seq(long value) {
      this.seq = value;
      return this;
    }

    /** Sets an entry to a value given as RLP. */
    public Builder entry(String key, Bytes rlpValue) {
      entries.put(key, rlpValue);
      return this;
    }

    /** Sets the address: {@code ip} or {@code ip6}. */
    public Builder ip(InetAddress address) {
      byte[] bytes = address.getAddress();
      return entry(bytes.length == 4 ? "ip" : "ip6", RLP.encodeByteArray(bytes));
    }

    /** Sets the RLPx port. */
    public Builder tcp(int port) {
      return entry("tcp", RLP.encodeInt(port));
    }

    /** Sets the discovery port. */
    public Builder udp(int port) {
      return entry("udp", RLP.encodeInt(port));
    }

    /**
     * Signs the record.
     *
     * @throws IllegalArgumentException if it is longer than 300 bytes
     */
    public NodeRecord sign(KeyPair key) {
      TreeMap<String, Bytes> signed = new TreeMap<>(entries);
      signed.put("id", RLP.encodeValue(V4));
      signed.put("secp256k1", RLP.encodeValue(Secp256k1.compress(key.publicKey())));
      Bytes signature = key.sign(digest(seq, signed)).toBytes64();
      NodeRecord record = new NodeRecord(signature, seq, signed, key.publicKey());
      if (record.encoded.size() > LIMIT_BYTES) {
        throw new IllegalArgumentException(
            "node record of "
                + record.encoded.size()
                + " bytes where "
                + LIMIT_BYTES
                + " are allowed; leave out entries");
      }
      return record;
    }
  }
}
