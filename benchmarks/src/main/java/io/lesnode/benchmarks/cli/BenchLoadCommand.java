package io.lesnode.benchmarks.cli;

import io.lesnode.app.cli.Ending;
import io.lesnode.app.cli.LogFlags;
import io.lesnode.app.cli.Logging;
import io.lesnode.benchmarks.load.HandshakeRun;
import io.lesnode.benchmarks.load.LoadGroup;
import io.lesnode.benchmarks.load.LoadOutput;
import io.lesnode.benchmarks.load.LoadPlan;
import io.lesnode.benchmarks.load.LoadResult;
import io.lesnode.benchmarks.load.LoadRun;
import io.lesnode.benchmarks.load.RequestMix;
import io.lesnode.devp2p.Enode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code les bench load}: real LES clients against any LES server. */
@Command(
    name = "load",
    description = {
      "Load a LES server, ours or geth's, with real light clients and measure what comes back.",
      "",
      "Mixes: mainnet, single, batch, or kind:amount*weight,… with the kinds headers, bodies,"
          + " receipts, code, proofs, storage, cht, bloom and txstatus."
    })
final class BenchLoadCommand implements Callable<Integer> {

  private static final int EXIT_CUT_SHORT = 130;

  @Spec CommandSpec spec = CommandSpec.create();

  @Mixin LogFlags logFlags = new LogFlags();

  @Option(
      names = "--target",
      paramLabel = "ENODE",
      required = true,
      description = "The server, enode://<128 hex digits>@<ip>:<port>.")
  String target = "";

  @Option(
      names = "--clients",
      paramLabel = "N",
      description = "Light clients, 1 to 10000 (default: 1).")
  @Nullable Integer clients;

  @Option(
      names = "--mix",
      paramLabel = "MIX",
      description = "What they ask for (default: mainnet).")
  @Nullable String mix;

  @Option(
      names = "--duration",
      paramLabel = "TIME",
      description = "How long to measure, such as 500ms, 30s or 5m, at most 1h (default: 30s).")
  String duration = "30s";

  @Option(
      names = "--warmup",
      paramLabel = "TIME",
      description = "How long to ask before anything counts (default: 5s).")
  String warmup = "5s";

  @Option(
      names = "--open-loop",
      paramLabel = "RATE/s",
      description =
          "Requests per second of all clients together, whatever comes back; latency counts from"
              + " the moment at which a request should have left.")
  @Nullable String openLoop;

  @Option(
      names = "--closed-loop",
      description = "As many requests as window and credit allow (the default).")
  boolean closedLoop;

  @Option(
      names = "--window",
      paramLabel = "W",
      description =
          "Closed loop: requests that each client has under way, 1 to 1024 (default: 16).")
  @Nullable Integer window;

  @Option(
      names = "--obey",
      arity = "1",
      paramLabel = "true|false",
      description = "Whether clients keep to flow control (default: true).")
  @Nullable Boolean obey;

