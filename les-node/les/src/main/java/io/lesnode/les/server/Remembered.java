package io.lesnode.les.server;

import io.lesnode.chain.store.ServerStore;
import io.lesnode.flowcontrol.cost.BaseCosts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/**
 * What a server finds in its store when it starts.
 *
 * @param logFactor the natural logarithm of the global cost factor
 * @param clientRecords the records of the client pool
 * @param deliveredTokens what of the tokens that a seller issued has reached the pool, by node
 */
record Remembered(
    double logFactor, List<ClientRecord> clientRecords, Map<Bytes32, Long> deliveredTokens) {

  /** Of a server that starts for the first time. */
  static final Remembered NOTHING = new Remembered(0, List.of(), Map.of());

  /** A record of the client pool. */
  record ClientRecord(Bytes key, Bytes value) {}

  /**
   * Reads a store.
   *
   * @throws IllegalArgumentException if a value is damaged
   */
  static Remembered read(ServerStore store, BaseCosts costs) {
    List<ClientRecord> records = new ArrayList<>();
    store.forEachClientRecord(
        (key, value) -> records.add(new ClientRecord(Bytes.wrap(key), Bytes.wrap(value))));
    return new Remembered(
        ServingBudget.logFactor(store.value(ServingBudget.factorName(costs))),
        List.copyOf(records),
        TokenDelivery.read(store));
  }
}
