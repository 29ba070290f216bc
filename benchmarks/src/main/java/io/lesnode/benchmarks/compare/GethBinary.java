package io.lesnode.benchmarks.compare;

import io.lesnode.app.node.NodeFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A geth that can serve light clients.
 *
 * @param path of the executable
 * @param version as geth says it, for instance {@code 1.10.26-stable}
 * @param minor for instance 10 of 1.10.26
 * @param patch for instance 26 of 1.10.26
 */
record GethBinary(Path path, String version, int minor, int patch) {
  private static final Pattern VERSION =
      Pattern.compile("(?m)^Version:\\s*((\\d+)\\.(\\d+)\\.(\\d+)\\S*)");

  private static final int FIRST_MINOR = 9;

  // geth 1.13.6 has no light server any more
  private static final int LAST_MINOR = 13;
  private static final int LAST_PATCH = 5;
  private static final long ANSWER_SECONDS = 20;
  private static final int MOST_ANSWER_BYTES = 1 << 16;

  /**
   * The geth that a flag or, without it, the environment names.
   *
   * @param flag the value of {@code --geth}
   * @param environment the value of {@code GETH}
   * @throws NodeFailure if there is none, or it is no geth that serves light clients
   */
  static GethBinary find(@Nullable Path flag, @Nullable String environment) {
    Optional<Path> named =
        Optional.ofNullable(flag)
            .or(() -> Optional.ofNullable(environment).filter(e -> !e.isBlank()).map(Path::of));
    String source = flag != null ? "--geth" : "GETH";
    Path path =
        named.orElseThrow(
            () ->
                failure(
                    "no geth is named",
                    "neither --geth nor the environment variable GETH gives one",
                    null));
    if (!Files.isRegularFile(path)) {
      throw failure("geth was not found", source + " " + path + " is no file", null);
    }
    if (!Files.isExecutable(path)) {
      throw failure("geth cannot be run", source + " " + path + " is not executable", null);
    }
    return ofAnswer(path.toAbsolutePath(), source, ask(path.toAbsolutePath(), source));
  }

  private static String ask(Path path, String source) {
    try {
      Process process =
          new ProcessBuilder(path.toString(), "version").redirectErrorStream(true).start();
      process.getOutputStream().close();
      try {
        byte[] answer = process.getInputStream().readNBytes(MOST_ANSWER_BYTES);
        if (!process.waitFor(ANSWER_SECONDS, TimeUnit.SECONDS)) {
          throw failure(
              "geth cannot be used", source + " " + path + " does not say its version", null);
        }
        return new String(answer, StandardCharsets.UTF_8);
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException unusable) {
      throw failure(
          "geth cannot be run", source + " " + path + ": " + unusable.getMessage(), unusable);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw failure("the comparison was interrupted", path.toString(), stopped);
    }
  }

  static GethBinary ofAnswer(Path path, String source, String answer) {
    Matcher found = VERSION.matcher(answer);
    if (!found.find()
        || found.group(2).length() + found.group(3).length() + found.group(4).length() > 12) {
      throw failure(
          "geth cannot be used",
          source + " " + path + " does not answer 'version' as geth does",
          null);
    }
    int major = Integer.parseInt(found.group(2));
    int minor = Integer.parseInt(found.group(3));
    int patch = Integer.parseInt(found.group(4));
    boolean tooNew = major > 1 || minor > LAST_MINOR || (minor == LAST_MINOR && patch > LAST_PATCH);
    if (tooNew || major < 1 || minor < FIRST_MINOR) {
      throw failure(
          "geth cannot be compared",
          source
              + " "
              + path
              + " is version "
              + found.group(1)
              + (tooNew ? ", which serves no light clients any more" : ", which is too old"),
          null);
    }
    return new GethBinary(path, found.group(1), minor, patch);
  }

  private static NodeFailure failure(String what, String why, @Nullable Throwable cause) {
    return new NodeFailure(
        what, why, "Give a geth from 1.9.25 to 1.13.5 with --geth PATH, best 1.10.26", cause);
  }

  /** 1.9 knows neither {@code --light.nosyncserve} nor {@code --txlookuplimit} in archive mode. */
  boolean isNine() {
    return minor == FIRST_MINOR;
  }

  /** From 1.12 on proof of work is gone but for old blocks. */
  boolean knowsFakePow() {
    return minor < 12;
  }
}
