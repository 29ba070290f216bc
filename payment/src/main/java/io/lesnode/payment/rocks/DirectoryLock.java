package io.lesnode.payment.rocks;

import io.lesnode.payment.ledger.LedgerStoreException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The lock file that makes a directory ours: held by the operating system until the process ends,
 * in whatever way. It also tells our books from other databases, which RocksDB might open (and
 * change) otherwise.
 */
final class DirectoryLock implements AutoCloseable {

  static final String FILE_NAME = "lesnode.lock";

  private static final int MAX_HOLDER_BYTES = 64;

  private final FileChannel channel;

  private DirectoryLock(FileChannel channel) {
    this.channel = channel;
  }

  /** Creates the directory where needed and locks it. */
  static DirectoryLock acquire(Path directory) {
    Path file = directory.resolve(FILE_NAME);
    try {
      refuseForeign(directory, file);
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      if (lockOrNull(channel) == null) {
        String holder = holder(channel);
        channel.close();
        throw new LedgerStoreException.Locked(
            "the books in "
                + directory
                + " are in use by "
                + holder
                + "; stop that node first, or choose another directory with --datadir");
      }
      byte[] pid = Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.UTF_8);
      channel.truncate(0);
      channel.write(ByteBuffer.wrap(pid), 0);
      return new DirectoryLock(channel);
    } catch (IOException e) {
      throw new LedgerStoreException.InputOutput(
          "locking the books in "
              + directory
              + " failed: "
              + e.getMessage()
              + "; check the disk and the permissions of the directory",
          e);
    }
  }

  private static void refuseForeign(Path directory, Path file) throws IOException {
    Files.createDirectories(directory);
    if (Files.exists(file)) {
      return;
    }
    try (Stream<Path> entries = Files.list(directory)) {
      if (entries.findAny().isPresent()) {
        throw new LedgerStoreException.UnknownSchema(
            "the directory "
                + directory
                + " has files that are not of this program; nothing was touched; choose another"
                + " directory with --datadir");
      }
    }
  }

  private static @Nullable FileLock lockOrNull(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException heldHere) {
      return null;
    }
  }

  private static String holder(FileChannel channel) {
    ByteBuffer text = ByteBuffer.allocate(MAX_HOLDER_BYTES);
    try {
      channel.read(text, 0);
    } catch (IOException unreadable) {
      return "another process";
    }
    String pid = new String(text.array(), 0, text.position(), StandardCharsets.UTF_8).strip();
    return pid.matches("[0-9]+") ? "process " + pid : "another process";
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
