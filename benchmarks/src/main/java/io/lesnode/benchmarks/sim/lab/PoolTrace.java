package io.lesnode.benchmarks.sim.lab;

import com.fasterxml.jackson.databind.JsonNode;
import io.lesnode.flowcontrol.pool.BalanceChange;
import io.lesnode.flowcontrol.pool.CapacityReply;
import io.lesnode.flowcontrol.pool.Changes;
import io.lesnode.flowcontrol.pool.ClientId;
import io.lesnode.flowcontrol.pool.ClientPool;
import io.lesnode.flowcontrol.pool.DropReason;
import io.lesnode.flowcontrol.pool.PoolAsGeth;
import io.lesnode.flowcontrol.pool.PoolClient;
import io.lesnode.flowcontrol.pool.PoolListener;
import io.lesnode.flowcontrol.pool.PoolSettings;
import io.lesnode.flowcontrol.pool.PoolTotals;
import io.lesnode.flowcontrol.pool.PriceFactors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A trace of geth's client pool with its database. */
final class PoolTrace implements Trace {
  private static final long SECOND_NANOS = 1_000_000_000L;
  private static final int MOST_IDS = 1_000;

  private record Client(int index, ClientId id, String freeClientId, long inactiveAllowanceNanos) {}

  private record CapacityUpdate(int client, long capacity, boolean requested) {}

  /** The database of the pool, in memory. */
  private static final class Store implements Changes.Sink {
    final TreeMap<byte[], byte[]> records = new TreeMap<>(Arrays::compareUnsigned);

    @Override
    public void put(byte[] key, byte[] value) {
      records.put(key.clone(), value.clone());
    }

    @Override
    public void delete(byte[] key) {
      records.remove(key);
    }
  }

  private final Store store = new Store();
  private final Map<Integer, Client> clients = new LinkedHashMap<>();
  private final Map<Integer, PoolClient> registered = new HashMap<>();
  private final List<CapacityUpdate> updates = new ArrayList<>();
  private final List<Integer> dropped = new ArrayList<>();
  private @Nullable ClientPool openPool;
  private long connectedBiasNanos;

  @Override
  public void apply(JsonNode line) {
    updates.clear();
    dropped.clear();
    perform(line, line.path("now").asLong());
    pool().drainChanges().writeTo(store);
    check(line);
  }

