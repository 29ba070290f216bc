package io.lesnode.benchmarks.sim.lab;

import com.fasterxml.jackson.databind.JsonNode;
import io.lesnode.flowcontrol.CreditParams;
import io.lesnode.flowcontrol.client.CreditAsGeth;
import io.lesnode.flowcontrol.client.ServerCredit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A trace of geth's server node: the client's estimate of its credit. */
final class EstimateTrace implements Trace {
  private static final List<String> OPERATIONS =
      List.of("advance", "connect", "canSend", "queued", "reply", "resume", "updateParams");

  private @Nullable ServerCredit credit;

  @Override
  public void apply(JsonNode line) {
    long now = line.path("now").asLong();
    if (line.path("op").asText().equals("connect")) {
      credit = CreditAsGeth.create(params(line), now);
    }
    ServerCredit current = credit;
    if (current == null) {
      if (line.path("op").asText().equals("advance")) {
        return;
      }
      throw new IllegalArgumentException("the trace does not begin with connect");
    }
    perform(current, line, now);
    JsonNode node = line.path("node");
    CreditAsGeth.State state = CreditAsGeth.state(current);
    Trace.same("node.bufEstimate", node.path("bufEstimate").asLong(), state.estimate());
    Trace.same("node.recharging", node.path("recharging").asBoolean(), state.isRecharging());
    Trace.same("node.sumCost", node.path("sumCost").asLong(), state.sumCost());
    Trace.same("node.pending", node.path("pending").asInt(), state.pendingCount());
  }

  private static void perform(ServerCredit credit, JsonNode line, long now) {
    switch (line.path("op").asText()) {
      case "advance", "connect" -> {}
      case "canSend" -> {
        ServerCredit.Sendable sendable = credit.canSend(line.path("maxCost").asLong(), now);
        Trace.same("wait", line.path("wait").asLong(), sendable.waitNanos());
        Trace.same("relBuf", line.path("relBuf").asDouble(), sendable.relativeBuffer());
      }
      case "queued" ->
          credit.onQueued(line.path("reqID").asLong(), line.path("maxCost").asLong(), now);
      case "reply" -> credit.onReply(line.path("reqID").asLong(), line.path("bv").asLong(), now);
      case "resume" -> credit.onResume(line.path("bv").asLong(), now);
      case "updateParams" -> credit.updateParams(params(line), now);
      default -> throw Trace.unknown(line, OPERATIONS);
    }
  }

  private static CreditParams params(JsonNode line) {
    return new CreditParams(line.path("bufLimit").asLong(), line.path("minRecharge").asLong());
  }
}
