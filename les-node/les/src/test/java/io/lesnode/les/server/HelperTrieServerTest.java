package io.lesnode.les.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.chain.index.BitCompression;
import io.lesnode.chain.index.CheckpointEntry;
import io.lesnode.chain.index.Checkpoints;
import io.lesnode.chain.index.Sections;
import io.lesnode.chain.trie.ProofNodeSource;
import io.lesnode.chain.trie.ProofOutcome;
import io.lesnode.chain.trie.ProofVerifier;
import io.lesnode.les.wire.LesCodec;
import io.lesnode.les.wire.LesMessage.HelperTrieProofs;
import io.lesnode.les.wire.LesMessage.HelperTrieQuery;
import io.lesnode.les.wire.LesVersion;
import io.lesnode.primitives.Block;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.rlp.RlpReader;
import io.lesnode.primitives.testing.Vectors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.rlp.RLP;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Helper tries of sections of 128 blocks, served and verified as a light client does (geth
 * TestGetCHTProofs and TestGetBloombitsProofs, for every section instead of one), and requests that
 * are none.
 */
class HelperTrieServerTest {
  private static final StopSignal NEVER = () -> false;
  private static final int SECTION = 128;
  private static final Sections SECTIONS = new Sections(SECTION, 1);

  @TempDir Path directory;
  private TestChain chain;
  private Checkpoints checkpoints;
  private List<Block> blocks;
  private int sections;

  @BeforeEach
  void index() {
    Path folder = Vectors.folder("chains/london-small");
    blocks =
        TestChain.blocks(
            Stream.of("chain.rlp", "chain.rlp.gz")
                .map(folder::resolve)
                .filter(Files::exists)
                .findFirst()
                .orElseThrow());
    chain = new TestChain(directory, folder.resolve("genesis.json"), SECTIONS);
    chain.add(blocks);
    checkpoints = chain.index();
    sections = Math.toIntExact(SECTIONS.confirmed(blocks.size()));
    assertThat(sections).isGreaterThan(1);
  }

  @AfterEach
  void close() {
    chain.close();
  }

  @Test
  void provesTheHeadersOfEverySection() {
    for (int section = 0; section < sections; section++) {
      for (long number : new long[] {0, 1, SECTIONS.last(section) - 1, SECTIONS.last(section)}) {
        HelperTrieProofs reply = serve(cht(section, number));
        BlockHeader header = BlockHeader.decode(reply.auxiliary().getFirst());
        Bytes value =
            proven(checkpoint(section).chtRoot(), Bytes.ofUnsignedLong(number), reply.nodes());
        assertThat(reply.auxiliary()).hasSize(1);
        assertThat(header.number()).isEqualTo(number);
        Bytes32 hash =
            RlpReader.decode(value, reader -> reader.readList(HelperTrieServerTest::hashOf));
        assertThat(hash).isEqualTo(header.hash());
      }
    }
  }

  private static Bytes32 hashOf(RlpReader list) {
    Bytes32 hash = list.readBytes32();
    list.skip();
    return hash;
  }

  @Test
  void provesAllBloomBitsOfEverySection() {
    for (int section = 0; section < sections; section++) {
      for (int bit = 0; bit < 2048; bit++) {
        Bytes key = bloomKey(bit, section);
        HelperTrieProofs reply = serve(new HelperTrieQuery(1, section, key, 0, 0));
        assertThat(reply.auxiliary()).isEmpty();
        Bytes value = proven(checkpoint(section).bloomRoot(), key, reply.nodes());
        byte[] vector = BitCompression.decompress(value.toArrayUnsafe(), SECTION / 8);
        for (int i = 0; i < SECTION; i++) {
          assertThat((vector[i / 8] >> (7 - i % 8)) & 1)
              .as("bit %s of block %s of section %s", bit, i, section)
              .isEqualTo(bloomBit(SECTION * section + i, bit));
        }
      }
    }
  }

  private int bloomBit(int number, int bit) {
    BlockHeader header = number == 0 ? chain.genesisHeader() : blocks.get(number - 1).header();
    return (header.logsBloom().bytes().get(255 - bit / 8) >> (bit % 8)) & 1;
  }

  @Test
  void aNodeIsSentOnceAndInOrder() {
    HelperTrieProofs both = serve(cht(1, 3), cht(1, 4), new HelperTrieQuery(1, 1, bit9(), 0, 0));
    List<Bytes> expected = new ArrayList<>();
    for (HelperTrieQuery query :
        List.of(cht(1, 3), cht(1, 4), new HelperTrieQuery(1, 1, bit9(), 0, 0))) {
      serve(query).nodes().stream().filter(node -> !expected.contains(node)).forEach(expected::add);
    }
    assertThat(both.nodes()).isEqualTo(expected);
    assertThat(both.auxiliary()).hasSize(2);
  }

