package io.lesnode.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import io.lesnode.evm.state.MissingStateException;
import io.lesnode.primitives.BlockHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The logs of new blocks, and those of blocks that left the chain once more with {@code removed:
 * true}, newest first, as geth's light client tells them. Thread-safe.
 *
 * <p>Differs from geth: logs that cannot be had are asked for again for some seconds, and then the
 * listener is told so; geth leaves them out silently (LogFollowerTest).
 */
final class LogFollower {
  private static final Logger LOG = LoggerFactory.getLogger(LogFollower.class);
  private static final int ATTEMPTS = 5;

  /** What a listener hears, on a virtual thread; it must not block for long. */
  interface Listener {
    /** Logs of one block in order. */
    void onLogs(List<JsonNode> logs);

    /** Logs of a block are missing for the given reason. */
    void onGap(String reason);
  }

  private final EthBackend backend;
  private final ChainFollower chain;
  private final LogSearch search;
  private final long pauseNanos;

  LogFollower(EthBackend backend) {
    this(backend, TimeUnit.SECONDS.toNanos(1));
  }

  /**
   * As above.
   *
   * @param pauseNanos between two attempts to get the logs of a block
   */
  LogFollower(EthBackend backend, long pauseNanos) {
    this.backend = backend;
    this.chain = new ChainFollower(backend, "rpc-logs");
    this.search = new LogSearch(backend);
    this.pauseNanos = pauseNanos;
  }

  /**
   * Follows the logs that match; the range of the filter bounds the blocks if it is in numbers.
   *
   * @return what ends it
   * @throws RpcException if the range means nothing for logs to come
   */
  Runnable follow(LogFilter filter, Listener listener) {
    requireFollowable(filter);
    return chain.follow(move -> tell(move, filter, listener));
  }

  /** geth's EventSystem.SubscribeLogs. */
  private static void requireFollowable(LogFilter filter) {
    BlockSelector from = filter.from();
    BlockSelector to = filter.to();
    boolean toLatest = to == BlockSelector.Tag.LATEST;
    boolean toPending = to == BlockSelector.Tag.PENDING;
    boolean followable;
    if (from == BlockSelector.Tag.LATEST) {
      followable = toLatest || toPending;
    } else if (from == BlockSelector.Tag.PENDING) {
      followable = toPending;
    } else {
      followable = lowest(from) >= 0 && (toLatest || toPending || lowest(to) >= lowest(from));
    }
    if (!followable) {
      throw new RpcException("invalid from and to block combination: from > to");
    }
  }

  /** The number of a block given by number or as the earliest; -1 for others. */
  private static long lowest(BlockSelector selector) {
    if (selector instanceof BlockSelector.Height(long number)) {
      return number;
    }
    return selector == BlockSelector.Tag.EARLIEST ? 0 : -1;
  }

  private void tell(ChainMove move, LogFilter filter, Listener listener) {
    for (BlockHeader header : move.retracted()) {
      if (inRange(header, filter)) {
        tell(listener, removed(header, filter));
      }
    }
    if (move.leftOut() > 0) {
      long first = move.adopted().getFirst().number();
      for (long number = first - move.leftOut(); number < first; number++) {
        backend.header(number).ifPresent(header -> added(header, filter, listener));
      }
    }
    move.adopted().forEach(header -> added(header, filter, listener));
  }

  private static void tell(Listener listener, List<JsonNode> logs) {
    if (!logs.isEmpty()) {
      listener.onLogs(logs);
    }
  }

  private static boolean inRange(BlockHeader header, LogFilter filter) {
    if (filter.block().isPresent()) {
      return filter.block().get().equals(header.hash());
    }
    long to = filter.to() instanceof BlockSelector.Height(long number) ? number : Long.MAX_VALUE;
    return header.number() >= Math.max(0, lowest(filter.from())) && header.number() <= to;
  }

  /** What was told of a block was kept with it; what was never told may not be there any more. */
  private List<JsonNode> removed(BlockHeader header, LogFilter filter) {
    try {
      return new ArrayList<>(search.inBlock(header, filter, true)).reversed();
    } catch (RpcException | MissingStateException gone) {
      LOG.debug("logs of retracted block {} are gone: {}", header.number(), gone.getMessage());
      return List.of();
    }
  }

  private void added(BlockHeader header, LogFilter filter, Listener listener) {
    if (!inRange(header, filter) || !LogSearch.mayHold(header, filter)) {
      return;
    }
    String problem = "";
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      try {
        tell(listener, search.inBlock(header, filter, false));
        return;
      } catch (RpcException | MissingStateException missing) {
        problem = String.valueOf(missing.getMessage());
        LockSupport.parkNanos(pauseNanos);
      }
    }
    listener.onGap("the logs of block " + header.number() + " could not be had: " + problem);
  }
}
