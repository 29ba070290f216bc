package io.lesnode.benchmarks.cli;

import io.lesnode.app.cli.Ending;
import io.lesnode.app.cli.LesCommandLine;
import io.lesnode.app.cli.Logging;
import io.lesnode.benchmarks.sim.engine.Simulation;
import io.lesnode.benchmarks.sim.lab.RunProgress;
import io.lesnode.benchmarks.sim.scenario.SimEngine;
import io.lesnode.benchmarks.sim.vip.VipExtension;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** How many simulations run at once, and how they are watched and ended. */
final class SimJobs {
  private static final int MOST = 1_024;
  private static final int WARNINGS = 2;

  @Option(
      names = "--jobs",
      paramLabel = "N",
      description = "How many simulations run at once (default: one for each processor).")
  @Nullable Integer jobs;

  /** The number of them, checked. */
  int number(CommandSpec spec) {
    if (jobs == null) {
      return Runtime.getRuntime().availableProcessors();
    }
    if (jobs < 1 || jobs > MOST) {
      throw new ParameterException(spec.commandLine(), "--jobs is 1 to " + MOST + ", not " + jobs);
    }
    return jobs;
  }

  /** Makes engines: what runs every scenario, with money and without. */
  static final Supplier<SimEngine> ENGINE = () -> new Simulation(VipExtension::of);

  /** Works while the progress is shown on standard error; Ctrl-C cancels it. */
  static <T> T watched(CommandSpec spec, Function<RunProgress, T> work) {
    Logging.start(WARNINGS);
    RunProgress progress =
        new RunProgress(spec.commandLine().getErr(), Boolean.getBoolean("les.terminal"));
    Ending ending = Ending.watch(progress::cancel);
    try {
      T result = SimInput.explained(() -> work.apply(progress));
      progress.end();
      ending.finish(0);
      return result;
    } catch (RuntimeException failed) {
      progress.end();
      ending.finish(LesCommandLine.FAILED);
      throw failed;
    }
  }
}
