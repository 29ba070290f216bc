package io.lesnode.app.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code les vip books}: the trial balance of a server or pool. */
@Command(
    name = "books",
    description = {
      "Print every account of a server's or pool's books that has a balance, in wei or tokens.",
      "What others have or are owed, and what was earned, is positive; the sums are zero."
    })
final class VipBooksCommand implements Callable<Integer> {
  private static final int FAILED = 1;

  @Spec CommandSpec spec = CommandSpec.create();
  @Mixin NodeFlags node = new NodeFlags();
  @Mixin LogFlags log = new LogFlags();

  @Option(names = "--json", description = "Print the node's answer as JSON (default: off).")
  boolean json;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    try (IpcCaller caller = node.connect()) {
      JsonNode answer = VipCommand.Flags.call(caller, "vip_statement");
      if (json) {
        out.println(answer.toPrettyString());
      } else {
        lines(answer).forEach(out::println);
      }
      out.flush();
      return answer.path("balanced").asBoolean() ? 0 : FAILED;
    }
  }

  /** The accounts in columns, balances to the right. */
  static List<String> lines(JsonNode answer) {
    int name = 0;
    int digits = 0;
    for (JsonNode line : answer.path("accounts")) {
      name = Math.max(name, line.path("account").asText().length());
      digits = Math.max(digits, line.path("balance").asText().length());
    }
    List<String> lines = new ArrayList<>();
    for (JsonNode line : answer.path("accounts")) {
      String account = line.path("account").asText();
      String balance = line.path("balance").asText();
      lines.add(
          account
              + " ".repeat(name - account.length() + 2 + digits - balance.length())
              + balance
              + " "
              + line.path("asset").asText());
    }
    lines.add(
        answer.path("balanced").asBoolean()
            ? "The books balance: every asset sums to 0."
            : "THE BOOKS DO NOT BALANCE. Stop the node, keep its folder, and report this.");
    return lines;
  }
}
