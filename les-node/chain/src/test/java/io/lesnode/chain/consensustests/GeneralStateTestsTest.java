package io.lesnode.chain.consensustests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.lesnode.chain.testing.ConsensusTestsZip;
import io.lesnode.primitives.config.Fork;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * The official state tests: state root, logs and rejections after one transaction, for every fork.
 *
 * <p>The normal build runs a fixed sample: every {@value #FILE_STEP}th file, and of each test in it
 * every {@value #CASE_STEP}th case after the first; {@code -Dconsensus.full=true} runs all.
 */
class GeneralStateTestsTest {
  private static final int FILE_STEP = 9;
  private static final int CASE_STEP = 5;
  private static final boolean FULL = ConsensusTestsZip.runsInFull();

  @Test
  void generalStateTests() {
    runAll("GeneralStateTests");
  }

  @Test
  void legacyGeneralStateTests() {
    runAll("LegacyGeneralStateTests");
  }

  private static void runAll(String folder) {
    Tally tally = new Tally();
    try (ConsensusTestsZip zip = ConsensusTestsZip.open()) {
      String only = System.getProperty("consensus.only", "");
      AtomicInteger index = new AtomicInteger();
      List<String> chosen =
          zip.files(folder).stream()
              .filter(file -> FULL || index.getAndIncrement() % FILE_STEP == 0)
              .filter(file -> file.contains(only))
              .toList();
      chosen.parallelStream().forEach(file -> runFile(file, zip.json(file), tally));
    }
    System.out.println(tally.report(folder + (FULL ? " in full" : " sample")));
    assertThat(tally.failed()).isZero();
    assertThat(tally.passed()).isPositive();
  }

  private static void runFile(String file, JsonNode tests, Tally tally) {
    for (Map.Entry<String, JsonNode> test : tests.properties()) {
      StateFixture fixture = new StateFixture(test.getValue());
      int index = 0;
      for (Map.Entry<String, JsonNode> post : test.getValue().path("post").properties()) {
        Optional<Fork> fork = StateFixture.fork(post.getKey());
        for (JsonNode expected : post.getValue()) {
          if (fork.isEmpty()) {
            tally.skip("fork " + post.getKey());
          } else if (FULL || index++ % CASE_STEP == 0) {
            String name = post.getKey() + " " + expected.path("indexes") + " of " + file;
            runCase(fixture, fork.get(), expected, name, tally);
          }
        }
      }
    }
  }

  private static void runCase(
      StateFixture fixture, Fork fork, JsonNode expected, String name, Tally tally) {
    try {
      Optional<String> problem = fixture.run(fork, expected);
      problem.ifPresentOrElse(why -> tally.fail(name, why), tally::pass);
    } catch (RuntimeException | AssertionError | StackOverflowError e) {
      tally.fail(
          name, "threw " + e + " at " + (e.getStackTrace().length > 0 ? e.getStackTrace()[0] : ""));
    }
  }
}
