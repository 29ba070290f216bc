package io.lesnode.benchmarks.compare;

import io.lesnode.app.node.NodeFailure;
import io.lesnode.benchmarks.machine.MachineInfo;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Compares both programs, series after series, and writes what was found. */
public final class CompareRun {
  private static final long SAY_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** So much that credit is never the limit. */
  private static final Contender.ServeOptions PRIORITY = new Contender.ServeOptions(10_000, 50);

  /** One processor for light clients. */
  private static final Contender.ServeOptions DEFAULT = new Contender.ServeOptions(100, 50);

  private final CompareSettings settings;
  private final PrintWriter out;

  /**
   * A comparison that says on a writer what it does.
   *
   * @param out takes lines
   */
  public CompareRun(CompareSettings settings, PrintWriter out) {
    this.settings = settings;
    this.out = out;
  }

  /**
   * Runs it. Results are written only when all series are done.
   *
   * @param environment of this process
   * @throws NodeFailure if something outside fails: there is no geth, the chain is no chain, a
   *     program ends by itself
   */
  public void run(Map<String, String> environment) {
    @Nullable Path flag = settings.geth().orElse(null);
    GethBinary binary = GethBinary.find(flag, environment.get("GETH"));
    Path out = folder(settings.out());
    Path temporary = temporary(out);
    Runnable cleaning =
        () -> {
          if (!settings.keepsFolders()) {
            Folders.delete(temporary);
          }
        };
    try (Children children = new Children(cleaning)) {
      compare(binary, out, temporary, children);
    } finally {
      cleaning.run();
    }
  }

  private void compare(GethBinary binary, Path results, Path temporary, Children children) {
    Findings findings = new Findings(out);
    ChainFiles chain = ChainFiles.read(settings.chain().orElseGet(() -> make(results, temporary)));
    findings.say(
        "Chain: "
            + chain.blocks()
            + " blocks with "
            + chain.transactions()
            + " transactions, from "
            + chain.blocksFile());
    Path logs = folder(temporary.resolve("logs"));
    CompareContext context =
        new CompareContext(
            settings,
            chain,
            new OurNode(children, logs, settings.javaOptions()),
            new GethNode(binary, children, logs),
            temporary,
            findings);
    findings.say("Comparing " + context.ours().version() + " with " + context.geth().version());
    new ImportSeries(context).run();
    serve(context);
    if (settings.includes(Series.IDLE)) {
      new IdleSeries(context).run();
    }
    if (settings.includes(Series.SYNC)) {
      new SyncSeries(context).run();
    }
    new ComparisonFiles(context, MachineInfo.read(Instant.now())).write(results);
    new ComparisonTable(findings).print(out);
    out.println();
    out.println("Written to " + results.resolve("report.html") + " and compare.json beside it.");
    out.flush();
  }

  private void serve(CompareContext context) {
    if (settings.includes(Series.RAW)
        || settings.includes(Series.OPEN)
        || settings.includes(Series.HANDSHAKE)) {
      try (BothServers both = BothServers.start(context, PRIORITY)) {
        List<RequestCase> cases = both.cases();
        if (settings.includes(Series.RAW)) {
          new RawSeries(context, both.loads(), cases).run();
        }
        if (settings.includes(Series.OPEN)) {
          new OpenSeries(context, both.loads(), cases).run();
        }
        if (settings.includes(Series.HANDSHAKE)) {
          new HandshakeSeries(context, both.loads()).run();
        }
      }
    }
    if (settings.includes(Series.FREE)) {
      try (BothServers both = BothServers.start(context, DEFAULT)) {
        new FreeSeries(context, both.loads()).run();
      }
    }
  }

  private Path make(Path results, Path temporary) {
    long[] lastSaid = {System.nanoTime()};
    return BenchChain.folder(
        results,
        temporary,
        settings.blocks(),
        number -> {
          if (number == 1) {
            out.println("Making a chain of " + settings.blocks() + " blocks; kept in " + results);
            out.flush();
          }
          if (System.nanoTime() - lastSaid[0] > SAY_NANOS) {
            lastSaid[0] = System.nanoTime();
            out.println("  block " + number + " of " + settings.blocks());
            out.flush();
          }
        });
  }

  private static Path folder(Path wanted) {
    try {
      return Files.createDirectories(wanted.toAbsolutePath().normalize());
    } catch (IOException unusable) {
      throw new NodeFailure(
          "the folder of --out cannot be made", unusable.toString(), "Choose another", unusable);
    }
  }

  private static Path temporary(Path out) {
    try {
      return Files.createTempDirectory(out, "running-");
    } catch (IOException unwritable) {
      throw new NodeFailure(
          "the folder of --out cannot be written",
          unwritable.toString(),
          "Choose another",
          unwritable);
    }
  }
}
