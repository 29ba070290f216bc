package io.lesnode.app.cli;

import io.lesnode.app.node.Endpoints;
import io.lesnode.app.node.NodeFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A light client in a process of its own. It ends when this process does, however that happens: its
 * standard input is a pipe from here.
 */
final class LightProcess implements AutoCloseable {
  private static final long END_LIMIT_SECONDS = 10;
  private static final int SHOWN_LOG_LINES = 20;

  private final Process process;
  private final Path datadir;
  private final Path log;

  private LightProcess(Process process, Path datadir, Path log) {
    this.process = process;
    this.datadir = datadir;
    this.log = log;
  }

  static LightProcess start(Path folder, Path genesis, String serverEnode) {
    Path datadir = folder.resolve("light");
    Path log = folder.resolve("light.log");
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            "io.lesnode.app.Les",
            "light",
            "--datadir",
            datadir.toString(),
            "--genesis",
            genesis.toString(),
            "--server",
            serverEnode,
            "--http.port",
            "0",
            "--stop-with-stdin");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      return new LightProcess(process, datadir, log);
    } catch (IOException cannot) {
      throw new NodeFailure(
          "the light client's process cannot be started", cannot.toString(), "", cannot);
    }
  }

  long pid() {
    return process.pid();
  }

  /** Where it can be reached, once it can. */
  Optional<Endpoints> endpoints() {
    if (!process.isAlive()) {
      throw new NodeFailure(
          "the light client ended by itself with code " + process.exitValue(),
          lastLines(),
          "",
          null);
    }
    return Endpoints.read(datadir);
  }

  private String lastLines() {
    try {
      List<String> lines = Files.readAllLines(log);
      return String.join(
          " | ", lines.subList(Math.max(0, lines.size() - SHOWN_LOG_LINES), lines.size()));
    } catch (IOException unreadable) {
      return "its log cannot be read";
    }
  }

  /** Ends it in order, or by force when that takes too long. */
  @Override
  public void close() {
    try {
      process.getOutputStream().close();
      if (!process.waitFor(END_LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (IOException gone) {
      process.destroyForcibly();
    } catch (InterruptedException stopped) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
