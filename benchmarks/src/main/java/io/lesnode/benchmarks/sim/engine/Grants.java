package io.lesnode.benchmarks.sim.engine;

import io.lesnode.benchmarks.sim.scenario.Capacity;
import io.lesnode.benchmarks.sim.scenario.Grant;
import io.lesnode.les.server.AdminException;
import io.lesnode.les.server.ClientParams;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the operator gives clients: tokens at once, a capacity as soon as the server can, and again
 * on each connection. Of what is given at one moment, tokens come first, then capacities that fall,
 * then those that rise, so that they fit. Confined to the run.
 */
final class Grants {

  private static final long RETRY_NANOS = 1_000_000_000L;
  private static final long PERMILLE = 1_000;
  private static final long MILLION = 1_000_000;

  private record Given(SimClient client, Grant grant, Draws draws) {}

  private final SimWorld world;

  /** What clients should have; looked up only. */
  private final Map<SimClient, Long> wanted = new HashMap<>();

  Grants(SimWorld world) {
    this.world = world;
  }

  void start() {
    Map<Long, List<Given>> byTime = new TreeMap<>();
    for (SimGroup group : world.groups()) {
      for (SimClient client : group.clients()) {
        Draws draws = Draws.of(world.seed(), group.spec().name() + " grants", client.index());
        for (Grant grant : group.spec().grants()) {
          byTime
              .computeIfAbsent(grant.atNanos(), time -> new ArrayList<>())
              .add(new Given(client, grant, draws));
        }
      }
    }
    byTime.forEach((atNanos, given) -> world.loop().at(atNanos, () -> give(given)));
  }

  private void give(List<Given> all) {
    List<SimClient> falling = new ArrayList<>();
    List<SimClient> rising = new ArrayList<>();
    for (Given given : all) {
      if (given.grant().tokens() > 0) {
        world.addTokens(given.client(), given.grant().tokens());
      }
    }
    for (Given given : all) {
      if (given.grant().capacity().isPresent()) {
        long capacity = draw(given.grant().capacity().get(), given.draws());
        wanted.put(given.client(), capacity);
        boolean falls = capacity < given.client().record().capacity();
        (falls ? falling : rising).add(given.client());
      }
    }
    falling.forEach(this::tryNow);
    rising.forEach(this::tryNow);
  }

  /** A capacity of a range, in units a millisecond. */
  long draw(Capacity capacity, Draws draws) {
    long number = draws.between(capacity.least(), capacity.most());
    return switch (capacity.unit()) {
      case UNITS -> number;
      case MINIMUM_PERMILLE -> number * world.minCapacity() / PERMILLE;
      case TOTAL_PPM -> (long) ((double) number * (double) world.maxCapacity() / MILLION);
    };
  }

  /** A client was greeted: it has what every client has and may be due more. */
  void onConnected(SimClient client) {
    if (wanted.containsKey(client)) {
      tryNow(client);
    }
  }

  private void tryNow(SimClient client) {
    Long capacity = wanted.get(client);
    SimConnection connection = client.connection();
    if (capacity == null || connection == null || client.record().capacity() == capacity) {
      return;
    }
    try {
      world
          .server()
          .setClientParams(List.of(client.id().hash()), ClientParams.ofCapacity(capacity));
    } catch (AdminException e) {
      world
          .loop()
          .at(
              world.nowNanos() + RETRY_NANOS,
              () -> {
                if (connection == client.connection()) {
                  tryNow(client);
                }
              });
    }
  }
}
