package io.lesnode.vipnode.wire;

import io.lesnode.primitives.Address;
import io.lesnode.primitives.rlp.RlpException;
import io.lesnode.primitives.rlp.RlpReader;
import io.lesnode.vipnode.wire.VipMessage.Award;
import io.lesnode.vipnode.wire.VipMessage.Bid;
import io.lesnode.vipnode.wire.VipMessage.Capacity;
import io.lesnode.vipnode.wire.VipMessage.Close;
import io.lesnode.vipnode.wire.VipMessage.Exchange;
import io.lesnode.vipnode.wire.VipMessage.Exchanged;
import io.lesnode.vipnode.wire.VipMessage.MatchedHost;
import io.lesnode.vipnode.wire.VipMessage.Notice;
import io.lesnode.vipnode.wire.VipMessage.Offer;
import io.lesnode.vipnode.wire.VipMessage.Open;
import io.lesnode.vipnode.wire.VipMessage.Params;
import io.lesnode.vipnode.wire.VipMessage.Pay;
import io.lesnode.vipnode.wire.VipMessage.PoolJoin;
import io.lesnode.vipnode.wire.VipMessage.PoolMatch;
import io.lesnode.vipnode.wire.VipMessage.PoolState;
import io.lesnode.vipnode.wire.VipMessage.Query;
import io.lesnode.vipnode.wire.VipMessage.Quote;
import io.lesnode.vipnode.wire.VipMessage.Receipt;
import io.lesnode.vipnode.wire.VipMessage.Refuse;
import io.lesnode.vipnode.wire.VipMessage.SetCapacity;
import io.lesnode.vipnode.wire.VipMessage.Status;
import io.lesnode.vipnode.wire.VipMessage.Usage;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.tuweni.bytes.Bytes;

/**
 * Reads the payloads of vip/1 messages. Known fields are read strictly; what follows them in a
 * list, nested or not, is checked to be RLP items and ignored.
 */
final class VipDecoder {

  private VipDecoder() {}

  static VipMessage decode(int code, Bytes payload) {
    return RlpReader.decode(payload, reader -> open(reader, list -> read(code, payload, list)));
  }

  private static VipMessage read(int code, Bytes payload, RlpReader list) {
    return switch (code) {
      case VipCodes.STATUS -> status(list);
      case VipCodes.OFFER -> offer(payload, list);
      case VipCodes.QUERY -> query(list);
      case VipCodes.QUOTE -> quote(list);
      case VipCodes.BID -> bid(list);
      case VipCodes.AWARD -> award(list);
      case VipCodes.OPEN -> new Open(list.readUnsignedLong(), list.readInt(), data(list));
      case VipCodes.PARAMS ->
          new Params(list.readUnsignedLong(), list.readInt(), list.readInt(), data(list));
      case VipCodes.PAY -> new Pay(payId(list), list.readInt(), data(list), list.readLong());
      case VipCodes.RECEIPT -> receipt(list);
      case VipCodes.EXCHANGE -> exchange(list);
      case VipCodes.EXCHANGED -> exchanged(list);
      case VipCodes.SET_CAPACITY ->
          new SetCapacity(
              list.readUnsignedLong(), list.readLong(), list.readLong(), list.readLong());
      case VipCodes.CAPACITY ->
          new Capacity(list.readUnsignedLong(), list.readLong(), list.readLong(), list.readInt());
      case VipCodes.NOTICE -> notice(list);
      case VipCodes.REFUSE ->
          new Refuse(
              list.readUnsignedLong(),
              list.readInt(),
              list.readLong(),
              text(list, VipLimits.TEXT_BYTES));
      case VipCodes.POOL_JOIN -> poolJoin(list);
      case VipCodes.POOL_MATCH ->
          new PoolMatch(
              list.readUnsignedLong(),
              list.readListOf(VipLimits.MATCH_HOSTS, VipDecoder::matchedHost));
      case VipCodes.USAGE -> usage(list);
      case VipCodes.POOL_STATE -> poolState(list);
      case VipCodes.CLOSE ->
          new Close(
              list.readUnsignedLong(), list.readInt(), list.readInt(), data(list), signature(list));
      default ->
          throw new VipWireException(
              VipWireException.Reason.UNKNOWN_CODE, "0x" + Integer.toHexString(code));
    };
  }

