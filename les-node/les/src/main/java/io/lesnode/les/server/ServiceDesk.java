package io.lesnode.les.server;

import io.lesnode.flowcontrol.pool.BalanceChange;
import io.lesnode.flowcontrol.pool.CapacityReply;
import io.lesnode.flowcontrol.pool.ClientId;
import io.lesnode.flowcontrol.pool.ClientPool;
import io.lesnode.flowcontrol.pool.PoolClient;
import io.lesnode.flowcontrol.pool.PoolSettings;
import io.lesnode.flowcontrol.pool.PoolTotals;
import io.lesnode.flowcontrol.pool.PriceFactors;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.tuweni.bytes.Bytes32;

/**
 * What a seller of service can ask and change; confined to the node loop, see {@link
 * ServiceForSale#withDesk}. Nodes are named by the hash of their public key.
 *
 * <p>Tokens are those of the client pool: positive balances that expire as the pool's do.
 */
public final class ServiceDesk {

  private final ServerState server;
  private final ServedClients clients;

  ServiceDesk(ServerState server) {
    this.server = server;
    this.clients = server.clients();
  }

  /**
   * A connected client.
   *
   * @param address its end of the connection
   * @param capacity units per millisecond; 0: it waits for room
   * @param priority whether it has tokens
   * @param tokens what it can spend
   * @param negative what its network had for nothing
   * @param spendPerSecond tokens that time alone costs it while it has some
   */
  public record Client(
      Bytes32 id,
      InetSocketAddress address,
      long capacity,
      boolean priority,
      long tokens,
      long negative,
      long spendPerSecond) {}

  /**
   * The server as a whole; capacities in units per millisecond.
   *
   * @param minCapacity what a client gets at least
   * @param totalCapacity what may be given away now
   * @param usedCapacity what is given away
   * @param priorityCapacity the part of it that clients with tokens have
   * @param totalTokens all tokens in existence
   * @param synced whether our chain is complete
   */
  public record Totals(
      long minCapacity,
      long totalCapacity,
      long usedCapacity,
      long priorityCapacity,
      long totalTokens,
      boolean synced) {}

  /** A connected client. */
  public Optional<Client> client(Bytes32 id) {
    return clients.member(id).map(this::describe);
  }

  /** All connected clients. */
  public List<Client> clients() {
    return clients.members().stream().map(this::describe).toList();
  }

  /** The server as a whole. */
  public Totals totals() {
    PoolTotals totals = clients.totals();
    long tokens = clients.withPool(pool -> pool.totalTokens(nowNanos()));
    return new Totals(
        server.budget().minCapacity(),
        totals.maxCapacity(),
        totals.activeCapacity(),
        totals.priorityCapacity(),
        tokens,
        server.isSynced());
  }

  /** The tokens of a node, connected or not. */
  public long tokens(Bytes32 id) {
    return clients.withPool(pool -> pool.balances(clientId(id), "", nowNanos()).positive());
  }

  /**
   * What capacities a connected client would get after adding tokens.
   *
   * @param addTokens the amounts
   * @param biasNanos for how long it should be able to keep them
   * @return one for each amount; 0: not even the least
   */
  public List<Long> capacities(Bytes32 id, List<Long> addTokens, long biasNanos) {
    String freeId = clients.member(id).map(member -> member.place().freeClientId()).orElse("");
    return clients.withPool(
        pool -> pool.capacityQuery(clientId(id), freeId, addTokens, biasNanos, nowNanos()));
  }

  /**
   * Asks for a capacity for a connected client, which is told by LES at once.
   *
   * @param biasNanos for how long it should be able to keep it
   */
  public CapacityReply requestCapacity(Bytes32 id, long capacity, long biasNanos) {
    return clients
        .member(id)
        .<CapacityReply>map(
            member ->
                clients.withPool(
                    pool ->
                        pool.requestCapacity(
                            member.place(), capacity, biasNanos, true, nowNanos())))
        .orElseGet(() -> new CapacityReply.Refused(0, CapacityReply.Refusal.NOT_CONNECTED));
  }

