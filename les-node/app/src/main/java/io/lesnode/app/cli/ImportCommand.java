package io.lesnode.app.cli;

import io.lesnode.app.node.ChainFolder;
import io.lesnode.app.node.NodeFailure;
import io.lesnode.chain.blocks.ChainFileException;
import io.lesnode.chain.blocks.ChainImporter;
import io.lesnode.chain.blocks.HeadBlock;
import io.lesnode.chain.blocks.ImportProgress;
import io.lesnode.chain.consensus.InvalidBlockException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code les import}: executes chain files that {@code geth export} or {@code les export} wrote.
 */
@Command(
    name = "import",
    description = {
      "Execute the blocks of chain files written by 'geth export' (RLP, also gzipped).",
      "Can be stopped at any moment; the same command then goes on where it ended."
    })
final class ImportCommand implements Callable<Integer> {
  private static final int INTERRUPTED = 130;

  @Spec CommandSpec spec = CommandSpec.create();
  @Mixin ChainFlags chain = new ChainFlags();
  @Mixin LogFlags log = new LogFlags();

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "Chain files, in order.")
  List<Path> files = List.of();

  @Override
  public Integer call() {
    Logging.start(log);
    PrintWriter out = spec.commandLine().getOut();
    requireFiles();
    AtomicReference<@Nullable ChainImporter> running = new AtomicReference<>();
    Ending ending =
        Ending.watch(
            () -> {
              ChainImporter importer = running.get();
              if (importer != null) {
                importer.stop();
              }
            });
    boolean stopped = false;
    try (ChainFolder folder = ChainFolder.open(chain.settings(".lesnode"))) {
      for (Path file : files) {
        ProgressLine line = new ProgressLine(out, Boolean.getBoolean("les.terminal"));
        ChainImporter importer =
            new ChainImporter(folder.chain(), InstantSource.system(), line::show);
        running.set(importer);
        stopped = importOne(importer, file, line, folder, out) || ending.isWished();
        if (stopped) {
          break;
        }
      }
    } catch (RuntimeException failed) {
      ending.finish(LesCommandLine.FAILED);
      throw failed;
    }
    return ending.finish(stopped ? INTERRUPTED : 0);
  }

  private void requireFiles() {
    for (Path file : files) {
      if (!Files.isReadable(file) || Files.isDirectory(file)) {
        throw new NodeFailure(
            "the chain file cannot be read",
            file + (Files.exists(file) ? " is not a readable file" : " does not exist"),
            "Check the path",
            null);
      }
    }
  }

  /** Returns whether the import was stopped before the end of the file. */
  private static boolean importOne(
      ChainImporter importer, Path file, ProgressLine line, ChainFolder folder, PrintWriter out) {
    ImportProgress progress;
    try {
      progress = importer.importFile(file);
    } catch (ChainFileException damaged) {
      line.end();
      throw new NodeFailure(
          "the chain file is damaged",
          String.valueOf(damaged.getMessage()),
          "The blocks before the damage are imported, up to "
              + describe(folder.chain().head())
              + "; export the chain again and import the new file",
          damaged);
    } catch (InvalidBlockException refused) {
      line.end();
      throw new NodeFailure(
          "a block of " + file + " was refused",
          String.valueOf(refused.getMessage()),
          remedy(refused)
              + "; the blocks before it are imported, up to "
              + describe(folder.chain().head()),
          refused);
    }
    line.end();
    HeadBlock head = folder.chain().head();
    out.printf(
        Locale.ROOT,
        "%s: %d blocks imported, %d known before, in %.1f s (%.0f blocks/s, %.1f Mgas/s)%n",
        file.getFileName(),
        progress.importedBlocks(),
        progress.knownBlocks(),
        progress.elapsed().toMillis() / 1000.0,
        progress.blocksPerSecond(),
        progress.megagasPerSecond());
    out.println(
        "Head is "
            + describe(head)
            + ", total difficulty "
            + head.totalDifficulty().toDecimalString());
    if (importer.isStopped()) {
      out.println("Stopped before the end of the file. Run the same command again to go on.");
    }
    out.flush();
    return importer.isStopped();
  }

  private static String remedy(InvalidBlockException refused) {
    String message = String.valueOf(refused.getMessage());
    if (message.contains("proof-of-work") || message.contains("mix digest")) {
      return "If this is a test chain without real proof of work, add --fakepow";
    }
    if (message.contains("unknown ancestor")) {
      return "The file does not continue this chain: check --genesis and the order of the files";
    }
    return "Check that --genesis is the one of this chain";
  }

  private static String describe(HeadBlock head) {
    return "block " + head.number() + " (" + head.hash().toHexString() + ")";
  }
}
