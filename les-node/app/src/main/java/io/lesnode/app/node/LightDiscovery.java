package io.lesnode.app.node;

import io.lesnode.app.config.DiscoverySettings;
import io.lesnode.app.config.PeerSettings;
import io.lesnode.devp2p.discovery.DiscoveryConfig;
import io.lesnode.les.client.discovery.DiscoveredServers;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.config.ForkId;
import io.lesnode.primitives.crypto.KeyPair;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/** Lets a light client find servers. Stateless. */
final class LightDiscovery {
  private LightDiscovery() {}

  /**
   * Opens the UDP port, if there is anybody to ask for servers.
   *
   * @param schedule the forks of the chain
   * @param head our head now: servers on another side of a fork are not taken
   * @throws NodeFailure if the UDP port cannot be had
   */
  static Optional<DiscoveredServers> open(
      PeerSettings peers,
      KeyPair nodeKey,
      Path datadir,
      ForkId.Schedule schedule,
      Supplier<BlockHeader> head) {
    DiscoverySettings settings = peers.discovery();
    if (!settings.hasSources()) {
      return Optional.empty();
    }
    int port = settings.port().orElse(peers.listen() ? peers.port() : 0);
    InetSocketAddress address = Listening.address(peers.address(), port, "--listen.addr");
    DiscoveryConfig.Builder config =
        DiscoveryConfig.builder(nodeKey, address)
            .announcedAddress(settings.announcedAddress().orElse(null))
            .protocols(settings.v4().orElse(false), settings.v5())
            .bootnodes(settings.bootnodes())
            .trees(settings.trees())
            .rules(settings.rules())
            .file(datadir.resolve(ServerDiscovery.FILE));
    try {
      return Optional.of(
          DiscoveredServers.open(
              config,
              remote -> {
                BlockHeader local = head.get();
                return schedule.judge(remote, local.number(), local.timestamp())
                    == ForkId.Verdict.COMPATIBLE;
              }));
    } catch (IOException taken) {
      throw ServerDiscovery.failure(address, taken);
    }
  }
}
