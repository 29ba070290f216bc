package io.lesnode.les.client.logs;

import io.lesnode.primitives.Address;
import io.lesnode.primitives.Log;
import java.util.List;
import org.apache.tuweni.bytes.Bytes32;

/**
 * Which logs to find, as eth_getLogs asks (geth eth/filters).
 *
 * @param from first block
 * @param to last block; what is above the head is left out
 * @param addresses any of these emitted the log; empty: every address
 * @param topics by position any of the topics; an empty position matches everything, but a log has
 *     at least as many topics as there are positions
 */
public record LogQuery(long from, long to, List<Address> addresses, List<List<Bytes32>> topics) {

  public LogQuery {
    if (from < 0) {
      throw new IllegalArgumentException("blocks count from 0, not from " + from);
    }
    addresses = List.copyOf(addresses);
    topics = topics.stream().map(List::copyOf).toList();
  }

  /** Whether a log matches; the range is not looked at. */
  public boolean matches(Log log) {
    if (!addresses.isEmpty() && !addresses.contains(log.address())) {
      return false;
    }
    if (topics.size() > log.topics().size()) {
      return false;
    }
    for (int i = 0; i < topics.size(); i++) {
      if (!topics.get(i).isEmpty() && !topics.get(i).contains(log.topics().get(i))) {
        return false;
      }
    }
    return true;
  }
}
