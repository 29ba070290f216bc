package io.lesnode.devp2p.rlpx;

import org.apache.tuweni.bytes.Bytes;

/**
 * One message as a frame carries it.
 *
 * @param code message code, an unsigned 64-bit integer on the wire; always sent below 2^31
 * @param payload the rest of the frame, compressed or not
 */
public record Frame(long code, Bytes payload) {
  /** The largest body, message code included: the size field has 24 bits. */
  public static final int BODY_LIMIT_BYTES = 0xff_ffff;
}
