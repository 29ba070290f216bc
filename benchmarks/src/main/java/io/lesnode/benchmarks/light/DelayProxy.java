package io.lesnode.benchmarks.light;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.tuweni.bytes.Bytes;

/**
 * A TCP link with a fixed delay each way, on the loopback interface, that counts round trips. Bytes
 * keep their order and are never lost; bandwidth is not limited. Thread-safe.
 *
 * <p>A round trip is counted when the client sends after it has heard from the server: what goes
 * out together counts once, however many messages it is. What both sides send on their own
 * (announcements, pings) counts too, so a count is to be taken over a short time.
 */
public final class DelayProxy implements Closeable {
  private static final int CHUNK_BYTES = 64 * 1024;

  /** Enough for some megabytes under way; a sender that is faster has to wait. */
  private static final int MAX_CHUNKS = 1_024;

  private final ServerSocket listener;
  private final InetSocketAddress target;
  private final long delayNanos;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final AtomicLong roundTrips = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private volatile boolean heard = true;

  /** Bytes on their way; empty ones end the stream. */
  private record Chunk(Bytes bytes, long dueNanos) {}

  private DelayProxy(ServerSocket listener, InetSocketAddress target, Duration oneWay) {
    this.listener = listener;
    this.target = target;
    this.delayNanos = oneWay.toNanos();
  }

  /**
   * Starts to listen.
   *
   * @param port on the loopback interface, 0 for any
   * @param oneWay the delay each way
   */
  public static DelayProxy start(int port, InetSocketAddress target, Duration oneWay)
      throws IOException {
    ServerSocket listener = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
    DelayProxy proxy = new DelayProxy(listener, target, oneWay);
    Thread.ofVirtual().start(proxy::accept);
    return proxy;
  }

  /** Where it listens. */
  public int port() {
    return listener.getLocalPort();
  }

  /** Round trips so far. */
  public long roundTrips() {
    return roundTrips.get();
  }

  /** Bytes so far, both ways. */
  public long bytes() {
    return bytes.get();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        Socket server = new Socket(target.getAddress(), target.getPort());
        for (Socket socket : List.of(client, server)) {
          socket.setTcpNoDelay(true);
          sockets.add(socket);
        }
        carry(client, server, this::onSent);
        carry(server, client, () -> heard = true);
      } catch (IOException refused) {
        // the listener was closed, or the target is not there: the client will see its end
        if (listener.isClosed()) {
          return;
        }
      }
    }
  }

  private void onSent() {
    if (heard) {
      heard = false;
      roundTrips.incrementAndGet();
    }
  }

  /** {@code seen} is called where the client is: when it sends, and when something reaches it. */
  private void carry(Socket from, Socket to, Runnable seen) {
    boolean outgoing = sockets.indexOf(from) < sockets.indexOf(to);
    BlockingQueue<Chunk> underWay = new LinkedBlockingQueue<>(MAX_CHUNKS);
    Thread.ofVirtual().start(() -> read(from, underWay, outgoing ? seen : () -> {}));
    Thread.ofVirtual().start(() -> write(to, underWay, outgoing ? () -> {} : seen));
  }

  private void read(Socket from, BlockingQueue<Chunk> underWay, Runnable seen) {
    byte[] buffer = new byte[CHUNK_BYTES];
    try {
      InputStream in = from.getInputStream();
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        seen.run();
        bytes.addAndGet(count);
        underWay.put(
            new Chunk(Bytes.wrap(Arrays.copyOf(buffer, count)), System.nanoTime() + delayNanos));
      }
      underWay.put(new Chunk(Bytes.EMPTY, System.nanoTime() + delayNanos));
    } catch (IOException | InterruptedException ended) {
      underWay.offer(new Chunk(Bytes.EMPTY, System.nanoTime()));
    }
  }

  private void write(Socket to, BlockingQueue<Chunk> underWay, Runnable seen) {
    try (to) {
      OutputStream out = to.getOutputStream();
      while (true) {
        Chunk chunk = underWay.take();
        long waitNanos = chunk.dueNanos() - System.nanoTime();
        if (waitNanos > 0) {
          TimeUnit.NANOSECONDS.sleep(waitNanos);
        }
        if (chunk.bytes().isEmpty()) {
          return;
        }
        seen.run();
        out.write(chunk.bytes().toArrayUnsafe());
        out.flush();
      }
    } catch (IOException | InterruptedException ended) {
      return;
    }
  }

  /** Ends all connections. */
  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  /**
   * Runs a proxy until it is killed and prints the counts each second in which something happened.
   *
   * @param args port to listen on, host and port of the target, delay each way in milliseconds
   */
  @SuppressWarnings("SystemOut")
  public static void main(String[] args) throws IOException, InterruptedException {
    if (args.length != 4) {
      throw new IllegalArgumentException("usage: PORT TARGET_HOST TARGET_PORT DELAY_MILLIS");
    }
    InetSocketAddress target = new InetSocketAddress(args[1], Integer.parseInt(args[2]));
    Duration oneWay = Duration.ofMillis(Long.parseLong(args[3]));
    try (DelayProxy proxy = start(Integer.parseInt(args[0]), target, oneWay)) {
      System.out.println("listening on port " + proxy.port());
      long last = 0;
      while (true) {
        TimeUnit.SECONDS.sleep(1);
        if (proxy.bytes() != last) {
          last = proxy.bytes();
          System.out.println(proxy.roundTrips() + " round trips, " + last + " bytes");
        }
      }
    }
  }
}
