package io.lesnode.app.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.lesnode.app.node.NodeFailure;
import io.lesnode.payment.EtherUnits;
import io.lesnode.vipnode.client.BudgetRules;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code les vip}: buying and selling service, on a running node. */
@Command(
    name = "vip",
    description = {
      "Look after paid service on a running node: a light client that buys, or a server that sells.",
      "The node must run with --vip.budget or --vip; DIR is its data folder."
    },
    subcommands = {
      VipCommand.Status.class,
      VipCommand.Quote.class,
      VipCommand.Deposit.class,
      VipCommand.Withdraw.class,
      VipCommand.Pay.class,
      VipCommand.Close.class,
      VipCommand.Budget.class,
      VipCommand.Settle.class,
      VipCommand.History.class,
      VipBooksCommand.class,
      VipExportCommand.class
    })
final class VipCommand implements Runnable {
  @Spec CommandSpec spec = CommandSpec.create();
  @Mixin LogFlags log = new LogFlags();

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "a command is missing, for instance: les vip status");
  }

  /** What all of them take. */
  static final class Flags {
    @Mixin NodeFlags node = new NodeFlags();
    @Mixin LogFlags log = new LogFlags();

    @Option(names = "--json", description = "Print the node's answer as JSON (default: off).")
    boolean json;

    /** Calls a method and prints what it answers. */
    int print(CommandSpec spec, Consumer<JsonNode> forPeople, String method, Object... parameters) {
      PrintWriter out = spec.commandLine().getOut();
      try (IpcCaller caller = node.connect()) {
        JsonNode answer = call(caller, method, parameters);
        if (json) {
          out.println(answer.toPrettyString());
        } else {
          forPeople.accept(answer);
        }
      }
      out.flush();
      return 0;
    }

    static JsonNode call(IpcCaller caller, String method, Object... parameters) {
      try {
        return caller.call(Duration.ofSeconds(90), method, parameters);
      } catch (NodeFailure refused) {
        if (refused.line().contains("does not exist")) {
          throw new NodeFailure(
              "the node does not know " + method,
              "it neither buys nor sells, or only the other of the two",
              "Start a light client with --vip.budget, or a server with --vip",
              refused);
        }
        throw refused;
      }
    }
  }

  /** An amount of ether with a unit. */
  static final class Wei implements ITypeConverter<String> {
    @Override
    public String convert(String text) {
      try {
        return EtherUnits.parseAmount(text).toUnsignedBigInteger().toString();
      } catch (IllegalArgumentException wrong) {
        throw new TypeConversionException(String.valueOf(wrong.getMessage()));
      }
    }
  }

  private static final String SERVER = "Id of the server, or its first digits; see les vip status.";

  /** {@code les vip status}. */
  @Command(name = "status", description = "Show the budget and all deals, or the sale.")
  static final class Status implements Callable<Integer> {
    @Spec CommandSpec spec = CommandSpec.create();
    @Mixin Flags flags = new Flags();

    @Override
    public Integer call() {
      PrintWriter out = spec.commandLine().getOut();
      return flags.print(
          spec, answer -> VipTexts.lines(answer).forEach(out::println), "vip_status");
    }
  }

  /** {@code les vip quote}. */
  @Command(name = "quote", description = "Ask a server what capacity for a time would cost.")
  static final class Quote implements Callable<Integer> {
    @Spec CommandSpec spec = CommandSpec.create();
    @Mixin Flags flags = new Flags();

    @Parameters(index = "0", paramLabel = "SERVER", description = SERVER)
    String server = "";

    @Option(
        names = "--capacity",
        paramLabel = "N",
        converter = Values.NonNegativeLong.class,
        description = "Capacity (default: what the light client wants).")
    Long capacity = 0L;

    @Option(
        names = "--seconds",
        paramLabel = "N",
        converter = Values.NonNegativeLong.class,
        description = "For how long (default: ${DEFAULT-VALUE}).",
        defaultValue = "3600")
    Long seconds = 3_600L;

    @Override
    public Integer call() {
      PrintWriter out = spec.commandLine().getOut();
      Object wanted = capacity == 0 ? NullNode.instance : capacity;
      return flags.print(
          spec,
          answer -> VipTexts.lines(answer).forEach(out::println),
          "vip_quote",
          server,
          wanted,
          seconds);
    }
  }

  /** {@code les vip deposit}. */
  @Command(
      name = "deposit",
      description = "Put money where cheques for a server are paid from: sends a transaction.")
  static final class Deposit implements Callable<Integer> {
    @Spec CommandSpec spec = CommandSpec.create();
    @Mixin Flags flags = new Flags();

    @Parameters(index = "0", paramLabel = "SERVER", description = SERVER)
    String server = "";

    @Parameters(
        index = "1",
        paramLabel = "AMOUNT",
        converter = Wei.class,
        description = "With its unit, for instance 0.01ether.")
    String amount = "";

    @Override
    public Integer call() {
      PrintWriter out = spec.commandLine().getOut();
      return flags.print(
          spec,
          answer -> out.println("transaction " + answer.asText() + ", to be confirmed"),
          "vip_deposit",
          server,
          amount);
    }
  }

  /** {@code les vip withdraw}. */
  @Command(
      name = "withdraw",
      description = {
        "Ask for money back from the deposit for a server: sends a transaction.",
        "The server may cash its cheques for a day; then the light client takes the money by itself."
      })
  static final class Withdraw implements Callable<Integer> {
    @Spec CommandSpec spec = CommandSpec.create();
    @Mixin Flags flags = new Flags();

    @Parameters(index = "0", paramLabel = "SERVER", description = SERVER)
    String server = "";

    @Parameters(
        index = "1",
        paramLabel = "AMOUNT",
        converter = Wei.class,
        description = "With its unit; more than there is means all that was not paid away.")
    String amount = "";

    @Override
    public Integer call() {
      PrintWriter out = spec.commandLine().getOut();
      return flags.print(
          spec,
          answer -> out.println("transaction " + answer.asText() + ", to be confirmed"),
          "vip_withdraw",
          server,
          amount);
    }
  }

  /** {@code les vip pay}. */
  @Command(
      name = "pay",
      description = "Buy of a server now, without watching its free service; the budget holds.")
  static final class Pay implements Callable<Integer> {
    @Spec CommandSpec spec = CommandSpec.create();
    @Mixin Flags flags = new Flags();

    @Parameters(index = "0", paramLabel = "SERVER", description = SERVER)
    String server = "";

    @Override
    public Integer call() {
      PrintWriter out = spec.commandLine().getOut();
      return flags.print(
          spec, answer -> out.println("told to buy; see les vip status"), "vip_payNow", server);
    }
  }

  /** {@code les vip close}. */
  @Command(
      name = "close",
      description = "End the deal with a server, with a last statement if the method has one.")
  static final class Close implements Callable<Integer> {
    @Spec CommandSpec spec = CommandSpec.create();
    @Mixin Flags flags = new Flags();

    @Parameters(index = "0", paramLabel = "SERVER", description = SERVER)
    String server = "";

    @Override
    public Integer call() {
      PrintWriter out = spec.commandLine().getOut();
      return flags.print(
          spec, answer -> out.println("told to close; see les vip status"), "vip_close", server);
    }
  }

  /** {@code les vip budget}. */
  @Command(
      name = "budget",
      description = "Change the budget of a running light client until its next start.")
  static final class Budget implements Callable<Integer> {
    @Spec CommandSpec spec = CommandSpec.create();
    @Mixin Flags flags = new Flags();

    @Parameters(
        index = "0",
        paramLabel = "AMOUNT/TIME",
        description = "For instance 0.01ether/30d; what was spent stays counted.")
    String budget = "";

    @Override
    public Integer call() {
      try {
        BudgetRules.parse(budget).text();
      } catch (IllegalArgumentException wrong) {
        throw new ParameterException(spec.commandLine(), String.valueOf(wrong.getMessage()));
      }
      PrintWriter out = spec.commandLine().getOut();
      return flags.print(
          spec, answer -> out.println("budget " + answer.asText()), "vip_setBudget", budget);
    }
  }

  /** {@code les vip settle}. */
  @Command(
      name = "settle",
      description = "Have a server bring its money home now: whatever is worth more than the fee.")
  static final class Settle implements Callable<Integer> {
    @Spec CommandSpec spec = CommandSpec.create();
    @Mixin Flags flags = new Flags();

    @Override
    public Integer call() {
      PrintWriter out = spec.commandLine().getOut();
      return flags.print(spec, answer -> show(answer, out), "vip_settle");
    }

    private static void show(JsonNode answer, PrintWriter out) {
      if (answer.isArray() && answer.isEmpty()) {
        out.println("Nothing is worth a transaction.");
      } else if (answer.isArray() && answer.get(0).isObject()) {
        VipTexts.table(answer).forEach(out::println);
      } else if (answer.isObject()) {
        VipTexts.lines(answer).forEach(out::println);
      } else {
        out.println(answer.asText());
      }
    }
  }

  /** {@code les vip history}. */
  @Command(name = "history", description = "Show or export what happened with money and service.")
  static final class History implements Callable<Integer> {
    /** How it is printed. */
    enum Format {
      TEXT,
      CSV,
      JSON
    }

    private static final int MAX_PAGE = 1_000;

    @Spec CommandSpec spec = CommandSpec.create();
    @Mixin Flags flags = new Flags();

    @Option(
        names = "--format",
        paramLabel = "text|csv|json",
        description =
            "How to print it, json with one object a line; 'les vip export' has all of a server's"
                + " books (default: ${DEFAULT-VALUE}).",
        defaultValue = "text")
    Format format = Format.TEXT;

    @Option(
        names = "--most",
        paramLabel = "N",
        converter = Values.NonNegativeInt.class,
        description = "How many of the newest entries (default: ${DEFAULT-VALUE}).",
        defaultValue = "100")
    Integer most = 100;

    @Override
    public Integer call() {
      PrintWriter out = spec.commandLine().getOut();
      return flags.print(
          spec, answer -> show(rows(answer), out), "vip_history", Math.clamp(most, 1, MAX_PAGE));
    }

    /** A server answers with a page of its books. */
    private static JsonNode rows(JsonNode answer) {
      return answer.isArray() ? answer : answer.path("events");
    }

    private void show(JsonNode list, PrintWriter out) {
      switch (format) {
        case TEXT -> {
          if (list.isEmpty()) {
            out.println("Nothing happened so far.");
          } else {
            VipTexts.table(list).forEach(out::println);
          }
        }
        case CSV -> VipTexts.csv(list).forEach(out::println);
        case JSON -> list.forEach(out::println);
      }
    }
  }
}
