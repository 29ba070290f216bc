package io.lesnode.rpc;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lesnode.flowcontrol.cost.RequestCost;
import io.lesnode.flowcontrol.cost.RequestKind;
import io.lesnode.les.server.MeasuredCosts;
import java.util.Locale;

/** Measured costs beside geth's, for {@code les_measureCosts} and its table. Stateless. */
public final class MeasuredCostsJson {
  private MeasuredCostsJson() {}

  /** The runs, and per kind of request the fitted times and geth's, in nanoseconds. */
  public static ObjectNode of(MeasuredCosts costs) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("machine", costs.machine());
    json.put("jdk", costs.jdk());
    json.put("time", costs.time().toString());
    json.put("head", costs.headNumber());
    ArrayNode runs = json.putArray("runs");
    for (MeasuredCosts.Run run : costs.runs()) {
      ObjectNode line = BenchmarkMethods.result(run.result());
      line.put("type", run.setup().type().text());
      line.put("amount", run.setup().amount());
      RequestCost geth = run.setup().type().kind().averageTimeNanos();
      line.put("gethTime", geth.of(run.setup().amount()));
      runs.add(line);
    }
    ArrayNode kinds = json.putArray("costs");
    for (RequestKind kind : RequestKind.all()) {
      ObjectNode line = kinds.addObject();
      line.put("request", kind.name().toLowerCase(Locale.ROOT));
      line.put("gethBase", kind.averageTimeNanos().base());
      line.put("gethPerItem", kind.averageTimeNanos().perItem());
      RequestCost measured = costs.averageTimeNanos().get(kind);
      if (measured != null) {
        line.put("base", measured.base());
        line.put("perItem", measured.perItem());
      }
      RequestCost used = costs.toBaseCosts().averageTimeNanos(kind);
      line.put("usedBase", used.base());
      line.put("usedPerItem", used.perItem());
    }
    return json;
  }
}
