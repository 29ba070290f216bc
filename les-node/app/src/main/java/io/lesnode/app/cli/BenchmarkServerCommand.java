package io.lesnode.app.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.lesnode.app.config.ChainSettings;
import io.lesnode.app.node.Endpoints;
import io.lesnode.app.node.StoppedNode;
import io.lesnode.les.server.MeasuredCosts;
import io.lesnode.les.server.RequestBenchmark;
import io.lesnode.rpc.MeasuredCostsJson;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code les benchmark-server}: what requests cost on this machine. */
@Command(
    name = "benchmark-server",
    description = {
      "Measure what each kind of request costs on this machine and chain.",
      "Prints it beside what geth takes it to cost and keeps it for 'les server --light.costs measured'.",
      "Works on a running node over its IPC socket, else on the data folder."
    })
final class BenchmarkServerCommand implements Callable<Integer> {
  private static final int MAX_PASSES = 1000;

  /** Of a running node beyond the time that its measurements should take. */
  private static final Duration GRACE = Duration.ofMinutes(10);

  @Spec CommandSpec spec = CommandSpec.create();
  @Mixin ChainFlags chain = new ChainFlags();
  @Mixin LogFlags log = new LogFlags();

  @Option(
      names = "--passes",
      paramLabel = "N",
      converter = Values.NonNegativeInt.class,
      description = "How often each measurement is made (default: ${DEFAULT-VALUE}).",
      defaultValue = "3")
  Integer passes = 3;

  @Option(
      names = "--length",
      paramLabel = "MS",
      converter = Values.NonNegativeInt.class,
      description =
          "How long each measurement takes per pass, in milliseconds (default: ${DEFAULT-VALUE}).",
      defaultValue = "200")
  Integer lengthMillis = 200;

  @Option(names = "--json", description = "Print one JSON object instead of tables (default: off).")
  boolean json;

  @Override
  public Integer call() {
    if (passes < 1 || passes > MAX_PASSES) {
      throw new ParameterException(
          spec.commandLine(), "--passes is 1 to " + MAX_PASSES + ", not " + passes);
    }
    boolean asked = spec.commandLine().getParseResult().hasMatchedOption("--verbosity");
    Logging.start(asked ? log.verbosity : 2, log.format);
    PrintWriter out = spec.commandLine().getOut();
    ChainSettings settings = chain.settings(".lesnode");
    Optional<Path> socket =
        Endpoints.read(settings.datadir()).flatMap(Endpoints::ipc).filter(Files::exists);
    JsonNode costs = socket.isPresent() ? ofRunning(socket.get()) : ofStopped(settings, !json);
    if (json) {
      out.println(costs.toPrettyString());
    } else {
      print(out, costs, settings.datadir());
    }
    out.flush();
    return 0;
  }

  private JsonNode ofRunning(Path socket) {
    long millis = (long) passes * lengthMillis * MeasuredCosts.plan().size();
    if (!json) {
      spec.commandLine()
          .getOut()
          .println(
              "Measuring on the running node, about "
                  + ClientTexts.duration(millis / 1000.0)
                  + "…");
      spec.commandLine().getOut().flush();
    }
    try (IpcCaller node = IpcCaller.connect(socket)) {
      return node.call(
          Duration.ofMillis(millis).plus(GRACE), "les_measureCosts", passes, lengthMillis);
    }
  }

  private JsonNode ofStopped(ChainSettings settings, boolean shown) {
    PrintWriter out = spec.commandLine().getOut();
    Thread measuring = Thread.currentThread();
    Ending ending = Ending.watch(measuring::interrupt);
    RequestBenchmark.Progress progress =
        new RequestBenchmark.Progress() {
          @Override
          public void onPass(int pass, int of) {
            if (shown) {
              out.println("pass " + pass + " of " + of);
              out.flush();
            }
          }
        };
    try {
      MeasuredCosts costs =
          StoppedNode.measureCosts(
              settings, passes, TimeUnit.MILLISECONDS.toNanos(lengthMillis), progress);
      ending.finish(0);
      return MeasuredCostsJson.of(costs);
    } catch (RuntimeException failed) {
      ending.finish(LesCommandLine.FAILED);
      throw failed;
    }
  }

  private static void print(PrintWriter out, JsonNode costs, Path datadir) {
    out.println(
        "Measured at block "
            + costs.path("head").asText()
            + " on "
            + costs.path("machine").asText()
            + ", "
            + costs.path("jdk").asText());
    List<List<String>> runs = new ArrayList<>();
    runs.add(
        List.of("MEASURED", "ITEMS", "REQUESTS", "TIME us", "GETH us", "SHARE", "IN B", "OUT B"));
    for (JsonNode run : costs.path("runs")) {
      if (run.has("error")) {
        runs.add(
            List.of(
                run.path("type").asText(),
                run.path("amount").asText(),
                "-",
                "-",
                "-",
                "-",
                "-",
                run.path("error").asText()));
        continue;
      }
      double nanos = run.path("avgTime").asDouble();
      runs.add(
          List.of(
              run.path("type").asText(),
              run.path("amount").asText(),
              run.path("totalCount").asText(),
              micros(nanos),
              micros(run.path("gethTime").asDouble()),
              String.format(Locale.ROOT, "%.3f", nanos / run.path("gethTime").asDouble()),
              run.path("maxInSize").asText(),
              run.path("maxOutSize").asText()));
    }
    ClientTexts.table(runs).forEach(out::println);
    out.println();
    List<List<String>> kinds = new ArrayList<>();
    kinds.add(List.of("REQUEST", "BASE us", "GETH us", "PER ITEM us", "GETH us", "USED"));
    for (JsonNode kind : costs.path("costs")) {
      boolean measured = kind.has("base");
      kinds.add(
          List.of(
              kind.path("request").asText(),
              measured ? micros(kind.path("base").asDouble()) : "-",
              micros(kind.path("gethBase").asDouble()),
              measured ? micros(kind.path("perItem").asDouble()) : "-",
              micros(kind.path("gethPerItem").asDouble()),
              measured
                  ? micros(kind.path("usedBase").asDouble())
                      + " + "
                      + micros(kind.path("usedPerItem").asDouble())
                      + " n"
                  : "geth's"));
    }
    ClientTexts.table(kinds).forEach(out::println);
    out.println();
    out.println(
        "Kept in "
            + datadir.resolve(MeasuredCosts.FILE_NAME)
            + "; 'les server --light.costs measured' uses it.");
  }

  private static String micros(double nanos) {
    return String.format(Locale.ROOT, "%.1f", nanos / 1000);
  }
}