  /**
   * Brings the tokens of a node up to what the seller's books say was issued to it. Calling it
   * again with the same number, or with a smaller one, changes nothing, so that it can be called
   * whenever there is doubt, and is at each start.
   *
   * @param netIssued tokens ever issued to the node less those it gave back
   * @return how many were added; 0 as well if they would exceed what a balance can hold
   */
  public long deliverTokens(Bytes32 id, long netIssued) {
    long due = netIssued - clients.delivery().delivered(id);
    if (due <= 0) {
      return 0;
    }
    return clients.withPool(
        pool ->
            switch (pool.addBalance(clientId(id), due, nowNanos())) {
              case BalanceChange.Changed changed -> {
                clients.delivery().set(id, netIssued);
                yield due;
              }
              case BalanceChange.Overflow overflow -> 0L;
            });
  }

  /** Tokens issued to a node less those given back, as far as its balance has them. */
  public long delivered(Bytes32 id) {
    return clients.delivery().delivered(id);
  }

  /**
   * Takes tokens from a node that gives them back. The seller books it afterwards; what it did not
   * come to book is given to the node again by {@link #deliverTokens}.
   *
   * @param amount more than zero
   * @param done called on the node loop: true if the node had as many and has them no more, on the
   *     disk
   */
  public void takeTokens(Bytes32 id, long amount, Consumer<Boolean> done) {
    if (amount <= 0) {
      throw new IllegalArgumentException("Only tokens that are there can be taken: " + amount);
    }
    boolean taken = clients.withPool(pool -> take(pool, id, amount));
    if (!taken) {
      done.accept(false);
      return;
    }
    long before = clients.delivery().delivered(id) + amount;
    clients.force(
        refusal -> {
          if (refusal.isPresent()) {
            long unused = deliverTokens(id, before);
          }
          done.accept(refusal.isEmpty());
        });
  }

  private boolean take(ClientPool pool, Bytes32 id, long amount) {
    if (pool.balances(clientId(id), "", nowNanos()).positive() < amount) {
      return false;
    }
    BalanceChange unused = pool.addBalance(clientId(id), -amount, nowNanos());
    clients.delivery().set(id, clients.delivery().delivered(id) - amount);
    return true;
  }

  /** Takes tokens for something that a node was told it costs, at most those that it has. */
  public void charge(Bytes32 id, long tokens) {
    BalanceChange unused =
        clients.withPool(pool -> pool.addBalance(clientId(id), -tokens, nowNanos()));
  }

  /** Waits until all that was changed so far is on the disk; called with whether it is. */
  public void force(Consumer<Boolean> done) {
    clients.force(refusal -> done.accept(refusal.isEmpty()));
  }

  /** What a connected client pays while it has tokens, for example by what it bid. */
  public void setPositiveFactors(Bytes32 id, PriceFactors factors) {
    clients
        .member(id)
        .ifPresent(
            member ->
                clients.withPool(
                    pool -> {
                      pool.setPriceFactors(
                          member.place(),
                          factors,
                          pool.negativeFactors(member.place()),
                          nowNanos());
                      return true;
                    }));
  }

  /** What clients with tokens pay unless they have prices of their own. */
  public PriceFactors defaultFactors() {
    return clients.withPool(ClientPool::defaultPositiveFactors);
  }

  /** In how many seconds tokens fall by the factor e, from now on; 0: they do not expire. */
  public void setTokenTimeConstant(long seconds) {
    clients.withPool(
        pool -> {
          pool.setTimeConstants(
              seconds, PoolSettings.DEFAULT_NEGATIVE_TIME_CONSTANT_SECONDS, nowNanos());
          return true;
        });
  }

  /** The clock of the node loop. */
  public long nowNanos() {
    return server.loop().nowNanos();
  }

  private Client describe(ServedClients.Member member) {
    return clients.withPool(pool -> describe(member, pool, nowNanos()));
  }

  static Client describe(ServedClients.Member member, ClientPool pool, long nowNanos) {
    PoolClient place = member.place();
    ClientPool.Balances balances = pool.balances(place.id(), place.freeClientId(), nowNanos);
    return new Client(
        member.client().id(),
        member.client().peer().link().remoteAddress(),
        place.capacity(),
        place.hasPriority(),
        balances.positive(),
        balances.negative(),
        pool.positiveFactors(place).perSecond(place.capacity()));
  }

  private static ClientId clientId(Bytes32 id) {
    return ServedClients.clientId(id);
  }
}
