package io.lesnode.app.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code les balance}: what clients may spend on priority. */
@Command(
    name = "balance",
    description = "Show or change the balance of a light client of a running server.",
    subcommands = {BalanceCommand.Add.class, BalanceCommand.Show.class})
final class BalanceCommand implements Runnable {
  @Spec CommandSpec spec = CommandSpec.create();
  @Mixin LogFlags log = new LogFlags();

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "a command is missing, for instance: les balance add CLIENT AMOUNT");
  }

  /** {@code les balance add}. */
  @Command(
      name = "add",
      description = {
        "Add to a client's balance, connected or not; it is on the disk when this ends.",
        "A negative amount, after --, takes away, at most what is there."
      })
  static final class Add implements Callable<Integer> {
    @Spec CommandSpec spec = CommandSpec.create();
    @Mixin OneClient client = new OneClient();

    @Parameters(
        index = "1",
        paramLabel = "AMOUNT",
        converter = Values.Amount.class,
        description = "Cost units; a second of the default price costs 10^9 while it lasts.")
    Long amount = 0L;

    @Override
    public Integer call() {
      PrintWriter out = spec.commandLine().getOut();
      client.with(
          (node, id) -> {
            JsonNode change = node.call("les_addBalance", id, amount);
            out.println("balance " + change.path(0).asText() + " -> " + change.path(1).asText());
          });
      out.flush();
      return 0;
    }
  }

  /** {@code les balance show}. */
  @Command(name = "show", description = "Show a client's balance, connected or not.")
  static final class Show implements Callable<Integer> {
    @Spec CommandSpec spec = CommandSpec.create();
    @Mixin OneClient client = new OneClient();

    @Override
    public Integer call() {
      PrintWriter out = spec.commandLine().getOut();
      client.with((node, id) -> show(node, id, out));
      out.flush();
      return 0;
    }

    private static void show(IpcCaller node, String id, PrintWriter out) {
      // a malformed id would mean all clients here: this refuses it
      node.call("les_priorityClientInfo", id, id, 0);
      for (Map.Entry<String, JsonNode> found :
          node.call("les_clientInfo", List.of(id)).properties()) {
        out.println("client  " + found.getKey());
        out.println("balance " + found.getValue().path("pricing/balance").asText());
        JsonNode owed = found.getValue().path("pricing/negBalance");
        if (!owed.isMissingNode()) {
          out.println("owed    " + owed.asText());
        }
      }
    }
  }
}
