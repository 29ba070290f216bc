package io.lesnode.app.node;

import io.lesnode.app.config.PeerSettings;
import io.lesnode.devp2p.NodeKeyFile;
import io.lesnode.primitives.crypto.KeyPair;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.apache.tuweni.bytes.Bytes32;

/** Finds the node's secret key where the settings say. The key never appears in a message. */
final class NodeIdentity {
  private NodeIdentity() {}

  /** The key that the settings name; made and kept in the data folder when there is none. */
  static KeyPair load(PeerSettings settings, Path datadir) {
    if (settings.nodeKeyHex().isPresent()) {
      return parse(settings.nodeKeyHex().get());
    }
    try {
      return settings.nodeKeyFile().isPresent()
          ? NodeKeyFile.load(settings.nodeKeyFile().get())
          : NodeKeyFile.loadOrCreate(datadir.resolve("nodekey"), new SecureRandom());
    } catch (NoSuchFileException missing) {
      throw new NodeFailure(
          "the node key cannot be read",
          missing.getMessage() + " does not exist",
          "Give an existing file, or leave --nodekey out to have a key made in the data folder",
          missing);
    } catch (IOException unusable) {
      throw new NodeFailure(
          "the node key cannot be used", String.valueOf(unusable.getMessage()), "", unusable);
    }
  }

  private static KeyPair parse(String text) {
    if (text.matches("[0-9a-fA-F]{64}")) {
      try {
        return KeyPair.ofSecret(Bytes32.fromHexString(text));
      } catch (IllegalArgumentException outOfRange) {
        // the same message as for other texts that are not keys
      }
    }
    throw new NodeFailure(
        "--nodekeyhex cannot be used",
        "it is not a secp256k1 secret key of 64 hexadecimal digits",
        "Correct it, or leave it out to have a key made in the data folder",
        null);
  }
}
