package io.lesnode.benchmarks.load;

import io.lesnode.app.node.NodeFailure;
import io.lesnode.devp2p.Enode;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.primitives.crypto.Keccak;
import io.lesnode.primitives.crypto.KeyPair;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;
import org.apache.tuweni.bytes.Bytes;

/**
 * Connects and disconnects over and over: TCP, RLPx, Hello, Status both ways, Disconnect. Each
 * connection has a key of its own until the keys run out and come again.
 */
public final class HandshakeRun {

  /** The most handshakes of a run. */
  public static final int MOST_HANDSHAKES = 1_000_000;

  /** The most at the same time. */
  public static final int MOST_PARALLEL = 256;

  /** A key comes again only when its last connection is long over. */
  private static final int KEYS_PER_LANE = 64;

  private static final long LONGEST_SECONDS = 600;

  /**
   * What was measured.
   *
   * @param done handshakes that succeeded
   * @param failures the others by reason
   * @param elapsedNanos of the whole run
   * @param latencies in nanoseconds from dialling to the server's Status
   */
  public record Result(
      int done, Map<String, Long> failures, long elapsedNanos, Histogram latencies) {

    /** Copies the map. */
    public Result {
      failures = Map.copyOf(failures);
    }

    /** Handshakes a second. */
    public double perSecond() {
      return done * 1e9 / elapsedNanos;
    }
  }

  private final Enode server;
  private final List<KeyPair> keys;
  private final LoadLoop loop;
  private final CompletableFuture<Boolean> finished = new CompletableFuture<>();
  private final Histogram latencies = new Histogram(1_000, LoadTally.LONGEST_NANOS, 3);
  private final Map<String, Long> failures = new TreeMap<>();
  private int left;
  private int open;
  private int done;
  private int nextKey;

  private HandshakeRun(Enode server, List<KeyPair> keys, LoadLoop loop, int count) {
    this.server = server;
    this.keys = keys;
    this.loop = loop;
    this.left = count;
  }

  /**
   * Runs.
   *
   * @param count how many handshakes
   * @param parallel how many at the same time
   * @param seed of the keys
   * @throws NodeFailure if none succeeds
   */
  public static Result run(Enode server, int count, int parallel, long seed) {
    return run(server, count, parallel, seed, new CountDownLatch(1));
  }

  /** The same, ended early when {@code cut} is down. */
  public static Result run(Enode server, int count, int parallel, long seed, CountDownLatch cut) {
    if (count < 1 || count > MOST_HANDSHAKES || parallel < 1 || parallel > MOST_PARALLEL) {
      throw new IllegalArgumentException(
          "handshakes are 1 to " + MOST_HANDSHAKES + ", at most " + MOST_PARALLEL + " parallel");
    }
    List<KeyPair> keys =
        IntStream.range(0, Math.min(count, parallel * KEYS_PER_LANE))
            .mapToObj(i -> key(seed, i))
            .toList();
    try (LoadLoop.Threads threads = new LoadLoop.Threads(1)) {
      HandshakeRun run = new HandshakeRun(server, keys, threads.any(0), count);
      long startNanos = System.nanoTime();
      run.loop.execute(() -> IntStream.range(0, parallel).forEach(lane -> run.next()));
      run.await(cut);
      long elapsedNanos = System.nanoTime() - startNanos;
      Result result = run.loop.call(() -> run.result(elapsedNanos));
      if (result.done() == 0) {
        String why = result.failures().keySet().stream().findFirst().orElse("it does not answer");
        throw ScoutLine.failure(server, ConnectionEnd.ours(why));
      }
      return result;
    }
  }

  private static KeyPair key(long seed, int index) {
    Bytes text =
        Bytes.concatenate(Bytes.of('h'), Bytes.ofUnsignedLong(seed), Bytes.ofUnsignedInt(index));
    return KeyPair.ofSecret(Keccak.keccak256(text));
  }

  private void await(CountDownLatch cut) {
    long untilNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_SECONDS);
    try {
      while (!finished.isDone() && System.nanoTime() < untilNanos) {
        if (cut.await(10, TimeUnit.MILLISECONDS)) {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Result result(long elapsedNanos) {
    left = 0;
    return new Result(done, failures, elapsedNanos, latencies.copy());
  }

  private void next() {
    if (left > 0) {
      left--;
      open++;
      KeyPair key = keys.get(nextKey++ % keys.size());
      LoadConnection unused =
          LoadConnection.dial(server, key, loop.eventLoop(), new Lane(System.nanoTime()));
    } else if (open == 0) {
      finished.complete(true);
    }
  }

  /** One handshake. */
  private final class Lane implements LoadConnection.Listener {
    private final long startNanos;
    private boolean succeeded;

    Lane(long startNanos) {
      this.startNanos = startNanos;
    }

    @Override
    public void onReady(LoadConnection connection, ServerGreeting greeting) {
      succeeded = true;
      done++;
      LoadTally.record(latencies, System.nanoTime() - startNanos);
      loop.execute(connection::close); // once our Status is out
    }

    @Override
    public void onReply(int code, Bytes payload) {}

    @Override
    public void onMessage(LesMessage message) {}

    @Override
    public void onWritable() {}

    @Override
    public void onClosed(ConnectionEnd end) {
      open--;
      if (!succeeded) {
        failures.merge(end.text(), 1L, Long::sum);
      }
      loop.execute(HandshakeRun.this::next);
    }
  }
}
