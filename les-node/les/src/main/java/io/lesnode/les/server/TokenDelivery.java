package io.lesnode.les.server;

import io.lesnode.chain.store.ServerStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/**
 * How many of the tokens that a seller issued have reached the pool; confined to the node loop.
 *
 * <p>Two stores take part in a sale: the seller's ledger and the pool's balances. A counter on each
 * side that is written together with what it counts makes one of them: tokens issued less tokens
 * returned, kept by the ledger, and what of it was delivered, kept here in the batch that has the
 * balance. Whatever is issued and not delivered, after a kill as well, is the difference; adding it
 * twice is impossible and losing it too.
 */
final class TokenDelivery {

  private static final String PREFIX = "vip.delivered.";

  private final Map<Bytes32, Long> delivered;
  private final Map<Bytes32, Long> changed = new HashMap<>();

  TokenDelivery(Map<Bytes32, Long> remembered) {
    delivered = new HashMap<>(remembered);
  }

  /** Issued less returned, as far as the pool has it. */
  long delivered(Bytes32 node) {
    return delivered.getOrDefault(node, 0L);
  }

  /** The pool has it now; to be stored with the balance. */
  void set(Bytes32 node, long total) {
    delivered.put(node, total);
    changed.put(node, total);
  }

  /** What is to be written with the changes of balances. */
  List<ServerMemory.Change> drain() {
    List<ServerMemory.Change> changes = new ArrayList<>(changed.size());
    changed.forEach(
        (node, total) ->
            changes.add(
                new ServerMemory.Change.Value(
                    PREFIX + node.toUnprefixedHexString(), Bytes.ofUnsignedLong(total))));
    changed.clear();
    return changes;
  }

  /**
   * Reads a store.
   *
   * @throws IllegalArgumentException if a value is damaged
   */
  static Map<Bytes32, Long> read(ServerStore store) {
    Map<Bytes32, Long> found = new HashMap<>();
    store.forEachValue(
        PREFIX,
        (name, value) -> {
          if (value.size() != Long.BYTES || name.length() != PREFIX.length() + 64) {
            throw new IllegalArgumentException(
                "The stored count of delivered tokens "
                    + name
                    + " is damaged. Restore the server's store from a backup.");
          }
          found.put(Bytes32.fromHexString(name.substring(PREFIX.length())), value.toLong());
        });
    return Map.copyOf(found);
  }
}
