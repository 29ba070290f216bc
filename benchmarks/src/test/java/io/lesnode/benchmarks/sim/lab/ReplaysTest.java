package io.lesnode.benchmarks.sim.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lesnode.benchmarks.sim.scenario.ScenarioException;
import io.lesnode.primitives.testing.Vectors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplaysTest {

  @Test
  void replaysWhatGethDid() {
    List<Path> files = new ArrayList<>(Vectors.files("flowcontrol", "*.jsonl.gz"));
    files.addAll(Vectors.files("pool", "trace-*"));
    files.addAll(Vectors.files("costs", "*.jsonl"));

    List<Replays.Outcome> outcomes = files.stream().map(Replays::replay).toList();

    assertThat(outcomes).allMatch(Replays.Outcome::isEqual).noneMatch(o -> o.kind().isEmpty());
    assertThat(outcomes.stream().filter(o -> !o.known().isEmpty()))
        .allMatch(o -> o.kind().equals("server credit"))
        .hasSizeLessThan(10);
    assertThat(outcomes.stream().filter(o -> o.known().isEmpty()))
        .allMatch(o -> o.equal() == o.lines());
  }

  @Test
  void namesTheFirstDifference(@TempDir Path folder) throws IOException {
    String connect =
        "{\"op\":\"connect\",\"now\":0,\"bufLimit\":6000,\"minRecharge\":1,\"node\":"
            + "{\"bufEstimate\":6000,\"recharging\":false,\"sumCost\":0,\"pending\":0}}\n";
    String queued =
        "{\"op\":\"queued\",\"now\":5,\"reqID\":1,\"maxCost\":100,\"node\":"
            + "{\"bufEstimate\":5901,\"recharging\":false,\"sumCost\":100,\"pending\":1}}\n";
    Path file = Files.writeString(folder.resolve("t.jsonl"), connect + queued + queued);

    Replays.Outcome outcome = Replays.replay(file);

    assertThat(outcome.isEqual()).isFalse();
    assertThat(outcome.lines()).isEqualTo(3);
    assertThat(outcome.equal()).isEqualTo(1);
    assertThat(outcome.difference())
        .isEqualTo("line 2 (queued): node.bufEstimate is 5900, recorded 5901");
  }

  @Test
  void refusesWhatIsNoTrace(@TempDir Path folder) throws IOException {
    Path noJson = Files.writeString(folder.resolve("a.jsonl"), "{\"cm\":{},\"op\":\"advance\"\n");
    Path wrongOperation =
        Files.writeString(folder.resolve("b.jsonl"), "{\"cm\":{},\"op\":\"dance\"}\n");
    Path unconnected =
        Files.writeString(
            folder.resolve("c.jsonl"), "{\"cm\":{},\"op\":\"freeze\",\"client\":7}\n");
    Path other = Files.writeString(folder.resolve("d.jsonl"), "{\"key\":1}\n");
    Path packed = Files.writeString(folder.resolve("e.jsonl.gz"), "not packed");

    assertThatThrownBy(() -> Replays.replay(noJson))
        .isInstanceOf(ScenarioException.class)
        .hasMessage(noJson + ":1: this is no JSON object");
    assertThatThrownBy(() -> Replays.replay(wrongOperation))
        .hasMessageStartingWith(wrongOperation + ":1: 'dance' is no operation; there are advance");
    assertThatThrownBy(() -> Replays.replay(unconnected))
        .hasMessage(unconnected + ":1: client 7 is not connected");
    assertThat(Replays.replay(other).kind()).isEmpty();
    assertThatThrownBy(() -> Replays.replay(packed)).hasMessageContaining("it cannot be read");
    assertThatThrownBy(() -> Replays.files(List.of(folder.resolve("none"))))
        .hasMessageContaining("there is no such file or folder");
    assertThat(Replays.files(List.of(folder))).hasSize(5);
  }
}
