package io.lesnode.les.client.pool;

import io.lesnode.devp2p.Enode;
import io.lesnode.flowcontrol.pool.ExpiredValue;
import io.lesnode.les.client.pool.ServerPool.State;
import io.lesnode.primitives.rlp.RlpException;
import io.lesnode.primitives.rlp.RlpReader;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.rlp.RLP;

/** One server of the pool and its stored form. Owned by the {@link ServerPool}. */
final class PoolNode {
  /** Before the id of a server, the key of its record. */
  static final Bytes KEY = Bytes.wrap("server:".getBytes(StandardCharsets.US_ASCII));

  private static final long VERSION = 1;
  private static final int MAX_URL_BYTES = 400;

  Enode server;
  boolean kept;
  State state = State.IDLE;

  /** When the state ends, unless it is idle or connected. */
  long untilNanos;

  long connectedNanos;

  /** Dials of a kept server that failed since its last good session. */
  int failures;

  ExpiredValue dialCost = new ExpiredValue();

  /** The last planned wait, as geth keeps it: since 1970. */
  long waitStartSeconds;

  long waitEndSeconds;

  /** All that it was ever worth. */
  double value;

  /** What it is worth by what dialling it cost; 0 if that is not worth remembering. */
  double weight;

  PoolNode(Enode server) {
    this.server = server;
  }

  void become(State next, long until) {
    state = next;
    untilNanos = until;
  }

  /** Whether it is on our own network, where geth does not throttle. */
  boolean isNear() {
    InetAddress address = server.address();
    return address != null
        && (address.isLoopbackAddress()
            || address.isSiteLocalAddress()
            || address.isLinkLocalAddress());
  }

  Bytes key() {
    return Bytes.concatenate(KEY, server.nodeId().hash());
  }

  Bytes encode() {
    return RLP.encodeList(
        list -> {
          list.writeLong(VERSION);
          list.writeString(server.toString());
          list.writeLong(dialCost.base());
          list.writeLong(dialCost.exponent());
          list.writeLong(waitStartSeconds);
          list.writeLong(waitEndSeconds);
        });
  }

  /**
   * Reads a stored server.
   *
   * @throws RlpException if it is not one
   * @throws IllegalArgumentException if its URL is not one
   */
  static PoolNode decode(Bytes stored) {
    return RlpReader.decode(stored, reader -> reader.readList(PoolNode::read));
  }

  private static PoolNode read(RlpReader list) {
    if (list.readLong() != VERSION) {
      throw new RlpException("an unknown version");
    }
    Bytes url = list.readBytes(MAX_URL_BYTES);
    PoolNode node =
        new PoolNode(Enode.parse(new String(url.toArrayUnsafe(), StandardCharsets.UTF_8)));
    node.dialCost = new ExpiredValue(list.readLong(), list.readLong());
    node.waitStartSeconds = list.readLong();
    node.waitEndSeconds = list.readLong();
    return node;
  }
}
