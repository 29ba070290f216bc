package io.lesnode.benchmarks.load;

import io.lesnode.les.wire.LesVersion;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.primitives.rlp.RlpReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.rlp.RLP;
import org.jspecify.annotations.Nullable;

/**
 * The Hello of a load client and what it reads of a server's (devp2p rlpx.md). It announces les
 * alone, so that LES codes always begin where the base protocol ends. Stateless.
 */
final class Greetings {
  /** The frame of the longest Hello that geth accepts, and its code. */
  static final int FRAME_LIMIT_BYTES = 2_049;

  private static final int BASE_VERSION = 5;
  private static final int SNAPPY_VERSION = 5;
  private static final int MOST_CAPABILITIES = 256;
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

  private static Bytes ascii(String text) {
    return Bytes.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }
}
