package io.lesnode.app.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code les capacity}: how much a client may ask for. */
@Command(
    name = "capacity",
    description = {
      "Give a connected light client of a running server another capacity.",
      "The unit is cost units per millisecond. More than the least needs a balance."
    })
final class CapacityCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();
  @Mixin OneClient client = new OneClient();

  @Parameters(
      index = "1",
      paramLabel = "CAPACITY",
      converter = Values.NonNegativeLong.class,
      description = "Cost units per millisecond.")
  Long capacity = 0L;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    client.with(
        (node, id) -> {
          node.call("les_setClientParams", List.of(id), Map.of("capacity", capacity));
          out.println("capacity " + capacity);
        });
    out.flush();
    return 0;
  }
}
