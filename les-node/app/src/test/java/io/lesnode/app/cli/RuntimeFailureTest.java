package io.lesnode.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.primitives.testing.Vectors;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Failures outside the program: one line that says what, why and what to do, and exit code 1. */
class RuntimeFailureTest {
  @TempDir Path dir;

  private record Run(int code, String out, String err) {}

  private static Run les(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        new LesCommandLine(new PrintWriter(out, true), new PrintWriter(err, true)).run(arguments);
    return new Run(code, out.toString(), err.toString());
  }

  private static void failsInOneLine(Run run, String... parts) {
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.err()).contains(parts);
  }

  private Run importInto(Path datadir, Path genesis, Path file, String... more) {
    String[] command = {
      "import",
      "--verbosity",
      "0",
      "--datadir",
      datadir.toString(),
      "--genesis",
      genesis.toString(),
      file.toString()
    };
    String[] all = Arrays.copyOf(command, command.length + more.length);
    System.arraycopy(more, 0, all, command.length, more.length);
    return les(all);
  }

  private static Path chain(String name) {
    return Vectors.folder("chains").resolve(name);
  }

  @Test
  void importsExportsAndGoesOn() throws IOException {
    Path folder = chain("reorg");
    Path genesis = folder.resolve("genesis.json");
    Path file = folder.resolve("chain-a.rlp");
    Path exported = dir.resolve("exported.rlp");
    Run first = importInto(dir.resolve("d"), genesis, file, "--fakepow");
    assertThat(first.code()).as(first.err()).isZero();
    assertThat(first.out()).contains("70 blocks imported");
    Run again = importInto(dir.resolve("d"), genesis, file, "--fakepow");
    assertThat(again.out()).contains("0 blocks imported, 70 known");
    Run export =
        les(
            "export",
            "--verbosity",
            "0",
            "--datadir",
            dir.resolve("d").toString(),
            exported.toString());
    assertThat(export.code()).as(export.err()).isZero();
    assertThat(Files.mismatch(exported, file)).isEqualTo(-1);
  }

  @Test
  void damagedForeignAndMissingFiles() throws IOException {
    Path folder = chain("reorg");
    Path genesis = folder.resolve("genesis.json");
    Path truncated = dir.resolve("truncated.rlp");
    try (InputStream in = Files.newInputStream(folder.resolve("chain-a.rlp"))) {
      Files.write(truncated, in.readNBytes(20_000));
    }
    failsInOneLine(
        importInto(dir.resolve("t"), genesis, truncated, "--fakepow"),
        "damaged",
        "imported, up to");
    Path garbage = dir.resolve("garbage.rlp");
    Files.writeString(garbage, "this is not a chain");
    failsInOneLine(importInto(dir.resolve("g"), genesis, garbage), "the chain file is damaged");
    failsInOneLine(
        importInto(dir.resolve("m"), genesis, dir.resolve("none.rlp")), "does not exist");
    failsInOneLine(
        importInto(dir.resolve("p"), genesis, folder.resolve("chain-a.rlp")), "add --fakepow");
    failsInOneLine(
        importInto(
            dir.resolve("t"),
            chain("london-small").resolve("genesis.json"),
            truncated,
            "--fakepow"),
        "genesis",
        "--datadir");
    failsInOneLine(
        les("server", "--verbosity", "0", "--datadir", dir.resolve("empty").toString()),
        "--genesis FILE");
  }

  @Test
  void aPortInUse() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = String.valueOf(taken.getLocalPort());
      failsInOneLine(
          les("dev", "--verbosity", "0", "--port", "0", "--http.port", port),
          port,
          "in use",
          "--http.port");
      failsInOneLine(
          les(
              "dev",
              "--verbosity",
              "0",
              "--listen.addr",
              "127.0.0.1",
              "--port",
              port,
              "--http.port",
              "0"),
          port,
          "in use",
          "--port");
    }
  }
}
