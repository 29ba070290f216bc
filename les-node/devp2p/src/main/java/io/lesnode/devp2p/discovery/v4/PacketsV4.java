package io.lesnode.devp2p.discovery.v4;

import io.lesnode.devp2p.NodeId;
import io.lesnode.devp2p.discovery.v4.MessageV4.Endpoint;
import io.lesnode.devp2p.discovery.v4.MessageV4.FindNode;
import io.lesnode.devp2p.discovery.v4.MessageV4.Neighbor;
import io.lesnode.devp2p.discovery.v4.MessageV4.Neighbors;
import io.lesnode.devp2p.discovery.v4.MessageV4.Ping;
import io.lesnode.devp2p.discovery.v4.MessageV4.Pong;
import io.lesnode.devp2p.discovery.v4.MessageV4.RecordRequest;
import io.lesnode.devp2p.discovery.v4.MessageV4.RecordResponse;
import io.lesnode.devp2p.enr.NodeRecord;
import io.lesnode.primitives.UnsignedLongs;
import io.lesnode.primitives.crypto.Keccak;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.primitives.crypto.Secp256k1;
import io.lesnode.primitives.crypto.Signature;
import io.lesnode.primitives.rlp.RlpException;
import io.lesnode.primitives.rlp.RlpReader;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.rlp.RLP;
import org.apache.tuweni.rlp.RLPWriter;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes packets of discovery v4: {@code hash(32) ‖ signature(65) ‖ type(1) ‖ RLP list}.
 * Stateless. As EIP-8 asks, further list items and bytes after the list are ignored, and so is the
 * version of a Ping.
 */
public final class PacketsV4 {
  /** The largest packet; larger datagrams are dropped unread. */
  public static final int LIMIT_BYTES = 1280;

  private static final int HASH_BYTES = 32;
  private static final int SIGNATURE_BYTES = 65;
  private static final int HEAD_BYTES = HASH_BYTES + SIGNATURE_BYTES;
  private static final int VERSION = 4;
  private static final int NEIGHBORS_MAX = 16;

  private PacketsV4() {}

  /**
   * Whether a datagram carries the hash of a v4 packet: which of the protocols on one port it is
   * for.
   */
  public static boolean isV4(Bytes datagram) {
    return datagram.size() > HEAD_BYTES
        && datagram.size() <= LIMIT_BYTES
        && Keccak.keccak256(datagram.slice(HASH_BYTES)).equals(datagram.slice(0, HASH_BYTES));
  }

  /** A packet and the hash that answers to it carry. */
  record Encoded(Bytes packet, Bytes32 hash) {}

  static Encoded encode(MessageV4 message, KeyPair key) {
    Bytes signed =
        Bytes.concatenate(
            Bytes.of(message.type()), RLP.encodeList(writer -> write(writer, message)));
    Bytes body = Bytes.concatenate(key.sign(Keccak.keccak256(signed)).toBytes65(), signed);
    Bytes32 hash = Keccak.keccak256(body);
    return new Encoded(Bytes.concatenate(hash, body), hash);
  }

  private static void write(RLPWriter writer, MessageV4 message) {
    switch (message) {
      case Ping ping -> {
        writer.writeInt(VERSION);
        writeEndpoint(writer, ping.from());
        writeEndpoint(writer, ping.to());
        UnsignedLongs.write(writer, ping.expiresSeconds());
        UnsignedLongs.write(writer, ping.seq());
      }
      case Pong pong -> {
        writeEndpoint(writer, pong.to());
        writer.writeValue(pong.pingHash());
        UnsignedLongs.write(writer, pong.expiresSeconds());
        UnsignedLongs.write(writer, pong.seq());
      }
      case FindNode findNode -> {
        writer.writeValue(findNode.target());
        UnsignedLongs.write(writer, findNode.expiresSeconds());
      }
      case Neighbors neighbors -> {
        writer.writeList(
            list -> neighbors.nodes().forEach(node -> list.writeList(n -> writeNode(n, node))));
        UnsignedLongs.write(writer, neighbors.expiresSeconds());
      }
      case RecordRequest request -> UnsignedLongs.write(writer, request.expiresSeconds());
      case RecordResponse response -> {
        writer.writeValue(response.requestHash());
        writer.writeRLP(response.record().encoded());
      }
    }
  }