  @Test
  void levelsAndAbsentKeys() {
    List<Bytes> whole = serve(cht(1, 3)).nodes();
    for (int level = 0; level < 20; level++) {
      HelperTrieQuery query = new HelperTrieQuery(0, 1, Bytes.ofUnsignedLong(3), level, 0);
      assertThat(whole).endsWith(serve(query).nodes().toArray(Bytes[]::new));
    }
    for (long level : new long[] {Integer.MAX_VALUE, Long.MAX_VALUE, Long.MIN_VALUE, -1}) {
      assertThat(serve(new HelperTrieQuery(0, 1, Bytes.ofUnsignedLong(3), level, 0)).nodes())
          .isEmpty();
    }
    for (Bytes key :
        List.of(
            Bytes.EMPTY,
            Bytes.of(0),
            Bytes.ofUnsignedLong(-1),
            Bytes.wrap(new byte[9]),
            Bytes.wrap(new byte[100_000]),
            Bytes32.ZERO)) {
      for (long type : new long[] {0, 1}) {
        HelperTrieProofs reply = serve(new HelperTrieQuery(type, 0, key, 0, 2));
        Bytes32 root = type == 0 ? checkpoint(0).chtRoot() : checkpoint(0).bloomRoot();
        assertThat(ProofVerifier.verify(root, key, new ProofNodeSource(reply.nodes())))
            .isInstanceOf(ProofOutcome.Excluded.class);
        // geth sends the encoding of no header for a number that it does not have
        assertThat(reply.auxiliary())
            .isEqualTo(type == 0 && key.size() == 8 ? List.of(Bytes.of(0xc0)) : List.of());
      }
    }
  }

  @Test
  void otherAuxiliaryDataIsNotSent() {
    for (long auxiliary : new long[] {0, 1, 3, -1}) {
      assertThat(
              serve(new HelperTrieQuery(0, 0, Bytes.ofUnsignedLong(3), 0, auxiliary)).auxiliary())
          .isEmpty();
    }
  }

  @Test
  void whatIsNotHereIsAnsweredEmpty() {
    for (HelperTrieQuery query :
        List.of(
            cht(sections, 0),
            cht(-1, 0),
            cht(Long.MAX_VALUE, 0),
            cht(Long.MAX_VALUE / SECTION, 0),
            new HelperTrieQuery(1, sections, bit9(), 0, 0),
            new HelperTrieQuery(2, 0, bit9(), 0, 0),
            new HelperTrieQuery(-1, 0, bit9(), 0, 0))) {
      for (List<HelperTrieQuery> queries :
          List.of(
              List.of(query),
              List.of(cht(0, 1), query),
              List.of(query, cht(0, 1)),
              Collections.nCopies(64, query))) {
        HelperTrieProofs reply = serve(queries.toArray(HelperTrieQuery[]::new));
        assertThat(reply.nodes()).isEmpty();
        assertThat(reply.auxiliary()).isEmpty();
      }
    }
  }

  /** No request of 64 items gets there with headers of usual size; the bound holds all the same. */
  @Test
  void aReplyStopsGrowingAtTwoMebibytes() {
    int headerBytes = chain.headHeader().encoded().size();
    List<HelperTrieQuery> many =
        Collections.nCopies((3 << 20) / headerBytes, cht(0, chain.headHeader().number()));
    try (ServedView view = chain.openView()) {
      Bytes body = new HelperTrieServer(view, NEVER).collect(many);
      assertThat(body).isNotNull();
      // beside the headers only a few nodes, and three bytes before each header
      assertThat(body.size()).isBetween(2 << 20, (2 << 20) + (2 << 20) * 4 / headerBytes);
    }
  }

  @Test
  void aStoppedRequestHasNoAnswer() {
    try (ServedView view = chain.openView()) {
      HelperTrieServer server = new HelperTrieServer(view, () -> true);
      assertThat(server.collect(List.of(cht(0, 1), cht(0, 2)))).isNull();
      assertThat(new HelperTrieServer(view, () -> true).collect(List.of(cht(0, 1)))).isNotNull();
    }
  }

  private CheckpointEntry checkpoint(long section) {
    return checkpoints.get(section).orElseThrow();
  }

  private static HelperTrieQuery cht(long section, long number) {
    return new HelperTrieQuery(0, section, Bytes.ofUnsignedLong(number), 0, 2);
  }

  private static Bytes bloomKey(int bit, long section) {
    return Bytes.concatenate(Bytes.ofUnsignedShort(bit), Bytes.ofUnsignedLong(section));
  }

  private static Bytes bit9() {
    return bloomKey(9, 1);
  }

  /** The value, or nothing where the proof is of absence; every node must be needed. */
  private static Bytes proven(Bytes32 root, Bytes key, List<Bytes> nodes) {
    ProofOutcome outcome = ProofVerifier.verify(root, key, new ProofNodeSource(nodes));
    return switch (outcome) {
      case ProofOutcome.Included included -> {
        assertThat(included.nodesUsed()).hasSameSizeAs(nodes);
        yield included.value();
      }
      case ProofOutcome.Excluded excluded -> {
        assertThat(excluded.nodesUsed()).hasSameSizeAs(nodes);
        yield Bytes.EMPTY;
      }
      case ProofOutcome.Invalid invalid -> throw new AssertionError(invalid.reason());
    };
  }

  private HelperTrieProofs serve(HelperTrieQuery... queries) {
    try (ServedView view = chain.openView()) {
      Bytes body = new HelperTrieServer(view, NEVER).collect(List.of(queries));
      assertThat(body).isNotNull();
      Bytes message =
          RLP.encodeList(
              list -> {
                list.writeInt(7);
                list.writeInt(8);
                list.writeRLP(body);
              });
      return (HelperTrieProofs) LesCodec.decode(LesVersion.LES4, HelperTrieProofs.CODE, message);
    }
  }
}
