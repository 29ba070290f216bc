package io.lesnode.app.cli;

import io.lesnode.app.config.ChainSettings;
import io.lesnode.app.node.ChainFolder;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code les init}: makes a data folder from a genesis file, as {@code geth init}. */
@Command(
    name = "init",
    description = "Make a data folder from a genesis file, or check that it holds that chain.")
final class InitCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();
  @Mixin ChainFlags chain = new ChainFlags();
  @Mixin LogFlags log = new LogFlags();

  @Parameters(paramLabel = "GENESIS", description = "Genesis file in geth's format.")
  Path file = Path.of("");

  @Override
  public Integer call() {
    Logging.start(log);
    ChainSettings given = chain.settings(".lesnode");
    ChainSettings settings =
        new ChainSettings(
            given.datadir(),
            Optional.of(file),
            given.networkId(),
            given.fakePow(),
            given.archive());
    try (ChainFolder folder = ChainFolder.open(settings)) {
      spec.commandLine()
          .getOut()
          .println(
              "The chain with genesis "
                  + folder.chain().genesis().hash().toHexString()
                  + " is in "
                  + settings.datadir());
      spec.commandLine().getOut().flush();
      return 0;
    }
  }
}
