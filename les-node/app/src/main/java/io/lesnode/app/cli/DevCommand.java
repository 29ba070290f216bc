package io.lesnode.app.cli;

import io.lesnode.app.node.DevContracts;
import io.lesnode.app.node.DevNode;
import io.lesnode.app.node.FullNode;
import io.lesnode.payment.MethodId;
import io.lesnode.payment.signing.MemorySigner;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code les dev}: a chain of one's own. */
@Command(
    name = "dev",
    description = {
      "Run a chain of your own (clique, one signer) with a funded test account.",
      "Serves light clients and JSON-RPC."
    })
final class DevCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();
  @Mixin PeerFlags peers = new PeerFlags();
  @Mixin LightServeFlags light = new LightServeFlags();
  @Mixin VipServeFlags vip = new VipServeFlags();
  @Mixin HttpFlags http = new HttpFlags();
  @Mixin EndpointFlags endpoints = new EndpointFlags();
  @Mixin LogFlags log = new LogFlags();

  @Option(
      names = "--datadir",
      paramLabel = "DIR",
      description =
          "Folder of the chain, kept for the next time (default: a temporary one, deleted at the end).")
  @Nullable Path datadir;

  @Option(
      names = "--period",
      paramLabel = "SECONDS",
      converter = Values.NonNegativeLong.class,
      description =
          "Time between blocks; 0 seals one whenever there is a transaction"
              + " (default: ${DEFAULT-VALUE}).",
      defaultValue = "0")
  Long periodSeconds = 0L;

  @Override
  public Integer call() {
    Logging.start(log);
    Ending ending = Ending.watch(() -> {});
    try (TemporaryFolder temporary = TemporaryFolder.unless(datadir);
        FullNode node =
            DevNode.start(
                temporary.path(),
                periodSeconds,
                peers.settings(true, false),
                light.settings(),
                http.settings(true),
                endpoints.settings(),
                vip.settings(
                    temporary.path(),
                    Optional.of(new MemorySigner(DevNode.SELLER)),
                    DevContracts.byMethod(),
                    Set.of(MethodId.TEST, MethodId.RAW),
                    0))) {
      PrintWriter out = spec.commandLine().getOut();
      out.println(
          "Dev chain "
              + node.chain().config().chainId().toDecimalString()
              + " at block "
              + node.chain().head().number()
              + ". Ctrl-C ends it.");
      out.println("  faucet   " + DevNode.FAUCET.address());
      out.println(
          "  test key "
              + DevNode.FAUCET.secret().toHexString()
              + " (known to everybody: test only)");
      out.println("  genesis  " + temporary.path().resolve("genesis.json"));
      ServerCommand.print(node, out);
      ending.await();
    } catch (RuntimeException failed) {
      ending.finish(LesCommandLine.FAILED);
      throw failed;
    }
    return ending.finish(0);
  }
}
