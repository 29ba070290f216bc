package io.lesnode.benchmarks.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lesnode.app.cli.LesCommandLine;
import io.lesnode.benchmarks.cli.LabCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command, and with it one short iteration of some benchmarks in this virtual machine. */
class JmhCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void allowOtherRuns() {
    System.setProperty("jmh.ignoreLock", "true");
  }

  private int run(String... arguments) {
    return new LesCommandLine(
            new PrintWriter(out, true), new PrintWriter(err, true), LabCommand::new)
        .run(arguments);
  }

  @Test
  void someBenchmarksRunAndResultsAreWritten(@TempDir Path folder) throws IOException {
    Path json = folder.resolve("deep/results.json");
    int code =
        run(
            "bench",
            "jmh",
            "Keccak.node",
            "flowcontrol.Cost.maxCost",
            "ServerCredit",
            "codec.Message",
            "network.Snappy",
            "trie.Trie.verify",
            "--forks",
            "0",
            "--warmup",
            "0",
            "--iterations",
            "1",
            "--time",
            "10ms",
            "--param",
            "sizeBytes=32",
            "--param",
            "pending=1",
            "--param",
            "kind=HEADER,GET_PROOF",
            "--param",
            "payloadBytes=100",
            "--param",
            "accounts=1000",
            "--json",
            json.toString(),
            "--html",
            folder.toString());
    assertThat(err.toString()).isEmpty();
    assertThat(code).isZero();
    assertThat(out.toString())
        .contains("[1/11] ")
        .contains("[11/11] ")
        .containsPattern("codec\\.Message\\.decode +kind=GET_PROOF ")
        .contains("B/op");
    JsonNode results = new ObjectMapper().readTree(json.toFile());
    assertThat(results).hasSize(11);
    assertThat(results.get(0).path("secondaryMetrics").toString()).contains("gc.alloc.rate.norm");
    JsonNode machine =
        new ObjectMapper().readTree(folder.resolve("deep/results.machine.json").toFile());
    assertThat(machine.path("cpus").asInt()).isPositive();
    assertThat(Files.readString(folder.resolve("report.html")))
        .contains("crypto.Keccak.node")
        .contains("<h2>trie</h2>");
  }

  @Test
  void theListNamesParametersAndRunsNothing() {
    assertThat(run("bench", "jmh", "--list", "keccak")).isZero();
    assertThat(out.toString().lines())
        .containsExactly(
            "crypto.Keccak.bouncyCastle  sizeBytes=[32, 532, 560]",
            "crypto.Keccak.node  sizeBytes=[32, 532, 560]");
  }

  @Test
  void whatIsWrongIsSaidInOneLineThatNamesIt(@TempDir Path folder) throws IOException {
    assertUsage("no benchmark matches 'kecak'; did you mean Keccak?", "kecak");
    assertUsage("--time '5' is not a time", "keccak", "--time", "5");
    assertUsage("--time '0s' is not a time", "keccak", "--time", "0s");
    assertUsage("--forks -1 is not between 0 and 100", "keccak", "--forks=-1");
    assertUsage("--iterations 0 is not between 1 and", "keccak", "--iterations", "0");
    assertUsage("--param 'x' is not NAME=VALUE", "keccak", "--param", "x");
    assertUsage("--param nix: none of the chosen", "keccak", "--param", "nix=1");
    assertUsage("unknown flag --frks; did you mean --forks?", "--frks", "1");
    Path file = Files.createFile(folder.resolve("file"));
    assertThat(run("bench", "jmh", "Keccak.node", "--json", file + "/x.json")).isEqualTo(1);
    assertThat(err.toString().lines()).hasSize(1).first().asString().contains(file.toString());
  }

  @Test
  void aBenchmarkThatFailsIsNamedAndLeavesNoFile(@TempDir Path folder) throws IOException {
    Path json = folder.resolve("x.json");
    int code =
        run(
            "bench",
            "jmh",
            "Keccak.node",
            "--forks",
            "0",
            "--warmup",
            "0",
            "--iterations",
            "1",
            "--time",
            "10ms",
            "--param",
            "sizeBytes=many",
            "--json",
            json.toString());
    assertThat(code).isEqualTo(1);
    assertThat(err.toString().lines()).hasSize(1);
    assertThat(err.toString()).contains("crypto.Keccak.node sizeBytes=many").contains("\"many\"");
    try (var files = Files.list(folder)) {
      assertThat(files).isEmpty();
    }
  }

  private void assertUsage(String message, String... arguments) {
    err.getBuffer().setLength(0);
    String[] all = new String[arguments.length + 2];
    all[0] = "bench";
    all[1] = "jmh";
    System.arraycopy(arguments, 0, all, 2, arguments.length);
    assertThat(run(all)).isEqualTo(2);
    assertThat(err.toString().lines()).hasSize(1).first().asString().contains(message);
    err.getBuffer().setLength(0);
  }
}
