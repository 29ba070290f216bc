package io.lesnode.les.client;

import io.lesnode.les.client.freshness.Freshness;
import io.lesnode.les.client.freshness.SleepDetector;
import io.lesnode.les.wire.HashOrNumber;
import io.lesnode.primitives.BlockHeader;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the client go on soon after the machine slept, and knows how fresh its head is. Confined to
 * the client loop.
 *
 * <p>After a sleep the sockets still look open although the servers gave us up long ago; the
 * operating system would let us wait for minutes. So every server is asked for the header of our
 * head; whoever says nothing within {@value #ANSWER_SECONDS} s is disconnected, and all servers may
 * be dialled at once, whatever they still had to wait for.
 */
final class WakeWatch {
  private static final Logger LOG = LoggerFactory.getLogger(WakeWatch.class);
  private static final long PERIOD_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** Less is a busy machine or a long garbage collection. */
  private static final long TOLERANCE_NANOS = TimeUnit.SECONDS.toNanos(20);

  private static final long ANSWER_SECONDS = 3;

  private final ClientLoop loop;
  private final ServerTable servers;
  private final Retriever retriever;
  private final HeaderChain chain;
  private final InstantSource clock;
  private final @Nullable UInt256 terminalTotalDifficulty;
  private final SleepDetector detector;

  /** Who said something since the last sleep. */
  private final Set<ServerPeer> heard = new HashSet<>();

  private Optional<Instant> lastHeard = Optional.empty();
  private boolean closed;

  WakeWatch(
      ClientLoop loop,
      ServerTable servers,
      Retriever retriever,
      HeaderChain chain,
      InstantSource clock,
      @Nullable UInt256 terminalTotalDifficulty) {
    this.loop = loop;
    this.servers = servers;
    this.retriever = retriever;
    this.chain = chain;
    this.clock = clock;
    this.terminalTotalDifficulty = terminalTotalDifficulty;
    this.detector =
        new SleepDetector(PERIOD_NANOS, TOLERANCE_NANOS, loop.nowNanos(), clock.millis());
    loop.execute(this::arrange);
  }

  private void arrange() {
    if (!closed) {
      loop.schedule(PERIOD_NANOS, this::look);
    }
  }

  /** Looks no more. */
  void close() {
    closed = true;
  }

  private void look() {
    long sleptNanos = detector.sleptNanos(loop.nowNanos(), clock.millis());
    if (sleptNanos > 0 && !closed) {
      onWake(sleptNanos);
    }
    arrange();
  }

  /** The machine is awake again. */
  private void onWake(long sleptNanos) {
    List<ServerPeer> doubtful = servers.usable();
    LOG.info(
        "This machine stood still for {} s; asking {} servers whether they are still there",
        TimeUnit.NANOSECONDS.toSeconds(sleptNanos),
        doubtful.size());
    heard.clear();
    servers.onNetworkBack();
    BlockHeader head = chain.head().header();
    for (ServerPeer server : doubtful) {
      retriever.ask(
          new Ask<>(
              "a sign of life",
              new Question.Headers(HashOrNumber.of(head.hash()), 1, 0, false),
              candidate -> candidate == server,
              (from, reply) -> true,
              false,
              "the server is gone"),
          answer -> {});
    }
    loop.schedule(TimeUnit.SECONDS.toNanos(ANSWER_SECONDS), () -> dropSilent(doubtful));
  }

  private void dropSilent(List<ServerPeer> asked) {
    for (ServerPeer server : asked) {
      if (server.isUsable() && !heard.contains(server)) {
        servers.onFault(
            server,
            new ServerFault.TooSlow(
                "no sign of life within " + ANSWER_SECONDS + " s after this machine slept"));
      }
    }
  }

  /** A server said something. */
  void onHeard(ServerPeer server) {
    heard.add(server);
    lastHeard = Optional.of(clock.instant());
  }

  /** A server is gone. */
  void onGone(ServerPeer server) {
    heard.remove(server);
  }

  /**
   * How fresh our head is.
   *
   * @param synced whether no server claims a heavier head
   */
  Freshness freshness(boolean synced) {
    HeaderChain.Head newest = chain.head();
    BlockHeader head = newest.header();
    UInt256 terminal = terminalTotalDifficulty;
    boolean pastMerge = terminal != null && newest.totalDifficulty().compareTo(terminal) >= 0;
    Instant headTime = Instant.ofEpochSecond(head.timestamp());
    Instant now = clock.instant();
    boolean vouched = servers.usable().stream().anyMatch(heard::contains);
    return new Freshness(
        head.number(),
        headTime,
        positive(Duration.between(headTime, now)),
        lastHeard.map(then -> positive(Duration.between(then, now))),
        pastMerge,
        synced && vouched && !pastMerge);
  }

  private static Duration positive(Duration duration) {
    return duration.isNegative() ? Duration.ZERO : duration;
  }
}
