package io.lesnode.les.server;

import io.lesnode.flowcontrol.cost.CostStatistics;
import io.lesnode.flowcontrol.cost.RequestKind;
import io.lesnode.flowcontrol.pool.BalanceChange.Changed;
import io.lesnode.flowcontrol.pool.BalanceChange.Overflow;
import io.lesnode.flowcontrol.pool.CapacityReply;
import io.lesnode.flowcontrol.pool.ClientId;
import io.lesnode.flowcontrol.pool.ClientPool;
import io.lesnode.flowcontrol.pool.PoolClient;
import io.lesnode.flowcontrol.pool.PoolTotals;
import io.lesnode.flowcontrol.pool.PriceFactors;
import io.lesnode.flowcontrol.server.ClientCredit;
import io.lesnode.flowcontrol.server.ServingQueue;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.apache.tuweni.bytes.Bytes32;

/**
 * Carries out what the operator asks; confined to the node loop. See {@link LesAdmin}.
 *
 * <p>Differs from geth, which applies what comes before a wrong parameter and says nothing of a
 * capacity that it cannot give (OperatorTest): parameters of several clients are checked before any
 * is changed. Whether a capacity can be reached shows only when it is asked of the pool; if it
 * cannot, the clients before get back what they had.
 */
final class AdminDesk {

  /** A capacity up to this part smaller than the wanted one counts as reached, as in geth. */
  private static final long TOLERANCE = 20;

  private final ServerState server;
  private final ServedClients clients;
  private final NodeLoop loop;

  AdminDesk(ServerState server) {
    this.server = server;
    this.clients = server.clients();
    this.loop = server.loop();
  }

  ServerInfo serverInfo() {
    PoolTotals totals = clients.totals();
    int priorityClients =
        (int)
            clients.members().stream()
                .filter(member -> member.place().isActive() && member.place().hasPriority())
                .count();
    return new ServerInfo(
        server.budget().minCapacity(),
        server.budget().maxCapacity(),
        clients.totalCapacity().told(),
        totals.activeCapacity(),
        totals.priorityCapacity(),
        server.budget().minCapacity(),
        clients.members().size(),
        (int) totals.activeCount(),
        priorityClients,
        server.serverLinks());
  }

  Map<Bytes32, ClientInfo> clientInfo(Collection<Bytes32> ids) {
    Map<Bytes32, ClientInfo> infos = new LinkedHashMap<>();
    if (ids.isEmpty()) {
      clients.members().forEach(member -> infos.put(member.client().id(), info(member)));
    } else {
      ids.forEach(id -> infos.put(id, info(id)));
    }
    return infos;
  }

  ClientPage priorityClientInfo(Bytes32 start, Bytes32 stop, int maxCount) {
    if (maxCount < 0) {
      throw new AdminException(new AdminFailure.InvalidValue("maxCount"));
    }
    ClientId end = stop.isZero() ? ClientId.MAX : ServedClients.clientId(stop);
    int wanted = Math.min(maxCount, Integer.MAX_VALUE - 1) + 1;
    List<ClientId> ids =
        clients.withPool(
            pool -> pool.positiveBalanceIds(ServedClients.clientId(start), end, wanted));
    List<ClientInfo> page =
        ids.stream().limit(maxCount).map(ServedClients::nodeId).map(this::info).toList();
    Optional<Bytes32> next =
        ids.size() > maxCount
            ? Optional.of(ServedClients.nodeId(ids.get(maxCount)))
            : Optional.empty();
    return new ClientPage(page, next);
  }

  private ClientInfo info(Bytes32 id) {
    return clients
        .member(id)
        .map(this::info)
        .orElseGet(
            () -> {
              ClientPool.Balances balances = balances(ServedClients.clientId(id), "");
              boolean isOwn = server.config().ownClients().contains(id);
              return new ClientInfo(id, balances.positive(), isOwn, Optional.empty());
            });
  }

  private ClientInfo info(ServedClients.Member member) {
    ServedClient client = member.client();
    PoolClient place = member.place();
    ClientPool.Balances balances = balances(place.id(), place.freeClientId());
    ClientCredit.BufferStatus buffer = client.bufferStatus(loop.nowNanos());
    ClientInfo.Connection connection =
        new ClientInfo.Connection(
            loop.nowNanos() - client.connectedNanos(),
            client.capacity(),
            balances.negative(),
            factors(place),
            client.isFrozen(),
            buffer.bufferValue(),
            client.requestsUnderWay(),
            client.peer().link().remoteAddress(),
            client.peer().link().clientName(),
            client.peer().version().number());
    return new ClientInfo(
        client.id(), balances.positive(), place.reserved(), Optional.of(connection));
  }

