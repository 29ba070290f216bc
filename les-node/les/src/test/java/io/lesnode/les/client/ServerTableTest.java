package io.lesnode.les.client;

import static io.lesnode.les.client.Bench.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.lesnode.chain.consensus.SealCheck;
import io.lesnode.devp2p.DisconnectReason;
import io.lesnode.les.client.SimNetwork.Host;
import io.lesnode.les.client.SimNetwork.Weather;
import io.lesnode.les.client.value.ResponseTimes;
import io.lesnode.les.client.value.ValueTracker;
import io.lesnode.les.wire.LesMessage;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.junit.jupiter.api.Test;

/** Servers come, go and are described: whom the client keeps, lets in, dials again, and why not. */
final class ServerTableTest {
  private final ServedChain chain = ServedChain.named("london-small", "chain");
  private final Bench bench = new Bench(chain, Scene.synced(chain), SealCheck.SKIP);
  private final SimNetwork network = new SimNetwork(bench, 1);

  private KnownServer known(FakeServer server) {
    return bench.client.knownServers().stream()
        .filter(k -> k.id().equals(server.id().toHex()))
        .findFirst()
        .orElseThrow();
  }

  private ServerInfo info(FakeServer server) {
    return bench.client.servers().stream()
        .filter(s -> s.id().equals(server.id().toHex()))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aKeptServerIsDialledUntilItComes() {
    Host host = network.add(bench.server("late"), Weather.FAIR).refusing(true);
    network.start();
    bench.loop.runFor(10 * SECOND);
    assertThat(bench.client.servers()).isEmpty();
    assertThat(known(host.server).state()).isIn("waiting", "dialled");
    assertThat(host.dials()).as("with growing waits").isBetween(3, 6);
    assertThat(bench.client.status().message()).contains("connecting to enode://");

    host.refusing(false);
    bench.loop.runFor(40 * SECOND);
    assertThat(known(host.server).state()).isEqualTo("connected");
    assertThat(info(host.server).kept()).isTrue();
  }

  @Test
  void afterAPauseOfTheNetworkEverybodyIsDialledAtOnce() {
    Host host = network.add(bench.server("sleeper"), Weather.FAIR).refusing(true);
    network.start();
    bench.loop.runFor(200 * SECOND);
    host.refusing(false);
    long before = bench.loop.nowNanos();
    bench.engine.servers().onNetworkBack();
    bench.loop.runUntil(() -> !bench.engine.servers().usable().isEmpty(), SECOND);
    assertThat(bench.loop.nowNanos() - before).isLessThan(SECOND / 10);
  }

  @Test
  void aServerToKeepComesOnTopAndTheLeastValuableMakesRoom() {
    FakeServer[] others = new FakeServer[10];
    for (int i = 0; i < others.length; i++) {
      others[i] = bench.server("other" + i).connectTo(bench.engine);
    }
    bench.loop.runFor(SECOND);
    FakeServer eleventh = bench.server("eleventh").connectTo(bench.engine);
    bench.loop.runFor(SECOND);
    assertThat(eleventh.closedBecause()).isEqualTo(DisconnectReason.TOO_MANY_PEERS);

    Host kept = network.add(bench.server("kept"), Weather.FAIR);
    network.start();
    bench.loop.runFor(SECOND);
    assertThat(kept.server.isConnected()).isTrue();
    assertThat(bench.client.servers()).hasSize(10);
    assertThat(List.of(others).stream().filter(FakeServer::isConnected)).hasSize(9);
  }

  @Test
  void aServerIsNoLongerKeptWhenTheUserSaysSo() {
    Host host = network.add(bench.server("left"), Weather.FAIR);
    network.start();
    bench.loop.runFor(SECOND);
    bench.engine.servers().unwant(host.server.id());
    bench.loop.runFor(600 * SECOND);
    assertThat(host.server.isConnected()).isFalse();
    assertThat(host.dials()).isOne();
  }

  @Test
  void aFullServerIsNamedAndDialledAgain() {
    Host host = network.add(bench.server("full"), Weather.FAIR);
    network.start();
    bench.loop.runFor(SECOND);
    host.refusing(true);
    host.server.disconnect(DisconnectReason.TOO_MANY_PEERS);
    bench.loop.runFor(SECOND / 10);
    assertThat(bench.client.status())
        .isInstanceOfSatisfying(
            SyncStatus.Refused.class,
            refused -> assertThat(refused.reason()).isEqualTo(new RefusalReason.Full()));
    assertThat(known(host.server).lastRefusal()).contains("full");
    assertThat(known(host.server).nextDialMillis()).isPositive();

    host.refusing(false);
    bench.loop.runFor(40 * SECOND);
    assertThat(host.server.isConnected()).isTrue();
  }

  @Test
  void aServerOfAnotherChainIsLeftAloneForAMinute() {
    FakeServer foreign =
        bench.server("foreign").status("networkId", Bytes.fromHexString("0x8209ff"));
    Host host = network.add(foreign, Weather.FAIR);
    network.start();
    bench.loop.runFor(59 * SECOND);
    assertThat(host.dials()).isOne();
    assertThat(known(foreign).lastRefusal()).contains("network id");
    bench.loop.runFor(60 * SECOND);
    assertThat(host.dials()).isEqualTo(2);
  }

  @Test
  void whatEachServerAnsweredLastIsTold() {
    Host host = network.add(bench.server("teller"), Weather.slow(SECOND / 20));
    network.start();
    bench.loop.runFor(SECOND);
    assertThat(info(host.server).activity().lastAnswer()).isNull();

    assertThat(bench.client.body(chain.header(50))).isInstanceOf(Retrieval.Retrieved.class);
    ServerActivity good = info(host.server).activity();
    assertThat(good.answers()).isOne();
    assertThat(good.invalid()).isZero();
    assertThat(good.medianRoundTripMicros()).isBetween(1_000L, 110_000L);
    assertThat(good.sessionValue()).isPositive();
    assertThat(good.lastAnswer())
        .isNotNull()
        .satisfies(
            last -> {
              assertThat(last.kind()).isEqualTo("bodies");
              assertThat(last.verdict()).isEqualTo("verified");
              assertThat(last.sizeBytes()).isPositive();
            });

    host.server.script(
        (request, honest) ->
            new LesMessage.BlockBodies(
                request.requestId(), 1_000_000, List.of(chain.body(51).encoded())));
    assertThat(bench.client.body(chain.header(52))).isInstanceOf(Retrieval.Failed.class);
    assertThat(known(host.server).lastRefusal()).contains("bad answers");
    assertThat(known(host.server).nextDialMillis()).isGreaterThan(500_000);
  }

  @Test
  void silenceIsCounted() {
    Host host = network.add(bench.server("mute"), Weather.FAIR);
    host.server.script((request, honest) -> null);
    network.start();
    bench.loop.runFor(SECOND);
    Retriever.Pending pending = bench.engine.retriever().ask(question(), 9 * SECOND, outcome -> {});
    bench.loop.runFor(8 * SECOND);
    assertThat(info(host.server).activity().slow()).isOne();
    pending.cancel();
    bench.loop.runFor(3 * SECOND);
    assertThat(host.server.isConnected()).as("ten seconds after the soft timeout").isTrue();
    bench.loop.runFor(4 * SECOND);
    assertThat(known(host.server).lastRefusal()).contains("no answer");
  }

  private Ask<Long> question() {
    return new Ask<>(
        "a body",
        new Question.Bodies(List.of(chain.header(9).hash())),
        server -> true,
        (server, reply) -> reply.requestId(),
        false,
        "none");
  }

  @Test
  void statisticsAreGeths() {
    Host host = network.add(bench.server("fast"), Weather.FAIR);
    network.start();
    bench.loop.runFor(SECOND);
    for (int i = 1; i < 40; i++) {
      assertThat(bench.client.body(chain.header(i))).isInstanceOf(Retrieval.Retrieved.class);
    }
    ServerStatistics statistics = bench.client.statistics();
    List<ResponseTimes.Point> all = statistics.distribution(Optional.empty(), true);
    assertThat(all).hasSize(32);
    assertThat(all.stream().mapToDouble(ResponseTimes.Point::value).sum())
        .isCloseTo(1, within(1e-9));
    assertThat(statistics.distribution(Optional.of(host.server.id().hash()), true)).isEqualTo(all);
    assertThat(statistics.timeoutSeconds(Optional.empty(), 0.1)).isBetween(0.0, 0.1);
    assertThat(statistics.value(Optional.empty(), 1)).isPositive();
    assertThat(statistics.value(Optional.of(bench.server("other").id().hash()), 1)).isZero();
    assertThat(statistics.requestStatistics().stream().map(ValueTracker.RequestStatistic::name))
        .contains("GetBlockBodies.first");
    bench.loop.runFor(6 * SECOND);
    assertThat(bench.engine.servers().keeper().softTimeoutNanos()).isEqualTo(SECOND / 2);
  }
}
