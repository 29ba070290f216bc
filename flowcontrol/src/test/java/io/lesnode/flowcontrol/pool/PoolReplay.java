package io.lesnode.flowcontrol.pool;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Performs the operations of a recorded trace on a pool with geth's quirks. */
final class PoolReplay {

  private record Client(int index, ClientId id, String freeClientId, long inactiveAllowanceNanos) {}

  private record CapacityUpdate(int client, long capacity, boolean requested) {}

  private final String name;
  private final MemoryStore store = new MemoryStore();
  private final Map<Integer, Client> clients = new LinkedHashMap<>();
  private final Map<Integer, PoolClient> registered = new HashMap<>();
  private final List<CapacityUpdate> updates = new ArrayList<>();
  private final List<Integer> dropped = new ArrayList<>();
  private @Nullable ClientPool openPool;
  private long minCapacity;
  private long connectedBiasNanos;

  PoolReplay(String name) {
    this.name = name;
  }

  void apply(JsonNode line) {
    String at = name + " line " + line.path("i") + ": " + line.path("op").asText();
    updates.clear();
    dropped.clear();
    perform(line, line.path("now").asLong(), at);
    store.write(pool().drainChanges());
    check(line, at);
  }

  private void perform(JsonNode line, long now, String at) {
    switch (line.path("op").asText()) {
      case "newPool", "reopenPool" -> open(line, now);
      case "clients" -> line.path("clients").forEach(this::addClient);
      case "setDefaultFactors" ->
          pool().setDefaultFactors(factors(line.path("pos")), factors(line.path("neg")));
      case "setPriceFactors" ->
          pool()
              .setPriceFactors(
                  registered(line), factors(line.path("pos")), factors(line.path("neg")), now);
      case "setExpirationTCs" ->
          pool().setTimeConstants(line.path("pos").asLong(), line.path("neg").asLong(), now);
      case "setLimits" ->
          pool().setLimits(line.path("maxCount").asLong(), line.path("maxCap").asLong(), now);
      case "setConnectedBias" -> {
        connectedBiasNanos = line.path("connectedBias").asLong();
        pool().setConnectedBias(connectedBiasNanos, now);
      }
      case "register" -> register(client(line), now);
      case "unregister" -> {
        pool().unregister(registered(line), now);
        registered.remove(line.path("client").asInt());
      }
      case "addBalance" -> addBalance(line, now, at);
      case "setBalance" -> {
        Client client = client(line);
        pool()
            .setBalance(
                client.id(),
                client.freeClientId(),
                line.path("pos").asLong(),
                line.path("neg").asLong(),
                now);
      }
      case "requestServed" ->
          assertThat(pool().requestServed(registered(line), line.path("cost").asLong(), now))
              .as(at)
              .isEqualTo(amount(line.path("newBalance")));
      case "setCapacity" -> requestCapacity(line, now, at);
      case "capacityQuery" -> capacityQuery(line, now, at);
      case "states" -> states(line, at);
      case "getBalances" -> balances(line, now, at);
      case "getPosBalanceIDs" -> positiveIds(line, at);
      case "totalTokenAmount" ->
          assertThat(pool().totalTokens(now)).as(at).isEqualTo(amount(line.path("value")));
      case "advance" -> pool().onTime(now);
      case "stop" -> stop(line, now, at);
      default -> throw new AssertionError("unknown operation in " + line);
    }
  }

  private void check(JsonNode line, String at) {
    List<CapacityUpdate> wanted = new ArrayList<>();
    for (JsonNode update : line.path("capUpdates")) {
      wanted.add(
          new CapacityUpdate(
              update.path("client").asInt(),
              update.path("capacity").asLong(),
              update.path("requested").asBoolean()));
    }
    assertThat(updates).as(at).isEqualTo(wanted);
    List<Integer> wantedDropped = new ArrayList<>();
    line.path("dropped").forEach(client -> wantedDropped.add(client.asInt()));
    assertThat(dropped).as(at).isEqualTo(wantedDropped);
    PoolTotals totals = pool().totals();
    assertThat(totals.activeCount()).as(at).isEqualTo(line.path("active").get(0).asLong());
    assertThat(totals.activeCapacity()).as(at).isEqualTo(line.path("active").get(1).asLong());
    assertThat(totals.inactiveCount()).as(at).isEqualTo(line.path("inactive").asInt());
  }

  private void open(JsonNode line, long now) {
    minCapacity = line.path("minCap").asLong();
    connectedBiasNanos = line.path("connectedBias").asLong();
    PoolSettings settings =
        PoolSettings.of(minCapacity).withConnectedBias(connectedBiasNanos).withTimeConstants(0, 0);
    openPool = new ClientPool(settings, Quirks.GETH, new GethCache(), store.records(), now);
  }

  private void addClient(JsonNode line) {
    int index = line.path("client").asInt();
    clients.put(
        index,
        new Client(
            index,
            ClientId.of(line.path("id").asText()),
            line.path("freeId").asText(),
            line.path("inactiveAllowance").asLong()));
  }

  private void register(Client client, long now) {
    PoolListener listener =
        new PoolListener() {
          @Override
          public void onCapacity(long capacity, boolean requested) {
            updates.add(new CapacityUpdate(client.index(), capacity, requested));
          }

          @Override
          public void onDropped(DropReason reason) {
            dropped.add(client.index());
          }
        };
    PoolClient handle =
        pool()
            .register(
                client.id(),
                client.freeClientId(),
                false,
                client.inactiveAllowanceNanos(),
                listener,
                now);
    registered.put(client.index(), handle);
  }

