package io.lesnode.devp2p.discovery.v5;

import io.lesnode.devp2p.discovery.v5.Sessions.Challenge;
import io.lesnode.devp2p.discovery.v5.Sessions.Remote;
import io.lesnode.devp2p.discovery.v5.Sessions.Session;
import io.lesnode.devp2p.enr.NodeRecord;
import io.lesnode.primitives.crypto.Keccak;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.primitives.crypto.Secp256k1;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes packets of discovery v5 and keeps the sessions that this takes (geth
 * p2p/discover/v5wire/encoding.go). Confined to the discovery loop.
 */
final class PacketsV5 {
  private static final int RANDOM_MESSAGE_BYTES = 20;
  private static final int ID_NONCE_BYTES = 16;
  private static final int HANDSHAKE_HEAD_BYTES = 34;
  private static final int COMPRESSED_KEY_BYTES = 33;

  /** What a packet turned out to be. */
  sealed interface Incoming {
    /** Not for us, malformed, forged or late: no answer. */
    record Dropped() implements Incoming {}

    /** A message that we cannot read: the sender must prove itself first. */
    record Unreadable(Bytes32 node, Bytes nonce) implements Incoming {}

    /**
     * A node wants our proof.
     *
     * @param requestNonce the nonce of the packet of ours that it could not read
     * @param challenge the IV and header of its packet
     * @param knownSeq the sequence number of the record that it has of us
     */
    record WhoAreYou(Bytes requestNonce, Bytes challenge, long knownSeq) implements Incoming {}

    /**
     * A message of a proven node.
     *
     * @param record its record, when it has just completed a handshake
     */
    record Received(Bytes32 node, MessageV5 message, @Nullable NodeRecord record)
        implements Incoming {}
  }

  /** A packet and the nonce that a WHOAREYOU would name. */
  record Outgoing(Bytes packet, Bytes nonce) {}

  private static final Incoming DROPPED = new Incoming.Dropped();

  private final KeyPair key;
  private final Bytes32 self;
  private final Supplier<NodeRecord> record;
  private final SecureRandom random;
  private final Sessions sessions = new Sessions();

  PacketsV5(KeyPair key, Supplier<NodeRecord> record, SecureRandom random) {
    this.key = key;
    this.self = Keccak.keccak256(key.publicKey());
    this.record = record;
    this.random = random;
  }

  private Bytes random(int size) {
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    return Bytes.wrap(bytes);
  }

  void warmUp() {
    InetSocketAddress nowhere = new InetSocketAddress(0);
    Remote us = new Remote(self, nowhere);
    MessageV5 ping = new MessageV5.Ping(random(MessageV5.REQUEST_ID_BYTES_MAX), 0);
    PacketsV5 other = new PacketsV5(key, record, random);
    Bytes challenge = other.whoAreYou(us, random(SessionKeys.NONCE_BYTES), null, 0);
    PacketsV5 one = new PacketsV5(key, record, random);
    if (one.read(nowhere, challenge, 0) instanceof Incoming.WhoAreYou asked) {
      Outgoing handshake = one.handshake(us, key.publicKey(), asked, ping);
      Incoming unused = other.read(nowhere, handshake.packet(), 0);
    }
  }

  /** The sessions, for tests that begin in the middle of one. */
  Sessions sessions() {
    return sessions;
  }

  // ---- reading -------------------------------------------------------------------------------

  Incoming read(InetSocketAddress from, Bytes packet, long nowNanos) {
    HeaderV5 header = HeaderV5.unmask(packet, self).orElse(null);
    if (header == null) {
      return DROPPED;
    }
    return switch (header.flag()) {
      case HeaderV5.MESSAGE -> readMessage(from, header);
      case HeaderV5.WHOAREYOU -> readWhoAreYou(header);
      case HeaderV5.HANDSHAKE -> readHandshake(from, header, nowNanos);
      default -> DROPPED;
    };
  }

  private Incoming readMessage(InetSocketAddress from, HeaderV5 header) {
    if (header.authData().size() != Bytes32.SIZE) {
      return DROPPED;
    }
    Bytes32 node = Bytes32.wrap(header.authData());
    Remote remote = new Remote(node, from);
    Bytes plaintext =
        sessions
            .session(remote)
            .flatMap(session -> open(session, header))
            .or(() -> sessions.previous(remote).flatMap(session -> open(session, header)))
            .orElse(null);
    if (plaintext == null) {
      return new Incoming.Unreadable(node, header.nonce());
    }
    return MessageV5.decode(plaintext)
        .<Incoming>map(message -> new Incoming.Received(node, message, null))
        .orElse(DROPPED);
  }

  private static Optional<Bytes> open(Session session, HeaderV5 header) {
    return session.keys.open(header.nonce(), header.message(), header.authenticated());
  }

  private static Incoming readWhoAreYou(HeaderV5 header) {
    Bytes data = header.authData();
    return data.size() == ID_NONCE_BYTES + Long.BYTES && header.message().isEmpty()
        ? new Incoming.WhoAreYou(
            header.nonce(), header.authenticated(), data.slice(ID_NONCE_BYTES).toLong())
        : DROPPED;
  }

