package io.lesnode.chain.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.chain.state.StateCommit;
import io.lesnode.chain.trie.TrieCommit;
import io.lesnode.primitives.Block;
import io.lesnode.primitives.BlockBody;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.EmptyHashes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;
import org.rocksdb.util.Environment;

/** A disk that takes no more: a typed error, and afterwards every block that was acknowledged. */
class StoreFailureTest {

  private static final StoreOptions ARCHIVE = StoreOptions.defaults(GcMode.ARCHIVE);
  private static final String FAILED = "failed at block ";

  @TempDir Path directory;

  @Test
  void whenAWriteFailsAllEarlierBlocksAreThereAndNothingOfTheFailedOne() throws Exception {
    Path shell = Path.of("/bin/sh");
    Assumptions.assumeTrue(Files.isExecutable(shell), "skipped: no /bin/sh to limit a file size");
    Path database = directory.resolve("database");
    extractNativeLibrary(directory);
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    Path output = directory.resolve("output");
    Process process =
        new ProcessBuilder(
                shell.toString(),
                "-c",
                "ulimit -f 1000; exec \"$0\" \"$@\"",
                java,
                "-Xmx256m",
                "-XX:-UsePerfData",
                "--enable-native-access=ALL-UNNAMED",
                "-Djava.library.path=" + directory,
                "-cp",
                classPath,
                FillingWriter.class.getName(),
                database.toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    int exit = process.waitFor();
    String text = Files.readString(output, StandardCharsets.UTF_8);
    Assumptions.assumeTrue(
        exit == 0 || !text.contains("ulimit"), "skipped: file sizes cannot be limited here");
    assertThat(exit).as(text).isZero();
    long failed =
        text.lines()
            .filter(line -> line.startsWith(FAILED))
            .mapToLong(line -> Long.parseLong(line.substring(FAILED.length())))
            .findFirst()
            .orElseThrow();
    assertThat(text)
        .contains("InputOutput")
        .contains(database.toString())
        .contains("refused again")
        .doesNotContain("while closing");
    try (ChainStore store = ChainStore.open(database, ARCHIVE)) {
      assertThat(store.head().orElseThrow().number()).isEqualTo(failed - 1);
      for (long number = 0; number < failed; number++) {
        assertThat(store.header(number)).isPresent();
      }
      assertThat(store.canonicalHash(failed)).isEmpty();
    }
    System.out.println("StoreFailureTest: " + (failed - 1) + " blocks before the limit");
  }

  /** What RocksDB unpacks by itself is too large for the limit. */
  private static void extractNativeLibrary(Path to) throws IOException {
    String name = Environment.getJniLibraryFileName("rocksdb");
    try (InputStream library = RocksDB.class.getClassLoader().getResourceAsStream(name)) {
      Assumptions.assumeTrue(library != null, "skipped: no RocksDB library " + name);
      if (library != null) {
        Files.copy(library, to.resolve(name));
      }
    }
  }

  /** Writes blocks until the disk refuses; run in a process with a limited file size. */
  static final class FillingWriter {
    private FillingWriter() {}

    /**
     * Says at which block it ended, and how.
     *
     * @param arguments the directory
     */
    public static void main(String[] arguments) {
      try (ChainStore store = ChainStore.open(Path.of(arguments[0]), ARCHIVE)) {
        BlockHeader head = header(0, new BlockHeader.Builder().build());
        store.initialize(
            new Block(head, BlockBody.EMPTY),
            new StateCommit(
                new TrieCommit(EmptyHashes.TRIE_ROOT, List.of(), List.of()),
                Map.of(),
                List.of(),
                Map.of()));
        for (long number = 1; number < 100_000; number++) {
          head = header(number, head);
          try (ChainBatch batch = store.newBatch()) {
            batch.putBlock(new Block(head, BlockBody.EMPTY), UInt256.ONE);
            batch.setCanonical(head);
            batch.setHead(head);
            batch.commit();
          } catch (StoreException refused) {
            System.out.println(FAILED + number);
            System.out.println(refused);
            tryAgain(store, head);
            break;
          }
        }
      } catch (StoreException closing) {
        System.out.println("while closing: " + closing);
      }
    }

    private static void tryAgain(ChainStore store, BlockHeader head) {
      try (ChainBatch batch = store.newBatch()) {
        batch.setHead(head);
        batch.commit();
      } catch (StoreException refused) {
        System.out.println("refused again");
      }
    }

    private static BlockHeader header(long number, BlockHeader parent) {
      return new BlockHeader.Builder()
          .number(number)
          .parentHash(parent.hash())
          .stateRoot(EmptyHashes.TRIE_ROOT)
          .extraData(Bytes.ofUnsignedLong(number))
          .build();
    }
  }

  @Test
  void aFullDiskIsToldFromOtherErrors() throws IOException {
    RocksDBException full =
        new RocksDBException(
            "No space left on device",
            new Status(Status.Code.IOError, Status.SubCode.NoSpace, "No space left on device"));
    assertThat(StoreException.of(directory, "writing a block", full))
        .isInstanceOf(StoreException.DiskFull.class)
        .hasMessageContaining("free some space")
        .hasMessageContaining(directory.toString());
    RocksDBException damaged =
        new RocksDBException(
            "checksum", new Status(Status.Code.Corruption, Status.SubCode.None, "checksum"));
    assertThat(StoreException.of(directory, "reading headers", damaged))
        .isInstanceOf(StoreException.Corrupt.class)
        .hasMessageContaining("reading headers");
    RocksDBException other =
        new RocksDBException(
            "broken", new Status(Status.Code.IOError, Status.SubCode.None, "broken"));
    assertThat(StoreException.of(directory, "reading headers", other))
        .isInstanceOf(StoreException.InputOutput.class)
        .hasMessageContaining("permissions");
  }
}
