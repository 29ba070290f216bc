package io.lesnode.benchmarks.sim.lab;

import com.fasterxml.jackson.databind.JsonNode;
import io.lesnode.flowcontrol.CreditParams;
import io.lesnode.flowcontrol.cost.CostModel;
import io.lesnode.flowcontrol.cost.CostTable;
import io.lesnode.flowcontrol.cost.GlobalCostFactor;
import io.lesnode.flowcontrol.cost.RequestCost;
import io.lesnode.flowcontrol.cost.RequestKind;
import java.util.List;
import java.util.Optional;

/** geth's cost tables, real costs and the course of its global cost factor. */
final class CostTrace implements Trace {
  private static final double TOLERANCE = 1e-12;
  private static final List<String> OPERATIONS = List.of("start", "served", "stop");

  private GlobalCostFactor factor = new GlobalCostFactor(1, 0, 0);

  @Override
  public void apply(JsonNode line) {
    if (line.has("costList")) {
      costTable(line);
    } else if (line.has("realCost")) {
      double global = line.path("globalFactor").asDouble();
      Trace.same(
          "realCost",
          line.path("realCost").asLong(),
          model(line, global)
              .realCost(
                  line.path("servingTime").asLong(),
                  line.path("inSize").asLong(),
                  line.path("outSize").asLong(),
                  global));
    } else {
      globalFactor(line);
    }
  }

  private static void costTable(JsonNode line) {
    double global = line.path("globalFactor").asDouble();
    Trace.near("globalFactor", global, StrictMath.exp(storedLog(line)), global * 1e-15);
    CostModel model = model(line, global);
    Trace.same("utilTarget", line.path("utilTarget").asDouble(), model.targetUtilization());
    Trace.same("inSizeFactor", line.path("inSizeFactor").asDouble(), model.inSizeFactor());
    Trace.same("outSizeFactor", line.path("outSizeFactor").asDouble(), model.outSizeFactor());
    Trace.same("minBufLimit", line.path("minBufLimit").asLong(), model.minBufferLimit());
    Trace.same("minCapacity", line.path("minCapacity").asLong(), model.minCapacity());
    Trace.same(
        "default parameters",
        new CreditParams(line.path("defaultBL").asLong(), line.path("defaultMRR").asLong()),
        model.defaultParams());
    CostTable table = model.costTable(global);
    Trace.same("costList size", line.path("costList").size(), RequestKind.all().size());
    for (JsonNode cost : line.path("costList")) {
      Trace.same(
          "cost of " + cost.path(0),
          Optional.of(new RequestCost(cost.path(1).asLong(), cost.path(2).asLong())),
          table.cost(kind(cost.path(0).asLong())));
    }
  }

  private void globalFactor(JsonNode line) {
    switch (line.path("op").asText()) {
      case "start" ->
          factor =
              new GlobalCostFactor(
                  CostModel.ofServePercent(line.path("lightServ").asInt()).targetUtilization(),
                  storedLog(line),
                  line.path("now").asLong());
      case "served" -> {
        boolean published =
            factor.onServed(
                kind(line.path("code").asLong()),
                line.path("amount").asLong(),
                line.path("servingTime").asLong(),
                line.path("now").asLong());
        Trace.same("rechargeEvents", line.has("rechargeEvents"), published);
        Trace.near(
            "totalRecharge",
            line.path("totalRecharge").asDouble(),
            (double) factor.totalRecharge(),
            1);
        double global = line.path("globalFactor").asDouble();
        Trace.near("globalFactor", global, factor.value(), global * TOLERANCE);
        if (line.has("logFactorAfter")) {
          Trace.near(
              "logFactorAfter",
              line.path("logFactorAfter").asDouble(),
              factor.logFactor(),
              TOLERANCE);
        }
      }
      case "stop" ->
          Trace.near(
              "savedLogFactor",
              line.path("savedLogFactor").asDouble(),
              factor.logFactor(),
              TOLERANCE);
      default -> throw Trace.unknown(line, OPERATIONS);
    }
  }

  private static RequestKind kind(long code) {
    return RequestKind.ofCode(code)
        .orElseThrow(() -> new IllegalArgumentException("no request has the code " + code));
  }

  private static CostModel model(JsonNode line, double factor) {
    return new CostModel(
        line.path("lightServ").asInt(),
        line.path("lightIngress").asLong(),
        line.path("lightEgress").asLong(),
        factor);
  }

  private static double storedLog(JsonNode line) {
    return line.has("storedLogFactorBits")
        ? Double.longBitsToDouble(
            Long.parseUnsignedLong(line.path("storedLogFactorBits").asText(), 16))
        : 0;
  }
}
