package io.lesnode.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lesnode.les.client.KnownServer;
import io.lesnode.les.client.LightClient;
import io.lesnode.les.client.ServerActivity;
import io.lesnode.les.client.ServerActivity.LastAnswer;
import io.lesnode.les.client.ServerInfo;
import io.lesnode.les.client.SyncStatus;
import io.lesnode.les.client.freshness.Freshness;
import io.lesnode.les.client.value.ResponseTimes;
import io.lesnode.les.client.value.ValueTracker;
import io.lesnode.primitives.BlockHeader;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * What only a light client knows: what it waits for and why, what each server answered last, and
 * what servers are worth. The statistics are those of geth's les/vflux/client/api.go, under its
 * name {@code vflux} and its older name {@code lespay}. Thread-safe.
 */
final class LightMethods {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final LightClient client;
  private final InstantSource clock;

  LightMethods(LightClient client, InstantSource clock) {
    this.client = client;
    this.clock = clock;
  }

  void register(Map<String, RpcMethod> methods) {
    methods.put("les_syncStatus", args -> syncStatus());
    methods.put("eth_protocolVersion", args -> JSON.textNode("0x4"));
    for (String group : List.of("vflux", "lespay")) {
      methods.put(group + "_requestStats", args -> requestStats());
      methods.put(group + "_distribution", args -> distribution(args.atMost(2)));
      methods.put(group + "_timeout", args -> timeout(args.atMost(2)));
      methods.put(group + "_value", args -> value(args.atMost(2)));
    }
  }

  // ---- diagnostics

  private JsonNode syncStatus() {
    SyncStatus status = client.status();
    ObjectNode json = JSON.objectNode();
    json.put("status", name(status));
    json.put("message", status.message());
    BlockHeader head = client.head();
    ObjectNode at = json.putObject("head");
    at.put("number", head.number());
    at.set("hash", EthJson.data(head.hash()));
    at.put("timestamp", head.timestamp());
    at.put("ageSeconds", clock.instant().getEpochSecond() - head.timestamp());
    Freshness freshness = client.freshness();
    json.put("current", freshness.current());
    json.put("freshness", freshness.message());
    ArrayNode servers = json.putArray("servers");
    client.servers().forEach(server -> servers.add(server(server)));
    ArrayNode known = json.putArray("knownServers");
    client.knownServers().forEach(server -> known.add(known(server)));
    return json;
  }

  private static String name(SyncStatus status) {
    String type = status.getClass().getSimpleName();
    return Character.toLowerCase(type.charAt(0)) + type.substring(1);
  }

  private static ObjectNode server(ServerInfo server) {
    ObjectNode json = JSON.objectNode();
    json.put("id", server.id());
    json.put("name", server.clientName());
    json.put("address", server.address());
    json.put("version", server.version());
    json.put("phase", server.phase());
    Bytes32 head = server.headHash();
    UInt256 totalDifficulty = server.headTotalDifficulty();
    if (head != null && totalDifficulty != null) {
      json.put("headNumber", server.headNumber());
      json.set("headHash", EthJson.data(head));
      json.set("headTotalDifficulty", EthJson.quantity(totalDifficulty));
    }
    json.put("credit", server.credit());
    json.put("bufferLimit", server.bufferLimit());
    json.put("rechargePerMilli", server.rechargePerMilli());
    json.put("requests", server.requests());
    json.put("stops", server.stops());
    json.put("kept", server.kept());
    activity(json, server.activity());
    return json;
  }

  private static void activity(ObjectNode json, ServerActivity activity) {
    json.put("answers", activity.answers());
    json.put("invalid", activity.invalid());
    json.put("slow", activity.slow());
    json.put("timeouts", activity.timeouts());
    json.put("answerBytes", activity.answerBytes());
    json.put("medianRoundTripMicros", activity.medianRoundTripMicros());
    json.put("slowRoundTripMicros", activity.slowRoundTripMicros());
    json.put("sessionValue", activity.sessionValue());
    LastAnswer last = activity.lastAnswer();
    if (last == null) {
      json.putNull("lastAnswer");
      return;
    }
    ObjectNode answer = json.putObject("lastAnswer");
    answer.put("kind", last.kind());
    answer.put("agoMillis", last.agoMillis());
    answer.put("roundTripMicros", last.roundTripMicros());
    answer.put("sizeBytes", last.sizeBytes());
    answer.put("verdict", last.verdict());
  }

  private static ObjectNode known(KnownServer server) {
    ObjectNode json = JSON.objectNode();
    json.put("enode", server.enode());
    json.put("kept", server.kept());
    json.put("state", server.state());
    json.put("nextDialMillis", server.nextDialMillis());
    json.put("weight", server.weight());
    if (server.lastRefusal() != null) {
      json.put("lastRefusal", server.lastRefusal());
      json.put("lastRefusalAgoMillis", server.lastRefusalAgoMillis());
    }
    return json;
  }

  // ---- statistics

  private JsonNode requestStats() {
    ArrayNode json = JSON.arrayNode();
    for (ValueTracker.RequestStatistic statistic : client.statistics().requestStatistics()) {
      ObjectNode item = json.addObject();
      item.put("Name", statistic.name());
      item.put("ReqAmount", statistic.amount());
      item.put("ReqValue", statistic.value());
    }
    return json;
  }

  private JsonNode distribution(Arguments args) {
    ArrayNode json = JSON.arrayNode();
    for (ResponseTimes.Point point : client.statistics().distribution(server(args), args.flag(1))) {
      json.addArray().add(point.seconds()).add(point.value());
    }
    return json;
  }

  private JsonNode timeout(Arguments args) {
    return JSON.numberNode(client.statistics().timeoutSeconds(server(args), number(args, 1)));
  }

  private JsonNode value(Arguments args) {
    return JSON.numberNode(client.statistics().value(server(args), number(args, 1)));
  }

  /** A server by id or enode URL; an empty text means all together. */
  private static Optional<Bytes32> server(Arguments args) {
    return args.string(0).isEmpty() ? Optional.empty() : Optional.of(ClientIds.one(args, 0));
  }

  private static double number(Arguments args, int index) {
    JsonNode node = args.required(index);
    if (!node.isNumber()) {
      throw Arguments.invalid(index, Arguments.cannotUnmarshal(node, "float64"));
    }
    return node.doubleValue();
  }
}
