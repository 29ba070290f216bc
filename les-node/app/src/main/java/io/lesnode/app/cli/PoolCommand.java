package io.lesnode.app.cli;

import io.lesnode.app.config.ChainSettings;
import io.lesnode.app.node.PoolProcess;
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

/** {@code les pool}: brings light clients and servers together. */
@Command(
    name = "pool",
    description = {
      "Match light clients with servers and settle between them.",
      "Clients and hosts each have one deposit, with the pool; what is paid is what both sides"
          + " signed. docs/pool.md explains it."
    })
final class PoolCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();
  @Mixin ChainFlags chain = new ChainFlags();
  @Mixin PeerFlags peers = new PeerFlags();
  @Mixin HttpFlags http = new HttpFlags();
  @Mixin EndpointFlags endpoints = new EndpointFlags();
  @Mixin PoolFlags pool = new PoolFlags();
  @Mixin LogFlags log = new LogFlags();

  @Option(
      names = "--server",
      paramLabel = "ENODE",
      split = ",",
      description =
          "Enode URLs of LES servers that prove the chain to the pool, comma separated or given"
              + " repeatedly (default: none; then no payment can be checked).")
  List<String> servers = new ArrayList<>();

  @Override
  public Integer call() {
    ChainSettings chainSettings = chain.settings(".lesnode-pool");
    PoolProcess.Settings settings =
        new PoolProcess.Settings(
            chainSettings,
            peers.settings(true, false),
            http.settings(false),
            endpoints.settings(),
            enodes(),
            pool.rules(),
            pool.account(chainSettings.datadir()),
            pool.contract(),
            pool.depositWei(),
            pool.status());
    Logging.start(log);
    Ending ending = Ending.watch(() -> {});
    try (PoolProcess running = PoolProcess.start(settings)) {
      PrintWriter out = spec.commandLine().getOut();
      out.println(
          "Pool of account "
              + settings.account().address()
              + ", paid by "
              + PoolProcess.method()
              + ". Ctrl-C ends it.");
      ServerCommand.print(running.endpoints(), out);
      running.page().ifPresent(url -> out.println("  status   " + url + "/"));
      out.flush();
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
