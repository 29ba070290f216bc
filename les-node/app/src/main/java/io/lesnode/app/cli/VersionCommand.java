package io.lesnode.app.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code les version}. */
@Command(
    name = "version",
    description = "Print the versions of the program, Java and the protocols.")
final class VersionCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();
  @Mixin LogFlags log = new LogFlags();

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    for (String line : new Versions().getVersion()) {
      out.println(line);
    }
    out.flush();
    return 0;
  }
}