  private static Status status(RlpReader list) {
    return new Status(
        list.readInt(),
        list.readUInt256(),
        list.readBytes32(),
        list.readInt(),
        address(list),
        list.readLong(),
        list.readListOf(VipLimits.METHODS, VipDecoder::methodEntry),
        signature(list));
  }

  private static MethodEntry methodEntry(RlpReader reader) {
    return open(
        reader,
        item ->
            new MethodEntry(
                item.readInt(),
                text(item, VipLimits.NAME_BYTES),
                address(item),
                item.readBytes32(),
                item.readBytes(VipLimits.METHOD_PARAMS_BYTES)));
  }

  private static Offer offer(Bytes payload, RlpReader list) {
    OfferTerms terms =
        new OfferTerms(
            list.readLong(),
            list.readLong(),
            list.readLong(),
            text(list, VipLimits.NAME_BYTES),
            list.readUInt256(),
            list.readUInt256(),
            list.readLong(),
            list.readLong(),
            factors(list),
            list.readLong(),
            list.readLong(),
            list.readLong(),
            list.readLong(),
            list.readLong(),
            list.readLong(),
            list.readLong(),
            list.readLong(),
            list.readListOf(VipLimits.METHODS, RlpReader::readInt),
            list.readListOf(VipLimits.POOLS, RlpReader::readBytes32));
    return new Offer(payload, terms, signature(list));
  }

  private static OfferTerms.Factors factors(RlpReader reader) {
    return open(
        reader, item -> new OfferTerms.Factors(item.readLong(), item.readLong(), item.readLong()));
  }

  /** The items of an offer without its signature, as they came: what the signature covers. */
  static List<Bytes> signedItemsOfOffer(Bytes payload) {
    RlpReader list = RlpReader.of(payload).enterList();
    List<Bytes> items = new ArrayList<>();
    for (int index = 0; !list.isComplete(); index++) {
      Bytes item = list.readRaw();
      if (index != OFFER_SIGNATURE_INDEX) {
        items.add(item);
      }
    }
    return items;
  }

  private static final int OFFER_SIGNATURE_INDEX = 19;

  private static Query query(RlpReader list) {
    return new Query(
        list.readUnsignedLong(),
        list.readLong(),
        list.readLong(),
        list.readListOf(VipLimits.QUERY_ITEMS, RlpReader::readLong),
        list.readListOf(VipLimits.QUERY_ITEMS, VipDecoder::signed));
  }

  private static Quote quote(RlpReader list) {
    return new Quote(
        list.readUnsignedLong(),
        list.readUnsignedLong(),
        list.readLong(),
        list.readListOf(VipLimits.QUERY_ITEMS, RlpReader::readLong),
        list.readListOf(VipLimits.QUERY_ITEMS, VipDecoder::price),
        list.readListOf(VipLimits.QUERY_ITEMS, RlpReader::readLong),
        list.readUInt256(),
        list.readLong(),
        list.readLong());
  }

  private static Bid bid(RlpReader list) {
    return new Bid(
        list.readUnsignedLong(),
        list.readLong(),
        list.readListOf(VipLimits.BID_UNITS, RlpReader::readLong),
        list.readLong(),
        list.readLong());
  }

  private static Award award(RlpReader list) {
    return new Award(
        list.readUnsignedLong(),
        list.readLong(),
        list.readLong(),
        list.readLong(),
        list.readLong(),
        list.readLong());
  }

  private static Receipt receipt(RlpReader list) {
    return new Receipt(
        payId(list),
        list.readInt(),
        list.readUInt256(),
        list.readUInt256(),
        list.readUInt256(),
        list.readLong(),
        list.readLong(),
        data(list),
        signature(list));
  }

