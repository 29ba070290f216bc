package io.lesnode.app.config;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The peer-to-peer side.
 *
 * @param listen whether to accept connections
 * @param address address to listen on
 * @param port TCP port to listen on; 0 takes a free one
 * @param maxPeers most connections of all kinds; absent means 50 besides light clients
 * @param nodeKeyFile file with the node's secret key in hex; absent means {@code nodekey} in the
 *     data folder, made when missing
 * @param nodeKeyHex the secret key itself, for tests; never logged
 * @param identity addition to the client name that peers see
 * @param discovery how nodes find each other
 */
public record PeerSettings(
    boolean listen,
    String address,
    int port,
    OptionalInt maxPeers,
    Optional<Path> nodeKeyFile,
    Optional<String> nodeKeyHex,
    String identity,
    DiscoverySettings discovery) {

  private static final int OTHER_PEERS = 50;

  /** A node that looks for nobody and cannot be found. */
  public PeerSettings(
      boolean listen,
      String address,
      int port,
      OptionalInt maxPeers,
      Optional<Path> nodeKeyFile,
      Optional<String> nodeKeyHex,
      String identity) {
    this(
        listen,
        address,
        port,
        maxPeers,
        nodeKeyFile,
        nodeKeyHex,
        identity,
        DiscoverySettings.none());
  }

  /** Most connections of all kinds, for a server of so many light clients; at least one. */
  public int peerLimit(int lightClients) {
    return maxPeers.orElseGet(
        () -> (int) Math.min(Integer.MAX_VALUE, (long) OTHER_PEERS + lightClients));
  }

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
