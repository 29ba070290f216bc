package io.lesnode.les.client;

import static io.lesnode.les.client.Bench.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.les.client.Misdeed.Deed;
import io.lesnode.les.client.Misdeed.Outcome;
import io.lesnode.les.client.Retrieval.Failed;
import io.lesnode.les.client.Retrieval.Retrieved;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every named {@link Misdeed} against every question that it can touch: with the liar alone the
 * caller is never given a wrong answer but told why there is none; the liar is penalised; with an
 * honest server beside it the right answer is found.
 */
final class ByzantineServersTest {
  /** In so many tries the liar is asked first at least once. */
  private static final int MAX_SEEDS = 24;

  /** Small faults are forgiven that many times. */
  private static final int FORGIVEN = 50;

  private static final int MAX_MESSAGE_CHARS = 2_000;

  /** Boasting is punished when the proof was asked for in vain several times. */
  private static final int PENALTY_SECONDS = 60;

  @TempDir private static Path directory;
  private static ExecutedChain executed;
  private static Scene scene;
  private static int cases;

  @BeforeAll
  static void importChain() {
    executed = new ExecutedChain(directory, ServedChain.named("london-small", "chain"));
    scene = new Scene(executed, ServedChain.named("clique-small", "chain"));
  }

  @AfterAll
  static void report() {
    System.out.printf(
        "ByzantineServersTest: %d named faults, %d cases, each with three runs or more%n",
        Misdeeds.all().size(), cases);
    executed.close();
  }

