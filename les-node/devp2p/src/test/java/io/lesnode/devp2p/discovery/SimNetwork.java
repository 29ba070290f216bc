package io.lesnode.devp2p.discovery;

import io.lesnode.devp2p.discovery.table.DiscoveryLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.apache.tuweni.bytes.Bytes;

/** A network in virtual time: datagrams take 10 ms, and some are lost, by seed. */
public final class SimNetwork {
  /** A datagram that was sent. */
  public record Sent(InetSocketAddress from, InetSocketAddress to, Bytes packet) {}

  private record Event(long atNanos, long order, Runnable task) {}

  private static final long DELAY_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
  private static final long START_SECONDS = 1_700_000_000;

  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::atNanos).thenComparing(Event::order));
  private final Map<InetSocketAddress, BiConsumer<InetSocketAddress, Bytes>> hosts =
      new HashMap<>();
  private final SplittableRandom random;
  private final List<Sent> sent = new ArrayList<>();
  private int lossPercent;
  private long nowNanos = 1_000_000_007;
  private long order;

  /** An empty network. */
  public SimNetwork(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /** Loses so many of a hundred datagrams from now on. */
  public void lose(int percent) {
    this.lossPercent = percent;
  }

  /** An endpoint by text and port. */
  public static InetSocketAddress at(String address, int port) {
    try {
      return new InetSocketAddress(InetAddress.getByName(address), port);
    } catch (UnknownHostException wrong) {
      throw new IllegalArgumentException(wrong);
    }
  }

  /** Connects a host; what it receives goes to the consumer. */
  public void connect(InetSocketAddress host, BiConsumer<InetSocketAddress, Bytes> onPacket) {
    hosts.put(host, onPacket);
  }

  /** Takes a host away. */
  public void disconnect(InetSocketAddress host) {
    hosts.remove(host);
  }

  /** The loop of a host. */
  public DiscoveryLoop loop(InetSocketAddress host) {
    return new DiscoveryLoop() {
      @Override
      public long nowNanos() {
        return nowNanos;
      }

      @Override
      public long nowSeconds() {
        return SimNetwork.this.nowSeconds();
      }

      @Override
      public void send(InetSocketAddress to, Bytes packet) {
        deliver(host, to, packet);
      }

      @Override
      public void after(long delayNanos, Runnable task) {
        schedule(delayNanos, task);
      }
    };
  }

  /** Sends a datagram, from whoever it pretends to be. */
  public void deliver(InetSocketAddress from, InetSocketAddress to, Bytes packet) {
    if (packet.size() > 1280) {
      throw new AssertionError("a datagram of " + packet.size() + " bytes");
    }
    sent.add(new Sent(from, to, packet));
    if (random.nextInt(100) >= lossPercent) {
      schedule(
          DELAY_NANOS,
          () -> {
            BiConsumer<InetSocketAddress, Bytes> host = hosts.get(to);
            if (host != null) {
              host.accept(from, packet);
            }
          });
    }
  }

  private void schedule(long delayNanos, Runnable task) {
    events.add(new Event(nowNanos + delayNanos, order++, task));
  }

  /** The time of day, seconds since 1970. */
  public long nowSeconds() {
    return START_SECONDS + TimeUnit.NANOSECONDS.toSeconds(nowNanos);
  }

  /** The monotonic clock. */
  public long nowNanos() {
    return nowNanos;
  }

  /** Lets time pass. */
  public void run(long millis) {
    long endNanos = nowNanos + TimeUnit.MILLISECONDS.toNanos(millis);
    while (!events.isEmpty() && events.peek().atNanos() <= endNanos) {
      Event event = events.poll();
      nowNanos = event.atNanos();
      event.task().run();
    }
    nowNanos = endNanos;
  }

  /** Every datagram sent since the last call, lost ones included. */
  public List<Sent> takeSent() {
    List<Sent> all = List.copyOf(sent);
    sent.clear();
    return all;
  }
}
