package io.lesnode.benchmarks.load;

import io.lesnode.app.node.NodeFailure;
import io.lesnode.devp2p.Enode;
import io.lesnode.flowcontrol.client.ServerCredit;
import io.lesnode.les.wire.LesCodec;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.les.wire.StatusKeys;
import io.lesnode.primitives.crypto.KeyPair;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.tuweni.bytes.Bytes;

/**
 * One connection on which one question after the other is asked and answered, within the credit
 * that the server grants. Confined to one thread, which it blocks.
 */
final class ScoutLine implements AutoCloseable {

  private static final long REPLY_SECONDS = 5;
  private static final long CREDIT_NANOS = TimeUnit.SECONDS.toNanos(30);

  private sealed interface Event {
    record Ready(ServerGreeting greeting) implements Event {}

    record Reply(int code, Bytes payload) implements Event {}

    record Message(LesMessage message) implements Event {}

    record Closed(ConnectionEnd end) implements Event {}
  }

  private final Enode server;
  private final LoadLoop.Threads threads = new LoadLoop.Threads(1);
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final LoadLoop loop = threads.any(0);
  private final LoadConnection connection;
  private final ServerGreeting greeting;
  private final ServerCredit credit;
  private long lastRequestId;

  /**
   * Connects.
   *
   * @throws NodeFailure if that fails, with the reason
   */
  ScoutLine(Enode server, KeyPair key) {
    this.server = server;
    this.connection = LoadConnection.dial(server, key, loop.eventLoop(), new Ears());
    ServerGreeting said;
    try {
      said = awaitReady();
    } catch (NodeFailure e) {
      threads.close();
      throw e;
    }
    this.greeting = said;
    this.credit = new ServerCredit(said.params(), System.nanoTime());
  }

  private final class Ears implements LoadConnection.Listener {
    @Override
    public void onReady(LoadConnection ready, ServerGreeting said) {
      events.add(new Event.Ready(said));
    }

    @Override
    public void onReply(int code, Bytes payload) {
      events.add(new Event.Reply(code, payload));
    }

    @Override
    public void onMessage(LesMessage message) {
      events.add(new Event.Message(message));
    }

    @Override
    public void onWritable() {}

    @Override
    public void onClosed(ConnectionEnd end) {
      events.add(new Event.Closed(end));
    }
  }

  /** The one line for a server that cannot be loaded. */
  static NodeFailure failure(Enode server, ConnectionEnd end) {
    String remedy =
        end.byServer()
            ? "Look at the server's log and its limit of light clients"
            : "Check --target, and that a LES server runs there";
    return new NodeFailure(
        "--target " + shown(server) + " cannot be used", end.text(), remedy, null);
  }

  static String shown(Enode server) {
    String id = server.nodeId().toHex();
    return "enode://"
        + id.substring(0, 8)
        + "…@"
        + server.endpoint().map(e -> e.getHostString() + ":" + e.getPort()).orElse("?");
  }

  private ServerGreeting awaitReady() {
    while (true) {
      switch (next(TimeUnit.SECONDS.toNanos(30))) {
        case Event.Ready ready -> {
          return ready.greeting();
        }
        case Event.Closed closed -> throw failure(server, closed.end());
        case Event.Reply reply -> {}
        case Event.Message message -> {}
      }
    }
  }

  private Event next(long nanos) {
    try {
      Event event = events.poll(Math.max(1, nanos), TimeUnit.NANOSECONDS);
      return event == null ? new Event.Closed(ConnectionEnd.ours("it does not answer")) : event;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Event.Closed(ConnectionEnd.ours("interrupted"));
    }
  }

  /** What the server said of itself. */
  ServerGreeting greeting() {
    return greeting;
  }

  /** A number for the next request. */
  long nextId() {
    return ++lastRequestId;
  }

  /**
   * Asks and waits for the reply; empty if there is none in time.
   *
   * @throws NodeFailure if the connection ends
   */
  Optional<LesMessage> ask(LesMessage.Request request) {
    long maxCost =
        greeting
            .costs()
            .cost(request.kind())
            .map(cost -> Math.min(cost.of(request.amount()), credit.params().bufferLimit()))
            .orElse(credit.params().bufferLimit());
    awaitCredit(maxCost);
    credit.onQueued(request.requestId(), maxCost, System.nanoTime());
    Bytes payload = LesCodec.encode(request);
    loop.execute(() -> connection.send(request.code(), payload));
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(REPLY_SECONDS);
    while (System.nanoTime() < until) {
      switch (next(until - System.nanoTime())) {
        case Event.Reply reply -> {
          LesMessage message = LesCodec.decode(greeting.version(), reply.code(), reply.payload());
          if (message instanceof LesMessage.Reply known) {
            credit.onReply(known.requestId(), known.bufferValue(), System.nanoTime());
            if (known.requestId() == request.requestId()) {
              return Optional.of(message);
            }
          }
        }
        case Event.Closed closed -> {
          if (System.nanoTime() >= until) {
            return Optional.empty();
          }
          throw failure(server, closed.end());
        }
        case Event.Message message -> onMessage(message.message());
        case Event.Ready ready -> {}
      }
    }
    return Optional.empty();
  }

  private void awaitCredit(long maxCost) {
    long start = System.nanoTime();
    ServerCredit.Sendable sendable = credit.canSend(maxCost, start);
    while (!sendable.now()) {
      if (System.nanoTime() - start > CREDIT_NANOS) {
        throw new NodeFailure(
            "--target " + shown(server) + " cannot be looked at",
            "it grants too little credit",
            "Give --addresses, or choose a mix of headers or txstatus",
            null);
      }
      LockSupport.parkNanos(Math.min(sendable.waitNanos(), 50_000_000));
      sendable = credit.canSend(maxCost, System.nanoTime());
    }
  }

  private void onMessage(LesMessage message) {
    if (message instanceof LesMessage.Announce announce
        && announce.update().contains(StatusKeys.MIN_RECHARGE)) {
      credit.updateParams(ServerGreeting.params(announce.update()), System.nanoTime());
    } else if (message instanceof LesMessage.Resume resume) {
      credit.onResume(resume.bufferValue(), System.nanoTime());
    }
  }

  @Override
  public void close() {
    loop.execute(connection::close);
    threads.close();
  }
}
