package io.lesnode.vipnode.wire;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.rlp.RLP;
import org.apache.tuweni.units.bigints.UInt256;

/** The fields of an RLP list in their order; confined to one thread. */
final class Fields {
  /** The infinite price. */
  private static final Bytes EMPTY_LIST = Bytes.of(0xc0);

  private static final int SHORT_LENGTH_BYTES = 55;
  private static final int MAX_HEADER_BYTES = 5;

  private final List<Bytes> items = new ArrayList<>();

  /** Any 64 bits, as an integer without a sign. */
  Fields id(long value) {
    return bytes(Bytes.minimalBytes(value));
  }

  /** An integer of 0 … 2⁶³−1. */
  Fields number(long value) {
    if (value < 0) {
      throw new IllegalArgumentException("a negative number has no place here: " + value);
    }
    return id(value);
  }

  /**
   * An integer with a sign: what is negative is a list of its magnitude, so that there is one
   * encoding of each.
   */
  Fields signed(long value) {
    return value >= 0 ? number(value) : raw(new Fields().number(Math.negateExact(value)).list());
  }

  Fields amount(UInt256 value) {
    return bytes(value.toMinimalBytes());
  }

  Fields price(Price price) {
    return switch (price) {
      case Price.Finite finite -> amount(finite.amountWei());
      case Price.Infinite infinite -> raw(EMPTY_LIST);
    };
  }

  /** The 8 bytes of a payment id as an integer. */
  Fields payId(Bytes payId) {
    return bytes(payId.trimLeadingZeros());
  }

  Fields text(String text) {
    return bytes(Bytes.wrap(text.getBytes(StandardCharsets.UTF_8)));
  }

  Fields bytes(Bytes value) {
    return raw(RLP.encodeValue(value));
  }

  /** An item that is encoded already. */
  Fields raw(Bytes item) {
    items.add(item);
    return this;
  }

  /** A list whose items are written one after the other. */
  <T> Fields listOf(List<T> values, BiConsumer<Fields, T> write) {
    Fields inner = new Fields();
    for (T value : values) {
      write.accept(inner, value);
    }
    return raw(inner.list());
  }

  /** The list, in one array. */
  Bytes list() {
    int contentBytes = items.stream().mapToInt(Bytes::size).sum();
    byte[] out = new byte[MAX_HEADER_BYTES + contentBytes];
    int start = MAX_HEADER_BYTES - writeHeader(out, contentBytes);
    int position = MAX_HEADER_BYTES;
    for (Bytes item : items) {
      System.arraycopy(item.toArrayUnsafe(), 0, out, position, item.size());
      position += item.size();
    }
    return Bytes.wrap(out, start, out.length - start);
  }

  /** Writes the header so that it ends where the contents begin; its length. */
  private static int writeHeader(byte[] out, int contentBytes) {
    int at = MAX_HEADER_BYTES - 1;
    if (contentBytes <= SHORT_LENGTH_BYTES) {
      out[at] = (byte) (0xc0 + contentBytes);
      return 1;
    }
    for (int rest = contentBytes; rest > 0; rest >>>= 8) {
      out[at--] = (byte) rest;
    }
    int lengthBytes = MAX_HEADER_BYTES - 1 - at;
    out[at] = (byte) (0xf7 + lengthBytes);
    return 1 + lengthBytes;
  }

  /** As much of a text as fits into so many bytes, cut between characters. */
  static Bytes utf8(String text, int maxBytes) {
    CharsetEncoder encoder =
        StandardCharsets.UTF_8
            .newEncoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
    ByteBuffer out = ByteBuffer.allocate(maxBytes);
    CoderResult result = encoder.encode(CharBuffer.wrap(text), out, true);
    out.flip();
    byte[] bytes = new byte[result.isError() ? 0 : out.remaining()];
    out.get(bytes);
    return Bytes.wrap(bytes);
  }
}
