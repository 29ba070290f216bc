package io.lesnode.devp2p.discovery.v4;

import io.lesnode.devp2p.enr.NodeRecord;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;

/** The messages of discovery v4 (devp2p discv4.md, EIP-868). Immutable. */
sealed interface MessageV4 {
  /** The packet type on the wire. */
  int type();

  /**
   * An endpoint.
   *
   * @param address null when the sender left it out
   */
  record Endpoint(@Nullable InetAddress address, int udpPort, int tcpPort) {
    static Endpoint of(InetSocketAddress from, int tcpPort) {
      return new Endpoint(from.getAddress(), from.getPort(), tcpPort);
    }
  }

  /**
   * Ping 0x01.
   *
   * @param expiresSeconds since 1970, unsigned
   * @param seq of the sender's record; 0 when it has none
   */
  record Ping(Endpoint from, Endpoint to, long expiresSeconds, long seq) implements MessageV4 {
    @Override
    public int type() {
      return 1;
    }
  }

  /**
   * Pong 0x02.
   *
   * @param pingHash the hash of the Ping that it answers
   */
  record Pong(Endpoint to, Bytes pingHash, long expiresSeconds, long seq) implements MessageV4 {
    @Override
    public int type() {
      return 2;
    }
  }

  /**
   * FindNode 0x03.
   *
   * @param target a key of 64 bytes
   */
  record FindNode(Bytes target, long expiresSeconds) implements MessageV4 {
    @Override
    public int type() {
      return 3;
    }
  }

  /** A node as Neighbors names it; its key is not checked yet. */
  record Neighbor(Endpoint endpoint, Bytes publicKey) {}

  /** Neighbors 0x04. */
  record Neighbors(List<Neighbor> nodes, long expiresSeconds) implements MessageV4 {
    /** Copies the list. */
    public Neighbors {
      nodes = List.copyOf(nodes);
    }

    @Override
    public int type() {
      return 4;
    }
  }

  /** ENRRequest 0x05. */
  record RecordRequest(long expiresSeconds) implements MessageV4 {
    @Override
    public int type() {
      return 5;
    }
  }

  /** ENRResponse 0x06. */
  record RecordResponse(Bytes32 requestHash, NodeRecord record) implements MessageV4 {
    @Override
    public int type() {
      return 6;
    }
  }
}
