package io.lesnode.vip;

import io.lesnode.devp2p.NodeId;
import io.lesnode.devp2p.PeerLink;
import io.lesnode.payment.Counterparty;
import io.lesnode.payment.RefusalCode;
import io.lesnode.vipnode.server.Moment;
import io.lesnode.vipnode.server.Sale;
import io.lesnode.vipnode.wire.NoticeKind;
import io.lesnode.vipnode.wire.OfferTerms;
import io.lesnode.vipnode.wire.VipCodec;
import io.lesnode.vipnode.wire.VipMessage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A peer that shares vip/1, with its sale; confined to the ledger loop but for {@link #send}. */
final class SoldPeer implements VipPeer {
  /** Messages kept until vip starts; a peer that greets has no more to say before we do. */
  private static final int MAX_EARLY = 16;

  /** Queries cost the node loop more than other messages: two a second, ten at once. */
  private static final long QUERY_NANOS = 500_000_000L;

  private static final int QUERY_BURST = 10;

  private final PeerLink link;
  private final VipCounters counters;
  private final Deque<VipMessage> early = new ArrayDeque<>();
  private final List<VipMessage.Pay> unbooked = new ArrayList<>();
  final Sale sale;
  final boolean speaksLes;
  boolean started;
  boolean closed;
  boolean selling;
  boolean priority;
  @Nullable OfferTerms offered;
  long offeredAtNanos;
  long knownNet = -1;
  private long nextQueryNanos;
  private boolean queried;

  SoldPeer(PeerLink link, Sale sale, VipCounters counters) {
    this.link = link;
    this.sale = sale;
    this.counters = counters;
    this.speaksLes =
        link.remoteCapabilities().stream().anyMatch(capability -> capability.startsWith("les/"));
  }

  PeerLink link() {
    return link;
  }

  @Override
  public NodeId nodeId() {
    return link.remoteId();
  }

  @Override
  public Counterparty counterparty() {
    return sale.peer();
  }

  @Override
  public boolean send(VipMessage message) {
    switch (message) {
      case VipMessage.Refuse refuse -> refuse.refusalCode().ifPresent(this::count);
      case VipMessage.Receipt receipt -> receipt.refusalCode().ifPresent(this::count);
      case VipMessage.Notice notice -> notice.noticeKind().ifPresent(this::count);
      default -> {}
    }
    return link.send(message.code(), VipCodec.encode(message));
  }

  private void count(RefusalCode code) {
    counters.onRefused(code);
  }

  private void count(NoticeKind kind) {
    counters.onNotice(kind);
  }

  /** A message that came before vip has started; false if there are too many. */
  boolean keepEarly(VipMessage message) {
    return early.size() < MAX_EARLY && early.add(message);
  }

  /** What came before vip has started. */
  List<VipMessage> takeEarly() {
    List<VipMessage> all = List.copyOf(early);
    early.clear();
    return all;
  }

  @Nullable VipMessage firstEarly() {
    return early.peek();
  }

  /** Payments wait for the end of the turn, so that cumulative ones are checked once. */
  void keep(VipMessage.Pay pay) {
    unbooked.add(pay);
  }

  List<VipMessage.Pay> takeUnbooked() {
    List<VipMessage.Pay> all = List.copyOf(unbooked);
    unbooked.clear();
    return all;
  }

  boolean mayQuery(Moment now) {
    long nextNanos = queried ? Math.max(nextQueryNanos, now.nanos()) : now.nanos();
    if (nextNanos - now.nanos() > (QUERY_BURST - 1) * QUERY_NANOS) {
      return false;
    }
    queried = true;
    nextQueryNanos = nextNanos + QUERY_NANOS;
    return true;
  }
}
