package io.lesnode.devp2p;

import io.lesnode.primitives.crypto.KeyPair;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.tuweni.bytes.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link P2pServer} runs; immutable.
 *
 * @param nodeKey the static key: our identity
 * @param clientName the name in our Hello, {@code Name/v1.2.3/os-arch/runtime} by custom
 * @param listenAddress where to accept connections, null for none; port 0 takes a free one
 * @param maxPeers how many peers may be connected; trusted ones come on top
 * @param maxPending how many inbound connections, and separately how many dials, may be in the
 *     handshake at once
 * @param dialRatio at most {@code maxPeers / dialRatio} peers, but at least one, are dialled by us
 * @param outboundLimitBytes how much may wait to be sent to one peer before messages are dropped
 * @param staticNodes nodes that are dialled until they are connected
 * @param trustedNodes nodes that may connect above {@code maxPeers}
 * @param recordEntries extra entries of our node record, key to RLP of the value
 * @param timings the time limits
 */
public record P2pConfig(
    KeyPair nodeKey,
    String clientName,
    @Nullable InetSocketAddress listenAddress,
    int maxPeers,
    int maxPending,
    int dialRatio,
    int outboundLimitBytes,
    List<Enode> staticNodes,
    List<Enode> trustedNodes,
    Map<String, Bytes> recordEntries,
    P2pTimings timings) {

  /** Copies the collections and checks the limits. */
  public P2pConfig {
    staticNodes = List.copyOf(staticNodes);
    trustedNodes = List.copyOf(trustedNodes);
    recordEntries = Map.copyOf(recordEntries);
    if (maxPeers < 1) {
      throw new IllegalArgumentException("max peers must be at least 1, is " + maxPeers);
    }
    if (maxPending < 1 || dialRatio < 1) {
      throw new IllegalArgumentException(
          "max pending and dial ratio must be at least 1, are " + maxPending + ", " + dialRatio);
    }
    if (outboundLimitBytes < SubProtocol.FRAME_LIMIT_BYTES) {
      throw new IllegalArgumentException("the outbound limit must hold at least one full frame");
    }
  }

  /** Starts with geth's limits, no listening and no nodes. */
  public static Builder builder(KeyPair nodeKey, String clientName) {
    return new Builder(nodeKey, clientName);
  }

  /** The most peers that may be connected by our own dialling; geth's rule. */
  public int maxDialled() {
    return Math.max(1, maxPeers / dialRatio);
  }

  /** Collects the values of a configuration; confined to one thread. */
  public static final class Builder {
    private final KeyPair nodeKey;
    private final String clientName;
    private @Nullable InetSocketAddress listenAddress;
    private int maxPeers = 50;
    private int maxPending = 50;
    private int dialRatio = 3;
    private int outboundLimitBytes = 32 << 20;
    private List<Enode> staticNodes = List.of();
    private List<Enode> trustedNodes = List.of();
    private final Map<String, Bytes> recordEntries = new TreeMap<>();
    private P2pTimings timings = P2pTimings.STANDARD;

    private Builder(KeyPair nodeKey, String clientName) {
      this.nodeKey = nodeKey;
      this.clientName = clientName;
    }

    /** Accepts connections here. */
    public Builder listenAddress(@Nullable InetSocketAddress address) {
      this.listenAddress = address;
      return this;
    }

    /** Limits the connected peers; 50 unless set. */
    public Builder maxPeers(int limit) {
      this.maxPeers = limit;
      return this;
    }

    /** Limits unfinished handshakes; 50 unless set. */
    public Builder maxPending(int limit) {
      this.maxPending = limit;
      return this;
    }

    /** Limits the dialled share of the peers; 3 (a third) unless set. */
    public Builder dialRatio(int ratio) {
      this.dialRatio = ratio;
      return this;
    }

    /** Limits what may wait for one peer; 32 MiB unless set. */
    public Builder outboundLimitBytes(int limit) {
      this.outboundLimitBytes = limit;
      return this;
    }

    /** Keeps these nodes connected. */
    public Builder staticNodes(List<Enode> nodes) {
      this.staticNodes = nodes;
      return this;
    }

    /** Lets these nodes in above the limit. */
    public Builder trustedNodes(List<Enode> nodes) {
      this.trustedNodes = nodes;
      return this;
    }

    /** Adds an entry, such as {@code les}, to our node record. */
    public Builder recordEntry(String key, Bytes rlpValue) {
      recordEntries.put(key, rlpValue);
      return this;
    }

    /** Replaces the time limits. */
    public Builder timings(P2pTimings limits) {
      this.timings = limits;
      return this;
    }

    /** The configuration; checks the limits. */
    public P2pConfig build() {
      return new P2pConfig(
          nodeKey,
          clientName,
          listenAddress,
          maxPeers,
          maxPending,
          dialRatio,
          outboundLimitBytes,
          staticNodes,
          trustedNodes,
          recordEntries,
          timings);
    }
  }
}
