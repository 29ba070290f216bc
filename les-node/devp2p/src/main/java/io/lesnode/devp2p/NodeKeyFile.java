package io.lesnode.devp2p;

import io.lesnode.primitives.crypto.KeyPair;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import org.apache.tuweni.bytes.Bytes32;

/**
 * The file that keeps a node's identity: the secret key as 64 hexadecimal digits, as geth's {@code
 * nodekey}. A file of geth can be used as it is, and the other way round.
 */
public final class NodeKeyFile {
  private static final int DIGITS = 64;

  /** Digits, and the line end that editors leave behind. */
  private static final int LIMIT_BYTES = DIGITS + 2;

  private NodeKeyFile() {}

  /**
   * Reads the key, or makes one and keeps it in a file that only the owner can read.
   *
   * @throws IOException if the file cannot be read or written or does not hold a key; the message
   *     says what to do
   */
  public static KeyPair loadOrCreate(Path file, SecureRandom random) throws IOException {
    try {
      return load(file);
    } catch (NoSuchFileException e) {
      return create(file, random);
    }
  }

  /**
   * Reads the key.
   *
   * @throws NoSuchFileException if there is no file
   * @throws IOException if it cannot be read or does not hold a key
   */
  public static KeyPair load(Path file) throws IOException {
    String text;
    try (var in = Files.newInputStream(file)) {
      text = new String(in.readNBytes(LIMIT_BYTES + 1), StandardCharsets.ISO_8859_1);
    }
    String digits = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    digits = digits.endsWith("\r") ? digits.substring(0, digits.length() - 1) : digits;
    if (digits.length() != DIGITS) {
      throw invalid(
          file,
          digits.length() > DIGITS
              ? "it is too long"
              : "it holds " + digits.length() + " characters");
    }
    for (int i = 0; i < DIGITS; i++) {
      if (Character.digit(digits.charAt(i), 16) < 0) {
        throw invalid(file, "character " + (i + 1) + " is no hexadecimal digit");
      }
    }
    try {
      return KeyPair.ofSecret(Bytes32.fromHexString(digits));
    } catch (IllegalArgumentException e) {
      throw invalid(file, "the number is no secp256k1 secret key");
    }
  }

  private static IOException invalid(Path file, String why) {
    return new IOException(
        "node key file "
            + file
            + " is invalid: "
            + why
            + "; expected "
            + DIGITS
            + " hexadecimal digits. Restore it, or remove it to get a new identity");
  }

  private static KeyPair create(Path file, SecureRandom random) throws IOException {
    KeyPair key = KeyPair.generate(random);
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    // written beside and moved: a crash leaves no half key behind
    Path draft = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(draft);
    if (Files.getFileStore(folder == null ? file : folder).supportsFileAttributeView("posix")) {
      Files.createFile(
          draft,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }
    Files.writeString(
        draft,
        key.secret().toUnprefixedHexString(),
        StandardCharsets.US_ASCII,
        StandardOpenOption.CREATE,
        StandardOpenOption.TRUNCATE_EXISTING);
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    return key;
  }
}
