package io.lesnode.les.client;

import static io.lesnode.les.client.Bench.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.chain.consensus.SealCheck;
import io.lesnode.les.client.Retrieval.Failed;
import io.lesnode.les.client.Retrieval.Retrieved;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.les.wire.LesMessage.TxLookup;
import io.lesnode.les.wire.LesMessage.TxStatusEntry;
import io.lesnode.les.wire.LesVersion;
import io.lesnode.primitives.Account;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.BlockBody;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.Transaction;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Servers that lie, stay silent or send garbage: never a wrong answer, the liar goes, an honest
 * second server is used, and the caller is told when nobody is left.
 */
final class LyingServerTest {
  private final ServedChain chain = ServedChain.named("london-small", "chain");
  private final Address funded = fundedAddress();

  // ---- headers

  @Test
  void wrongHeadersNeverEnterTheChain() {
    Map<String, UnaryOperator<List<Bytes>>> lies = new LinkedHashMap<>();
    lies.put("one header of another block", headers -> replaced(headers, 5, headers.get(7)));
    lies.put("a changed gas limit", headers -> replaced(headers, 5, changed(headers.get(5))));
    lies.put("swapped headers", headers -> swapped(headers, 3, 4));
    lies.put("one header too many", headers -> appended(headers, headers.getFirst()));
    lies.put("garbage", headers -> replaced(headers, 0, Bytes.fromHexString("0xc20102")));
    lies.put("reversed", List::reversed);
    lies.forEach(
        (name, lie) -> {
          Bench bench = new Bench(chain);
          FakeServer liar = bench.server("liar").script(onHeaders(lie));
          liar.connectTo(bench.engine);
          bench.loop.runFor(60 * SECOND);
          assertThat(bench.client.head().number()).as(name).isZero();
          assertThat(liar.isConnected()).as(name).isFalse();
          assertThat(bench.client.status()).as(name).isInstanceOf(SyncStatus.Refused.class);

          bench.server("honest").connectTo(bench.engine);
          bench.runUntilHead(chain.head());
        });
  }

  @Test
  void aBadSealIsFoundAtOnceNearTheHead() {
    ServedChain real = ServedChain.named("ethash-real", "chain");
    Bench bench = new Bench(real, new MemoryStores(), SealCheck.FULL);
    // a valid link, but no work: the last header with another nonce, announced by its own hash
    BlockHeader head = real.header(real.headNumber());
    BlockHeader forged = head.toBuilder().nonce(head.nonce() + 1).build();
    FakeServer liar =
        bench
            .server("liar", real, LesVersion.LES4)
            .script(
                onHeaders(
                    headers ->
                        headers.stream()
                            .map(h -> h.equals(head.encoded()) ? forged.encoded() : h)
                            .toList()));
    liar.connectTo(bench.engine);
    bench.loop.runFor(60 * SECOND);

    assertThat(bench.client.header(forged.hash())).isEmpty();
    assertThat(liar.isConnected()).isFalse();
  }

  @Test
  void aServerWithoutTheHeadersItClaimsIsGivenUp() {
    Bench bench = new Bench(chain);
    FakeServer empty = bench.server("empty").script(onHeaders(headers -> List.of()));
    empty.connectTo(bench.engine);
    bench.loop.runFor(60 * SECOND);
    assertThat(empty.isConnected()).isFalse();

    bench.server("honest").connectTo(bench.engine);
    bench.runUntilHead(chain.head());
  }

  @Test
  void aWrongTotalDifficultyIsALie() {
    Bench bench = new Bench(chain);
    FakeServer server = bench.server("boaster", chain.upTo(50), LesVersion.LES4);
    server.connectTo(bench.engine);
    bench.runUntilHead(chain.upTo(50).head());
    AnnouncedHead next = chain.upTo(51).head();
    server.serve(chain.upTo(51));

    server.announce(
        new AnnouncedHead(next.hash(), 51, next.totalDifficulty().add(UInt256.valueOf(1000))), 0);
    bench.loop.runFor(SECOND);

    assertThat(server.isConnected()).isFalse();
  }

  @Test
  void announcementsMustGrow() {
    Bench bench = new Bench(chain);
    FakeServer server = bench.server("repeating");
    server.connectTo(bench.engine);
    bench.runUntilHead(chain.head());

    server.announce(chain.head(), 0);
    bench.loop.runFor(SECOND);

    assertThat(server.isConnected()).isFalse();
  }

