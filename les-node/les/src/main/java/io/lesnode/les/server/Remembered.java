package io.lesnode.les.server;

import io.lesnode.chain.store.ServerStore;
import io.lesnode.flowcontrol.cost.BaseCosts;
import java.util.ArrayList;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;

/**
 * What a server finds in its store when it starts.
 *
 * @param logFactor the natural logarithm of the global cost factor
 * @param clientRecords the records of the client pool
 */
record Remembered(double logFactor, List<ClientRecord> clientRecords) {

  /** Of a server that starts for the first time. */
  static final Remembered NOTHING = new Remembered(0, List.of());

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
        List.copyOf(records));
  }
}
