package io.lesnode.les.server;

import java.time.Instant;
import org.apache.tuweni.bytes.Bytes32;

/**
 * Something that a server did to a client, and why.
 *
 * @param at when
 * @param id the client
 * @param address its end of the connection, as text
 * @param kind what was done
 * @param reason why, for the operator
 */
public record ClientEvent(Instant at, Bytes32 id, String address, Kind kind, String reason) {

  /** What a server does to clients. */
  public enum Kind {
    /** Turned away before it was served. */
    REFUSED,
    /** Its requests are void for a while. */
    FROZEN,
    /** Served again. */
    RESUMED,
    /** Lost its place to others. */
    KICKED,
    /** Disconnected for a fault of its own. */
    DROPPED,
    /** Its capacity changed. */
    CAPACITY
  }
}
