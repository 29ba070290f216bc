package io.lesnode.benchmarks.sim.lab;

import io.lesnode.app.node.NodeFailure;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes files so that each is whole or absent. Stateless. */
final class ResultFolder {
  private static final String PARTIAL = ".partial";

  private ResultFolder() {}

  /** The text of a file, written piece by piece. */
  @FunctionalInterface
  interface Content {
    /** Writes all of it. */
    void writeTo(Writer out) throws IOException;

    /** A text that is there already. */
    static Content of(String text) {
      return out -> out.write(text);
    }
  }

  /**
   * Writes all files to temporary names and only then moves them to their own.
   *
   * @param files by name, in the order in which they appear
   * @throws NodeFailure if the folder cannot be written to; no file has changed then
   */
  static void write(Path folder, Map<String, Content> files) {
    List<Path> temporary = new ArrayList<>();
    try {
      Files.createDirectories(folder);
      for (Map.Entry<String, Content> file : files.entrySet()) {
        Path partial = folder.resolve("." + file.getKey() + PARTIAL);
        temporary.add(partial);
        try (Writer out = Files.newBufferedWriter(partial)) {
          file.getValue().writeTo(out);
        }
      }
      int next = 0;
      for (String name : files.keySet()) {
        Files.move(
            temporary.get(next++), folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException failed) {
      throw new NodeFailure(
          "the results cannot be written to " + folder,
          failed.toString(),
          "Check the permissions and space there, or name another folder with --out",
          failed);
    } finally {
      temporary.forEach(ResultFolder::deleteQuietly);
    }
  }

  private static void deleteQuietly(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException stubborn) {
      // the folder could not be written to: that is told already
      return;
    }
  }
}
