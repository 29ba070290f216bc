package io.lesnode.les.client.value;

import io.lesnode.flowcontrol.cost.RequestCost;
import io.lesnode.flowcontrol.cost.RequestKind;
import io.lesnode.flowcontrol.pool.ExpirationFactor;
import io.lesnode.flowcontrol.pool.Expirer;
import io.lesnode.primitives.rlp.RlpException;
import io.lesnode.primitives.rlp.RlpReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.rlp.RLP;
import org.jspecify.annotations.Nullable;

/**
 * Learns what each server is worth. A value machine; confined to its owner, in production the
 * client loop. Times are nanoseconds of a monotonic clock, wall-clock times say so.
 *
 * <p>The question: servers price requests differently and answer at different speeds; which of them
 * gave us the most? The law: every served request goes into its server's basket with what that
 * server charges for it. From there a share of 1 − e^(−dt/1 h) moves to the reference basket of all
 * servers, which so learns what a typical request mix is and what each type is worth relative to
 * the others. A served request adds the reference value of its types to the server's histogram of
 * response times; the histogram under the weights of a timeout ({@link TimeoutWeights}) is the
 * service value. All of it expires by 1/e per 100 h, and per 1000 h while the client is off.
 *
 * <p>Reference: les.md 5.4; geth v1.10.26, les/vflux/client/valuetracker.go, and serverpool.go for
 * the recommended timeout.
 */
public final class ValueTracker {
  /** How often {@link #update} is to be called. */
  public static final long UPDATE_NANOS = TimeUnit.MINUTES.toNanos(1);

  private static final long VERSION = 1;
  private static final Bytes KEY = ascii("vt:");
  private static final Bytes NODE_KEY = ascii("vtNode:");
  private static final int MAX_MAPPINGS = 1000;

  private static final long MIN_TIMEOUT_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long TIMEOUT_REFRESH_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** Makes the first timeouts careful; a few real answers outweigh it. */
  private static final long FAKE_SAMPLE_NANOS = TimeUnit.SECONDS.toNanos(2);

  private static final double FAKE_SAMPLE_WEIGHT = 10;

  /**
   * How fast things move and expire.
   *
   * @param transferPerNano share of a server basket that moves to the reference basket
   * @param expiryPerNano expiry while running
   * @param offlineExpiryPerNano expiry while not running
   */
  public record Rates(double transferPerNano, double expiryPerNano, double offlineExpiryPerNano) {
    /** geth's. */
    public static final Rates STANDARD = new Rates(1 / hours(1), 1 / hours(100), 1 / hours(1000));

    private static double hours(long hours) {
      return TimeUnit.HOURS.toNanos(hours);
    }
  }

  /**
   * One type of request in the reference basket.
   *
   * @param name its name
   * @param amount how many are counted in the mix, expired
   * @param value what one is worth
   */
  public record RequestStatistic(String name, double amount, double value) {}

  private final ServerMemory memory;
  private final Rates rates;
  private final List<String> names;
  private final RequestBasket initial;
  private final Map<Bytes32, Server> connected = new HashMap<>();
  private final Expirer expirer;
  private final List<List<String>> mappings = new ArrayList<>();
  private int mapping;
  private ReferenceBasket reference;
  private ResponseTimes responseTimes = new ResponseTimes();
  private ExpirationFactor factor = ExpirationFactor.at(0);
  private long timeoutNanos;
  private long timeoutSetNanos;
  private TimeoutWeights weights = TimeoutWeights.of(FAKE_SAMPLE_NANOS);
  private boolean timeoutKnown;

  /** What is known of one server. */
  private static final class Server {
    private final ResponseTimes times;
    private final ServerBasket basket;
    private ResponseTimes counted;
    private ResponseTimes atConnect;
    private long transferredNanos;
    private long[] costs;
    private double[] requestValues = {};

    private Server(ResponseTimes times, RequestBasket basket, long nowNanos) {
      this.times = times;
      this.counted = times.copy();
      this.atConnect = times.copy();
      this.basket = new ServerBasket(basket);
      this.transferredNanos = nowNanos;
      this.costs = new long[basket.types()];
    }

