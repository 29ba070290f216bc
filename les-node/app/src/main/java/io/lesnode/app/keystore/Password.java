package io.lesnode.app.keystore;

import io.lesnode.app.node.NodeFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * A password, wiped when it is closed. Its text form never shows it. Confined to one thread.
 *
 * <p>In a file it is the first line, as with geth's {@code --password}.
 */
public final class Password implements AutoCloseable {
  private static final int MAX_FILE_BYTES = 16 * 1024;

  private final byte[] utf8;

  private Password(byte[] utf8) {
    this.utf8 = utf8;
  }

  /** Takes a password over; the characters are wiped. */
  public static Password of(char[] characters) {
    ByteBuffer encoded = StandardCharsets.UTF_8.encode(CharBuffer.wrap(characters));
    byte[] utf8 = new byte[encoded.remaining()];
    encoded.get(utf8);
    encoded.clear();
    while (encoded.hasRemaining()) {
      encoded.put((byte) 0);
    }
    Arrays.fill(characters, '\0');
    return new Password(utf8);
  }

  /**
   * Reads the first line of a file.
   *
   * @throws NodeFailure if it cannot be read
   */
  public static Password read(Path file) {
    return read(file, 0);
  }

  /**
   * Reads a line of a file, counted from 0, or the last line if there are fewer: as geth does with
   * the passwords of several accounts.
   *
   * @throws NodeFailure if it cannot be read
   */
  public static Password read(Path file, int line) {
    byte[] content = {};
    try {
      if (Files.size(file) > MAX_FILE_BYTES) {
        throw new NodeFailure(
            "the password cannot be read",
            file + " has more than " + MAX_FILE_BYTES + " bytes",
            "Give a file whose first line is the password",
            null);
      }
      content = Files.readAllBytes(file);
      int start = 0;
      int end = endOfLine(content, start);
      for (int i = 0; i < line && end + 1 < content.length; i++) {
        start = end + 1;
        end = endOfLine(content, start);
      }
      int length = end > start && content[end - 1] == '\r' ? end - 1 : end;
      return new Password(Arrays.copyOfRange(content, start, length));
    } catch (IOException unreadable) {
      throw new NodeFailure(
          "the password cannot be read",
          unreadable.toString(),
          "Give a file whose first line is the password",
          unreadable);
    } finally {
      Arrays.fill(content, (byte) 0);
    }
  }

  private static int endOfLine(byte[] content, int start) {
    int end = start;
    while (end < content.length && content[end] != '\n') {
      end++;
    }
    return end;
  }

  /** A copy of the bytes; the caller wipes it. */
  byte[] utf8() {
    return utf8.clone();
  }

  /** Whether both are the same. */
  public boolean equalsPassword(Password other) {
    return MessageDigest.isEqual(utf8, other.utf8);
  }

  /** Wipes it. */
  @Override
  public void close() {
    Arrays.fill(utf8, (byte) 0);
  }

  @Override
  public String toString() {
    return "Password";
  }
}
