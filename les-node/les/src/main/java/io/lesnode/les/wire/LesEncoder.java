package io.lesnode.les.wire;

import io.lesnode.les.wire.LesMessage.Announce;
import io.lesnode.les.wire.LesMessage.BlockBodies;
import io.lesnode.les.wire.LesMessage.BlockHeaders;
import io.lesnode.les.wire.LesMessage.Code;
import io.lesnode.les.wire.LesMessage.GetBlockBodies;
import io.lesnode.les.wire.LesMessage.GetBlockHeaders;
import io.lesnode.les.wire.LesMessage.GetCode;
import io.lesnode.les.wire.LesMessage.GetHelperTrieProofs;
import io.lesnode.les.wire.LesMessage.GetProofsV2;
import io.lesnode.les.wire.LesMessage.GetReceipts;
import io.lesnode.les.wire.LesMessage.GetTxStatus;
import io.lesnode.les.wire.LesMessage.HelperTrieProofs;
import io.lesnode.les.wire.LesMessage.ProofsV2;
import io.lesnode.les.wire.LesMessage.Receipts;
import io.lesnode.les.wire.LesMessage.Resume;
import io.lesnode.les.wire.LesMessage.SendTxV2;
import io.lesnode.les.wire.LesMessage.Status;
import io.lesnode.les.wire.LesMessage.Stop;
import io.lesnode.les.wire.LesMessage.TxLookup;
import io.lesnode.les.wire.LesMessage.TxStatus;
import io.lesnode.les.wire.LesMessage.TxStatusEntry;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.rlp.RLP;
import org.apache.tuweni.rlp.RLPWriter;

/** Writes the payloads of LES messages. */
final class LesEncoder {

  private static final int SHORT_LENGTH_BYTES = 55;
  private static final int STRING = 0x80;
  private static final int LIST = 0xc0;

  private LesEncoder() {}

  static Bytes encode(LesMessage message) {
    return switch (message) {
      case Status m -> m.values().encoded();
      case Announce m -> announce(m);
      case GetBlockHeaders m -> getBlockHeaders(m);
      case BlockHeaders m -> encodeReply(m, encodeRawItems(m.headers()));
      case GetBlockBodies m -> encodeRequest(m.requestId(), hashes(m.hashes()));
      case BlockBodies m -> encodeReply(m, encodeRawItems(m.bodies()));
      case GetReceipts m -> encodeRequest(m.requestId(), hashes(m.hashes()));
      case Receipts m -> encodeReply(m, encodeRawItems(m.receiptLists()));
      case GetCode m -> getCode(m);
      case Code m -> encodeReply(m, strings(m.codes()));
      case GetProofsV2 m -> getProofs(m);
      case ProofsV2 m -> encodeReply(m, encodeRawItems(m.nodes()));
      case GetHelperTrieProofs m -> getHelperTrieProofs(m);
      case HelperTrieProofs m ->
          encodeReply(
              m, encodeRawItems(List.of(encodeRawItems(m.nodes()), strings(m.auxiliary()))));
      case SendTxV2 m ->
          encodeRequest(
              m.requestId(), RLP.encodeList(w -> m.transactions().forEach(tx -> tx.writeTo(w))));
      case GetTxStatus m -> encodeRequest(m.requestId(), hashes(m.hashes()));
      case TxStatus m -> encodeReply(m, txStatusEntries(m.entries()));
      case Stop m -> RLP.encodeList(w -> {});
      case Resume m -> RLP.encodeValue(Bytes.minimalBytes(m.bufferValue()));
    };
  }

  static Bytes encodeReply(long requestId, long bufferValue, Bytes body) {
    int contentBytes = integerBytes(requestId) + integerBytes(bufferValue) + body.size();
    int headerBytes = headerBytes(contentBytes);
    byte[] out = new byte[headerBytes + contentBytes];
    writeHeader(out, 0, LIST, contentBytes);
    int at = writeInteger(out, headerBytes, requestId);
    at = writeInteger(out, at, bufferValue);
    System.arraycopy(body.toArrayUnsafe(), 0, out, at, body.size());
    return Bytes.wrap(out);
  }

  static Bytes encodeRawItems(Iterable<Bytes> items) {
    long total = 0;
    for (Bytes item : items) {
      total += item.size();
    }
    int contentBytes = Math.toIntExact(total);
    int headerBytes = headerBytes(contentBytes);
    byte[] out = new byte[headerBytes + contentBytes];
    writeHeader(out, 0, LIST, contentBytes);
    int position = headerBytes;
    for (Bytes item : items) {
      System.arraycopy(item.toArrayUnsafe(), 0, out, position, item.size());
      position += item.size();
    }
    return Bytes.wrap(out);
  }

  static Bytes announcementToSign(Announce announce) {
    return RLP.encodeList(
        w -> {
          w.writeValue(announce.headHash());
          writeUnsigned(w, announce.headNumber());
          w.writeValue(announce.headTd().toMinimalBytes());
        });
  }

  private static Bytes announce(Announce m) {
    return RLP.encodeList(
        w -> {
          w.writeValue(m.headHash());
          writeUnsigned(w, m.headNumber());
          w.writeValue(m.headTd().toMinimalBytes());
          writeUnsigned(w, m.reorgDepth());
          w.writeRLP(m.update().encoded());
        });
  }

  private static Bytes getBlockHeaders(GetBlockHeaders m) {
    return request(
        m.requestId(),
        w -> {
          switch (m.origin()) {
            case HashOrNumber.OfHash(Bytes32 hash) -> w.writeValue(hash);
            case HashOrNumber.OfNumber(long number) -> writeUnsigned(w, number);
          }
          writeUnsigned(w, m.amount());
          writeUnsigned(w, m.skip());
          writeUnsigned(w, m.reverse() ? 1 : 0);
        });
  }

