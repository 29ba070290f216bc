package io.lesnode.benchmarks.load;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lesnode.benchmarks.load.LoadResult.GroupResult;
import io.lesnode.benchmarks.load.LoadResult.Second;
import io.lesnode.benchmarks.load.LoadResult.ShapeResult;
import io.lesnode.benchmarks.machine.MachineInfo;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** Results as JSON; units are in the names. Stateless. */
final class LoadJson {

  /** The form of what is written; raised when a reader would have to change. */
  private static final int FORM = 1;

  private static final double[] PERCENTILES = {50, 75, 90, 95, 99, 99.9, 99.99};

  private LoadJson() {}

  /** A load run. */
  static String of(LoadResult result, MachineInfo machine) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("form", FORM);
    root.put("what", "load");
    root.set("machine", new ObjectMapper().valueToTree(machine.json()));
    root.put("target", ScoutLine.shown(result.plan().target()));
    root.put("server", result.serverName());
    root.put("lesVersion", result.serverVersion());
    root.put("headNumber", result.headNumber());
    root.put("seed", result.plan().seed());
    root.put("threads", result.plan().threads());
    root.put("warmupSeconds", result.plan().warmup().toMillis() / 1e3);
    root.put("plannedSeconds", result.plan().duration().toMillis() / 1e3);
    root.put("measuredSeconds", result.measuredSeconds());
    root.put("cutShort", result.cutShort());
    root.put("repliesPerSecond", result.repliesPerSecond());
    root.put("generatorCpuNanos", result.generatorCpuNanos());
    ArrayNode notes = root.putArray("notes");
    result.notes().forEach(notes::add);
    ArrayNode groups = root.putArray("groups");
    result.groups().forEach(group -> groups.add(group(group)));
    return root.toPrettyString() + "\n";
  }

  /** Handshakes. */
  static String of(HandshakeRun.Result result) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("form", FORM);
    root.put("what", "handshakes");
    root.put("handshakes", result.done());
    root.put("perSecond", result.perSecond());
    root.put("elapsedNanos", result.elapsedNanos());
    root.set("failures", counts(result.failures()));
    root.set("latency", latency(result.latencies()));
    return root.toPrettyString() + "\n";
  }

  private static ObjectNode group(GroupResult result) {
    LoadGroup group = result.group();
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("name", group.name());
    node.put("clients", group.clients());
    node.put("connected", result.connected());
    node.put("mix", group.mix().toString());
    node.put("loop", group.isOpenLoop() ? "open" : "closed");
    node.put("ratePerSecond", group.ratePerSecond());
    node.put("window", group.window());
    node.put("obeysFlowControl", group.obeysCredit());
    node.put("replies", result.replies());
    node.put("fewestRepliesOfAClient", result.fewestReplies());
    node.put("mostRepliesOfAClient", result.mostReplies());
    node.put("freezes", result.freezes());
    node.put("resumes", result.resumes());
    node.put("bufferValuesTooLow", result.bufferBelow());
    node.put("bufferValuesAboveLimit", result.bufferAbove());
    node.put("bufferValuesNegative", result.bufferNegative());
    node.put("creditWaits", result.creditWaits());
    node.put("lateReplies", result.lateReplies());
    node.put("strangeReplies", result.strangeReplies());
    node.put("wireInBytes", result.wireInBytes());
    node.put("wireOutBytes", result.wireOutBytes());
    if (group.isOpenLoop()) {
      node.set("sendDelay", latency(result.sendDelay()));
    }
    node.set("disconnects", counts(result.disconnects()));
    ArrayNode shapes = node.putArray("requests");
    result.shapes().forEach(shape -> shapes.add(shape(shape, group.isOpenLoop())));
    ArrayNode seconds = node.putArray("seconds");
    result.seconds().forEach(second -> seconds.add(second(second)));
    return node;
  }

  private static ObjectNode shape(ShapeResult shape, boolean openLoop) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("request", shape.shape().toString());
    node.put("kind", shape.shape().kind().text());
    node.put("amount", shape.shape().amount());
    node.put("sent", shape.sent());
    node.put("answered", shape.answered());
    node.put("emptyAnswers", shape.empty());
    node.put("shortAnswers", shape.incomplete());
    node.put("malformedAnswers", shape.malformed());
    node.put("timeouts", shape.timeouts());
    node.put("voidAfterFreeze", shape.voided());
    node.put("lostWithConnection", shape.lost());
    node.put("unansweredAtEnd", shape.openAtEnd());
    node.put("neverSent", shape.neverSent());
    node.put("items", shape.items());
    node.put("requestBytes", shape.requestBytes());
    node.put("replyBytes", shape.replyBytes());
    node.set("latency", latency(shape.response()));
    if (openLoop) {
      node.set("latencyFromSending", latency(shape.service()));
    } else {
      node.set("latencyCorrected", latency(shape.corrected()));
    }
    return node;
  }

  private static ObjectNode second(Second second) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("atSeconds", second.atSeconds());
    node.put("repliesPerSecond", second.repliesPerSecond());
    node.put("p50Nanos", second.p50Nanos());
    node.put("p99Nanos", second.p99Nanos());
    node.put("failures", second.failures());
    node.put("freezes", second.freezes());
    return node;
  }

  private static ObjectNode counts(Map<String, Long> counts) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    counts.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(entry -> node.put(entry.getKey(), entry.getValue()));
    return node;
  }

  private static ObjectNode latency(Histogram histogram) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("count", histogram.getTotalCount());
    if (histogram.getTotalCount() > 0) {
      node.put("meanNanos", Math.round(histogram.getMean()));
      node.put("minNanos", histogram.getMinValue());
      for (double percentile : PERCENTILES) {
        String name = Double.toString(percentile).replaceFirst("\\.0$", "");
        node.put("p" + name + "Nanos", histogram.getValueAtPercentile(percentile));
      }
      node.put("maxNanos", histogram.getMaxValue());
    }
    return node;
  }
}