  private Incoming readHandshake(InetSocketAddress from, HeaderV5 header, long nowNanos) {
    Bytes data = header.authData();
    if (data.size() < HANDSHAKE_HEAD_BYTES) {
      return DROPPED;
    }
    Remote remote = new Remote(Bytes32.wrap(data.slice(0, Bytes32.SIZE)), from);
    int signatureBytes = data.get(32) & 0xff;
    int keyBytes = data.get(33) & 0xff;
    int recordStart = HANDSHAKE_HEAD_BYTES + signatureBytes + keyBytes;
    Challenge challenge = sessions.takeChallenge(remote, nowNanos).orElse(null);
    if (challenge == null || data.size() < recordStart || keyBytes != COMPRESSED_KEY_BYTES) {
      return DROPPED;
    }
    Bytes signature = data.slice(HANDSHAKE_HEAD_BYTES, signatureBytes);
    Bytes ephemeralKey = data.slice(HANDSHAKE_HEAD_BYTES + signatureBytes, keyBytes);
    try {
      NodeRecord signer = signer(challenge, remote, data.slice(recordStart));
      if (signer == null
          || !SessionKeys.isIdentity(
              signature, signer.publicKey(), challenge.data(), ephemeralKey, self)) {
        return DROPPED;
      }
      SessionKeys keys =
          SessionKeys.derive(
                  key, Secp256k1.decompress(ephemeralKey), remote.hash(), self, challenge.data())
              .flipped();
      return open(header, remote, signer, keys);
    } catch (IllegalArgumentException noPoint) {
      return DROPPED;
    }
  }

  private Incoming open(HeaderV5 header, Remote remote, NodeRecord signer, SessionKeys keys) {
    Bytes plaintext =
        keys.open(header.nonce(), header.message(), header.authenticated()).orElse(null);
    if (plaintext == null) {
      return DROPPED;
    }
    sessions.establish(remote, new Session(keys));
    return MessageV5.decode(plaintext)
        .<Incoming>map(message -> new Incoming.Received(remote.hash(), message, signer))
        .orElse(DROPPED);
  }

  /** The newer of the record that we have and the one in the packet; null when there is none. */
  private static @Nullable NodeRecord signer(Challenge challenge, Remote remote, Bytes encoded) {
    NodeRecord known = challenge.known();
    if (encoded.isEmpty()) {
      return known;
    }
    NodeRecord sent = NodeRecord.decode(encoded);
    if (!sent.nodeAddress().equals(remote.hash())) {
      return null;
    }
    return known == null || Long.compareUnsigned(known.seq(), sent.seq()) < 0 ? sent : known;
  }

  // ---- writing -------------------------------------------------------------------------------

  /** Writes a message, or without a session random bytes, which ask to be challenged. */
  Outgoing message(Remote to, MessageV5 message) {
    Session session = sessions.session(to).orElse(null);
    if (session != null) {
      return sealed(to, session, HeaderV5.MESSAGE, self, message);
    }
    Bytes nonce = random(SessionKeys.NONCE_BYTES);
    Bytes header = HeaderV5.header(random(HeaderV5.IV_BYTES), HeaderV5.MESSAGE, nonce, self);
    return new Outgoing(HeaderV5.mask(header, random(RANDOM_MESSAGE_BYTES), to.hash()), nonce);
  }

  /** Whether a message to this node can be read at once. */
  boolean hasSession(Remote to) {
    return sessions.session(to).isPresent();
  }

  private Outgoing sealed(Remote to, Session session, int flag, Bytes authData, MessageV5 message) {
    Bytes nonce = Bytes.concatenate(Bytes.ofUnsignedInt(session.nextCount()), random(8));
    Bytes header = HeaderV5.header(random(HeaderV5.IV_BYTES), flag, nonce, authData);
    Bytes sealed = session.keys.seal(nonce, message.encode(), header);
    return new Outgoing(HeaderV5.mask(header, sealed, to.hash()), nonce);
  }

  /** Challenges a node whose message could not be read. */
  Bytes whoAreYou(Remote to, Bytes nonce, @Nullable NodeRecord known, long nowNanos) {
    Bytes data =
        Bytes.concatenate(
            random(ID_NONCE_BYTES), Bytes.ofUnsignedLong(known == null ? 0 : known.seq()));
    Bytes header = HeaderV5.header(random(HeaderV5.IV_BYTES), HeaderV5.WHOAREYOU, nonce, data);
    sessions.challenged(to, new Challenge(header, known, nowNanos));
    return HeaderV5.mask(header, Bytes.EMPTY, to.hash());
  }

  /**
   * Answers a challenge: proves who we are and sends the message under new keys.
   *
   * @param publicKey the key of the challenging node, 64 bytes
   */
  Outgoing handshake(Remote to, Bytes publicKey, Incoming.WhoAreYou challenge, MessageV5 message) {
    return handshake(to, publicKey, challenge, message, KeyPair.generate(random));
  }

  Outgoing handshake(
      Remote to,
      Bytes publicKey,
      Incoming.WhoAreYou challenge,
      MessageV5 message,
      KeyPair ephemeral) {
    Bytes ephemeralKey = Secp256k1.compress(ephemeral.publicKey());
    Bytes signature = SessionKeys.signIdentity(key, challenge.challenge(), ephemeralKey, to.hash());
    NodeRecord own = record.get();
    boolean isNews = Long.compareUnsigned(challenge.knownSeq(), own.seq()) < 0;
    Bytes data =
        Bytes.concatenate(
            self,
            Bytes.of(signature.size(), ephemeralKey.size()),
            signature,
            ephemeralKey,
            isNews ? own.encoded() : Bytes.EMPTY);
    Session session =
        new Session(
            SessionKeys.derive(ephemeral, publicKey, self, to.hash(), challenge.challenge()));
    sessions.establish(to, session);
    return sealed(to, session, HeaderV5.HANDSHAKE, data, message);
  }
}
