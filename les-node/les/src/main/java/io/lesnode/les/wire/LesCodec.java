package io.lesnode.les.wire;

import io.lesnode.les.wire.LesMessage.Announce;
import io.lesnode.les.wire.LesMessage.TxStatusEntry;
import io.lesnode.primitives.rlp.RlpException;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;

/**
 * Translates between {@link LesMessage} records and payloads (without the message code).
 *
 * <p>Decoding consumes every byte and accepts only what re-encodes to the same bytes, with three
 * exceptions that foreign peers need: Resume as {@code [BV]} (the written specification), a missing
 * transaction lookup as 0x80 (old decoders' nil), and keys of Status in any order and number.
 * Nothing is allocated in proportion to a claimed length. Stateless.
 */
public final class LesCodec {

  private LesCodec() {}

  /**
   * Decodes the payload of a message.
   *
   * @throws LesWireException if the code names no message of the version, the payload is over
   *     {@link LesLimits#MAX_MESSAGE_BYTES}, or it is not the encoding of its message
   */
  public static LesMessage decode(LesVersion version, int code, Bytes payload) {
    if (payload.size() > LesLimits.MAX_MESSAGE_BYTES) {
      throw new LesWireException(
          LesError.MESSAGE_TOO_LARGE,
          payload.size() + " bytes where at most " + LesLimits.MAX_MESSAGE_BYTES + " are allowed");
    }
    if (code < 0 || code >= version.messageCount()) {
      throw LesDecoder.unknownCode(code);
    }
    try {
      return LesDecoder.decode(code, payload);
    } catch (RlpException | IllegalArgumentException e) {
      throw new LesWireException(
          LesError.DECODE, "code 0x" + Integer.toHexString(code) + ": " + e.getMessage());
    }
  }

  /** The payload of a message. */
  public static Bytes encode(LesMessage message) {
    return LesEncoder.encode(message);
  }

  /**
   * The payload of a reply whose third element is encoded already: {@code [requestId, bufferValue,
   * body]}. Copies the body once.
   */
  public static Bytes encodeReply(long requestId, long bufferValue, Bytes body) {
    return LesEncoder.encodeReply(requestId, bufferValue, body);
  }

  /** The encoded list of raw RLP items, the body of most replies. Copies each item once. */
  public static Bytes encodeRawItems(Iterable<Bytes> items) {
    return LesEncoder.encodeRawItems(items);
  }

  /** The encoded list of byte strings, the body of a Code reply. */
  public static Bytes encodeStrings(List<Bytes> strings) {
    return LesEncoder.strings(strings);
  }

  /** The encoded list of transaction statuses, the body of a TxStatus reply. */
  public static Bytes encodeTxStatusEntries(List<TxStatusEntry> entries) {
    return LesEncoder.txStatusEntries(entries);
  }

  /**
   * What a signed announcement signs: keccak256 of this is signed with the server's node key and
   * sent as {@code r‖s‖v} under {@link StatusKeys#SIGNATURE}.
   */
  public static Bytes announcementToSign(Announce announce) {
    return LesEncoder.announcementToSign(announce);
  }
}
