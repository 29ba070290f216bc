package io.lesnode.devp2p.discovery.v5;

import io.lesnode.devp2p.enr.NodeRecord;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;

/**
 * Sessions and challenges by node and endpoint: a session is worth nothing at another address.
 * Bounded; the one used longest ago goes first. A value machine, confined to the discovery loop.
 *
 * <p>The keys before the last ones stay good for reading. Two nodes that challenge each other at
 * the same time make two sessions, and each takes the other's for the newer one.
 *
 * <p>Differs from geth, which keeps one and then cannot read what comes: both nodes take each other
 * for silent. Pinned by {@code SimulatedDiscoveryTest}.
 */
final class Sessions {
  static final int LIMIT = 1024;

  /** How long a challenge may be answered; geth's value. */
  private static final long CHALLENGE_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** A node at an endpoint. */
  record Remote(Bytes32 hash, InetSocketAddress endpoint) {}

  /** Established keys, with the count that makes nonces unique. */
  static final class Session {
    final SessionKeys keys;
    private int sent;

    Session(SessionKeys keys) {
      this.keys = keys;
    }

    int nextCount() {
      return ++sent;
    }
  }

  /**
   * A WHOAREYOU that we sent.
   *
   * @param data the IV and header of that packet
   * @param known the record that we already have of the node
   */
  record Challenge(Bytes data, @Nullable NodeRecord known, long sentNanos) {}

  private final Map<Remote, Session> sessions = bounded();
  private final Map<Remote, Session> previous = bounded();
  private final Map<Remote, Challenge> challenges = bounded();

  private static <V> Map<Remote, V> bounded() {
    return new LinkedHashMap<>(16, 0.75f, true) {
      private static final long serialVersionUID = 1;

      @Override
      protected boolean removeEldestEntry(Map.Entry<Remote, V> eldest) {
        return size() > LIMIT;
      }
    };
  }

  Optional<Session> session(Remote remote) {
    return Optional.ofNullable(sessions.get(remote));
  }

  /** The session before the last one. */
  Optional<Session> previous(Remote remote) {
    return Optional.ofNullable(previous.get(remote));
  }

  void establish(Remote remote, Session session) {
    Session older = sessions.put(remote, session);
    if (older != null) {
      previous.put(remote, older);
    }
  }

  void challenged(Remote remote, Challenge challenge) {
    challenges.put(remote, challenge);
  }

  /** Takes the open challenge: it can be answered once. */
  Optional<Challenge> takeChallenge(Remote remote, long nowNanos) {
    Challenge open = challenges.remove(remote);
    return open == null || nowNanos - open.sentNanos() > CHALLENGE_NANOS
        ? Optional.empty()
        : Optional.of(open);
  }

  int size() {
    return sessions.size();
  }
}
