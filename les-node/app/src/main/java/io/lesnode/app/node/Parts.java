package io.lesnode.app.node;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The started parts of a node, ended in the reverse of the order in which they were started.
 * Confined to the thread that starts the node until it is handed to {@link #close}, which runs
 * once.
 */
final class Parts implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Parts.class);

  private record Part(String name, AutoCloseable ending) {}

  private final Deque<Part> started = new ArrayDeque<>();
  private boolean closed;

  /** Notes a part that is to be ended. */
  <T extends AutoCloseable> T add(String name, T part) {
    started.push(new Part(name, part));
    return part;
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    while (!started.isEmpty()) {
      Part part = started.pop();
      try {
        part.ending().close();
        LOG.debug("stopped {}", part.name());
      } catch (Exception stubborn) {
        // the others must still be ended, the databases above all
        LOG.error("could not stop {}: {}", part.name(), stubborn.toString(), stubborn);
      }
    }
  }
}