  private ClientPool.Balances balances(ClientId id, String freeClientId) {
    return clients.withPool(pool -> pool.balances(id, freeClientId, loop.nowNanos()));
  }

  private ClientParams factors(PoolClient place) {
    return clients.withPool(
        pool -> {
          PriceFactors positive = pool.positiveFactors(place);
          PriceFactors negative = pool.negativeFactors(place);
          return new ClientParams(
              OptionalLong.empty(),
              OptionalDouble.of(positive.time()),
              OptionalDouble.of(positive.capacity()),
              OptionalDouble.of(positive.request()),
              OptionalDouble.of(negative.time()),
              OptionalDouble.of(negative.capacity()),
              OptionalDouble.of(negative.request()));
        });
  }

  void setClientParams(Collection<Bytes32> ids, ClientParams params) {
    checkFactors(params);
    List<ServedClients.Member> chosen = new ArrayList<>();
    if (ids.isEmpty()) {
      chosen.addAll(clients.members());
    }
    for (Bytes32 id : ids) {
      chosen.add(
          clients
              .member(id)
              .orElseThrow(() -> new AdminException(new AdminFailure.NotConnected(id))));
    }
    if (params.capacity().isPresent()) {
      long capacity = params.capacity().getAsLong();
      checkCapacity(capacity, chosen.size());
      for (ServedClients.Member member : chosen) {
        checkRight(member, capacity, ids.isEmpty());
      }
    }
    apply(chosen, params);
  }

  private void checkCapacity(long capacity, int count) {
    long minimum = server.budget().minCapacity();
    if (capacity < minimum) {
      throw new AdminException(new AdminFailure.CapacityTooSmall(capacity, minimum));
    }
    long total = clients.totalCapacity().told();
    if (capacity > minimum && count > 0 && capacity - 1 > total / count) {
      throw new AdminException(new AdminFailure.TotalCapacityExceeded(capacity, total));
    }
  }

  /** More than the minimum is for clients with a balance, and for those that are served at all. */
  private void checkRight(ServedClients.Member member, long capacity, boolean isOneOfAll) {
    PoolClient place = member.place();
    boolean mayHaveMore = place.hasPriority() || place.reserved();
    boolean isSkipped = isOneOfAll && !place.isActive();
    if (capacity > server.budget().minCapacity()
        && !isSkipped
        && !(mayHaveMore && place.isActive())) {
      throw new AdminException(new AdminFailure.PriorityTooLow(member.client().id()));
    }
  }

  private record Before(
      ServedClients.Member member, PriceFactors positive, PriceFactors negative, long capacity) {}

  private void apply(List<ServedClients.Member> chosen, ClientParams params) {
    List<Before> changed = new ArrayList<>();
    for (ServedClients.Member member : chosen) {
      PoolClient place = member.place();
      Before before =
          clients.withPool(
              pool ->
                  new Before(
                      member,
                      pool.positiveFactors(place),
                      pool.negativeFactors(place),
                      place.capacity()));
      changed.addFirst(before);
      clients.withPool(
          pool -> {
            pool.setPriceFactors(
                place,
                positive(params, before.positive()),
                negative(params, before.negative()),
                loop.nowNanos());
            return true;
          });
      if (params.capacity().isPresent() && place.isActive()) {
        Optional<AdminFailure> failure = raise(member, params.capacity().getAsLong());
        if (failure.isPresent()) {
          changed.forEach(this::putBack);
          throw new AdminException(failure.get());
        }
      }
    }
    if (params.capacity().isPresent()) {
      for (ServedClients.Member member : chosen) {
        server
            .log()
            .add(
                member.client().peer().link(),
                ClientEvent.Kind.CAPACITY,
                "set to " + member.place().capacity() + " by the operator");
      }
    }
  }

  private Optional<AdminFailure> raise(ServedClients.Member member, long capacity) {
    Bytes32 id = member.client().id();
    CapacityReply reply = request(member, capacity);
    return switch (reply) {
      case CapacityReply.Assigned assigned ->
          assigned.capacity() < capacity - capacity / TOLERANCE
              ? Optional.of(new AdminFailure.NoMaximum(id))
              : Optional.empty();
      case CapacityReply.Refused refused ->
          Optional.of(
              switch (refused.refusal()) {
                case NOT_CONNECTED -> new AdminFailure.NotConnected(id);
                case NO_PRIORITY -> new AdminFailure.PriorityTooLow(id);
                case CANNOT_FIND_MAXIMUM -> new AdminFailure.NoMaximum(id);
              });
    };
  }

