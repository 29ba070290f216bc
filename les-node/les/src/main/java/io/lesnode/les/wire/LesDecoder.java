package io.lesnode.les.wire;

import io.lesnode.flowcontrol.cost.RequestKind;
import io.lesnode.les.wire.LesMessage.Announce;
import io.lesnode.les.wire.LesMessage.BlockBodies;
import io.lesnode.les.wire.LesMessage.BlockHeaders;
import io.lesnode.les.wire.LesMessage.Code;
import io.lesnode.les.wire.LesMessage.CodeQuery;
import io.lesnode.les.wire.LesMessage.GetBlockBodies;
import io.lesnode.les.wire.LesMessage.GetBlockHeaders;
import io.lesnode.les.wire.LesMessage.GetCode;
import io.lesnode.les.wire.LesMessage.GetHelperTrieProofs;
import io.lesnode.les.wire.LesMessage.GetProofsV2;
import io.lesnode.les.wire.LesMessage.GetReceipts;
import io.lesnode.les.wire.LesMessage.GetTxStatus;
import io.lesnode.les.wire.LesMessage.HelperTrieProofs;
import io.lesnode.les.wire.LesMessage.HelperTrieQuery;
import io.lesnode.les.wire.LesMessage.ProofQuery;
import io.lesnode.les.wire.LesMessage.ProofsV2;
import io.lesnode.les.wire.LesMessage.Receipts;
import io.lesnode.les.wire.LesMessage.Resume;
import io.lesnode.les.wire.LesMessage.SendTxV2;
import io.lesnode.les.wire.LesMessage.Status;
import io.lesnode.les.wire.LesMessage.Stop;
import io.lesnode.les.wire.LesMessage.TxLookup;
import io.lesnode.les.wire.LesMessage.TxStatus;
import io.lesnode.les.wire.LesMessage.TxStatusEntry;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.rlp.RlpReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;

/** Reads the payloads of LES messages; every reader consumes its list completely. */
final class LesDecoder {

  /**
   * The most items of a request that are looked at. A request over its kind's limit is ignored, but
   * one this long is refused. Differs from geth, which decodes whatever fits into 10 MiB: millions
   * of objects for one message (LesCodecTest.refusesARequestOfManyItems).
   */
  private static final int MAX_REQUEST_ITEMS = 4096;

  /** 64 proofs of 64 nibbles: no honest proof set has more nodes. */
  private static final int MAX_PROOF_NODES = 64 * 65;

  private LesDecoder() {}

  static LesMessage decode(int code, Bytes payload) {
    return RlpReader.decode(payload, reader -> read(code, reader));
  }

  static LesWireException unknownCode(int code) {
    return new LesWireException(LesError.INVALID_MESSAGE_CODE, "0x" + Integer.toHexString(code));
  }

  private static LesMessage read(int code, RlpReader reader) {
    return switch (code) {
      case Status.CODE -> new Status(KeyValues.read(reader));
      case Announce.CODE -> announce(reader);
      case BlockHeaders.CODE ->
          reply(
              reader,
              LesLimits.maxItems(RequestKind.HEADERS),
              RlpReader::readRaw,
              BlockHeaders::new);
      case BlockBodies.CODE ->
          reply(
              reader, LesLimits.maxItems(RequestKind.BODIES), RlpReader::readRaw, BlockBodies::new);
      case Receipts.CODE ->
          reply(
              reader, LesLimits.maxItems(RequestKind.RECEIPTS), RlpReader::readRaw, Receipts::new);
      case Code.CODE ->
          reply(reader, LesLimits.maxItems(RequestKind.CODE), RlpReader::readBytes, Code::new);
      case ProofsV2.CODE -> reply(reader, MAX_PROOF_NODES, RlpReader::readRaw, ProofsV2::new);
      case HelperTrieProofs.CODE -> helperTrieProofs(reader);
      case TxStatus.CODE ->
          reply(
              reader,
              LesLimits.maxItems(RequestKind.TX_STATUS),
              LesDecoder::txStatusEntry,
              TxStatus::new);
      case Stop.CODE -> reader.readList(list -> new Stop());
      case Resume.CODE -> new Resume(resumeValue(reader));
      default -> request(RequestKind.ofCode(code).orElseThrow(() -> unknownCode(code)), reader);
    };
  }

