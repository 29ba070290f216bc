package io.lesnode.les.server;

import io.lesnode.les.wire.LesMessage.Announce;
import io.lesnode.primitives.BlockHeader;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * Turns head changes into announcements; confined to the thread of the chain writer, where reading
 * the branches for the depth of a reorganisation is no burden.
 *
 * <p>Only heads with more total difficulty than the last announced one count. Reference: geth
 * v1.10.26, les/server_handler.go, broadcastLoop.
 */
final class HeadWatch implements ServedChain.HeadListener {

  private final ServedChain chain;
  private final Consumer<Announce> announce;
  private BlockHeader lastHead;
  private UInt256 lastTotalDifficulty = UInt256.ZERO;

  HeadWatch(ServedChain chain, Consumer<Announce> announce) {
    this.chain = chain;
    this.announce = announce;
    this.lastHead = chain.head().header();
  }

  @Override
  public void onHead(ServedHead head) {
    if (head.totalDifficulty().compareTo(lastTotalDifficulty) <= 0) {
      return;
    }
    long reorgDepth = reorgDepth(lastHead, head.header());
    lastHead = head.header();
    lastTotalDifficulty = head.totalDifficulty();
    announce.accept(HeadAnnouncement.announce(head, reorgDepth));
  }

  private long reorgDepth(BlockHeader from, BlockHeader to) {
    if (to.parentHash().equals(from.hash())) {
      return 0;
    }
    try (ServedView view = chain.openView()) {
      BlockHeader old = from;
      BlockHeader now = to;
      while (!old.hash().equals(now.hash())) {
        // the higher of the two steps down; at equal height the new one, then the old one
        boolean stepOld = old.number() > now.number();
        Optional<BlockHeader> parent = header(view, (stepOld ? old : now).parentHash());
        if (parent.isEmpty()) {
          return 0; // no common ancestor is known, as after a rewind
        }
        if (stepOld) {
          old = parent.get();
        } else {
          now = parent.get();
        }
      }
      return from.number() - old.number();
    }
  }

  private static Optional<BlockHeader> header(ServedView view, Bytes32 hash) {
    return view.header(hash).map(BlockHeader::decode);
  }
}
