package io.lesnode.devp2p;

import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a connected peer, for {@code admin_peers} (geth's p2p.PeerInfo).
 *
 * @param nodeId who it is; {@code id} is its hash in hexadecimal
 * @param enode its URL: the one we dialled, or the remote end of an inbound connection
 * @param name the name in its Hello
 * @param caps what it announced, {@code name/version}, sorted
 * @param running the capabilities in use with it
 * @param localAddress our end of the connection
 * @param remoteAddress its end of the connection
 * @param inbound true if it dialled us
 * @param trusted true if it may connect above the limit
 * @param isStatic true if we dialled it as a static node
 */
public record PeerInfo(
    NodeId nodeId,
    Enode enode,
    String name,
    List<String> caps,
    List<Capability> running,
    InetSocketAddress localAddress,
    InetSocketAddress remoteAddress,
    boolean inbound,
    boolean trusted,
    boolean isStatic) {

  /** Describes a peer whose Hello was accepted. */
  static PeerInfo of(
      Channel channel, NodeId nodeId, Greeting.Accepted greeting, Origin origin, boolean trusted) {
    InetSocketAddress remoteAddress = endpoint(channel.remoteAddress());
    int port = remoteAddress.getPort();
    Enode dialled = origin.dialled();
    return new PeerInfo(
        nodeId,
        dialled != null ? dialled : new Enode(nodeId, remoteAddress.getAddress(), port, port),
        greeting.hello().clientName(),
        greeting.hello().capabilities().stream().map(Hello.Announced::toString).toList(),
        greeting.shared().stream().map(SharedCapability::capability).toList(),
        endpoint(channel.localAddress()),
        remoteAddress,
        origin.inbound(),
        trusted,
        !origin.inbound());
  }

  /** The address, or a placeholder where the channel is already closed. */
  private static InetSocketAddress endpoint(@Nullable SocketAddress address) {
    return address instanceof InetSocketAddress inet ? inet : new InetSocketAddress(0);
  }

  /** The id that geth prints: the hash of the public key in hexadecimal. */
  public String id() {
    return nodeId.hash().toUnprefixedHexString();
  }

  /** The same with another trusted mark. */
  PeerInfo withTrusted(boolean value) {
    return new PeerInfo(
        nodeId, enode, name, caps, running, localAddress, remoteAddress, inbound, value, isStatic);
  }

  /** Our end as {@code ip:port}. */
  public String localAddressText() {
    return IpText.of(localAddress);
  }

  /** Its end as {@code ip:port}. */
  public String remoteAddressText() {
    return IpText.of(remoteAddress);
  }
}
