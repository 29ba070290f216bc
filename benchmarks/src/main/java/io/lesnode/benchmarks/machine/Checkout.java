package io.lesnode.benchmarks.machine;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The git checkout that the program runs from, if it does. */
final class Checkout {
  private static final int SECONDS = 10;
  private static final int MOST_OUTPUT_BYTES = 1 << 16;

  private Checkout() {}

  /** The commit, 12 hexadecimal digits, and {@code +changes} when tracked files differ from it. */
  static Optional<String> commit() {
    return root().flatMap(Checkout::commit);
  }

  /** The folder above the class files that has a {@code .git}. */
  private static Optional<Path> root() {
    CodeSource source = Checkout.class.getProtectionDomain().getCodeSource();
    if (source == null || source.getLocation() == null) {
      return Optional.empty();
    }
    try {
      Path folder = Path.of(source.getLocation().toURI()).toAbsolutePath().getParent();
      while (folder != null && !Files.exists(folder.resolve(".git"))) {
        folder = folder.getParent();
      }
      return Optional.ofNullable(folder);
    } catch (URISyntaxException | IllegalArgumentException notAFile) {
      return Optional.empty();
    }
  }

  static Optional<String> commit(Path root) {
    Optional<String> commit =
        git(root, "rev-parse", "--short=12", "HEAD")
            .map(String::strip)
            .filter(text -> text.matches("[0-9a-f]{7,64}"));
    boolean changed =
        git(root, "status", "--porcelain", "--untracked-files=no")
            .filter(text -> !text.isBlank())
            .isPresent();
    return commit.map(text -> changed ? text + "+changes" : text);
  }

  private static Optional<String> git(Path root, String... arguments) {
    List<String> command = new ArrayList<>(List.of("git", "-C", root.toString()));
    command.addAll(List.of(arguments));
    try {
      Process git =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      git.getOutputStream().close();
      byte[] output = git.getInputStream().readNBytes(MOST_OUTPUT_BYTES);
      if (!git.waitFor(SECONDS, TimeUnit.SECONDS)) {
        git.destroyForcibly();
        return Optional.empty();
      }
      return git.exitValue() == 0
          ? Optional.of(new String(output, StandardCharsets.UTF_8))
          : Optional.empty();
    } catch (IOException noGit) {
      return Optional.empty();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