    /** What came since the last time this was asked. */
    private ResponseTimes recent() {
      ResponseTimes recent = times.copy();
      recent.subtract(counted);
      counted = times.copy();
      return recent;
    }
  }

  /** Starts with what the memory has, or with nothing if that cannot be used. */
  public ValueTracker(ServerMemory memory, Rates rates, long nowNanos, long wallNanos) {
    this(memory, rates, ServiceVector.TYPES, nowNanos, wallNanos);
  }

  ValueTracker(
      ServerMemory memory, Rates rates, List<RequestType> types, long nowNanos, long wallNanos) {
    this.memory = memory;
    this.rates = rates;
    this.names = types.stream().map(RequestType::name).toList();
    this.initial = initialBasket(types);
    this.expirer = new Expirer(nowNanos);
    RequestBasket stored = load(nowNanos, wallNanos);
    this.reference = new ReferenceBasket(stored == null ? initial.copy() : stored);
    expirer.setRate(rates.expiryPerNano(), nowNanos);
    update(nowNanos, wallNanos);
  }

  private static RequestBasket initialBasket(List<RequestType> types) {
    double amounts = 0;
    double values = 0;
    for (RequestType type : types) {
      amounts += type.initialAmount();
      values += type.initialAmount() * type.initialValue();
    }
    double scale = amounts * RequestBasket.SCALE / values;
    RequestBasket basket = new RequestBasket(types.size());
    for (int i = 0; i < types.size(); i++) {
      RequestType type = types.get(i);
      basket.amounts[i] = Fixed.counter(type.initialAmount() * RequestBasket.SCALE);
      basket.values[i] = Fixed.counter(type.initialAmount() * type.initialValue() * scale);
    }
    return basket;
  }

  /** A server is connected. */
  public void onConnected(Bytes32 id, Map<RequestKind, RequestCost> costs, long nowNanos) {
    register(id, nowNanos);
    onCosts(id, costs);
  }

  void register(Bytes32 id, long nowNanos) {
    Server server = known(id, nowNanos);
    server.transferredNanos = nowNanos;
    server.atConnect = server.times.copy();
    server.requestValues = reference.requestValues();
    connected.put(id, server);
  }

  /** A connected server told its costs. */
  public void onCosts(Bytes32 id, Map<RequestKind, RequestCost> costs) {
    onCosts(id, ServiceVector.costs(costs));
  }

  void onCosts(Bytes32 id, long[] costs) {
    Server server = connected.get(id);
    if (server != null) {
      server.costs = costs;
      server.requestValues = reference.requestValues();
      server.basket.valueFactor(reference.valueFactor(costs));
    }
  }

  /** A connected server answered usefully. */
  public void onServed(Bytes32 id, RequestKind kind, long amount, long responseNanos) {
    onServed(id, ServiceVector.served(kind, amount), responseNanos);
  }

  void onServed(Bytes32 id, List<ServiceVector.Served> served, long responseNanos) {
    Server server = connected.get(id);
    if (server == null) {
      return;
    }
    double value = 0;
    for (ServiceVector.Served part : served) {
      double cost = (double) server.costs[part.type()] * part.amount();
      server.basket.add(part.type(), part.amount(), cost, factor);
      value += server.requestValues[part.type()] * part.amount();
    }
    server.times.add(responseNanos, value, factor);
  }

  /** A server is gone; saves what is known of it. */
  public void onDisconnected(Bytes32 id) {
    Server server = connected.remove(id);
    if (server != null) {
      responseTimes.add(server.recent());
      memory.save(Map.of(nodeKey(id), Optional.of(encode(server))));
    }
  }

  /** Moves served requests to the reference basket, lets things expire and saves the result. */
  public void update(long nowNanos, long wallNanos) {
    refresh(nowNanos);
    memory.save(Map.of(KEY, Optional.of(encode(nowNanos, wallNanos))));
  }

  private void refresh(long nowNanos) {
    factor = ExpirationFactor.at(expirer.logOffset(nowNanos));
    for (Server server : connected.values()) {
      long elapsed = Math.max(0, nowNanos - server.transferredNanos);
      server.transferredNanos = nowNanos;
      reference.add(
          server.basket.take(-StrictMath.expm1(-rates.transferPerNano() * (double) elapsed)));
      responseTimes.add(server.recent());
    }
    reference.normalize();
    reference.updateValues();
    for (Server server : connected.values()) {
      server.requestValues = reference.requestValues();
      server.basket.valueFactor(reference.valueFactor(server.costs));
    }
  }

