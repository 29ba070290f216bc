package io.lesnode.devp2p;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.tuweni.bytes.Bytes;
import org.jspecify.annotations.Nullable;

/** A sub-protocol that keeps what happens to it, for any thread to look at. */
class RecordingProtocol implements SubProtocol {
  private static final long LIMIT_SECONDS = 60;

  private final List<Capability> capabilities;
  private final int maxPayloadBytes;
  private final BlockingQueue<Session> sessions = new LinkedBlockingQueue<>();

  /** A message as it was delivered. */
  record Message(int code, Bytes payload) {}

  /** The end of a session. */
  record Closed(DisconnectReason reason, boolean byRemote) {}

  /** One accepted connection. */
  record Session(
      PeerLink link,
      Capability capability,
      BlockingQueue<Message> messages,
      BlockingQueue<Boolean> writabilities,
      CompletableFuture<Closed> closed)
      implements PeerSession {

    @Override
    public void onMessage(int code, Bytes payload) {
      messages.add(new Message(code, payload));
    }

    @Override
    public void onClosed(DisconnectReason reason, boolean byRemote) {
      if (!closed.complete(new Closed(reason, byRemote))) {
        throw new IllegalStateException("closed twice");
      }
    }

    @Override
    public void onWritabilityChanged(boolean writable) {
      writabilities.add(writable);
    }

    Message nextMessage() throws InterruptedException {
      return Objects.requireNonNull(
          messages.poll(LIMIT_SECONDS, TimeUnit.SECONDS), "no message came");
    }
  }

  RecordingProtocol(List<Capability> capabilities, int maxPayloadBytes) {
    this.capabilities = capabilities;
    this.maxPayloadBytes = maxPayloadBytes;
  }

  /** The three versions of LES that are in use. */
  static RecordingProtocol les() {
    return new RecordingProtocol(
        List.of(
            new Capability("les", 2, 22),
            new Capability("les", 3, 24),
            new Capability("les", 4, 24)),
        10 << 20);
  }

  @Override
  public List<Capability> capabilities() {
    return capabilities;
  }

  @Override
  public int maxPayloadBytes() {
    return maxPayloadBytes;
  }

  @Override
  public PeerSession accept(PeerLink link, Capability negotiated) {
    Session session =
        new Session(
            link,
            negotiated,
            new LinkedBlockingQueue<>(),
            new LinkedBlockingQueue<>(),
            new CompletableFuture<>());
    sessions.add(session);
    return session;
  }

  /** The next connection; waits for it. */
  Session nextSession() throws InterruptedException {
    return Objects.requireNonNull(
        sessions.poll(LIMIT_SECONDS, TimeUnit.SECONDS), "no connection came");
  }

  /** The next connection, or null if none comes in time. */
  @Nullable Session sessionWithin(long millis) throws InterruptedException {
    return sessions.poll(millis, TimeUnit.MILLISECONDS);
  }

  /** How many connections were not taken yet. */
  int waitingSessions() {
    return sessions.size();
  }
}
