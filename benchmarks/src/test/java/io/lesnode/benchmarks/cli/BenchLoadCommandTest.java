package io.lesnode.benchmarks.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.app.cli.LesCommandLine;
import io.lesnode.primitives.crypto.KeyPair;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.tuweni.bytes.Bytes32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person who types something wrong is told. */
class BenchLoadCommandTest {

  private static final String ID =
      KeyPair.ofSecret(Bytes32.repeat((byte) 1)).publicKey().toUnprefixedHexString();
  private static final String TARGET = "enode://" + ID + "@127.0.0.1:1";

  private record Told(int code, String out, String err) {}

  private static Told run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    List<String> all = new ArrayList<>(List.of("bench", "load"));
    all.addAll(Arrays.asList(arguments));
    int code =
        new LesCommandLine(new PrintWriter(out, true), new PrintWriter(err, true), LabCommand::new)
            .run(all.toArray(String[]::new));
    return new Told(code, out.toString(), err.toString());
  }

  private static void assertRefused(String naming, String... arguments) {
    Told told = run(arguments);
    assertThat(told.code()).as(told.err()).isEqualTo(2);
    assertThat(told.err().strip().lines()).hasSize(1);
    assertThat(told.err()).startsWith("les bench load: ").contains(naming);
  }

  @Test
  void whatIsWrongIsNamed() {
    assertRefused("--target");
    assertRefused("--target: ", "--target", "enode://abc@127.0.0.1:3");
    assertRefused("--target: ", "--target", "enode://" + ID);
    assertRefused("did you mean --duration?", "--target", TARGET, "--durtion", "3s");
    assertRefused("--duration: '3' is no time", "--target", TARGET, "--duration", "3");
    assertRefused("the duration must be", "--target", TARGET, "--duration", "2h");
    assertRefused("--warmup: ", "--target", TARGET, "--warmup", "x");
    assertRefused("--timeout: ", "--target", TARGET, "--timeout", "1");
    assertRefused("--mix: 'heders'", "--target", TARGET, "--mix", "heders");
    assertRefused("--open-loop: 'fast'", "--target", TARGET, "--open-loop", "fast");
    assertRefused("clients must be 1 to 10000", "--target", TARGET, "--clients", "0");
    assertRefused("window must be 1 to 1024", "--target", TARGET, "--window", "5000");
    assertRefused("threads must be", "--target", TARGET, "--threads", "99");
    assertRefused("did you mean clients=?", "--target", TARGET, "--group", "name=a,client=3");
    assertRefused("the name is missing", "--target", TARGET, "--group", "clients=3");
    assertRefused(
        "two groups are called a", "--target", TARGET, "--group", "name=a", "--group", "name=a");
    assertRefused("obey=maybe is neither", "--target", TARGET, "--group", "name=a,obey=maybe");
    assertRefused("--closed-loop", "--target", TARGET, "--closed-loop", "--open-loop", "5");
    assertRefused("--window", "--target", TARGET, "--window", "5", "--open-loop", "5");
    assertRefused("--parallel", "--target", TARGET, "--parallel", "5");
    assertRefused("handshakes are 1 to", "--target", TARGET, "--handshakes", "0");
  }

  @Test
  void aServerElsewhereIsLoadedOnlyWhenThatIsMeant() {
    String elsewhere = "enode://" + ID + "@192.0.2.7:30303";
    assertRefused("192.0.2.7 is not this machine", "--target", elsewhere);
    assertRefused("--allow-remote", "--target", elsewhere, "--handshakes", "5");
    assertRefused("--allow-remote", "--target", elsewhere, "--idle");
  }

  @Test
  void aTargetThatNobodyServesIsOneLineAndLeavesNoReport(@TempDir Path directory)
      throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    String target = "enode://" + ID + "@127.0.0.1:" + port;
    Path report = directory.resolve("report");
    Told told = run("--target", target, "--out", report.toString());

    assertThat(told.code()).isEqualTo(1);
    assertThat(told.err().lines().filter(line -> line.startsWith("les bench load: ")))
        .singleElement()
        .asString()
        .contains("--target enode://")
        .contains("nobody listens there");
    try (var files = Files.list(report)) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void aPlaceThatCannotBeWrittenIsToldBeforeAnythingRuns(@TempDir Path directory) {
    Path nowhere = directory.resolve("no/such/file.json");
    Told told = run("--target", TARGET, "--json", nowhere.toString());

    assertThat(told.code()).isEqualTo(1);
    assertThat(told.err().strip().lines()).hasSize(1);
    assertThat(told.err()).contains("--json").contains("does not exist");
  }
}
