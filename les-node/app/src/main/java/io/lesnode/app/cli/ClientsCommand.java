package io.lesnode.app.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code les clients}: who is being served. */
@Command(
    name = "clients",
    description = {
      "List the light clients of a running server.",
      "Shows capacity, balance, state and the last thing that the server did to them, and why."
    })
final class ClientsCommand implements Callable<Integer> {
  private static final int PAGE = 500;
  private static final String ZERO = "0".repeat(64);

  @Spec CommandSpec spec = CommandSpec.create();
  @Mixin NodeFlags node = new NodeFlags();
  @Mixin LogFlags log = new LogFlags();

  @Option(
      names = "--all",
      description = "Also list clients that are not connected and have a balance (default: off).")
  boolean all;

  @Option(names = "--full", description = "Show whole ids (default: the first 16 digits).")
  boolean full;

  @Option(
      names = "--events",
      description = "Instead list whom the server refused, froze or dropped, and why.")
  boolean events;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    try (IpcCaller caller = node.connect()) {
      if (events) {
        printEvents(out, caller.call("les_events"));
      } else {
        printClients(out, caller);
      }
    }
    out.flush();
    return 0;
  }

  private void printClients(PrintWriter out, IpcCaller caller) {
    JsonNode info = caller.call("les_serverInfo");
    Map<String, String> lastEvents = new HashMap<>();
    for (JsonNode event : caller.call("les_events")) {
      lastEvents.put(
          event.path("id").asText(),
          event.path("event").asText()
              + ": "
              + ClientTexts.foreign(event.path("reason").asText(), 60));
    }
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        List.of(
            "CLIENT",
            "ADDRESS",
            "LES",
            "CAPACITY",
            "BALANCE",
            "OWED",
            "STATE",
            "CONNECTED",
            "NAME",
            "LAST EVENT"));
    for (Map.Entry<String, JsonNode> client :
        caller.call("les_clientInfo", List.of()).properties()) {
      rows.add(row(client.getKey(), client.getValue(), lastEvents));
    }
    if (all) {
      addAbsent(caller, rows, lastEvents);
    }
    if (rows.size() == 1) {
      out.println("No light client is connected.");
    } else {
      ClientTexts.table(rows).forEach(out::println);
    }
    out.println(
        info.path("connectedClients").asLong()
            + " clients connected, "
            + info.path("priorityClients").asLong()
            + " with a balance; capacity "
            + info.path("totalConnectedCapacity").asLong()
            + " of "
            + info.path("totalCapacity").asLong()
            + " given, "
            + info.path("minimumCapacity").asLong()
            + " is the least");
  }

  private void addAbsent(
      IpcCaller caller, List<List<String>> rows, Map<String, String> lastEvents) {
    String start = ZERO;
    while (!start.isEmpty()) {
      String next = "";
      for (Map.Entry<String, JsonNode> client :
          caller.call("les_priorityClientInfo", start, ZERO, PAGE).properties()) {
        if (client.getValue().isEmpty()) {
          next = client.getKey(); // the first of the next page
        } else if (!client.getValue().path("isConnected").asBoolean()) {
          rows.add(row(client.getKey(), client.getValue(), lastEvents));
        }
      }
      start = next;
    }
  }

  private List<String> row(String id, JsonNode client, Map<String, String> lastEvents) {
    boolean connected = client.path("isConnected").asBoolean();
    return List.of(
        full ? id : id.substring(0, ClientTexts.SHORT_ID),
        client.path("address").asText("-"),
        client.path("version").asText(""),
        client.path("capacity").asText(""),
        client.path("pricing/balance").asText("0"),
        client.path("pricing/negBalance").asText(""),
        state(client),
        connected ? ClientTexts.duration(client.path("connectionTime").asDouble()) : "-",
        ClientTexts.foreign(client.path("name").asText("-"), 32),
        lastEvents.getOrDefault(id, "-"));
  }

  private static String state(JsonNode client) {
    if (!client.path("isConnected").asBoolean()) {
      return "away";
    }
    String kind =
        client.path("reserved").asBoolean()
            ? "own"
            : client.path("priority").asBoolean() ? "priority" : "free";
    if (client.path("frozen").asBoolean()) {
      return kind + ", frozen";
    }
    return client.path("capacity").asLong() == 0 ? kind + ", waiting" : kind;
  }

  private void printEvents(PrintWriter out, JsonNode list) {
    if (list.isEmpty()) {
      out.println("Nothing happened to clients so far.");
      return;
    }
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("TIME", "CLIENT", "ADDRESS", "EVENT", "REASON"));
    for (JsonNode event : list) {
      String id = event.path("id").asText();
      rows.add(
          List.of(
              event.path("time").asText(),
              full ? id : id.substring(0, Math.min(id.length(), ClientTexts.SHORT_ID)),
              event.path("address").asText(),
              event.path("event").asText(),
              ClientTexts.foreign(event.path("reason").asText(), 200)));
    }
    ClientTexts.table(rows).forEach(out::println);
  }
}
