package io.lesnode.primitives.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Assumptions;

/**
 * Where the conformance vectors are: the folder of the system property {@code vectors}, else {@code
 * ../shared/vectors} seen from a parent of the working directory, else the small copies under
 * {@code src/test/resources/vectors} of the module, or those of primitives, which hold the chains.
 *
 * <p>Tests walk what is there rather than a fixed list of names, and print how many cases they ran.
 */
public final class Vectors {
  private Vectors() {}

  /**
   * The folder of that name, e.g. {@code les-wire}; the test is skipped, saying so, where there is
   * none.
   */
  public static Path folder(String name) {
    Optional<Path> found = find(name);
    Assumptions.assumeTrue(
        found.isPresent(),
        () -> "skipped: no vectors '" + name + "'; give their folder with -Dvectors=DIR");
    return found.orElseThrow();
  }

  /** The folder or file of that name, or empty. */
  public static Optional<Path> find(String name) {
    return Stream.concat(Stream.of(given()), defaults())
        .map(base -> base.resolve(name))
        .filter(Files::exists)
        .findFirst();
  }

  /**
   * The files directly in a folder whose names match a glob such as {@code *.jsonl*}, sorted by
   * name.
   */
  public static List<Path> files(String folder, String glob) {
    Path directory = folder(folder);
    var matcher = directory.getFileSystem().getPathMatcher("glob:" + glob);
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.filter(path -> matcher.matches(path.getFileName())).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The sub-folders of {@code chains}, sorted by name. */
  public static List<Path> chains() {
    try (Stream<Path> entries = Files.list(folder("chains"))) {
      return entries.filter(Files::isDirectory).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Opens a file, inflating it when its name ends in {@code .gz}. */
  public static InputStream open(Path file) throws IOException {
    InputStream raw = Files.newInputStream(file);
    return file.toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw;
  }

  /** The lines of a text file, inflated when its name ends in {@code .gz}. */
  public static List<String> lines(Path file) {
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(open(file), StandardCharsets.UTF_8))) {
      return reader.lines().filter(line -> !line.isBlank()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path given() {
    String property = System.getProperty("vectors", "");
    return Path.of(property.isBlank() ? "../shared/vectors" : property).toAbsolutePath();
  }

  private static Stream<Path> defaults() {
    Path here = Path.of("").toAbsolutePath();
    Stream<Path> parents =
        Stream.iterate(here, path -> path.getParent() != null, Path::getParent)
            .map(path -> path.resolveSibling("shared").resolve("vectors"));
    Stream<Path> copies =
        Stream.iterate(here, path -> path != null, Path::getParent)
            .map(path -> path.resolve("les-node/primitives/src/test/resources/vectors"));
    Stream<Path> own = Stream.of(here.resolve("src/test/resources/vectors"));
    return Stream.concat(parents, Stream.concat(own, copies));
  }
}
