package io.lesnode.les.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.les.client.Retrieval.Failed;
import io.lesnode.les.client.Retrieval.Retrieved;
import io.lesnode.les.client.SimNetwork.Host;
import io.lesnode.les.client.SimNetwork.Weather;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A bad network: every call ends in the right answer, or within its deadline in a reason; never in
 * a wrong answer, and never does it hang. More seeds with {@code -Dsim.seeds=N}, one of them with
 * {@code -Dsim.seed=S}.
 */
final class NetworkFaultsTest {
  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final int SEEDS = Integer.getInteger("sim.seeds", 300);
  private static final int MAX_MESSAGE_CHARS = 2_000;
  private static final int MAX_CUTS = 60;
  private static final int HEAVY_STEP = 6;

  /** A transaction needs a server, and an announcement a connection. */
  private static final Set<UserQuery> NEEDS_SERVER =
      EnumSet.of(UserQuery.SEND, UserQuery.NEXT_HEAD, UserQuery.SIGNED_HEAD);

  @TempDir private static Path directory;
  private static ExecutedChain executed;
  private static Scene scene;
  private static int sessions;

  @BeforeAll
  static void importChain() {
    executed = new ExecutedChain(directory, ServedChain.named("london-small", "chain"));
    scene = new Scene(executed, ServedChain.named("clique-small", "chain"));
  }

  @AfterAll
  static void report() {
    System.out.printf("NetworkFaultsTest: %d sessions%n", sessions);
    executed.close();
  }

  /** One client, its servers, and a question. */
  private static final class Run {
    private final String name;
    private final UserQuery query;
    private final Bench bench;
    private final SimNetwork network;
    private final List<FakeServer> servers = new ArrayList<>();

    Run(String name, UserQuery query, long seed) {
      this.name = name;
      this.query = query;
      this.bench = query.bench(scene, seed);
      this.network = new SimNetwork(bench, seed);
      sessions++;
    }

    Host host(Weather weather) {
      FakeServer server = query.server(bench, scene, "server" + servers.size());
      server.script((request, scripted) -> scene.honest(request, Liar.reply(scripted)));
      servers.add(server);
      return network.add(server, weather);
    }

    Retrieval<String> ask() {
      try {
        network.start();
        bench.loop.runFor(SECOND / 10);
        if (NEEDS_SERVER.contains(query)) {
          awaitServer();
        }
        long asked = bench.loop.nowNanos();
        Retrieval<String> answer = query.ask(bench, scene, servers);
        assertThat(bench.loop.nowNanos() - asked)
            .as(name + ": nanoseconds to an answer")
            .isLessThanOrEqualTo(UserQuery.DEADLINE_NANOS);
        check(answer);
        return answer;
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError(name + ": " + e.getMessage(), e);
      }
    }

    private void awaitServer() {
      long end = bench.loop.nowNanos() + 30 * SECOND;
      while (bench.engine.servers().usable().isEmpty() && bench.loop.nowNanos() < end) {
        bench.loop.runFor(SECOND / 10);
      }
    }

    private void check(Retrieval<String> answer) {
      switch (answer) {
        case Retrieved<String>(String value) ->
            assertThat(value).as(name + ": the answer").isEqualTo(query.right(scene));
        case Failed<String>(RetrievalFailure failure) ->
            assertThat(failure.message())
                .as(name + ": the reason")
                .isNotBlank()
                .hasSizeLessThan(MAX_MESSAGE_CHARS);
      }
    }

    void mustBeAnswered() {
      Retrieval<String> answer = ask();
      assertThat(answer).as(name).isEqualTo(new Retrieved<>(query.right(scene)));
    }
  }

  /** A session of these takes longer than all others together. */
  private static boolean isHeavy(UserQuery query) {
    return query == UserQuery.LOGS;
  }

  private static int messagesOf(UserQuery query) {
    Run run = new Run(query + " undisturbed", query, 1);
    Host host = run.host(Weather.FAIR);
    run.mustBeAnswered();
    return Math.min(MAX_CUTS, host.messages());
  }

