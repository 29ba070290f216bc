package io.lesnode.benchmarks.sim.engine;

import io.lesnode.benchmarks.sim.scenario.Arrival;
import io.lesnode.benchmarks.sim.scenario.Demand;
import io.lesnode.benchmarks.sim.scenario.GroupSpec;
import io.lesnode.benchmarks.sim.scenario.NetworkSpec;
import io.lesnode.benchmarks.sim.scenario.Strategy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The clients of a group and what they share; confined to the run. */
final class SimGroup {

  private static final long SECOND_NANOS = 1_000_000_000L;

  /** geth's test gives a single request up when so many clients drawn could not send it. */
  private static final int TRIES = 10;

  private final SimWorld world;
  private final GroupSpec spec;
  private final Asking asking;
  private final NetworkSpec network;
  private final long firstAddress;
  private final GroupRecord record = new GroupRecord();
  private final List<SimClient> clients = new ArrayList<>();
  private final List<Demands.Sender> senders = new ArrayList<>();

  SimGroup(SimWorld world, GroupSpec spec, NetworkSpec usual, long firstAddress) {
    this.world = world;
    this.spec = spec;
    this.asking = new Asking(spec.mix());
    this.network = spec.network().orElse(usual);
    this.firstAddress = firstAddress;
  }

  GroupSpec spec() {
    return spec;
  }

  Asking asking() {
    return asking;
  }

  NetworkSpec network() {
    return network;
  }

  GroupRecord record() {
    return record;
  }

  List<SimClient> clients() {
    return clients;
  }

  /** How fast clients read; 0: no limit. */
  long downBytesPerSecond() {
    long line = network.downBytesPerSecond();
    if (!(spec.strategy() instanceof Strategy.SlowReader slow)) {
      return line;
    }
    return line == 0 ? slow.bytesPerSecond() : Math.min(line, slow.bytesPerSecond());
  }

  /** Who waits to be drawn does not come back by itself. */
  Optional<GroupSpec.Reconnect> reconnect() {
    return spec.arrival() instanceof Arrival.Toggle ? Optional.empty() : spec.reconnect();
  }

  long addressNumber(int index) {
    return firstAddress + index / spec.perAddress();
  }

  /** How many addresses the group has. */
  long addressCount() {
    return (spec.count() - 1) / spec.perAddress() + 1L;
  }

  /** Makes the clients. */
  void populate() {
    for (int index = 0; index < spec.count(); index++) {
      SimClient client = new SimClient(world, this, index, record.newClient());
      Demand demand =
          spec.strategy() instanceof Strategy.Flood flood
              ? new Demand.OpenLoop(flood.rate(), false)
              : spec.demand();
      Demands demands = Demands.of(demand, world, client);
      if (demands instanceof Demands.Sender sender) {
        senders.add(sender);
      }
      clients.add(client);
      client.prepare(world.behaviour(client, spec.strategy()), demands);
    }
  }

  void start() {
    new Presence(world, this).start();
    if (spec.demand() instanceof Demand.Rotating rotating && !senders.isEmpty()) {
      new Rotation(rotating).start();
    }
  }

  /** Some clients send as fast as they may, and others take their places. */
  private final class Rotation {
    private final Demand.Rotating rotating;
    private final int[] places;
    private final Draws draws;
    private long single;

    Rotation(Demand.Rotating rotating) {
      this.rotating = rotating;
      this.places = new int[rotating.senders()];
      this.draws = Draws.of(world.seed(), spec.name() + " rotation", 0);
    }

    private void start() {
      for (int place = 0; place < places.length; place++) {
        places[place] = (int) draws.below(senders.size());
        senders.get(places[place]).setSending(true);
      }
      if (rotating.changeNanos() > 0) {
        world.loop().at(draws.exponential(rotating.changeNanos()), this::change);
      }
      if (rotating.background() > 0) {
        world.loop().at(0, this::sendSingle);
      }
    }

    private void change() {
      int place = (int) draws.below(places.length);
      int before = places[place];
      places[place] = (int) draws.below(senders.size());
      boolean stays = false;
      for (int sender : places) {
        stays |= sender == before;
      }
      senders.get(before).setSending(stays);
      senders.get(places[place]).setSending(true);
      world.loop().at(world.nowNanos() + draws.exponential(rotating.changeNanos()), this::change);
    }

    private void sendSingle() {
      single++;
      long whole = single / rotating.background() * SECOND_NANOS;
      long part = single % rotating.background() * SECOND_NANOS / rotating.background();
      world.loop().at(whole + part, this::sendSingle);
      for (int tries = 0; tries < TRIES && !world.isEnding(); tries++) {
        if (clients.get((int) draws.below(clients.size())).wishNow()) {
          return;
        }
      }
    }
  }
}
