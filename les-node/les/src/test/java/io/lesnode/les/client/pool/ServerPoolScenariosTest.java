package io.lesnode.les.client.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.devp2p.Enode;
import io.lesnode.devp2p.NodeId;
import io.lesnode.flowcontrol.cost.RequestCost;
import io.lesnode.flowcontrol.cost.RequestKind;
import io.lesnode.les.client.pool.ServerPool.QueryAnswer;
import io.lesnode.les.client.pool.ServerPool.Settings;
import io.lesnode.les.client.value.ServerMemory;
import io.lesnode.les.client.value.ValueTracker;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * geth's nine scenarios of its server pool (les/vflux/client/serverpool_test.go): of 1000 servers
 * 100 are good, that is they serve and stay for 200 s, then need 200 s of rest; 100 are bad. In
 * 10,000 s a client of 5 connections must be connected to good ones for 40,000 to 50,000 s.
 */
final class ServerPoolScenariosTest {
  private static final int SERVERS = 1000;
  private static final int TARGET = 5;
  private static final int CYCLES = 10_000;
  private static final int MIN_TOTAL = 40_000;
  private static final int MAX_TOTAL = 50_000;
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long START = TimeUnit.HOURS.toNanos(1);
  private static final List<Enode> ENODES = enodes();

  private static List<Enode> enodes() {
    List<Enode> enodes = new ArrayList<>();
    for (int i = 0; i < SERVERS; i++) {
      enodes.add(ServerPoolTest.far(i));
    }
    return enodes;
  }

  /** How a server behaves, in cycles of a second. */
  private static final class Server {
    private int connectCycles;
    private int waitCycles;
    private boolean serves;
    private int nextConnectCycle;
    private int connectedSince = -1;
    private int total;
  }

  /** A pool, the servers and the time. */
  private static final class Simulation {
    private final Random random;
    private final boolean preNegotiate;
    private final boolean queriesFail;
    private final ServerMemory memory = ServerMemory.transientMemory();
    private final Map<NodeId, Integer> indexes = new HashMap<>();
    private final List<Server> servers = new ArrayList<>();
    private final Map<Integer, List<Integer>> disconnects = new HashMap<>();
    private final Map<Integer, List<Runnable>> later = new HashMap<>();
    private final List<Enode> kept = new ArrayList<>();
    private boolean discovery = true;
    private int nextFound;
    private int cycle;
    private int connected;
    private ValueTracker values;
    private ServerPool pool;

    Simulation(long seed, boolean preNegotiate, boolean queriesFail) {
      this.random = new Random(seed);
      this.preNegotiate = preNegotiate;
      this.queriesFail = queriesFail;
      for (int i = 0; i < SERVERS; i++) {
        indexes.put(ENODES.get(i).nodeId(), i);
        servers.add(new Server());
      }
      start();
    }

    private long now() {
      return START + cycle * SECOND;
    }

    void start() {
      values = new ValueTracker(memory, ValueTracker.Rates.STANDARD, now(), now());
      pool =
          new ServerPool(
              new Settings(35 * SECOND, preNegotiate),
              memory,
              values,
              ServerSelection.standard(),
              ServerPrices.FREE,
              random,
              now(),
              now());
      kept.forEach(pool::keep);
    }

    void stop() {
      for (int i = 0; i < SERVERS; i++) {
        if (servers.get(i).connectedSince >= 0) {
          values.update(now(), now());
        }
      }
      pool.close(now());
      values.close(now(), now());
      servers.forEach(this::end);
      servers.forEach(server -> server.nextConnectCycle = 0);
      connected = 0;
      disconnects.clear();
      later.clear();
    }

    private void end(Server server) {
      if (server.connectedSince >= 0) {
        server.total += cycle - server.connectedSince;
        server.connectedSince = -1;
      }
    }

    List<Integer> add(int count, int connect, int wait, boolean serves) {
      List<Integer> added = new ArrayList<>();
      while (added.size() < count) {
        int index = random.nextInt(SERVERS);
        Server server = servers.get(index);
        if (server.connectCycles == 0 && server.connectedSince < 0) {
          server.connectCycles = connect;
          server.waitCycles = wait;
          server.serves = serves;
          added.add(index);
        }
      }
      return added;
    }

    void reset() {
      for (int i = 0; i < SERVERS; i++) {
        Server server = servers.get(i);
        if (server.connectedSince >= 0) {
          disconnect(i);
        }
        server.connectCycles = 0;
        server.nextConnectCycle = 0;
        server.total = 0;
      }
      disconnects.clear();
    }

    void run() {
      for (int count = 0; count < CYCLES; count++) {
        List.copyOf(disconnects.getOrDefault(cycle, List.of())).forEach(this::disconnect);
        later.getOrDefault(cycle, List.of()).forEach(Runnable::run);
        later.remove(cycle);
        if (cycle % 60 == 0) {
          values.update(now(), now());
        }
        for (int found = 0; discovery && pool.wantsMore() && found < SERVERS; found++) {
          pool.onFound(ENODES.get(nextFound));
          nextFound = (nextFound + 1) % SERVERS;
        }
        // geth's test dials one server a second; those without an answer end first
        pool.due(0, now()).forEach(this::perform);
        int slots = connected < TARGET ? 1 + dialling() : dialling();
        pool.due(slots, now()).forEach(this::perform);
        cycle++;
      }
    }

