package io.lesnode.benchmarks.load;

import io.lesnode.benchmarks.load.ChainSample.AccountKey;
import io.lesnode.benchmarks.load.ChainSample.SlotKey;
import io.lesnode.les.wire.HashOrNumber;
import io.lesnode.les.wire.LesCodec;
import io.lesnode.les.wire.LesMessage.CodeQuery;
import io.lesnode.les.wire.LesMessage.GetBlockBodies;
import io.lesnode.les.wire.LesMessage.GetBlockHeaders;
import io.lesnode.les.wire.LesMessage.GetCode;
import io.lesnode.les.wire.LesMessage.GetHelperTrieProofs;
import io.lesnode.les.wire.LesMessage.GetProofsV2;
import io.lesnode.les.wire.LesMessage.GetReceipts;
import io.lesnode.les.wire.LesMessage.GetTxStatus;
import io.lesnode.les.wire.LesMessage.HelperTrieQuery;
import io.lesnode.les.wire.LesMessage.ProofQuery;
import io.lesnode.les.wire.LesMessage.Request;
import io.lesnode.primitives.rlp.RlpReader;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/**
 * Requests of one shape, encoded once and drawn at random: only the request id is written when one
 * is sent, so that the generator costs little. Immutable.
 */
final class RequestDeck {

  private static final int MOST_CARDS = 1_024;
  private static final int FEWEST_CARDS = 32;

  /** Bounds the memory of a deck. */
  private static final int DECK_BYTES = 4 << 20;

  private static final int BLOOM_BITS = 2_048;
  private static final int SHORT_LIST_BYTES = 55;

  private final RequestShape shape;
  private final List<byte[]> bodies;

  private RequestDeck(RequestShape shape, List<byte[]> bodies) {
    this.shape = shape;
    this.bodies = bodies;
  }

  /**
   * Requests about a chain; the same ones for the same seed.
   *
   * @param byAddress whether the server wants contracts named by address and not by its hash
   */
  static RequestDeck of(RequestShape shape, ChainSample sample, boolean byAddress, long seed) {
    SplittableRandom random = new SplittableRandom(seed ^ shape.hashCode() * 0x9e3779b97f4a7c15L);
    List<byte[]> bodies = new ArrayList<>();
    int wanted = MOST_CARDS;
    while (bodies.size() < wanted) {
      Bytes payload = LesCodec.encode(request(shape, sample, byAddress, random));
      RlpReader list = RlpReader.of(payload).enterList();
      list.skip(); // the request id
      bodies.add(list.readRaw().toArray());
      wanted = Math.clamp(DECK_BYTES / payload.size(), FEWEST_CARDS, MOST_CARDS);
    }
    return new RequestDeck(shape, bodies);
  }

  RequestShape shape() {
    return shape;
  }

  /** A random request with an id, as it travels. */
  Bytes draw(long requestId, SplittableRandom random) {
    byte[] body = bodies.get(random.nextInt(bodies.size()));
    int idBytes = requestId >= 0 && requestId < 0x80 ? 1 : 1 + significantBytes(requestId);
    int content = idBytes + body.length;
    int headBytes = content <= SHORT_LIST_BYTES ? 1 : 1 + significantBytes(content);
    byte[] out = new byte[headBytes + content];
    if (headBytes == 1) {
      out[0] = (byte) (0xc0 + content);
    } else {
      out[0] = (byte) (0xf7 + headBytes - 1);
      putBigEndian(out, 1, headBytes - 1, content);
    }
    if (idBytes == 1) {
      out[headBytes] = requestId == 0 ? (byte) 0x80 : (byte) requestId;
    } else {
      out[headBytes] = (byte) (0x80 + idBytes - 1);
      putBigEndian(out, headBytes + 1, idBytes - 1, requestId);
    }
    System.arraycopy(body, 0, out, headBytes + idBytes, body.length);
    return Bytes.wrap(out);
  }

  private static int significantBytes(long value) {
    return (Long.SIZE - Long.numberOfLeadingZeros(value) + 7) / 8;
  }

  private static void putBigEndian(byte[] out, int offset, int length, long value) {
    long rest = value;
    for (int i = offset + length - 1; i >= offset; i--, rest >>>= 8) {
      out[i] = (byte) rest;
    }
  }

  private static Request request(
      RequestShape shape, ChainSample sample, boolean byAddress, SplittableRandom random) {
    int amount = shape.amount();
    return switch (shape.kind()) {
      case HEADERS ->
          new GetBlockHeaders(
              0,
              new HashOrNumber.OfNumber(random.nextLong(sample.headNumber() + 2 - amount)),
              amount,
              0,
              false);
      case BODIES -> new GetBlockBodies(0, listOf(amount, () -> any(sample.blocks(), random)));
      case RECEIPTS -> new GetReceipts(0, listOf(amount, () -> any(sample.blocks(), random)));
      case CODE ->
          new GetCode(
              0,
              listOf(
                  amount,
                  () ->
                      new CodeQuery(
                          sample.headHash(), name(any(sample.contracts(), random), byAddress))));
      case PROOFS ->
          new GetProofsV2(
              0,
              listOf(
                  amount,
                  () ->
                      new ProofQuery(
                          sample.headHash(),
                          Bytes.EMPTY,
                          any(sample.accounts(), random).hash(),
                          0)));
      case STORAGE ->
          new GetProofsV2(0, listOf(amount, () -> storageQuery(sample, byAddress, random)));
      case CHT, BLOOM ->
          new GetHelperTrieProofs(
              0, listOf(amount, () -> helperQuery(shape.kind(), sample.sections(), random)));
      case TXSTATUS -> new GetTxStatus(0, listOf(amount, () -> transaction(sample, random)));
    };
  }

  private static ProofQuery storageQuery(
      ChainSample sample, boolean byAddress, SplittableRandom random) {
    SlotKey slot = any(sample.slots(), random);
    return new ProofQuery(sample.headHash(), name(slot.contract(), byAddress), slot.slotHash(), 0);
  }

  private static HelperTrieQuery helperQuery(
      LoadKind kind, long sections, SplittableRandom random) {
    if (kind == LoadKind.CHT) {
      return new HelperTrieQuery(
          HelperTrieQuery.CANONICAL_HASH_TRIE,
          sections - 1,
          Bytes.ofUnsignedLong(random.nextLong(sections * ChainSample.SECTION_BLOCKS)),
          0,
          HelperTrieQuery.AUXILIARY_HEADER);
    }
    Bytes bit = Bytes.ofUnsignedShort(random.nextInt(BLOOM_BITS));
    return new HelperTrieQuery(
        HelperTrieQuery.BLOOM_TRIE,
        sections - 1,
        Bytes.concatenate(bit, Bytes.ofUnsignedLong(random.nextLong(sections))),
        0,
        HelperTrieQuery.NO_AUXILIARY);
  }

  private static Bytes32 transaction(ChainSample sample, SplittableRandom random) {
    if (!sample.transactions().isEmpty()) {
      return any(sample.transactions(), random);
    }
    byte[] unknown = new byte[Bytes32.SIZE];
    random.nextBytes(unknown);
    return Bytes32.wrap(unknown);
  }

  private static Bytes name(AccountKey account, boolean byAddress) {
    return byAddress ? account.address() : account.hash();
  }

  private static <T> T any(List<T> items, SplittableRandom random) {
    return items.get(random.nextInt(items.size()));
  }

  private static <T> List<T> listOf(int amount, Supplier<T> source) {
    List<T> items = new ArrayList<>(amount);
    for (int i = 0; i < amount; i++) {
      items.add(source.get());
    }
    return items;
  }
}
