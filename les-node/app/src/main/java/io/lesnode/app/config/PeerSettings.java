package io.lesnode.app.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The peer-to-peer side.
 *
 * @param listen whether to accept connections
 * @param address address to listen on
 * @param port TCP port to listen on; 0 takes a free one
 * @param maxPeers most connections of all kinds
 * @param nodeKeyFile file with the node's secret key in hex; absent means {@code nodekey} in the
 *     data folder, made when missing
 * @param nodeKeyHex the secret key itself, for tests; never logged
 * @param identity addition to the client name that peers see
 */
public record PeerSettings(
    boolean listen,
    String address,
    int port,
    int maxPeers,
    Optional<Path> nodeKeyFile,
    Optional<String> nodeKeyHex,
    String identity) {

  /** Leaves the key out: this text may be logged. */
  @Override
  public String toString() {
    return "PeerSettings[listen="
        + listen
        + ", address="
        + address
        + ", port="
        + port
        + ", maxPeers="
        + maxPeers
        + ", identity="
        + identity
        + "]";
  }
}
