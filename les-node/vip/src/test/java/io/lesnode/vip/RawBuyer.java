package io.lesnode.vip;

import io.lesnode.devp2p.Capability;
import io.lesnode.devp2p.DisconnectReason;
import io.lesnode.devp2p.Enode;
import io.lesnode.devp2p.NodeId;
import io.lesnode.devp2p.P2pConfig;
import io.lesnode.devp2p.P2pServer;
import io.lesnode.devp2p.PeerLink;
import io.lesnode.devp2p.PeerSession;
import io.lesnode.devp2p.SubProtocol;
import io.lesnode.les.server.StoredChain;
import io.lesnode.les.wire.KeyValues;
import io.lesnode.les.wire.LesCodec;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.les.wire.LesVersion;
import io.lesnode.les.wire.StatusKeys;
import io.lesnode.payment.MethodId;
import io.lesnode.payment.testmoney.TestMoneyMethod;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.vipnode.wire.Role;
import io.lesnode.vipnode.wire.VipCapability;
import io.lesnode.vipnode.wire.VipCodec;
import io.lesnode.vipnode.wire.VipMessage;
import io.lesnode.vipnode.wire.VipSignatures;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/** A client over real sockets that says what it is told to, on les/4 and, if wanted, on vip/1. */
final class RawBuyer implements AutoCloseable {
  private static final long LIMIT_SECONDS = 15;

  final KeyPair nodeKey;
  final List<VipMessage> heard = new ArrayList<>();
  private final Bytes32 server;
  private final StoredChain chain;
  private final P2pServer p2p;
  private final BlockingQueue<VipMessage> vip = new LinkedBlockingQueue<>();
  private final BlockingQueue<LesMessage> les = new LinkedBlockingQueue<>();
  private final CompletableFuture<PeerLink> lesLink = new CompletableFuture<>();
  private final CompletableFuture<PeerLink> vipLink = new CompletableFuture<>();
  private final CompletableFuture<DisconnectReason> closed = new CompletableFuture<>();
  private long payNonce;

  private RawBuyer(ServedDevChain same, Enode server, KeyPair nodeKey, boolean speaksVip)
      throws IOException {
    this.server = server.nodeId().hash();
    this.nodeKey = nodeKey;
    this.chain = new StoredChain(same.chain, true);
    List<SubProtocol> protocols = new ArrayList<>(List.of(new RawLes()));
    if (speaksVip) {
      protocols.add(new RawVip());
    }
    this.p2p =
        P2pServer.start(P2pConfig.builder(nodeKey, "raw-buyer").maxPeers(1).build(), protocols);
    p2p.addPeer(server);
  }

  /** Connects and says nothing on vip. */
  static RawBuyer connect(ServedDevChain server) throws IOException {
    return connect(server, KeyPair.generate(new SecureRandom()));
  }

  static RawBuyer connect(ServedDevChain server, KeyPair nodeKey) throws IOException {
    return new RawBuyer(server, self(server), nodeKey, true);
  }

  /** Connects to a server of another process that serves the same chain. */
  static RawBuyer connect(ServedDevChain same, Enode server, KeyPair nodeKey) throws IOException {
    return new RawBuyer(same, server, nodeKey, true);
  }

  private static Enode self(ServedDevChain server) {
    return Enode.parse(server.network().self().toString());
  }

  /** Goes on with numbers of payments where another connection ended. */
  RawBuyer payingFrom(long lastNonce) {
    payNonce = lastNonce;
    return this;
  }

  /** Connects as a stock light client. */
  static RawBuyer withoutVip(ServedDevChain server) throws IOException {
    return new RawBuyer(server, self(server), KeyPair.generate(new SecureRandom()), false);
  }

  /** Greets without an account. */
  RawBuyer greet() {
    send(status(Optional.empty()));
    return this;
  }

  /** Our Status. */
  VipMessage.Status status(Optional<KeyPair> account) {
    Bytes binding =
        account
            .map(
                key ->
                    key.sign(
                            VipSignatures.bindDigest(
                                chainId(),
                                id(),
                                server,
                                key.address(),
                                VipSignatures.contractSetHash(List.of())))
                        .toBytes65())
            .orElse(Bytes.EMPTY);
    return new VipMessage.Status(
        VipCapability.VERSION,
        chainId(),
        chain.genesisHash(),
        Role.CLIENT.bit(),
        account.map(KeyPair::address),
        System.currentTimeMillis() / 1000,
        List.of(),
        binding);
  }

