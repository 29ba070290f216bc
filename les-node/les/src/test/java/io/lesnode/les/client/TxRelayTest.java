package io.lesnode.les.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.devp2p.DisconnectReason;
import io.lesnode.les.client.Retrieval.Failed;
import io.lesnode.les.client.Retrieval.Retrieved;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.les.wire.LesMessage.TxStatusEntry;
import io.lesnode.les.wire.LesVersion;
import io.lesnode.primitives.Transaction;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.tuweni.bytes.Bytes32;
import org.junit.jupiter.api.Test;

/** Sending transactions and looking them up. */
final class TxRelayTest {
  private final ServedChain chain = ServedChain.named("london-small", "chain");
  private final Bench bench = new Bench(chain);
  private final Transaction transaction = firstTransaction();

  @Test
  void aTransactionGoesToThreeServersAndIsPending() {
    List<FakeServer> servers = connect(4);

    Retrieval<Bytes32> sent = bench.client.sendTransaction(transaction);
    bench.loop.runFor(Bench.SECOND);

    assertThat(sent).isEqualTo(new Retrieved<>(transaction.hash()));
    assertThat(servers.stream().filter(TxRelayTest::wasSent)).hasSize(3);
    assertThat(bench.client.pendingTransaction(transaction.hash())).contains(transaction);
  }

  @Test
  void theWordsOfTheServersReachTheCaller() {
    connect(2).forEach(server -> server.script(statuses("transaction underpriced")));

    Retrieval<Bytes32> sent = bench.client.sendTransaction(transaction);

    assertThat(sent)
        .isInstanceOfSatisfying(
            Failed.class,
            failed -> assertThat(failed.failure().message()).isEqualTo("transaction underpriced"));
    assertThat(bench.client.pendingTransactions()).isEmpty();
  }

  @Test
  void oneServerThatTakesItIsEnough() {
    List<FakeServer> servers = connect(3);
    servers.get(0).script(statuses("nonce too low"));
    servers.get(1).script((request, honest) -> null);

    assertThat(bench.client.sendTransaction(transaction))
        .isEqualTo(new Retrieved<>(transaction.hash()));
  }

  @Test
  void aKnownTransactionCountsAsTaken() {
    connect(1).forEach(server -> server.script(statuses("already known")));

    assertThat(bench.client.sendTransaction(transaction)).isInstanceOf(Retrieved.class);
  }

  @Test
  void everyNewHeadSendsPendingTransactionsAgain() {
    FakeServer server = bench.server("growing", chain.upTo(10), LesVersion.LES4);
    server.connectTo(bench.engine);
    bench.runUntilHead(chain.upTo(10).head());
    bench.client.sendTransaction(notYetMined(chain.upTo(11))).orElseThrow();
    int before = server.received().size();

    server.announce(chain.upTo(11), 0);
    bench.runUntilHead(chain.upTo(11).head());
    bench.loop.runFor(Bench.SECOND);

    assertThat(server.received().subList(before, server.received().size()))
        .anyMatch(LesMessage.SendTxV2.class::isInstance);
  }

  @Test
  void anUnknownTransactionIsAnAnswerNotAFailure() {
    connect(2);

    assertThat(bench.client.transaction(Bytes32.repeat((byte) 7)))
        .isEqualTo(new Retrieved<>(Optional.empty()));
  }

  @Test
  void anIncludedTransactionIsFoundWithItsPlace() {
    connect(1);

    IncludedTransaction found =
        bench.client.transaction(transaction.hash()).orElseThrow().orElseThrow();

    assertThat(found.transaction()).isEqualTo(transaction);
    assertThat(chain.body((int) found.header().number()).transactions().get(found.index()))
        .isEqualTo(transaction);
  }

  @Test
  void answersAreKeptWhenTheServersAreGone() {
    List<FakeServer> servers = connect(1);
    Retrieval<?> body = bench.client.body(chain.header(1));
    assertThat(body).isInstanceOf(Retrieved.class);
    servers.forEach(s -> s.disconnect(DisconnectReason.QUITTING));

    assertThat(bench.client.body(chain.header(1))).isEqualTo(body);
  }

  private List<FakeServer> connect(int count) {
    List<FakeServer> servers =
        IntStream.range(0, count)
            .mapToObj(i -> bench.server("server-" + i).connectTo(bench.engine))
            .toList();
    bench.runUntilHead(chain.head());
    bench.loop.runFor(Bench.SECOND);
    return servers;
  }

  private static boolean wasSent(FakeServer server) {
    return server.received().stream().anyMatch(LesMessage.SendTxV2.class::isInstance);
  }

  private static FakeServer.Script statuses(String error) {
    return (request, honest) ->
        request instanceof LesMessage.SendTxV2 && honest instanceof LesMessage.TxStatus s
            ? new LesMessage.TxStatus(
                s.requestId(),
                s.bufferValue(),
                List.of(new TxStatusEntry(TxStatusEntry.UNKNOWN, null, error)))
            : honest;
  }

  private Transaction notYetMined(ServedChain served) {
    for (int number = (int) served.headNumber() + 1; number <= chain.headNumber(); number++) {
      if (!chain.body(number).transactions().isEmpty()) {
        return chain.body(number).transactions().getFirst();
      }
    }
    throw new AssertionError("no transaction after block " + served.headNumber());
  }

  private Transaction firstTransaction() {
    for (int number = 1; number <= chain.headNumber(); number++) {
      if (!chain.body(number).transactions().isEmpty()) {
        return chain.body(number).transactions().getFirst();
      }
    }
    throw new AssertionError("no transaction in " + chain.name());
  }
}
