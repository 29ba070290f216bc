package io.lesnode.les.client;

import io.lesnode.les.client.Retrieval.Failed;
import io.lesnode.les.client.Retrieval.Retrieved;
import io.lesnode.les.client.RetrievalTask.Flight;
import io.lesnode.les.wire.LesMessage;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Brings questions to servers and verified answers back. Confined to the client loop, except {@link
 * #ask}.
 *
 * <p>Questions wait in the order they were asked, a person's before those of the header sync. The
 * first one takes a suitable server whose credit covers it; a server that an earlier question waits
 * for is not given to a later one, so that small questions cannot starve a large one. After the
 * soft timeout the question is also given to another server, ten seconds later the silent one is
 * dropped. An answer that does not verify sends the question on to the next server. When nobody is
 * left the caller is told why (geth {@code les/distributor.go}, {@code les/retrieve.go}).
 */
final class Retriever {
  /** How long after the soft timeout a silent server is dropped (geth: hardRequestTimeout). */
  static final long HARD_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** How long a question waits for a first suitable server (geth: 3 s). */
  static final long NO_SERVER_GRACE_NANOS = TimeUnit.SECONDS.toNanos(3);

  /** The longest that a person's question may take, unless the caller sets another limit. */
  static final long DEADLINE_NANOS = TimeUnit.SECONDS.toNanos(60);

  private static final long SWEEP_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** Servers are asked again for credit at least this often while something waits. */
  private static final long MAX_CREDIT_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  /**
   * Recharge is counted in whole units, so that asking more often than this could lose all of it.
   */
  private static final long MIN_CREDIT_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private static final int MAX_WAITING = 10_000;
  private static final int MAX_VOIDED = 1000;

  /** A question that is under way; the caller may give it up. Thread-safe. */
  @FunctionalInterface
  interface Pending {
    /** Gives up: the outcome is told no more. Without effect once it was told. */
    void cancel();
  }

  /** Of many servers a message names only the first few. */
  private static final int MOST_IN_A_TEXT = 5;

  private final ClientLoop loop;
  private final ServerTable servers;
  private final Executor workers;
  private final RandomGenerator random;
  private final TreeSet<RetrievalTask<?>> waiting =
      new TreeSet<>(
          Comparator.<RetrievalTask<?>, Boolean>comparing(task -> task.ask.bulk())
              .thenComparingLong(task -> task.sequence));
  private final Set<RetrievalTask<?>> open = new HashSet<>();
  private final Map<Long, Flight> flights = new HashMap<>();

  /** What a server need not answer any more but may: it froze us meanwhile. */
  private final Map<Long, ServerPeer> voided = new BoundedMap<>(MAX_VOIDED);

  private long nextSequence;
  private long nextRequestId;
  private ClientLoop.@Nullable Timer pumpTimer;
  private boolean pumping;
  private boolean pumpAgain;
  private boolean sweeping;
  private boolean closed;

  Retriever(ClientLoop loop, ServerTable servers, Executor workers, RandomGenerator random) {
    this.loop = loop;
    this.servers = servers;
    this.workers = workers;
    this.random = random;
    this.nextRequestId = random.nextLong();
  }

  /**
   * Asks; any thread may call this. The future completes on the client loop, never exceptionally;
   * if the caller cancels it, the question is given up.
   */
  <T> CompletableFuture<Retrieval<T>> ask(Ask<T> ask) {
    return ask(ask, DEADLINE_NANOS);
  }

  /**
   * The same with a limit in nanoseconds; then the outcome is {@link RetrievalFailure.TimedOut}.
   */
  <T> CompletableFuture<Retrieval<T>> ask(Ask<T> ask, long limitNanos) {
    CompletableFuture<Retrieval<T>> result = new CompletableFuture<>();
    Pending pending = ask(ask, limitNanos, result::complete);
    CompletableFuture<Retrieval<T>> unused =
        result.whenComplete(
            (value, failure) -> {
              if (result.isCancelled()) {
                pending.cancel();
              }
            });
    return result;
  }

  /**
   * Asks; any thread may call this.
   *
   * @param then gets the outcome, on the client loop; on the caller's thread if the client is
   *     closed
   */
  <T> void ask(Ask<T> ask, Consumer<Retrieval<T>> then) {
    Pending unused = ask(ask, ask.bulk() ? Long.MAX_VALUE : DEADLINE_NANOS, then);
  }

  /**
   * Asks; any thread may call this.
   *
   * @param limitNanos how long it may take
   * @param then as above
   */
  <T> Pending ask(Ask<T> ask, long limitNanos, Consumer<Retrieval<T>> then) {
    RetrievalTask<T> task = new RetrievalTask<>(ask, then, limitNanos);
    if (loop.isOwner()) {
      enqueue(task);
    } else if (!loop.offer(() -> enqueue(task))) {
      then.accept(new Failed<>(new RetrievalFailure.ClientClosed(ask.what())));
    }
    return () -> loop.execute(() -> giveUp(task));
  }

  private void giveUp(RetrievalTask<?> task) {
    if (!task.done) {
      end(task);
      pump();
    }
  }

  private <T> void enqueue(RetrievalTask<T> task) {
    String what = task.ask.what();
    if (closed) {
      task.then.accept(new Failed<>(new RetrievalFailure.ClientClosed(what)));
    } else if (waiting.size() >= MAX_WAITING) {
      String detail = MAX_WAITING + " questions are waiting already";
      task.then.accept(new Failed<>(new RetrievalFailure.NotServed(what, detail)));
    } else {
      task.start(nextSequence++, loop.nowNanos());
      open.add(task);
      if (task.limitNanos < DEADLINE_NANOS) {
        task.deadline = loop.schedule(task.limitNanos, () -> onDeadline(task));
      }
      waiting.add(task);
      if (!sweeping) {
        sweeping = true;
        loop.schedule(SWEEP_NANOS, this::sweep);
      }
      pump();
    }
  }

  /** Gives up everything that waits. */
  void close() {
    closed = true;
    flights.values().forEach(Flight::cancelTimers);
    flights.clear();
    for (RetrievalTask<?> task : List.copyOf(open)) {
      fail(task, new RetrievalFailure.ClientClosed(task.ask.what()));
    }
  }

  /** A server became usable, got credit or announced a head. */
  void onServersChanged() {
    pump();
  }

  /** A reply has come; its credit was booked already. */
  void onReply(ServerPeer server, LesMessage.Reply reply) {
    Flight flight = flights.get(reply.requestId());
    if (flight == null || flight.server != server) {
      if (!voided.remove(reply.requestId(), server)) {
        servers.onFault(server, new ServerFault.Unhelpful("a reply that nobody asked for"));
      }
      return;
    }
    flights.remove(reply.requestId());
    flight.cancelTimers();
    RetrievalTask<?> task = flight.task;
    long now = loop.nowNanos();
    flight.roundTripNanos = now - flight.sentNanos;
    server.onAnswered();
    server.answers().onReply(kindOf(task), server.receivedBytes(), flight.roundTripNanos, now);
    if (task.done) {
      task.flying--;
    } else {
      verify(flight, task, reply);
    }
    pump();
  }

  private static String kindOf(RetrievalTask<?> task) {
    return task.ask.question().kind().name().toLowerCase(Locale.ROOT);
  }

  /** The server will not answer what it was asked so far, because it froze us or went away. */
  void onVoided(ServerPeer server) {
    for (Iterator<Map.Entry<Long, Flight>> it = flights.entrySet().iterator(); it.hasNext(); ) {
      Map.Entry<Long, Flight> entry = it.next();
      Flight flight = entry.getValue();
      if (flight.server == server) {
        it.remove();
        voided.put(entry.getKey(), server);
        flight.cancelTimers();
        flight.task.flying--;
        flight.task.tried.remove(server);
        flight.task.lastHopeNanos = loop.nowNanos();
        requeue(flight.task);
      }
    }
    pump();
  }

  private <T> void verify(Flight flight, RetrievalTask<T> task, LesMessage.Reply reply) {
    ServerPeer server = flight.server;
    workers.execute(
        () -> {
          try {
            T value = task.ask.check().check(server, reply);
            loop.execute(() -> onVerified(flight, task, value));
          } catch (InvalidAnswerException e) {
            loop.execute(() -> onInvalid(server, task, e));
          }
        });
  }

  private <T> void onVerified(Flight flight, RetrievalTask<T> task, T value) {
    task.flying--;
    ServerPeer server = flight.server;
    server.answers().onVerdict(kindOf(task), null);
    // Differs from geth, which credits any reply: only what verifies is worth something.
    servers.keeper().onServed(server, task.ask.question(), flight.roundTripNanos);
    if (!task.done) {
      end(task);
      task.then.accept(new Retrieved<>(value));
    }
  }

  private void onInvalid(ServerPeer server, RetrievalTask<?> task, InvalidAnswerException e) {
    task.flying--;
    if (e.isEmpty()
        && task.ask.question().namesAccounts()
        && server.tryOtherAccountKeyForm()
        && !task.done) {
      task.tried.remove(server);
      requeue(task);
      pump();
      return;
    }
    server.answers().onVerdict(kindOf(task), e.reason());
    task.complaints.add(new RetrievalFailure.Complaint(server.name(), e.reason()));
    task.lies |= e.isLie();
    task.unhelpful |= e.fault().isPresent();
    e.fault().ifPresent(fault -> servers.onFault(server, fault));
    requeue(task);
    pump();
  }

  private void requeue(RetrievalTask<?> task) {
    if (!task.done) {
      waiting.add(task);
    }
  }

  /** Sends whatever can be sent now and arranges to be called when more can be. */
  private void pump() {
    assert loop.isOwner() : "the retriever belongs to the client loop";
    if (pumping) {
      // A question that fails here may lead to the next one; that one waits for a look as well.
      pumpAgain = true;
      return;
    }
    if (closed) {
      return;
    }
    pumping = true;
    try {
      long now = loop.nowNanos();
      long wakeNanos = Long.MAX_VALUE;
      Set<ServerPeer> taken = new HashSet<>();
      List<ServerPeer> usable = servers.usable();
      for (RetrievalTask<?> task : List.copyOf(waiting)) {
        if (task.ask.bulk() && taken.size() >= usable.size() && !usable.isEmpty()) {
          break;
        }
        wakeNanos = Math.min(wakeNanos, tryOne(task, usable, taken, now));
      }
      arrangePump(wakeNanos);
    } finally {
      pumping = false;
    }
    if (pumpAgain) {
      pumpAgain = false;
      loop.execute(this::pump);
    }
  }

  /** Sends, fails or leaves one task; returns after how many nanoseconds to look again. */
  private long tryOne(
      RetrievalTask<?> task, List<ServerPeer> usable, Set<ServerPeer> taken, long now) {
    @Nullable ServerPeer best = null;
    double bestDraw = -1;
    long minWaitNanos = Long.MAX_VALUE;
    boolean anySuitable = false;
    Set<ServerPeer> waitedFor = new HashSet<>();
    for (ServerPeer server : usable) {
      if (task.tried.contains(server) || !task.ask.suitable().test(server)) {
        continue;
      }
      anySuitable = true;
      if (taken.contains(server) || !server.canSend()) {
        continue;
      }
      long waitNanos = server.creditWaitNanos(task.ask.question(), task.ask.bulk(), now);
      if (waitNanos > 0) {
        waitedFor.add(server);
        minWaitNanos = Math.min(minWaitNanos, waitNanos);
        continue;
      }
      // As geth does: random, weighted by the share of credit that would be left; and by price.
      double draw =
          random.nextDouble()
              * (server.creditShareAfter(task.ask.question(), now) + 1e-6)
              * servers.keeper().moneyFactor(server.id());
      if (draw > bestDraw) {
        best = server;
        bestDraw = draw;
      }
    }
    if (best != null) {
      waiting.remove(task);
      send(task, best, now);
      return Long.MAX_VALUE;
    }
    taken.addAll(waitedFor);
    if (anySuitable) {
      task.lastHopeNanos = now;
      return Math.clamp(minWaitNanos, MIN_CREDIT_WAIT_NANOS, MAX_CREDIT_WAIT_NANOS);
    }
    return giveUpOrWait(task, usable, now);
  }

  private long giveUpOrWait(RetrievalTask<?> task, List<ServerPeer> usable, long now) {
    if (task.flying > 0) {
      return Long.MAX_VALUE;
    }
    long leftNanos = task.lastHopeNanos + NO_SERVER_GRACE_NANOS - now;
    boolean everyoneTried = !usable.isEmpty() && task.tried.containsAll(usable);
    if (leftNanos > 0 && !everyoneTried) {
      return leftNanos;
    }
    fail(task, reasonOf(task, usable));
    return Long.MAX_VALUE;
  }

  private RetrievalFailure reasonOf(RetrievalTask<?> task, List<ServerPeer> usable) {
    String what = task.ask.what();
    if (task.lies) {
      return new RetrievalFailure.InvalidAnswers(what, task.complaints);
    }
    if (!task.silent.isEmpty()) {
      long waitedMillis = TimeUnit.NANOSECONDS.toMillis(loop.nowNanos() - task.askedNanos);
      return new RetrievalFailure.TimedOut(what, waitedMillis, task.silent);
    }
    if (!task.complaints.isEmpty() && !task.unhelpful) {
      return new RetrievalFailure.NotKnown(what, task.complaints.size());
    }
    if (!task.complaints.isEmpty()) {
      return new RetrievalFailure.NotServed(
          what,
          "no connected server has it (%s)"
              .formatted(RetrievalFailure.Complaint.text(task.complaints)));
    }
    return usable.isEmpty()
        ? new RetrievalFailure.NoServer(what, servers.status())
        : new RetrievalFailure.NotServed(what, task.ask.detail() + connected(usable));
  }

  private static String connected(List<ServerPeer> usable) {
    return usable.stream()
        .limit(MOST_IN_A_TEXT)
        .map(server -> server.name() + " at head " + server.head().number())
        .collect(Collectors.joining(", ", " (connected: ", ")"));
  }

  private void send(RetrievalTask<?> task, ServerPeer server, long now) {
    long requestId = nextRequestId++;
    task.tried.add(server);
    task.flying++;
    Flight flight = new Flight(task, server, now);
    flights.put(requestId, flight);
    flight.timer =
        loop.schedule(servers.keeper().softTimeoutNanos(), () -> onSoftTimeout(requestId, flight));
    if (!server.send(requestId, task.ask.question(), now)) {
      flight.cancelTimers();
      flights.remove(requestId);
      task.flying--;
      waiting.add(task);
    }
  }

  private void onSoftTimeout(long requestId, Flight flight) {
    if (flights.get(requestId) != flight) {
      return;
    }
    flight.server.answers().onSlow();
    flight.timer = loop.schedule(HARD_TIMEOUT_NANOS, () -> onHardTimeout(requestId, flight));
    if (!flight.task.done) {
      waiting.add(flight.task);
      pump();
    }
  }

  private void onHardTimeout(long requestId, Flight flight) {
    if (!flights.remove(requestId, flight)) {
      return;
    }
    RetrievalTask<?> task = flight.task;
    task.flying--;
    task.silent.add(flight.server.name());
    flight.server.answers().onTimeout();
    long waitedMillis = TimeUnit.NANOSECONDS.toMillis(loop.nowNanos() - flight.sentNanos);
    servers.onFault(
        flight.server,
        new ServerFault.TooSlow("no answer to " + task.ask.what() + " in " + waitedMillis + " ms"));
    requeue(task);
    pump();
  }

  /** Nobody waits for ever, whatever the servers do. */
  private void sweep() {
    long now = loop.nowNanos();
    List.copyOf(open).stream()
        .filter(task -> now - task.askedNanos > task.limitNanos)
        .forEach(this::onDeadline);
    sweeping = !open.isEmpty();
    if (sweeping) {
      loop.schedule(SWEEP_NANOS, this::sweep);
    }
  }

  private void onDeadline(RetrievalTask<?> task) {
    if (!task.done) {
      List<String> asked = task.tried.stream().map(ServerPeer::name).toList();
      long waitedMillis = TimeUnit.NANOSECONDS.toMillis(task.limitNanos);
      fail(task, new RetrievalFailure.TimedOut(task.ask.what(), waitedMillis, asked));
    }
  }

  private void end(RetrievalTask<?> task) {
    task.done = true;
    waiting.remove(task);
    open.remove(task);
    if (task.deadline != null) {
      task.deadline.cancel();
    }
  }

  private <T> void fail(RetrievalTask<T> task, RetrievalFailure failure) {
    if (!task.done) {
      end(task);
      task.then.accept(new Failed<>(failure));
    }
  }

  private void arrangePump(long waitNanos) {
    if (pumpTimer != null) {
      pumpTimer.cancel();
      pumpTimer = null;
    }
    if (waitNanos != Long.MAX_VALUE && !waiting.isEmpty()) {
      pumpTimer = loop.schedule(waitNanos, this::pump);
    }
  }
}
