package io.lesnode.app.node;

import io.lesnode.app.config.DiscoverySettings;
import io.lesnode.app.config.PeerSettings;
import io.lesnode.chain.blocks.Blockchain;
import io.lesnode.devp2p.P2pServer;
import io.lesnode.devp2p.discovery.DiscoveryConfig;
import io.lesnode.devp2p.discovery.DiscoveryService;
import io.lesnode.les.server.LesServer;
import io.lesnode.les.vflux.LesRecord;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.config.ForkId;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.vip.VipServer;
import io.lesnode.vipnode.wire.VipRecordEntry;
import io.lesnode.vipnode.wire.VipTalk;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;

/**
 * Lets a full node be found: discovery with a node record that names the chain's fork and, while
 * light clients are served, the service. Stateless.
 */
final class ServerDiscovery {
  /** What is remembered between runs, below the data folder. */
  static final String FILE = "discovery.txt";

  private ServerDiscovery() {}

  /** The entries of the node record of a full node. */
  static Map<String, Bytes> recordEntries(
      Blockchain chain, Optional<LesServer> les, Optional<VipServer> vip) {
    Map<String, Bytes> entries = new LinkedHashMap<>();
    entries.put(LesRecord.ETH, forkEntry(schedule(chain), chain.head().header()));
    if (les.isPresent()) {
      entries.put(LesRecord.LES, LesRecord.les());
    }
    vip.flatMap(VipServer::recordEntry).ifPresent(e -> entries.put(VipRecordEntry.KEY, e));
    return entries;
  }

  private static ForkId.Schedule schedule(Blockchain chain) {
    return ForkId.Schedule.of(chain.config(), chain.genesis().hash());
  }

  private static Bytes forkEntry(ForkId.Schedule schedule, BlockHeader head) {
    return LesRecord.eth(schedule.idAt(head.number(), head.timestamp()));
  }

  /**
   * Starts discovery if it is wanted and the node accepts connections.
   *
   * @throws NodeFailure if the UDP port cannot be had
   */
  static Optional<DiscoveryService> start(
      Parts parts,
      PeerSettings peers,
      KeyPair nodeKey,
      Path datadir,
      P2pServer p2p,
      Blockchain chain,
      Optional<LesServer> les,
      Optional<VipServer> vip) {
    DiscoverySettings settings = peers.discovery();
    if (!settings.enabled() || !peers.listen()) {
      return Optional.empty();
    }
    int tcpPort = p2p.self().tcpPort();
    int udpPort = settings.port().orElse(tcpPort);
    InetSocketAddress address = Listening.address(peers.address(), udpPort, "--listen.addr");
    DiscoveryConfig.Builder config =
        DiscoveryConfig.builder(nodeKey, address)
            .announcedAddress(settings.announcedAddress().orElse(null))
            .tcpPort(tcpPort)
            .protocols(settings.v4().orElse(true), settings.v5())
            .bootnodes(settings.bootnodes())
            .rules(settings.rules())
            .file(datadir.resolve(FILE));
    recordEntries(chain, les, vip).forEach(config::entry);
    les.ifPresent(
        server ->
            config.talk(
                LesRecord.VFLUX,
                (node, from, request, reply) ->
                    server.answerVflux(node, from.getAddress(), request, reply)));
    vip.ifPresent(
        server ->
            config.talk(
                VipTalk.PROTOCOL,
                (node, from, request, reply) -> server.answerTalk(request, reply)));
    DiscoveryService discovery = parts.add("discovery", open(config.build(), address));
    discovery.onRecord(p2p::announce);
    vip.ifPresent(
        server ->
            server.onOffer(
                terms ->
                    discovery.setEntry(VipRecordEntry.KEY, VipRecordEntry.of(terms).encode())));
    ForkId.Schedule schedule = schedule(chain);
    parts.add(
        "fork id",
        chain.onHeadChange(
            change ->
                discovery.setEntry(LesRecord.ETH, forkEntry(schedule, change.newHead().header()))));
    return Optional.of(discovery);
  }

  /**
   * Opens the UDP port.
   *
   * @throws NodeFailure if it cannot be had
   */
  static DiscoveryService open(DiscoveryConfig config, InetSocketAddress address) {
    try {
      return DiscoveryService.start(config);
    } catch (IOException taken) {
      throw failure(address, taken);
    }
  }

  /** Says that a UDP port cannot be had, and what to do. */
  static NodeFailure failure(InetSocketAddress address, IOException taken) {
    Throwable cause = taken.getCause() == null ? taken : taken.getCause();
    return new NodeFailure(
        "cannot listen for discovery on UDP port " + address.getPort(),
        String.valueOf(cause.getMessage()),
        "Stop the program that uses the port, choose another with --discovery.port, or do without"
            + " discovery with --nodiscover",
        taken);
  }
}
