package io.lesnode.devp2p;

import io.lesnode.devp2p.rlpx.HandshakeRandom;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.tuweni.bytes.Bytes;

/**
 * What every connection needs to know of this node; immutable.
 *
 * @param config how the server runs
 * @param id our identity
 * @param protocols what runs on connections
 * @param hello what we announce
 * @param helloPayload the same, encoded
 * @param random source of the random values of handshakes; thread-safe
 */
record LocalNode(
    P2pConfig config,
    NodeId id,
    List<SubProtocol> protocols,
    Hello hello,
    Bytes helloPayload,
    HandshakeRandom random) {

  /**
   * Prepares the announcement.
   *
   * @throws IllegalArgumentException if a protocol offers nothing, several names, or a name twice,
   *     or the Hello would be too long
   */
  static LocalNode of(P2pConfig config, List<SubProtocol> protocols, HandshakeRandom random) {
    Set<String> names = new HashSet<>();
    for (SubProtocol protocol : protocols) {
      List<String> own = protocol.capabilities().stream().map(Capability::name).distinct().toList();
      if (own.size() != 1 || !names.add(own.getFirst())) {
        throw new IllegalArgumentException(
            "a sub-protocol must offer versions of one name of its own, not " + own);
      }
    }
    NodeId id = NodeId.of(config.nodeKey().publicKey());
    Hello hello =
        new Hello(
            Hello.VERSION,
            config.clientName(),
            protocols.stream()
                .flatMap(protocol -> protocol.capabilities().stream())
                .map(capability -> new Hello.Announced(capability.name(), capability.version()))
                .toList(),
            0,
            id.publicKey());
    Bytes helloPayload = hello.encode();
    if (helloPayload.size() > Hello.LIMIT_BYTES) {
      throw new IllegalArgumentException(
          "the client name and capabilities make a Hello of more than "
              + Hello.LIMIT_BYTES
              + " bytes; shorten the name");
    }
    return new LocalNode(config, id, List.copyOf(protocols), hello, helloPayload, random);
  }
}
