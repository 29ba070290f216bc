package io.lesnode.benchmarks.sim.engine;

import io.lesnode.benchmarks.sim.scenario.Demand;
import io.lesnode.benchmarks.sim.scenario.Rate;

/** How much one client asks for while it is connected; confined to the run. */
interface Demands {

  /** Nothing. */
  Demands NONE = new Demands() {};

  /** The client can ask. */
  default void onConnected() {}

  /** A request was answered. */
  default void onAnswered() {}

  /** The connection is over; what was asked is forgotten. */
  default void onClosed() {}

  /** The demand of a client; a rotating one is told by its group when to send. */
  static Demands of(Demand demand, SimWorld world, SimClient client) {
    return switch (demand) {
      case Demand.Connect connect -> NONE;
      case Demand.OpenLoop open -> new Open(world, client, open.rate(), open.random());
      case Demand.ClosedLoop closed ->
          new Closed(world, client, closed.window(), closed.thinkNanos());
      case Demand.Rotating rotating -> new Sender(client);
    };
  }

  /** Requests at a rate. */
  final class Open implements Demands {
    private final SimWorld world;
    private final SimClient client;
    private final Rate rate;
    private final boolean random;
    private long connections;
    private long number;
    private long startNanos;

    Open(SimWorld world, SimClient client, Rate rate, boolean random) {
      this.world = world;
      this.client = client;
      this.rate = rate;
      this.random = random;
    }

    @Override
    public void onConnected() {
      long connected = ++connections;
      number = 0;
      // evenly spread clients do not ask at the same moment
      startNanos = world.nowNanos() + client.draws().below(rate.gapNanos());
      world.loop().at(startNanos, () -> next(connected));
    }

    @Override
    public void onClosed() {
      connections++;
    }

    private void next(long connected) {
      if (connected != connections || world.isEnding()) {
        return;
      }
      number++;
      long atNanos =
          random
              ? world.nowNanos() + client.draws().exponential(rate.gapNanos())
              : Math.max(world.nowNanos() + 1, startNanos + evenNanos());
      world.loop().at(atNanos, () -> next(connected));
      client.wish();
    }

    /** When the next is due after the first; a rate is exact however odd it is. */
    private long evenNanos() {
      long whole = number / rate.count() * rate.perNanos();
      double part = (double) (number % rate.count()) / (double) rate.count();
      return whole + (long) (part * (double) rate.perNanos());
    }
  }

  /** So many at once. */
  final class Closed implements Demands {
    private final SimWorld world;
    private final SimClient client;
    private final int window;
    private final long thinkNanos;
    private long connections;

    Closed(SimWorld world, SimClient client, int window, long thinkNanos) {
      this.world = world;
      this.client = client;
      this.window = window;
      this.thinkNanos = thinkNanos;
    }

    @Override
    public void onConnected() {
      connections++;
      for (int i = 0; i < window; i++) {
        client.wish();
      }
    }

    @Override
    public void onClosed() {
      connections++;
    }

    @Override
    public void onAnswered() {
      if (thinkNanos == 0) {
        client.wish();
        return;
      }
      long connected = connections;
      world
          .loop()
          .at(
              world.nowNanos() + thinkNanos,
              () -> {
                if (connected == connections) {
                  client.wish();
                }
              });
    }
  }

  /** As fast as credit allows while the group says so. */
  final class Sender implements Demands {
    /** What a server reads before it rests. */
    private static final int WINDOW = 60;

    private final SimClient client;
    private boolean isSending;

    Sender(SimClient client) {
      this.client = client;
    }

    void setSending(boolean sends) {
      isSending = sends;
      fill();
    }

    private void fill() {
      while (isSending
          && client.isConnected()
          && client.waiting() + client.unanswered() < WINDOW
          && !client.isEnding()) {
        client.wish();
      }
    }

    @Override
    public void onConnected() {
      fill();
    }

    @Override
    public void onAnswered() {
      fill();
    }
  }
}
