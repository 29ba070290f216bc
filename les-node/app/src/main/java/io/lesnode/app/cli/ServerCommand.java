package io.lesnode.app.cli;

import io.lesnode.app.config.ChainSettings;
import io.lesnode.app.node.Endpoints;
import io.lesnode.app.node.FullNode;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code les server}: serves an imported chain to light clients. */
@Command(
    name = "server",
    description =
        "Serve the chain of the data folder to light clients, and over JSON-RPC if asked.")
final class ServerCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();
  @Mixin ChainFlags chain = new ChainFlags();
  @Mixin PeerFlags peers = new PeerFlags();
  @Mixin LightServeFlags light = new LightServeFlags();
  @Mixin VipServeFlags vip = new VipServeFlags();
  @Mixin OracleFlags oracle = new OracleFlags();
  @Mixin HttpFlags http = new HttpFlags();
  @Mixin EndpointFlags endpoints = new EndpointFlags();
  @Mixin LogFlags log = new LogFlags();

  @Option(
      names = "--syncmode",
      paramLabel = "MODE",
      description =
          "Only 'full' is possible here; 'les light' is the light client (default: full).",
      defaultValue = "full")
  String syncMode = "full";

  @Override
  public Integer call() {
    if (!syncMode.equals("full")) {
      throw new ParameterException(
          spec.commandLine(),
          "--syncmode "
              + syncMode
              + " is not possible for a server; 'les light' is the light client");
    }
    ChainSettings chainSettings = chain.settings(".lesnode");
    FullNode.Settings settings =
        new FullNode.Settings(
            chainSettings,
            peers.settings(true),
            light.settings(),
            http.settings(false),
            endpoints.settings(),
            oracle.settings(),
            Optional.empty(),
            vip.settings(chainSettings.datadir()));
    Logging.start(log);
    Ending ending = Ending.watch(() -> {});
    try (FullNode node = FullNode.start(settings)) {
      PrintWriter out = spec.commandLine().getOut();
      out.println(
          "Serving block "
              + node.chain().head().number()
              + " of chain "
              + node.chain().config().chainId().toDecimalString()
              + ". Ctrl-C ends it.");
      print(node, out);
      ending.await();
    } catch (RuntimeException failed) {
      ending.finish(LesCommandLine.FAILED);
      throw failed;
    }
    return ending.finish(0);
  }

  /** Prints where a node can be reached, and what it sells. */
  static void print(FullNode node, PrintWriter out) {
    node.vip().ifPresent(vip -> out.println("  vip      " + VipServeFlags.text(vip.status())));
    print(node.endpoints(), out);
  }

  /** Prints where a node can be reached. */
  static void print(Endpoints endpoints, PrintWriter out) {
    out.println("  enode    " + endpoints.enode());
    endpoints.http().ifPresent(url -> out.println("  JSON-RPC " + url));
    endpoints.webSocket().ifPresent(url -> out.println("  WS       " + url));
    endpoints.authenticated().ifPresent(url -> out.println("  auth     " + url));
    endpoints.ipc().ifPresent(path -> out.println("  IPC      " + path));
    endpoints.metrics().ifPresent(url -> out.println("  metrics  " + url + "/metrics"));
    out.flush();
  }
}
