package io.lesnode.benchmarks.compare;

import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * The programs that run for the comparison, so that none survives it: {@link #close} ends them, and
 * so does the end of this process by a signal. Thread-safe.
 */
final class Children implements AutoCloseable {
  private final Set<ChildProcess> running = ConcurrentHashMap.newKeySet();
  private final Set<Path> folders = ConcurrentHashMap.newKeySet();
  private final Thread onExit;
  private volatile boolean ending;

  /**
   * Begins with none.
   *
   * @param afterwards what else is to be done when the process is ended by a signal, after the
   *     programs are gone
   */
  Children(Runnable afterwards) {
    onExit =
        Thread.ofPlatform()
            .name("end-children")
            .unstarted(
                () -> {
                  ending = true;
                  killAll();
                  deleteFolders();
                  afterwards.run();
                });
    Runtime.getRuntime().addShutdownHook(onExit);
  }

  /**
   * Does not return when this process was told to end: that programs end then is no failure to
   * speak of.
   */
  void waitIfEnding() {
    while (ending) {
      LockSupport.park(this);
    }
  }

  void add(ChildProcess child) {
    running.add(child);
  }

  void remove(ChildProcess child) {
    running.remove(child);
  }

  /** A folder that is not to survive either. */
  void deleteAtEnd(Path folder) {
    folders.add(folder);
  }

  private void deleteFolders() {
    folders.forEach(Folders::delete);
    folders.clear();
  }

  private void killAll() {
    running.forEach(ChildProcess::kill);
    running.clear();
  }

  @Override
  public void close() {
    killAll();
    deleteFolders();
    try {
      Runtime.getRuntime().removeShutdownHook(onExit);
    } catch (IllegalStateException goingDown) {
      // the hook runs already and will find nothing to do
    }
  }
}
