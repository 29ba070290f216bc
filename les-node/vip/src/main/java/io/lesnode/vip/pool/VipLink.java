package io.lesnode.vip.pool;

import io.lesnode.devp2p.DisconnectReason;
import io.lesnode.devp2p.PeerLink;
import io.lesnode.devp2p.PeerSession;
import io.lesnode.payment.RefusalCode;
import io.lesnode.vipnode.server.MessageBudget;
import io.lesnode.vipnode.wire.VipCodec;
import io.lesnode.vipnode.wire.VipMessage;
import io.lesnode.vipnode.wire.VipWireException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/**
 * A connection on which vip/1 is spoken with or by a pool: decodes, bounds the rate, and hands
 * messages to the owner's loop. Sending is for any thread; the rest is on the connection's event
 * loop.
 */
final class VipLink implements PeerSession {
  /** A peer that goes on for so long after it was told to stop is cut off. */
  private static final int MOST_IGNORED = 1_000;

  private final PeerLink link;
  private final long session;
  private final BiConsumer<VipLink, VipMessage> onMessage;
  private final Consumer<VipLink> onClosed;
  private final MessageBudget budget = new MessageBudget(System.nanoTime());
  private int ignored;
  private boolean broken;

  VipLink(
      PeerLink link,
      long session,
      BiConsumer<VipLink, VipMessage> onMessage,
      Consumer<VipLink> onClosed) {
    this.link = link;
    this.session = session;
    this.onMessage = onMessage;
    this.onClosed = onClosed;
  }

  long session() {
    return session;
  }

  Bytes32 remoteId() {
    return link.remoteId().hash();
  }

  Bytes remoteKey() {
    return link.remoteId().publicKey();
  }

  PeerLink peer() {
    return link;
  }

  void send(VipMessage message) {
    link.send(message.code(), VipCodec.encode(message));
  }

  @Override
  public void onMessage(int code, Bytes payload) {
    if (broken || !mayPass(budget.onMessage(System.nanoTime()))) {
      if (++ignored > MOST_IGNORED) {
        link.disconnect(DisconnectReason.SUBPROTOCOL_ERROR);
      }
      return;
    }
    try {
      onMessage.accept(this, VipCodec.decode(code, payload));
    } catch (VipWireException e) {
      broken = true; // ends this protocol only
      send(VipMessage.Refuse.of(0, RefusalCode.MALFORMED, 0, String.valueOf(e.getMessage())));
    }
  }

  private boolean mayPass(MessageBudget.Verdict verdict) {
    return switch (verdict) {
      case TAKEN -> true;
      case REFUSED -> {
        send(
            VipMessage.Refuse.of(
                0, RefusalCode.RATE_LIMITED, 5, "too many messages: 20 a second are taken"));
        yield false;
      }
      case DROPPED -> false;
    };
  }

  @Override
  public void onClosed(DisconnectReason reason, boolean byRemote) {
    onClosed.accept(this);
  }
}
