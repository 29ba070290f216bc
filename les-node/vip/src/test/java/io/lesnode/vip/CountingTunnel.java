package io.lesnode.vip;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Carries one TCP connection to another port, and counts the bytes that the dialling side sends.
 */
final class CountingTunnel implements AutoCloseable {
  private static final int CHUNK_BYTES = 4096;

  private final ServerSocket door;
  private final AtomicLong sentBytes = new AtomicLong();

  private CountingTunnel(ServerSocket door) {
    this.door = door;
  }

  static CountingTunnel to(int port) throws IOException {
    CountingTunnel tunnel =
        new CountingTunnel(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
    Thread.startVirtualThread(() -> tunnel.carry(port));
    return tunnel;
  }

  int port() {
    return door.getLocalPort();
  }

  /** Counted before they are passed on. */
  long sentBytes() {
    return sentBytes.get();
  }

  private void carry(int port) {
    try (Socket near = door.accept();
        Socket far = new Socket(InetAddress.getLoopbackAddress(), port)) {
      Thread back = Thread.startVirtualThread(() -> pump(far, near, new AtomicLong()));
      pump(near, far, sentBytes);
      back.join();
    } catch (IOException closed) {
      // a side has gone: so is the tunnel
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void pump(Socket from, Socket to, AtomicLong count) {
    byte[] chunk = new byte[CHUNK_BYTES];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
        count.addAndGet(read);
        out.write(chunk, 0, read);
      }
      to.shutdownOutput();
    } catch (IOException closed) {
      // a side has gone: so is the tunnel
    }
  }

  @Override
  public void close() throws IOException {
    door.close();
  }
}
