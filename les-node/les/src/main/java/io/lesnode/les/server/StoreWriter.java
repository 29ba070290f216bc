package io.lesnode.les.server;

import io.lesnode.chain.store.ServerBatch;
import io.lesnode.chain.store.ServerStore;
import io.lesnode.chain.store.StoreException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.tuweni.bytes.Bytes;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a server's memory to its store on a thread of its own.
 *
 * <p>Differs from geth, which acknowledges a balance before it is on the disk
 * (BalancesSurviveTest).
 *
 * <p>What waits is merged by key, so that a slow disk cannot make it longer than the number of
 * clients, and is written as one batch; it is forced to the disk when somebody waits for that.
 * After a failure nothing more is written, and who waits is told.
 */
final class StoreWriter implements ServerMemory, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(StoreWriter.class);
  private static final long CLOSE_MILLIS = 10_000;

  private final ServerStore store;
  private final NodeLoop loop;
  private final Thread thread;
  private final Object lock = new Object();
  private Pending pending = new Pending();
  private boolean closing;

  /** Guarded by the lock until the writer takes it as a whole. */
  private static final class Pending {
    final Map<Bytes, @Nullable Bytes> records = new LinkedHashMap<>();
    final Map<String, Bytes> values = new LinkedHashMap<>();
    final List<Consumer<Optional<String>>> waiting = new ArrayList<>();

    boolean isEmpty() {
      return records.isEmpty() && values.isEmpty() && waiting.isEmpty();
    }
  }

  StoreWriter(ServerStore store, NodeLoop loop) {
    this.store = store;
    this.loop = loop;
    this.thread = Thread.ofPlatform().name("les-store").daemon(true).unstarted(this::run);
    thread.start();
  }

  @Override
  public void store(List<Change> changes) {
    if (changes.isEmpty()) {
      return;
    }
    synchronized (lock) {
      for (Change change : changes) {
        switch (change) {
          case Change.ClientRecord record -> pending.records.put(record.key(), record.value());
          case Change.Value value -> pending.values.put(value.name(), value.value());
        }
      }
      lock.notifyAll();
    }
  }

  @Override
  public void force(Consumer<Optional<String>> done) {
    synchronized (lock) {
      pending.waiting.add(done);
      lock.notifyAll();
    }
  }

  private void run() {
    Optional<String> failure = Optional.empty();
    for (Pending taken = take(); taken != null; taken = take()) {
      if (failure.isEmpty()) {
        failure = write(taken);
      }
      Optional<String> outcome = failure;
      for (Consumer<Optional<String>> waiting : taken.waiting) {
        loop.execute(() -> waiting.accept(outcome));
      }
    }
  }

  /** The next changes, or null when all is written and the writer is being closed. */
  private @Nullable Pending take() {
    synchronized (lock) {
      while (pending.isEmpty()) {
        if (closing) {
          return null;
        }
        try {
          lock.wait();
        } catch (InterruptedException e) {
          closing = true; // nobody interrupts us but a virtual machine that ends
        }
      }
      Pending taken = pending;
      pending = new Pending();
      return taken;
    }
  }

  private Optional<String> write(Pending taken) {
    try (ServerBatch batch = store.newBatch()) {
      taken.records.forEach(
          (key, value) -> {
            if (value == null) {
              batch.removeClientRecord(key.toArrayUnsafe());
            } else {
              batch.putClientRecord(key.toArrayUnsafe(), value.toArrayUnsafe());
            }
          });
      taken.values.forEach(batch::putValue);
      batch.commit(!taken.waiting.isEmpty());
      return Optional.empty();
    } catch (StoreException e) {
      LOG.error("Balances are stored no more; the server goes on without: {}", e.getMessage());
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /** Writes what was handed over and ends the thread; the store stays open. */
  @Override
  public void close() {
    synchronized (lock) {
      closing = true;
      lock.notifyAll();
    }
    try {
      thread.join(CLOSE_MILLIS);
      if (thread.isAlive()) {
        LOG.warn("Balances were not stored within {} s", CLOSE_MILLIS / 1000);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
