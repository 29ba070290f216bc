package io.lesnode.app.node;

import io.lesnode.app.config.PeerSettings;
import io.lesnode.primitives.crypto.KeyPair;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import org.apache.tuweni.bytes.Bytes32;

/**
 * The node's identity: a file with 64 hexadecimal digits, as geth's {@code nodekey}. Only its owner
 * may read it. The key never appears in a message.
 */
final class NodeKeyFile {
  private static final int MAX_FILE_BYTES = 1000;

  private NodeKeyFile() {}

  /** The key that the settings name; made and kept in the data folder when there is none. */
  static KeyPair load(PeerSettings settings, Path datadir) {
    if (settings.nodeKeyHex().isPresent()) {
      return parse(settings.nodeKeyHex().get(), "--nodekeyhex");
    }
    Path file = settings.nodeKeyFile().orElse(datadir.resolve("nodekey"));
    try {
      if (Files.size(file) > MAX_FILE_BYTES) {
        throw notAKey(file.toString());
      }
      return parse(Files.readString(file, StandardCharsets.US_ASCII), file.toString());
    } catch (NoSuchFileException missing) {
      if (settings.nodeKeyFile().isPresent()) {
        throw new NodeFailure(
            "the node key cannot be read",
            file + " does not exist",
            "Give an existing file, or leave --nodekey out to have a key made in the data folder",
            missing);
      }
      return create(file);
    } catch (IOException unreadable) {
      throw new NodeFailure(
          "the node key cannot be read", unreadable.toString(), "Check the file", unreadable);
    }
  }

  private static KeyPair create(Path file) {
    KeyPair key = KeyPair.generate(new SecureRandom());
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.writeString(
          Files.createFile(file, ownerOnly()),
          key.secret().toUnprefixedHexString(),
          StandardCharsets.US_ASCII,
          StandardOpenOption.WRITE);
      return key;
    } catch (IOException unwritable) {
      throw new NodeFailure(
          "the node key cannot be written",
          unwritable.toString(),
          "Check the owner and permissions of the data folder",
          unwritable);
    }
  }

  private static FileAttribute<?>[] ownerOnly() {
    boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    return posix
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }

  private static KeyPair parse(String text, String where) {
    String digits = text.strip();
    if (!digits.matches("[0-9a-fA-F]{64}")) {
      throw notAKey(where);
    }
    try {
      return KeyPair.ofSecret(Bytes32.fromHexString(digits));
    } catch (IllegalArgumentException outOfRange) {
      throw notAKey(where);
    }
  }

  private static NodeFailure notAKey(String where) {
    return new NodeFailure(
        "the node key cannot be used",
        where + " does not hold a secp256k1 secret key of 64 hexadecimal digits",
        "Remove the file to have a new key made, or write a right one into it",
        null);
  }
}
