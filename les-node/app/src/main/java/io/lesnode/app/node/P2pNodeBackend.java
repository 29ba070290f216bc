package io.lesnode.app.node;

import io.lesnode.app.rpc.NodeBackend;
import io.lesnode.chain.blocks.Blockchain;
import io.lesnode.chain.consensus.CliqueRules;
import io.lesnode.chain.consensus.CliqueSnapshot;
import io.lesnode.devp2p.Enode;
import io.lesnode.devp2p.NodeInfo;
import io.lesnode.devp2p.P2pServer;
import io.lesnode.devp2p.PeerInfo;
import io.lesnode.primitives.BlockHeader;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Answers the methods about a full node itself. Immutable.
 *
 * @param lesFigures what les_serverInfo tells; empty when nothing is served
 */
record P2pNodeBackend(
    P2pServer p2p,
    Blockchain chain,
    String clientVersion,
    long networkId,
    Optional<Map<String, Long>> lesFigures)
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
  public Optional<Map<String, Long>> lesServerInfo() {
    return lesFigures;
  }

  @Override
  public Optional<CliqueSnapshot> cliqueSnapshot(BlockHeader header) {
    return chain.rules() instanceof CliqueRules clique
        ? Optional.of(clique.snapshotAfter(header, chain))
        : Optional.empty();
  }
}
