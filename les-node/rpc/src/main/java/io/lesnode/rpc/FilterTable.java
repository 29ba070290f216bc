package io.lesnode.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The filters that callers poll. One that nobody has polled for five minutes is forgotten, as in
 * geth. Thread-safe.
 *
 * <p>Differs from geth: their number and what waits in them is bounded; a filter whose changes are
 * not fetched in time says so at the next poll and is gone (FilterTableTest).
 */
final class FilterTable {
  /** geth's default for idle filters. */
  static final Duration TIMEOUT = Duration.ofMinutes(5);

  static final int MAX_FILTERS = 1024;

  /** Most changes that wait in one filter. */
  static final int MAX_CHANGES = 10_000;

  /** Most changes that wait in all filters; 100 MB or so. */
  static final int MAX_ALL_CHANGES = 100_000;

  /** Where the events of a filter go. */
  interface Inbox {
    /** Adds a change. */
    void add(JsonNode change);

    /** Some changes are missing: the next poll says why. */
    void fail(String reason);
  }

  private static final class Filter implements Inbox {
    private final FilterTable table;
    private final @Nullable LogFilter query;
    private List<JsonNode> changes = new ArrayList<>(); // guarded by the table, as all below
    private @Nullable String failure;
    private @Nullable Runnable stop;
    private boolean gone;
    private long deadlineNanos;

    private Filter(FilterTable table, @Nullable LogFilter query) {
      this.table = table;
      this.query = query;
    }

    @Override
    public void add(JsonNode change) {
      table.add(this, change);
    }

    @Override
    public void fail(String reason) {
      synchronized (table) {
        failure = reason;
      }
    }
  }

  private final LongSupplier nanoClock;
  private final Map<String, Filter> filters = new HashMap<>(); // guarded by this
  private int allChanges; // guarded by this

  FilterTable(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  /**
   * Installs a filter.
   *
   * @param query for a filter of logs, else null
   * @param source starts filling the inbox and returns what stops it
   * @return its id
   * @throws RpcException if there are too many, or as the source does
   */
  String install(@Nullable LogFilter query, Function<Inbox, Runnable> source) {
    stop(expired());
    Filter filter = new Filter(this, query);
    String id = RpcIds.next();
    synchronized (this) {
      if (filters.size() >= MAX_FILTERS) {
        throw new RpcException(
            RpcException.LIMIT_EXCEEDED,
            "too many filters, want at most " + MAX_FILTERS + "; uninstall some or subscribe");
      }
      filter.deadlineNanos = nanoClock.getAsLong() + TIMEOUT.toNanos();
      filters.put(id, filter);
    }
    try {
      Runnable stop = source.apply(filter);
      boolean stopNow;
      synchronized (this) {
        stopNow = filter.gone;
        filter.stop = stop;
      }
      if (stopNow) {
        stop.run();
      }
      return id;
    } catch (RuntimeException refused) {
      remove(id);
      throw refused;
    }
  }

  /**
   * What happened since the last poll.
   *
   * @throws RpcException if there is no such filter, or changes were lost
   */
  ArrayNode changes(String id) {
    stop(expired());
    List<JsonNode> taken;
    String failure;
    synchronized (this) {
      Filter filter = existing(id);
      filter.deadlineNanos = nanoClock.getAsLong() + TIMEOUT.toNanos();
      taken = filter.changes;
      failure = filter.failure;
      filter.changes = new ArrayList<>();
      allChanges -= taken.size();
    }
    if (failure != null) {
      remove(id);
      throw new RpcException("filter is gone: " + failure);
    }
    return JsonNodeFactory.instance.arrayNode().addAll(taken);
  }

  /** What a filter of logs looks for; empty when there is no such filter of logs. */
  synchronized Optional<LogFilter> query(String id) {
    Filter filter = filters.get(id);
    return filter == null ? Optional.empty() : Optional.ofNullable(filter.query);
  }

  /** Forgets a filter; whether there was one. */
  boolean remove(String id) {
    Filter filter;
    synchronized (this) {
      filter = filters.get(id);
      if (filter == null) {
        return false;
      }
      forget(filter);
      filters.remove(id);
    }
    stop(List.of(filter));
    return true;
  }

  private Filter existing(String id) {
    Filter filter = filters.get(id);
    if (filter == null) {
      throw new RpcException("filter not found");
    }
    return filter;
  }

  private void add(Filter filter, JsonNode change) {
    List<Filter> ending = expired();
    synchronized (this) {
      if (!filter.gone && filter.failure == null) {
        if (filter.changes.size() >= MAX_CHANGES || allChanges >= MAX_ALL_CHANGES) {
          filter.failure = "too many changes waited; poll more often or use a subscription";
          allChanges -= filter.changes.size();
          filter.changes = new ArrayList<>();
        } else {
          filter.changes.add(change);
          allChanges++;
        }
      }
    }
    stop(ending);
  }

  /** Takes out what nobody polls any more. */
  private synchronized List<Filter> expired() {
    long now = nanoClock.getAsLong();
    List<Filter> ending = new ArrayList<>();
    for (Iterator<Filter> all = filters.values().iterator(); all.hasNext(); ) {
      Filter filter = all.next();
      if (filter.deadlineNanos - now < 0) {
        forget(filter);
        all.remove();
        ending.add(filter);
      }
    }
    return ending;
  }

  private void forget(Filter filter) {
    filter.gone = true;
    allChanges -= filter.changes.size();
    filter.changes = new ArrayList<>();
  }

  /** Outside the lock: stopping may wait for the thread that fills an inbox. */
  private void stop(List<Filter> ending) {
    for (Filter filter : ending) {
      Runnable stop;
      synchronized (this) {
        stop = filter.stop;
        filter.stop = null;
      }
      if (stop != null) {
        stop.run();
      }
    }
  }
}
