package io.lesnode.flowcontrol.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.lesnode.flowcontrol.CreditParams;
import io.lesnode.flowcontrol.Traces;
import io.lesnode.primitives.testing.Vectors;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Compares cost tables, real costs and the global factor with geth's. */
class CostVectorsTest {

  @Test
  void costTables() {
    List<JsonNode> lines = Traces.lines(Vectors.files("costs", "cost-tables*").getFirst());
    for (JsonNode line : lines) {
      double factor = storedFactor(line);
      String at = line.toString();
      assertThat(factor)
          .as(at)
          .isCloseTo(line.path("globalFactor").asDouble(), within(factor * 1e-15));
      factor = line.path("globalFactor").asDouble();
      CostModel model = model(line, factor);
      assertThat(model.targetUtilization()).as(at).isEqualTo(line.path("utilTarget").asDouble());
      assertThat(model.inSizeFactor()).as(at).isEqualTo(line.path("inSizeFactor").asDouble());
      assertThat(model.outSizeFactor()).as(at).isEqualTo(line.path("outSizeFactor").asDouble());
      assertThat(model.minBufferLimit()).as(at).isEqualTo(line.path("minBufLimit").asLong());
      assertThat(model.minCapacity()).as(at).isEqualTo(line.path("minCapacity").asLong());
      assertThat(model.defaultParams())
          .as(at)
          .isEqualTo(
              new CreditParams(line.path("defaultBL").asLong(), line.path("defaultMRR").asLong()));
      CostTable table = model.costTable(factor);
      assertThat(line.path("costList")).hasSize(RequestKind.all().size());
      for (JsonNode cost : line.path("costList")) {
        RequestKind kind = RequestKind.ofCode(cost.get(0).asLong()).orElseThrow();
        assertThat(table.cost(kind))
            .as(at)
            .contains(new RequestCost(cost.get(1).asLong(), cost.get(2).asLong()));
      }
    }
    System.out.println("costs: " + lines.size() + " cost tables equal");
  }

  @Test
  void realCosts() {
    List<JsonNode> lines = Traces.lines(Vectors.files("costs", "real-cost*").getFirst());
    for (JsonNode line : lines) {
      double factor = line.path("globalFactor").asDouble();
      assertThat(
              model(line, factor)
                  .realCost(
                      line.path("servingTime").asLong(),
                      line.path("inSize").asLong(),
                      line.path("outSize").asLong(),
                      factor))
          .as(line.toString())
          .isEqualTo(line.path("realCost").asLong());
    }
    System.out.println("costs: " + lines.size() + " real costs equal");
  }

  @Test
  void globalFactor() {
    List<JsonNode> lines = Traces.lines(Vectors.files("costs", "global-factor*").getFirst());
    GlobalCostFactor factor = new GlobalCostFactor(1, 0, 0);
    for (JsonNode line : lines) {
      String at = line.toString();
      switch (line.path("op").asText()) {
        case "start" -> {
          double target =
              CostModel.ofServePercent(line.path("lightServ").asInt()).targetUtilization();
          factor = new GlobalCostFactor(target, storedLog(line), line.path("now").asLong());
        }
        case "served" -> {
          boolean published =
              factor.onServed(
                  RequestKind.ofCode(line.path("code").asLong()).orElseThrow(),
                  line.path("amount").asLong(),
                  line.path("servingTime").asLong(),
                  line.path("now").asLong());
          assertThat(published).as(at).isEqualTo(line.has("rechargeEvents"));
          assertThat(factor.totalRecharge())
              .as(at)
              .isCloseTo(line.path("totalRecharge").asLong(), within(1L));
          double expected = line.path("globalFactor").asDouble();
          assertThat(factor.value()).as(at).isCloseTo(expected, within(expected * 1e-12));
          if (line.has("logFactorAfter")) {
            assertThat(factor.logFactor())
                .as(at)
                .isCloseTo(line.path("logFactorAfter").asDouble(), within(1e-12));
          }
        }
        case "stop" ->
            assertThat(factor.logFactor())
                .as(at)
                .isCloseTo(line.path("savedLogFactor").asDouble(), within(1e-12));
        default -> throw new AssertionError("unknown operation in " + line);
      }
    }
    System.out.println("costs: " + lines.size() + " lines of global factor traces equal");
  }

  @Test
  void clipsToTheBufferLimit() {
    CostModel model = CostModel.ofServePercent(100);
    CostTable table = model.costTable(1);
    long limit = model.defaultParams().bufferLimit();
    assertThat(limit).isEqualTo(96_000_000);
    assertThat(table.maxCost(RequestKind.RECEIPTS, 48, limit)).isEqualTo(96_000_000);
    assertThat(table.maxCost(RequestKind.RECEIPTS, 128, limit)).isEqualTo(96_000_000);
    assertThat(table.maxCost(RequestKind.HEADERS, 192, limit)).isEqualTo(300_000 + 192 * 60_000);
    assertThat(table.maxCost(RequestKind.HEADERS, -1, limit)).isEqualTo(limit);
    assertThat(table.sendTxCost(1, 3 * 0x4000, limit)).isEqualTo(3 * 900_000);
  }

  private static CostModel model(JsonNode line, double factor) {
    return new CostModel(
        line.path("lightServ").asInt(),
        line.path("lightIngress").asLong(),
        line.path("lightEgress").asLong(),
        factor);
  }

  private static double storedFactor(JsonNode line) {
    return StrictMath.exp(storedLog(line));
  }

  private static double storedLog(JsonNode line) {
    return line.has("storedLogFactorBits")
        ? Double.longBitsToDouble(
            Long.parseUnsignedLong(line.path("storedLogFactorBits").asText(), 16))
        : 0;
  }
}
