package io.lesnode.rpc;

import io.lesnode.chain.consensus.CliqueSnapshot;
import io.lesnode.chain.index.Checkpoints;
import io.lesnode.devp2p.NodeInfo;
import io.lesnode.devp2p.PeerInfo;
import io.lesnode.les.client.LightClient;
import io.lesnode.les.server.LesAdmin;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.BlockHeader;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The port between the {@code net}, {@code web3}, {@code admin}, {@code les} and {@code clique}
 * methods and the node. Called on virtual threads; may block shortly.
 */
public interface NodeBackend {
  /** Client name as peers see it. */
  String clientVersion();

  /** Network id of the handshake. */
  long networkId();

  /** Whether connections are accepted. */
  boolean listening();

  /** This node. */
  NodeInfo nodeInfo();

  /** The connected peers. */
  List<PeerInfo> peers();

  /** Per peer id (hash in hex) what the LES side knows of it, for admin_peers. */
  Map<String, Map<String, Object>> lesPeers();

  /**
   * Connects to a node and keeps reconnecting.
   *
   * @throws IllegalArgumentException if the URL cannot be used; the message says why
   */
  void addPeer(String enodeUrl);

  /**
   * Drops a node and stops reconnecting.
   *
   * @throws IllegalArgumentException if the URL cannot be used; the message says why
   */
  void removePeer(String enodeUrl);

  /**
   * Lets a node connect even when all places are taken.
   *
   * @throws IllegalArgumentException if the URL cannot be used; the message says why
   * @throws RpcException if this node has no such places
   */
  default void addTrustedPeer(String enodeUrl) {
    throw new RpcException("a light client accepts nobody; it trusts the servers of --ulc.servers");
  }

  /** Ends {@link #addTrustedPeer} for a node, without disconnecting it. */
  default void removeTrustedPeer(String enodeUrl) {
    addTrustedPeer(enodeUrl);
  }

  /** The LES server; empty when nothing is served. */
  Optional<LesAdmin> lesAdmin();

  /** Measures what requests cost; empty when nothing is served. */
  Optional<ServerBenchmark> benchmark();

  /** The finished sections of the helper tries. */
  Checkpoints checkpoints();

  /** Where the oracle's contract is, if there is one for the chain. */
  Optional<Address> checkpointContract();

  /** The light client that this node is; empty for a full node. */
  default Optional<LightClient> lightClient() {
    return Optional.empty();
  }

  /** The signers and votes after a block; empty when the chain is not sealed by clique. */
  Optional<CliqueSnapshot> cliqueSnapshot(BlockHeader header);
}
