package io.lesnode.les.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.chain.consensus.SealCheck;
import io.lesnode.chain.index.CheckpointEntry;
import io.lesnode.les.client.Retrieval.Retrieved;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.les.wire.LesVersion;
import io.lesnode.primitives.BlockHeader;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Headers below the ones this client has, proven by the hash trie of a trusted section. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class OldHeadersTest {
  private final ServedChain chain = ServedChain.named("section-one", "chain");

  private final ServedSections tries = new ServedSections(chain, TrustedSections.STANDARD);
  private final CheckpointEntry section = tries.entries().getFirst();

  /** A client that has the genesis header and the head, and trusts the section between. */
  private Bench jumped() {
    MemoryStores stores = new MemoryStores();
    AnnouncedHead head = chain.head();
    HeaderChain.Head first = new HeaderChain.Head(chain.header(0), chain.totalDifficulty(0));
    HeaderChain.Head top =
        new HeaderChain.Head(chain.header(head.number()), head.totalDifficulty());
    stores.write(List.of(first, top), List.of(first.header(), top.header()), 1, 0, top);
    Bench bench = new Bench(chain, stores, SealCheck.SKIP);
    bench.engine.trusted().registerTrusted(section);
    return bench;
  }

  private FakeServer server(Bench bench, String name) {
    return bench.server(name).helperTries(tries);
  }

  @Test
  void theRootsAreThoseOfGeth() {
    assertThat(section).isEqualTo(chain.section().orElseThrow());
  }

  @Test
  void headersAreProvenAndKept() {
    Bench bench = jumped();
    FakeServer server = server(bench, "a").connectTo(bench.engine);
    for (long number : new long[] {1, 12_345, 32_767}) {
      assertThat(bench.client.headerAt(number))
          .isEqualTo(new Retrieved<>(Optional.of(chain.header(number))));
      assertThat(bench.client.totalDifficulty(chain.header(number).hash()))
          .contains(chain.totalDifficulty(number));
    }
    int asked = server.received().size();
    assertThat(bench.client.headerAt(12_345).orElseThrow()).contains(chain.header(12_345));
    assertThat(server.received()).hasSize(asked);
  }

  @Test
  void manyHeadersTakeFewRequests() {
    Bench bench = jumped();
    FakeServer server = server(bench, "a").connectTo(bench.engine);
    List<Long> numbers = LongStream.range(0, 100).map(i -> 31 * i).boxed().toList();
    List<VerifiedOldHeader> found = bench.client.headersAt(numbers).orElseThrow();
    List<BlockHeader> expected = numbers.stream().map(chain::header).toList();
    assertThat(found.stream().map(VerifiedOldHeader::header).toList()).isEqualTo(expected);
    // the genesis header is here; 99 others, as many at a time as a third of the credit pays for
    assertThat(helperTrieRequests(server)).isEqualTo(7);
  }

  @Test
  void aboveTheHeadThereIsNothing() {
    Bench bench = jumped();
    assertThat(bench.client.headerAt(chain.headNumber() + 1).orElseThrow()).isEmpty();
    assertThat(bench.client.headerAt(-1).orElseThrow()).isEmpty();
  }

  @Test
  void aHeaderBetweenSectionAndOwnChainIsUnknownAndSaysSo() {
    Bench bench = jumped();
    server(bench, "a").connectTo(bench.engine);
    assertThat(bench.client.headerAt(32_768))
        .isEqualTo(
            new Retrieval.Failed<>(new RetrievalFailure.UnknownBlock("header 32768", "32768")));
  }

  @Test
  void aServerThatIsNotFarEnoughIsNotAsked() {
    Bench bench = jumped();
    ServedChain shorter = chain.upTo(32_768 + 2000);
    FakeServer server =
        bench.server("short", shorter, LesVersion.LES4).helperTries(tries).connectTo(bench.engine);
    Retrieval<Optional<BlockHeader>> answer = bench.client.headerAt(5);
    assertThat(answer).isInstanceOf(Retrieval.Failed.class);
    assertThat(((Retrieval.Failed<Optional<BlockHeader>>) answer).failure())
        .isInstanceOf(RetrievalFailure.NotServed.class);
    assertThat(helperTrieRequests(server)).isZero();
  }

  @Test
  void aLiarIsDroppedAndTheNextServerAsked() {
    Bench bench = jumped();
    FakeServer liar =
        server(bench, "liar")
            .script(
                (request, honest) ->
                    honest instanceof LesMessage.HelperTrieProofs proofs
                        ? new LesMessage.HelperTrieProofs(
                            proofs.requestId(),
                            proofs.bufferValue(),
                            proofs.nodes(),
                            List.of(chain.header(78).encoded()))
                        : honest);
    liar.connectTo(bench.engine);
    bench.loop.runFor(Bench.SECOND);
    FakeServer silent = server(bench, "silent");
    silent.script(
        (request, honest) -> honest instanceof LesMessage.HelperTrieProofs ? null : honest);
    silent.connectTo(bench.engine);
    FakeServer honest = server(bench, "honest").connectTo(bench.engine);
    for (long number = 50; number < 60; number++) {
      assertThat(bench.client.headerAt(number).orElseThrow()).contains(chain.header(number));
    }
    assertThat(helperTrieRequests(honest)).isPositive();
    assertThat(helperTrieRequests(liar)).isLessThan(2);
    assertThat(liar.isConnected()).isEqualTo(helperTrieRequests(liar) == 0);
  }

  private static long helperTrieRequests(FakeServer server) {
    return server.received().stream()
        .filter(LesMessage.GetHelperTrieProofs.class::isInstance)
        .count();
  }
}
