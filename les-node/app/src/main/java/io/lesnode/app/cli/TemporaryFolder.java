package io.lesnode.app.cli;

import io.lesnode.app.node.NodeFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A folder that is deleted with its contents when closed, or a given one that is kept. */
final class TemporaryFolder implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TemporaryFolder.class);

  private final Path path;
  private final boolean kept;

  private TemporaryFolder(Path path, boolean kept) {
    this.path = path;
    this.kept = kept;
  }

  /** The given folder, or a temporary one when none is given. */
  static TemporaryFolder unless(@Nullable Path given) {
    return given == null ? create() : new TemporaryFolder(given.toAbsolutePath().normalize(), true);
  }

  static TemporaryFolder create() {
    try {
      return new TemporaryFolder(Files.createTempDirectory("les-"), false);
    } catch (IOException unwritable) {
      throw new NodeFailure(
          "no temporary folder can be made",
          unwritable.toString(),
          "Check the permissions and space of " + System.getProperty("java.io.tmpdir"),
          unwritable);
    }
  }

  Path path() {
    return path;
  }

  @Override
  public void close() {
    if (kept) {
      return;
    }
    try (Stream<Path> contents = Files.walk(path)) {
      // children before their parents
      for (Path item : contents.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(item);
      }
    } catch (IOException | UncheckedIOException stubborn) {
      LOG.warn("could not delete {}: {}", path, stubborn.toString());
    }
  }
}