  @Option(
      names = "--group",
      paramLabel = "name=…,clients=…",
      description =
          "A group of clients: name, clients, mix, rate, window and obey; may be given several"
              + " times. What a group does not say comes from the flags above.")
  List<String> groups = new ArrayList<>();

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description = "After which a request is given up (default: 10s).")
  String timeout = "10s";

  @Option(
      names = "--addresses",
      paramLabel = "FILE",
      description =
          "Accounts and contracts to ask about, one a line, storage slots behind them (default:"
              + " those in blocks).")
  @Nullable Path addresses;

  @Option(
      names = "--verify",
      description = "Decode every reply strictly; costs the generator processor time.")
  boolean verify;

  @Option(
      names = "--handshakes",
      paramLabel = "N",
      description = "Instead of asking: connect and disconnect N times.")
  @Nullable Integer handshakes;

  @Option(
      names = "--parallel",
      paramLabel = "P",
      description = "With --handshakes: how many at the same time (default: 1).")
  @Nullable Integer parallel;

  @Option(
      names = "--idle",
      description = "Instead of asking: hold --clients connections for --duration.")
  boolean idle;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads that the clients share, 1 to 16 (default: ${DEFAULT-VALUE}).",
      defaultValue = "1")
  int threads = 1;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description =
          "Of the clients' keys and of what they ask; the same seed asks the same (default:"
              + " ${DEFAULT-VALUE}).",
      defaultValue = "0")
  long seed;

  @Option(
      names = "--allow-remote",
      description = "Allow a server that is not on this machine; load only what you run yourself.")
  boolean allowRemote;

  @Option(names = "--out", paramLabel = "DIR", description = "Write load.json and load.html there.")
  @Nullable Path out;

  @Option(names = "--json", paramLabel = "FILE", description = "Write the result as JSON.")
  @Nullable Path json;

  @Override
  public Integer call() {
    Logging.start(logFlags);
    Enode server = server();
    if (handshakes != null) {
      return shakeHands(server, handshakes);
    }
    refuse(parallel != null, "--parallel", "it belongs to --handshakes");
    LoadPlan plan = plan(server);
    LoadOutput output = new LoadOutput(spec.commandLine().getOut(), spec.commandLine().getErr());
    output.prepare(out, json);
    if (idle) {
      return holdIdle(plan, output);
    }
    LoadRun run = new LoadRun(plan, output.progress(plan));
    Ending ending = Ending.watch(run::cutShort);
    try {
      LoadResult result = run.run();
      output.print(result);
      output.write(result, out, json);
    } catch (RuntimeException e) {
      ending.finish(1);
      throw e;
    }
    return ending.finish(ending.isWished() ? EXIT_CUT_SHORT : 0);
  }

  private int holdIdle(LoadPlan plan, LoadOutput output) {
    LoadRun run = new LoadRun(plan, output.progress(plan));
    Ending ending = Ending.watch(run::cutShort);
    try {
      output.printIdle(run.hold());
    } catch (RuntimeException e) {
      ending.finish(1);
      throw e;
    }
    return ending.finish(ending.isWished() ? EXIT_CUT_SHORT : 0);
  }

  private int shakeHands(Enode server, int count) {
    refuse(idle, "--idle", "it does not go with --handshakes");
    refuse(!groups.isEmpty(), "--group", "it does not go with --handshakes");
    refuse(out != null, "--out", "it does not go with --handshakes");
    CountDownLatch cut = new CountDownLatch(1);
    LoadOutput output = new LoadOutput(spec.commandLine().getOut(), spec.commandLine().getErr());
    output.prepare(null, json);
    Ending ending = Ending.watch(cut::countDown);
    try {
      HandshakeRun.Result result =
          named(
              "--handshakes",
              () -> HandshakeRun.run(server, count, parallel == null ? 1 : parallel, seed, cut));
      output.print(result, json);
    } catch (RuntimeException e) {
      ending.finish(1);
      throw e;
    }
    return ending.finish(ending.isWished() ? EXIT_CUT_SHORT : 0);
  }

  private void refuse(boolean wrong, String flag, String why) {
    if (wrong) {
      throw new ParameterException(spec.commandLine(), flag + ": " + why);
    }
  }

  private Enode server() {
    Enode server = named("--target", () -> Enode.parse(target));
    refuse(server.endpoint().isEmpty(), "--target", "the address and the port are missing");
    boolean local = server.endpoint().map(at -> at.getAddress().isLoopbackAddress()).orElse(false);
    refuse(
        !local && !allowRemote,
        "--target",
        server.endpoint().map(at -> at.getHostString()).orElse("")
            + " is not this machine; load only a server that you run yourself, and say"
            + " --allow-remote");
    return server;
  }

  private LoadPlan plan(Enode server) {
    refuse(closedLoop && openLoop != null, "--closed-loop", "it does not go with --open-loop");
    refuse(window != null && openLoop != null, "--window", "an open loop has none; leave it out");
    String rate = openLoop == null ? "0" : openLoop;
    List<LoadGroup> described = new ArrayList<>();
    GroupFlags usual =
        new GroupFlags(
            clients == null ? 1 : clients,
            named("--mix", () -> RequestMix.parse(mix == null ? "mainnet" : mix)),
            window == null ? 16 : window,
            named("--open-loop", () -> GroupFlags.rate(rate)),
            obey == null || obey);
    if (groups.isEmpty()) {
      described.add(
          named(
              "--clients, --window or --open-loop",
              () ->
                  new LoadGroup(
                      "load",
                      usual.clients(),
                      usual.mix(),
                      usual.window(),
                      usual.ratePerSecond(),
                      usual.obey())));
    }
    for (String text : groups) {
      described.add(named("--group " + text, () -> usual.group(text)));
    }
    Duration measured = named("--duration", () -> TimeText.parse(duration));
    Duration before = named("--warmup", () -> TimeText.parse(warmup));
    Duration patience = named("--timeout", () -> TimeText.parse(timeout));
    return named(
        "this plan",
        () ->
            LoadPlan.builder(server)
                .groups(described)
                .duration(measured)
                .warmup(before)
                .timeout(patience)
                .threads(threads)
                .seed(seed)
                .addresses(addresses)
                .decodesReplies(verify)
                .build());
  }

  /** Puts the name of a flag before what is wrong with it. */
  private <T> T named(String flag, Supplier<T> value) {
    try {
      return value.get();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), flag + ": " + e.getMessage(), e);
    }
  }
}
