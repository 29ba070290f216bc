package io.lesnode.les.client.pool;

import io.lesnode.devp2p.Enode;
import io.lesnode.les.client.pool.ServerPool.QueryAnswer;
import java.util.function.Consumer;

/** Asks servers before they are dialled whether they would take us, such as by a capacity query. */
@FunctionalInterface
public interface ServerQuery {
  /**
   * Asks one server; must not block.
   *
   * @param answer to be told once, from any thread; without it the query counts as unanswered after
   *     ten seconds
   */
  void ask(Enode server, Consumer<QueryAnswer> answer);
}
