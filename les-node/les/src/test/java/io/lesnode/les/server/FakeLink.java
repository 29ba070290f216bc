package io.lesnode.les.server;

import io.lesnode.devp2p.DisconnectReason;
import io.lesnode.devp2p.NodeId;
import io.lesnode.devp2p.PeerLink;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.jspecify.annotations.Nullable;

/** A link that keeps what is sent; after a disconnect it keeps nothing more. */
final class FakeLink implements PeerLink {

  record Sent(int code, Bytes payload) {}

  private final NodeId remoteId;
  private final InetSocketAddress remoteAddress;
  private final Deque<Sent> sent = new ArrayDeque<>();
  private @Nullable DisconnectReason disconnected;
  private boolean paused;
  private List<String> capabilities = List.of();

  FakeLink(NodeId remoteId) {
    this(remoteId, new InetSocketAddress(InetAddress.getLoopbackAddress(), 1));
  }

  FakeLink(NodeId remoteId, InetSocketAddress remoteAddress) {
    this.remoteId = remoteId;
    this.remoteAddress = remoteAddress;
  }

  Deque<Sent> sent() {
    return sent;
  }

  @Nullable DisconnectReason disconnected() {
    return disconnected;
  }

  void setRemoteCapabilities(List<String> announced) {
    capabilities = announced;
  }

  boolean isPaused() {
    return paused;
  }

  @Override
  public NodeId remoteId() {
    return remoteId;
  }

  @Override
  public String clientName() {
    return "vec/v1";
  }

  @Override
  public List<String> remoteCapabilities() {
    return capabilities;
  }

  @Override
  public InetSocketAddress remoteAddress() {
    return remoteAddress;
  }

  @Override
  public InetSocketAddress localAddress() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 2);
  }

  @Override
  public boolean inbound() {
    return true;
  }

  @Override
  public boolean isStatic() {
    return false;
  }

  @Override
  public boolean trusted() {
    return false;
  }

  @Override
  public boolean send(int code, Bytes payload) {
    if (disconnected != null) {
      return false;
    }
    sent.add(new Sent(code, payload));
    return true;
  }

  @Override
  public boolean writable() {
    return true;
  }

  @Override
  public void pauseReading() {
    paused = true;
  }

  @Override
  public void resumeReading() {
    paused = false;
  }

  @Override
  public void disconnect(DisconnectReason reason) {
    if (disconnected == null) {
      disconnected = reason;
    }
  }
}
