package io.lesnode.les.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.les.client.Retrieval.Failed;
import io.lesnode.les.client.Retrieval.Retrieved;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.les.wire.LesMessage.TxLookup;
import io.lesnode.les.wire.LesMessage.TxStatusEntry;
import io.lesnode.les.wire.LesVersion;
import io.lesnode.les.wire.StatusKeys;
import io.lesnode.primitives.Transaction;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.rlp.RLP;
import org.junit.jupiter.api.Test;

/**
 * Servers with long, short and no indexes of transactions (geth:
 * TestGetTxStatusFromUnindexedPeersLES4).
 */
final class TxIndexTest {
  /** What a Status says when there is no index. */
  private static final int DISABLED = 1;

  private final TxWorld world = new TxWorld();
  private final Transaction mined = world.payment(world.alice, 0, 100);
  private final ServedChain chain = eightBlocks();
  private final Bench bench = new Bench(chain);

  /** The transaction is in block 3 of 8. */
  private ServedChain eightBlocks() {
    ServedChain grown = world.genesis;
    for (int number = 1; number <= 8; number++) {
      grown = number == 3 ? world.mine(grown, 13, mined) : world.mine(grown, 13);
    }
    return grown;
  }

  /** A server that has the last so many blocks in its index; 0 for all. */
  private void server(String name, int lastBlocks) {
    FakeServer server = bench.server(name, chain, LesVersion.LES4);
    if (lastBlocks != 0) {
      server.status(StatusKeys.RECENT_TX_LOOKUP, RLP.encodeLong(lastBlocks + 1L));
    }
    server.script(
        (request, honest) ->
            request instanceof LesMessage.GetTxStatus asked
                ? new LesMessage.TxStatus(
                    asked.requestId(),
                    FakeServer.BUFFER_LIMIT / 2,
                    asked.hashes().stream().map(hash -> status(hash, lastBlocks)).toList())
                : honest);
    server.connectTo(bench.engine);
  }

  private TxStatusEntry status(Bytes32 hash, int lastBlocks) {
    boolean indexed = lastBlocks == 0 || 3 > 8 - lastBlocks;
    return hash.equals(mined.hash()) && indexed
        ? new TxStatusEntry(TxStatusEntry.INCLUDED, new TxLookup(chain.header(3).hash(), 3, 0), "")
        : new TxStatusEntry(TxStatusEntry.UNKNOWN, null, "");
  }

  private void sync() {
    bench.runUntilHead(chain.head());
    bench.loop.runFor(Bench.SECOND);
  }

  private Retrieval<TransactionLookup> find(Bytes32 hash) {
    return bench.client.lookUpTransaction(hash);
  }

  private void assertFound() {
    assertThat(find(mined.hash()))
        .isInstanceOfSatisfying(
            Retrieved.class,
            found -> assertThat(found.value()).isInstanceOf(TransactionLookup.Included.class));
  }

  @Test
  void withoutAServerThereIsNoAnswer() {
    assertThat(find(mined.hash()))
        .isInstanceOfSatisfying(
            Failed.class,
            failed -> assertThat(failed.failure()).isInstanceOf(RetrievalFailure.NoServer.class));
  }

  @Test
  void threeFullIndexesFindItAndKnowWhatTheyDoNotKnow() {
    List.of("a", "b", "c").forEach(name -> server(name, 0));
    sync();

    assertFound();
    assertThat(find(Bytes32.repeat((byte) 9)))
        .isEqualTo(new Retrieved<>(new TransactionLookup.Unknown(3, 0)));
  }

  @Test
  void oneIndexThatReachesFarEnoughIsEnough() {
    server("short", 2);
    server("shorter", 3);
    server("enough", 6);
    sync();

    assertFound();
  }

  @Test
  void indexesThatDoNotReachItSayHowFarTheyReach() {
    server("short", 2);
    server("shorter", 3);
    sync();

    assertThat(find(mined.hash())).isEqualTo(new Retrieved<>(new TransactionLookup.Unknown(2, 6)));
  }

  @Test
  void noIndexAtAllIsNotTheSameAsUnknown() {
    FakeServer server = bench.server("none").status(StatusKeys.RECENT_TX_LOOKUP, one());
    server.connectTo(bench.engine);
    sync();

    assertThat(find(mined.hash()))
        .isInstanceOfSatisfying(
            Failed.class,
            failed ->
                assertThat(failed.failure().message())
                    .contains("no connected server has an index of transactions"));
  }

  private static Bytes one() {
    return RLP.encodeLong(DISABLED);
  }

  @Test
  void whatWaitsInAPoolIsSaidByThatServer() {
    FakeServer server = bench.server("pool", chain, LesVersion.LES4);
    server.script(
        (request, honest) ->
            request instanceof LesMessage.GetTxStatus asked
                ? new LesMessage.TxStatus(
                    asked.requestId(),
                    FakeServer.BUFFER_LIMIT / 2,
                    List.of(new TxStatusEntry(TxStatusEntry.QUEUED, null, "")))
                : honest);
    server.connectTo(bench.engine);
    sync();

    assertThat(find(mined.hash()))
        .isInstanceOfSatisfying(
            Retrieved.class,
            found ->
                assertThat(found.value())
                    .isInstanceOfSatisfying(
                        TransactionLookup.InPool.class,
                        waits -> assertThat(waits.executable()).isFalse()));
  }
}
