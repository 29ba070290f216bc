package io.lesnode.les.server;

import io.lesnode.flowcontrol.CreditParams;
import io.lesnode.flowcontrol.cost.BaseCosts;
import io.lesnode.flowcontrol.cost.CostModel;
import io.lesnode.flowcontrol.cost.CostStatistics;
import io.lesnode.flowcontrol.cost.CostTable;
import io.lesnode.flowcontrol.cost.GlobalCostFactor;
import io.lesnode.flowcontrol.cost.RequestKind;
import io.lesnode.flowcontrol.server.ClientCredit;
import io.lesnode.flowcontrol.server.CreditManager;
import io.lesnode.flowcontrol.server.RechargeCurve;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.function.LongFunction;
import org.apache.tuweni.bytes.Bytes;

/**
 * What a server has to give and what requests cost: cost model, global factor, credit of all
 * clients, total capacity. Confined to the node loop.
 *
 * <p>While a block is imported nobody gets more than was promised, and fewer threads serve. The
 * global factor is remembered as geth remembers it: the logarithm, an IEEE double of eight bytes,
 * under geth's name, every ten minutes and at the end.
 *
 * <p>Reference: geth v1.10.26, les/server.go (capacityManagement), les/costtracker.go.
 */
final class ServingBudget {

  /** geth's name. */
  private static final String FACTOR_NAME = "_globalCostFactorV6";

  private static final long CAPACITY_REFRESH_NANOS = 60_000_000_000L;
  private static final long FACTOR_STORE_NANOS = 600_000_000_000L;

  /** A smaller global cost factor is not believed when serving times are reckoned from costs. */
  private static final double SMALLEST_FACTOR = 0.001;

  /** A stored logarithm beyond this is no speed of a machine: e^20 is half a billion. */
  private static final double LARGEST_LOG_FACTOR = 20;

  private final LesServerConfig config;
  private final NodeLoop loop;
  private final ServingPool workers;
  private final ServerMemory memory;
  private final CostModel model;
  private final GlobalCostFactor globalFactor;
  private final CostStatistics statistics;
  private final CreditManager credits;
  private final long maxCapacity;
  private LongFunction<RechargeCurve> idleCurve = RechargeCurve::idle;
  private boolean importing;
  private long importBeganNanos;

  /**
   * Starts with a remembered factor.
   *
   * @param logFactor its natural logarithm; 0: nothing is remembered
   */
  ServingBudget(
      LesServerConfig config,
      NodeLoop loop,
      ServingPool workers,
      ServerMemory memory,
      double logFactor) {
    this.config = config;
    this.loop = loop;
    this.workers = workers;
    this.memory = memory;
    this.model = config.costModel(StrictMath.exp(logFactor));
    long nowNanos = loop.nowNanos();
    this.globalFactor =
        new GlobalCostFactor(model.targetUtilization(), logFactor, nowNanos, config.baseCosts());
    this.statistics = new CostStatistics(config.baseCosts());
    this.credits = new CreditManager(nowNanos);
    long minCapacity = model.minCapacity();
    this.maxCapacity = Math.max(minCapacity * config.maxClients(), globalFactor.totalRecharge());
    credits.setCapacityLimits(minCapacity, maxCapacity, 2 * minCapacity);
    updateCurve();
  }

  /**
   * The logarithm of the factor as it was stored.
   *
   * @throws IllegalArgumentException if it is not one
   */
  static double logFactor(Optional<Bytes> stored) {
    if (stored.isEmpty()) {
      return 0;
    }
    Bytes bytes = stored.get();
    double logFactor =
        bytes.size() == Double.BYTES
            ? ByteBuffer.wrap(bytes.toArrayUnsafe()).getDouble()
            : Double.NaN;
    if (!(Math.abs(logFactor) <= LARGEST_LOG_FACTOR)) {
      throw new IllegalArgumentException(
          "the stored global cost factor is damaged: " + bytes.toHexString());
    }
    return logFactor;
  }

  /** The name that the factor is stored under; one that follows other base costs says nothing. */
  static String factorName(BaseCosts costs) {
    return costs.equals(BaseCosts.geth()) ? FACTOR_NAME : FACTOR_NAME + ":" + costs;
  }

  /** Starts the timers. */
  void start() {
    loop.schedule(CAPACITY_REFRESH_NANOS, this::refreshCapacity);
    loop.schedule(FACTOR_STORE_NANOS, this::storeRegularly);
  }

  private void refreshCapacity() {
    credits.refresh(loop.nowNanos());
    loop.schedule(CAPACITY_REFRESH_NANOS, this::refreshCapacity);
  }

  private void storeRegularly() {
    storeFactor();
    loop.schedule(FACTOR_STORE_NANOS, this::storeRegularly);
  }

  void storeFactor() {
    byte[] bytes = ByteBuffer.allocate(Double.BYTES).putDouble(globalFactor.logFactor()).array();
    String name = factorName(config.baseCosts());
    memory.store(List.of(new ServerMemory.Change.Value(name, Bytes.wrap(bytes))));
  }

  CostModel model() {
    return model;
  }

  GlobalCostFactor globalFactor() {
    return globalFactor;
  }

  CostStatistics statistics() {
    return statistics;
  }

  /** The maximum costs to promise now. */
  CostTable costTable() {
    return model.costTable(globalFactor.value());
  }

  /** A bucket for a new client. */
  ClientCredit connect(CreditParams params) {
    return credits.connect(params, loop.nowNanos());
  }

  /** What a request really cost. */
  long realCost(long servingNanos, long inBytes, long outBytes) {
    return model.realCost(servingNanos, inBytes, outBytes, globalFactor.value());
  }

  /** The longest that a thread may need for a request of this maximum cost. */
  long maxServingNanos(long maxCost) {
    double factor = globalFactor.value();
    return factor < SMALLEST_FACTOR ? maxCost : (long) (maxCost / factor);
  }

  /**
   * Learns from an answered request how fast this machine is.
   *
   * @param realCost what it cost, not capped
   */
  void onServed(RequestKind kind, long amount, long servingNanos, long realCost) {
    statistics.onServed(kind, amount, servingNanos, realCost, globalFactor.value());
    if (globalFactor.onServed(kind, amount, servingNanos, loop.nowNanos())) {
      updateCurve();
    }
  }

  /** Tells the total capacity now and whenever it changes. */
  void onTotalCapacity(LongConsumer listener) {
    credits.onTotalCapacity(listener);
    listener.accept(credits.totalCapacity());
  }

  /** The most that the total capacity can be. */
  long maxCapacity() {
    return maxCapacity;
  }

  long minCapacity() {
    return model.minCapacity();
  }

  boolean isImporting() {
    return importing;
  }

  /**
   * A block is being imported, or no more.
   *
   * @return how long the import took that ended with this call, in nanoseconds; 0: none did
   */
  long setImporting(boolean isImporting) {
    if (importing == isImporting) {
      return 0;
    }
    importing = isImporting;
    workers.setThreads(isImporting ? config.importThreads() : config.workerThreads());
    updateCurve();
    long nowNanos = loop.nowNanos();
    if (isImporting) {
      importBeganNanos = nowNanos;
      return 0;
    }
    return Math.max(1, nowNanos - importBeganNanos);
  }

  private void updateCurve() {
    long total = globalFactor.totalRecharge();
    credits.setCurve(
        importing ? RechargeCurve.busy(total) : idleCurve.apply(total), loop.nowNanos());
  }

  /** What is given while no block is imported, for a total recharge; for experiments. */
  void setIdleCurve(LongFunction<RechargeCurve> curve) {
    idleCurve = curve;
    updateCurve();
  }
}
