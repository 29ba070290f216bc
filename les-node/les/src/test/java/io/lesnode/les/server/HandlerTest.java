package io.lesnode.les.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.chain.store.ChainSnapshot;
import io.lesnode.chain.trie.MerklePatriciaTrie;
import io.lesnode.les.wire.HashOrNumber;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.les.wire.LesMessage.BlockBodies;
import io.lesnode.les.wire.LesMessage.BlockHeaders;
import io.lesnode.les.wire.LesMessage.Code;
import io.lesnode.les.wire.LesMessage.CodeQuery;
import io.lesnode.les.wire.LesMessage.GetBlockBodies;
import io.lesnode.les.wire.LesMessage.GetBlockHeaders;
import io.lesnode.les.wire.LesMessage.GetCode;
import io.lesnode.les.wire.LesMessage.GetProofsV2;
import io.lesnode.les.wire.LesMessage.GetReceipts;
import io.lesnode.les.wire.LesMessage.ProofQuery;
import io.lesnode.les.wire.LesMessage.ProofsV2;
import io.lesnode.les.wire.LesMessage.Receipts;
import io.lesnode.les.wire.LesMessage.Reply;
import io.lesnode.les.wire.LesMessage.Request;
import io.lesnode.les.wire.LesVersion;
import io.lesnode.primitives.Account;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.EmptyHashes;
import io.lesnode.primitives.crypto.Keccak;
import io.lesnode.primitives.testing.Vectors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The scenarios of geth's handler tests (les/handler_test.go, v1.10.26) on a chain of the vectors,
 * for every LES version. Serving takes no time here, so every reply must tell a full buffer.
 */
class HandlerTest {

  private static final long BUFFER_LIMIT = 96_000_000;
  private static final Bytes32 UNKNOWN =
      Bytes32.wrap(Bytes.wrap(bytes(IntStream.range(0, 32).toArray())));

  @TempDir static Path directory;

  private static ImportedChain chain;
  private static long head;

  private long lastRequestId;

