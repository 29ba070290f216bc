package io.lesnode.les.client;

import io.lesnode.devp2p.Capability;
import io.lesnode.devp2p.DisconnectReason;
import io.lesnode.devp2p.PeerLink;
import io.lesnode.devp2p.PeerSession;
import io.lesnode.devp2p.SubProtocol;
import io.lesnode.les.wire.LesCodec;
import io.lesnode.les.wire.LesLimits;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.les.wire.LesVersion;
import io.lesnode.les.wire.LesWireException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.tuweni.bytes.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * LES as a sub-protocol of our connections, in the client's role. Decodes on the event loop and
 * hands messages over to the client loop; while more than a few megabytes wait there, the
 * connection is not read. Thread-safe.
 */
final class LesClientProtocol implements SubProtocol {
  private static final long PAUSE_ABOVE_BYTES = 8L << 20;
  private static final long RESUME_BELOW_BYTES = 4L << 20;

  /** What a message costs in the inbox besides its bytes, so that tiny ones are bounded as well. */
  private static final long OVERHEAD_BYTES = 1024;

  private final ClientLoop loop;
  private final LightNode node;

  LesClientProtocol(ClientLoop loop, LightNode node) {
    this.loop = loop;
    this.node = node;
  }

  @Override
  public List<Capability> capabilities() {
    return Arrays.stream(LesVersion.values())
        .map(version -> new Capability("les", version.number(), version.messageCount()))
        .toList();
  }

  @Override
  public int maxPayloadBytes() {
    return LesLimits.MAX_MESSAGE_BYTES;
  }

  @Override
  public PeerSession accept(PeerLink link, Capability negotiated) {
    LesVersion version =
        LesVersion.ofNumber(negotiated.version())
            .orElseThrow(() -> new IllegalStateException("never offered: " + negotiated));
    Session session = new Session(link, version);
    loop.execute(session::open);
    return session;
  }

  /** One connection: decodes on its event loop, keeps its server on the client loop. */
  private final class Session implements PeerSession {
    private final PeerLink link;
    private final LesVersion version;
    private final AtomicLong waitingBytes = new AtomicLong();
    private volatile boolean paused;

    /** Confined to the client loop. */
    private @Nullable ServerPeer server;

    private Session(PeerLink link, LesVersion version) {
      this.link = link;
      this.version = version;
    }

    private void open() {
      server = node.onOpened(link, version);
    }

    @Override
    public void onMessage(int code, Bytes payload) {
      try {
        LesMessage message = LesCodec.decode(version, code, payload);
        handOver(
            payload.size() + OVERHEAD_BYTES,
            peer -> {
              peer.onReceived(payload.size());
              node.onMessage(peer, message);
            });
      } catch (LesWireException e) {
        handOver(OVERHEAD_BYTES, peer -> node.onBadMessage(peer, e));
      }
    }

    @Override
    public void onClosed(DisconnectReason reason, boolean byRemote) {
      handOver(OVERHEAD_BYTES, peer -> node.onClosed(peer, reason, byRemote));
    }

    private void handOver(long sizeBytes, Consumer<ServerPeer> event) {
      if (waitingBytes.addAndGet(sizeBytes) > PAUSE_ABOVE_BYTES && !paused) {
        paused = true;
        link.pauseReading();
      }
      loop.execute(
          () -> {
            if (waitingBytes.addAndGet(-sizeBytes) < RESUME_BELOW_BYTES && paused) {
              paused = false;
              link.resumeReading();
            }
            ServerPeer peer = server;
            if (peer != null) {
              event.accept(peer);
            }
          });
    }
  }
}
