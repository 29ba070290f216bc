package io.lesnode.devp2p;

import java.nio.charset.StandardCharsets;

/**
 * A sub-protocol that we speak on a connection: its name, version and the number of message codes
 * that it occupies.
 *
 * <p>Shared capabilities get consecutive code ranges from 0x10, sorted by name; per name only the
 * highest shared version is used (devp2p rlpx.md, "Message-id based multiplexing").
 *
 * @param name short ASCII name such as {@code les}; at most 8 characters
 * @param version version of the protocol; not negative
 * @param messageCount number of message codes that the version reserves; the codes seen by a {@link
 *     PeerSession} are 0 … messageCount − 1
 */
public record Capability(String name, int version, int messageCount) {
  /** The longest name allowed by the specification. */
  private static final int NAME_MAX_LENGTH = 8;

  /** Refuses names and numbers that could not be announced. */
  public Capability {
    if (name.isEmpty()
        || name.length() > NAME_MAX_LENGTH
        || !StandardCharsets.US_ASCII.newEncoder().canEncode(name)) {
      throw new IllegalArgumentException(
          "capability name must be 1 to 8 ASCII characters: \"" + name + '"');
    }
    if (version < 0 || messageCount < 1) {
      throw new IllegalArgumentException(
          "capability " + name + '/' + version + " cannot have " + messageCount + " message codes");
    }
  }

  /** Prints as geth does, for example {@code les/4}. */
  @Override
  public String toString() {
    return name + '/' + version;
  }
}
