package io.lesnode.app.node;

import io.lesnode.chain.blocks.Blockchain;
import io.lesnode.chain.consensus.CliqueRules;
import io.lesnode.chain.consensus.CliqueSnapshot;
import io.lesnode.chain.index.Checkpoints;
import io.lesnode.devp2p.Enode;
import io.lesnode.devp2p.NodeInfo;
import io.lesnode.devp2p.P2pServer;
import io.lesnode.devp2p.PeerInfo;
import io.lesnode.les.server.LesAdmin;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.rpc.NodeBackend;
import io.lesnode.rpc.ServerBenchmark;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Answers the methods about a full node itself. Immutable.
 *
 * @param lesAdmin the LES server; empty when nothing is served
 * @param benchmark measures what requests cost; empty when nothing is served
 * @param checkpoints the finished sections of the helper tries
 * @param checkpointContract where the oracle is
 */
record P2pNodeBackend(
    P2pServer p2p,
    Blockchain chain,
    String clientVersion,
    long networkId,
    Optional<LesAdmin> lesAdmin,
    Optional<ServerBenchmark> benchmark,
    Checkpoints checkpoints,
    Optional<Address> checkpointContract)
    implements NodeBackend {

  @Override
  public boolean listening() {
    return nodeInfo().listenerPort() != 0;
  }

  @Override
  public NodeInfo nodeInfo() {
    return p2p.nodeInfo();
  }

  @Override
  public List<PeerInfo> peers() {
    return p2p.peers();
  }

  @Override
  public Map<String, Map<String, Object>> lesPeers() {
    return Map.of();
  }

  @Override
  public void addPeer(String enodeUrl) {
    p2p.addPeer(Enode.parse(enodeUrl));
  }

  @Override
  public void removePeer(String enodeUrl) {
    p2p.removePeer(Enode.parse(enodeUrl));
  }

  @Override
  public void addTrustedPeer(String enodeUrl) {
    p2p.addTrustedPeer(Enode.parse(enodeUrl));
  }

  @Override
  public void removeTrustedPeer(String enodeUrl) {
    p2p.removeTrustedPeer(Enode.parse(enodeUrl));
  }

  @Override
  public Optional<CliqueSnapshot> cliqueSnapshot(BlockHeader header) {
    return chain.rules() instanceof CliqueRules clique
        ? Optional.of(clique.snapshotAfter(header, chain))
        : Optional.empty();
  }
}
