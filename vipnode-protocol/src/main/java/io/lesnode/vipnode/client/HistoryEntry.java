package io.lesnode.vipnode.client;

import java.util.Locale;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * One line of what happened with money and service.
 *
 * @param atSeconds Unix time
 * @param server node id of the server
 * @param kind what happened
 * @param amountWei money that it is about; zero if none
 * @param tokens tokens that it is about; 0 if none
 * @param text for a person
 */
public record HistoryEntry(
    long atSeconds, Bytes32 server, Kind kind, UInt256 amountWei, long tokens, String text) {

  /** What happened. */
  public enum Kind {
    PAID,
    RECEIPT,
    EXCHANGED,
    DEPOSIT,
    WITHDRAWAL,
    CAPACITY,
    SATISFIED,
    FAULT,
    REFUSED,
    CLOSED;

    /** The name in answers and exports. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
