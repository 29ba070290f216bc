package io.lesnode.devp2p;

import io.lesnode.primitives.rlp.RlpException;
import io.lesnode.primitives.rlp.RlpReader;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.rlp.RLP;

/**
 * Codes and small messages of the {@code p2p} base protocol (rlpx.md, "p2p" capability). Stateless.
 */
public final class BaseProtocol {
  /** Code of the first message of both sides. */
  public static final int HELLO = 0x00;

  /** Code of the last one. */
  public static final int DISCONNECT = 0x01;

  /** Code of a question whether somebody is there. */
  public static final int PING = 0x02;

  /** Code of its answer. */
  public static final int PONG = 0x03;

  /** The codes below belong to the base protocol; capabilities start here. */
  public static final int LENGTH = 0x10;

  /** Payload of Ping and Pong: the empty list. */
  public static final Bytes EMPTY_LIST = Bytes.of(0xc0);

  /** The longest Disconnect that we look at. */
  private static final int DISCONNECT_LIMIT_BYTES = 64;

  private BaseProtocol() {}

  /** A Disconnect in the form of the specification, {@code [reason]}. */
  public static Bytes encodeDisconnect(DisconnectReason reason) {
    return RLP.encodeList(writer -> writer.writeInt(reason.code()));
  }

  /**
   * Reads a Disconnect in any form that is in use: {@code [reason]} or a bare reason (geth before
   * 1.11 sends a byte string), compressed or not, whatever was negotiated.
   */
  public static DisconnectReason decodeDisconnect(Bytes payload, boolean snappy) {
    if (payload.size() > DISCONNECT_LIMIT_BYTES) {
      return DisconnectReason.UNKNOWN;
    }
    if (snappy) {
      try {
        return readReason(Snappy.inflate(payload));
      } catch (Snappy.MalformedException e) {
        return readReason(payload); // some implementations never compress it
      }
    }
    return readReason(payload);
  }

  private static DisconnectReason readReason(Bytes payload) {
    try {
      RlpReader reader = RlpReader.of(payload);
      if (reader.nextIsList()) {
        reader = reader.enterList();
      }
      if (reader.isComplete()) {
        return DisconnectReason.REQUESTED;
      }
      Bytes code = reader.readBytes(Integer.BYTES).trimLeadingZeros(); // geth writes 0 as byte 0x00
      return DisconnectReason.ofCode(code.isEmpty() ? 0 : code.toInt());
    } catch (RlpException e) {
      return DisconnectReason.UNKNOWN;
    }
  }
}