  static Stream<Misdeed> misdeeds() {
    String only = System.getProperty("byzantine", "");
    return Misdeeds.all().stream().filter(misdeed -> misdeed.toString().contains(only));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("misdeeds")
  void isNeverBelieved(Misdeed misdeed) {
    for (UserQuery query : misdeed.queries()) {
      String name = misdeed + " / " + query;
      alone(misdeed, query, name);
      besideAnHonestServer(misdeed, query, name);
      cases++;
    }
  }

  private static void alone(Misdeed misdeed, UserQuery query, String name) {
    Bench bench = query.bench(scene, 1);
    Liar liar = new Liar(bench, scene, query.server(bench, scene, "liar"), misdeed).connect();
    bench.loop.runFor(query.startsSynced() ? SECOND : SECOND / 10);
    liar.act();
    if (misdeed.deed() instanceof Deed.Unasked) {
      bench.loop.runFor(SECOND);
    }
    boolean disprovable = misdeed.outcome() != Outcome.UNPROVABLE;
    Retrieval<String> answer = ask(bench, query, List.of(liar.server), name, disprovable);

    assertThat(liar.lies()).as(name + ": lies told").isPositive();
    boolean mayAnswer =
        EnumSet.of(Outcome.HARMLESS, Outcome.UNPROVABLE).contains(misdeed.outcome())
            || (misdeed.outcome() == Outcome.COUNTED && misdeed.deed() instanceof Deed.Unasked);
    // who lies about itself or without being asked may be caught only after a right answer
    boolean caughtLater =
        !(misdeed.deed() instanceof Deed.InReply)
            && misdeed.outcome() == Outcome.SHUT_OUT
            && answer instanceof Retrieved<String>;
    if ((mayAnswer && misdeed.outcome() != Outcome.UNPROVABLE) || caughtLater) {
      assertThat(answer).as(name).isEqualTo(new Retrieved<>(query.right(scene)));
      if (misdeed.outcome() == Outcome.HARMLESS) {
        assertThat(liar.server.isConnected()).as(name + ": still connected").isTrue();
      }
    } else if (misdeed.outcome() == Outcome.EXCUSED) {
      assertReadable(answer, name);
    } else if (misdeed.outcome() != Outcome.UNPROVABLE) {
      assertToldWhy(answer, liar, name);
    }
    assertPenalised(bench, liar, query, name);
    assertNothingWrongIsKept(bench, name);
  }

  private static void assertToldWhy(Retrieval<String> answer, Liar liar, String name) {
    assertThat(assertReadable(answer, name)).as(name).contains(liar.name());
  }

  private static String assertReadable(Retrieval<String> answer, String name) {
    assertThat(answer).as(name).isInstanceOf(Failed.class);
    String message =
        answer instanceof Failed<String>(RetrievalFailure failure) ? failure.message() : "";
    assertThat(message).as(name).isNotBlank().hasSizeLessThan(MAX_MESSAGE_CHARS);
    assertThat(message.chars().filter(Character::isISOControl)).as(name + ": " + message).isEmpty();
    return message;
  }

  /** The penalty that the registry names. */
  private static void assertPenalised(Bench bench, Liar liar, UserQuery query, String name) {
    switch (liar.misdeed.outcome()) {
      case REFUSED -> {
        runUntilDropped(bench, liar);
        assertThat(liar.server.isConnected()).as(name + ": refused").isFalse();
      }
      case SHUT_OUT -> {
        runUntilDropped(bench, liar);
        assertThat(liar.server.isConnected()).as(name + ": dropped").isFalse();
        assertThat(mayComeBack(bench, liar)).as(name + ": shut out").isFalse();
      }
      case DROPPED -> {
        runUntilDropped(bench, liar);
        assertThat(liar.server.isConnected()).as(name + ": dropped").isFalse();
        assertThat(mayComeBack(bench, liar)).as(name + ": may come back").isTrue();
      }
      case COUNTED -> {
        assertThat(liar.server.isConnected()).as(name + ": only counted").isTrue();
        for (int i = 0; i <= FORGIVEN && liar.server.isConnected(); i++) {
          liar.act();
          bench.loop.runFor(SECOND / 10);
          if (!(liar.misdeed.deed() instanceof Deed.Unasked)) {
            ask(bench, query, List.of(liar.server), name, true);
          }
        }
        assertThat(liar.server.isConnected()).as(name + ": too often").isFalse();
      }
      case HARMLESS, EXCUSED, UNPROVABLE ->
          assertThat(liar.server.isConnected()).as(name + ": not dropped").isTrue();
    }
  }

  private static void runUntilDropped(Bench bench, Liar liar) {
    for (int i = 0; i < PENALTY_SECONDS && liar.server.isConnected(); i++) {
      bench.loop.runFor(SECOND);
    }
  }

  private static boolean mayComeBack(Bench bench, Liar liar) {
    liar.server.connectTo(bench.engine);
    bench.loop.runFor(SECOND / 5);
    return liar.server.isConnected();
  }

  /** Whatever the client took over is part of the true chain. */
  private static void assertNothingWrongIsKept(Bench bench, String name) {
    bench
        .stores
        .canonicalHashes()
        .forEach(
            (number, hash) ->
                assertThat(hash)
                    .as(name + ": canonical " + number)
                    .isEqualTo(bench.chain.header(number).hash()));
  }

  private static void besideAnHonestServer(Misdeed misdeed, UserQuery query, String name) {
    int told = 0;
    int seed = 0;
    while (told == 0 || seed < 2) {
      assertThat(seed).as(name + ": never told beside an honest server").isLessThan(MAX_SEEDS);
      Bench bench = query.bench(scene, 100 + seed);
      List<FakeServer> servers = new ArrayList<>();
      Liar liar = new Liar(bench, scene, query.server(bench, scene, "liar"), misdeed);
      FakeServer honest = query.server(bench, scene, "honest");
      honest.script((request, scripted) -> scene.honest(request, Liar.reply(scripted)));
      if (seed % 2 == 0) {
        liar.connect();
        honest.connectTo(bench.engine);
      } else {
        honest.connectTo(bench.engine);
        liar.connect();
      }
      servers.add(liar.server);
      servers.add(honest);
      bench.loop.runFor(query.startsSynced() ? SECOND : SECOND / 10);
      liar.act();
      Retrieval<String> answer = ask(bench, query, servers, name, true);
      assertThat(answer)
          .as(name + " beside an honest server, seed " + seed)
          .isEqualTo(new Retrieved<>(query.right(scene)));
      assertThat(honest.isConnected()).as(name + ": the honest one stays").isTrue();
      assertNothingWrongIsKept(bench, name);
      told += liar.lies();
      seed++;
    }
  }

  private static Retrieval<String> ask(
      Bench bench, UserQuery query, List<FakeServer> servers, String name, boolean mustBeRight) {
    long asked = bench.loop.nowNanos();
    Retrieval<String> answer = query.ask(bench, scene, servers);
    assertThat(bench.loop.nowNanos() - asked)
        .as(name + ": nanoseconds to an answer")
        .isLessThanOrEqualTo(UserQuery.DEADLINE_NANOS);
    if (answer instanceof Retrieved<String>(String value) && mustBeRight) {
      assertThat(value).as(name + ": never a wrong answer").isEqualTo(query.right(scene));
    }
    return answer;
  }
}
