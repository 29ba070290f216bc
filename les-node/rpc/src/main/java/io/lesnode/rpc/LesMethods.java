package io.lesnode.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lesnode.chain.index.CheckpointEntry;
import io.lesnode.les.server.AdminException;
import io.lesnode.les.server.BalanceChange;
import io.lesnode.les.server.ClientEvent;
import io.lesnode.les.server.ClientInfo;
import io.lesnode.les.server.ClientPage;
import io.lesnode.les.server.ClientParams;
import io.lesnode.les.server.LesAdmin;
import io.lesnode.les.server.ServerInfo;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.crypto.Keccak;
import io.netty.util.NetUtil;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/**
 * The {@code les} methods and {@code debug_freezeClient}, with the names, results and error words
 * of geth v1.10.26 (les/api.go) and the capacity calls of its pull request 18230. Thread-safe.
 *
 * <p>Differs from geth: parameters are all checked before one is changed; an empty list of ids
 * means all connected clients in les_setClientParams too; a stop of zero means the end in
 * les_priorityClientInfo; priorityConnectedCapacity is the real one (LesMethodsTest).
 */
final class LesMethods {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final NodeBackend node;

  LesMethods(NodeBackend node) {
    this.node = node;
  }

  /** What every caller may know. */
  void register(Map<String, RpcMethod> methods) {
    methods.put("les_serverInfo", args -> admin(les -> serverInfo(les.serverInfo())));
    methods.put("les_totalCapacity", args -> quantity(ServerInfo::totalCapacity));
    methods.put("les_minimumCapacity", args -> quantity(ServerInfo::minimumCapacity));
    methods.put("les_freeClientCapacity", args -> quantity(ServerInfo::freeClientCapacity));
    methods.put("les_latestCheckpoint", args -> latestCheckpoint());
    methods.put("les_getCheckpoint", this::checkpoint);
    methods.put("les_getCheckpointContractAddress", args -> contractAddress());
  }

  /** What reveals or changes clients. */
  void registerForOperator(Map<String, RpcMethod> methods) {
    methods.put("les_clientInfo", this::clientInfo);
    methods.put("les_priorityClientInfo", this::priorityClientInfo);
    methods.put("les_setClientParams", this::setClientParams);
    methods.put("les_setDefaultParams", this::setDefaultParams);
    methods.put("les_addBalance", this::addBalance);
    methods.put("les_setConnectedBias", this::setConnectedBias);
    methods.put("les_events", args -> admin(LesMethods::events));
    methods.put("debug_freezeClient", this::freezeClient);
  }

  void registerFeeds(Map<String, RpcFeed> feeds) {
    feeds.put("les/totalCapacity", this::totalCapacity);
  }

  private <T> T admin(Function<LesAdmin, T> call) {
    LesAdmin les =
        node.lesAdmin().orElseThrow(() -> new RpcException("light clients are not served"));
    try {
      return call.apply(les);
    } catch (AdminException refused) {
      throw new RpcException(refused.failure().text());
    }
  }

  private JsonNode quantity(ToLongFunction<ServerInfo> figure) {
    return admin(les -> EthJson.quantity(figure.applyAsLong(les.serverInfo())));
  }

  private static JsonNode serverInfo(ServerInfo info) {
    ObjectNode json = JSON.objectNode();
    json.put("minimumCapacity", info.minimumCapacity());
    json.put("maximumCapacity", info.maximumCapacity());
    json.put("totalCapacity", info.totalCapacity());
    json.put("totalConnectedCapacity", info.totalConnectedCapacity());
    json.put("priorityConnectedCapacity", info.priorityConnectedCapacity());
    json.put("freeClientCapacity", info.freeClientCapacity());
    json.put("connectedClients", info.connectedClients());
    json.put("activeClients", info.activeClients());
    json.put("priorityClients", info.priorityClients());
    json.put("serverLinks", info.serverLinks());
    return json;
  }

  private JsonNode clientInfo(Arguments args) {
    args.atMost(1);
    return admin(
        les -> {
          ObjectNode json = JSON.objectNode();
          les.clientInfo(ClientIds.known(args, 0))
              .forEach((id, info) -> json.set(id.toUnprefixedHexString(), client(info)));
          return json;
        });
  }

  private JsonNode priorityClientInfo(Arguments args) {
    Bytes32 start = ClientIds.orZero(args.atMost(3), 0);
    Bytes32 stop = ClientIds.orZero(args, 1);
    long maxCount = args.integer(2);
    if (maxCount < 0 || maxCount > Integer.MAX_VALUE) {
      throw Arguments.invalid(2, "a count is 0 to " + Integer.MAX_VALUE + ", not " + maxCount);
    }
    return admin(
        les -> {
          ClientPage page = les.priorityClientInfo(start, stop, (int) maxCount);
          ObjectNode json = JSON.objectNode();
          page.clients().forEach(info -> json.set(info.id().toUnprefixedHexString(), client(info)));
          page.next().ifPresent(id -> json.putObject(id.toUnprefixedHexString()));
          return json;
        });
  }

  private static ObjectNode client(ClientInfo info) {
    ObjectNode json = JSON.objectNode();
    json.put("isConnected", info.isConnected());
    json.put("pricing/balance", info.positiveBalance());
    json.put("priority", info.hasPriority());
    json.put("reserved", info.reserved());
    info.connection().ifPresent(connection -> connected(json, connection));
    return json;
  }

