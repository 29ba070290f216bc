package io.lesnode.les.server;

import io.lesnode.devp2p.PeerLink;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Remembers and logs what was done to clients and why; confined to the node loop.
 *
 * <p>The newest {@value #KEPT} events are kept. In the log they are lines with the fields id,
 * address and reason. At most {@value #LINES_PER_SECOND} a second are written at level INFO, so
 * that a flood of refused clients does not fill the disk; the rest is written at DEBUG.
 */
final class ClientLog {

  private static final Logger LOG = LoggerFactory.getLogger(ClientLog.class);
  private static final int KEPT = 1000;
  private static final int LINES_PER_SECOND = 10;
  private static final long SECOND_NANOS = 1_000_000_000;

  private final NodeLoop loop;
  private final InstantSource clock;
  private final Deque<ClientEvent> events = new ArrayDeque<>();
  private long secondBeganNanos;
  private int linesThisSecond;

  ClientLog(NodeLoop loop, InstantSource clock) {
    this.loop = loop;
    this.clock = clock;
    this.secondBeganNanos = loop.nowNanos();
  }

  void add(PeerLink link, ClientEvent.Kind kind, String reason) {
    ClientEvent event =
        new ClientEvent(
            clock.instant(), link.remoteId().hash(), text(link.remoteAddress()), kind, reason);
    if (events.size() == KEPT) {
      events.removeFirst();
    }
    events.addLast(event);
    LOG.atLevel(level())
        .addKeyValue("event", kind)
        .addKeyValue("id", event.id().toUnprefixedHexString())
        .addKeyValue("address", event.address())
        .addKeyValue("reason", reason)
        .log("light client");
  }

  /** Without the slash that Java puts before an address without a name. */
  private static String text(InetSocketAddress address) {
    return address.getHostString() + ":" + address.getPort();
  }

  private Level level() {
    long nowNanos = loop.nowNanos();
    if (nowNanos - secondBeganNanos >= SECOND_NANOS) {
      secondBeganNanos = nowNanos;
      linesThisSecond = 0;
    }
    return linesThisSecond++ < LINES_PER_SECOND ? Level.INFO : Level.DEBUG;
  }

  /** Oldest first. */
  List<ClientEvent> recent() {
    return List.copyOf(events);
  }
}