    private int dialling() {
      return (int)
          pool.entries(now()).stream()
              .filter(e -> e.state() == ServerPool.State.DIALLED && !e.kept())
              .count();
    }

    private void perform(PoolAction action) {
      int index = indexes.get(action.server().nodeId());
      Server server = servers.get(index);
      boolean free =
          server.connectedSince < 0
              && server.connectCycles != 0
              && cycle >= server.nextConnectCycle;
      switch (action) {
        case PoolAction.Query query -> query(index, query.server().nodeId(), free);
        case PoolAction.Dial dial -> {
          if (free && connected < TARGET) {
            connect(index, dial.server());
          }
        }
      }
    }

    private void query(int index, NodeId id, boolean free) {
      // a third answers truly, a third always yes, a third only when it has room
      boolean silent = queriesFail || (index % 3 == 2 && !free);
      QueryAnswer answer =
          silent ? QueryAnswer.SILENCE : free || index % 3 == 1 ? QueryAnswer.YES : QueryAnswer.NO;
      at(silent ? 5 : 1, () -> pool.onQueried(id, answer, now()));
    }

    private void at(int cycles, Runnable task) {
      later.computeIfAbsent(cycle + cycles, c -> new ArrayList<>()).add(task);
    }

    private void connect(int index, Enode enode) {
      Server server = servers.get(index);
      server.connectedSince = cycle;
      connected++;
      disconnects.computeIfAbsent(cycle + server.connectCycles, c -> new ArrayList<>()).add(index);
      pool.onConnected(enode.nodeId(), enode, now());
      values.onConnected(
          enode.nodeId().hash(),
          Map.of(RequestKind.HEADERS, new RequestCost(300_000, 60_000)),
          now());
      if (server.serves) {
        values.onServed(enode.nodeId().hash(), RequestKind.HEADERS, 100, 0);
      }
    }

    private void disconnect(int index) {
      Server server = servers.get(index);
      end(server);
      connected--;
      server.nextConnectCycle = cycle + server.waitCycles;
      NodeId id = ENODES.get(index).nodeId();
      pool.onDisconnected(id, now());
      values.onDisconnected(id.hash());
    }

    /** The seconds of connection since the last time this was asked. */
    int total(List<Integer> indexes) {
      int sum = 0;
      for (int index : indexes) {
        Server server = servers.get(index);
        sum += server.total + (server.connectedSince >= 0 ? cycle - server.connectedSince : 0);
        server.total = 0;
        server.connectedSince = server.connectedSince >= 0 ? cycle : -1;
      }
      return sum;
    }

    void check(String name, List<Integer> good) {
      int sum = total(good);
      System.out.printf("server pool, %s: %d of %d s%n", name, sum, MAX_TOTAL);
      assertThat(sum).as(name).isBetween(MIN_TOTAL, MAX_TOTAL);
    }
  }

  @ParameterizedTest
  @CsvSource({"false,false", "true,false", "true,true"})
  void goodServersAreFound(boolean preNegotiate, boolean queriesFail) {
    Simulation sim = new Simulation(11, preNegotiate, queriesFail);
    List<Integer> good = sim.add(100, 200, 200, true);
    sim.add(100, 20, 20, false);
    sim.run();
    sim.stop();
    sim.check("queries " + preNegotiate + ", failing " + queriesFail, good);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void otherGoodServersAreFoundWhenTheyChange(boolean preNegotiate) {
    Simulation sim = new Simulation(12, preNegotiate, false);
    for (int round = 0; round < 4; round++) {
      sim.reset();
      List<Integer> good = sim.add(100, 200, 200, true);
      sim.add(100, 20, 20, false);
      sim.run();
      sim.check("changing, round " + round, good);
    }
    sim.stop();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRestartNeedsNoDiscovery(boolean preNegotiate) {
    Simulation sim = new Simulation(13, preNegotiate, false);
    List<Integer> good = sim.add(100, 200, 200, true);
    sim.add(100, 20, 20, false);
    sim.run();
    sim.stop();
    sim.check("before the restart", good);
    sim.discovery = false;
    sim.start();
    sim.run();
    sim.stop();
    sim.check("after the restart", good);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void keptServersNeedNoDiscovery(boolean preNegotiate) {
    Simulation sim = new Simulation(14, preNegotiate, false);
    List<Integer> kept = sim.add(200, 200, 200, true);
    kept.forEach(index -> sim.kept.add(ENODES.get(index)));
    sim.discovery = false;
    sim.start();
    sim.run();
    sim.stop();
    sim.check("kept only", kept);
  }

  @Test
  void theSameSeedGivesTheSameRun() {
    int[] totals = new int[2];
    for (int i = 0; i < 2; i++) {
      Simulation sim = new Simulation(15, true, false);
      List<Integer> good = sim.add(100, 200, 200, true);
      sim.run();
      totals[i] = sim.total(good);
    }
    assertThat(totals[0]).isEqualTo(totals[1]);
  }
}
