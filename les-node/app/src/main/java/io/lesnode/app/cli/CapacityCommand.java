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
  @Mixin NodeFlags node = new NodeFlags();
  @Mixin LogFlags log = new LogFlags();

  @Parameters(
      index = "0",
      paramLabel = "CLIENT",
      description = "Id of 64 hex digits, enode URL, or first digits of a connected client's id.")
  String client = "";

  @Parameters(
      index = "1",
      paramLabel = "CAPACITY",
      converter = Values.NonNegativeLong.class,
      description = "Cost units per millisecond.")
  Long capacity = 0L;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    try (IpcCaller caller = node.connect()) {
      String id = ClientTexts.resolve(caller, client);
      caller.call("les_setClientParams", List.of(id), Map.of("capacity", capacity));
      out.println("capacity " + capacity);
    }
    out.flush();
    return 0;
  }
}
