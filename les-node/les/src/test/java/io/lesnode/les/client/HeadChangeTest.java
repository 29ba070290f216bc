package io.lesnode.les.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.chain.blocks.Subscription;
import io.lesnode.les.wire.LesVersion;
import io.lesnode.primitives.BlockHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What listeners hear of the head. */
final class HeadChangeTest {

  @Test
  void theChangesOfASynchronisationAddUpToTheChain() {
    ServedChain chain = ServedChain.named("london-small", "chain");
    Bench bench = new Bench(chain);
    List<HeadChange> changes = new ArrayList<>();
    bench.client.onHead(changes::add);
    bench.server("honest").connectTo(bench.engine);
    bench.runUntilHead(chain.head());
    bench.loop.runFor(Bench.SECOND);

    assertThat(changes).allMatch(change -> change.isComplete() && !change.isReorg());
    assertThat(changes.stream().flatMap(change -> change.adopted().stream()))
        .containsExactlyElementsOf(headers(chain, 1, chain.headNumber()));
    assertThat(changes).allMatch(change -> change.adopted().getLast().equals(change.head()));
  }

  @Test
  void aReorganisationNamesBothBranchesUpwards() {
    ServedChain a = ServedChain.named("reorg", "chain-a");
    ServedChain b = ServedChain.named("reorg", "chain-b");
    Bench bench = new Bench(a);
    FakeServer server = bench.server("honest");
    server.connectTo(bench.engine);
    bench.runUntilHead(a.head());
    bench.loop.runFor(Bench.SECOND);
    long ancestor = 0;
    while (a.header(ancestor + 1).equals(b.header(ancestor + 1))) {
      ancestor++;
    }
    List<HeadChange> changes = new ArrayList<>();
    bench.client.onHead(changes::add);

    server.announce(b, a.headNumber() - ancestor);
    bench.runUntilHead(b.head());
    bench.loop.runFor(Bench.SECOND);

    assertThat(changes.getFirst().retracted())
        .isNotEmpty()
        .containsExactlyElementsOf(headers(a, ancestor + 1, a.headNumber()));
    assertThat(changes.stream().flatMap(change -> change.adopted().stream()))
        .containsExactlyElementsOf(headers(b, ancestor + 1, b.headNumber()));
    assertThat(changes.stream().skip(1)).noneMatch(HeadChange::isReorg);
  }

  @Test
  void aClosedListenerHearsNothingMore() {
    ServedChain chain = ServedChain.named("london-small", "chain");
    Bench bench = new Bench(chain);
    FakeServer server = bench.server("honest", chain.upTo(10), LesVersion.LES4);
    List<HeadChange> changes = new ArrayList<>();
    Subscription listening = bench.client.onHead(changes::add);
    server.connectTo(bench.engine);
    bench.runUntilHead(chain.upTo(10).head());
    bench.loop.runFor(Bench.SECOND);
    int heard = changes.size();
    assertThat(heard).isPositive();

    listening.close();
    server.announce(chain.upTo(12), 0);
    bench.runUntilHead(chain.upTo(12).head());
    bench.loop.runFor(Bench.SECOND);

    assertThat(changes).hasSize(heard);
  }

  @Test
  void ofALongBranchTheNewestHeadersAreListedAndTheOthersCounted() {
    ServedChain chain = ServedChain.named("london-small", "chain");
    BlockHeader header = chain.header(1);
    List<BlockHeader> branch = new ArrayList<>();
    for (int i = 0; i < HeadChange.MAX_LISTED + 5; i++) {
      branch.add(header.toBuilder().number(i + 1L).build());
    }

    HeadChange change =
        HeadChange.of(branch.getLast(), branch, branch.size(), branch, branch.size());

    assertThat(change.retracted()).containsExactlyElementsOf(branch.subList(5, branch.size()));
    assertThat(change.adopted()).isEqualTo(change.retracted());
    assertThat(change.retractedLeftOut()).isEqualTo(5);
    assertThat(change.adoptedLeftOut()).isEqualTo(5);
    assertThat(change.isComplete()).isFalse();
  }

  private static List<BlockHeader> headers(ServedChain chain, long from, long to) {
    return LongStream.rangeClosed(from, to).mapToObj(chain::header).toList();
  }
}