  private static void connected(ObjectNode json, ClientInfo.Connection connection) {
    json.put("connectionTime", connection.connectedNanos() / 1e9);
    json.put("capacity", connection.capacity());
    json.put("pricing/negBalance", connection.negativeBalance());
    json.put("frozen", connection.frozen());
    json.put("bufferValue", connection.bufferValue());
    json.put("requestsUnderWay", connection.requestsUnderWay());
    json.put("address", NetUtil.toSocketAddressString(connection.address()));
    json.put("name", connection.clientName());
    json.put("version", connection.lesVersion());
    ClientParams factors = connection.factors();
    factors.timeFactor().ifPresent(f -> json.put(LesParams.TIME, f * LesParams.SCALE));
    factors
        .capacityFactor()
        .ifPresent(f -> json.put(LesParams.CAPACITY_FACTOR, f * LesParams.SCALE));
    factors.requestFactor().ifPresent(f -> json.put(LesParams.REQUEST, f * LesParams.SCALE));
    factors
        .negativeTimeFactor()
        .ifPresent(f -> json.put(LesParams.NEGATIVE_TIME, f * LesParams.SCALE));
    factors
        .negativeCapacityFactor()
        .ifPresent(f -> json.put(LesParams.NEGATIVE_CAPACITY, f * LesParams.SCALE));
    factors
        .negativeRequestFactor()
        .ifPresent(f -> json.put(LesParams.NEGATIVE_REQUEST, f * LesParams.SCALE));
  }

  private JsonNode setClientParams(Arguments args) {
    var ids = ClientIds.all(args.atMost(2), 0);
    JsonNode object = args.object(1);
    return admin(
        les -> {
          les.setClientParams(
              ids, LesParams.forClients(object, les.serverInfo().minimumCapacity()));
          return NullNode.instance;
        });
  }

  private JsonNode setDefaultParams(Arguments args) {
    ClientParams params = LesParams.forDefaults(args.atMost(1).object(0));
    return admin(
        les -> {
          les.setDefaultParams(params);
          return NullNode.instance;
        });
  }

  private JsonNode addBalance(Arguments args) {
    Bytes32 id = ClientIds.one(args.atMost(2), 0);
    long amount = args.integer(1);
    return admin(
        les -> {
          BalanceChange change = les.addBalance(id, amount);
          return JSON.arrayNode().add(change.oldBalance()).add(change.newBalance());
        });
  }

  private JsonNode setConnectedBias(Arguments args) {
    long nanos = args.atMost(1).integer(0);
    return admin(
        les -> {
          les.setConnectedBias(nanos);
          return NullNode.instance;
        });
  }

  private JsonNode freezeClient(Arguments args) {
    Bytes32 id = ClientIds.one(args.atMost(1), 0);
    return admin(
        les -> {
          les.freezeClient(id);
          return NullNode.instance;
        });
  }

  private static ArrayNode events(LesAdmin les) {
    ArrayNode json = JSON.arrayNode();
    for (ClientEvent event : les.recentEvents()) {
      ObjectNode item = json.addObject();
      item.put("time", event.at().toString());
      item.put("id", event.id().toUnprefixedHexString());
      item.put("address", event.address());
      item.put("event", event.kind().name().toLowerCase(Locale.ROOT));
      item.put("reason", event.reason());
    }
    return json;
  }

  /**
   * Changes of the total capacity, as pull request 18230 has it: plain numbers; with {@code
   * onlyUnderrun} only those below what connected priority clients were given.
   */
  private Runnable totalCapacity(Arguments args, Consumer<JsonNode> notified) {
    boolean onlyUnderrun = args.atMost(2).has(1) && args.flag(1);
    AtomicBoolean first = new AtomicBoolean(true); // the present value is not a change
    return admin(
        les ->
            les.onTotalCapacity(
                    (total, priority) -> {
                      boolean change = !first.getAndSet(false);
                      if (change && (!onlyUnderrun || total < priority)) {
                        notified.accept(JSON.numberNode(total));
                      }
                    })
                ::cancel);
  }

  private JsonNode latestCheckpoint() {
    CheckpointEntry latest = node.checkpoints().latest().orElseThrow(LesMethods::noCheckpoint);
    ArrayNode json = JSON.arrayNode();
    json.add(EthJson.quantity(latest.sectionIndex()));
    return roots(json, latest);
  }

  private JsonNode checkpoint(Arguments args) {
    long index = args.atMost(1).integer(0);
    if (index < 0) {
      throw Arguments.invalid(
          0, "json: cannot unmarshal number " + index + " into Go value of type uint64");
    }
    return roots(
        JSON.arrayNode(), node.checkpoints().get(index).orElseThrow(LesMethods::noCheckpoint));
  }

  private static ArrayNode roots(ArrayNode json, CheckpointEntry entry) {
    json.add(EthJson.data(entry.sectionHead()));
    json.add(EthJson.data(entry.chtRoot()));
    return json.add(EthJson.data(entry.bloomRoot()));
  }

  private static RpcException noCheckpoint() {
    return new RpcException("no local checkpoint provided");
  }

  private JsonNode contractAddress() {
    return node.checkpointContract()
        .map(address -> JSON.textNode(checksummed(address)))
        .orElseThrow(() -> new RpcException("checkpoint registrar is not activated"));
  }

  /** The hex text with the checksum of EIP-55 in its case, as geth prints addresses. */
  private static String checksummed(Address address) {
    String digits = address.bytes().toUnprefixedHexString();
    Bytes32 hash = Keccak.keccak256(Bytes.wrap(digits.getBytes(StandardCharsets.US_ASCII)));
    String shown = hash.toUnprefixedHexString();
    StringBuilder text = new StringBuilder("0x");
    for (int i = 0; i < digits.length(); i++) {
      char digit = digits.charAt(i);
      text.append(shown.charAt(i) >= '8' ? Character.toUpperCase(digit) : digit);
    }
    return text.toString();
  }
}
