package io.lesnode.devp2p.discovery;

import io.lesnode.devp2p.Enode;
import io.lesnode.devp2p.enr.NodeRecord;

/** Who wants the nodes that discovery finds. Called on threads of discovery: must not block. */
public interface NodeSource {
  /** Wants nothing: for a node that is only to be found. */
  NodeSource NONE =
      new NodeSource() {
        @Override
        public boolean wantsMore() {
          return false;
        }

        @Override
        public boolean accepts(NodeRecord record) {
          return false;
        }

        @Override
        public void onFound(Enode node, NodeRecord record) {}
      };

  /** Whether it is worth searching now. */
  boolean wantsMore();

  /** Whether a record, whose signature is right, is of a node that is looked for. */
  boolean accepts(NodeRecord record);

  /** A node that is looked for was found; the same one may be told of again. */
  void onFound(Enode node, NodeRecord record);
}
