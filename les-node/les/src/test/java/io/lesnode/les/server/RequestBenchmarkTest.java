package io.lesnode.les.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lesnode.chain.index.Checkpoints;
import io.lesnode.chain.index.Sections;
import io.lesnode.les.wire.LesMessage.GetCode;
import io.lesnode.les.wire.LesMessage.TxStatusEntry;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.testing.Vectors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every type of measurement on a chain made by geth, with the real handlers and the real pool. */
class RequestBenchmarkTest {

  private static final long MILLI_NANOS = 1_000_000;
  private static final int SECTION_BLOCKS = 32_768;

  @TempDir static Path directory;
  private static ImportedChain chain;

  @BeforeAll
  static void open() {
    chain = new ImportedChain(directory, Vectors.folder("chains").resolve("london-small"));
  }

  @AfterAll
  static void close() {
    chain.close();
  }

  private static RequestBenchmark benchmark(TransactionRelay relay) {
    return new RequestBenchmark(chain.served(), relay, Checkpoints.NONE, SECTION_BLOCKS);
  }

  @Test
  void allTypesAreMeasuredAndThePoolStaysEmpty() {
    RecordingRelay relay = new RecordingRelay();
    List<BenchmarkSetup> setups =
        Arrays.stream(BenchmarkSetup.Type.values()).map(BenchmarkSetup::of).toList();
    List<String> heard = new ArrayList<>();
    List<BenchmarkResult> results =
        benchmark(relay)
            .run(
                setups,
                3,
                5 * MILLI_NANOS,
                new RequestBenchmark.Progress() {
                  @Override
                  public void onPass(int pass, int passes) {
                    heard.add(pass + "/" + passes);
                  }
                },
                () -> false);
    assertThat(heard).containsExactly("1/3", "2/3", "3/3");
    for (int i = 0; i < setups.size(); i++) {
      BenchmarkSetup.Type type = setups.get(i).type();
      switch (type) {
        case CHT, BLOOM ->
            assertThat(results.get(i))
                .as("%s", type)
                .isEqualTo(new BenchmarkResult.Failed("no processed sections available"));
        default -> {
          assertThat(results.get(i)).as("%s", type).isInstanceOf(BenchmarkResult.Measured.class);
          BenchmarkResult.Measured measured = (BenchmarkResult.Measured) results.get(i);
          assertThat(measured.totalCount()).as("%s", type).isGreaterThan(50);
          assertThat(measured.avgTimeNanos()).as("%s", type).isPositive();
          assertThat(measured.maxOutSizeBytes()).as("%s", type).isGreaterThan(3);
        }
      }
      System.out.println("benchmark: " + type.text() + " " + results.get(i));
    }
    assertThat(relay.refusals).isNotEmpty().allMatch(text -> !text.isEmpty());
    assertThat(relay.taken).isZero();
    assertThat(maxInSize(setups, results, BenchmarkSetup.Type.TX_SEND)).isGreaterThan(0x4000);
  }

  private static int maxInSize(
      List<BenchmarkSetup> setups, List<BenchmarkResult> results, BenchmarkSetup.Type type) {
    int at = setups.indexOf(BenchmarkSetup.of(type));
    return ((BenchmarkResult.Measured) results.get(at)).maxInSizeBytes();
  }

  /** The real pool, with what it says written down. */
  private static final class RecordingRelay implements TransactionRelay {
    private final List<String> refusals = new ArrayList<>();
    private int taken;

    @Override
    public long status(Bytes32 hash) {
      long status = chain.relay().status(hash);
      taken += status == TxStatusEntry.UNKNOWN ? 0 : 1;
      return status;
    }

    @Override
    public Optional<String> add(Transaction transaction) {
      assertThat(transaction.sender()).isNotNull();
      Optional<String> refusal = chain.relay().add(transaction);
      refusal.ifPresentOrElse(refusals::add, () -> taken++);
      return refusal;
    }
  }

  @Test
  void headersAreOnlyAskedForWhereThereAreEnough() {
    int head = (int) chain.chain().head().number();
    BenchmarkSetup tooLong = new BenchmarkSetup(BenchmarkSetup.Type.HEADER, 2, head, false, false);
    BenchmarkSetup longest =
        new BenchmarkSetup(BenchmarkSetup.Type.HEADER, 2, head - 1, true, true);
    List<BenchmarkResult> results =
        benchmark(chain.relay())
            .run(
                List.of(tooLong, longest),
                1,
                MILLI_NANOS,
                RequestBenchmark.Progress.NONE,
                () -> false);
    assertThat(results.get(0)).isEqualTo(new BenchmarkResult.Failed("chain is too short"));
    assertThat(results.get(1)).isInstanceOf(BenchmarkResult.Measured.class);
    assertThat(((BenchmarkResult.Measured) results.get(1)).maxOutSizeBytes())
        .isGreaterThan(2 * 500);
  }