  private static byte[] bytes(int[] values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  @BeforeAll
  static void importChain() {
    chain = new ImportedChain(directory, Vectors.folder("chains").resolve("london-small"));
    head = chain.chain().head().number();
  }

  @AfterAll
  static void closeChain() {
    chain.close();
  }

  private static Bytes32 hash(long number) {
    return chain.chain().store().canonicalHash(number).orElseThrow();
  }

  private static BlockHeader header(long number) {
    return chain.chain().store().header(hash(number)).orElseThrow();
  }

  private SimServer server(boolean archive) {
    return SimServer.of(
        LesServerConfig.of(chain.chain().config().chainId().toLong(), 100, 10),
        new StoredChain(chain.chain(), archive),
        chain.relay(),
        kind -> 0);
  }

  private final class Asking {
    final SimServer server;
    final SimClient client;

    Asking(SimServer server, LesVersion version) {
      this.server = server;
      this.client = new SimClient(server, version, 1).greet();
    }

    <R extends Reply> R ask(Request request, Class<R> kind) {
      client.send(request);
      server.loop.advance(1);
      List<LesMessage> received = client.received();
      assertThat(received).singleElement().isInstanceOf(kind);
      R reply = kind.cast(received.getFirst());
      assertThat(reply.requestId()).isEqualTo(request.requestId());
      assertThat(reply.bufferValue()).isEqualTo(BUFFER_LIMIT);
      return reply;
    }
  }

  private Asking asking(LesVersion version) {
    return new Asking(server(true), version);
  }

  private record HeaderCase(
      HashOrNumber origin, long amount, long skip, boolean reverse, List<Long> expected) {}

  private static List<HeaderCase> headerCases() {
    long middle = 96;
    HashOrNumber atMiddle = HashOrNumber.of(middle);
    return List.of(
        new HeaderCase(HashOrNumber.of(hash(middle)), 1, 0, false, List.of(middle)),
        new HeaderCase(atMiddle, 1, 0, false, List.of(middle)),
        new HeaderCase(atMiddle, 3, 0, false, List.of(middle, middle + 1, middle + 2)),
        new HeaderCase(atMiddle, 3, 0, true, List.of(middle, middle - 1, middle - 2)),
        new HeaderCase(atMiddle, 3, 3, false, List.of(middle, middle + 4, middle + 8)),
        new HeaderCase(atMiddle, 3, 3, true, List.of(middle, middle - 4, middle - 8)),
        new HeaderCase(HashOrNumber.of(0), 1, 0, false, List.of(0L)),
        new HeaderCase(HashOrNumber.of(head), 1, 0, false, List.of(head)),
        new HeaderCase(HashOrNumber.of(head - 4), 3, 3, false, List.of(head - 4, head)),
        new HeaderCase(HashOrNumber.of(4), 3, 3, true, List.of(4L, 0L)),
        new HeaderCase(HashOrNumber.of(head - 4), 3, 2, false, List.of(head - 4, head - 1)),
        new HeaderCase(HashOrNumber.of(4), 3, 2, true, List.of(4L, 1L)),
        new HeaderCase(HashOrNumber.of(UNKNOWN), 1, 0, false, List.of()),
        new HeaderCase(HashOrNumber.of(head + 1), 1, 0, false, List.of()));
  }

  @ParameterizedTest
  @EnumSource(LesVersion.class)
  void headers(LesVersion version) {
    Asking asking = asking(version);
    for (HeaderCase c : headerCases()) {
      BlockHeaders reply =
          asking.ask(
              new GetBlockHeaders(++lastRequestId, c.origin(), c.amount(), c.skip(), c.reverse()),
              BlockHeaders.class);
      assertThat(reply.headers().stream().map(BlockHeader::decode).map(BlockHeader::hash))
          .as(c.toString())
          .containsExactlyElementsOf(c.expected().stream().map(HandlerTest::hash).toList());
    }
  }

  @ParameterizedTest
  @EnumSource(LesVersion.class)
  void bodies(LesVersion version) {
    SplittableRandom random = new SplittableRandom(7);
    List<List<Bytes32>> known = new ArrayList<>();
    for (int count : List.of(1, 10, 32)) {
      Set<Bytes32> hashes = new LinkedHashSet<>();
      while (hashes.size() < count) {
        hashes.add(hash(random.nextLong(head)));
      }
      known.add(List.copyOf(hashes));
    }
    known.add(List.of(hash(0)));
    known.add(List.of(hash(head)));
    known.add(List.of());
    known.add(List.of(hash(1), hash(10), hash(100)));
    for (List<Bytes32> hashes : known) {
      Asking asking = asking(version); // a full bucket for each
      List<Bytes32> asked = new ArrayList<>(hashes);
      if (hashes.size() == 3 || hashes.isEmpty()) {
        for (int i = 0; i <= hashes.size(); i++) {
          asked.add(2 * i, Bytes32.ZERO); // interleaved with what nobody has
        }
      }
      BlockBodies reply = asking.ask(new GetBlockBodies(++lastRequestId, asked), BlockBodies.class);
      assertThat(reply.bodies())
          .isEqualTo(
              hashes.stream()
                  .map(hash -> chain.chain().store().body(hash).orElseThrow().encoded())
                  .toList());
    }
  }

  @ParameterizedTest
  @EnumSource(LesVersion.class)
  void receiptsOfAllBlocks(LesVersion version) {
    for (long from = 0; from <= head; from += 16) {
      List<Bytes32> hashes =
          LongStream.rangeClosed(from, Math.min(head, from + 15))
              .mapToObj(HandlerTest::hash)
              .toList();
      Asking asking = asking(version);
      Receipts reply = asking.ask(new GetReceipts(++lastRequestId, hashes), Receipts.class);
      assertThat(reply.receiptLists())
          .isEqualTo(
              hashes.stream()
                  .map(hash -> chain.chain().store().receiptsBytes(hash).orElse(Bytes.of(0xc0)))
                  .toList());
    }
  }

  private record Contract(Bytes32 accountHash, long deployed, Bytes code) {}

  /** An account that has code at the head, and the first block at which it has it. */
  private static Contract contract() {
    try (ChainSnapshot view = chain.chain().store().snapshot()) {
      List<Bytes32> candidates = new ArrayList<>();
      for (long number = 1; number <= head; number++) {
        chain.chain().store().receipts(hash(number)).stream()
            .flatMap(List::stream)
            .flatMap(receipt -> receipt.logs().stream())
            .map(log -> Keccak.keccak256(log.address().bytes()))
            .forEach(candidates::add);
      }
      for (Bytes32 candidate : candidates) {
        Bytes code = code(view, head, candidate);
        if (code != null) {
          long deployed = head;
          while (deployed > 0 && code(view, deployed - 1, candidate) != null) {
            deployed--;
          }
          if (deployed > 0) {
            return new Contract(candidate, deployed, code);
          }
        }
      }
      throw new AssertionError("no contract that logs was deployed on the chain");
    }
  }

  private static @Nullable Bytes code(ChainSnapshot view, long number, Bytes32 accountHash) {
    Bytes account =
        new MerklePatriciaTrie(view.accountNodes(), header(number).stateRoot()).get(accountHash);
    if (account == null) {
      return null;
    }
    Bytes32 codeHash = Account.decode(account).codeHash();
    return codeHash.equals(EmptyHashes.CODE) ? null : view.code(codeHash);
  }

  @ParameterizedTest
  @EnumSource(LesVersion.class)
  void codeFromItsDeploymentOn(LesVersion version) {
    Contract contract = contract();
    List<CodeQuery> queries =
        LongStream.rangeClosed(contract.deployed() - 2, contract.deployed() + 2)
            .filter(number -> number >= 0 && number <= head)
            .mapToObj(number -> new CodeQuery(hash(number), contract.accountHash()))
            .toList();
    Code reply = asking(version).ask(new GetCode(++lastRequestId, queries), Code.class);
    long expected =
        LongStream.rangeClosed(contract.deployed(), contract.deployed() + 2)
            .filter(number -> number <= head)
            .count();
    assertThat(reply.codes()).hasSize((int) expected).containsOnly(contract.code());
  }

  @ParameterizedTest
  @EnumSource(LesVersion.class)
  void staleStatesAreNotServed(LesVersion version) {
    Contract contract = contract();
    for (long number : List.of(0L, head - 128, head - 127, head)) {
      boolean isFresh = number + 128 > head;
      Asking asking = new Asking(server(false), version);
      ProofsV2 proofs =
          asking.ask(
              new GetProofsV2(
                  ++lastRequestId,
                  List.of(new ProofQuery(hash(number), Bytes.EMPTY, contract.accountHash(), 0))),
              ProofsV2.class);
      assertThat(proofs.nodes().isEmpty()).as("block " + number).isEqualTo(!isFresh);
      Code code =
          asking.ask(
              new GetCode(
                  ++lastRequestId, List.of(new CodeQuery(hash(number), contract.accountHash()))),
              Code.class);
      assertThat(code.codes())
          .as("block " + number)
          .isEqualTo(
              isFresh && number >= contract.deployed() ? List.of(contract.code()) : List.of());
    }
  }

  @ParameterizedTest
  @EnumSource(LesVersion.class)
  void proofsAreOneListWithoutRepetitions(LesVersion version) {
    List<Bytes32> keys = List.of(contract().accountHash(), UNKNOWN, Bytes32.ZERO, hash(1), hash(2));
    List<ProofQuery> queries = new ArrayList<>();
    Set<Bytes> expected = new LinkedHashSet<>();
    try (ChainSnapshot view = chain.chain().store().snapshot()) {
      for (long number = head - 9; number <= head; number++) {
        MerklePatriciaTrie trie =
            new MerklePatriciaTrie(view.accountNodes(), header(number).stateRoot());
        for (Bytes32 key : keys) {
          queries.add(new ProofQuery(hash(number), Bytes.EMPTY, key, 0));
          expected.addAll(trie.prove(key, 0));
        }
      }
    }
    ProofsV2 reply = asking(version).ask(new GetProofsV2(++lastRequestId, queries), ProofsV2.class);
    assertThat(reply.nodes()).containsExactlyElementsOf(expected);
    assertThat(expected).hasSizeGreaterThan(10);
  }
}
