package io.lesnode.devp2p;

import java.net.InetSocketAddress;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.jspecify.annotations.Nullable;

/** The {@link PeerLink} of one capability of a {@link PeerConnection}. */
final class Link implements PeerLink {
  /** Where the capability's codes are. */
  final SharedCapability shared;

  /** Confined to the event loop of the connection; null if the protocol failed to accept. */
  @Nullable PeerSession session;

  /** Confined to the event loop of the connection. */
  boolean paused;

  /** Confined to the event loop of the connection: whether the session was told of a batch. */
  boolean inBatch;

  private final PeerConnection connection;
  private final PeerInfo peer;
  private final Outbound outbound;

  Link(PeerConnection connection, PeerInfo peer, Outbound outbound, SharedCapability shared) {
    this.connection = connection;
    this.peer = peer;
    this.outbound = outbound;
    this.shared = shared;
  }

  @Override
  public NodeId remoteId() {
    return peer.nodeId();
  }

  @Override
  public String clientName() {
    return peer.name();
  }

  @Override
  public List<String> remoteCapabilities() {
    return peer.caps();
  }

  @Override
  public InetSocketAddress remoteAddress() {
    return peer.remoteAddress();
  }

  @Override
  public InetSocketAddress localAddress() {
    return peer.localAddress();
  }

  @Override
  public boolean inbound() {
    return peer.inbound();
  }

  @Override
  public boolean isStatic() {
    return peer.isStatic();
  }

  @Override
  public boolean trusted() {
    return connection.trusted();
  }

  @Override
  public boolean send(int code, Bytes payload) {
    boolean queued = queue(code, payload);
    outbound.flush();
    return queued;
  }

  @Override
  public void flush() {
    outbound.flush();
  }

  @Override
  public boolean queue(int code, Bytes payload) {
    if (code < 0 || code >= shared.capability().messageCount()) {
      throw new IllegalArgumentException(shared.capability() + " has no message code " + code);
    }
    if (Snappy.maxDeflatedBytes(payload.size()) > SubProtocol.FRAME_LIMIT_BYTES) {
      throw new IllegalArgumentException(
          "a message of " + payload.size() + " bytes may not fit into a frame");
    }
    return !connection.hasEnded() && outbound.queue(shared.offset() + code, payload);
  }

  @Override
  public boolean writable() {
    return outbound.writable() && !connection.hasEnded();
  }

  @Override
  public void pauseReading() {
    connection.pause(this, true);
  }

  @Override
  public void resumeReading() {
    connection.pause(this, false);
  }

  @Override
  public void disconnect(DisconnectReason reason) {
    connection.disconnect(reason);
  }

  @Override
  public String toString() {
    return shared.capability() + " with " + connection;
  }
}
