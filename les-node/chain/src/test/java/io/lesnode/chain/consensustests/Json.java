package io.lesnode.chain.consensustests;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/** The spellings of numbers and bytes in the official tests. */
final class Json {
  private Json() {}

  static BigInteger number(JsonNode node) {
    String text = node.asText();
    if (text.startsWith("0x:bigint ")) {
      text = "0x" + text.substring("0x:bigint 0x".length());
    }
    if (!text.startsWith("0x")) {
      return new BigInteger(text);
    }
    return text.length() == 2 ? BigInteger.ZERO : new BigInteger(text.substring(2), 16);
  }

  static UInt256 uint256(JsonNode node) {
    return UInt256.valueOf(number(node));
  }

  /** A 64-bit number, unsigned. */
  static long uint64(JsonNode node) {
    BigInteger value = number(node);
    if (value.bitLength() > 64) {
      throw new IllegalArgumentException(node.asText() + " does not fit 64 bits");
    }
    return value.longValue();
  }

  static Bytes bytes(JsonNode node) {
    return Bytes.fromHexStringLenient(node.asText());
  }

  static Bytes32 bytes32(JsonNode node) {
    return Bytes32.leftPad(bytes(node));
  }
}