  private void perform(JsonNode line, long now) {
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
      case "advance" -> pool().onTime(now);
      default -> performMoney(line, now);
    }
  }

  private void performMoney(JsonNode line, long now) {
    switch (line.path("op").asText()) {
      case "addBalance" -> addBalance(line, now);
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
          Trace.same(
              "newBalance",
              Trace.amount(line.path("newBalance")),
              pool().requestServed(registered(line), line.path("cost").asLong(), now));
      case "setCapacity" -> requestCapacity(line, now);
      case "capacityQuery" -> capacityQuery(line, now);
      case "states" -> states(line);
      case "getBalances" -> balances(line, now);
      case "getPosBalanceIDs" -> positiveIds(line);
      case "totalTokenAmount" ->
          Trace.same("value", Trace.amount(line.path("value")), pool().totalTokens(now));
      case "stop" -> stop(line, now);
      default -> throw Trace.unknown(line, List.of("those of the client pool's traces"));
    }
  }

  private void check(JsonNode line) {
    List<CapacityUpdate> wanted = new ArrayList<>();
    for (JsonNode update : line.path("capUpdates")) {
      wanted.add(
          new CapacityUpdate(
              update.path("client").asInt(),
              update.path("capacity").asLong(),
              update.path("requested").asBoolean()));
    }
    Trace.same("capUpdates", wanted, updates);
    List<Integer> wantedDropped = new ArrayList<>();
    line.path("dropped").forEach(client -> wantedDropped.add(client.asInt()));
    Trace.same("dropped", wantedDropped, dropped);
    PoolTotals totals = pool().totals();
    Trace.same("active count", line.path("active").path(0).asLong(), totals.activeCount());
    Trace.same("active capacity", line.path("active").path(1).asLong(), totals.activeCapacity());
    Trace.same("inactive", line.path("inactive").asLong(), (long) totals.inactiveCount());
  }

  private void open(JsonNode line, long now) {
    connectedBiasNanos = line.path("connectedBias").asLong();
    PoolSettings settings =
        PoolSettings.of(line.path("minCap").asLong())
            .withConnectedBias(connectedBiasNanos)
            .withTimeConstants(0, 0);
    openPool = PoolAsGeth.create(settings, new TreeMap<>(store.records).entrySet().iterator(), now);
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
    registered.put(
        client.index(),
        pool()
            .register(
                client.id(),
                client.freeClientId(),
                false,
                client.inactiveAllowanceNanos(),
                listener,
                now));
  }

  private void addBalance(JsonNode line, long now) {
    Client client = client(line);
    long old = Trace.amount(line.path("old"));
    BalanceChange change = pool().addBalance(client.id(), line.path("amount").asLong(), now);
    BalanceChange wanted =
        line.path("error").asText().equals("balance overflow")
            ? new BalanceChange.Overflow(old)
            : new BalanceChange.Changed(old, Trace.amount(line.path("new")));
    Trace.same("balance", wanted, change);
  }

  private void requestCapacity(JsonNode line, long now) {
    PoolClient client = registered.get(line.path("client").asInt());
    String error = line.path("error").asText();
    if (client == null) {
      Trace.same("error", error, CapacityReply.Refusal.NOT_CONNECTED.text());
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
    Trace.same("capacity", line.path("capacity").asLong(), reply.capacity());
    Trace.same(
        "error",
        error,
        switch (reply) {
          case CapacityReply.Assigned assigned -> "";
          case CapacityReply.Refused refused -> refused.refusal().text();
        });
  }

  private void capacityQuery(JsonNode line, long now) {
    Client client = client(line);
    long bias = Math.max(line.path("bias").asLong() * SECOND_NANOS, connectedBiasNanos);
    List<Long> addTokens = new ArrayList<>();
    line.path("addTokens").forEach(add -> addTokens.add(tokens(add.asText())));
    List<Long> wanted = new ArrayList<>();
    line.path("result").forEach(capacity -> wanted.add(capacity.asLong()));
    Trace.same(
        "result",
        wanted,
        PoolAsGeth.capacityQuery(pool(), client.id(), client.freeClientId(), addTokens, bias, now));
  }

  private void states(JsonNode line) {
    for (JsonNode state : line.path("clients")) {
      PoolClient client = registered.get(state.path("client").asInt());
      String who = "client " + state.path("client") + " ";
      Trace.same(who + "connected", state.path("connected").asBoolean(), client != null);
      if (client != null) {
        Trace.same(who + "active", state.path("active").asBoolean(), client.isActive());
        Trace.same(who + "inactive", state.path("inactive").asBoolean(), client.isInactive());
        Trace.same(who + "priority", state.path("priority").asBoolean(), client.hasPriority());
        Trace.same(who + "capacity", state.path("capacity").asLong(), client.capacity());
      }
    }
  }

  private void balances(JsonNode line, long now) {
    for (JsonNode state : line.path("clients")) {
      Client client = client(state);
      String who = "client " + client.index() + " ";
      ClientPool.Balances balances = pool().balances(client.id(), client.freeClientId(), now);
      Trace.same(who + "pos", Trace.amount(state.path("pos")), balances.positive());
      Trace.same(who + "neg", Trace.amount(state.path("neg")), balances.negative());
      PoolAsGeth.RawBalances raw =
          PoolAsGeth.rawBalances(pool(), client.id(), client.freeClientId(), now);
      JsonNode positive = state.path("rawPos");
      JsonNode negative = state.path("rawNeg");
      Trace.same(
          who + "raw",
          new PoolAsGeth.RawBalances(
              unsigned(positive, 0),
              unsigned(positive, 1),
              unsigned(negative, 0),
              unsigned(negative, 1)),
          raw);
    }
  }

  private static long unsigned(JsonNode pair, int index) {
    return Long.parseUnsignedLong(pair.path(index).asText());
  }

  private void positiveIds(JsonNode line) {
    ClientId first = line.has("start") ? ClientId.of(line.path("start").asText()) : ClientId.ZERO;
    ClientId last = line.has("stop") ? ClientId.of(line.path("stop").asText()) : ClientId.MAX;
    int most = line.has("maxCount") ? line.path("maxCount").asInt() : MOST_IDS;
    List<String> wanted = new ArrayList<>();
    line.path("result").forEach(id -> wanted.add(id.asText()));
    List<String> ids =
        pool().positiveBalanceIds(first, last, most).stream().map(ClientId::toString).toList();
    Trace.same("result", wanted, ids);
  }

  private void stop(JsonNode line, long now) {
    pool().stop(now);
    pool().drainChanges().writeTo(store);
    Map<String, String> wanted = new TreeMap<>();
    line.path("db").properties().forEach(e -> wanted.put(e.getKey(), e.getValue().asText()));
    Map<String, String> stored = new TreeMap<>();
    HexFormat hex = HexFormat.of();
    store.records.forEach((key, value) -> stored.put(hex.formatHex(key), hex.formatHex(value)));
    Trace.same("db", wanted, stored);
  }

  private ClientPool pool() {
    if (openPool == null) {
      throw new IllegalArgumentException("the trace does not begin with newPool");
    }
    return openPool;
  }

  private Client client(JsonNode line) {
    Client client = clients.get(line.path("client").asInt(-1));
    if (client == null) {
      throw new IllegalArgumentException("client " + line.path("client") + " is not known");
    }
    return client;
  }

  private PoolClient registered(JsonNode line) {
    PoolClient client = registered.get(line.path("client").asInt(-1));
    if (client == null) {
      throw new IllegalArgumentException("client " + line.path("client") + " is not registered");
    }
    return client;
  }

  private static PriceFactors factors(JsonNode line) {
    return new PriceFactors(
        line.path(0).asDouble(), line.path(1).asDouble(), line.path(2).asDouble());
  }

  private static long tokens(String text) {
    return switch (text) {
      case "+inf" -> Long.MAX_VALUE;
      case "-inf" -> Long.MIN_VALUE;
      default -> Long.parseLong(text);
    };
  }
}