  // ---- state, bodies, transactions

  @Test
  void wrongProofsAreRefused() {
    Map<String, UnaryOperator<List<Bytes>>> lies = new LinkedHashMap<>();
    lies.put("a missing node", nodes -> nodes.subList(0, nodes.size() - 1));
    lies.put("no root", nodes -> nodes.subList(1, nodes.size()));
    lies.put("a useless node", nodes -> appended(nodes, Bytes.fromHexString("0xc20102")));
    lies.put("a changed node", nodes -> replaced(nodes, 0, flipped(nodes.getFirst())));
    lies.put("garbage", nodes -> List.of(Bytes.fromHexString("0xc20102")));
    lies.put("another account's proof", nodes -> otherAccountProof());
    lies.forEach(
        (name, lie) -> {
          FakeServer.Script script =
              (request, honest) ->
                  honest instanceof LesMessage.ProofsV2 p
                      ? new LesMessage.ProofsV2(
                          p.requestId(), p.bufferValue(), lie.apply(p.nodes()))
                      : honest;
          Account expected = genesisAccount();
          assertDefeated(
              name,
              script,
              bench -> bench.client.account(bench.client.genesis(), funded),
              Optional.of(expected));
        });
  }

  @Test
  void wrongBodiesAreRefused() {
    BlockHeader header = firstWithTransactions();
    BlockBody right = chain.body((int) header.number());
    Map<String, UnaryOperator<List<Bytes>>> lies = new LinkedHashMap<>();
    lies.put("another body", bodies -> List.of(BlockBody.EMPTY.encoded()));
    lies.put("two bodies", bodies -> appended(bodies, bodies.getFirst()));
    lies.put("garbage", bodies -> List.of(Bytes.fromHexString("0xc3010203")));
    lies.put("no body", bodies -> List.of());
    lies.put(
        "a transaction less",
        bodies ->
            List.of(
                new BlockBody(
                        right.transactions().subList(1, right.transactions().size()),
                        right.ommers(),
                        null)
                    .encoded()));
    lies.forEach(
        (name, lie) ->
            assertDefeated(
                name,
                (request, honest) ->
                    honest instanceof LesMessage.BlockBodies b
                        ? new LesMessage.BlockBodies(
                            b.requestId(), b.bufferValue(), lie.apply(b.bodies()))
                        : honest,
                bench -> bench.client.body(header),
                right));
  }

  @Test
  void aTransactionIsNotWhereALiarPutsIt() {
    BlockHeader header = firstWithTransactions();
    Transaction transaction = chain.body((int) header.number()).transactions().getFirst();
    FakeServer.Script script =
        (request, honest) ->
            honest instanceof LesMessage.TxStatus s
                ? new LesMessage.TxStatus(
                    s.requestId(),
                    s.bufferValue(),
                    List.of(
                        new TxStatusEntry(
                            TxStatusEntry.INCLUDED,
                            new TxLookup(header.hash(), header.number(), 1_000),
                            "")))
                : honest;
    assertDefeated(
        "a wrong index",
        script,
        bench ->
            bench.client.transaction(transaction.hash()).map(found -> found.map(t -> t.index())),
        Optional.of(0));
  }

  @Test
  void aMessageOfAnotherKindOrNoneAtAllIsSurvived() {
    Map<String, FakeServer.Script> lies = new LinkedHashMap<>();
    lies.put(
        "a reply of another kind",
        (request, honest) ->
            honest instanceof LesMessage.ProofsV2 p
                ? new LesMessage.Code(p.requestId(), p.bufferValue(), List.of())
                : honest);
    lies.put("silence", (request, honest) -> honest instanceof LesMessage.ProofsV2 ? null : honest);
    lies.forEach(
        (name, script) ->
            assertDefeated(
                name,
                script,
                bench -> bench.client.account(bench.client.genesis(), funded),
                Optional.of(genesisAccount())));
  }

  @Test
  void stopVoidsTheQuestionsAndResumeRepeatsThem() {
    Bench bench = new Bench(chain);
    boolean[] stopped = new boolean[1];
    FakeServer server = bench.server("stopping");
    server.script(
        (request, honest) -> {
          if (honest instanceof LesMessage.ProofsV2 && !stopped[0]) {
            stopped[0] = true;
            bench.loop.schedule(
                SECOND, () -> server.send(new LesMessage.Resume(FakeServer.BUFFER_LIMIT / 2)));
            return new LesMessage.Stop();
          }
          return honest;
        });
    server.connectTo(bench.engine);
    bench.runUntilHead(chain.head());

    Retrieval<Optional<Account>> answer = bench.client.account(bench.client.genesis(), funded);

    assertThat(stopped[0]).isTrue();
    assertThat(answer).isEqualTo(new Retrieved<>(Optional.of(genesisAccount())));
    assertThat(server.isConnected()).isTrue();
  }