  /** Saves everything; to be called before the process ends. */
  public void close(long nowNanos, long wallNanos) {
    refresh(nowNanos);
    Map<Bytes, Optional<Bytes>> all = new LinkedHashMap<>();
    connected.forEach(
        (id, server) -> {
          responseTimes.add(server.recent());
          all.put(nodeKey(id), Optional.of(encode(server)));
        });
    connected.clear();
    all.put(KEY, Optional.of(encode(nowNanos, wallNanos)));
    memory.save(all);
  }

  /** The recommended timeout: after it a request is given to another server too. */
  public long softTimeoutNanos(long nowNanos) {
    if (!timeoutKnown || nowNanos - timeoutSetNanos >= TIMEOUT_REFRESH_NANOS) {
      refresh(nowNanos);
      recommendTimeout(nowNanos);
    }
    return timeoutNanos;
  }

  /** Recommends a timeout from what was counted at the last refresh. */
  long recommendTimeout(long nowNanos) {
    ResponseTimes times = responseTimes.copy();
    times.add(FAKE_SAMPLE_NANOS, FAKE_SAMPLE_WEIGHT, factor);
    timeoutNanos =
        Math.max(MIN_TIMEOUT_NANOS, Math.max(times.timeoutNanos(0.1), 2 * times.timeoutNanos(0.5)));
    weights = TimeoutWeights.of(timeoutNanos);
    timeoutSetNanos = nowNanos;
    timeoutKnown = true;
    return timeoutNanos;
  }

  /** All that a server was ever worth, expired, under the recommended timeout. */
  public double totalValue(Bytes32 id, long nowNanos) {
    softTimeoutNanos(nowNanos);
    return known(id, nowNanos).times.value(weights, factor);
  }

  /** What a connected server was worth since it connected; 0 if it is not. */
  public double sessionValue(Bytes32 id, long nowNanos) {
    softTimeoutNanos(nowNanos);
    Server server = connected.get(id);
    if (server == null) {
      return 0;
    }
    ResponseTimes session = server.times.copy();
    session.subtract(server.atConnect);
    return session.value(weights, factor);
  }

  /** The response times of one server, or of all together. */
  public ResponseTimes responseTimes(Optional<Bytes32> id, long nowNanos) {
    if (id.isPresent()) {
      return known(id.get(), nowNanos).times.copy();
    }
    refresh(nowNanos);
    return responseTimes.copy();
  }

  /** What the reference basket holds. */
  public List<RequestStatistic> requestStatistics(long nowNanos) {
    refresh(nowNanos);
    List<RequestStatistic> statistics = new ArrayList<>();
    RequestBasket contents = reference.contents();
    for (int i = 0; i < names.size(); i++) {
      double amount =
          factor.value((double) contents.amounts[i] / RequestBasket.SCALE, contents.exponent());
      statistics.add(new RequestStatistic(names.get(i), amount, reference.requestValues()[i]));
    }
    return statistics;
  }

  /** The logarithmic offset that dial costs expire by too. */
  public long logOffset(long nowNanos) {
    return expirer.logOffset(nowNanos);
  }

  /** The factor to read statistics with. */
  public ExpirationFactor factor(long nowNanos) {
    return ExpirationFactor.at(expirer.logOffset(nowNanos));
  }

  ReferenceBasket reference() {
    return reference;
  }

  ServerBasket basketOf(Bytes32 id) {
    Server server = connected.get(id);
    if (server == null) {
      throw new IllegalArgumentException("not connected: " + id);
    }
    return server.basket;
  }

  ResponseTimes serverTimes(Bytes32 id) {
    Server server = connected.get(id);
    if (server == null) {
      throw new IllegalArgumentException("not connected: " + id);
    }
    return server.times;
  }

  private Server known(Bytes32 id, long nowNanos) {
    Server server = connected.get(id);
    if (server != null) {
      return server;
    }
    Optional<Bytes> stored = memory.load(nodeKey(id));
    if (stored.isPresent()) {
      try {
        return decodeServer(stored.get(), nowNanos);
      } catch (RlpException e) {
        // what was learned of one server is not worth refusing to start: it is learned again
        return fresh(nowNanos);
      }
    }
    return fresh(nowNanos);
  }

