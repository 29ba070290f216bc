package io.lesnode.devp2p;

import io.lesnode.primitives.rlp.RlpException;
import io.lesnode.primitives.rlp.RlpReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.rlp.RLP;

/**
 * The first message of both sides (rlpx.md, "Hello (0x00)"): {@code [version, clientName, [[name,
 * version], …], listenPort, nodeKey, …]}. Further items are ignored, as EIP-8 demands.
 *
 * @param version of the base protocol, unsigned
 * @param clientName free text; control characters are replaced when read
 * @param capabilities what is offered
 * @param listenPort legacy, ignored
 * @param nodeKey the public key, meant to be 64 bytes
 */
record Hello(
    long version, String clientName, List<Announced> capabilities, long listenPort, Bytes nodeKey) {
  /** The base protocol version that we speak. */
  static final int VERSION = 5;

  /** From this version on messages after Hello are compressed. */
  static final int SNAPPY_VERSION = 5;

  /** The oldest version that we can speak; 4 lacks compression only. */
  static final int OLDEST_VERSION = 4;

  /** geth's limit for the message. */
  static final int LIMIT_BYTES = 2048;

  /** The frame of the longest Hello: its code takes one byte. */
  static final int FRAME_LIMIT_BYTES = LIMIT_BYTES + 1;

  /**
   * A capability as announced.
   *
   * @param name its name, whatever it is
   * @param version its version, unsigned
   */
  record Announced(String name, long version) {
    @Override
    public String toString() {
      return name + '/' + Long.toUnsignedString(version);
    }
  }

  private static final Comparator<Announced> ORDER =
      Comparator.comparing(Announced::name)
          .thenComparing(Announced::version, Long::compareUnsigned);

  Hello {
    capabilities = capabilities.stream().sorted(ORDER).toList();
  }

  /**
   * Reads a Hello.
   *
   * @throws RlpException if it is anything else
   */
  static Hello decode(Bytes payload) {
    RlpReader list = RlpReader.of(payload).enterList();
    long version = list.readUnsignedLong();
    String name = printable(list.readBytes());
    List<Announced> capabilities = new ArrayList<>();
    RlpReader items = list.enterList();
    while (!items.isComplete()) {
      capabilities.add(
          items.readList(
              item -> new Announced(printable(item.readBytes()), item.readUnsignedLong())));
    }
    long listenPort = list.readUnsignedLong();
    return new Hello(version, name, capabilities, listenPort, list.readBytes().copy());
  }

  /** Writes the Hello. */
  Bytes encode() {
    return RLP.encodeList(
        writer -> {
          writer.writeLong(version);
          writer.writeValue(utf8(clientName));
          writer.writeList(
              capabilities,
              (items, capability) ->
                  items.writeList(
                      item -> {
                        item.writeValue(utf8(capability.name()));
                        item.writeLong(capability.version());
                      }));
          writer.writeLong(listenPort);
          writer.writeValue(nodeKey);
        });
  }

  private static Bytes utf8(String text) {
    return Bytes.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String printable(Bytes text) {
    String decoded = new String(text.toArrayUnsafe(), StandardCharsets.UTF_8);
    StringBuilder clean = new StringBuilder(decoded);
    for (int i = 0; i < clean.length(); i++) {
      if (Character.isISOControl(clean.charAt(i))) {
        clean.setCharAt(i, '?');
      }
    }
    return clean.toString();
  }
}