  private static Exchange exchange(RlpReader list) {
    return new Exchange(
        list.readUnsignedLong(),
        list.readLong(),
        signed(list),
        signed(list),
        list.readUInt256(),
        signature(list));
  }

  private static Exchanged exchanged(RlpReader list) {
    return new Exchanged(
        list.readUnsignedLong(),
        list.readLong(),
        signed(list),
        list.readUInt256(),
        list.readLong(),
        list.readUInt256());
  }

  private static Notice notice(RlpReader list) {
    return new Notice(
        list.readInt(),
        list.readLong(),
        list.readLong(),
        list.readUInt256(),
        list.readLong(),
        data(list));
  }

  private static PoolJoin poolJoin(RlpReader list) {
    return new PoolJoin(
        list.readUnsignedLong(),
        list.readInt(),
        Address.of(list.readFixedBytes(Address.SIZE_BYTES)),
        list.readLong(),
        list.readListOf(VipLimits.CAPABILITIES, item -> text(item, VipLimits.NAME_BYTES)),
        signature(list));
  }

  private static MatchedHost matchedHost(RlpReader reader) {
    return open(
        reader,
        item ->
            new MatchedHost(
                text(item, VipLimits.ENODE_BYTES), item.readBytes(VipLimits.GRANT_BYTES)));
  }

  private static Usage usage(RlpReader list) {
    return new Usage(
        list.readBytes32(),
        list.readLong(),
        list.readBytes32(),
        list.readBytes32(),
        list.readLong(),
        list.readLong(),
        list.readLong(),
        list.readUInt256(),
        signature(list),
        signature(list));
  }

  private static PoolState poolState(RlpReader list) {
    return new PoolState(
        list.readUInt256(),
        list.readListOf(VipLimits.INVALID_PEERS, RlpReader::readBytes32),
        list.readLong());
  }

  /** Reads a list whose first fields are known; the others are moved past. */
  static <T> T open(RlpReader reader, Function<RlpReader, T> read) {
    RlpReader list = reader.enterList();
    T value = read.apply(list);
    while (!list.isComplete()) {
      list.skip();
    }
    return value;
  }

  /** A number, or a list of the magnitude of a negative one. */
  private static long signed(RlpReader reader) {
    if (!reader.nextIsList()) {
      return reader.readLong();
    }
    long magnitude = reader.readList(RlpReader::readLong);
    if (magnitude == 0) {
      throw reader.error("zero has no sign");
    }
    return -magnitude;
  }

  private static Price price(RlpReader reader) {
    return reader.nextIsList()
        ? reader.readList(list -> Price.infinite())
        : Price.ofWei(reader.readUInt256());
  }

  private static Bytes payId(RlpReader reader) {
    return Bytes.ofUnsignedLong(reader.readUnsignedLong());
  }

  private static Bytes data(RlpReader reader) {
    return reader.readBytes(VipLimits.METHOD_DATA_BYTES);
  }

  private static Optional<Address> address(RlpReader reader) {
    Bytes bytes = reader.readBytes(Address.SIZE_BYTES);
    return bytes.isEmpty() ? Optional.empty() : Optional.of(Address.of(bytes));
  }

  static Bytes signature(RlpReader reader) {
    Bytes bytes = reader.readBytes(VipLimits.SIGNATURE_BYTES);
    if (!bytes.isEmpty() && bytes.size() != VipLimits.SIGNATURE_BYTES) {
      throw reader.error("signature of " + bytes.size() + " bytes");
    }
    return bytes;
  }

  private static String text(RlpReader reader, int maxBytes) {
    Bytes bytes = reader.readBytes(maxBytes);
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes.toArrayUnsafe()))
          .toString();
    } catch (CharacterCodingException e) {
      throw new RlpException("text is not UTF-8");
    }
  }
}
