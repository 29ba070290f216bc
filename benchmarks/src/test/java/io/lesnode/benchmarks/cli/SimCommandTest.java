package io.lesnode.benchmarks.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.app.cli.LesCommandLine;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person sees of {@code les sim}. */
class SimCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    return new LesCommandLine(new PrintWriter(out), new PrintWriter(err), LabCommand::new)
        .run(arguments);
  }

  private void refuses(int code, String line, String... arguments) {
    assertThat(run(arguments)).isEqualTo(code);
    assertThat(err.toString()).startsWith(line).hasLineCount(1);
  }

  @Test
  void runsAFile(@TempDir Path folder) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("small.yaml"),
            """
            duration: 10s
            groups: {free: {count: 2}}
            expect: {free/served.requests: {least: 1}}
            """);
    String out1 = folder.resolve("r1").toString();

    assertThat(run("sim", file.toString(), "--seed", "5", "--out", out1)).isZero();

    assertThat(out.toString()).contains("small, seed 5").contains("1 of 1 expectations hold");
    assertThat(folder.resolve("r1/report.html")).isNotEmptyFile();
    assertThat(Files.readString(folder.resolve("r1/summary.json"))).contains("\"seed\" : 5");
    refuses(
        1,
        "les sim: 1 expectation is missed: small: free/served.requests is ",
        "sim",
        file.toString(),
        "--set",
        "expect={free/served.requests: {least: 9999999}}",
        "--out",
        out1);
  }

  @Test
  void tellsWhatIsWrongInOneLine(@TempDir Path folder) throws IOException {
    Path bad = Files.writeString(folder.resolve("bad.yaml"), "duration: 10\n");
    String out1 = folder.resolve("none").toString();

    refuses(
        2, "les sim: bad.yaml:1: duration: '10' has no unit", "sim", bad.toString(), "--out", out1);
    refuses(2, "les sim: a scenario is missing", "sim");
    refuses(
        2,
        "les sim: overload-10: there is neither such a file nor such a scenario in the library; did"
            + " you mean overload-10x?",
        "sim",
        "overload-10");
    refuses(2, "les sim: unknown flag --sed; did you mean --seed?", "sim", "x", "--sed", "1");
    refuses(
        2,
        "les sim: --set seed: seed: 'x' is no whole number",
        "sim",
        "flash-crowd",
        "--seed",
        "x");
    refuses(2, "les sim: --jobs is 1 to 1024, not 0", "sim", "flash-crowd", "--jobs", "0");
    refuses(2, "les sim: load-sweep has a 'sweep:'", "sim", "load-sweep");
    refuses(2, "les sim sweep: there is no 'sweep:'", "sim", "sweep", "flash-crowd", "--out", out1);
    refuses(
        2,
        "les sim sweep: Invalid value for option '--shard'",
        "sim",
        "sweep",
        "load-sweep",
        "--shard",
        "5/4");
    refuses(
        1,
        "les sim merge: " + folder + " is no folder of a sweep",
        "sim",
        "merge",
        folder.toString());
    refuses(
        2, "les sim replay: " + out1 + ": there is no such file or folder", "sim", "replay", out1);
    refuses(2, "les sim show: 'flash' is not in the library", "sim", "show", "flash");
    assertThat(folder.resolve("none")).doesNotExist();
  }

  @Test
  void listsAndShows() {
    assertThat(run("sim", "list")).isZero();
    assertThat(out.toString()).contains("constant-capacity-100-5-10").contains("thousand-clients");
    assertThat(run("sim", "show", "flash-crowd")).isZero();
    assertThat(out.toString()).startsWith("# ").contains("crowd:");
    assertThat(run("sim", "schema")).isZero();
    assertThat(out.toString()).contains("| server | `serve` | percent | 50% | 1% to 10000% |");
  }
}