  private Server fresh(long nowNanos) {
    return new Server(new ResponseTimes(), new RequestBasket(names.size()), nowNanos);
  }

  // ---- the stored form: version ‖ RLP, as geth

  /** The key of one server's record; its id is the hash of its public key. */
  public static Bytes nodeKey(Bytes32 id) {
    return Bytes.concatenate(NODE_KEY, id);
  }

  private Bytes encode(Server server) {
    return Bytes.concatenate(
        RLP.encodeLong(VERSION),
        RLP.encodeList(
            list -> {
              server.times.writeTo(list);
              list.writeLong(mapping);
              server.basket.contents().writeTo(list);
            }));
  }

  private Bytes encode(long nowNanos, long wallNanos) {
    return Bytes.concatenate(
        RLP.encodeLong(VERSION),
        RLP.encodeList(
            list -> {
              list.writeList(
                  all ->
                      mappings.forEach(
                          one -> all.writeList(l -> one.forEach(n -> l.writeValue(ascii(n))))));
              list.writeLong(mapping);
              reference.contents().writeTo(list);
              responseTimes.writeTo(list);
              list.writeLong(expirer.logOffset(nowNanos));
              list.writeLong(wallNanos);
            }));
  }

  private Server decodeServer(Bytes stored, long nowNanos) {
    RlpReader reader = RlpReader.of(stored);
    requireVersion(reader);
    return reader.readList(
        list -> {
          ResponseTimes times = ResponseTimes.readFrom(list);
          int from = list.readInt();
          RequestBasket basket = mapped(RequestBasket.readFrom(list), from);
          return new Server(times, basket, nowNanos);
        });
  }

  /** Restores; the reference basket, or null where there is none. */
  private @Nullable RequestBasket load(long nowNanos, long wallNanos) {
    Optional<Bytes> stored = memory.load(KEY);
    if (stored.isPresent()) {
      try {
        return decode(stored.get(), nowNanos, wallNanos);
      } catch (RlpException e) {
        mappings.clear(); // learned again
        responseTimes = new ResponseTimes();
      }
    }
    mappings.add(names);
    mapping = 0;
    return null;
  }

  private RequestBasket decode(Bytes stored, long nowNanos, long wallNanos) {
    RlpReader reader = RlpReader.of(stored);
    requireVersion(reader);
    return reader.readList(
        list -> {
          mappings.addAll(
              list.readListOf(
                  MAX_MAPPINGS,
                  one -> one.readListOf(MAX_MAPPINGS, name -> text(name.readBytes()))));
          mapping = mappings.indexOf(names);
          if (mapping < 0) {
            mapping = mappings.size();
            mappings.add(names);
          }
          int from = list.readInt();
          RequestBasket basket = mapped(RequestBasket.readFrom(list), from);
          responseTimes = ResponseTimes.readFrom(list);
          long logOffset = list.readLong();
          long awayNanos = wallNanos - list.readLong();
          if (awayNanos > 0) {
            double away = awayNanos * rates.offlineExpiryPerNano() / StrictMath.log(2);
            logOffset += (long) (away * (1L << 24));
          }
          expirer.setLogOffset(logOffset, nowNanos);
          return basket;
        });
  }

  private RequestBasket mapped(RequestBasket basket, int from) {
    if (from < 0 || from >= mappings.size()) {
      throw new RlpException("a request list that is not known: " + from);
    }
    List<String> old = mappings.get(from);
    if (basket.types() != old.size()) {
      throw new RlpException("a basket of " + basket.types() + " of " + old.size() + " types");
    }
    return from == mapping ? basket : basket.converted(old, names, initial);
  }

  private static void requireVersion(RlpReader reader) {
    long version = reader.readLong();
    if (version != VERSION) {
      throw new RlpException("version " + version);
    }
  }

  private static Bytes ascii(String text) {
    return Bytes.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String text(Bytes bytes) {
    return new String(bytes.toArrayUnsafe(), StandardCharsets.UTF_8);
  }
}
