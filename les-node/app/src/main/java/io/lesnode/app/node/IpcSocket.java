package io.lesnode.app.node;

import io.lesnode.app.config.EndpointSettings;
import io.lesnode.app.rpc.RpcServer;
import io.lesnode.rpc.RpcLimits;
import io.lesnode.rpc.RpcOffer;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Unix domain socket over which the operator's tools reach the node. Only the owner may open
 * it: it is made in a folder that nobody else can enter, gets its permissions there, and only then
 * its name. Thread-safe; {@link #close} removes the file.
 */
final class IpcSocket implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(IpcSocket.class);

  /** What fits into sockaddr_un on all systems, with the zero byte at the end. */
  private static final int MAX_PATH_BYTES = 103;

  private final Path path;
  private final RpcServer server;

  private IpcSocket(Path path, RpcServer server) {
    this.path = path;
    this.server = server;
  }

  /**
   * Opens the socket. A path that nobody chose and that is too long is only warned about.
   *
   * @throws NodeFailure if the socket cannot be made or the path is another program's
   */
  static Optional<IpcSocket> open(
      EndpointSettings.Ipc settings, Path datadir, RpcOffer offer, RpcLimits limits) {
    Path path = datadir.resolve(settings.path()).toAbsolutePath().normalize();
    Path folder = datadir;
    if (path.getParent() != null) {
      folder = path.getParent();
    }
    byte[] nonce = new byte[2];
    ThreadLocalRandom.current().nextBytes(nonce);
    Path room = folder.resolve("." + HexFormat.of().formatHex(nonce));
    Path unnamed = room.resolve("s");
    int sizeBytes = Math.max(size(path), size(unnamed));
    if (sizeBytes > MAX_PATH_BYTES) {
      return tooLong(settings, path);
    }
    try {
      Files.createDirectories(folder);
      removeStale(path);
      boolean posix = path.getFileSystem().supportedFileAttributeViews().contains("posix");
      if (posix) {
        Files.createDirectory(
            room,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      } else {
        Files.createDirectory(room);
      }
      return Optional.of(new IpcSocket(path, start(path, unnamed, posix, offer, limits)));
    } catch (IOException cannot) {
      throw new NodeFailure(
          "the IPC socket " + path + " cannot be made",
          String.valueOf(cannot.getMessage()),
          "Choose another path with --ipcpath, or turn it off with --ipcdisable",
          cannot);
    } finally {
      remove(unnamed);
      remove(room);
    }
  }

  private static RpcServer start(
      Path path, Path unnamed, boolean posix, RpcOffer offer, RpcLimits limits) throws IOException {
    RpcServer server = RpcServer.start(unnamed, offer, limits);
    try {
      if (posix) {
        Files.setPosixFilePermissions(unnamed, PosixFilePermissions.fromString("rw-------"));
      }
      Files.move(unnamed, path, StandardCopyOption.ATOMIC_MOVE);
      return server;
    } catch (IOException cannot) {
      server.close();
      throw cannot;
    }
  }

  private static Optional<IpcSocket> tooLong(EndpointSettings.Ipc settings, Path path) {
    String why = "its path has more than " + MAX_PATH_BYTES + " bytes";
    if (settings.chosen()) {
      throw new NodeFailure(
          "the IPC socket " + path + " cannot be made",
          why,
          "Choose a shorter path with --ipcpath, or turn it off with --ipcdisable",
          null);
    }
    LOG.warn("no IPC socket at {}: {}; choose a shorter one with --ipcpath", path, why);
    return Optional.empty();
  }

  private static int size(Path path) {
    return path.toString().getBytes(StandardCharsets.UTF_8).length;
  }

  /** Removes what a killed process left; leaves a socket in use and files of other kinds. */
  private static void removeStale(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    boolean socket =
        !Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
            && !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
            && !Files.isSymbolicLink(path);
    if (!socket) {
      throw new IOException("there is a file of that name that is no socket");
    }
    try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      probe.connect(UnixDomainSocketAddress.of(path));
    } catch (IOException nobodyListens) {
      Files.deleteIfExists(path);
      return;
    }
    throw new IOException("another program listens there");
  }

  private static void remove(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException stubborn) {
      LOG.debug("could not delete {}: {}", path, stubborn.toString());
    }
  }

  Path path() {
    return path;
  }

  @Override
  public void close() {
    remove(path);
    server.close();
  }
}
