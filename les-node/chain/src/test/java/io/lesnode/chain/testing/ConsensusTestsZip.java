package io.lesnode.chain.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lesnode.primitives.testing.Vectors;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** The official consensus tests, read in place; a test is skipped where they are absent. */
public final class ConsensusTestsZip implements AutoCloseable {
  private final ZipFile zip;
  private final ObjectMapper mapper = new ObjectMapper();

  private ConsensusTestsZip(ZipFile zip) {
    this.zip = zip;
  }

  /** Opens the zip or skips the test. */
  public static ConsensusTestsZip open() {
    try {
      return new ConsensusTestsZip(
          new ZipFile(Vectors.folder("ethereum-tests").resolve("ethereum-tests.zip").toFile()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns whether all cases are asked for rather than a sample. */
  public static boolean runsInFull() {
    return Boolean.getBoolean("consensus.full");
  }

  /** Returns the names of the JSON files under a folder, sorted. */
  public List<String> files(String folder) {
    return zip.stream()
        .map(ZipEntry::getName)
        .filter(name -> name.startsWith(folder + "/") && name.endsWith(".json"))
        .sorted()
        .toList();
  }

  /** Parses a file. */
  public JsonNode json(String name) {
    try (InputStream in = zip.getInputStream(zip.getEntry(name))) {
      return mapper.readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(name, e);
    }
  }

  @Override
  public void close() {
    try {
      zip.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
