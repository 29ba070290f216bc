package io.lesnode.app.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.lesnode.app.config.LightServeSettings;
import io.lesnode.devp2p.testing.GethProcess;
import io.lesnode.les.server.ClientInfo;
import io.lesnode.les.server.ClientParams;
import io.lesnode.les.server.LesAdmin;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.tuweni.bytes.Bytes32;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A light client of geth stays with our server, and gets right answers, while its priority is
 * raised, while it overloads us, and while it is frozen and resumed. Skipped without a geth
 * executable.
 */
class GethPriorityClientTest {

  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final int ASKERS = 128;
  private static final int QUESTIONS = 128;
  private static final int FREEZES = 4;

  /** One percent of a thread: a burst that a full bucket allows is an overload. */
  private static final LightServeSettings WEAK = new LightServeSettings(1, 10);

  private static final int ROUNDS = 3;
  private static final long SEED = 11;

  private final List<String> differences = new ArrayList<>();
  private Iterator<Question> questions = Collections.emptyIterator();
  private final AtomicInteger repeated = new AtomicInteger();
  private int asked;

  @Test
  void staysWhileRaisedOverloadedFrozenAndResumed(@TempDir Path directory) throws Exception {
    String version = GethProcess.version(GethProcess.executable());
    Assumptions.assumeFalse(
        version.startsWith("1.9.") || version.startsWith("1.12."),
        "skipped: geth " + version + " does not have the rules of the chain");
    VectorChain vector =
        VectorChain.all().stream()
            .filter(chain -> chain.toString().startsWith("london-small"))
            .findFirst()
            .orElseThrow();
    vector.importInto(directory.resolve("server"));
    FullNode.Settings settings =
        new FullNode.Settings(
            vector.chain(directory.resolve("server")),
            VectorChain.peers(true),
            WEAK,
            VectorChain.http(),
            Optional.empty());
    try (FullNode server = FullNode.start(settings);
        GethProcess geth =
            GethProcess.lightClient(directory.resolve("geth"))
                .chain(vector.folder())
                .options("--rpc.gascap", "50000000")
                .staticNode(server.endpoints().enode())
                .fakePow()
                .start()) {
      LesAdmin admin = server.lesAdmin().orElseThrow();
      long head = vector.expected().at("/head/number").asLong();
      geth.await("the head of our server", LIMIT, () -> geth.blockNumber() >= head);
      Bytes32 id = admin.clientInfo(List.of()).keySet().iterator().next();
      long connectedSince = System.nanoTime() - connection(admin, id).connectedNanos();
      questions = questions(vector);

      // raised
      assertThat(admin.addBalance(id, 1_000_000_000_000_000L).newBalance()).isPositive();
      admin.setClientParams(List.of(id), ClientParams.ofCapacity(64_000));
      ask(geth, server);
      assertThat(connection(admin, id).capacity()).isEqualTo(64_000);
      assertThat(admin.serverInfo().priorityConnectedCapacity()).isEqualTo(64_000);

      // overloaded: as many questions at once as its bucket allows
      long overloads = 0;
      for (int i = 0; i < ROUNDS && overloads == 0; i++) {
        ask(geth, server);
        overloads = admin.figures().events().frozen();
      }
      geth.await("the resume", LIMIT, () -> !connection(admin, id).frozen());

      // frozen and resumed, in the middle of questions
      admin.setClientParams(List.of(id), ClientParams.ofCapacity(16_000));
      long frozenBefore = admin.figures().events().frozen();
      for (int i = 0; i < FREEZES; i++) {
        try (ExecutorService asking = Executors.newVirtualThreadPerTaskExecutor()) {
          Future<?> asked = asking.submit(() -> ask(geth, server));
          admin.freezeClient(id);
          asked.get();
        }
        geth.await("the resume", LIMIT, () -> !connection(admin, id).frozen());
      }

      System.out.println(
          "geth "
              + GethProcess.version(GethProcess.executable())
              + " light client with priority: "
              + overloads
              + " overloads, "
              + FREEZES
              + " freezes, requests "
              + admin.figures().inPackets()
              + ", "
              + differences.size()
              + " of "
              + asked
              + " answers differ, "
              + repeated
              + " asked again");
      assertThat(differences.stream().limit(5)).isEmpty();
      assertThat(admin.figures().events().frozen() - frozenBefore).isGreaterThanOrEqualTo(FREEZES);
      assertThat(geth.peerCount()).isEqualTo(1);
      // never disconnected: it is the connection of the beginning
      assertThat(admin.figures().events().disconnected()).isZero();
      long nowConnectedSince = System.nanoTime() - connection(admin, id).connectedNanos();
      assertThat(nowConnectedSince - connectedSince).isLessThan(1_000_000_000L);
    }
  }

  private static ClientInfo.Connection connection(LesAdmin admin, Bytes32 id) {
    Map<Bytes32, ClientInfo> infos = admin.clientInfo(List.of(id));
    return infos.values().iterator().next().connection().orElseThrow();
  }

  private record Question(String account, String block) {}

  /** Accounts at blocks, each a proof that no light client has yet, in a random order. */
  private static Iterator<Question> questions(VectorChain vector) {
    Set<String> accounts = new LinkedHashSet<>();
    for (JsonNode recorded : vector.expected().path("rpc")) {
      if (recorded.path("method").asText().equals("eth_getBalance")) {
        accounts.add(recorded.path("params").path(0).asText());
      }
    }
    List<Question> questions = new ArrayList<>();
    for (long block = 1; block <= vector.expected().at("/head/number").asLong(); block++) {
      for (String account : accounts) {
        questions.add(new Question(account, "0x" + Long.toHexString(block)));
      }
    }
    Collections.shuffle(questions, new Random(SEED));
    return questions.iterator();
  }

  /**
   * The answer of geth's light client. While its only server has frozen it, it may say that there
   * is no suitable peer; then it is asked again.
   */
  private JsonNode answer(GethProcess geth, Question question) {
    AtomicReference<JsonNode> last = new AtomicReference<>();
    geth.await(
        "an answer to " + question,
        LIMIT,
        () -> {
          JsonNode answer = geth.call("eth_getBalance", question.account(), question.block());
          last.set(answer);
          boolean isAgain = answer.toString().contains("no suitable peers");
          if (isAgain) {
            repeated.incrementAndGet();
          }
          return !isAgain;
        });
    return last.get();
  }

  /** Asks the light client many questions at once, and our full node the same. */
  private void ask(GethProcess geth, FullNode server) {
    try (RpcClient full = new RpcClient(server.endpoints().http().orElseThrow());
        ExecutorService askers = Executors.newFixedThreadPool(ASKERS)) {
      for (int i = 0; i < QUESTIONS && questions.hasNext(); i++) {
        Question question = questions.next();
        asked++;
        Future<?> unused =
            askers.submit(
                () -> {
                  JsonNode light = answer(geth, question);
                  JsonNode right =
                      full.result("eth_getBalance", question.account(), question.block());
                  if (!light.path("result").equals(right)) {
                    synchronized (differences) {
                      differences.add(question + "\n  full: " + right + "\n  light: " + light);
                    }
                  }
                  return true;
                });
      }
    }
  }
}
