package io.lesnode.flowcontrol.pool;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.lesnode.flowcontrol.Traces;
import io.lesnode.primitives.testing.Vectors;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Replays what geth's client pool did and compares every answer, callback and stored byte. */
class PoolTraceTest {

  @Test
  void replaysEveryTrace() {
    int lines = 0;
    int traces = 0;
    for (Path file : Vectors.files("pool", "trace-*")) {
      PoolReplay replay = new PoolReplay(file.getFileName().toString());
      for (JsonNode line : Traces.lines(file)) {
        replay.apply(line);
        lines++;
      }
      traces++;
    }
    assertThat(lines).isPositive();
    System.out.printf("pool: %d lines of %d traces equal%n", lines, traces);
  }
}
