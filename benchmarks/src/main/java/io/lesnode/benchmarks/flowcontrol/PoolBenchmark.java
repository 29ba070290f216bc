package io.lesnode.benchmarks.flowcontrol;

import io.lesnode.flowcontrol.pool.BalanceChange;
import io.lesnode.flowcontrol.pool.CapacityReply;
import io.lesnode.flowcontrol.pool.ClientId;
import io.lesnode.flowcontrol.pool.ClientPool;
import io.lesnode.flowcontrol.pool.DropReason;
import io.lesnode.flowcontrol.pool.PoolClient;
import io.lesnode.flowcontrol.pool.PoolListener;
import io.lesnode.flowcontrol.pool.PoolSettings;
import io.lesnode.flowcontrol.pool.PriceFactors;
import io.lesnode.flowcontrol.pool.Share;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Operations on a full pool: 100,000 known balances, 1,000 connected clients, half of them with
 * tokens; 10 microseconds pass with each operation, and changes are handed out every 1,000.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class PoolBenchmark {

  private static final int KNOWN = 100_000;
  private static final int CONNECTED = 1_000;
  private static final long STEP_NANOS = 10_000;
  private static final long TOKENS = 1_000_000_000_000_000_000L; // lasts for the whole run
  private static final List<Long> AMOUNTS = List.of(0L, 1_000_000_000L, 1_000_000_000_000L);
  private static final PoolListener DEAF =
      new PoolListener() {
        @Override
        public void onCapacity(long capacity, boolean requested) {}

        @Override
        public void onDropped(DropReason reason) {}
      };

  @Param({"false", "true"})
  boolean shares;

  private final SplittableRandom random = new SplittableRandom(1);
  private final PoolClient[] clients = new PoolClient[CONNECTED];
  private ClientPool pool =
      new ClientPool(PoolSettings.of(100_000), Collections.emptyIterator(), 0);
  private long now;
  private int turn;

  @Setup
  public void fill() {
    pool = new ClientPool(PoolSettings.of(100_000), Collections.emptyIterator(), 0);
    pool.setDefaultFactors(PriceFactors.DEFAULT, PriceFactors.DEFAULT);
    pool.setLimits(CONNECTED, CONNECTED * 400_000L, 0);
    if (shares) {
      pool.setShares(new Share(50, 20_000_000), new Share(200, 20_000_000), 0);
    }
    for (int i = 0; i < KNOWN; i++) {
      long tokens = i % 2 == 0 ? TOKENS + random.nextLong(TOKENS) : 0;
      pool.setBalance(id(i), address(i), tokens, random.nextLong(1_000_000_000_000L), 0);
    }
    for (int i = 0; i < CONNECTED; i++) {
      clients[i] = register(i);
    }
    pool.drainChanges();
  }

  /** Charges a served request: the operation of every reply. */
  @Benchmark
  public long requestServed() {
    return pool.requestServed(next(), 50_000, now);
  }

  @Benchmark
  public BalanceChange addBalance() {
    return pool.addBalance(next().id(), random.nextLong(1_000_000_000_000L), now);
  }

  @Benchmark
  public BalanceChange addBalanceOfUnconnected() {
    next();
    return pool.addBalance(id(CONNECTED + random.nextInt(KNOWN - CONNECTED)), 1_000, now);
  }

  /** Up and down in turn. */
  @Benchmark
  public CapacityReply requestCapacity() {
    PoolClient client = next();
    long capacity = client.capacity() > 100_000 ? 100_000 : 150_000;
    return pool.requestCapacity(client, capacity, 0, true, now);
  }

  /** What capacity a client would get for more tokens: builds the capacity curve when needed. */
  @Benchmark
  public List<Long> capacityQuery() {
    PoolClient client = next();
    return pool.capacityQuery(client.id(), client.freeClientId(), AMOUNTS, 0, now);
  }

  /** One client leaves and another takes its place. */
  @Benchmark
  public PoolClient leaveAndCome() {
    PoolClient client = next();
    int index = turn;
    pool.unregister(client, now);
    clients[index] = register(index + CONNECTED * random.nextInt(KNOWN / CONNECTED));
    return clients[index];
  }

  private PoolClient next() {
    now += STEP_NANOS;
    turn = turn + 1 == CONNECTED ? 0 : turn + 1;
    if (pool.nextDeadlineNanos() <= now) {
      pool.onTime(now);
    }
    if (turn == 0) {
      pool.drainChanges();
    }
    return clients[turn];
  }

  private PoolClient register(int i) {
    return pool.register(id(i), address(i), shares && i % 20 == 0, 1L << 60, DEAF, now);
  }

  private static ClientId id(int i) {
    return new ClientId(i * 0x9e3779b97f4a7c15L, i, 0, 0);
  }

  private static String address(int i) {
    return "10." + (i >> 16) + "." + ((i >> 8) & 0xff) + "." + (i & 0xff);
  }
}