  private static void writeEndpoint(RLPWriter writer, Endpoint endpoint) {
    writer.writeList(fields -> writeFields(fields, endpoint));
  }

  private static void writeNode(RLPWriter writer, Neighbor node) {
    writeFields(writer, node.endpoint());
    writer.writeValue(node.publicKey());
  }

  private static void writeFields(RLPWriter writer, Endpoint endpoint) {
    InetAddress address = endpoint.address();
    writer.writeValue(address == null ? Bytes.EMPTY : Bytes.wrap(address.getAddress()));
    writer.writeInt(endpoint.udpPort());
    writer.writeInt(endpoint.tcpPort());
  }

  /** Reads a packet, or nothing when it is malformed, of an unknown type, or signed by nobody. */
  static Optional<PacketV4> decode(Bytes datagram) {
    if (!isV4(datagram)) {
      return Optional.empty();
    }
    try {
      Bytes signed = datagram.slice(HEAD_BYTES);
      MessageV4 message = read(signed.get(0), RlpReader.of(signed.slice(1).copy()));
      Signature signature = Signature.fromBytes65(datagram.slice(HASH_BYTES, SIGNATURE_BYTES));
      return Secp256k1.instance()
          .recover(Keccak.keccak256(signed), signature)
          .map(
              key ->
                  new PacketV4(
                      Bytes32.wrap(datagram.slice(0, HASH_BYTES).copy()), NodeId.of(key), message));
    } catch (RlpException | IllegalArgumentException malformed) {
      return Optional.empty();
    }
  }

  private static MessageV4 read(int type, RlpReader reader) {
    RlpReader fields = reader.enterList();
    return switch (type) {
      case 1 -> {
        fields.skip(); // the version
        yield new Ping(
            readEndpoint(fields), readEndpoint(fields), fields.readUnsignedLong(), readSeq(fields));
      }
      case 2 ->
          new Pong(
              readEndpoint(fields),
              fields.readBytes(HASH_BYTES).copy(),
              fields.readUnsignedLong(),
              readSeq(fields));
      case 3 ->
          new FindNode(fields.readFixedBytes(NodeId.SIZE_BYTES).copy(), fields.readUnsignedLong());
      case 4 ->
          new Neighbors(
              fields.readListOf(NEIGHBORS_MAX, PacketsV4::readNode), fields.readUnsignedLong());
      case 5 -> new RecordRequest(fields.readUnsignedLong());
      case 6 ->
          new RecordResponse(
              Bytes32.wrap(fields.readFixedBytes(HASH_BYTES).copy()),
              NodeRecord.decode(fields.readRaw()));
      default -> throw new RlpException("unknown packet type " + type);
    };
  }

  /** EIP-868 appends it; older nodes have none, and some put other things there. */
  private static long readSeq(RlpReader fields) {
    return fields.isComplete() ? 0 : fields.readUnsignedLong();
  }

  private static Endpoint readEndpoint(RlpReader reader) {
    return reader.readList(PacketsV4::readFields);
  }

  private static Neighbor readNode(RlpReader reader) {
    return reader.readList(
        node -> new Neighbor(readFields(node), node.readFixedBytes(NodeId.SIZE_BYTES).copy()));
  }

  private static Endpoint readFields(RlpReader fields) {
    return new Endpoint(readAddress(fields), readPort(fields), readPort(fields));
  }

  private static InetAddress readAddressOf(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException wrongLength) {
      throw new RlpException("an address has 4 or 16 bytes");
    }
  }

  private static @Nullable InetAddress readAddress(RlpReader fields) {
    Bytes address = fields.readBytes(16);
    return address.isEmpty() ? null : readAddressOf(address.toArray());
  }

  private static int readPort(RlpReader fields) {
    int port = fields.readInt();
    if (port > 0xffff) {
      throw new RlpException("a port is at most 65535");
    }
    return port;
  }
}
