package io.lesnode.les.client;

import static io.lesnode.les.client.Bench.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.devp2p.DisconnectReason;
import io.lesnode.devp2p.NodeId;
import io.lesnode.les.client.checkpoint.CheckpointPolicy;
import io.lesnode.les.client.ulc.TrustedServers;
import io.lesnode.les.wire.KeyValues;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.les.wire.LesVersion;
import io.lesnode.les.wire.StatusKeys;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** An ultra light client: geth's les/ulc_test.go and the trusted part of les/fetcher_test.go. */
final class UltraLightTest {
  private final ForgedChain forged = ForgedChain.genesis().extended(260);

  private ServedChain upTo(int number) {
    return forged.upTo(number).served();
  }

  /** A client that trusts the first so many of the bench's servers. */
  private Bench trusting(int servers, int fraction) {
    Bench probe = new Bench(upTo(0));
    Set<NodeId> ids =
        IntStream.range(0, servers)
            .mapToObj(i -> probe.server("s" + i).id())
            .collect(Collectors.toSet());
    SyncPolicy policy =
        new SyncPolicy(
            CheckpointPolicy.FROM_GENESIS, Optional.of(new TrustedServers(ids, fraction)));
    return Bench.following(upTo(0), policy, TrustedSections.STANDARD);
  }

