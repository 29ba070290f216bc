package io.lesnode.les.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.les.wire.LesMessage.Announce;
import io.lesnode.les.wire.LesVersion;
import io.lesnode.primitives.BlockHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;

/** Heads are announced with the depth below the last announced one, and not too often. */
class HeadWatchTest {

  private static final long SECOND_NANOS = 1_000_000_000;

  private final FakeServedChain chain = new FakeServedChain();
  private final List<Integer> news = new ArrayList<>();
  private final HeadWatch watch = new HeadWatch(chain, source -> news.add(1));

  /** A block on a parent; the salt tells brothers apart. */
  private ServedHead block(ServedHead parent, int salt) {
    BlockHeader header =
        new BlockHeader.Builder()
            .parentHash(parent.header().hash())
            .number(parent.header().number() + 1)
            .gasLimit(salt)
            .build();
    chain.add(header);
    return new ServedHead(header, parent.totalDifficulty().add(UInt256.ONE));
  }

  private List<ServedHead> branch(ServedHead from, int salt, int length) {
    List<ServedHead> blocks = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      blocks.add(block(i == 0 ? from : blocks.getLast(), salt));
    }
    return blocks;
  }

  @Test
  void onlyTheNewestOfManyHeadsIsTaken() {
    List<ServedHead> blocks = branch(chain.head(), 1, 500);
    blocks.forEach(watch::onHead);
    assertThat(news).hasSize(1);
    Announce announce = watch.take().orElseThrow();
    assertThat(announce.headNumber()).isEqualTo(500);
    assertThat(announce.reorgDepth()).isZero();
    assertThat(watch.take()).isEmpty();
  }

  @Test
  void theDepthIsBelowTheHeadThatWasAnnounced() {
    List<ServedHead> trunk = branch(chain.head(), 1, 10);
    trunk.forEach(watch::onHead);
    assertThat(watch.take()).isPresent();
    // away from block 7 and on, then back to the announced branch
    List<ServedHead> away = branch(trunk.get(6), 2, 6);
    watch.onHead(away.get(4));
    watch.onHead(away.get(5));
    List<ServedHead> back = branch(trunk.get(9), 3, 8);
    watch.onHead(back.getLast());
    assertThat(watch.take().map(Announce::reorgDepth)).contains(0L);

    List<ServedHead> again = branch(trunk.get(6), 4, 20);
    watch.onHead(again.get(15));
    watch.onHead(again.get(16));
    assertThat(watch.take().map(Announce::reorgDepth)).contains(11L);
  }

  @Test
  void aLighterHeadIsNoNews() {
    List<ServedHead> trunk = branch(chain.head(), 1, 3);
    trunk.forEach(watch::onHead);
    assertThat(watch.take()).isPresent();
    watch.onHead(trunk.get(1));
    assertThat(watch.take()).isEqualTo(Optional.empty());
  }

  @Test
  void bulkImportIsAnnouncedTenTimesPerSecond() {
    ManualLoop loop = new ManualLoop();
    SimServer server = SimServer.of(LesServerConfig.of(9, 100, 10), chain, loop);
    SimClient client = new SimClient(server, LesVersion.LES4, 1).greet();
    List<ServedHead> blocks = branch(chain.head(), 1, 3000);
    for (ServedHead head : blocks) {
      chain.publish(head);
      loop.run();
      loop.advance(SECOND_NANOS / 1000);
    }
    loop.advance(SECOND_NANOS);
    List<Announce> announced =
        client.received().stream()
            .filter(Announce.class::isInstance)
            .map(Announce.class::cast)
            .toList();
    // ten at once, then ten a second for three seconds
    assertThat(announced).hasSizeBetween(38, 42);
    assertThat(announced.getLast().headNumber()).isEqualTo(3000);
    assertThat(announced.getLast().headHash()).isEqualTo(blocks.getLast().header().hash());
    assertThat(announced).allMatch(announce -> announce.reorgDepth() == 0);
  }

  @Test
  void whileABlockIsImportedNobodyGetsABonusAndFewerThreadsServe() {
    ManualLoop loop = new ManualLoop();
    SimServer server = SimServer.of(LesServerConfig.of(9, 100, 10), chain, loop);
    server.state.setImporting(true);
    assertThat(server.state.workers().load().threads()).isEqualTo(2);
    loop.advance(SECOND_NANOS);
    server.state.setImporting(false);
    assertThat(server.state.workers().load().threads()).isEqualTo(4);
    assertThat(server.desk.figures().imports())
        .isEqualTo(new ServerFigures.Durations(1, SECOND_NANOS));
  }
}
