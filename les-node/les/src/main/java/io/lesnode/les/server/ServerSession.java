package io.lesnode.les.server;

import io.lesnode.devp2p.DisconnectReason;
import io.lesnode.devp2p.PeerSession;
import io.lesnode.flowcontrol.cost.RequestKind;
import io.lesnode.les.wire.LesCodec;
import io.lesnode.les.wire.LesError;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.les.wire.LesVersion;
import io.lesnode.les.wire.LesWireException;
import java.util.ArrayList;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;

/**
 * The channel's end of a connection: decodes, bounds and hands over; confined to the channel loop.
 *
 * <p>The first message must be Status, and nothing else is even decoded before it. After a message
 * that may not be, nothing is decoded any more.
 */
final class ServerSession implements PeerSession {

  private final LesVersion version;
  private final Backlog backlog;
  private final NodeLoop loop;
  private final ServedPeer peer;
  private boolean sawStatus;
  private boolean broken;
  private boolean gathering;
  private List<Runnable> gathered = List.of();

  ServerSession(LesVersion version, Backlog backlog, NodeLoop loop, ServedPeer peer) {
    this.version = version;
    this.backlog = backlog;
    this.loop = loop;
    this.peer = peer;
  }

  @Override
  public void onMessage(int code, Bytes payload) {
    if (broken) {
      return;
    }
    Inbound inbound = decode(code, payload);
    broken = inbound instanceof Inbound.Broken;
    sawStatus = true;
    int sizeBytes = payload.size();
    backlog.enter(sizeBytes);
    Runnable event = () -> peer.onMessage(inbound, sizeBytes);
    if (gathering) {
      if (gathered.isEmpty()) {
        gathered = new ArrayList<>(); // made when needed: most connections are idle
      }
      gathered.add(event);
    } else {
      loop.execute(event);
    }
  }

  @Override
  public void onBatchBegin() {
    gathering = true;
  }

  @Override
  public void onBatchEnd() {
    gathering = false;
    if (!gathered.isEmpty()) {
      List<Runnable> events = gathered;
      gathered = List.of();
      loop.executeAll(events);
    }
  }

  private Inbound decode(int code, Bytes payload) {
    if (!sawStatus && code != LesMessage.Status.CODE) {
      return broken(LesError.NO_STATUS, "first message has code 0x" + Integer.toHexString(code));
    }
    boolean isExpected = !sawStatus || RequestKind.ofCode(code).isPresent();
    if (!isExpected) {
      return broken(LesError.INVALID_MESSAGE_CODE, "0x" + Integer.toHexString(code));
    }
    try {
      return switch (LesCodec.decode(version, code, payload)) {
        case LesMessage.Status status -> new Inbound.Handshake(status);
        case LesMessage.Request request -> new Inbound.Asked(request, payload.size());
        case LesMessage other ->
            broken(LesError.INVALID_MESSAGE_CODE, "0x" + Integer.toHexString(other.code()));
      };
    } catch (LesWireException e) {
      return new Inbound.Broken(e);
    }
  }

  private static Inbound.Broken broken(LesError error, String detail) {
    return new Inbound.Broken(new LesWireException(error, detail));
  }

  @Override
  public void onClosed(DisconnectReason reason, boolean byRemote) {
    onBatchEnd();
    loop.execute(() -> peer.onClosed(reason));
  }

  @Override
  public void onWritabilityChanged(boolean writable) {
    backlog.setWritable(writable);
  }
}
