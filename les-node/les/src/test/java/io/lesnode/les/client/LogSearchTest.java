package io.lesnode.les.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.chain.consensus.SealCheck;
import io.lesnode.chain.index.CheckpointEntry;
import io.lesnode.chain.index.Sections;
import io.lesnode.les.client.logs.FoundLog;
import io.lesnode.les.client.logs.LogLimits;
import io.lesnode.les.client.logs.LogProgress;
import io.lesnode.les.client.logs.LogQuery;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.Log;
import io.lesnode.primitives.Receipt;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.apache.tuweni.bytes.Bytes32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Log searches through headers, bloom bits and receipts, against a plain look at all receipts. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class LogSearchTest {
  private static final Sections SMALL = new Sections(128, 8);
  private static final int HEIGHT = 700;

  private final ServedChain chain = MadeChain.upTo(HEIGHT, 1);
  private final ServedSections tries = new ServedSections(chain, SMALL);

  /** A client with our own headers from a number on. */
  private Bench clientFrom(long firstOwn) {
    MemoryStores stores = new MemoryStores();
    List<HeaderChain.Head> heads =
        LongStream.concat(LongStream.of(0), LongStream.rangeClosed(firstOwn, HEIGHT))
            .mapToObj(n -> new HeaderChain.Head(chain.header(n), chain.totalDifficulty(n)))
            .toList();
    stores.write(
        heads, heads.stream().map(HeaderChain.Head::header).toList(), 1, 0, heads.getLast());
    Bench bench =
        new Bench(chain, stores, SealCheck.SKIP, new TrustedSections(new MemorySections(), SMALL));
    if (firstOwn > 1) {
      CheckpointEntry entry = tries.entries().get((int) (firstOwn / SMALL.blocks()) - 1);
      bench.engine.trusted().registerTrusted(entry);
    }
    return bench;
  }

  private FakeServer server(Bench bench, String name) {
    return bench.server(name).helperTries(tries);
  }

  private static LogQuery randomQuery(Random random) {
    long from = random.nextInt(HEIGHT);
    long to = from + random.nextInt(HEIGHT);
    List<Address> addresses = some(MadeChain.ADDRESSES, random.nextInt(3), random);
    List<List<Bytes32>> topics = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      topics.add(some(MadeChain.TOPICS, random.nextInt(3), random));
    }
    return new LogQuery(from, to, addresses, topics);
  }

  private static <T> List<T> some(List<T> all, int count, Random random) {
    return random.ints(count, 0, all.size()).mapToObj(all::get).distinct().toList();
  }

  private List<FoundLog> plainScan(LogQuery query) {
    List<FoundLog> found = new ArrayList<>();
    for (long number = query.from(); number <= Math.min(HEIGHT, query.to()); number++) {
      int logIndex = 0;
      List<Receipt> receipts = chain.receipts((int) number);
      for (int tx = 0; tx < receipts.size(); tx++) {
        for (Log log : receipts.get(tx).logs()) {
          if (query.matches(log)) {
            Bytes32 hash = chain.body((int) number).transactions().get(tx).hash();
            found.add(new FoundLog(chain.header(number), tx, hash, logIndex, log));
          }
          logIndex++;
        }
      }
    }
    return found;
  }

  @Test
  void findsWhatAPlainScanFindsWhereverTheClientBegan() {
    int found = 0;
    for (long firstOwn : new long[] {1, 128, 640}) {
      Random random = new Random(firstOwn);
      for (int i = 0; i < 40; i++) {
        Bench bench = clientFrom(firstOwn);
        server(bench, "a").connectTo(bench.engine);
        LogQuery query = randomQuery(random);
        List<FoundLog> logs = bench.client.logs(query, LogLimits.STANDARD).orElseThrow();
        assertThat(logs).as("%s from %d", query, firstOwn).isEqualTo(plainScan(query));
        found += logs.size();
      }
    }
    System.out.println("LogSearchTest: " + found + " logs found by 120 queries");
    assertThat(found).isPositive();
  }

  @Test
  void fewRequestsForALongRange() {
    Bench bench = clientFrom(640);
    FakeServer server = server(bench, "a").connectTo(bench.engine);
    LogQuery query = new LogQuery(0, HEIGHT, List.of(MadeChain.ADDRESSES.get(1)), List.of());
    List<FoundLog> logs = bench.client.logs(query, LogLimits.STANDARD).orElseThrow();
    assertThat(logs).isEqualTo(plainScan(query));
    long blocks = logs.stream().map(log -> log.header().number()).distinct().count();
    // 5 sections of 3 bits; then headers, receipts and bodies, some at a time
    assertThat(requests(server)).isLessThan(3 * (blocks / 16 + 8));
    assertThat(blocks).isGreaterThan(50);
    int asked = server.received().size();
    assertThat(bench.client.logs(query, LogLimits.STANDARD).orElseThrow()).isEqualTo(logs);
    assertThat(server.received()).as("all is here the second time").hasSize(asked);
  }

  @Test
  void ownHeadersNeedNoBloomBits() {
    Bench bench = clientFrom(1);
    bench.engine.trusted().registerTrusted(tries.entries().getLast());
    FakeServer server = server(bench, "a").connectTo(bench.engine);
    LogQuery query = new LogQuery(0, HEIGHT, List.of(), List.of(List.of(MadeChain.TOPICS.get(2))));
    assertThat(bench.client.logs(query, LogLimits.STANDARD).orElseThrow())
        .isEqualTo(plainScan(query));
    assertThat(server.received()).noneMatch(LesMessage.GetHelperTrieProofs.class::isInstance);
  }

  @Test
  void severalServersShareTheWork() {
    Bench bench = clientFrom(640);
    FakeServer first = server(bench, "a").connectTo(bench.engine);
    FakeServer second = server(bench, "b").connectTo(bench.engine);
    bench.loop.runFor(Bench.SECOND);
    LogQuery query = new LogQuery(0, HEIGHT, List.of(), List.of());
    assertThat(bench.client.logs(query, LogLimits.STANDARD).orElseThrow())
        .isEqualTo(plainScan(query));
    assertThat(requests(first)).isPositive();
    assertThat(requests(second)).isPositive();
  }

  @Test
  void anAnswerThatLeavesBlocksOutIsCompleted() {
    Bench bench = clientFrom(1);
    server(bench, "short")
        .script(
            (request, honest) ->
                switch (honest) {
                  case LesMessage.Receipts m ->
                      new LesMessage.Receipts(
                          m.requestId(), m.bufferValue(), everyOther(m.receiptLists()));
                  case LesMessage.BlockBodies m ->
                      new LesMessage.BlockBodies(
                          m.requestId(), m.bufferValue(), everyOther(m.bodies()));
                  case null, default -> honest;
                })
        .connectTo(bench.engine);
    LogQuery query = new LogQuery(0, HEIGHT, List.of(), List.of());
    assertThat(bench.client.logs(query, LogLimits.STANDARD).orElseThrow())
        .isEqualTo(plainScan(query));
  }

  private static <T> List<T> everyOther(List<T> items) {
    List<T> kept = new ArrayList<>();
    for (int i = 0; i < items.size(); i += 2) {
      kept.add(items.get(i));
    }
    return kept;
  }

  @Test
  void wrongReceiptsBodiesAndBitsAreRefusedAndTheCallerIsTold() {
    List<FakeServer.Script> lies =
        List.of(
            (request, honest) ->
                honest instanceof LesMessage.Receipts m
                    ? new LesMessage.Receipts(
                        m.requestId(), m.bufferValue(), reversed(m.receiptLists()))
                    : honest,
            (request, honest) ->
                honest instanceof LesMessage.BlockBodies m
                    ? new LesMessage.BlockBodies(
                        m.requestId(), m.bufferValue(), reversed(m.bodies()))
                    : honest,
            (request, honest) ->
                honest instanceof LesMessage.HelperTrieProofs m
                    ? new LesMessage.HelperTrieProofs(
                        m.requestId(),
                        m.bufferValue(),
                        m.nodes().subList(0, m.nodes().size() - 1),
                        m.auxiliary())
                    : honest);
    for (FakeServer.Script lie : lies) {
      Bench bench = clientFrom(640);
      FakeServer liar = server(bench, "liar").script(lie).connectTo(bench.engine);
      LogQuery query = new LogQuery(0, HEIGHT, List.of(MadeChain.ADDRESSES.get(3)), List.of());
      Retrieval<List<FoundLog>> answer = bench.client.logs(query, LogLimits.STANDARD);
      assertThat(answer).isInstanceOf(Retrieval.Failed.class);
      // of several questions one names the lie, the others find nobody left
      assertThat(((Retrieval.Failed<List<FoundLog>>) answer).failure())
          .isInstanceOfAny(RetrievalFailure.InvalidAnswers.class, RetrievalFailure.NoServer.class);
      assertThat(liar.isConnected()).isFalse();
      server(bench, "honest").connectTo(bench.engine);
      assertThat(bench.client.logs(query, LogLimits.STANDARD).orElseThrow())
          .isEqualTo(plainScan(query));
    }
  }

  private static <T> List<T> reversed(List<T> items) {
    return items.reversed();
  }

  @Test
  void moreLogsThanWantedAreAFailureThatSaysSo() {
    Bench bench = clientFrom(1);
    server(bench, "a").connectTo(bench.engine);
    LogQuery query = new LogQuery(0, HEIGHT, List.of(), List.of());
    Retrieval<List<FoundLog>> answer = bench.client.logs(query, new LogLimits(10, p -> {}));
    assertThat(((Retrieval.Failed<List<FoundLog>>) answer).failure().message())
        .isEqualTo("Could not get the logs: there are more than 10. Ask for fewer blocks at once.");
  }

  @Test
  void progressEndsAtTheEnd() {
    Bench bench = clientFrom(256);
    server(bench, "a").connectTo(bench.engine);
    List<LogProgress> seen = new ArrayList<>();
    Consumer<LogProgress> listener = seen::add;
    LogQuery query = new LogQuery(5, 10_000, List.of(MadeChain.ADDRESSES.get(0)), List.of());
    assertThat(bench.client.logs(query, new LogLimits(1000, listener)).orElseThrow())
        .isEqualTo(plainScan(query));
    assertThat(seen).extracting(LogProgress::next).isSorted();
    assertThat(seen.getLast().next()).isEqualTo(HEIGHT + 1);
  }

  private static long requests(FakeServer server) {
    return server.received().stream()
        .filter(request -> !(request instanceof LesMessage.GetBlockHeaders))
        .count();
  }
}
