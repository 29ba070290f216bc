package io.lesnode.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lesnode.chain.index.CheckpointEntry;
import io.lesnode.primitives.Address;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The les methods: results in geth's shapes, one clear error for everything that cannot be used, in
 * geth's words where it has some, and then nothing is changed.
 */
class LesMethodsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ALICE = FakeLesAdmin.ALICE.toUnprefixedHexString();
  private static final String ENODE =
      "enode://1dd9d65c4552b5eb43d5ad55a2ee3f56c6cbc1c64a5c8d659f51fcd51bace24351232b8d7821617d2b29b"
          + "54b81cdefb9b3e9c37d7fd5f63270bcc9e1a6f6a439";

  private final FakeLesAdmin les = new FakeLesAdmin();
  private final List<String> sent = new ArrayList<>();
  private final RpcSession session =
      new RpcSession(
          new RpcSession.Line() {
            @Override
            public void notify(byte[] message) {
              sent.add(new String(message, StandardCharsets.UTF_8));
            }

            @Override
            public void cut(String reason) {
              throw new AssertionError(reason);
            }
          },
          RpcLimits.standard());

  private static RpcDispatcher dispatcher(NodeBackend node) {
    Map<String, RpcMethod> methods = new HashMap<>();
    Map<String, RpcFeed> feeds = new HashMap<>();
    LesMethods all = new LesMethods(node);
    all.register(methods);
    all.registerForOperator(methods);
    all.registerFeeds(feeds);
    return new RpcDispatcher(new RpcOffer(methods, feeds), RpcLimits.standard());
  }

  private JsonNode ask(NodeBackend node, String method, String params) throws IOException {
    String request = "{\"id\":1,\"method\":\"" + method + "\",\"params\":" + params + "}";
    RpcReply reply = dispatcher(node).answer(request.getBytes(StandardCharsets.UTF_8), session);
    reply.opened().forEach(RpcSubscription::activate);
    return JSON.readTree(reply.bytes().orElseThrow());
  }

  private JsonNode result(String method, String params) throws IOException {
    JsonNode answer = ask(FakeNode.serving(les), method, params);
    assertThat(answer.has("error")).as(answer.toString()).isFalse();
    return answer.path("result");
  }

  private String error(String method, String params) throws IOException {
    JsonNode answer = ask(FakeNode.serving(les), method, params);
    return answer.at("/error/message").asText();
  }

  @Test
  void serverInfoIsInPlainNumbers() throws IOException {
    JsonNode info = result("les_serverInfo", "[]");
    assertThat(info.path("minimumCapacity").longValue()).isEqualTo(16_000);
    assertThat(info.path("maximumCapacity").longValue()).isEqualTo(400_000);
    assertThat(info.path("totalCapacity").longValue()).isEqualTo(390_000);
    assertThat(info.path("totalConnectedCapacity").longValue()).isEqualTo(48_000);
    assertThat(info.path("priorityConnectedCapacity").longValue()).isEqualTo(32_000);
    assertThat(info.path("freeClientCapacity").longValue()).isEqualTo(16_000);
  }

  @Test
  void capacitiesOfPullRequest18230AreQuantities() throws IOException {
    assertThat(result("les_totalCapacity", "[]").asText()).isEqualTo("0x5f370");
    assertThat(result("les_minimumCapacity", "[]").asText()).isEqualTo("0x3e80");
    assertThat(result("les_freeClientCapacity", "[]").asText()).isEqualTo("0x3e80");
  }

  @Test
  void clientInfoHasGethsShape() throws IOException {
    JsonNode all = result("les_clientInfo", "[[]]");
    assertThat(all.properties()).hasSize(1);
    JsonNode alice = all.path(ALICE);
    assertThat(alice.path("isConnected").booleanValue()).isTrue();
    assertThat(alice.path("pricing/balance").longValue()).isEqualTo(5_000_000);
    assertThat(alice.path("priority").booleanValue()).isTrue();
    assertThat(alice.path("connectionTime").doubleValue()).isEqualTo(2.5);
    assertThat(alice.path("capacity").longValue()).isEqualTo(32_000);
    assertThat(alice.path("pricing/negBalance").longValue()).isEqualTo(77);
    assertThat(alice.path("pricing/requestCostFactor").doubleValue()).isEqualTo(1e9);
    assertThat(alice.path("pricing/timeFactor").doubleValue()).isEqualTo(1);
    assertThat(alice.path("frozen").booleanValue()).isTrue();
    assertThat(alice.path("address").asText()).isEqualTo("127.0.0.1:30303");
    String bob = FakeLesAdmin.BOB.toHexString();
    JsonNode absent = result("les_clientInfo", "[[\"" + bob + "\"]]").path(bob.substring(2));
    assertThat(absent.path("isConnected").booleanValue()).isFalse();
    assertThat(absent.path("priority").booleanValue()).isFalse();
    assertThat(absent.has("capacity")).isFalse();
  }

  /** The key is one of geth's p2p/enode/urlv4_test.go. */
  @Test
  void clientsAreNamedByIdOrUrl() throws IOException {
    JsonNode byUrl =
        result("les_clientInfo", "[[\"" + ENODE + "@10.3.58.6:30303?discport=30301\"]]");
    JsonNode byKey = result("les_clientInfo", "[[\"" + ENODE + "\"]]");
    assertThat(byUrl.properties()).hasSize(1);
    assertThat(byUrl).isEqualTo(byKey);
    JsonNode one = result("les_clientInfo", "[[\"zz\",\"0x" + ALICE + "\",\"0x12\"]]");
    assertThat(one.fieldNames()).toIterable().as("malformed ones skipped").containsExactly(ALICE);
    JsonNode none = result("les_clientInfo", "[[\"zz\"]]");
    assertThat(none.fieldNames()).toIterable().as("as the empty list").containsExactly(ALICE);
  }

  @Test
  void pagesEndWithTheNextIdAndNothingInIt() throws IOException {
    JsonNode page = result("les_priorityClientInfo", "[\"" + ALICE + "\",null,1]");
    assertThat(page.path(ALICE).path("priority").booleanValue()).isTrue();
    JsonNode next = page.path(FakeLesAdmin.BOB.toUnprefixedHexString());
    assertThat(next.isObject() && next.isEmpty()).isTrue();
    assertThat(les.orders).containsExactly("page 0xa1 0x00 1");
  }

  @Test
  void parametersAreDividedAndEmptyMeansAll() throws IOException {
    assertThat(
            result(
                    "les_setClientParams",
                    "[[],{\"capacity\":20000,\"pricing/timeFactor\":1000,"
                        + "\"pricing/negative/requestCostFactor\":2.5e9}]")
                .isNull())
        .isTrue();
    assertThat(les.orders).hasSize(1);
    assertThat(les.orders.get(0))
        .startsWith("params 0 ")
        .contains("capacity=OptionalLong[20000]")
        .contains("timeFactor=OptionalDouble[1.0E-6]")
        .contains("negativeRequestFactor=OptionalDouble[2.5]")
        .contains("requestFactor=OptionalDouble.empty");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"capacity\":15999} | invalid value for parameter 'capacity'",
        "{\"capacity\":\"20000\"} | invalid value for parameter 'capacity'",
        "{\"capacity\":1e30} | invalid value for parameter 'capacity'",
        "{\"capacity\":9223372036854775808} | invalid value for parameter 'capacity'",
        "{\"capacity\":-1} | invalid value for parameter 'capacity'",
        "{\"capacity\":null} | invalid value for parameter 'capacity'",
        "{\"pricing/timeFactor\":-1} | invalid value for parameter 'pricing/timeFactor'",
        "{\"pricing/timeFactor\":true} | invalid value for parameter 'pricing/timeFactor'",
        "{\"pricing/timeFactor\":1e999} | invalid value for parameter 'pricing/timeFactor'",
        "{\"pricing/negative/capacityFactor\":[]} |"
            + " invalid value for parameter 'pricing/negative/capacityFactor'",
        "{\"pricing/timefactor\":1} | invalid client parameter 'pricing/timefactor'",
        "{\"\":1} | invalid client parameter ''",
        "{\"capacity\":20000,\"pricing/timeFactor\":1,\"x\":1} | invalid client parameter 'x'",
        "[] | invalid argument 1: json: cannot unmarshal array into Go value of type"
            + " map[string]interface {}",
      })
  void wrongClientParametersChangeNothing(String object, String message) throws IOException {
    assertThat(error("les_setClientParams", "[[\"" + ALICE + "\"]," + object + "]"))
        .isEqualTo(message);
    assertThat(les.orders).isEmpty();
  }

  @Test
  void defaultsHaveNoCapacity() throws IOException {
    assertThat(error("les_setDefaultParams", "[{\"capacity\":20000}]"))
        .isEqualTo("invalid default parameter 'capacity'");
    assertThat(error("les_setDefaultParams", "[{\"pricing/timeFactor\":1,\"y\":2}]"))
        .isEqualTo("invalid default parameter 'y'");
    assertThat(les.orders).isEmpty();
    result("les_setDefaultParams", "[{\"pricing/capacityFactor\":5}]");
    assertThat(les.orders).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[] | missing value for required argument 0",
        "[5,1] | invalid argument 0: json: cannot unmarshal number into Go value of type string",
        "[\"0x12\",1] | invalid argument 0: \"0x12\" names no client, want 64 hex digits or an enode"
            + " URL",
        "[\"enode://zz@1.2.3.4:5\",1] | invalid argument 0: \"enode://zz@1.2.3.4:5\" names no client,"
            + " want 64 hex digits or an enode URL",
        "[\"ID\"] | missing value for required argument 1",
        "[\"ID\",\"1\"] | invalid argument 1: json: cannot unmarshal string into Go value of type"
            + " int64",
        "[\"ID\",1.5] | invalid argument 1: json: cannot unmarshal number 1.5 into Go value of type"
            + " int64",
        "[\"ID\",9223372036854775808] | invalid argument 1: json: cannot unmarshal number"
            + " 9223372036854775808 into Go value of type int64",
        "[\"ID\",1,2] | too many arguments, want at most 2",
      })
  void wrongAmountsAndIdsChangeNothing(String params, String message) throws IOException {
    assertThat(error("les_addBalance", params.replace("ID", ALICE))).isEqualTo(message);
    assertThat(les.orders).isEmpty();
  }

  @Test
  void balancesAreOldAndNew() throws IOException {
    assertThat(result("les_addBalance", "[\"" + ALICE + "\",-7]").toString())
        .isEqualTo("[5000000,4999993]");
  }

  @Test
  void otherOrdersReachTheServer() throws IOException {
    result("les_setConnectedBias", "[5000]");
    result("debug_freezeClient", "[\"" + ALICE + "\"]");
    assertThat(les.orders).containsExactly("bias 5000", "freeze 0xa1");
    assertThat(error("les_priorityClientInfo", "[\"" + ALICE + "\",null,-1]"))
        .isEqualTo("invalid argument 2: a count is 0 to 2147483647, not -1");
    assertThat(error("les_setClientParams", "[[\"" + ALICE + "\",\"x\"],{}]"))
        .isEqualTo("invalid argument 0: \"x\" names no client, want 64 hex digits or an enode URL");
    assertThat(error("les_clientInfo", "[\"x\"]"))
        .isEqualTo(
            "invalid argument 0: json: cannot unmarshal string into Go value of type []string");
  }

  @Test
  void eventsSayWhy() throws IOException {
    JsonNode event = result("les_events", "[]").path(0);
    assertThat(event.path("event").asText()).isEqualTo("refused");
    assertThat(event.path("reason").asText()).isEqualTo("no room");
    assertThat(event.path("time").asText()).isEqualTo("2026-01-02T03:04:05Z");
  }

  @Test
  void capacityChangesAreTold() throws IOException {
    String all = result("les_subscribe", "[\"totalCapacity\"]").asText();
    String under = result("les_subscribe", "[\"totalCapacity\",true]").asText();
    assertThat(sent).as("the present value is no change").isEmpty();
    les.listeners.forEach(listener -> listener.onTotalCapacity(100_000, 32_000));
    les.listeners.forEach(listener -> listener.onTotalCapacity(31_999, 32_000));
    assertThat(sent)
        .containsExactly(
            notification(all, 100_000), notification(all, 31_999), notification(under, 31_999));
    assertThat(result("les_unsubscribe", "[\"" + all + "\"]").booleanValue()).isTrue();
    assertThat(les.listeners).hasSize(1);
    assertThat(error("les_subscribe", "[\"totalCapacity\",5]"))
        .isEqualTo("invalid argument 1: json: cannot unmarshal number into Go value of type bool");
    session.close();
    assertThat(les.listeners).isEmpty();
  }

  private static String notification(String id, long capacity) {
    ObjectNode message = JSON.createObjectNode();
    message.put("jsonrpc", "2.0").put("method", "les_subscription");
    message.putObject("params").put("subscription", id).put("result", capacity);
    return message.toString();
  }

  @Test
  void checkpointsAreHexTexts() throws IOException {
    Bytes32 head = Bytes32.repeat((byte) 1);
    CheckpointEntry entry =
        new CheckpointEntry(10, head, Bytes32.repeat((byte) 2), Bytes32.repeat((byte) 3));
    FakeNode node =
        new FakeNode(
            Optional.empty(),
            Optional.empty(),
            Optional.of(entry),
            Optional.of(Address.fromHex("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed")));
    JsonNode latest = ask(node, "les_latestCheckpoint", "[]").path("result");
    assertThat(latest).hasSize(4);
    assertThat(latest.path(0).asText()).isEqualTo("0xa");
    assertThat(latest.path(1).asText()).isEqualTo(head.toHexString());
    assertThat(ask(node, "les_getCheckpoint", "[10]").path("result")).hasSize(3);
    assertThat(ask(node, "les_getCheckpoint", "[9]").at("/error/message").asText())
        .isEqualTo("no local checkpoint provided");
    assertThat(ask(node, "les_getCheckpoint", "[-1]").at("/error/message").asText())
        .contains("cannot unmarshal number -1");
    // the first example of EIP-55
    assertThat(ask(node, "les_getCheckpointContractAddress", "[]").path("result").asText())
        .isEqualTo("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed");
  }

  @Test
  void withoutAServerEverythingSaysSo() throws IOException {
    FakeNode node =
        new FakeNode(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    assertThat(ask(node, "les_serverInfo", "[]").at("/error/message").asText())
        .isEqualTo("light clients are not served");
    assertThat(ask(node, "les_latestCheckpoint", "[]").at("/error/message").asText())
        .isEqualTo("no local checkpoint provided");
    assertThat(ask(node, "les_getCheckpointContractAddress", "[]").at("/error/message").asText())
        .isEqualTo("checkpoint registrar is not activated");
  }
}
