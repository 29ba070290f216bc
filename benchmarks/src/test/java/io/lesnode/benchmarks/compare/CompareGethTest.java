package io.lesnode.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lesnode.app.cli.LesCommandLine;
import io.lesnode.benchmarks.cli.LabCommand;
import io.lesnode.devp2p.testing.GethProcess;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole comparison with a real geth; skipped without {@code -Dgeth=PATH}. */
class CompareGethTest {
  @TempDir Path folder;

  @Test
  void headersAreComparedOnAChainThatBothMade() throws IOException {
    Path geth = GethProcess.executable();
    StringWriter said = new StringWriter();
    PrintWriter out = new PrintWriter(said, true);

    int code =
        new LesCommandLine(out, out, LabCommand::new)
            .run(
                "bench",
                "compare",
                "--geth",
                geth.toString(),
                "--quick",
                "--series",
                "raw",
                "--only",
                "headers",
                "--blocks",
                "300",
                "--markdown",
                folder.resolve("table.md").toString(),
                "--out",
                folder.resolve("out").toString());

    assertThat(code).as(said.toString()).isZero();
    JsonNode json = new ObjectMapper().readTree(folder.resolve("out/compare.json").toFile());
    List<JsonNode> findings = new ArrayList<>();
    json.get("findings").forEach(findings::add);
    assertThat(findings)
        .filteredOn(finding -> finding.get("figure").asText().startsWith("server CPU"))
        .hasSize(2)
        .allSatisfy(
            finding -> {
              assertThat(finding.get("ours").get(0).asDouble()).isPositive();
              assertThat(finding.get("geth").get(0).asDouble()).isPositive();
            });
    assertThat(folder.resolve("out/report.html")).isNotEmptyFile();
    assertThat(folder.resolve("table.md")).content().contains("192 headers");
    try (Stream<Path> left = Files.list(folder.resolve("out"))) {
      assertThat(left.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder("chain-v1-300", "compare.json", "report.html");
    }
  }
}