  private CapacityReply request(ServedClients.Member member, long capacity) {
    return clients.withPool(
        pool -> pool.requestCapacity(member.place(), capacity, 0, false, loop.nowNanos()));
  }

  private void putBack(Before before) {
    PoolClient place = before.member().place();
    if (!place.isRegistered()) {
      return;
    }
    clients.withPool(
        pool -> {
          pool.setPriceFactors(place, before.positive(), before.negative(), loop.nowNanos());
          return true;
        });
    if (before.capacity() != 0 && place.capacity() != before.capacity()) {
      request(before.member(), before.capacity());
    }
  }

  void setDefaultParams(ClientParams params) {
    if (params.capacity().isPresent()) {
      throw new AdminException(new AdminFailure.InvalidDefault("capacity"));
    }
    checkFactors(params);
    clients.withPool(
        pool -> {
          pool.setDefaultFactors(
              positive(params, pool.defaultPositiveFactors()),
              negative(params, pool.defaultNegativeFactors()));
          return true;
        });
  }

  private static PriceFactors positive(ClientParams params, PriceFactors before) {
    return new PriceFactors(
        params.timeFactor().orElse(before.time()),
        params.capacityFactor().orElse(before.capacity()),
        params.requestFactor().orElse(before.request()));
  }

  private static PriceFactors negative(ClientParams params, PriceFactors before) {
    return new PriceFactors(
        params.negativeTimeFactor().orElse(before.time()),
        params.negativeCapacityFactor().orElse(before.capacity()),
        params.negativeRequestFactor().orElse(before.request()));
  }

  private static void checkFactors(ClientParams params) {
    check("pricing/timeFactor", params.timeFactor());
    check("pricing/capacityFactor", params.capacityFactor());
    check("pricing/requestCostFactor", params.requestFactor());
    check("pricing/negative/timeFactor", params.negativeTimeFactor());
    check("pricing/negative/capacityFactor", params.negativeCapacityFactor());
    check("pricing/negative/requestCostFactor", params.negativeRequestFactor());
  }

  private static void check(String name, OptionalDouble factor) {
    double value = factor.orElse(0);
    if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
      throw new AdminException(new AdminFailure.InvalidValue(name));
    }
  }

  /**
   * Changes a balance.
   *
   * @param done called on the node loop when the new balance is on the disk, with the reason if the
   *     disk refused and the old one is in force again
   */
  BalanceChange addBalance(Bytes32 id, long amount, Consumer<Optional<AdminFailure>> done) {
    return switch (clients.addBalance(id, amount)) {
      case Overflow overflow ->
          throw new AdminException(new AdminFailure.BalanceOverflow(overflow.amount(), amount));
      case Changed changed -> {
        long added = changed.newAmount() - changed.oldAmount();
        clients.force(
            refusal -> {
              refusal.ifPresent(reason -> clients.addBalance(id, -added));
              done.accept(refusal.map(AdminFailure.NotStored::new));
            });
        yield new BalanceChange(changed.oldAmount(), changed.newAmount());
      }
    };
  }

  void setConnectedBias(long biasNanos) {
    if (biasNanos < 0) {
      throw new AdminException(new AdminFailure.IllegalBias(biasNanos));
    }
    clients.withPool(
        pool -> {
          pool.setConnectedBias(biasNanos, loop.nowNanos());
          return true;
        });
  }

  void freezeClient(Bytes32 id) {
    ServedClient client =
        clients
            .member(id)
            .orElseThrow(() -> new AdminException(new AdminFailure.NotConnected(id)))
            .client();
    if (!client.peer().version().hasStopAndResume()) {
      throw new AdminException(new AdminFailure.CannotFreeze(id));
    }
    client.freeze("the operator froze it");
  }

  ServerFigures figures() {
    ServerCounters counters = server.counters();
    ServingBudget budget = server.budget();
    Map<RequestKind, CostStatistics.Figures> costs = new EnumMap<>(RequestKind.class);
    for (RequestKind kind : RequestKind.all()) {
      costs.put(kind, budget.statistics().figures(kind));
    }
    ServingQueue.Load load = server.workers().load();
    return new ServerFigures(
        serverInfo(),
        counters.requests(),
        costs,
        budget.globalFactor().totalRecharge(),
        (long) (budget.globalFactor().value() * 1000),
        budget.globalFactor().recentServedNanos(),
        budget.globalFactor().recentEstimatedNanos(),
        counters.inPackets(),
        counters.inBytes(),
        counters.outPackets(),
        counters.outBytes(),
        new ServerFigures.Queue(
            load.recentNanos(), load.queuedNanos(), load.waiting(), load.threads()),
        counters.events(clients.totals()),
        counters.connections(),
        counters.imports());
  }
}
