package io.lesnode.devp2p;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.tuweni.bytes.Bytes;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sub-protocols of one connection. Calls their sessions, so that an exception of theirs, which
 * is a bug of ours, ends this connection and nothing else. Confined to the event loop of the
 * connection.
 */
final class Links {
  private static final Logger LOG = LoggerFactory.getLogger(Links.class);

  private final List<Link> links = new ArrayList<>();
  private final Consumer<DisconnectReason> end;

  /**
   * Starts without any.
   *
   * @param end ends the connection
   */
  Links(Consumer<DisconnectReason> end) {
    this.end = end;
  }

  /** Lets a sub-protocol accept the connection. It may end the connection right then. */
  void open(Link link) {
    links.add(link);
    try {
      link.session = link.shared.protocol().accept(link, link.shared.capability());
    } catch (RuntimeException e) {
      onFailure(link, e);
    }
  }

  /** Whose message this is, or null. */
  @Nullable Link covering(long code) {
    for (Link link : links) {
      if (link.shared.covers(code)) {
        return link;
      }
    }
    return null;
  }

  /** Hands a message to a session. */
  void deliver(Link link, int code, Bytes payload) {
    try {
      PeerSession session = link.session;
      if (session != null) {
        if (!link.inBatch) {
          link.inBatch = true;
          session.onBatchBegin();
        }
        session.onMessage(code, payload);
      }
    } catch (RuntimeException e) {
      onFailure(link, e);
    }
  }

  /** What had arrived together is delivered. */
  void endBatch() {
    for (int i = 0; i < links.size(); i++) {
      Link link = links.get(i);
      if (link.inBatch) {
        link.inBatch = false;
        try {
          if (link.session != null) {
            link.session.onBatchEnd();
          }
        } catch (RuntimeException e) {
          onFailure(link, e);
        }
      }
    }
  }

  /** Tells every session that producing should rest, or may go on. */
  void onWritabilityChanged(boolean writable) {
    for (Link link : List.copyOf(links)) {
      try {
        if (link.session != null) {
          link.session.onWritabilityChanged(writable);
        }
      } catch (RuntimeException e) {
        onFailure(link, e);
      }
    }
  }

  /** Whether any sub-protocol wants the connection not to be read. */
  boolean paused() {
    for (Link link : links) {
      if (link.paused) {
        return true;
      }
    }
    return false;
  }

  /** Tells every session that was not told yet. */
  void onClosed(DisconnectReason reason, boolean byRemote) {
    for (Link link : List.copyOf(links)) {
      PeerSession session = link.session;
      link.session = null;
      try {
        if (session != null) {
          session.onClosed(reason, byRemote);
        }
      } catch (RuntimeException e) {
        LOG.warn("{} failed while closing", link, e);
      }
    }
  }

  private void onFailure(Link link, RuntimeException e) {
    LOG.warn("{} failed; closing the connection", link, e);
    end.accept(DisconnectReason.SUBPROTOCOL_ERROR);
  }
}
