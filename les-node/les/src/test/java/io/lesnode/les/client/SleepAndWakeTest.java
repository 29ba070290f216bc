package io.lesnode.les.client;

import static io.lesnode.les.client.Bench.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.devp2p.DisconnectReason;
import io.lesnode.les.client.freshness.Freshness;
import io.lesnode.les.wire.LesVersion;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Hours without a network: no stale answer passes for a fresh one, and the client goes on soon. */
final class SleepAndWakeTest {
  private static final long SIX_HOURS_NANOS = TimeUnit.HOURS.toNanos(6);
  private static final long LOOK_NANOS = 6 * SECOND;

  private final ServedChain chain = ServedChain.named("london-small", "chain");
  private final ServedChain before = chain.upTo(300);
  private final Bench bench = new Bench(before);

  private FakeServer synced() {
    FakeServer server = bench.server("old", before, LesVersion.LES4);
    server.connectTo(bench.engine);
    bench.runUntilHead(before.head());
    bench.loop.runFor(SECOND);
    assertThat(bench.client.freshness().current()).isTrue();
    return server;
  }

  /** The machine is suspended: the time of day goes on, the monotonic clock does not. */
  private void suspend() {
    bench.aheadMillis += TimeUnit.NANOSECONDS.toMillis(SIX_HOURS_NANOS);
  }

  @Test
  void deadConnectionsAreGivenUpWithinSecondsAndTheHeadIsCalledOld() {
    FakeServer server = synced();
    server.script((request, honest) -> null);
    suspend();
    bench.loop.runFor(LOOK_NANOS);

    Freshness doubtful = bench.client.freshness();
    assertThat(doubtful.current()).isFalse();
    assertThat(doubtful.headNumber()).isEqualTo(300);
    assertThat(doubtful.sinceHeard().orElseThrow()).isGreaterThanOrEqualTo(Duration.ofHours(6));
    assertThat(doubtful.message()).contains("out of date").contains("6 h");

    bench.loop.runFor(4 * SECOND);
    assertThat(server.isConnected()).isFalse();
    assertThat(server.closedBecause()).isEqualTo(DisconnectReason.REQUESTED);
    assertThat(bench.client.freshness().current()).isFalse();
    assertThat(bench.client.status()).isNotInstanceOf(SyncStatus.Synced.class);

    FakeServer alive = bench.server("alive", chain, LesVersion.LES4);
    alive.connectTo(bench.engine);
    long wokenNanos = bench.loop.nowNanos();
    bench.runUntilHead(chain.head());
    bench.loop.runFor(SECOND);
    assertThat(bench.loop.nowNanos() - wokenNanos).isLessThan(5 * SECOND);
    assertThat(bench.client.freshness().current()).isTrue();
    assertThat(bench.client.freshness().message()).contains("newest that our servers know");
  }

  @Test
  void aServerThatIsStillThereIsKept() {
    FakeServer server = synced();
    int before = server.received().size();
    suspend();
    bench.loop.runFor(30 * SECOND);

    assertThat(server.isConnected()).isTrue();
    assertThat(server.received()).hasSize(before + 1);
    assertThat(bench.client.freshness().current()).isTrue();
  }

  @Test
  void aProcessThatWasStoppedNoticesToo() {
    FakeServer server = synced();
    server.script((request, honest) -> null);
    bench.loop.standStill(SIX_HOURS_NANOS);
    bench.loop.runFor(LOOK_NANOS);
    assertThat(bench.client.freshness().current()).isFalse();
    bench.loop.runFor(4 * SECOND);
    assertThat(server.isConnected()).isFalse();
  }

  @Test
  void withoutAnyServerNothingIsCurrent() {
    Freshness alone = bench.client.freshness();
    assertThat(alone.current()).isFalse();
    assertThat(alone.sinceHeard()).isEmpty();
    assertThat(alone.message()).contains("no server was heard yet");

    FakeServer server = synced();
    server.disconnect(DisconnectReason.REQUESTED);
    bench.loop.runFor(SECOND);
    assertThat(bench.client.freshness().current()).isFalse();
  }

  /** After the Merge nobody announces heads, so nobody can say that ours is the newest. */
  @Test
  void aChainPastItsMergeIsNeverCalledCurrent() {
    ServedChain merged = ForgedChain.genesisMergingAt(3).extended(3).served();
    Bench past = new Bench(merged);
    past.server("s").connectTo(past.engine);
    past.runUntilHead(merged.head());
    past.loop.runFor(SECOND);
    assertThat(past.client.freshness().pastMerge()).isTrue();
    assertThat(past.client.freshness().current()).isFalse();
  }

  @Test
  void aHeavierClaimMakesTheHeadOldUntilItIsReached() {
    FakeServer server = synced();
    server.script((request, honest) -> null);
    server.announce(chain, 0);
    bench.loop.runFor(SECOND / 10);
    assertThat(bench.client.freshness().current()).isFalse();
  }
}
