package io.lesnode.devp2p.discovery.v5;

import io.lesnode.devp2p.enr.NodeRecord;
import io.lesnode.primitives.UnsignedLongs;
import io.lesnode.primitives.rlp.RlpException;
import io.lesnode.primitives.rlp.RlpReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.rlp.RLP;
import org.apache.tuweni.rlp.RLPWriter;

/** The messages of discovery v5 that we speak (devp2p discv5-wire.md). Immutable. */
sealed interface MessageV5 {
  int REQUEST_ID_BYTES_MAX = 8;
  int DISTANCES_MAX = 256;

  /** Records in a NODES packet: four of 300 bytes would not fit 1280. */
  int RECORDS_MAX = 16;

  /** The message type on the wire. */
  int type();

  /** Chosen by who asks, at most 8 bytes. */
  Bytes requestId();

  /** PING 0x01. */
  record Ping(Bytes requestId, long seq) implements MessageV5 {
    @Override
    public int type() {
      return 1;
    }
  }

  /** PONG 0x02, with the endpoint that the PING came from. */
  record Pong(Bytes requestId, long seq, Bytes address, int port) implements MessageV5 {
    @Override
    public int type() {
      return 2;
    }
  }

  /** FINDNODE 0x03. */
  record FindNode(Bytes requestId, List<Integer> distances) implements MessageV5 {
    /** Copies the list. */
    public FindNode {
      distances = List.copyOf(distances);
    }

    @Override
    public int type() {
      return 3;
    }
  }

  /** NODES 0x04; records with a wrong signature are left out when reading. */
  record Nodes(Bytes requestId, int total, List<NodeRecord> records) implements MessageV5 {
    /** Copies the list. */
    public Nodes {
      records = List.copyOf(records);
    }

    @Override
    public int type() {
      return 4;
    }
  }

  /** TALKREQ 0x05. */
  record TalkRequest(Bytes requestId, Bytes protocol, Bytes request) implements MessageV5 {
    @Override
    public int type() {
      return 5;
    }
  }

  /** TALKRESP 0x06. */
  record TalkResponse(Bytes requestId, Bytes response) implements MessageV5 {
    @Override
    public int type() {
      return 6;
    }
  }

  /** The plaintext: type and RLP list. */
  default Bytes encode() {
    return Bytes.concatenate(Bytes.of(type()), RLP.encodeList(writer -> write(writer, this)));
  }

  private static void write(RLPWriter writer, MessageV5 message) {
    writer.writeValue(message.requestId());
    switch (message) {
      case Ping ping -> UnsignedLongs.write(writer, ping.seq());
      case Pong pong -> {
        UnsignedLongs.write(writer, pong.seq());
        writer.writeValue(pong.address());
        writer.writeInt(pong.port());
      }
      case FindNode findNode ->
          writer.writeList(list -> findNode.distances().forEach(list::writeInt));
      case Nodes nodes -> {
        writer.writeInt(nodes.total());
        writer.writeList(list -> nodes.records().forEach(r -> list.writeRLP(r.encoded())));
      }
      case TalkRequest talk -> {
        writer.writeValue(talk.protocol());
        writer.writeValue(talk.request());
      }
      case TalkResponse talk -> writer.writeValue(talk.response());
    }
  }

  /** Reads a plaintext, or nothing when it is malformed or of a type that we do not speak. */
  static Optional<MessageV5> decode(Bytes plaintext) {
    if (plaintext.isEmpty()) {
      return Optional.empty();
    }
    try {
      Bytes body = plaintext.slice(1).copy();
      return Optional.of(
          RlpReader.decode(body, reader -> reader.readList(f -> read(plaintext.get(0), f))));
    } catch (RlpException | IllegalArgumentException malformed) {
      return Optional.empty();
    }
  }

  private static MessageV5 read(int type, RlpReader fields) {
    Bytes requestId = fields.readBytes(REQUEST_ID_BYTES_MAX).copy();
    return switch (type) {
      case 1 -> new Ping(requestId, fields.readUnsignedLong());
      case 2 ->
          new Pong(
              requestId, fields.readUnsignedLong(), fields.readBytes(16).copy(), fields.readInt());
      case 3 -> new FindNode(requestId, fields.readListOf(DISTANCES_MAX, RlpReader::readInt));
      case 4 -> new Nodes(requestId, fields.readInt(), readRecords(fields));
      case 5 -> new TalkRequest(requestId, fields.readBytes().copy(), fields.readBytes().copy());
      case 6 -> new TalkResponse(requestId, fields.readBytes().copy());
      default -> throw new RlpException("unknown message type " + type);
    };
  }

  private static List<NodeRecord> readRecords(RlpReader fields) {
    List<NodeRecord> genuine = new ArrayList<>();
    for (Bytes raw : fields.readListOf(RECORDS_MAX, RlpReader::readRaw)) {
      try {
        genuine.add(NodeRecord.decode(raw));
      } catch (IllegalArgumentException forged) {
        // one bad record does not spoil the others
      }
    }
    return genuine;
  }
}
