package io.lesnode.benchmarks.sim.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lesnode.app.node.NodeFailure;
import io.lesnode.benchmarks.sim.scenario.Figure;
import io.lesnode.benchmarks.sim.scenario.ScenarioException;
import io.lesnode.benchmarks.sim.scenario.ScenarioFile;
import io.lesnode.benchmarks.sim.scenario.SimEngine;
import io.lesnode.benchmarks.sim.scenario.SimResult;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SweepRunsTest {
  private static final ScenarioFile FILE =
      ScenarioFile.parse(
          "fake",
          """
          duration: 1h
          groups: {free: {}}
          expect: {utilisation: {most: 3}}
          sweep:
            server.serve: [25%, 50%, 100%]
            groups.free.count: {from: 10, to: 50, step: 10}
            seed: [1, 2]
          """);

  private final AtomicInteger runs = new AtomicInteger();

  /** Computes figures from the scenario instead of simulating. */
  private final SimEngine engine =
      (scenario, progress) -> {
        runs.incrementAndGet();
        double load = scenario.clients() / (double) scenario.server().servePercent();
        return new SimResult(
            scenario.name(),
            scenario.seed(),
            1,
            List.of(),
            List.of(
                Figure.of("", "utilisation", load * scenario.seed(), ""),
                Figure.of("", "latency.p99", scenario.clients() * 1_000_000L, "ns"),
                Figure.of("free", "served.share", 1L, "")),
            List.of());
      };

  private SweepRuns.Outcome run(ScenarioFile file, String shard, Path out) {
    RunProgress progress = new RunProgress(new PrintWriter(new StringWriter()), false);
    return new SweepRuns(engine, progress, 3).run(file, Shard.parse(shard), out);
  }

  @Test
  void shardsMergeToTheVeryBytesOfOneRun(@TempDir Path folder) throws IOException {
    SweepRuns.Outcome whole = run(FILE, "1/1", folder.resolve("whole"));
    assertThat(whole).isEqualTo(new SweepRuns.Outcome(30, 30, 2, true));
    for (int shard = 1; shard <= 4; shard++) {
      assertThat(run(FILE, shard + "/4", folder.resolve("s" + shard)).isWhole()).isFalse();
    }
    List<Path> shards = Stream.of("s3", "s1", "s4", "s2").map(folder::resolve).toList();

    int points = SweepMerge.merge(shards, folder.resolve("merged"));

    assertThat(points).isEqualTo(30);
    assertThat(files(folder.resolve("merged"))).isEqualTo(files(folder.resolve("whole")));
    assertThat(files(folder.resolve("whole")))
        .containsKeys("sweep.yaml", "sweep.csv", "report.html", "points/point-00029.json");
    assertThat(Files.readString(folder.resolve("whole/sweep.csv")))
        .startsWith(
            """
            point,server.serve,groups.free.count,seed,utilisation,latency.p99,free/served.share
            0,25%,10,1,0.4,10000000,1
            1,25%,10,2,0.8,10000000,1
            """);
  }

  @Test
  void goesOnWhereItEnded(@TempDir Path folder) throws IOException {
    run(FILE, "1/2", folder);
    int before = runs.get();

    SweepRuns.Outcome rest = run(FILE, "1/1", folder);

    assertThat(rest).isEqualTo(new SweepRuns.Outcome(30, 15, 2, true));
    assertThat(runs.get() - before).isEqualTo(15);
    assertThat(run(FILE, "1/1", folder).ran()).isZero();
    Files.writeString(folder.resolve("points/point-00003.json"), "{\"point\": 3");
    assertThatThrownBy(() -> run(FILE, "1/1", folder))
        .isInstanceOfSatisfying(
            NodeFailure.class, e -> assertThat(e.line()).contains("it is not JSON"));
  }

  @Test
  void refusesWhatDoesNotBelongTogether(@TempDir Path folder) {
    run(FILE, "1/2", folder.resolve("a"));
    ScenarioFile other = FILE.with(List.of("duration=2h"));
    run(other, "2/2", folder.resolve("b"));
    List<Path> both = List.of(folder.resolve("a"), folder.resolve("b"));

    assertThatThrownBy(() -> run(other, "1/2", folder.resolve("a")))
        .hasMessageContaining("holds another sweep");
    assertThatThrownBy(() -> SweepMerge.merge(both, folder.resolve("m")))
        .hasMessageContaining("are of different sweeps");
    assertThatThrownBy(() -> SweepMerge.merge(both.subList(0, 1), folder.resolve("m")))
        .hasMessageContaining("15 of 30 combinations are in none of the folders");
    assertThatThrownBy(() -> SweepMerge.merge(List.of(folder), folder.resolve("m")))
        .hasMessageContaining("is no folder of a sweep");
    assertThat(folder.resolve("m")).doesNotExist();
  }

  @Test
  void checksEveryCombinationBeforeTheFirstRun(@TempDir Path folder) {
    ScenarioFile wrong =
        ScenarioFile.parse(
            "x", "duration: 1h\ngroups: {a: {}}\nsweep: {server.serve: [50%, 0%]}\n");

    assertThatThrownBy(() -> run(wrong, "1/1", folder.resolve("out")))
        .isInstanceOf(ScenarioException.class)
        .hasMessageStartingWith("sweep of server.serve at 0%: serve: '0%' is not within");
    assertThat(runs.get()).isZero();
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void readsShards() {
    assertThat(Shard.parse("2/4")).isEqualTo(new Shard(2, 4));
    for (String wrong : List.of("0/4", "5/4", "1", "a/b", "1/0", "1/99999", "/")) {
      assertThatThrownBy(() -> Shard.parse(wrong)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static Map<String, String> files(Path folder) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        files.put(folder.relativize(file).toString(), Files.readString(file));
      }
    }
    return files;
  }
}
