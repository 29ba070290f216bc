package io.lesnode.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.benchmarks.load.LoadResult.GroupResult;
import io.lesnode.devp2p.testing.GethProcess;
import io.lesnode.primitives.testing.Vectors;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Load on a live geth, from {@code -Dgeth} or {@code GETH}; skips without it. */
class GethLoadTest {

  @Test
  void gethAnswersEveryKind(@TempDir Path directory) throws Exception {
    String version = GethProcess.version(GethProcess.executable());
    // 1.9 ends with Istanbul, 1.12 knows no proof of work without a terminal difficulty
    String chain = version.startsWith("1.9.") ? "forks-dao" : "clique-small";
    Path folder = Vectors.folder("chains").resolve(chain);
    try (GethProcess geth = GethProcess.server(directory.resolve("geth")).chain(folder).start()) {
      RequestMix mix = RequestMix.parse("headers:16,bodies:4,receipts:4,proofs:4,txstatus:4");
      LoadPlan plan =
          LoadPlan.builder(geth.enode())
              .groups(List.of(new LoadGroup("load", 2, mix, 4, 0, true)))
              .warmup(Duration.ofMillis(500))
              .duration(Duration.ofSeconds(2))
              .timeout(Duration.ofSeconds(30))
              .decodesReplies(true)
              .build();
      LoadResult result = LoadRun.run(plan, LoadProgress.SILENT);
      GroupResult group = result.groups().getFirst();

      assertThat(result.serverName()).startsWith("Geth/v");
      assertThat(group.shapes()).hasSize(5);
      assertThat(group.shapes())
          .allSatisfy(
              shape -> {
                assertThat(shape.answered()).as(shape.shape().toString()).isPositive();
                assertThat(shape.failures()).as(shape.shape().toString()).isZero();
              });
      assertThat(group.freezes()).as("clients that obey are not frozen").isZero();
      assertThat(group.bufferBelow()).isZero();
      assertThat(group.bufferNegative()).isZero();

      HandshakeRun.Result handshakes = HandshakeRun.run(geth.enode(), 20, 2, 1);
      assertThat(handshakes.done()).isEqualTo(20);
    }
  }
}
