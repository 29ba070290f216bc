package io.lesnode.benchmarks.chain;

import io.lesnode.app.cli.Logging;
import io.lesnode.app.config.ChainSettings;
import io.lesnode.app.node.ChainFolder;
import io.lesnode.app.node.ClientVersion;
import io.lesnode.benchmarks.compare.BenchChain;
import io.lesnode.chain.blocks.Blockchain;
import io.lesnode.chain.blocks.ChainImporter;
import io.lesnode.chain.index.Checkpoints;
import io.lesnode.chain.index.HelperTrieIndexer;
import io.lesnode.chain.index.Sections;
import io.lesnode.chain.store.StoreException;
import io.lesnode.les.server.BenchmarkSetup;
import io.lesnode.les.server.PreparedRequests;
import io.lesnode.les.server.RequestBenchmark;
import io.lesnode.les.server.StoredChain;
import io.lesnode.les.server.TransactionRelay;
import io.lesnode.les.wire.LesMessage.TxStatusEntry;
import io.lesnode.primitives.Transaction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.apache.tuweni.bytes.Bytes32;

/**
 * A chain in a temporary store with all its states and helper tries of short sections: the one in
 * the folder that the system property {@code chain} names (with {@code genesis.json} and {@code
 * chain.rlp}, of at least 512 blocks), else one of {@value #BLOCKS} blocks that is made here, the
 * same everywhere.
 */
public final class MeasuredChain implements AutoCloseable {
  private static final long BLOCKS = 1_024;
  private static final Sections SECTIONS = new Sections(128, 1);
  private static final int ERRORS = 1;

  private final Path directory;
  private final ChainSettings settings;
  private final ChainFolder folder;
  private final Checkpoints checkpoints;

  private MeasuredChain(Path directory, ChainSettings settings, ChainFolder folder) {
    this.directory = directory;
    this.settings = settings;
    this.folder = folder;
    this.checkpoints = HelperTrieIndexer.catchUp(folder.chain().store(), SECTIONS);
  }

  /**
   * Opens the chain. It is imported when it is first used, which takes some seconds; the one that
   * is made here then stays in the temporary folder for the next virtual machine.
   */
  public static MeasuredChain open() {
    Logging.start(ERRORS);
    try {
      String given = System.getProperty("chain", "");
      if (!given.isEmpty()) {
        return imported(Path.of(given), Files.createTempDirectory("les-jmh"));
      }
      Path kept =
          Files.createDirectories(
              Path.of(
                  System.getProperty("java.io.tmpdir"),
                  "les-jmh-" + System.getProperty("user.name")));
      Path source = BenchChain.folder(kept, kept.resolve("making"), BLOCKS, number -> {});
      return kept(source, kept.resolve("store-" + ClientVersion.NUMBER));
    } catch (IOException unusable) {
      throw new UncheckedIOException("the chain to measure on cannot be made", unusable);
    }
  }

  /** The store of an earlier machine; another one when that is in use or of another version. */
  private static MeasuredChain kept(Path source, Path store) throws IOException {
    Path temporary = Files.createTempDirectory("les-jmh");
    if (!Files.isDirectory(store)) {
      imported(source, temporary).folder.close();
      Files.move(temporary.resolve("data"), store, StandardCopyOption.ATOMIC_MOVE);
    }
    try {
      ChainSettings settings = settings(source, store);
      MeasuredChain chain = new MeasuredChain(temporary, settings, ChainFolder.open(settings));
      if (chain.chain().head().number() == BLOCKS) {
        return chain;
      }
      chain.folder.close();
    } catch (StoreException otherwiseUsed) {
      // the one below is slower to come by and as good
    }
    return imported(source, temporary);
  }

  private static MeasuredChain imported(Path source, Path directory) {
    ChainSettings settings = settings(source, directory.resolve("data"));
    ChainFolder folder = ChainFolder.open(settings);
    new ChainImporter(folder.chain(), InstantSource.system(), progress -> {})
        .importFile(source.resolve("chain.rlp"));
    return new MeasuredChain(directory, settings, folder);
  }

  private static ChainSettings settings(Path source, Path datadir) {
    return new ChainSettings(
        datadir, Optional.of(source.resolve("genesis.json")), OptionalLong.empty(), true, true);
  }

  /** Closes the store and opens it again, so that its caches are empty; use only the result. */
  public MeasuredChain reopened() {
    folder.close();
    return new MeasuredChain(directory, settings, ChainFolder.open(settings));
  }

  /** The chain. */
  public Blockchain chain() {
    return folder.chain();
  }

  /** The finished sections of its helper tries. */
  public Checkpoints checkpoints() {
    return checkpoints;
  }

  /** Requests of one kind, made up in advance, for the server's handlers. */
  public PreparedRequests requests(BenchmarkSetup setup, int count, long seed) {
    StoredChain served = new StoredChain(chain(), true, SECTIONS, Optional::empty);
    return new RequestBenchmark(served, new NoPool(), checkpoints, SECTIONS.blocks())
        .prepare(setup, count, seed);
  }

  /** A pool that knows nothing and takes nothing. */
  private static final class NoPool implements TransactionRelay {
    @Override
    public long status(Bytes32 hash) {
      return TxStatusEntry.UNKNOWN;
    }

    @Override
    public Optional<String> add(Transaction transaction) {
      return Optional.of("not here");
    }
  }

  @Override
  public void close() {
    folder.close();
    try (Stream<Path> contents = Files.walk(directory)) {
      List<Path> deepestFirst = contents.sorted(Comparator.reverseOrder()).toList();
      for (Path item : deepestFirst) {
        Files.deleteIfExists(item);
      }
    } catch (IOException stubborn) {
      throw new UncheckedIOException("the temporary chain cannot be removed", stubborn);
    }
  }
}
