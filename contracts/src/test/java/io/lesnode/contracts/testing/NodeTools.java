package io.lesnode.contracts.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * The scripts of {@code contracts/solidity} with what npm makes of their pinned packages, in {@code
 * target/solidity}. For tests that run in the folder of the module {@code contracts}.
 */
public final class NodeTools {
  private static final Path SCRIPTS = Path.of("solidity");
  private static final Path INSTALLED = Path.of("target/solidity");
  private static final List<String> FILES =
      List.of("package.json", "package-lock.json", "compile.mjs", "replay.mjs");
  private static final long INSTALL_LIMIT_SECONDS = 240;
  private static final long SCRIPT_LIMIT_SECONDS = 120;
  private static final Pattern NO_NETWORK =
      Pattern.compile("ENOTFOUND|ECONNREFUSED|EAI_AGAIN|ETIMEDOUT|ENETUNREACH|network");

  /** What a script said, and how it ended. */
  public record Finished(int code, String output) {}

  private NodeTools() {}

  /**
   * Makes the scripts ready to run.
   *
   * @return why they cannot be run here, or empty when they can
   */
  public static synchronized Optional<String> missing() {
    try {
      if (System.getProperty("skipNode") != null) {
        return Optional.of("-DskipNode");
      }
      if (!runs("node", "--version") || !runs("npm", "--version")) {
        return Optional.of("no Node.js or no npm here");
      }
      return install();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs one of the scripts; {@link #missing} must have been empty. */
  public static Finished run(String script, String... arguments) {
    List<String> command = new ArrayList<>(List.of("node", script));
    command.addAll(List.of(arguments));
    try {
      return run(SCRIPT_LIMIT_SECONDS, command);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<String> install() throws IOException {
    Path lock = INSTALLED.resolve("package-lock.json");
    boolean installed =
        Files.exists(INSTALLED.resolve("node_modules/.package-lock.json"))
            && Files.exists(lock)
            && Files.mismatch(lock, SCRIPTS.resolve("package-lock.json")) < 0;
    Files.createDirectories(INSTALLED);
    for (String file : FILES) {
      Files.write(INSTALLED.resolve(file), Files.readAllBytes(SCRIPTS.resolve(file)));
    }
    if (installed) {
      return Optional.empty();
    }
    Finished npm =
        run(
            INSTALL_LIMIT_SECONDS,
            List.of("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"));
    if (npm.code() == 0) {
      return Optional.empty();
    }
    Files.delete(lock);
    if (NO_NETWORK.matcher(npm.output()).find()) {
      return Optional.of("npm cannot fetch the packages: " + npm.output());
    }
    throw new AssertionError(npm.output());
  }

  private static boolean runs(String... command) {
    try {
      return run(SCRIPT_LIMIT_SECONDS, List.of(command)).code() == 0;
    } catch (IOException absent) {
      return false;
    }
  }

  private static Finished run(long limitSeconds, List<String> command) throws IOException {
    Files.createDirectories(INSTALLED);
    Path log = Files.createTempFile("node-tools", ".log");
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(INSTALLED.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      if (!process.waitFor(limitSeconds, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
        throw new AssertionError(
            String.join(" ", command) + " took more than " + limitSeconds + " s: " + text(log));
      }
      return new Finished(process.exitValue(), text(log));
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", stopped);
    } finally {
      Files.delete(log);
    }
  }

  private static String text(Path log) throws IOException {
    return new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
  }
}
