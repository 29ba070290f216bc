package io.lesnode.benchmarks.sim.engine;

import io.lesnode.benchmarks.sim.scenario.Arrival;
import io.lesnode.benchmarks.sim.scenario.Strategy;

/** Has the clients of a group come and go as the scenario has it; confined to the run. */
final class Presence {

  private static final double HUNDRED = 100;

  private final SimWorld world;
  private final SimGroup group;
  private final Draws draws;

  Presence(SimWorld world, SimGroup group) {
    this.world = world;
    this.group = group;
    this.draws = Draws.of(world.seed(), group.spec().name() + " presence", 0);
  }

  void start() {
    switch (group.spec().arrival()) {
      case Arrival.Constant constant -> constant(constant);
      case Arrival.Bursty bursty -> burst(bursty, bursty.startNanos());
      case Arrival.Diurnal diurnal -> diurnal(diurnal);
      case Arrival.Mobile mobile -> group.clients().forEach(client -> sleep(mobile, client));
      case Arrival.Toggle toggle -> toggle(toggle);
    }
    if (group.spec().strategy() instanceof Strategy.Freeloader freeloader) {
      group.clients().forEach(client -> renew(freeloader, client));
    }
  }

  private void constant(Arrival.Constant constant) {
    int count = group.clients().size();
    for (SimClient client : group.clients()) {
      long atNanos =
          constant.startNanos() + (long) ((double) constant.rampNanos() / count * client.index());
      world.loop().at(atNanos, client::come);
      if (constant.stayNanos() > 0) {
        world.loop().at(atNanos + constant.stayNanos(), client::go);
      }
    }
  }

  private void burst(Arrival.Bursty bursty, long atNanos) {
    world
        .loop()
        .at(
            atNanos,
            () -> {
              group.clients().forEach(SimClient::come);
              burst(bursty, atNanos + bursty.everyNanos());
            });
    world.loop().at(atNanos + bursty.forNanos(), () -> group.clients().forEach(SimClient::go));
  }

  private void diurnal(Arrival.Diurnal diurnal) {
    double least = diurnal.leastPercent() / HUNDRED;
    int count = group.clients().size();
    for (SimClient client : group.clients()) {
      double share = (client.index() + 0.5) / count;
      if (share < least) {
        world.loop().at(0, client::come);
        continue;
      }
      // of the raised cosine, the time at which as many are there as stand before this client
      double angle = StrictMath.acos(1 - 2 * (share - least) / (1 - least));
      long comes = (long) (angle / (2 * Math.PI) * (double) diurnal.periodNanos());
      day(diurnal, client, comes, diurnal.periodNanos() - comes, 0);
    }
  }

  private void day(Arrival.Diurnal diurnal, SimClient client, long comes, long goes, long begun) {
    world.loop().at(begun + comes, client::come);
    world
        .loop()
        .at(
            begun + goes,
            () -> {
              client.go();
              day(diurnal, client, comes, goes, begun + diurnal.periodNanos());
            });
  }

  private void sleep(Arrival.Mobile mobile, SimClient client) {
    boolean isAwake =
        client.draws().below(mobile.awakeNanos() + mobile.asleepNanos()) < mobile.awakeNanos();
    if (isAwake) {
      world.loop().at(0, () -> wake(mobile, client));
    } else {
      fallAsleep(mobile, client);
    }
  }

  private void wake(Arrival.Mobile mobile, SimClient client) {
    client.come();
    world
        .loop()
        .at(
            world.nowNanos() + client.draws().exponential(mobile.awakeNanos()),
            () -> {
              client.go();
              fallAsleep(mobile, client);
            });
  }

  private void fallAsleep(Arrival.Mobile mobile, SimClient client) {
    world
        .loop()
        .at(
            world.nowNanos() + client.draws().exponential(mobile.asleepNanos()),
            () -> wake(mobile, client));
  }

  private void toggle(Arrival.Toggle toggle) {
    for (int i = 0; i < toggle.first(); i++) {
      world.loop().at(0, group.clients().get(i)::come);
    }
    world.loop().at(toggle.everyNanos(), () -> draw(toggle));
  }

  private void draw(Arrival.Toggle toggle) {
    SimClient client = group.clients().get((int) draws.below(group.clients().size()));
    if (client.connection() == null) {
      client.come();
    } else if (toggle.leaves()) {
      client.go();
    }
    world.loop().at(world.nowNanos() + toggle.everyNanos(), () -> draw(toggle));
  }

  /** A freeloader is another client from time to time. */
  private void renew(Strategy.Freeloader freeloader, SimClient client) {
    world
        .loop()
        .at(
            world.nowNanos() + freeloader.stayNanos(),
            () -> {
              if (client.isWanted()) {
                client.go();
                client.rename(freeloader.newIdentity(), freeloader.newAddress());
                client.come();
              }
              renew(freeloader, client);
            });
  }
}
