package io.lesnode.benchmarks.compare;

import io.lesnode.app.node.NodeFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Moves and removes folders with all that is in them. Stateless. */
final class Folders {
  private Folders() {}

  /** Gives a folder another name beside its present one. */
  static void move(Path from, Path to) {
    try {
      Files.move(from, to);
    } catch (IOException impossible) {
      throw new NodeFailure(
          "the folder " + from + " cannot be renamed",
          impossible.toString(),
          "Choose another place with --out",
          impossible);
    }
  }

  /** Removes what can be removed; says whether that was all. */
  static boolean delete(Path folder) {
    if (!Files.exists(folder)) {
      return true;
    }
    try (Stream<Path> contents = Files.walk(folder)) {
      List<Path> deepestFirst = contents.sorted(Comparator.reverseOrder()).toList();
      for (Path item : deepestFirst) {
        Files.deleteIfExists(item);
      }
      return true;
    } catch (IOException | UncheckedIOException stubborn) {
      return false;
    }
  }
}
