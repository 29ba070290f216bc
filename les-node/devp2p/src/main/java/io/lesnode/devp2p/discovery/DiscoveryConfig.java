package io.lesnode.devp2p.discovery;

import io.lesnode.devp2p.discovery.dns.TreeUrl;
import io.lesnode.devp2p.discovery.dns.TxtResolver;
import io.lesnode.devp2p.discovery.table.AddressRules;
import io.lesnode.devp2p.discovery.table.KnownNode;
import io.lesnode.devp2p.discovery.v5.TalkHandler;
import io.lesnode.primitives.crypto.KeyPair;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.tuweni.bytes.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * How discovery runs; immutable.
 *
 * @param nodeKey our identity
 * @param listenAddress the UDP address; port 0 takes a free one
 * @param announcedAddress where others reach us; null for the listen address
 * @param tcpPort the RLPx port that we announce, 0 for none
 * @param entries further entries of our record, key to RLP of the value
 * @param v4 whether to speak discovery v4
 * @param v5 whether to speak discovery v5
 * @param bootnodes the starting nodes; without any, nobody is contacted who has not spoken first
 * @param trees lists of nodes in DNS
 * @param resolver how DNS is asked
 * @param rules which networks may be talked with
 * @param file where the own record and known nodes are kept; null to forget them
 * @param source who wants nodes
 * @param talk who answers TALKREQ messages, by protocol
 */
public record DiscoveryConfig(
    KeyPair nodeKey,
    InetSocketAddress listenAddress,
    @Nullable InetAddress announcedAddress,
    int tcpPort,
    Map<String, Bytes> entries,
    boolean v4,
    boolean v5,
    List<KnownNode> bootnodes,
    List<TreeUrl> trees,
    TxtResolver resolver,
    AddressRules rules,
    @Nullable Path file,
    NodeSource source,
    Map<String, TalkHandler> talk) {

  /** Copies the collections. */
  public DiscoveryConfig {
    entries = Map.copyOf(entries);
    bootnodes = List.copyOf(bootnodes);
    trees = List.copyOf(trees);
    talk = Map.copyOf(talk);
  }

  /** Starts with both protocols and nobody to ask. */
  public static Builder builder(KeyPair nodeKey, InetSocketAddress listenAddress) {
    return new Builder(nodeKey, listenAddress);
  }

  /** Collects the values; confined to one thread. */
  public static final class Builder {
    private final KeyPair nodeKey;
    private final InetSocketAddress listenAddress;
    private @Nullable InetAddress announcedAddress;
    private int tcpPort;
    private final Map<String, Bytes> entries = new LinkedHashMap<>();
    private boolean v4 = true;
    private boolean v5 = true;
    private final List<KnownNode> bootnodes = new ArrayList<>();
    private final List<TreeUrl> trees = new ArrayList<>();
    private TxtResolver resolver = TxtResolver.system();
    private AddressRules rules = AddressRules.OPEN;
    private @Nullable Path file;
    private NodeSource source = NodeSource.NONE;
    private final Map<String, TalkHandler> talk = new LinkedHashMap<>();

    private Builder(KeyPair nodeKey, InetSocketAddress listenAddress) {
      this.nodeKey = nodeKey;
      this.listenAddress = listenAddress;
    }

    /** Tells others this address instead of the one listened on. */
    public Builder announcedAddress(@Nullable InetAddress address) {
      this.announcedAddress = address;
      return this;
    }

    /** Announces an RLPx port. */
    public Builder tcpPort(int port) {
      this.tcpPort = port;
      return this;
    }

    /** Adds an entry to our record. */
    public Builder entry(String key, Bytes rlpValue) {
      entries.put(key, rlpValue);
      return this;
    }

    /** Chooses the protocols. */
    public Builder protocols(boolean useV4, boolean useV5) {
      this.v4 = useV4;
      this.v5 = useV5;
      return this;
    }

    /** Adds starting nodes. */
    public Builder bootnodes(List<KnownNode> nodes) {
      bootnodes.addAll(nodes);
      return this;
    }

    /** Adds lists of nodes in DNS. */
    public Builder trees(List<TreeUrl> urls) {
      trees.addAll(urls);
      return this;
    }

    /** Asks DNS in another way than the system's. */
    public Builder resolver(TxtResolver txt) {
      this.resolver = txt;
      return this;
    }

    /** Limits the networks that are talked with. */
    public Builder rules(AddressRules limits) {
      this.rules = limits;
      return this;
    }

    /** Keeps the own record and known nodes. */
    public Builder file(@Nullable Path path) {
      this.file = path;
      return this;
    }

    /** Feeds what is found to somebody. */
    public Builder source(NodeSource consumer) {
      this.source = consumer;
      return this;
    }

    /** Answers TALKREQ messages of a protocol. */
    public Builder talk(String protocol, TalkHandler handler) {
      talk.put(protocol, handler);
      return this;
    }

    /** The configuration. */
    public DiscoveryConfig build() {
      return new DiscoveryConfig(
          nodeKey,
          listenAddress,
          announcedAddress,
          tcpPort,
          entries,
          v4,
          v5,
          bootnodes,
          trees,
          resolver,
          rules,
          file,
          source,
          talk);
    }
  }
}
