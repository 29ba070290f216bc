package io.lesnode.rpc;

import io.lesnode.chain.consensus.CliqueSnapshot;
import io.lesnode.chain.index.CheckpointEntry;
import io.lesnode.chain.index.Checkpoints;
import io.lesnode.devp2p.NodeInfo;
import io.lesnode.devp2p.PeerInfo;
import io.lesnode.les.server.LesAdmin;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.BlockHeader;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A node of which the LES side is there; the rest must not be asked. */
record FakeNode(
    Optional<LesAdmin> lesAdmin,
    Optional<ServerBenchmark> benchmark,
    Optional<CheckpointEntry> latest,
    Optional<Address> checkpointContract)
    implements NodeBackend {

  static FakeNode serving(LesAdmin admin) {
    return new FakeNode(Optional.of(admin), Optional.empty(), Optional.empty(), Optional.empty());
  }

  @Override
  public Checkpoints checkpoints() {
    return new Checkpoints() {
      @Override
      public Optional<CheckpointEntry> latest() {
        return latest;
      }

      @Override
      public Optional<CheckpointEntry> get(long sectionIndex) {
        return latest.filter(entry -> entry.sectionIndex() == sectionIndex);
      }
    };
  }

  @Override
  public String clientVersion() {
    return "fake";
  }

  @Override
  public long networkId() {
    return 1;
  }

  @Override
  public boolean listening() {
    throw new UnsupportedOperationException();
  }

  @Override
  public NodeInfo nodeInfo() {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<PeerInfo> peers() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Map<String, Map<String, Object>> lesPeers() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void addPeer(String enodeUrl) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void removePeer(String enodeUrl) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<CliqueSnapshot> cliqueSnapshot(BlockHeader header) {
    throw new UnsupportedOperationException();
  }
}
