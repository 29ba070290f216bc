package io.lesnode.benchmarks.codec;

import io.lesnode.les.wire.HashOrNumber;
import io.lesnode.les.wire.KeyValues;
import io.lesnode.les.wire.LesCodec;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.les.wire.LesVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Every message of LES, written and read strictly. Items of replies are raw RLP of the usual sizes:
 * headers of 540 bytes, bodies of 1,000, receipts of 700, trie nodes of 532, codes of 6,000. The
 * limit of writing is copying them once; a reader cuts slices.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class MessageBenchmark {
  private static final LesVersion VERSION = LesVersion.LES4;
  private static final Bytes32 HASH = Bytes32.repeat((byte) 7);

  /** A message. */
  public enum Kind {
    /** A new head with its total difficulty. */
    ANNOUNCE(new LesMessage.Announce(HASH, 15_000_000, td(), 0, KeyValues.EMPTY)),
    /** Asks for a stretch of headers. */
    GET_HEADERS(
        new LesMessage.GetBlockHeaders(1, new HashOrNumber.OfNumber(1_000_000), 192, 0, false)),
    /** One header. */
    HEADER(new LesMessage.BlockHeaders(1, 1, items(1, 540))),
    /** As many headers as fit into a request. */
    HEADERS_192(new LesMessage.BlockHeaders(1, 1, items(192, 540))),
    /** Asks for bodies by hash. */
    GET_BODIES_32(new LesMessage.GetBlockBodies(1, hashes(32))),
    /** Bodies. */
    BODIES_32(new LesMessage.BlockBodies(1, 1, items(32, 1_000))),
    /** Asks for receipts by hash. */
    GET_RECEIPTS_32(new LesMessage.GetReceipts(1, hashes(32))),
    /** Receipts. */
    RECEIPTS_32(new LesMessage.Receipts(1, 1, items(32, 700))),
    /** Asks for one contract's code. */
    GET_CODE(new LesMessage.GetCode(1, List.of(new LesMessage.CodeQuery(HASH, HASH)))),
    /** A contract's code. */
    CODE(new LesMessage.Code(1, 1, List.of(random(6_000)))),
    /** Asks for one account. */
    GET_PROOF(new LesMessage.GetProofsV2(1, proofs(1))),
    /** Asks for many accounts. */
    GET_PROOFS_64(new LesMessage.GetProofsV2(1, proofs(64))),
    /** The nodes that prove one account of a large state. */
    PROOF(new LesMessage.ProofsV2(1, 1, items(8, 532))),
    /** The nodes that prove many accounts. */
    PROOFS_64(new LesMessage.ProofsV2(1, 1, items(300, 532))),
    /** Asks for a header by its number. */
    GET_CHT(
        new LesMessage.GetHelperTrieProofs(
            1, List.of(new LesMessage.HelperTrieQuery(0, 400, Bytes.ofUnsignedLong(9), 0, 2)))),
    /** A header and the nodes that prove it. */
    CHT(new LesMessage.HelperTrieProofs(1, 1, items(6, 400), List.of(item(540)))),
    /** Asks for the status of one transaction. */
    GET_TX_STATUS(new LesMessage.GetTxStatus(1, hashes(1)));

    @SuppressWarnings("ImmutableEnumChecker") // messages are values; the checker cannot know it
    private final LesMessage message;

    Kind(LesMessage message) {
      this.message = message;
    }
  }

  @Param Kind kind = Kind.HEADER;

  private LesMessage message = Kind.HEADER.message;
  private Bytes payload = Bytes.EMPTY;

  @Setup
  public void write() {
    message = kind.message;
    payload = LesCodec.encode(message);
  }

  /** Record to payload. */
  @Benchmark
  public Bytes encode() {
    return LesCodec.encode(message);
  }

  /** Payload to record. */
  @Benchmark
  public LesMessage decode() {
    return LesCodec.decode(VERSION, message.code(), payload);
  }

  private static UInt256 td() {
    return UInt256.fromHexString("0xc70d815d562d3cfa955");
  }

  private static List<LesMessage.ProofQuery> proofs(int count) {
    return listOf(
        count, i -> new LesMessage.ProofQuery(HASH, Bytes.EMPTY, Bytes32.leftPad(Bytes.of(i)), 0));
  }

  private static List<Bytes32> hashes(int count) {
    return listOf(count, i -> Bytes32.leftPad(Bytes.of(i)));
  }

  private static List<Bytes> items(int count, int sizeBytes) {
    return listOf(count, i -> item(sizeBytes));
  }

  /** A list with one string, of so many bytes in all. */
  private static Bytes item(int sizeBytes) {
    int content = sizeBytes - 6;
    return Bytes.concatenate(
        Bytes.of(0xf9, (content + 3) >> 8, (content + 3) & 0xff),
        Bytes.of(0xb9, content >> 8, content & 0xff),
        random(content));
  }

  private static Bytes random(int sizeBytes) {
    byte[] bytes = new byte[sizeBytes];
    new Random(sizeBytes).nextBytes(bytes);
    return Bytes.wrap(bytes);
  }

  private static <T> List<T> listOf(int count, IntFunction<T> item) {
    List<T> list = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      list.add(item.apply(i));
    }
    return list;
  }
}
