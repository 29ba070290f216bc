package io.lesnode.app.cli;

import io.lesnode.app.config.ChainSettings;
import io.lesnode.app.node.LightNode;
import io.lesnode.devp2p.Enode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code les light}: a light client that offers JSON-RPC. */
@Command(
    name = "light",
    description = {
      "Follow a chain as a light client that verifies everything.",
      "Fetches headers from LES servers and answers JSON-RPC with what the servers can prove."
    })
final class LightCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();
  @Mixin ChainFlags chain = new ChainFlags();
  @Mixin PeerFlags peers = new PeerFlags();
  @Mixin SyncFlags sync = new SyncFlags();
  @Mixin OracleFlags oracle = new OracleFlags();
  @Mixin HttpFlags http = new HttpFlags();
  @Mixin EndpointFlags endpoints = new EndpointFlags();
  @Mixin UnlockFlags accounts = new UnlockFlags();
  @Mixin VipBuyerFlags vip = new VipBuyerFlags();
  @Mixin PoolClientFlags pool = new PoolClientFlags();
  @Mixin LogFlags log = new LogFlags();

  @Option(
      names = "--server",
      paramLabel = "ENODE",
      split = ",",
      description =
          "Enode URLs of LES servers, comma separated or given repeatedly; more can be added with"
              + " admin_addPeer (default: none).")
  List<String> servers = new ArrayList<>();

  @Option(
      names = "--light.nopruning",
      description =
          "Keep old headers on the disk; otherwise those below the newest finished section of 32768"
              + " blocks are removed and fetched with a proof when asked for (default: off).",
      arity = "0..1",
      fallbackValue = "true",
      defaultValue = "false")
  boolean noPruning;

  @Option(
      names = "--syncmode",
      paramLabel = "MODE",
      description =
          "Only 'light' is possible here; 'les server' is the full node (default: light).",
      defaultValue = "light")
  String syncMode = "light";

  @Option(
      names = "--stop-with-stdin",
      hidden = true,
      description = "End when standard input ends, for programs that start a light client.")
  boolean stopWithInput;

  @Override
  public Integer call() {
    if (!syncMode.equals("light")) {
      throw new ParameterException(
          spec.commandLine(),
          "--syncmode " + syncMode + " is not possible here; 'les server' is the full node");
    }
    ChainSettings chainSettings = chain.settings(".lesnode-light");
    LightNode.Settings settings =
        new LightNode.Settings(
            chainSettings,
            peers.settings(false),
            http.settings(true),
            endpoints.settings(),
            enodes(),
            sync.settings(oracle.settings()).withPruning(!noPruning),
            accounts.keys(chainSettings.datadir()),
            vip.settings(chainSettings.datadir(), accounts.keystore),
            pool.settings(chainSettings.datadir(), accounts.keystore));
    if (settings.vip().isPresent() && settings.pool().isPresent()) {
      throw new ParameterException(
          spec.commandLine(),
          "--vip.budget and --vip.pool exclude each other: pay servers, or the pool");
    }
    Logging.start(log);
    Ending ending = Ending.watch(() -> {});
    if (stopWithInput) {
      ending = ending.orEndOfInput();
    }
    try (LightNode node = LightNode.start(settings)) {
      PrintWriter out = spec.commandLine().getOut();
      out.println(
          "Light client of chain "
              + node.client().config().chainId().toDecimalString()
              + ", "
              + node.client().status().message()
              + ". Ctrl-C ends it.");
      ServerCommand.print(node.endpoints(), out);
      ending.await();
    } catch (RuntimeException failed) {
      ending.finish(LesCommandLine.FAILED);
      throw failed;
    }
    return ending.finish(0);
  }

  private List<Enode> enodes() {
    List<Enode> parsed = new ArrayList<>();
    for (String url : servers) {
      if (url.isBlank()) {
        continue;
      }
      try {
        parsed.add(Enode.parse(url.strip()));
      } catch (IllegalArgumentException wrong) {
        throw new ParameterException(
            spec.commandLine(),
            "--server "
                + url
                + " is not an enode URL with an address and port: "
                + wrong.getMessage());
      }
    }
    return parsed;
  }
}