  UInt256 chainId() {
    return UInt256.valueOf(1337);
  }

  Bytes32 id() {
    return NodeId.of(nodeKey.publicKey()).hash();
  }

  void send(VipMessage message) {
    sendRaw(message.code(), VipCodec.encode(message));
  }

  void sendRaw(int code, Bytes payload) {
    boolean unused = vipLink.orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS).join().send(code, payload);
  }

  /** Pays test money and gets the receipt or refusal. */
  VipMessage.Receipt pay(UInt256 wei, long autoExchange) {
    send(payment(wei, autoExchange));
    return expect(VipMessage.Receipt.class);
  }

  VipMessage.Pay payment(UInt256 wei, long autoExchange) {
    payNonce++;
    return new VipMessage.Pay(
        Bytes.ofUnsignedLong(payNonce),
        MethodId.TEST.number(),
        TestMoneyMethod.proof(wei, payNonce),
        autoExchange);
  }

  /** The next message of a kind; others are kept in {@link #heard}. */
  <T extends VipMessage> T expect(Class<T> kind) {
    try {
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
      while (true) {
        VipMessage message = vip.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        if (message == null) {
          throw new AssertionError("no " + kind.getSimpleName() + " came, but " + heard);
        }
        heard.add(message);
        if (kind.isInstance(message)) {
          return kind.cast(message);
        }
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** The next message on les of a kind. */
  <T extends LesMessage> T expectLes(Class<T> kind) {
    try {
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
      while (true) {
        LesMessage message = les.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        if (message == null) {
          throw new AssertionError("no " + kind.getSimpleName() + " came on les");
        }
        if (kind.isInstance(message)) {
          return kind.cast(message);
        }
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  boolean isConnected() {
    return !closed.isDone();
  }

  boolean hasVip() {
    return vipLink.isDone();
  }

  PeerLink lesLink() {
    return lesLink.orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS).join();
  }

  @Override
  public void close() {
    p2p.close();
  }

  private final class RawLes implements SubProtocol {
    @Override
    public List<Capability> capabilities() {
      LesVersion version = LesVersion.LES4;
      return List.of(new Capability("les", version.number(), version.messageCount()));
    }

    @Override
    public PeerSession accept(PeerLink link, Capability negotiated) {
      var head = chain.head();
      KeyValues status =
          KeyValues.builder()
              .unsignedLong(StatusKeys.PROTOCOL_VERSION, LesVersion.LES4.number())
              .unsignedLong(StatusKeys.NETWORK_ID, 1337)
              .unsigned256(StatusKeys.HEAD_TD, UInt256.ZERO)
              .bytes(StatusKeys.GENESIS_HASH, chain.genesisHash())
              .forkId(
                  StatusKeys.FORK_ID,
                  chain.forkSchedule().idAt(head.header().number(), head.header().timestamp()))
              .build();
      LesMessage greeting = new LesMessage.Status(status);
      boolean unused = link.send(greeting.code(), LesCodec.encode(greeting));
      lesLink.complete(link);
      return new Session((code, payload) -> les.add(decodeLes(code, payload)));
    }

    private static LesMessage decodeLes(int code, Bytes payload) {
      return LesCodec.decode(LesVersion.LES4, code, payload);
    }
  }

  private final class RawVip implements SubProtocol {
    @Override
    public List<Capability> capabilities() {
      return List.of(
          new Capability(VipCapability.NAME, VipCapability.VERSION, VipCapability.MESSAGE_COUNT));
    }

    @Override
    public PeerSession accept(PeerLink link, Capability negotiated) {
      vipLink.complete(link);
      return new Session((code, payload) -> vip.add(VipCodec.decode(code, payload)));
    }
  }

  private interface Taker {
    void take(int code, Bytes payload);
  }

  private final class Session implements PeerSession {
    private final Taker taker;

    Session(Taker taker) {
      this.taker = taker;
    }

    @Override
    public void onMessage(int code, Bytes payload) {
      taker.take(code, payload);
    }

    @Override
    public void onClosed(@Nullable DisconnectReason reason, boolean byRemote) {
      closed.complete(reason == null ? DisconnectReason.REQUESTED : reason);
    }
  }
}
