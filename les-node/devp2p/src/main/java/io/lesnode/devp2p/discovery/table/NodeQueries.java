package io.lesnode.devp2p.discovery.table;

import io.lesnode.devp2p.enr.NodeRecord;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * What one discovery protocol can ask another node. Every question is answered exactly once, on the
 * discovery loop, within a second or two.
 */
public interface NodeQueries {
  /** Asks a node whether it is there: the sequence number of its record, or empty for silence. */
  void ping(KnownNode node, Consumer<OptionalLong> answer);

  /** Asks a node for nodes near a target; empty for silence. */
  void findNodes(KnownNode node, Target target, Consumer<List<KnownNode>> answer);

  /** Asks a node for its record; empty for silence or a record that is not its own. */
  void requestRecord(KnownNode node, Consumer<Optional<NodeRecord>> answer);
}
