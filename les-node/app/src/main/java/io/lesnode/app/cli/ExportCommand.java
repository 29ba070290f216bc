package io.lesnode.app.cli;

import io.lesnode.app.node.ChainFolder;
import io.lesnode.app.node.NodeFailure;
import io.lesnode.chain.blocks.ChainExporter;
import io.lesnode.chain.blocks.ChainFileException;
import io.lesnode.chain.store.ChainSnapshot;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code les export}: writes the canonical chain as {@code geth export} does. */
@Command(
    name = "export",
    description = {
      "Write the blocks of the canonical chain to a file that 'les import' and 'geth import' take.",
      "The file appears under its name only when it is complete."
    })
final class ExportCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();
  @Mixin ChainFlags chain = new ChainFlags();
  @Mixin LogFlags log = new LogFlags();

  @Parameters(
      index = "0",
      paramLabel = "FILE",
      description = "File to write; gzipped when the name ends in .gz.")
  Path file = Path.of("");

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "FIRST",
      converter = Values.NonNegativeLong.class,
      description = "First block (default: 1).")
  @Nullable Long first;

  @Parameters(
      index = "2",
      arity = "0..1",
      paramLabel = "LAST",
      converter = Values.NonNegativeLong.class,
      description = "Last block (default: the head).")
  @Nullable Long last;

  @Override
  public Integer call() {
    Logging.start(log);
    PrintWriter out = spec.commandLine().getOut();
    try (ChainFolder folder = ChainFolder.open(chain.settings(".lesnode"));
        ChainSnapshot snapshot = folder.chain().store().snapshot()) {
      long head = folder.chain().head().number();
      long from = first == null ? 1 : first;
      long to = last == null ? head : last;
      if (to > head || (from > to && last != null)) {
        throw new ParameterException(
            spec.commandLine(),
            "blocks "
                + from
                + " to "
                + to
                + " cannot be exported: the chain has blocks 0 to "
                + head);
      }
      ChainExporter.export(snapshot, from, to, file, number -> {});
      out.println((to - from + 1) + " blocks written to " + file);
      out.flush();
      return 0;
    } catch (ChainFileException failed) {
      throw new NodeFailure("the export failed", String.valueOf(failed.getMessage()), "", failed);
    }
  }
}