  private void addBalance(JsonNode line, long now, String at) {
    Client client = client(line);
    long old = amount(line.path("old"));
    BalanceChange change = pool().addBalance(client.id(), line.path("amount").asLong(), now);
    BalanceChange wanted =
        line.path("error").asText().equals("balance overflow")
            ? new BalanceChange.Overflow(old)
            : new BalanceChange.Changed(old, amount(line.path("new")));
    assertThat(change).as(at).isEqualTo(wanted);
  }

  private void requestCapacity(JsonNode line, long now, String at) {
    PoolClient client = registered.get(line.path("client").asInt());
    String error = line.path("error").asText();
    if (client == null) {
      assertThat(error).as(at).isEqualTo(CapacityReply.Refusal.NOT_CONNECTED.text());
      return;
    }
    CapacityReply reply =
        pool()
            .requestCapacity(
                client,
                line.path("reqCap").asLong(),
                line.path("bias").asLong(),
                line.path("requested").asBoolean(),
                now);
    assertThat(reply.capacity()).as(at).isEqualTo(line.path("capacity").asLong());
    String refusal = reply instanceof CapacityReply.Refused r ? r.refusal().text() : "";
    assertThat(refusal).as(at).isEqualTo(error);
  }

  /** geth divides the priority by the capacity twice; done here, because the pool does not. */
  private void capacityQuery(JsonNode line, long now, String at) {
    Client client = client(line);
    long bias = Math.max(line.path("bias").asLong() * 1_000_000_000L, connectedBiasNanos);
    List<Long> addTokens = new ArrayList<>();
    line.path("addTokens").forEach(add -> addTokens.add(tokens(add.asText())));
    List<Long> wanted = new ArrayList<>();
    line.path("result").forEach(capacity -> wanted.add(capacity.asLong()));
    assertThat(
            pool()
                .capacityQuery(
                    client.id(),
                    client.freeClientId(),
                    addTokens,
                    bias,
                    (priority, capacity) -> priority / capacity,
                    now))
        .as(at)
        .isEqualTo(wanted);
  }

  private void states(JsonNode line, String at) {
    for (JsonNode state : line.path("clients")) {
      PoolClient client = registered.get(state.path("client").asInt());
      String who = at + " of client " + state.path("client");
      assertThat(client != null).as(who).isEqualTo(state.path("connected").asBoolean());
      if (client != null) {
        assertThat(client.isActive()).as(who).isEqualTo(state.path("active").asBoolean());
        assertThat(client.isInactive()).as(who).isEqualTo(state.path("inactive").asBoolean());
        assertThat(client.hasPriority()).as(who).isEqualTo(state.path("priority").asBoolean());
        assertThat(client.capacity()).as(who).isEqualTo(state.path("capacity").asLong());
      }
    }
  }

  private void balances(JsonNode line, long now, String at) {
    for (JsonNode state : line.path("clients")) {
      Client client = client(state);
      String who = at + " of client " + client.index();
      ClientPool.Balances balances = pool().balances(client.id(), client.freeClientId(), now);
      assertThat(balances.positive()).as(who).isEqualTo(amount(state.path("pos")));
      assertThat(balances.negative()).as(who).isEqualTo(amount(state.path("neg")));
      Balance raw = pool().rawBalances(client.id(), client.freeClientId(), now);
      assertThat(raw.positive).as(who).isEqualTo(expired(state.path("rawPos")));
      assertThat(raw.negative).as(who).isEqualTo(expired(state.path("rawNeg")));
    }
  }

  private void positiveIds(JsonNode line, String at) {
    ClientId first = line.has("start") ? ClientId.of(line.path("start").asText()) : ClientId.ZERO;
    ClientId last = line.has("stop") ? ClientId.of(line.path("stop").asText()) : ClientId.MAX;
    int max = line.has("maxCount") ? line.path("maxCount").asInt() : 1000;
    List<String> wanted = new ArrayList<>();
    line.path("result").forEach(id -> wanted.add(id.asText()));
    assertThat(pool().positiveBalanceIds(first, last, max).stream().map(ClientId::toString))
        .as(at)
        .isEqualTo(wanted);
  }

  private void stop(JsonNode line, long now, String at) {
    pool().stop(now);
    store.write(pool().drainChanges());
    Map<String, String> wanted = new TreeMap<>();
    line.path("db").properties().forEach(e -> wanted.put(e.getKey(), e.getValue().asText()));
    assertThat(store.hex()).as(at).isEqualTo(wanted);
  }

  private ClientPool pool() {
    if (openPool == null) {
      throw new AssertionError("no pool in " + name);
    }
    return openPool;
  }

  private Client client(JsonNode line) {
    Client client = clients.get(line.path("client").asInt());
    if (client == null) {
      throw new AssertionError("no client for " + line);
    }
    return client;
  }

  private PoolClient registered(JsonNode line) {
    PoolClient client = registered.get(line.path("client").asInt());
    if (client == null) {
      throw new AssertionError("not registered: " + line);
    }
    return client;
  }

  private static PriceFactors factors(JsonNode line) {
    return new PriceFactors(line.get(0).asDouble(), line.get(1).asDouble(), line.get(2).asDouble());
  }

  private static ExpiredValue expired(JsonNode line) {
    return new ExpiredValue(
        Long.parseUnsignedLong(line.get(0).asText()), Long.parseUnsignedLong(line.get(1).asText()));
  }

  /** geth rounds the largest amount up to 2^63; shown is 2^63 − 1. */
  private static long amount(JsonNode line) {
    return BalanceBook.shown(Long.parseUnsignedLong(line.asText()));
  }

  private static long tokens(String text) {
    return switch (text) {
      case "+inf" -> Long.MAX_VALUE;
      case "-inf" -> Long.MIN_VALUE;
      default -> Long.parseLong(text);
    };
  }
}
