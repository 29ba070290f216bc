package io.lesnode.rpc.light;

import io.lesnode.chain.consensus.CliqueSnapshot;
import io.lesnode.chain.index.Checkpoints;
import io.lesnode.devp2p.Enode;
import io.lesnode.devp2p.NodeInfo;
import io.lesnode.devp2p.PeerInfo;
import io.lesnode.les.client.LightClient;
import io.lesnode.les.client.ServerInfo;
import io.lesnode.les.server.LesAdmin;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.rpc.NodeBackend;
import io.lesnode.rpc.ServerBenchmark;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes32;

/**
 * Answers the methods about a light node itself. Thread-safe.
 *
 * @param client who answers; closed by its owner
 * @param clientVersion what web3_clientVersion says
 * @param networkId what net_version says
 */
public record LightNodeBackend(LightClient client, String clientVersion, long networkId)
    implements NodeBackend {
  @Override
  public boolean listening() {
    return nodeInfo().listenerPort() != 0;
  }

  @Override
  public NodeInfo nodeInfo() {
    return client.network().nodeInfo();
  }

  @Override
  public List<PeerInfo> peers() {
    return client.network().peers();
  }

  @Override
  public Map<String, Map<String, Object>> lesPeers() {
    Map<String, Map<String, Object>> known = new HashMap<>();
    for (ServerInfo server : client.servers()) {
      Map<String, Object> details = new HashMap<>();
      Bytes32 head = server.headHash();
      if (head != null) {
        details.put("head", head.toHexString());
        details.put("headNumber", server.headNumber());
      }
      details.put("phase", server.phase());
      details.put("credit", server.credit());
      details.put("bufferLimit", server.bufferLimit());
      known.put(server.id(), details);
    }
    return known;
  }

  @Override
  public void addPeer(String enodeUrl) {
    client.network().addServer(Enode.parse(enodeUrl));
  }

  @Override
  public void removePeer(String enodeUrl) {
    client.network().removeServer(Enode.parse(enodeUrl));
  }

  @Override
  public Optional<LightClient> lightClient() {
    return Optional.of(client);
  }

  @Override
  public Optional<LesAdmin> lesAdmin() {
    return Optional.empty();
  }

  @Override
  public Optional<ServerBenchmark> benchmark() {
    return Optional.empty();
  }

  @Override
  public Checkpoints checkpoints() {
    return client.checkpoints();
  }

  @Override
  public Optional<Address> checkpointContract() {
    return Optional.empty();
  }

  @Override
  public Optional<CliqueSnapshot> cliqueSnapshot(BlockHeader header) {
    return Optional.empty();
  }
}
