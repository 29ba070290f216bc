package io.lesnode.devp2p.discovery.table;

import io.lesnode.devp2p.Enode;
import io.lesnode.devp2p.NodeId;
import io.lesnode.devp2p.enr.NodeRecord;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;

/**
 * A node that discovery has heard of. Immutable.
 *
 * @param id who it is
 * @param address where it is
 * @param udpPort its discovery port, 1 to 65535
 * @param tcpPort its RLPx port, 0 if it has none
 * @param record its signed record, null while only the endpoint is known (discovery v4)
 */
public record KnownNode(
    NodeId id, InetAddress address, int udpPort, int tcpPort, @Nullable NodeRecord record) {

  /** Checks the ports. */
  public KnownNode {
    if (udpPort < 1 || udpPort > 0xffff || tcpPort < 0 || tcpPort > 0xffff) {
      throw new IllegalArgumentException("ports out of range: udp " + udpPort + ", tcp " + tcpPort);
    }
  }

  /** The node of a record, unless the record names no address or no discovery port. */
  public static Optional<KnownNode> of(NodeRecord record) {
    int udpPort = record.udp().orElse(0);
    if (record.ip().isEmpty() || udpPort == 0) {
      return Optional.empty();
    }
    return Optional.of(
        new KnownNode(
            NodeId.of(record.publicKey()),
            record.ip().get(),
            udpPort,
            record.tcp().orElse(0),
            record));
  }

  /** The node of an enode URL, unless the URL has no address or no discovery port. */
  public static Optional<KnownNode> of(Enode enode) {
    InetAddress address = enode.address();
    return address == null || enode.udpPort() == 0
        ? Optional.empty()
        : Optional.of(
            new KnownNode(enode.nodeId(), address, enode.udpPort(), enode.tcpPort(), null));
  }

  /** Its address in the table: the Keccak-256 of its key. */
  public Bytes32 hash() {
    return id.hash();
  }

  /** Where its datagrams come from and go to. */
  public InetSocketAddress endpoint() {
    return new InetSocketAddress(address, udpPort);
  }

  /** The sequence number of the record, unsigned; 0 without one. */
  public long seq() {
    return record == null ? 0 : record.seq();
  }

  /** The same node with a record that was fetched; its endpoint stays what was proven. */
  public KnownNode with(NodeRecord fetched) {
    return new KnownNode(id, address, udpPort, fetched.tcp().orElse(tcpPort), fetched);
  }

  /** Where it can be dialled. */
  public Enode enode() {
    return new Enode(id, address, tcpPort, udpPort);
  }

  boolean is(KnownNode other) {
    return id.equals(other.id);
  }
}
