package io.lesnode.benchmarks.network;

import com.sun.management.OperatingSystemMXBean;
import io.lesnode.devp2p.Capability;
import io.lesnode.devp2p.DisconnectReason;
import io.lesnode.devp2p.P2pConfig;
import io.lesnode.devp2p.P2pServer;
import io.lesnode.devp2p.P2pTimings;
import io.lesnode.devp2p.PeerLink;
import io.lesnode.devp2p.PeerSession;
import io.lesnode.devp2p.SubProtocol;
import io.lesnode.primitives.crypto.KeyPair;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import org.apache.tuweni.bytes.Bytes;

/**
 * Whole connections over loopback, both ends in this process: echoed messages with a window of 64,
 * and connections made one after the other. Prints wall-clock rates and the processor time of both
 * ends together, which is the number to compare on a busy machine.
 *
 * <p>Run: {@code java -cp … io.lesnode.benchmarks.network.LoopbackConnections}.
 */
public final class LoopbackConnections {
  private static final int WINDOW = 64;
  private static final int ROUNDS = 3;

  private LoopbackConnections() {}

  /** A protocol that echoes, or that counts the echoes. */
  private static final class Echo implements SubProtocol {
    private final boolean echoing;
    private final BlockingQueue<PeerLink> links = new LinkedBlockingQueue<>();
    private final Semaphore window = new Semaphore(WINDOW);

    Echo(boolean echoing) {
      this.echoing = echoing;
    }

    @Override
    public List<Capability> capabilities() {
      return List.of(new Capability("les", 4, 24));
    }

    @Override
    public PeerSession accept(PeerLink link, Capability negotiated) {
      links.add(link);
      return new PeerSession() {
        @Override
        public void onMessage(int code, Bytes payload) {
          if (echoing) {
            link.send(code, payload);
          } else {
            window.release();
          }
        }

        @Override
        public void onClosed(DisconnectReason reason, boolean byRemote) {}
      };
    }
  }

  /** Runs everything. */
  public static void main(String[] arguments) throws Exception {
    Echo serving = new Echo(true);
    Echo asking = new Echo(false);
    try (P2pServer server = P2pServer.start(config(), List.of(serving));
        P2pServer client = P2pServer.start(config(), List.of(asking))) {
      client.addPeer(server.self());
      PeerLink link = asking.links.take();
      serving.links.take();
      for (int size : new int[] {100, 500, 2000, 20_000, 100_000}) {
        echo(asking, link, size);
      }
      client.removePeer(server.self());
      for (int round = 0; round < ROUNDS; round++) {
        connect(server, client, serving, asking);
      }
    }
  }

  private static P2pConfig config() {
    return P2pConfig.builder(KeyPair.generate(new SecureRandom()), "benchmark")
        .listenAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
        .timings(P2pTimings.STANDARD.withRedialMillis(1))
        .build();
  }

  private static void echo(Echo asking, PeerLink link, int size) throws InterruptedException {
    byte[] bytes = new byte[size];
    new Random(142).nextBytes(bytes);
    Bytes payload = Bytes.wrap(bytes);
    int count = Math.clamp(60_000_000 / size, 500, 60_000);
    for (int round = 1; round <= ROUNDS; round++) {
      long startNanos = System.nanoTime();
      long startCpuNanos = cpuNanos();
      for (int i = 0; i < count; i++) {
        asking.window.acquire();
        link.send(i % 24, payload);
      }
      asking.window.acquire(WINDOW);
      asking.window.release(WINDOW);
      if (round == ROUNDS) {
        report("echo of " + size + " bytes", count, startNanos, startCpuNanos);
      }
    }
  }

  private static void connect(P2pServer server, P2pServer client, Echo serving, Echo asking)
      throws InterruptedException {
    int count = 1000;
    long startNanos = System.nanoTime();
    long startCpuNanos = cpuNanos();
    for (int i = 0; i < count; i++) {
      while (!client.peers().isEmpty() || !server.peers().isEmpty()) {
        LockSupport.parkNanos(50_000); // spinning would be counted as work
      }
      client.addPeer(server.self());
      asking.links.take();
      serving.links.take(); // both ends are up
      client.removePeer(server.self());
    }
    report("connection", count, startNanos, startCpuNanos);
  }

  private static void report(String what, int count, long startNanos, long startCpuNanos) {
    long nanos = System.nanoTime() - startNanos;
    long cpu = cpuNanos() - startCpuNanos;
    System.out.printf(
        "%s: %d/s, %d µs of processor time%n",
        what, count * 1_000_000_000L / nanos, cpu / count / 1000);
  }

  private static long cpuNanos() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }
}
