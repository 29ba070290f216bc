package io.lesnode.devp2p.discovery;

import io.lesnode.devp2p.NodeId;
import io.lesnode.devp2p.discovery.table.AddressRules;
import io.lesnode.devp2p.discovery.table.DiscoveryLoop;
import io.lesnode.devp2p.discovery.table.KnownNode;
import io.lesnode.devp2p.discovery.table.NodeQueries;
import io.lesnode.devp2p.discovery.table.NodeTable;
import io.lesnode.devp2p.discovery.table.NodeWalk;
import io.lesnode.devp2p.discovery.table.Target;
import io.lesnode.devp2p.discovery.v4.DiscoveryV4;
import io.lesnode.devp2p.discovery.v5.DiscoveryV5;
import io.lesnode.devp2p.discovery.v5.TalkHandler;
import io.lesnode.devp2p.enr.NodeRecord;
import io.lesnode.primitives.crypto.KeyPair;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/** A discovery node in a {@link SimNetwork}, with its walk. */
public final class SimNode {
  /** Which protocol it speaks. */
  public enum Protocol {
    /** Discovery v4. */
    V4,
    /** Discovery v5. */
    V5
  }

  /** Its key. */
  public final KeyPair key;

  /** Where it is. */
  public final InetSocketAddress endpoint;

  /** Its table. */
  public final NodeTable table;

  /** Its record. */
  public final NodeRecord record;

  /** What it asks others by. */
  public final NodeQueries queries;

  /** Nodes with a record that it found. */
  public final Set<Bytes32> found = new HashSet<>();

  /** Whether it wants more nodes. */
  public boolean hungry = true;

  private final NodeWalk walk;

  /** A node that answers but does not look for others until {@link #start}. */
  public SimNode(
      SimNetwork network,
      Protocol protocol,
      InetSocketAddress endpoint,
      int seed,
      List<KnownNode> seeds,
      Map<String, TalkHandler> talk) {
    this.key = keyOf(seed);
    this.endpoint = endpoint;
    this.record =
        NodeRecord.builder()
            .seq(1)
            .ip(endpoint.getAddress())
            .udp(endpoint.getPort())
            .tcp(30303)
            .sign(key);
    NodeId self = NodeId.of(key.publicKey());
    this.table = new NodeTable(self.hash());
    DiscoveryLoop loop = network.loop(endpoint);
    Supplier<NodeRecord> own = () -> record;
    BiConsumer<InetSocketAddress, Bytes> onPacket;
    if (protocol == Protocol.V4) {
      DiscoveryV4 v4 = new DiscoveryV4(key, own, table, AddressRules.OPEN, loop);
      this.queries = v4;
      onPacket = v4::onPacket;
      this.walk = walk(self, loop, seed, seeds);
      v4.feed(walk);
    } else {
      DiscoveryV5 v5 =
          new DiscoveryV5(
              key, own, table, AddressRules.OPEN, loop, talk, seededRandom("node " + seed));
      this.queries = v5;
      onPacket = v5::onPacket;
      this.walk = walk(self, loop, seed, seeds);
      v5.feed(walk);
    }
    network.connect(endpoint, onPacket);
  }

  private NodeWalk walk(NodeId self, DiscoveryLoop loop, int seed, List<KnownNode> seeds) {
    return new NodeWalk(
        Target.of(self.publicKey()),
        table,
        queries,
        loop,
        new SplittableRandom(seed),
        seeds,
        () -> hungry,
        node -> found.add(node.hash()));
  }

  /** A key by number. */
  public static KeyPair keyOf(int seed) {
    return KeyPair.ofSecret(Bytes32.leftPad(Bytes.ofUnsignedInt(1_000_000 + seed)));
  }

  /** Random numbers by seed. */
  public static SecureRandom seededRandom(String seed) {
    SplittableRandom source = new SplittableRandom(seed.hashCode());
    return new SecureRandom(seed.getBytes(StandardCharsets.UTF_8)) {
      private static final long serialVersionUID = 1;

      @Override
      public void nextBytes(byte[] bytes) {
        source.nextBytes(bytes);
      }
    };
  }

  /** Looks for others from now on. */
  public void start() {
    walk.start();
  }

  /** What others know of it. */
  public KnownNode known() {
    return KnownNode.of(record).orElseThrow();
  }

  /** The same without a record, as from an enode URL. */
  public KnownNode withoutRecord() {
    return new KnownNode(
        NodeId.of(key.publicKey()), endpoint.getAddress(), endpoint.getPort(), 30303, null);
  }
}
