package io.lesnode.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Polling, idle filters, and the bounds. */
class FilterTableTest {
  private final AtomicLong nowNanos = new AtomicLong();
  private final AtomicInteger running = new AtomicInteger();
  private final List<FilterTable.Inbox> inboxes = new ArrayList<>();
  private final FilterTable table = new FilterTable(nowNanos::get);

  private String install() {
    return table.install(
        null,
        inbox -> {
          inboxes.add(inbox);
          running.incrementAndGet();
          return running::decrementAndGet;
        });
  }

  @Test
  void givesEachChangeOnce() {
    String id = install();
    inboxes.getFirst().add(TextNode.valueOf("a"));
    inboxes.getFirst().add(TextNode.valueOf("b"));

    assertThat(table.changes(id)).hasToString("[\"a\",\"b\"]");
    assertThat(table.changes(id)).isEmpty();
    assertThat(table.remove(id)).isTrue();
    assertThat(table.remove(id)).isFalse();
    assertThat(running).hasValue(0);
    assertThatThrownBy(() -> table.changes(id)).hasMessage("filter not found");
  }

  @Test
  void forgetsWhatNobodyPolledForFiveMinutes() {
    String polled = install();
    String idle = install();
    nowNanos.addAndGet(FilterTable.TIMEOUT.toNanos() - 1);
    table.changes(polled);
    nowNanos.addAndGet(2);

    inboxes.getFirst().add(TextNode.valueOf("a"));

    assertThat(running).hasValue(1);
    assertThatThrownBy(() -> table.changes(idle)).hasMessage("filter not found");
    assertThat(table.changes(polled)).hasSize(1);
  }

  @Test
  void aFilterWhoseChangesAreNotFetchedSaysSoAndIsGone() {
    String id = install();
    for (int i = 0; i <= FilterTable.MAX_CHANGES; i++) {
      inboxes.getFirst().add(TextNode.valueOf("x"));
    }

    assertThatThrownBy(() -> table.changes(id)).hasMessageContaining("too many changes waited");
    assertThatThrownBy(() -> table.changes(id)).hasMessage("filter not found");
    assertThat(running).hasValue(0);
  }

  @Test
  void allFiltersTogetherKeepABoundedNumberOfChanges() {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < FilterTable.MAX_ALL_CHANGES / FilterTable.MAX_CHANGES; i++) {
      ids.add(install());
      for (int j = 0; j < FilterTable.MAX_CHANGES; j++) {
        inboxes.getLast().add(TextNode.valueOf("x"));
      }
    }
    String oneMore = install();
    inboxes.getLast().add(TextNode.valueOf("x"));
    assertThatThrownBy(() -> table.changes(oneMore)).hasMessageContaining("too many changes");

    assertThat(table.changes(ids.getFirst())).hasSize(FilterTable.MAX_CHANGES);
    String later = install();
    inboxes.getLast().add(TextNode.valueOf("x"));
    assertThat(table.changes(later)).hasSize(1);
  }

  @Test
  void refusesTooManyFilters() {
    for (int i = 0; i < FilterTable.MAX_FILTERS; i++) {
      install();
    }

    assertThatThrownBy(this::install)
        .isInstanceOfSatisfying(
            RpcException.class,
            refused -> assertThat(refused.code()).isEqualTo(RpcException.LIMIT_EXCEEDED));
    nowNanos.addAndGet(FilterTable.TIMEOUT.toNanos() + 1);
    install();
    assertThat(running).hasValue(1);
  }

  @Test
  void aLostChangeIsReported() {
    String id = install();
    inboxes.getFirst().fail("the logs of block 1 could not be had");

    assertThatThrownBy(() -> table.changes(id))
        .hasMessage("filter is gone: the logs of block 1 could not be had");
  }
}
