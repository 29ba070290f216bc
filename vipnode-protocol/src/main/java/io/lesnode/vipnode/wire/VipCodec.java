package io.lesnode.vipnode.wire;

import io.lesnode.primitives.rlp.RlpException;
import org.apache.tuweni.bytes.Bytes;

/**
 * Translates between {@link VipMessage} records and payloads (without the message code).
 *
 * <p>A payload is one RLP list. Known fields are decoded strictly: one encoding of each value,
 * every list and string bounded before anything is allocated. Elements after the known ones, in
 * nested lists too, are ignored, so that later versions can add some; numbers of enumerations that
 * are not known stay numbers. Stateless.
 */
public final class VipCodec {

  private VipCodec() {}

  /**
   * Decodes the payload of a message.
   *
   * @throws VipWireException if the code names no message, the payload is over {@link
   *     VipCapability#MAX_MESSAGE_BYTES}, or it is not the encoding of its message
   */
  public static VipMessage decode(int code, Bytes payload) {
    if (payload.size() > VipCapability.MAX_MESSAGE_BYTES) {
      throw new VipWireException(
          VipWireException.Reason.MESSAGE_TOO_LARGE,
          payload.size()
              + " bytes where at most "
              + VipCapability.MAX_MESSAGE_BYTES
              + " are allowed");
    }
    try {
      return VipDecoder.decode(code, payload);
    } catch (RlpException | IllegalArgumentException e) {
      throw new VipWireException(
          VipWireException.Reason.MALFORMED,
          "code 0x" + Integer.toHexString(code) + ": " + e.getMessage());
    }
  }

  /**
   * The payload of a message.
   *
   * @throws IllegalArgumentException if it has a number that the wire has no form for, or is too
   *     large: a bug of the caller
   */
  public static Bytes encode(VipMessage message) {
    Bytes payload = VipEncoder.encode(message);
    if (payload.size() > VipCapability.MAX_MESSAGE_BYTES) {
      throw new IllegalArgumentException(
          "a message with code " + message.code() + " of " + payload.size() + " bytes");
    }
    return payload;
  }
}
