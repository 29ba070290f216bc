package io.lesnode.les.client;

import static io.lesnode.les.client.Bench.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.chain.consensus.SealCheck;
import io.lesnode.les.client.Retrieval.Failed;
import io.lesnode.les.client.Retrieval.Retrieved;
import io.lesnode.les.wire.LesMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.tuweni.bytes.Bytes32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Who is asked what and when: the laws of geth's distributor (TestRequestDistributor, …Resend) and
 * retriever on virtual time.
 */
final class RetrieverTest {
  private static final int QUESTIONS = 400;

  private final ServedChain chain = ServedChain.named("london-small", "chain");
  private final Bench bench = new Bench(chain, Scene.synced(chain), SealCheck.SKIP);
  private final Retriever retriever = bench.engine.retriever();

  private Ask<Integer> bodies(String what, List<Bytes32> hashes, Set<FakeServer> allowed) {
    return new Ask<>(
        what,
        new Question.Bodies(hashes),
        server -> allowed.stream().anyMatch(fake -> fake.id().equals(server.id())),
        (server, reply) -> ((LesMessage.BlockBodies) reply).bodies().size(),
        false,
        "nobody has it");
  }

  private List<Bytes32> hashes(int from, int count) {
    List<Bytes32> hashes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      hashes.add(chain.header(1 + (from + i) % 400).hash());
    }
    return hashes;
  }

  /** A name of a question that its request can be recognised by: its first hash and its length. */
  private static String name(List<Bytes32> hashes) {
    return hashes.getFirst() + "/" + hashes.size();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void onlyAllowedServersAreAskedInOrderAndNothingIsLeftOut(long seed) {
    Random random = new Random(seed);
    FakeServer[] servers = {bench.server("first"), bench.server("second")};
    for (FakeServer server : servers) {
      server.connectTo(bench.engine);
    }
    bench.loop.runFor(SECOND);
    Map<String, Set<FakeServer>> allowed = new HashMap<>();
    Map<String, Integer> order = new HashMap<>();
    List<CompletableFuture<Retrieval<Integer>>> answers = new ArrayList<>();
    List<Boolean> answerable = new ArrayList<>();
    for (int i = 0; i < QUESTIONS; i++) {
      List<Bytes32> hashes = hashes(i, 1 + random.nextInt(30));
      Set<FakeServer> choice = new HashSet<>();
      for (FakeServer server : servers) {
        if (random.nextBoolean()) {
          choice.add(server);
        }
      }
      allowed.put(name(hashes), choice);
      order.put(name(hashes), i);
      answerable.add(!choice.isEmpty());
      answers.add(retriever.ask(bodies("question " + i, hashes, choice), 600 * SECOND));
    }
    bench.loop.runFor(600 * SECOND);
    for (int i = 0; i < QUESTIONS; i++) {
      assertThat(answers.get(i))
          .as("question " + i)
          .isCompletedWithValueMatching(
              answerable.get(i) ? Retrieved.class::isInstance : Failed.class::isInstance);
    }
    for (FakeServer server : servers) {
      int last = -1;
      for (LesMessage.Request request : server.received()) {
        String name = name(((LesMessage.GetBlockBodies) request).hashes());
        assertThat(allowed.get(name)).as(name).contains(server);
        assertThat(order.get(name)).as("in the order of asking").isGreaterThan(last);
        last = order.get(name);
      }
    }
    assertThat(servers[0].received().size() + servers[1].received().size())
        .isEqualTo((int) answerable.stream().filter(a -> a).count());
  }

  @Test
  void aSilentServersQuestionsGoToTheOtherOneInTheirOrder() {
    FakeServer silent = bench.server("silent").script((request, honest) -> null);
    silent.connectTo(bench.engine);
    bench.loop.runFor(SECOND);
    Set<FakeServer> both = new HashSet<>(Set.of(silent));
    List<CompletableFuture<Retrieval<Integer>>> answers = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      answers.add(retriever.ask(bodies("question " + i, hashes(10 * i, 1), both)));
    }
    bench.loop.runFor(SECOND / 10);
    assertThat(silent.received()).hasSize(20);
    FakeServer other = bench.server("other").connectTo(bench.engine);
    both.add(other);
    bench.loop.runFor(SECOND / 10);
    assertThat(other.received()).as("before the soft timeout").isEmpty();
    bench.loop.runFor(5 * SECOND);
    assertThat(answers).allMatch(answer -> answer.join() instanceof Retrieved<Integer>);
    assertThat(other.received().stream().map(r -> name(((LesMessage.GetBlockBodies) r).hashes())))
        .containsExactlyElementsOf(
            silent.received().stream()
                .map(r -> name(((LesMessage.GetBlockBodies) r).hashes()))
                .toList());
    assertThat(silent.isConnected()).isTrue();
    bench.loop.runFor(10 * SECOND);
    assertThat(silent.isConnected()).as("ten seconds after the soft timeout").isFalse();
  }

  @Test
  void aLateReplyToAnAnsweredQuestionIsNoFault() {
    FakeServer late = bench.server("late");
    late.script(
        (request, honest) -> {
          bench.loop.schedule(8 * SECOND, () -> late.send(honest));
          return null;
        });
    late.connectTo(bench.engine);
    bench.loop.runFor(SECOND);
    CompletableFuture<Retrieval<Integer>> answer =
        retriever.ask(bodies("a body", hashes(5, 1), Set.of(late)));
    bench.loop.runFor(9 * SECOND);
    assertThat(answer.join()).isInstanceOf(Retrieved.class);
    assertThat(late.isConnected()).isTrue();
    assertThat(bench.client.servers().getFirst().activity().slow()).isOne();
  }

  @Test
  void theCallerSetsTheDeadline() {
    FakeServer silent = bench.server("silent").script((request, honest) -> null);
    silent.connectTo(bench.engine);
    bench.loop.runFor(SECOND);
    long asked = bench.loop.nowNanos();
    CompletableFuture<Retrieval<Integer>> answer =
        retriever.ask(bodies("a body", hashes(5, 1), Set.of(silent)), SECOND / 4);
    bench.loop.runUntil(answer::isDone, SECOND);
    assertThat(bench.loop.nowNanos() - asked).isEqualTo(SECOND / 4);
    assertThat(answer.join())
        .isInstanceOfSatisfying(
            Failed.class,
            failed ->
                assertThat(failed.failure().message())
                    .contains("no answer within 250 ms")
                    .contains(silent.id().toString()));
  }

  @Test
  void withoutASuitableServerAQuestionWaitsThreeSeconds() {
    bench.server("unsuitable").connectTo(bench.engine);
    bench.loop.runFor(SECOND);
    FakeServer comes = bench.server("comes");
    CompletableFuture<Retrieval<Integer>> inTime =
        retriever.ask(bodies("a body", hashes(5, 1), Set.of(comes)));
    bench.loop.runFor(5 * SECOND / 2);
    assertThat(inTime).isNotDone();
    comes.connectTo(bench.engine);
    bench.loop.runFor(SECOND / 10);
    assertThat(inTime.join()).isInstanceOf(Retrieved.class);

    CompletableFuture<Retrieval<Integer>> never =
        retriever.ask(bodies("a body", hashes(5, 1), Set.of()));
    bench.loop.runFor(29 * SECOND / 10);
    assertThat(never).isNotDone();
    bench.loop.runFor(2 * SECOND / 10);
    assertThat(never.join()).isInstanceOf(Failed.class);
  }

  @Test
  void aCancelledQuestionIsNotSentOn() {
    FakeServer silent = bench.server("silent").script((request, honest) -> null);
    silent.connectTo(bench.engine);
    bench.loop.runFor(SECOND);
    FakeServer other = bench.server("other");
    CompletableFuture<Retrieval<Integer>> answer =
        retriever.ask(bodies("a body", hashes(5, 1), Set.of(silent, other)));
    bench.loop.runFor(SECOND / 10);
    assertThat(answer.cancel(false)).isTrue();
    other.connectTo(bench.engine);
    bench.loop.runFor(8 * SECOND);
    assertThat(other.received()).isEmpty();
  }

  @Test
  void whatAServerAnswersAfterStopIsNoFault() {
    FakeServer stopping = bench.server("stopping");
    stopping.script(
        (request, honest) -> {
          stopping.send(new LesMessage.Stop());
          return honest;
        });
    stopping.connectTo(bench.engine);
    bench.loop.runFor(SECOND);
    CompletableFuture<Retrieval<Integer>> answer =
        retriever.ask(bodies("a body", hashes(5, 1), Set.of(stopping)));
    bench.loop.runFor(SECOND);
    assertThat(answer).as("what was asked before is void").isNotDone();
    stopping.script((request, honest) -> honest);
    stopping.send(new LesMessage.Resume(FakeServer.BUFFER_LIMIT));
    bench.loop.runFor(SECOND);
    assertThat(answer.join()).isInstanceOf(Retrieved.class);
    assertThat(stopping.received()).hasSize(2);
    assertThat(bench.client.servers().getFirst().activity().invalid()).isZero();
  }

  @Test
  void equalServersShareTheWork() {
    int[] counts = new int[2];
    FakeServer[] servers = {bench.server("first"), bench.server("second")};
    for (FakeServer server : servers) {
      server.connectTo(bench.engine);
    }
    bench.loop.runFor(SECOND);
    for (int i = 0; i < QUESTIONS; i++) {
      CompletableFuture<Retrieval<Integer>> unused =
          retriever.ask(bodies("question", hashes(i, 1), Set.of(servers)));
      bench.loop.runFor(SECOND / 10);
    }
    for (int i = 0; i < 2; i++) {
      counts[i] = servers[i].received().size();
    }
    assertThat(counts[0] + counts[1]).isEqualTo(QUESTIONS);
    assertThat(counts[0]).isBetween(120, 280);
  }
}
