package io.lesnode.benchmarks.sim.engine;

import io.lesnode.benchmarks.sim.scenario.Strategy;
import io.lesnode.flowcontrol.client.ServerCredit;

/** The behaviours of clients that do not pay; stateless. */
final class Behaviours {

  private static final ClientBehaviour OBEDIENT = new ClientBehaviour() {};

  private static final ClientBehaviour IGNORES_CREDIT = new Reckless(true);

  private static final ClientBehaviour IGNORES_STOP = new Reckless(false);

  private Behaviours() {}

  private record Reckless(boolean heedsStop) implements ClientBehaviour {
    @Override
    public boolean isObedient() {
      return false;
    }

    @Override
    public long waitNanos(ServerCredit credit, long maxCost, long nowNanos) {
      return 0;
    }
  }

  static ClientBehaviour of(Strategy.Free strategy) {
    return switch (strategy) {
      case Strategy.Obedient obedient -> OBEDIENT;
      case Strategy.SlowReader slow -> OBEDIENT;
      case Strategy.Freeloader freeloader -> OBEDIENT;
      case Strategy.IgnoreCredit ignorant -> IGNORES_CREDIT;
      case Strategy.IgnoreStop reckless -> IGNORES_STOP;
      case Strategy.Flood flood -> IGNORES_STOP;
    };
  }
}
