package io.lesnode.benchmarks.sim.lab;

import com.fasterxml.jackson.databind.JsonNode;
import io.lesnode.flowcontrol.CreditParams;
import io.lesnode.flowcontrol.server.Admission;
import io.lesnode.flowcontrol.server.ClientCredit;
import io.lesnode.flowcontrol.server.CreditManager;
import io.lesnode.flowcontrol.server.ManagerAsGeth;
import io.lesnode.flowcontrol.server.RechargeCurve;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A trace of geth's client manager: the server's side of flow control. */
final class ManagerTrace implements Trace {
  private static final double LOG_TOLERANCE = 1e-12;
  private static final List<String> OPERATIONS =
      List.of(
          "advance",
          "connect",
          "disconnect",
          "accept",
          "processed",
          "oneTimeCost",
          "updateParams",
          "freeze",
          "bufferStatus",
          "setRechargeCurve",
          "setCapacityLimits",
          "totalCapacity");

  private final CreditManager manager = ManagerAsGeth.create(0);
  private final Map<Integer, ClientCredit> clients = new HashMap<>();
  private final Map<String, Long> tickets = new HashMap<>();
  private final List<Long> events = new ArrayList<>();

  ManagerTrace() {
    manager.onTotalCapacity(events::add);
  }

  @Override
  public String knownDifference(JsonNode line) {
    return line.has("quirk")
        ? "geth loses the update of parameters here (docs/differences.md), ours does not"
        : "";
  }

  @Override
  public void apply(JsonNode line) {
    events.clear();
    perform(line, line.path("now").asLong());
    check(line);
  }

  private void perform(JsonNode line, long now) {
    switch (line.path("op").asText()) {
      case "advance" -> {}
      case "connect" ->
          clients.put(line.path("client").asInt(), manager.connect(params(line), now));
      case "disconnect" -> client(line).disconnect(now);
      case "accept" -> accept(line, now);
      case "processed" ->
          Trace.same(
              "reportedBV",
              line.path("reportedBV").asLong(),
              client(line).settle(ticket(line), line.path("realCost").asLong(), now));
      case "oneTimeCost" -> client(line).charge(line.path("cost").asLong(), now);
      case "updateParams" -> client(line).updateParams(params(line), now);
      case "freeze" -> client(line).onFrozen(now);
      case "bufferStatus" -> {
        ClientCredit.BufferStatus status = client(line).status(now);
        Trace.same(
            "bufferStatus",
            new ClientCredit.BufferStatus(
                line.path("bufValue").asLong(), line.path("bufLimit").asLong()),
            status);
      }
      case "setRechargeCurve" -> manager.setCurve(curve(line), now);
      case "setCapacityLimits" ->
          manager.setCapacityLimits(
              line.path("min").asLong(),
              line.path("max").asLong(),
              line.path("raiseThreshold").asLong());
      case "totalCapacity" ->
          Trace.near("value", line.path("value").asDouble(), (double) manager.totalCapacity(), 1);
      default -> throw Trace.unknown(line, OPERATIONS);
    }
  }

  private void accept(JsonNode line, long now) {
    Admission admission = client(line).admit(line.path("maxCost").asLong(), now);
    switch (admission) {
      case Admission.Admitted admitted -> {
        Trace.same("accepted", line.path("accepted").asBoolean(), true);
        Trace.same("priority", line.path("priority").asLong(), admitted.priority());
        tickets.put(key(line), admitted.ticket());
      }
      case Admission.Underrun underrun -> {
        Trace.same("accepted", line.path("accepted").asBoolean(), false);
        Trace.same("bufShort", new Admission.Underrun(line.path("bufShort").asLong()), underrun);
      }
    }
  }

  private void check(JsonNode line) {
    JsonNode cm = line.path("cm");
    ManagerAsGeth.ManagerState state = ManagerAsGeth.state(manager);
    Trace.same("cm.sumRecharge", cm.path("sumRecharge").asLong(), state.sumRecharge());
    Trace.same("cm.totalRecharge", cm.path("totalRecharge").asLong(), state.totalRecharge());
    Trace.same("cm.totalConnected", cm.path("totalConnected").asLong(), state.totalConnected());
    Trace.same("cm.rcLastInt", cm.path("rcLastInt").asLong(), state.integral());
    Trace.same("cm.rcQueue", cm.path("rcQueue").asInt(), state.queueLength());
    Trace.near(
        "cm.logTotalCap",
        cm.path("logTotalCap").asDouble(),
        state.logTotalCapacity(),
        LOG_TOLERANCE);
    double total = cm.path("totalCapacity").asDouble();
    Trace.near("cm.totalCapacity", total, state.totalCapacity(), total * LOG_TOLERANCE);
    Trace.same("capEvents", line.path("capEvents").size(), events.size());
    JsonNode node = line.path("node");
    if (node.isMissingNode()) {
      return;
    }
    ClientCredit client = client(line);
    ManagerAsGeth.ClientState is = ManagerAsGeth.state(client);
    Trace.same("node.bufValue", node.path("bufValue").asLong(), is.bufferValue());
    Trace.same(
        "node.params",
        new CreditParams(node.path("bufLimit").asLong(), node.path("minRecharge").asLong()),
        client.params());
    Trace.same("node.sumCost", node.path("sumCost").asLong(), is.sumCost());
    Trace.same("node.scheduled", node.path("scheduled").asInt(), is.scheduledCount());
    Trace.same("node.corrBufValue", node.path("corrBufValue").asLong(), is.correctedValue());
    Trace.same("node.rcLastInt", node.path("rcLastInt").asLong(), is.lastIntegral());
    Trace.same("node.rcFullInt", node.path("rcFullInt").asLong(), is.fullIntegral());
  }

  private ClientCredit client(JsonNode line) {
    ClientCredit client = clients.get(line.path("client").asInt(-1));
    if (client == null) {
      throw new IllegalArgumentException("client " + line.path("client") + " is not connected");
    }
    return client;
  }

  private long ticket(JsonNode line) {
    Long ticket = tickets.get(key(line));
    if (ticket == null) {
      throw new IllegalArgumentException("request " + key(line) + " was not accepted");
    }
    return ticket;
  }

  private static String key(JsonNode line) {
    return line.path("client") + "/" + line.path("index");
  }

  private static CreditParams params(JsonNode line) {
    return new CreditParams(line.path("bufLimit").asLong(), line.path("minRecharge").asLong());
  }

  private static RechargeCurve curve(JsonNode line) {
    List<RechargeCurve.Point> points = new ArrayList<>();
    line.path("curve")
        .forEach(p -> points.add(new RechargeCurve.Point(p.path(0).asLong(), p.path(1).asLong())));
    return new RechargeCurve(points);
  }
}
