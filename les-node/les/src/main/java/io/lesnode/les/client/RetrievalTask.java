package io.lesnode.les.client;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One question on its way to an answer. Owned by the {@link Retriever}, on the client loop. */
final class RetrievalTask<T> {
  final Ask<T> ask;
  final Consumer<Retrieval<T>> then;

  /** How long it may take. */
  final long limitNanos;

  /** The servers that have it or had it. */
  final Set<ServerPeer> tried = new HashSet<>();

  final List<RetrievalFailure.Complaint> complaints = new ArrayList<>();
  final List<String> silent = new ArrayList<>();
  long sequence;
  long askedNanos;
  long lastHopeNanos;

  /** How many servers have it now. */
  int flying;

  boolean lies;
  boolean unhelpful;
  boolean done;
  ClientLoop.@Nullable Timer deadline;

  RetrievalTask(Ask<T> ask, Consumer<Retrieval<T>> then, long limitNanos) {
    this.ask = ask;
    this.then = then;
    this.limitNanos = limitNanos;
  }

  /** It enters the queue. */
  void start(long newSequence, long nowNanos) {
    sequence = newSequence;
    askedNanos = nowNanos;
    lastHopeNanos = nowNanos;
  }

  /** One request for it on the wire. */
  static final class Flight {
    final RetrievalTask<?> task;
    final ServerPeer server;
    final long sentNanos;
    long roundTripNanos;
    ClientLoop.@Nullable Timer timer;

    Flight(RetrievalTask<?> task, ServerPeer server, long sentNanos) {
      this.task = task;
      this.server = server;
      this.sentNanos = sentNanos;
    }

    void cancelTimers() {
      if (timer != null) {
        timer.cancel();
      }
    }
  }
}