  private static Bytes getCode(GetCode m) {
    return request(
        m.requestId(),
        w ->
            m.queries()
                .forEach(
                    query ->
                        w.writeList(
                            item -> {
                              item.writeValue(query.blockHash());
                              item.writeValue(query.accountKey());
                            })));
  }

  private static Bytes getProofs(GetProofsV2 m) {
    return request(
        m.requestId(),
        w ->
            m.queries()
                .forEach(
                    query ->
                        w.writeList(
                            item -> {
                              item.writeValue(query.blockHash());
                              item.writeValue(query.accountKey());
                              item.writeValue(query.key());
                              writeUnsigned(item, query.fromLevel());
                            })));
  }

  private static Bytes getHelperTrieProofs(GetHelperTrieProofs m) {
    return request(
        m.requestId(),
        w ->
            m.queries()
                .forEach(
                    query ->
                        w.writeList(
                            item -> {
                              writeUnsigned(item, query.type());
                              writeUnsigned(item, query.section());
                              item.writeValue(query.key());
                              writeUnsigned(item, query.fromLevel());
                              writeUnsigned(item, query.auxiliary());
                            })));
  }

  /** The list of statuses; an absent lookup is the empty list, as geth's nil pointer. */
  static Bytes txStatusEntries(List<TxStatusEntry> entries) {
    return RLP.encodeList(
        w ->
            entries.forEach(
                entry ->
                    w.writeList(
                        item -> {
                          writeUnsigned(item, entry.status());
                          TxLookup lookup = entry.lookup();
                          item.writeList(
                              triple -> {
                                if (lookup != null) {
                                  triple.writeValue(lookup.blockHash());
                                  writeUnsigned(triple, lookup.blockNumber());
                                  writeUnsigned(triple, lookup.index());
                                }
                              });
                          item.writeValue(
                              Bytes.wrap(entry.error().getBytes(StandardCharsets.UTF_8)));
                        })));
  }

  private static Bytes request(long requestId, Consumer<RLPWriter> body) {
    return encodeRequest(requestId, RLP.encodeList(body));
  }

  private static Bytes encodeRequest(long requestId, Bytes body) {
    return encodeRawItems(List.of(unsigned(requestId), body));
  }

  private static Bytes encodeReply(LesMessage.Reply reply, Bytes body) {
    return encodeReply(reply.requestId(), reply.bufferValue(), body);
  }

  private static Bytes hashes(List<Bytes32> hashes) {
    return RLP.encodeList(w -> hashes.forEach(w::writeValue));
  }

  /** The list of byte strings. */
  static Bytes strings(List<Bytes> strings) {
    int contentBytes = 0;
    for (Bytes string : strings) {
      contentBytes = Math.addExact(contentBytes, stringBytes(string));
    }
    byte[] out = new byte[headerBytes(contentBytes) + contentBytes];
    int at = writeHeader(out, 0, LIST, contentBytes);
    for (Bytes string : strings) {
      if (!isOwnEncoding(string)) {
        at = writeHeader(out, at, STRING, string.size());
      }
      System.arraycopy(string.toArrayUnsafe(), 0, out, at, string.size());
      at += string.size();
    }
    return Bytes.wrap(out);
  }

  private static int stringBytes(Bytes string) {
    return string.size() + (isOwnEncoding(string) ? 0 : headerBytes(string.size()));
  }

  private static boolean isOwnEncoding(Bytes string) {
    return string.size() == 1 && string.get(0) >= 0;
  }

  private static Bytes unsigned(long value) {
    byte[] out = new byte[integerBytes(value)];
    writeInteger(out, 0, value);
    return Bytes.wrap(out);
  }

  /** The size of an unsigned integer with its header. */
  private static int integerBytes(long value) {
    return value >= 0 && value < STRING ? 1 : 1 + minimalBytes(value);
  }

  private static int minimalBytes(long value) {
    return (Long.SIZE - Long.numberOfLeadingZeros(value) + 7) / 8;
  }

  private static int writeInteger(byte[] out, int at, long value) {
    if (value > 0 && value < STRING) {
      out[at] = (byte) value;
      return at + 1;
    }
    int size = minimalBytes(value);
    out[at] = (byte) (STRING + size);
    long rest = value;
    for (int i = at + size; i > at; i--, rest >>>= 8) {
      out[i] = (byte) rest;
    }
    return at + 1 + size;
  }

  private static void writeUnsigned(RLPWriter writer, long value) {
    writer.writeValue(Bytes.minimalBytes(value));
  }

  private static int headerBytes(int contentBytes) {
    return contentBytes <= SHORT_LENGTH_BYTES ? 1 : 1 + lengthBytes(contentBytes);
  }

  private static int lengthBytes(int length) {
    return (Integer.SIZE - Integer.numberOfLeadingZeros(length) + 7) / 8;
  }

  /** Returns the position behind the header. */
  private static int writeHeader(byte[] out, int at, int base, int contentBytes) {
    if (contentBytes <= SHORT_LENGTH_BYTES) {
      out[at] = (byte) (base + contentBytes);
      return at + 1;
    }
    int size = lengthBytes(contentBytes);
    out[at] = (byte) (base + SHORT_LENGTH_BYTES + size);
    for (int i = at + size, rest = contentBytes; i > at; i--, rest >>>= 8) {
      out[i] = (byte) rest;
    }
    return at + 1 + size;
  }
}