  @Test
  void withoutAnyServerTheCallerIsTold() {
    Bench bench = new Bench(chain);
    assertThat(bench.client.account(bench.client.genesis(), funded))
        .isInstanceOfSatisfying(
            Failed.class,
            failed -> assertThat(failed.failure()).isInstanceOf(RetrievalFailure.NoServer.class));
  }

  /**
   * With the liar alone the caller gets a failure and the liar goes (or, for a mere lack of data,
   * stays); with an honest server besides, the right answer, whichever is asked first.
   */
  private <T> void assertDefeated(
      String name, FakeServer.Script script, Function<Bench, Retrieval<T>> question, T right) {
    Bench alone = new Bench(chain);
    FakeServer liar = alone.server("liar").script(script);
    liar.connectTo(alone.engine);
    alone.runUntilHead(chain.head());
    Retrieval<T> answer = question.apply(alone);
    assertThat(answer).as(name).isInstanceOf(Failed.class);
    if (!name.startsWith("no ")) {
      alone.loop.runFor(SECOND);
      assertThat(liar.isConnected()).as(name).isFalse();
    }

    for (int round = 0; round < 4; round++) {
      Bench both = new Bench(chain);
      both.server("liar").script(script).connectTo(both.engine);
      FakeServer honest = both.server("honest");
      honest.connectTo(both.engine);
      both.runUntilHead(chain.head());
      both.loop.runFor(round * SECOND);
      assertThat(question.apply(both)).as(name).isEqualTo(new Retrieved<>(right));
      assertThat(honest.isConnected()).as(name).isTrue();
    }
  }

  private static FakeServer.Script onHeaders(UnaryOperator<List<Bytes>> lie) {
    return (request, honest) ->
        honest instanceof LesMessage.BlockHeaders h
            ? new LesMessage.BlockHeaders(h.requestId(), h.bufferValue(), lie.apply(h.headers()))
            : honest;
  }

  private static List<Bytes> replaced(List<Bytes> items, int index, Bytes item) {
    List<Bytes> changed = new ArrayList<>(items);
    changed.set(Math.min(index, items.size() - 1), item);
    return changed;
  }

  private static List<Bytes> swapped(List<Bytes> items, int first, int second) {
    return replaced(replaced(items, first, items.get(second)), second, items.get(first));
  }

  private static List<Bytes> appended(List<Bytes> items, Bytes item) {
    List<Bytes> longer = new ArrayList<>(items);
    longer.add(item);
    return longer;
  }

  private static Bytes changed(Bytes header) {
    BlockHeader decoded = BlockHeader.decode(header);
    return decoded.toBuilder().gasLimit(decoded.gasLimit() + 1).build().encoded();
  }

  /** The node with one bit of its last byte flipped; still one RLP item. */
  private static Bytes flipped(Bytes node) {
    byte[] bytes = node.toArray();
    bytes[bytes.length - 5] ^= 1;
    return Bytes.wrap(bytes);
  }

  private List<Bytes> otherAccountProof() {
    Address other =
        chain.genesis().alloc().keySet().stream()
            .filter(address -> !address.equals(funded))
            .findFirst()
            .orElseThrow();
    return chain.proveAtGenesis(Bytes.EMPTY, other.hash());
  }

  private Account genesisAccount() {
    Bytes encoded = GenesisRoot.stateTrie(chain.genesis()).get(funded.bytes());
    return Account.decode(required(encoded));
  }

  private static Bytes required(@Nullable Bytes value) {
    if (value == null) {
      throw new AssertionError("no such account");
    }
    return value;
  }

  private Address fundedAddress() {
    return chain.genesis().alloc().keySet().iterator().next();
  }

  private BlockHeader firstWithTransactions() {
    for (long number = 1; number <= chain.headNumber(); number++) {
      if (chain.body((int) number).transactions().size() > 1) {
        return chain.header(number);
      }
    }
    throw new AssertionError("no transactions in " + chain.name());
  }
}