  @ParameterizedTest
  @EnumSource(UserQuery.class)
  void aConnectionThatEndsAtAnyMessage(UserQuery query) {
    int messages = messagesOf(query);
    for (int i = 0; i < messages; i++) {
      String name = query + " cut at message " + i;
      Run again = new Run(name + ", dialled again", query, 1);
      again.host(Weather.FAIR).cutAt(i);
      if (query == UserQuery.SEND) {
        again.ask(); // may fail: whether the server took the transaction nobody knows
      } else {
        again.mustBeAnswered();
      }
      if (isHeavy(query) && i % HEAVY_STEP != 0) {
        continue;
      }

      Run beside = new Run(name + ", another server beside", query, 1);
      beside.host(Weather.FAIR).cutAt(i).goneAfterwards();
      beside.host(Weather.FAIR);
      beside.mustBeAnswered();

      Run gone = new Run(name + ", gone for good", query, 1);
      gone.host(Weather.FAIR).cutAt(i).goneAfterwards();
      gone.ask();
    }
  }

  @ParameterizedTest
  @EnumSource(UserQuery.class)
  void aServerThatFreezesUsAtAnyMessage(UserQuery query) {
    int messages = messagesOf(query);
    for (int i = 0; i < messages; i += isHeavy(query) ? HEAVY_STEP : 1) {
      String name = query + " frozen at message " + i;
      Run thawed = new Run(name + ", thawed", query, 1);
      thawed.host(Weather.FAIR).freezeAt(i, SECOND);
      thawed.mustBeAnswered();

      Run beside = new Run(name + ", another server beside", query, 1);
      beside.host(Weather.FAIR).freezeAt(i, -1);
      beside.host(Weather.FAIR);
      beside.mustBeAnswered();

      Run forEver = new Run(name + ", for ever", query, 1);
      forEver.host(Weather.FAIR).freezeAt(i, -1);
      forEver.ask();
    }
  }

  @ParameterizedTest
  @EnumSource(UserQuery.class)
  void repliesThatDripIn(UserQuery query) {
    Run run = new Run(query + " dripping", query, 1);
    run.host(new Weather(4 * SECOND, 5 * SECOND, 0, false, 0, 0, 0, 0));
    run.ask();
    Run beside = new Run(query + " dripping, another server beside", query, 1);
    beside.host(new Weather(4 * SECOND, 5 * SECOND, 0, false, 0, 0, 0, 0));
    beside.host(Weather.slow(100 * MILLI));
    beside.mustBeAnswered();
  }

  @Test
  void weatherOfAllKinds() {
    UserQuery[] queries = UserQuery.values();
    Long only = Long.getLong("sim.seed");
    for (long seed = 0; seed < SEEDS; seed++) {
      if (only == null || only == seed) {
        Random random = new Random(seed * 0x9E3779B97F4A7C15L);
        UserQuery query = queries[random.nextInt(queries.length)];
        Run run = new Run("seed " + seed + ": " + query, query, seed);
        boolean sheltered = random.nextBoolean();
        int bad = random.nextInt(3) + (sheltered ? 0 : 1);
        for (int i = 0; i < bad; i++) {
          run.host(weather(random));
        }
        if (sheltered) {
          run.host(Weather.slow((1 + random.nextInt(200)) * MILLI));
          run.mustBeAnswered();
        } else {
          run.ask();
        }
      }
    }
  }

  private static Weather weather(Random random) {
    long max = random.nextBoolean() ? 300 * MILLI : 6 * SECOND;
    return new Weather(
        MILLI,
        MILLI + 1 + random.nextLong(max),
        random.nextInt(3) * 0.2,
        random.nextBoolean(),
        random.nextInt(3) * 0.05,
        random.nextInt(3) * 0.05,
        random.nextInt(4) == 0 ? -1 : random.nextLong(5 * SECOND),
        random.nextInt(3) * 0.3);
  }
}
