package io.lesnode.les.client.pool;

import io.lesnode.devp2p.Enode;
import java.util.function.Consumer;

/**
 * A place where light servers are found, such as discovery or a DNS list. Methods are called by the
 * client; what is found may be told from any thread. The client checks every server itself, so that
 * a source need not be trusted.
 */
public interface ServerSource extends AutoCloseable {
  /** Starts searching; every server found is handed over, again and again if it likes. */
  void start(Consumer<Enode> found);

  /** Whether more servers are needed; a source may rest while none are. Must not block. */
  default void onNeed(boolean more) {}

  /** Stops searching. */
  @Override
  void close();
}