  private static List<FakeServer> connected(Bench bench, int count, ServedChain chain) {
    List<FakeServer> servers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      FakeServer server = bench.server("s" + i, chain, LesVersion.LES4);
      servers.add(server.signing(server.key()).connectTo(bench.engine));
    }
    bench.loop.runFor(SECOND);
    return servers;
  }

  /** TestULCAnnounceThreshold, with every server announcing block after block. */
  @Test
  void announceThreshold() {
    assertHead(new int[] {1}, 100, 1);
    assertHead(new int[] {0, 0, 0}, 100, 0);
    assertHead(new int[] {1, 2, 3}, 30, 3);
    assertHead(new int[] {1, 2, 3}, 60, 2);
    assertHead(new int[] {3, 2, 1}, 67, 1);
    assertHead(new int[] {3, 2, 1}, 100, 1);
  }

  private void assertHead(int[] heights, int fraction, long expected) {
    Bench bench = trusting(heights.length, fraction);
    List<FakeServer> servers = connected(bench, heights.length, upTo(0));
    for (int i = 0; i < heights.length; i++) {
      for (int number = 1; number <= heights[i]; number++) {
        servers.get(i).announce(upTo(number), 0);
        bench.loop.runFor(SECOND);
      }
    }
    bench.loop.runFor(10 * SECOND);
    assertThat(bench.client.head().number()).isEqualTo(expected);
    assertThat(servers).allMatch(FakeServer::isConnected);
  }

  /** TestTrustedAnnouncements: two of four servers are trusted, 60 percent means both. */
  @Test
  void headsAreTakenOnlyWhenBothTrustedServersAnnounceThem() {
    Bench bench = trusting(2, 60);
    List<FakeServer> servers = connected(bench, 4, upTo(0));

    for (FakeServer stranger : servers.subList(2, 4)) {
      stranger.announce(upTo(10), 0);
    }
    servers.get(0).announce(upTo(10), 0);
    bench.loop.runFor(10 * SECOND);
    assertThat(bench.client.head().number()).isZero();
    assertThat(bench.client.status()).isEqualTo(new SyncStatus.NotAgreed(1, 2, 2, 10, 0));
    assertThat(bench.client.status().message())
        .contains("not enough agreement: 1 of 2 trusted servers");

    servers.get(1).announce(upTo(10), 0);
    bench.runUntilHead(upTo(10).head());
    for (int number : new int[] {11, 12, 200}) {
      servers.forEach(server -> server.announce(upTo(number), 0));
      bench.runUntilHead(upTo(number).head());
    }
    bench.loop.runFor(SECOND);
    assertThat(bench.client.status()).isEqualTo(new SyncStatus.Synced(200, 4));
  }

  @Test
  void strangersServeTheHeadersOfAnAgreedHead() {
    Bench bench = trusting(2, 100);
    List<FakeServer> servers = connected(bench, 3, upTo(0));
    servers.get(0).disconnect(DisconnectReason.REQUESTED);
    servers.get(1).disconnect(DisconnectReason.REQUESTED);
    bench.loop.runFor(SECOND);
    for (FakeServer trusted : servers.subList(0, 2)) {
      onlyAnnouncing(trusted).connectTo(bench.engine);
    }
    bench.loop.runFor(SECOND);

    servers.forEach(server -> server.announce(upTo(200), 0));
    bench.runUntilHead(upTo(200).head());

    assertThat(servers.get(2).received()).isNotEmpty();
    for (FakeServer trusted : servers.subList(0, 2)) {
      assertThat(trusted.isConnected()).isTrue();
      assertThat(trusted.received()).isEmpty();
    }
  }

  /** What geth sends with {@code --ulc.onlyannounce}: no service, no costs. */
  private static FakeServer onlyAnnouncing(FakeServer server) {
    for (String key :
        List.of(
            StatusKeys.SERVE_HEADERS,
            StatusKeys.SERVE_CHAIN_SINCE,
            StatusKeys.SERVE_STATE_SINCE,
            StatusKeys.TX_RELAY)) {
      server.without(key);
    }
    return server;
  }

  @Test
  void aServerThatOnlyAnnouncesIsUselessUnlessTrusted() {
    Bench bench = trusting(1, 100);
    FakeServer trusted = onlyAnnouncing(bench.server("trusted"));
    FakeServer stranger = onlyAnnouncing(bench.server("stranger"));
    trusted.connectTo(bench.engine);
    stranger.connectTo(bench.engine);
    bench.loop.runFor(SECOND);

    assertThat(trusted.isConnected()).isTrue();
    assertThat(stranger.closedBecause()).isEqualTo(DisconnectReason.USELESS_PEER);
  }

  @Test
  void trustedServersAreAskedToSignAndMust() {
    Bench bench = trusting(3, 100);
    List<FakeServer> servers = connected(bench, 4, upTo(0));
    for (int i = 0; i < 4; i++) {
      LesMessage.Status status = (LesMessage.Status) servers.get(i).others().getFirst();
      assertThat(status.values().requireUnsignedLong(StatusKeys.ANNOUNCE_TYPE))
          .isEqualTo(i < 3 ? 2 : 1);
    }

    servers.get(1).signing(servers.get(0).key());
    FakeServer unsigned = servers.get(2);
    unsigned.send(announcement(upTo(5)));
    servers.get(0).announce(upTo(5), 0);
    servers.get(1).announce(upTo(5), 0);
    servers.get(3).send(announcement(upTo(5)));
    bench.loop.runFor(5 * SECOND);

    assertThat(servers.stream().map(FakeServer::isConnected))
        .containsExactly(true, false, false, true);
    assertThat(bench.client.head().number()).isZero();
  }

  private static LesMessage.Announce announcement(ServedChain chain) {
    AnnouncedHead head = chain.head();
    return new LesMessage.Announce(
        head.hash(), head.number(), head.totalDifficulty(), 0, KeyValues.EMPTY);
  }

  /** What is served is not what was agreed on: nothing of it may stay. */
  @Test
  void headersWithoutAgreementAreRolledBack() {
    Bench bench = trusting(2, 100);
    List<FakeServer> servers = connected(bench, 2, upTo(0));
    ServedChain fork = forged.upTo(3).extended(257, 13, (byte) 9).served();
    List<HeadChange> changes = new ArrayList<>();
    bench.client.onHead(changes::add);
    servers.forEach(server -> server.announce(upTo(3), 0));
    bench.runUntilHead(upTo(3).head());

    servers.forEach(server -> server.announce(upTo(260).head(), 0));
    servers.forEach(server -> server.serve(fork));
    bench.loop.runFor(60 * SECOND);

    assertThat(bench.client.head()).isEqualTo(forged.header(3));
    assertThat(changes)
        .anySatisfy(
            change -> {
              assertThat(change.adopted()).isEmpty();
              assertThat(change.retracted()).hasSizeGreaterThan(100);
              assertThat(change.head()).isEqualTo(forged.header(3));
            });
  }

  @Test
  void withTooFewTrustedServersTheStatusSaysSo() {
    Bench bench = trusting(3, 67);
    connected(bench, 1, upTo(0));
    assertThat(bench.client.status()).isEqualTo(new SyncStatus.NotAgreed(1, 3, 3, 0, 0));
  }
}
