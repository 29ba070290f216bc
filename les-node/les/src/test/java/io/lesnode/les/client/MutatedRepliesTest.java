package io.lesnode.les.client;

import static io.lesnode.les.client.Bench.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.les.client.Retrieval.Failed;
import io.lesnode.les.client.Retrieval.Retrieved;
import io.lesnode.les.wire.LesCodec;
import io.lesnode.les.wire.LesMessage;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.apache.tuweni.bytes.Bytes;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Replies changed at random, from seeds: never a wrong answer, never an exception, and the client
 * goes on: an honest server that comes later is believed. {@code -Dbyzantine.seeds=N} runs more,
 * {@code -Dbyzantine.first=N} starts at a seed.
 */
final class MutatedRepliesTest {
  private static final int SEEDS = Integer.getInteger("byzantine.seeds", 15);
  private static final int FIRST = Integer.getInteger("byzantine.first", 0);

  @TempDir private static Path directory;
  private static ExecutedChain executed;
  private static Scene scene;
  private static int mutations;
  private static int survived;

  @BeforeAll
  static void importChain() {
    executed = new ExecutedChain(directory, ServedChain.named("london-small", "chain"));
    scene = new Scene(executed, ServedChain.named("clique-small", "chain"));
  }

  @AfterAll
  static void report() {
    System.out.printf(
        "MutatedRepliesTest: %d questions answered with mutated replies, %d of them with a right"
            + " answer all the same%n",
        mutations, survived);
    executed.close();
  }

  @ParameterizedTest
  @EnumSource(UserQuery.class)
  void neverGiveAWrongAnswer(UserQuery query) {
    for (int seed = FIRST; seed < FIRST + SEEDS; seed++) {
      String name = query + ", seed " + seed;
      Random random = new Random((seed * 31L + query.name().hashCode()) * 0x9e3779b97f4a7c15L);
      Bench bench = query.bench(scene, seed);
      FakeServer mutant = query.server(bench, scene, "mutant").forgiving();
      mutant.script(
          (request, scripted) -> {
            LesMessage.Reply right = scene.honest(request, Liar.reply(scripted));
            if (right == null || random.nextInt(4) == 0) {
              return right;
            }
            mutant.sendRaw(right.code(), mutated(LesCodec.encode(right), random));
            return null;
          });
      mutant.connectTo(bench.engine);
      bench.loop.runFor(query.startsSynced() ? SECOND : SECOND / 10);
      mutations++;
      requireRight(query, query.ask(bench, scene, List.of(mutant)), name);

      FakeServer honest = query.server(bench, scene, "honest");
      honest.script((request, scripted) -> scene.honest(request, Liar.reply(scripted)));
      honest.connectTo(bench.engine);
      bench.loop.runFor(SECOND);
      assertThat(query.ask(bench, scene, List.of(honest)))
          .as(name + ", then an honest server")
          .isEqualTo(new Retrieved<>(query.right(scene)));
    }
  }

  private static void requireRight(UserQuery query, Retrieval<String> answer, String name) {
    switch (answer) {
      case Retrieved<String>(String value) -> {
        boolean unprovable = query == UserQuery.TRANSACTION && value.equals("none");
        assertThat(unprovable ? query.right(scene) : value).as(name).isEqualTo(query.right(scene));
        survived++;
      }
      case Failed<String>(RetrievalFailure failure) ->
          assertThat(failure.message()).as(name).isNotBlank().hasSizeLessThan(2_000);
    }
  }

  /** Between one and four changes anywhere. */
  private static Bytes mutated(Bytes payload, Random random) {
    Bytes changed = payload;
    for (int i = random.nextInt(4); i >= 0; i--) {
      changed = mutatedOnce(changed, random);
    }
    return changed;
  }

  private static Bytes mutatedOnce(Bytes payload, Random random) {
    if (payload.isEmpty()) {
      return Bytes.of(random.nextInt(256));
    }
    int at = random.nextInt(payload.size());
    int length = Math.min(payload.size() - at, 1 + random.nextInt(40));
    return switch (random.nextInt(6)) {
      case 0 -> withByte(payload, at, (byte) (payload.get(at) ^ (1 << random.nextInt(8))));
      case 1 -> withByte(payload, at, (byte) random.nextInt(256));
      case 2 -> payload.slice(0, at);
      case 3 ->
          Bytes.concatenate(payload.slice(0, at), payload.slice(at, length), payload.slice(at));
      case 4 -> Bytes.concatenate(payload.slice(0, at), payload.slice(at + length));
      default -> {
        byte[] inserted = new byte[length];
        random.nextBytes(inserted);
        yield Bytes.concatenate(payload.slice(0, at), Bytes.wrap(inserted), payload.slice(at));
      }
    };
  }

  private static Bytes withByte(Bytes payload, int at, byte value) {
    byte[] copy = payload.toArray();
    copy[at] = value;
    return Bytes.wrap(copy);
  }
}
