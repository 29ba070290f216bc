package io.lesnode.app.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.lesnode.app.node.NodeFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code les vip export}: the whole event log of money, piece by piece. */
@Command(
    name = "export",
    description = {
      "Write a server's event log of money, oldest first, for other programs.",
      "The columns are described in docs/vip.md, \"The books\"."
    })
final class VipExportCommand implements Callable<Integer> {
  /** The form of the export. */
  enum Format {
    CSV,
    JSON
  }

  @Spec CommandSpec spec = CommandSpec.create();
  @Mixin NodeFlags node = new NodeFlags();
  @Mixin LogFlags log = new LogFlags();

  @Option(
      names = "--format",
      paramLabel = "csv|json",
      description = "json has one object a line (default: ${DEFAULT-VALUE}).",
      defaultValue = "csv")
  Format format = Format.CSV;

  @Option(
      names = "--first",
      paramLabel = "N",
      converter = Values.NonNegativeLong.class,
      description = "Sequence number of the first event (default: ${DEFAULT-VALUE}).",
      defaultValue = "0")
  Long first = 0L;

  @Option(names = "--output", paramLabel = "FILE", description = "A new file (default: print it).")
  @Nullable Path output;

  @Override
  public Integer call() {
    String form = format.name().toLowerCase(Locale.ROOT);
    Path file = output;
    try (IpcCaller caller = node.connect()) {
      LongFunction<JsonNode> pieces =
          next -> VipCommand.Flags.call(caller, "vip_export", form, next);
      if (file == null) {
        copy(format, first, pieces, spec.commandLine().getOut());
        spec.commandLine().getOut().flush();
      } else {
        try (Writer out =
            Files.newBufferedWriter(file, StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW)) {
          copy(format, first, pieces, out);
        }
      }
      return 0;
    } catch (IOException | UncheckedIOException e) {
      throw new NodeFailure(
          "the event log cannot be written to " + file,
          String.valueOf(e.getMessage()),
          "Give another file with --output; it must not exist yet",
          e);
    }
  }

  /** Joins pieces; the line with the names of the columns comes once. */
  static void copy(Format format, long from, LongFunction<JsonNode> pieces, Writer out)
      throws IOException {
    long first = from;
    boolean more = true;
    while (more) {
      JsonNode piece = pieces.apply(first);
      String text = piece.path("text").asText();
      boolean isLater = first != from;
      out.write(format == Format.CSV && isLater ? text.substring(text.indexOf('\n') + 1) : text);
      long next = piece.path("next").asLong();
      more = piece.path("more").asBoolean() && next > first;
      first = next;
    }
  }
}