  private static LesMessage request(RequestKind kind, RlpReader reader) {
    return switch (kind) {
      case HEADERS -> getBlockHeaders(reader);
      case BODIES -> request(reader, RlpReader::readBytes32, GetBlockBodies::new);
      case RECEIPTS -> request(reader, RlpReader::readBytes32, GetReceipts::new);
      case CODE -> request(reader, LesDecoder::codeQuery, GetCode::new);
      case PROOFS -> request(reader, LesDecoder::proofQuery, GetProofsV2::new);
      case HELPER_TRIE_PROOFS ->
          request(reader, LesDecoder::helperTrieQuery, GetHelperTrieProofs::new);
      case SEND_TX -> request(reader, Transaction::readFrom, SendTxV2::new);
      case TX_STATUS -> request(reader, RlpReader::readBytes32, GetTxStatus::new);
    };
  }

  @FunctionalInterface
  private interface RequestOf<T> {
    LesMessage create(long requestId, List<T> items);
  }

  @FunctionalInterface
  private interface ReplyOf<T> {
    LesMessage create(long requestId, long bufferValue, List<T> items);
  }

  private static <T> LesMessage request(
      RlpReader reader, Function<RlpReader, T> item, RequestOf<T> message) {
    return reader.readList(
        list -> message.create(list.readUnsignedLong(), list.readListOf(MAX_REQUEST_ITEMS, item)));
  }

  private static <T> LesMessage reply(
      RlpReader reader, int maxItems, Function<RlpReader, T> item, ReplyOf<T> message) {
    return reader.readList(
        list ->
            message.create(
                list.readUnsignedLong(), list.readUnsignedLong(), list.readListOf(maxItems, item)));
  }

  private static Announce announce(RlpReader reader) {
    return reader.readList(
        list ->
            new Announce(
                list.readBytes32(),
                list.readUnsignedLong(),
                list.readUInt256(),
                list.readUnsignedLong(),
                KeyValues.read(list)));
  }

  private static GetBlockHeaders getBlockHeaders(RlpReader reader) {
    return reader.readList(
        list -> {
          long requestId = list.readUnsignedLong();
          return list.readList(
              query ->
                  new GetBlockHeaders(
                      requestId,
                      hashOrNumber(query),
                      query.readUnsignedLong(),
                      query.readUnsignedLong(),
                      query.readBoolean()));
        });
  }

  private static HashOrNumber hashOrNumber(RlpReader reader) {
    return reader.nextPayloadBytes() == Bytes32.SIZE
        ? HashOrNumber.of(reader.readBytes32())
        : HashOrNumber.of(reader.readUnsignedLong());
  }

  private static CodeQuery codeQuery(RlpReader reader) {
    return reader.readList(item -> new CodeQuery(item.readBytes32(), item.readBytes()));
  }

  private static ProofQuery proofQuery(RlpReader reader) {
    return reader.readList(
        item ->
            new ProofQuery(
                item.readBytes32(), item.readBytes(), item.readBytes(), item.readUnsignedLong()));
  }

  private static HelperTrieQuery helperTrieQuery(RlpReader reader) {
    return reader.readList(
        item ->
            new HelperTrieQuery(
                item.readUnsignedLong(),
                item.readUnsignedLong(),
                item.readBytes(),
                item.readUnsignedLong(),
                item.readUnsignedLong()));
  }

  private static HelperTrieProofs helperTrieProofs(RlpReader reader) {
    return reader.readList(
        list -> {
          long requestId = list.readUnsignedLong();
          long bufferValue = list.readUnsignedLong();
          return list.readList(
              both ->
                  new HelperTrieProofs(
                      requestId,
                      bufferValue,
                      both.readListOf(MAX_PROOF_NODES, RlpReader::readRaw),
                      both.readListOf(
                          LesLimits.maxItems(RequestKind.HELPER_TRIE_PROOFS),
                          RlpReader::readBytes)));
        });
  }

  private static TxStatusEntry txStatusEntry(RlpReader reader) {
    return reader.readList(
        item -> new TxStatusEntry(item.readUnsignedLong(), txLookup(item), text(item.readBytes())));
  }

  /** An absent lookup is 0xC0 from geth and 0x80 from older encoders; both are read. */
  private static @Nullable TxLookup txLookup(RlpReader reader) {
    if (reader.nextPayloadBytes() == 0) {
      reader.skip();
      return null;
    }
    return reader.readList(
        lookup ->
            new TxLookup(
                lookup.readBytes32(), lookup.readUnsignedLong(), lookup.readUnsignedLong()));
  }

  /** A bare integer from geth, {@code [BV]} by the written specification; both are read. */
  private static long resumeValue(RlpReader reader) {
    return reader.nextIsList()
        ? reader.readList(RlpReader::readUnsignedLong)
        : reader.readUnsignedLong();
  }

  private static String text(Bytes utf8) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(utf8.toArrayUnsafe()))
          .toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("text is not UTF-8");
    }
  }
}
