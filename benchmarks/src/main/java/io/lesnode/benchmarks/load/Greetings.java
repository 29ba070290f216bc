package io.lesnode.benchmarks.load;

import io.lesnode.devp2p.DisconnectReason;
import io.lesnode.les.wire.LesVersion;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.primitives.rlp.RlpException;
import io.lesnode.primitives.rlp.RlpReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.rlp.RLP;
import org.jspecify.annotations.Nullable;

/**
 * The messages of the base protocol that a load client needs (devp2p rlpx.md). It announces les
 * alone, so that LES codes always begin at 0x10. Stateless.
 */
final class Greetings {
  static final int HELLO = 0x00;
  static final int DISCONNECT = 0x01;
  static final int PING = 0x02;
  static final int PONG = 0x03;

  /** The first code of the only capability. */
  static final int FIRST_CODE = 0x10;

  /** The frame of the longest Hello that geth accepts, and its code. */
  static final int FRAME_LIMIT_BYTES = 2_049;

  /** Payload of a Pong. */
  static final Bytes EMPTY_LIST = Bytes.of(0xc0);

  private static final int BASE_VERSION = 5;
  private static final int SNAPPY_VERSION = 5;
  private static final int MOST_CAPABILITIES = 256;
  private static final int DISCONNECT_LIMIT_BYTES = 64;
  private static final String CLIENT_NAME = "les-load/v1/java";

  private Greetings() {}

  /**
   * What we need of a server's Hello.
   *
   * @param lesVersion the highest shared version of les, or null
   */
  record Hello(String clientName, @Nullable LesVersion lesVersion, boolean snappy) {}

  static Bytes hello(KeyPair key) {
    return RLP.encodeList(
        writer -> {
          writer.writeInt(BASE_VERSION);
          writer.writeValue(ascii(CLIENT_NAME));
          writer.writeList(
              capabilities -> {
                for (LesVersion version : LesVersion.values()) {
                  capabilities.writeList(
                      capability -> {
                        capability.writeValue(ascii("les"));
                        capability.writeInt(version.number());
                      });
                }
              });
          writer.writeInt(0);
          writer.writeValue(key.publicKey());
        });
  }

  static Hello readHello(Bytes payload) {
    RlpReader fields = RlpReader.of(payload).enterList();
    long baseVersion = fields.readUnsignedLong();
    String name = printable(fields.readBytes());
    LesVersion best = null;
    RlpReader capabilities = fields.enterList();
    for (int i = 0; i < MOST_CAPABILITIES && !capabilities.isComplete(); i++) {
      RlpReader capability = capabilities.enterList();
      boolean les = capability.readBytes().equals(ascii("les"));
      long number = capability.readUnsignedLong();
      Optional<LesVersion> version =
          number >= 0 && number <= Integer.MAX_VALUE
              ? LesVersion.ofNumber((int) number)
              : Optional.empty();
      if (les && version.isPresent() && (best == null || best.compareTo(version.get()) < 0)) {
        best = version.get();
      }
    }
    return new Hello(name, best, baseVersion >= SNAPPY_VERSION);
  }

  private static String printable(Bytes text) {
    String decoded = new String(text.toArrayUnsafe(), StandardCharsets.UTF_8);
    return decoded.replaceAll("\\p{Cntrl}", "?");
  }

  static Bytes disconnect(DisconnectReason reason) {
    return RLP.encodeList(writer -> writer.writeInt(reason.code()));
  }

  /** Reads a Disconnect in any form that is in use: in a list or bare, compressed or not. */
  static DisconnectReason reason(Bytes payload, boolean snappy) {
    if (payload.size() > DISCONNECT_LIMIT_BYTES) {
      return DisconnectReason.UNKNOWN;
    }
    if (snappy) {
      try {
        return readReason(Compression.inflate(payload, DISCONNECT_LIMIT_BYTES));
      } catch (RlpException e) {
        return readReason(payload); // some implementations never compress it
      }
    }
    return readReason(payload);
  }

  private static DisconnectReason readReason(Bytes payload) {
    try {
      RlpReader reader = RlpReader.of(payload);
      if (reader.nextIsList()) {
        reader = reader.enterList();
      }
      if (reader.isComplete()) {
        return DisconnectReason.REQUESTED;
      }
      Bytes code = reader.readBytes(Integer.BYTES).trimLeadingZeros();
      return DisconnectReason.ofCode(code.isEmpty() ? 0 : code.toInt());
    } catch (RlpException e) {
      return DisconnectReason.UNKNOWN;
    }
  }

  private static Bytes ascii(String text) {
    return Bytes.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }
}
