package io.lesnode.benchmarks.load;

import io.lesnode.devp2p.Enode;
import io.lesnode.primitives.crypto.KeyPair;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A crowd of light clients of one server, each with its own key and connection, on a few shared
 * threads. They speak the highest of les/2 to les/4 that the server speaks, take the chain from its
 * Status and believe its answers: this is for load, not for verification. Without {@link #start}
 * they are idle.
 *
 * <p>Thread-safe: public methods enqueue to the load loops and wait for them.
 */
public final class LoadClients implements AutoCloseable {

  private static final long DIAL_INTERVAL_NANOS = 2_000_000;
  private static final long EXPIRE_INTERVAL_NANOS = 250_000_000;
  private static final long GOLDEN = 0x9e3779b97f4a7c15L;

  private final Enode server;
  private final long seed;
  private final long timeoutNanos;
  private final boolean decodesReplies;
  private final LoadLoop.Threads threads;
  private final Map<String, List<LoadCell>> cells = new LinkedHashMap<>();
  private volatile boolean open = true;

  /**
   * Clients that will connect to a server, with seed 0.
   *
   * @param threads how many threads they share
   */
  public LoadClients(Enode server, int threads) {
    this(server, threads, 0, Long.MAX_VALUE / 2, false);
  }

  /**
   * Clients that will connect to a server.
   *
   * @param threads how many threads they share
   * @param seed of their keys and of what they ask
   * @param timeoutNanos after which a request is given up
   * @param decodesReplies whether replies are decoded strictly
   */
  LoadClients(Enode server, int threads, long seed, long timeoutNanos, boolean decodesReplies) {
    this.server = server;
    this.seed = seed;
    this.timeoutNanos = timeoutNanos;
    this.decodesReplies = decodesReplies;
    this.threads = new LoadLoop.Threads(threads);
    threads().forEach(this::expireLater);
  }

  private List<LoadLoop> threads() {
    return threads.all();
  }

  private void expireLater(LoadLoop loop) {
    loop.schedule(
        EXPIRE_INTERVAL_NANOS,
        () -> {
          if (open) {
            onEach(loop, client -> client.expire(loop.nowNanos(), timeoutNanos));
            expireLater(loop);
          }
        });
  }

  private void onEach(LoadLoop loop, Consumer<LoadClient> action) {
    for (LoadCell cell : allCells()) {
      if (cell.loop() == loop) {
        cell.clients().forEach(action);
      }
    }
  }

  private List<LoadCell> allCells() {
    synchronized (cells) {
      return cells.values().stream().flatMap(List::stream).toList();
    }
  }

  private List<LoadCell> cells(String group) {
    synchronized (cells) {
      return cells.getOrDefault(group, List.of());
    }
  }

  /** Adds a group and dials, one client after the other. */
  public List<LoadClient> add(LoadGroup group) {
    List<LoadCell> own =
        threads().stream().map(l -> new LoadCell(server, group, l, decodesReplies)).toList();
    List<LoadClient> added = new ArrayList<>();
    synchronized (cells) {
      if (cells.putIfAbsent(group.name(), own) != null) {
        throw new IllegalArgumentException("two groups are called " + group.name());
      }
    }
    for (int i = 0; i < group.clients(); i++) {
      LoadCell cell = own.get(i % own.size());
      KeyPair key = group.key(seed, i);
      LoadClient client =
          new LoadClient(cell, key, (seed * 31 + group.name().hashCode()) * GOLDEN + i);
      added.add(client);
      cell.loop().execute(() -> cell.clients().add(client));
      cell.loop().schedule(i * DIAL_INTERVAL_NANOS, client::dial);
    }
    return List.copyOf(added);
  }

  /** How many clients have shaken hands. */
  public int readyCount() {
    return ask(allCells(), LoadCell::readyCount).stream().mapToInt(Integer::intValue).sum();
  }

  /** How many clients of a group have shaken hands. */
  int readyCount(String group) {
    return ask(cells(group), LoadCell::readyCount).stream().mapToInt(Integer::intValue).sum();
  }

  /** The capacity that a client was promised last; 0 while it is not connected. */
  public long capacity(LoadClient client) {
    for (LoadCell cell : cells(client.group().name())) {
      if (cell.loop().call(() -> cell.clients().contains(client))) {
        return cell.loop().call(client::capacity);
      }
    }
    return 0;
  }

  /** Why a connection ended last, of any client. */
  ConnectionEnd lastEnd() {
    List<ConnectionEnd> ends = ask(allCells(), LoadCell::lastEnd);
    return ends.stream()
        .filter(ConnectionEnd::byServer)
        .findFirst()
        .orElseGet(() -> ends.getFirst());
  }

  /** What the server says of itself, if any client was ever connected. */
  Optional<ServerGreeting> greeting() {
    return ask(allCells(), LoadCell::greeting).stream().flatMap(Optional::stream).findFirst();
  }

  /**
   * Starts asking about a chain of which only the head is known, for headers and transactions.
   *
   * @throws IllegalStateException if no client is connected yet
   */
  public void start() {
    ServerGreeting said =
        greeting().orElseThrow(() -> new IllegalStateException("no client is connected"));
    start(ChainSample.ofHead(said.headNumber(), said.headHash()));
  }

  /** Starts asking about a chain. */
  void start(ChainSample sample) {
    boolean byAddress = greeting().map(ServerGreeting::namesContractsByAddress).orElse(false);
    synchronized (cells) {
      for (List<LoadCell> group : cells.values()) {
        LoadGroup described = group.getFirst().group();
        List<RequestDeck> decks =
            described.mix().parts().stream()
                .map(part -> RequestDeck.of(part.shape(), sample, byAddress, seed))
                .toList();
        for (LoadCell cell : group) {
          cell.loop()
              .execute(
                  () -> {
                    cell.deal(decks);
                    cell.clients().forEach(LoadClient::start);
                  });
        }
      }
    }
  }

  /** Counts from now on, from zero. */
  void measure() {
    ask(
        allCells(),
        cell -> {
          cell.measureFrom(cell.loop().nowNanos() + 1); // what was wanted by now does not count
          return true;
        });
  }

  /** Asks nothing more; what is under way may still be answered. */
  public void stop() {
    ask(
        allCells(),
        cell -> {
          cell.measureTo(cell.loop().nowNanos() + 1); // what was wanted by now counts
          cell.clients().forEach(LoadClient::stop);
          return true;
        });
  }

  /** How many measured requests are under way; after {@link #stop}. */
  int openCount() {
    return ask(allCells(), cell -> cell.clients().stream().mapToInt(LoadClient::openCount).sum())
        .stream()
        .mapToInt(Integer::intValue)
        .sum();
  }

  /** Counts as open what is not answered. */
  void settle() {
    ask(
        allCells(),
        cell -> {
          cell.clients().forEach(LoadClient::settle);
          return true;
        });
  }

  /** What a group has counted since {@link #measure}; a copy. */
  LoadTally tally(String group) {
    LoadTally sum = new LoadTally(List.of());
    ask(cells(group), cell -> cell.tally().copy()).forEach(sum::add);
    return sum;
  }

  /** What a group has counted since the last such call. */
  LoadProgress.Interval interval(String group) {
    LoadProgress.Interval sum = null;
    for (LoadProgress.Interval part :
        ask(cells(group), cell -> LoadProgress.Interval.take(cell.tally()))) {
      sum = sum == null ? part : sum.plus(part);
    }
    if (sum == null) {
      throw new IllegalArgumentException("no group " + group);
    }
    return sum;
  }

  /** The replies that each client of a group has had since the start. */
  List<Long> served(String group) {
    return ask(
            cells(group),
            cell -> cell.clients().stream().map(client -> client.counters().served()).toList())
        .stream()
        .flatMap(List::stream)
        .toList();
  }

  private static <T> List<T> ask(List<LoadCell> cells, Function<LoadCell, T> question) {
    return cells.stream().map(cell -> cell.loop().call(() -> question.apply(cell))).toList();
  }

  @Override
  public void close() {
    open = false;
    ask(
        allCells(),
        cell -> {
          cell.clients().forEach(LoadClient::close);
          return true;
        });
    threads.close();
  }
}
