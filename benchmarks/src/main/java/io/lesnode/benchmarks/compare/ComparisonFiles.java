package io.lesnode.benchmarks.compare;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lesnode.app.node.NodeFailure;
import io.lesnode.benchmarks.machine.MachineInfo;
import io.lesnode.benchmarks.report.HtmlReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Writes what was found: {@code compare.json}, {@code report.html} and, if wanted, Markdown. Each
 * file appears under its name only when it is complete.
 */
final class ComparisonFiles {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final CompareContext context;
  private final MachineInfo machine;

  ComparisonFiles(CompareContext context, MachineInfo machine) {
    this.context = context;
    this.machine = machine;
  }

  /** Writes all; the folder must exist. */
  void write(Path folder) {
    try {
      move(folder.resolve("compare.json"), JSON.writeValueAsString(json()));
      HtmlReport.of(new ComparisonReport(context, machine).report())
          .write(folder.resolve("report.html"));
      if (context.settings().markdown().isPresent()) {
        move(context.settings().markdown().get(), markdown());
      }
    } catch (JsonProcessingException bug) {
      throw new IllegalStateException("plain numbers and texts can be written", bug);
    } catch (IOException unwritable) {
      throw new NodeFailure(
          "the results cannot be written",
          unwritable.toString(),
          "Check --out and --markdown, their permissions and space",
          unwritable);
    }
  }

  private static void move(Path file, String text) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null) {
      throw new IOException(file + " is no file name");
    }
    Path temporary = Files.createTempFile(folder, "." + file.getFileName(), ".part");
    try {
      Files.writeString(temporary, text);
      Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  ObjectNode json() {
    ObjectNode root = JSON.createObjectNode();
    root.set("machine", JSON.valueToTree(machine.json()));
    root.put("ours", context.ours().version()).put("geth", context.geth().version());
    root.put("javaOptions", String.join(" ", context.settings().javaOptions()));
    root.put("quick", context.settings().isQuick()).put("seed", context.settings().seed());
    ChainFiles chain = context.chain();
    root.putObject("chain")
        .put("blocks", chain.blocks())
        .put("transactions", chain.transactions())
        .put("gas", chain.gas());
    ArrayNode findings = root.putArray("findings");
    for (Finding finding : context.findings().all()) {
      ObjectNode one = findings.addObject();
      one.put("series", finding.series().word()).put("subject", finding.subject());
      one.put("figure", finding.figure()).put("unit", finding.unit());
      finding.ours().ifPresent(spread -> rounds(one.putArray("ours"), spread));
      finding.geth().ifPresent(spread -> rounds(one.putArray("geth"), spread));
      finding.ratio().ifPresent(ratio -> one.put("ratio", ratio));
      finding.bar().ifPresent(bar -> one.put("bar", bar.text()));
      finding.isMet().ifPresent(met -> one.put("met", met));
    }
    ArrayNode notes = root.putArray("notes");
    context.findings().notes().forEach(notes::add);
    return root;
  }

  private static void rounds(ArrayNode array, Spread spread) {
    spread.values().forEach(array::add);
  }

  private String markdown() {
    ChainFiles chain = context.chain();
    return "# Beside "
        + context.geth().version()
        + "\n\n"
        + machine.markdown()
        + "\n\nMade by `les bench compare"
        + (context.settings().isQuick() ? " --quick" : "")
        + "`; chain of "
        + chain.blocks()
        + " blocks with "
        + chain.transactions()
        + " transactions. Medians, in parentheses least and most of all rounds.\n\n"
        + new ComparisonTable(context.findings()).markdown();
  }
}
