package io.lesnode.les.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.flowcontrol.cost.RequestKind;
import io.lesnode.les.client.access.KnownState;
import io.lesnode.les.client.access.StateItem;
import io.lesnode.les.wire.LesVersion;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.BlockBody;
import io.lesnode.primitives.BlockHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.apache.tuweni.bytes.Bytes32;
import org.junit.jupiter.api.Test;

/**
 * The credit of a server is never overrun: the scripted server fails the test if a request costs
 * more than its bucket holds, whatever mixture of sync and questions a seed makes.
 */
final class CreditTest {

  @Test
  void aSyncTogetherWithManyQuestionsNeverOverrunsAServer() {
    ServedChain chain = ServedChain.named("london-small", "chain");
    for (long seed = 1; seed <= 5; seed++) {
      Bench bench = new Bench(chain);
      FakeServer first = bench.server("first");
      FakeServer second = bench.server("second", chain, LesVersion.LES3);
      first.connectTo(bench.engine);
      if (seed % 2 == 0) {
        second.connectTo(bench.engine);
      }
      Random random = new Random(seed);
      List<CompletableFuture<Retrieval<BlockBody>>> bodies = new ArrayList<>();
      List<CompletableFuture<Retrieval<KnownState>>> states = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        BlockHeader header = chain.header(1 + random.nextInt((int) chain.headNumber()));
        bodies.add(bench.engine.onDemand().body(header));
        List<StateItem> items = new ArrayList<>();
        for (int k = random.nextInt(8); k >= 0; k--) {
          items.add(
              new StateItem.OfAccount(
                  Address.of(Bytes32.random(random).slice(0, Address.ZERO.bytes().size()))));
        }
        states.add(bench.engine.proofs().fetch(chain.header(0), new KnownState(), items));
      }

      bench.runUntilHead(chain.head());
      bench.loop.runUntil(
          () ->
              bodies.stream().allMatch(CompletableFuture::isDone)
                  && states.stream().allMatch(CompletableFuture::isDone),
          600 * Bench.SECOND);

      assertThat(bodies.stream().filter(f -> f.join() instanceof Retrieval.Failed)).isEmpty();
      assertThat(states.stream().filter(f -> f.join() instanceof Retrieval.Failed)).isEmpty();
      assertThat(first.isConnected()).isTrue();
    }
  }

  @Test
  void batchesAreBoundedByTheCreditLimit() {
    ServedChain chain = ServedChain.named("london-small", "chain");
    Bench bench = new Bench(chain);
    bench.server("default").connectTo(bench.engine);
    bench.runUntilHead(chain.head());
    ServerPeer server = bench.engine.servers().usable().getFirst();

    // what geth's default free slot can never accept in full (les.md section 10, 4)
    assertThat(server.maxItems(RequestKind.RECEIPTS)).isEqualTo(48);
    assertThat(server.maxItems(RequestKind.HELPER_TRIE_PROOFS)).isEqualTo(48);
    assertThat(server.maxItems(RequestKind.TX_STATUS)).isEqualTo(192);
    assertThat(server.maxItems(RequestKind.HEADERS)).isEqualTo(192);
    assertThat(server.maxItems(RequestKind.PROOFS)).isEqualTo(64);
  }
}
