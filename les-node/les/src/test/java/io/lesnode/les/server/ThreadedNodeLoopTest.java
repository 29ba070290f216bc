package io.lesnode.les.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The turns of a node loop on a thread of its own. */
class ThreadedNodeLoopTest {

  private final ThreadedNodeLoop loop = new ThreadedNodeLoop("test-loop");

  /** Confined to the loop. */
  private final List<String> seen = new ArrayList<>();

  @AfterEach
  void close() {
    loop.close();
  }

  private Runnable note(String what) {
    return () -> seen.add(what);
  }

  /** What was seen so far. */
  private List<String> seen() throws Exception {
    CompletableFuture<List<String>> copy = new CompletableFuture<>();
    loop.execute(() -> copy.complete(List.copyOf(seen)));
    return copy.get(10, TimeUnit.SECONDS);
  }

  @Test
  void whatEventsLeaveRunsAfterThoseThatCameWithThem() throws Exception {
    CompletableFuture<List<String>> atTheEnd = new CompletableFuture<>();
    loop.executeAll(
        List.of(
            () -> {
              loop.afterTurn(note("after"));
              loop.afterTurn(() -> atTheEnd.complete(List.copyOf(seen)));
            },
            note("first"),
            note("second")));
    assertThat(atTheEnd.get(10, TimeUnit.SECONDS)).containsExactly("first", "second", "after");
  }

  @Test
  void theEndOfATurnComesHoweverManyEventsThereAre() throws Exception {
    List<Runnable> events = new ArrayList<>();
    events.add(() -> loop.afterTurn(note("after")));
    IntStream.range(0, 10_000).forEach(i -> events.add(note("event")));
    loop.executeAll(events);
    assertThat(seen().indexOf("after")).isBetween(1, 1_000);
  }

  @Test
  void anEventThatFailsCostsItselfOnly() throws Exception {
    loop.executeAll(
        List.of(
            note("before"),
            () -> {
              throw new IllegalStateException("on purpose");
            },
            note("behind")));
    assertThat(seen()).containsExactly("before", "behind");
  }

  @Test
  void timersGoOffInTheOrderOfTheirTimesAndCancelledOnesDoNot() throws Exception {
    CountDownLatch last = new CountDownLatch(1);
    loop.execute(
        () -> {
          loop.schedule(3_000_000, last::countDown);
          loop.schedule(2_000_000, note("second"));
          loop.schedule(1_000_000, note("first"));
          loop.schedule(1_500_000, note("cancelled")).cancel();
        });
    assertThat(last.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(seen()).containsExactly("first", "second");
  }

  @Test
  void whatCameBeforeTheEndIsHandledAndWhatComesLaterIsDropped() {
    loop.execute(note("before"));
    loop.close();
    loop.execute(note("later"));
    assertThat(seen).containsExactly("before"); // the thread has ended
  }
}