  @Test
  void codesAreRealOnes() {
    try (ServedView view = chain.served().openView()) {
      BenchmarkRequests requests =
          new BenchmarkRequests(view, 0, SECTION_BLOCKS, new SplittableRandom(4));
      GetCode request =
          (GetCode) requests.of(BenchmarkSetup.ofAmount(BenchmarkSetup.Type.CODE, 64)).get();
      StateServer state = new StateServer(view, true, () -> false);
      List<Bytes> codes = state.codes(request.queries());
      assertThat(codes).hasSize(64).noneMatch(Bytes::isEmpty);
      assertThat(state.invalidItems()).isZero();
    }
  }

  @Test
  void helperTriesAreMeasuredWhereThereAreAny(@TempDir Path other) {
    Path folder = Vectors.folder("chains").resolve("london-small");
    Sections sections = new Sections(128, 1);
    try (TestChain indexed = new TestChain(other, folder.resolve("genesis.json"), sections)) {
      indexed.add(TestChain.blocks(folder.resolve("chain.rlp")));
      RequestBenchmark benchmark =
          new RequestBenchmark(indexed, chain.relay(), indexed.index(), sections.blocks());
      List<BenchmarkResult> results =
          benchmark.run(
              List.of(
                  BenchmarkSetup.ofAmount(BenchmarkSetup.Type.CHT, 64),
                  BenchmarkSetup.ofAmount(BenchmarkSetup.Type.BLOOM, 3)),
              1,
              0,
              RequestBenchmark.Progress.NONE,
              () -> false);
      assertThat(results)
          .allSatisfy(
              result -> {
                assertThat(result).isInstanceOf(BenchmarkResult.Measured.class);
                BenchmarkResult.Measured measured = (BenchmarkResult.Measured) result;
                assertThat(measured.totalCount()).isEqualTo(50);
              });
      // 64 headers and their proofs; an answer that nothing is here has a few bytes
      assertThat(((BenchmarkResult.Measured) results.get(0)).maxOutSizeBytes())
          .isGreaterThan(64 * 500);
      assertThat(((BenchmarkResult.Measured) results.get(1)).maxOutSizeBytes()).isGreaterThan(100);
    }
  }

  @Test
  void aRunCanBeCancelledAndAnotherFollows() {
    RequestBenchmark benchmark = benchmark(chain.relay());
    AtomicInteger asked = new AtomicInteger();
    assertThatThrownBy(
            () ->
                benchmark.run(
                    List.of(BenchmarkSetup.of(BenchmarkSetup.Type.BODY)),
                    1_000,
                    60_000 * MILLI_NANOS,
                    RequestBenchmark.Progress.NONE,
                    () -> asked.incrementAndGet() > 3))
        .isInstanceOf(RequestBenchmark.CancelledException.class)
        .hasMessage("Benchmark cancelled");
    assertThat(asked).hasValue(4);
    assertThat(
            benchmark.run(
                List.of(BenchmarkSetup.of(BenchmarkSetup.Type.BODY)),
                1,
                0,
                RequestBenchmark.Progress.NONE,
                () -> false))
        .hasSize(1);
  }

  @Test
  void onlyOneRunAtATime() {
    RequestBenchmark benchmark = benchmark(chain.relay());
    List<BenchmarkSetup> setups = List.of(BenchmarkSetup.of(BenchmarkSetup.Type.HEADER));
    Thread[] second = new Thread[1];
    List<Throwable> failures = new ArrayList<>();
    benchmark.run(
        setups,
        1,
        0,
        new RequestBenchmark.Progress() {
          @Override
          public void onPass(int pass, int passes) {
            second[0] =
                Thread.ofPlatform()
                    .uncaughtExceptionHandler((thread, e) -> failures.add(e))
                    .start(
                        () ->
                            benchmark.run(
                                setups, 1, 0, RequestBenchmark.Progress.NONE, () -> false));
            try {
              second[0].join();
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
          }
        },
        () -> false);
    assertThat(failures).singleElement().isInstanceOf(RequestBenchmark.BusyException.class);
  }

  @Test
  void amountsThatNoServerAnswersAreRefused() {
    assertThatThrownBy(() -> BenchmarkSetup.ofAmount(BenchmarkSetup.Type.HEADER, 193))
        .hasMessage("amount of header must be from 1 to 192, not 193");
    assertThatThrownBy(() -> BenchmarkSetup.ofAmount(BenchmarkSetup.Type.TX_STATUS, 0))
        .hasMessage("amount of txStatus must be from 1 to 256, not 0");
    assertThatThrownBy(
            () ->
                benchmark(chain.relay())
                    .run(List.of(), 0, 0, RequestBenchmark.Progress.NONE, () -> false))
        .hasMessageContaining("passes");
  }
}
