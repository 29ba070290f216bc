package io.lesnode.app.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code les demo}: everything at once, with nothing to set up. */
@Command(
    name = "demo",
    description = {
      "Show a light client at work.",
      "Starts a dev chain with its LES server and a light client in a second process, syncs, proves a",
      "balance, sends a transaction, shows its receipt, cleans up."
    })
final class DemoCommand implements Callable<Integer> {
  private static final int INTERRUPTED = 130;

  @Spec CommandSpec spec = CommandSpec.create();
  @Mixin LogFlags log = new LogFlags();

  @Option(
      names = "--keep",
      description = "Leave everything running at the end until Ctrl-C, and say how to attach.")
  boolean keep;

  @Override
  public Integer call() {
    // the steps are the output; the log only speaks up when something is wrong
    boolean asked = spec.commandLine().getParseResult().hasMatchedOption("--verbosity");
    Logging.start(asked ? log.verbosity : 2, log.format);
    Ending ending = Ending.watch(() -> {});
    try {
      new Demo(spec.commandLine().getOut(), ending).run(keep);
    } catch (Demo.StoppedException stopped) {
      return ending.finish(INTERRUPTED);
    } catch (RuntimeException failed) {
      ending.finish(LesCommandLine.FAILED);
      throw failed;
    }
    return ending.finish(0);
  }
}
