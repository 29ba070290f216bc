package io.lesnode.rpc;

import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * The 0x texts of Ethereum's JSON: quantities without leading zeros, data with an even number of
 * digits. Decoding accepts and refuses what geth v1.10.26 does, in its words (common/hexutil).
 */
final class HexText {
  /** Thrown for a text that geth's hexutil refuses. */
  static final class BadHex extends Exception {
    private final boolean typed;

    BadHex(String message, boolean typed) {
      super(message, null, false, false);
      this.typed = typed;
    }

    /**
     * The text that Go's JSON decoder shows for it: hexutil's own errors are wrapped with the
     * type's name, others are not.
     */
    String forType(String goType) {
      String message = getMessage();
      return typed
          ? "json: cannot unmarshal " + message + " into Go value of type " + goType
          : String.valueOf(message);
    }
  }

  private HexText() {}

  /** A quantity of at most 64 bits, unsigned. */
  static String quantity(long value) {
    return "0x" + Long.toHexString(value);
  }

  /** A quantity of at most 256 bits. */
  static String quantity(UInt256 value) {
    return value.isZero() ? "0x0" : value.toShortHexString();
  }

  /** Data of any length. */
  static String data(Bytes value) {
    return value.toHexString();
  }

  /** Data; an empty text is no bytes, as geth's hexutil.Bytes has it. */
  static Bytes parseData(String text) throws BadHex {
    String digits = dataDigits(text);
    for (int i = 0; i < digits.length(); i++) {
      if (!isHex(digits.charAt(i))) {
        throw new BadHex("invalid hex string", true);
      }
    }
    return Bytes.fromHexString("0x" + digits);
  }

  /** Data of exactly {@code size} bytes. */
  static Bytes parseFixed(String text, int size, String goType) throws BadHex {
    String digits = dataDigits(text);
    if (digits.length() != size * 2) {
      throw new BadHex(
          "hex string has length " + digits.length() + ", want " + size * 2 + " for " + goType,
          false);
    }
    return parseData(text);
  }

  private static String dataDigits(String text) throws BadHex {
    if (text.isEmpty()) {
      return text;
    }
    if (!hasPrefix(text)) {
      throw new BadHex("hex string without 0x prefix", true);
    }
    String digits = text.substring(2);
    if (digits.length() % 2 != 0) {
      throw new BadHex("hex string of odd length", true);
    }
    return digits;
  }

  /** A quantity of at most 64 bits; an empty text is zero, as geth's hexutil.Uint64 has it. */
  static long parseLong(String text) throws BadHex {
    String digits = quantityDigits(text);
    if (digits.length() > 16) {
      throw new BadHex("hex number > 64 bits", true);
    }
    return digits.isEmpty() ? 0 : Long.parseUnsignedLong(digits, 16);
  }

  /** A quantity of at most 256 bits. */
  static UInt256 parseUInt256(String text) throws BadHex {
    String digits = quantityDigits(text);
    if (digits.length() > 64) {
      throw new BadHex("hex number > 256 bits", true);
    }
    return digits.isEmpty() ? UInt256.ZERO : UInt256.fromHexString("0x" + digits);
  }

  /** A quantity as geth's hexutil.DecodeUint64 takes it: unlike the JSON types, it refuses "". */
  static long parseBlockNumber(String text) throws BadHex {
    if (text.isEmpty()) {
      throw new BadHex("empty hex string", false);
    }
    try {
      return parseLong(text);
    } catch (BadHex bad) {
      throw new BadHex(String.valueOf(bad.getMessage()), false);
    }
  }

  private static String quantityDigits(String text) throws BadHex {
    if (text.isEmpty()) {
      return text;
    }
    if (!hasPrefix(text)) {
      throw new BadHex("hex string without 0x prefix", true);
    }
    String digits = text.substring(2);
    if (digits.isEmpty()) {
      throw new BadHex("hex string \"0x\"", true);
    }
    if (digits.length() > 1 && digits.charAt(0) == '0') {
      throw new BadHex("hex number with leading zero digits", true);
    }
    for (int i = 0; i < digits.length(); i++) {
      if (!isHex(digits.charAt(i))) {
        throw new BadHex("invalid hex string", true);
      }
    }
    return digits;
  }

  /**
   * The last 32 bytes of whatever hex digits a text holds, as geth's common.HexToHash: never
   * refuses anything; a text with a wrong digit gives the bytes before it.
   */
  static Bytes lenient(@Nullable String text) {
    String digits = text == null ? "" : text;
    if (hasPrefix(digits)) {
      digits = digits.substring(2);
    }
    if (digits.length() % 2 != 0) {
      digits = "0" + digits;
    }
    int good = 0;
    while (good + 1 < digits.length()
        && isHex(digits.charAt(good))
        && isHex(digits.charAt(good + 1))) {
      good += 2;
    }
    return Bytes.fromHexString("0x" + digits.substring(0, good));
  }

  private static boolean hasPrefix(String text) {
    return text.length() >= 2
        && text.charAt(0) == '0'
        && (text.charAt(1) == 'x' || text.charAt(1) == 'X');
  }

  private static boolean isHex(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  }
}
