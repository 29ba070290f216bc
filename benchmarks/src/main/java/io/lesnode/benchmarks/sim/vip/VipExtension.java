package io.lesnode.benchmarks.sim.vip;

import io.lesnode.benchmarks.sim.engine.ClientBehaviour;
import io.lesnode.benchmarks.sim.engine.Draws;
import io.lesnode.benchmarks.sim.engine.SimClient;
import io.lesnode.benchmarks.sim.engine.SimExtension;
import io.lesnode.benchmarks.sim.engine.SimWorld;
import io.lesnode.benchmarks.sim.engine.VirtualLoop;
import io.lesnode.benchmarks.sim.scenario.Figure;
import io.lesnode.benchmarks.sim.scenario.Grant;
import io.lesnode.benchmarks.sim.scenario.GroupSpec;
import io.lesnode.benchmarks.sim.scenario.Scenario;
import io.lesnode.benchmarks.sim.scenario.Series;
import io.lesnode.benchmarks.sim.scenario.Strategy;
import io.lesnode.benchmarks.sim.scenario.VipSpec;
import io.lesnode.vip.VipHost;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Has the server of a scenario sell, if it says so: {@code new Simulation(VipExtension::of)}. */
public final class VipExtension implements SimExtension {
  private final VipSpec spec;
  private final Map<String, GroupSpec> groups;
  private @Nullable SimWorld world;
  private @Nullable Marketplace market;
  private MoneyResult result = new MoneyResult(List.of(), List.of());

  private VipExtension(VipSpec spec, Scenario scenario) {
    this.spec = spec;
    this.groups =
        scenario.groups().stream().collect(Collectors.toMap(GroupSpec::name, Function.identity()));
  }

  /** The extension of a run whose server sells. */
  public static Optional<SimExtension> of(Scenario scenario) {
    return scenario.vip().map(spec -> new VipExtension(spec, scenario));
  }

  @Override
  public void onStart(SimWorld started) {
    world = started;
    market =
        new Marketplace(
            spec,
            started.server(),
            host(started.loop()),
            started.serverKey(),
            started.genesisHash());
  }

  private static VipHost host(VirtualLoop loop) {
    return new VipHost() {
      @Override
      public long nowNanos() {
        return loop.nowNanos();
      }

      @Override
      public void schedule(long delayNanos, Runnable task) {
        loop.at(loop.nowNanos() + Math.max(0, delayNanos), task);
      }
    };
  }

  private Marketplace market() {
    return Objects.requireNonNull(market, "the run has not begun");
  }

  @Override
  public ClientBehaviour behaviour(SimClient les, Strategy.Paying strategy) {
    GroupSpec group = Objects.requireNonNull(groups.get(les.group()));
    PayingBehaviour behaviour = new PayingBehaviour(market(), les, group.demand(), strategy);
    long seed = Objects.requireNonNull(world).seed();
    behaviour.become(
        market()
            .client(
                les.group(),
                les.id().hash(),
                strategy,
                Draws.of(seed, les.group() + " money", les.index()).split(),
                behaviour));
    for (Grant grant : group.grants()) {
      market().onGranted(les.id().hash(), grant.tokens());
    }
    return behaviour;
  }

  @Override
  public void onSample() {
    market().sample();
  }

  @Override
  public void onEnd() {
    result = market().finish();
  }

  @Override
  public List<Series> series() {
    return result.series();
  }

  @Override
  public List<Figure> figures() {
    return result.figures();
  }
}
