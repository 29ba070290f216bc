package io.lesnode.les.client.value;

import io.lesnode.flowcontrol.cost.RequestCost;
import io.lesnode.flowcontrol.cost.RequestKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The request types of LES and how requests map to them: the first item of a request is of one
 * type, the rest, where a request usually has many items, of another. Pure functions.
 *
 * <p>Differs from geth, which lists the types in the random order of a map at each start and stores
 * every order it ever had: the order is fixed here, by name
 * (ValueTrackerTest.theNamesKeepTheirOrder). Reference: geth v1.10.26, les/protocol.go.
 */
public final class ServiceVector {

  /** How a kind of request is named and how much of it the first reference basket has. */
  private record Entry(RequestKind kind, String name, double first, double rest) {}

  private static final List<Entry> ENTRIES =
      List.of(
          new Entry(RequestKind.BODIES, "GetBlockBodies", 1, 0),
          new Entry(RequestKind.HEADERS, "GetBlockHeaders", 10, 1000),
          new Entry(RequestKind.CODE, "GetCode", 1, 0),
          new Entry(RequestKind.HELPER_TRIE_PROOFS, "GetHelperTrieProofs", 10, 100),
          new Entry(RequestKind.PROOFS, "GetProofsV2", 10, 0),
          new Entry(RequestKind.RECEIPTS, "GetReceipts", 1, 0),
          new Entry(RequestKind.TX_STATUS, "GetTxStatus", 10, 0),
          new Entry(RequestKind.SEND_TX, "SendTxV2", 1, 0));

  /** All types, in their order. */
  public static final List<RequestType> TYPES = types();

  private ServiceVector() {}

  private static List<RequestType> types() {
    List<RequestType> types = new ArrayList<>();
    for (Entry entry : ENTRIES) {
      RequestCost cost = entry.kind.averageTimeNanos();
      types.add(new RequestType(entry.name + ".first", entry.first, cost.base() + cost.perItem()));
      if (entry.rest != 0) {
        types.add(new RequestType(entry.name + ".rest", entry.rest, cost.perItem()));
      }
    }
    return List.copyOf(types);
  }

  /** A server's cost table as costs by type; what it does not list costs nothing. */
  static long[] costs(Map<RequestKind, RequestCost> table) {
    long[] costs = new long[TYPES.size()];
    int i = 0;
    for (Entry entry : ENTRIES) {
      RequestCost cost = table.getOrDefault(entry.kind, new RequestCost(0, 0));
      costs[i++] = cost.of(1);
      if (entry.rest != 0) {
        costs[i++] = cost.perItem();
      }
    }
    return costs;
  }

  /** A request as served amounts by type. */
  static List<Served> served(RequestKind kind, long amount) {
    int i = 0;
    for (Entry entry : ENTRIES) {
      if (entry.kind == kind) {
        return entry.rest == 0 || amount <= 1
            ? List.of(new Served(i, amount))
            : List.of(new Served(i, 1), new Served(i + 1, amount - 1));
      }
      i += entry.rest == 0 ? 1 : 2;
    }
    throw new IllegalStateException("no request type of " + kind);
  }

  /** How much of a type was served. */
  record Served(int type, long amount) {}
}
