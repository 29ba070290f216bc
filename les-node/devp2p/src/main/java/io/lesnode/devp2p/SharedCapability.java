package io.lesnode.devp2p;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;

/**
 * A capability that both sides speak, with its place among the message codes of the connection
 * (rlpx.md, "Message-id based multiplexing").
 *
 * @param protocol who serves it here
 * @param capability the highest version that both sides offer
 * @param offset the first code
 */
record SharedCapability(SubProtocol protocol, Capability capability, int offset) {

  /** What is shared, in the order of the codes. */
  static List<SharedCapability> negotiate(
      List<SubProtocol> offered, List<Hello.Announced> announced) {
    List<SharedCapability> shared = new ArrayList<>();
    int offset = BaseProtocol.LENGTH;
    List<SubProtocol> byName =
        offered.stream()
            .sorted(Comparator.comparing(protocol -> protocol.capabilities().getFirst().name()))
            .toList();
    for (SubProtocol protocol : byName) {
      Optional<Capability> highest =
          protocol.capabilities().stream()
              .filter(capability -> announced.contains(announcement(capability)))
              .max(Comparator.comparingInt(Capability::version));
      if (highest.isPresent()) {
        shared.add(new SharedCapability(protocol, highest.get(), offset));
        offset += highest.get().messageCount();
      }
    }
    return List.copyOf(shared);
  }

  private static Hello.Announced announcement(Capability capability) {
    return new Hello.Announced(capability.name(), capability.version());
  }

  /** Whether the code of the connection is one of this capability. */
  boolean covers(long code) {
    return code >= offset && code < offset + capability.messageCount();
  }

  /**
   * The payload of a message of this capability, inflated if that is in use. The size is checked
   * before anything is allocated for it.
   *
   * @throws PeerFaultException if it is too large or malformed
   */
  Bytes open(Bytes payload, boolean snappy) throws PeerFaultException {
    int limitBytes = protocol.maxPayloadBytes();
    try {
      long size = snappy ? Snappy.inflatedBytes(payload) : payload.size();
      if (size > SubProtocol.FRAME_LIMIT_BYTES) {
        throw new PeerFaultException(
            DisconnectReason.PROTOCOL_BREACH, "message of " + size + " bytes");
      }
      if (size > limitBytes) {
        throw new PeerFaultException(
            DisconnectReason.SUBPROTOCOL_ERROR,
            "message of " + size + " bytes where " + capability + " allows " + limitBytes);
      }
      return snappy ? Snappy.inflate(payload) : payload;
    } catch (Snappy.MalformedException e) {
      throw new PeerFaultException(DisconnectReason.PROTOCOL_BREACH, e.getMessage());
    }
  }
}
