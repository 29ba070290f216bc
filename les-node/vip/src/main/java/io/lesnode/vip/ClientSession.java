package io.lesnode.vip;

import io.lesnode.devp2p.DisconnectReason;
import io.lesnode.devp2p.PeerLink;
import io.lesnode.devp2p.PeerSession;
import io.lesnode.vipnode.wire.VipCodec;
import io.lesnode.vipnode.wire.VipMessage;
import io.lesnode.vipnode.wire.VipWireException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/**
 * vip/1 on one connection of a light client. Decodes on the event loop and hands over to the vip
 * loop; a server that sends more than we work off, or what is no message, is not listened to any
 * more, and its LES goes on.
 */
final class ClientSession implements PeerSession {
  private static final int MOST_WAITING = 256;

  private final PeerLink link;
  private final VipClient owner;
  private final AtomicInteger waiting = new AtomicInteger();

  /** Confined to the event loop. */
  private boolean broken;

  ClientSession(PeerLink link, VipClient owner) {
    this.link = link;
    this.owner = owner;
  }

  Bytes32 id() {
    return link.remoteId().hash();
  }

  Bytes nodeKey() {
    return link.remoteId().publicKey();
  }

  @Override
  public void onMessage(int code, Bytes payload) {
    if (broken) {
      return;
    }
    if (waiting.incrementAndGet() > MOST_WAITING) {
      end("it sends more than can be worked off");
      return;
    }
    try {
      VipMessage message = VipCodec.decode(code, payload);
      owner.onLoop(
          () -> {
            waiting.decrementAndGet();
            owner.onMessage(this, message);
          });
    } catch (VipWireException wrong) {
      waiting.decrementAndGet();
      if (wrong.reason() != VipWireException.Reason.UNKNOWN_CODE) {
        end("it sent what is no message of vip: " + wrong.getMessage());
      }
    }
  }

  private void end(String reason) {
    broken = true;
    owner.onLoop(() -> owner.onBroken(this, reason));
  }

  @Override
  public void onClosed(DisconnectReason reason, boolean byRemote) {
    owner.onLoop(() -> owner.onClosed(this));
  }

  /** Any thread. */
  boolean send(VipMessage message) {
    return link.send(message.code(), VipCodec.encode(message));
  }
}
