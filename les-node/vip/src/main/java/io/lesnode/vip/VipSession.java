package io.lesnode.vip;

import io.lesnode.devp2p.DisconnectReason;
import io.lesnode.devp2p.PeerLink;
import io.lesnode.devp2p.PeerSession;
import io.lesnode.payment.RefusalCode;
import io.lesnode.vipnode.server.MessageBudget;
import io.lesnode.vipnode.wire.VipCodec;
import io.lesnode.vipnode.wire.VipMessage;
import io.lesnode.vipnode.wire.VipWireException;
import java.util.function.LongSupplier;
import org.apache.tuweni.bytes.Bytes;

/**
 * One connection as its channel loop sees it: counts and decodes messages and hands them to the
 * ledger loop. A peer that breaks vip loses vip, not the connection.
 */
final class VipSession implements PeerSession {

  /** Who gets what comes; only enqueues. */
  interface Inbox {
    void onMessage(VipMessage message);

    void onBroken(VipWireException problem);

    void onClosed();
  }

  private final PeerLink link;
  private final Inbox inbox;
  private final LongSupplier clock;
  private final MessageBudget budget;
  private final VipCounters counters;
  private boolean broken;

  /**
   * A connection.
   *
   * @param clock monotonic, in nanoseconds; read on the channel loop
   */
  VipSession(PeerLink link, Inbox inbox, VipCounters counters, LongSupplier clock) {
    this.clock = clock;
    this.budget = new MessageBudget(clock.getAsLong());
    this.link = link;
    this.inbox = inbox;
    this.counters = counters;
  }

  @Override
  public void onMessage(int code, Bytes payload) {
    if (broken) {
      return;
    }
    switch (budget.onMessage(clock.getAsLong())) {
      case TAKEN -> decode(code, payload);
      case REFUSED -> {
        VipMessage refuse =
            VipMessage.Refuse.of(
                0, RefusalCode.RATE_LIMITED, 1, "20 messages a second are taken; wait a second");
        counters.onRefused(RefusalCode.RATE_LIMITED);
        boolean unused = link.send(refuse.code(), VipCodec.encode(refuse));
      }
      case DROPPED -> counters.onDropped();
    }
  }

  private void decode(int code, Bytes payload) {
    try {
      inbox.onMessage(VipCodec.decode(code, payload));
    } catch (VipWireException e) {
      if (e.reason() != VipWireException.Reason.UNKNOWN_CODE) {
        broken = true;
        inbox.onBroken(e);
      }
    }
  }

  @Override
  public void onClosed(DisconnectReason reason, boolean byRemote) {
    inbox.onClosed();
  }
}
