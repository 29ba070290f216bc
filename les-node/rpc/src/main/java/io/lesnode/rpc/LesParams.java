package io.lesnode.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import io.lesnode.les.server.ClientParams;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Reads the parameter objects of {@code les_setClientParams} and {@code les_setDefaultParams}: all
 * of it, before anything is changed. The numbers of the price factors are 10^9 times those of
 * {@link ClientParams}. Stateless.
 */
final class LesParams {
  /** From the RPC's numbers to balance units per nanosecond; geth: time.Second. */
  static final double SCALE = 1e9;

  /** 2^63: from here on a number is no capacity. */
  private static final double CAPACITY_LIMIT = 0x1p63;

  static final String CAPACITY = "capacity";
  static final String TIME = "pricing/timeFactor";
  static final String CAPACITY_FACTOR = "pricing/capacityFactor";
  static final String REQUEST = "pricing/requestCostFactor";
  static final String NEGATIVE_TIME = "pricing/negative/timeFactor";
  static final String NEGATIVE_CAPACITY = "pricing/negative/capacityFactor";
  static final String NEGATIVE_REQUEST = "pricing/negative/requestCostFactor";

  private LesParams() {}

  /**
   * Parameters of connected clients.
   *
   * @param minimumCapacity least that can be given
   */
  static ClientParams forClients(JsonNode object, long minimumCapacity) {
    ClientParams params = ClientParams.NONE;
    for (Map.Entry<String, JsonNode> entry : object.properties()) {
      params =
          entry.getKey().equals(CAPACITY)
              ? params.withCapacity(capacity(entry.getValue(), minimumCapacity))
              : withFactor(params, entry, "client");
    }
    return params;
  }

  /** Parameters of clients to come: the price factors only. */
  static ClientParams forDefaults(JsonNode object) {
    ClientParams params = ClientParams.NONE;
    for (Map.Entry<String, JsonNode> entry : object.properties()) {
      params = withFactor(params, entry, "default");
    }
    return params;
  }

  private static ClientParams withFactor(
      ClientParams old, Map.Entry<String, JsonNode> entry, String kind) {
    OptionalLong capacity = old.capacity();
    OptionalDouble time = old.timeFactor();
    OptionalDouble capacityFactor = old.capacityFactor();
    OptionalDouble request = old.requestFactor();
    OptionalDouble negativeTime = old.negativeTimeFactor();
    OptionalDouble negativeCapacity = old.negativeCapacityFactor();
    OptionalDouble negativeRequest = old.negativeRequestFactor();
    switch (entry.getKey()) {
      case TIME -> time = factor(entry);
      case CAPACITY_FACTOR -> capacityFactor = factor(entry);
      case REQUEST -> request = factor(entry);
      case NEGATIVE_TIME -> negativeTime = factor(entry);
      case NEGATIVE_CAPACITY -> negativeCapacity = factor(entry);
      case NEGATIVE_REQUEST -> negativeRequest = factor(entry);
      default ->
          throw new RpcException(
              "invalid " + kind + " parameter '" + RpcDispatcher.printable(entry.getKey()) + "'");
    }
    return new ClientParams(
        capacity, time, capacityFactor, request, negativeTime, negativeCapacity, negativeRequest);
  }

  private static OptionalDouble factor(Map.Entry<String, JsonNode> entry) {
    JsonNode value = entry.getValue();
    double number = value.isNumber() ? value.doubleValue() : -1;
    if (!(number >= 0) || Double.isInfinite(number)) {
      throw invalid(entry.getKey());
    }
    return OptionalDouble.of(number / SCALE);
  }

  /** As geth's uint64 of a float: what follows the decimal point does not count. */
  private static long capacity(JsonNode value, long minimum) {
    double number = value.isNumber() ? value.doubleValue() : -1;
    if (!(number >= minimum) || number >= CAPACITY_LIMIT) {
      throw invalid(CAPACITY);
    }
    return value.canConvertToExactIntegral() ? value.longValue() : (long) number;
  }

  private static RpcException invalid(String parameter) {
    return new RpcException("invalid value for parameter '" + parameter + "'");
  }
}
