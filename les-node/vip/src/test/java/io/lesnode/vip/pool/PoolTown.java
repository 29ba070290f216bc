package io.lesnode.vip.pool;

import io.lesnode.devp2p.Capability;
import io.lesnode.devp2p.DisconnectReason;
import io.lesnode.devp2p.Enode;
import io.lesnode.devp2p.P2pConfig;
import io.lesnode.devp2p.P2pServer;
import io.lesnode.devp2p.P2pTimings;
import io.lesnode.devp2p.PeerLink;
import io.lesnode.devp2p.PeerSession;
import io.lesnode.devp2p.SubProtocol;
import io.lesnode.payment.Counterparty;
import io.lesnode.payment.Credit;
import io.lesnode.payment.Refusal;
import io.lesnode.payment.cheque.ChequeMethod;
import io.lesnode.payment.cheque.ChequePayer;
import io.lesnode.payment.cheque.ChequeSettings;
import io.lesnode.payment.hub.HubMethod;
import io.lesnode.payment.ledger.AccountKind;
import io.lesnode.payment.ledger.Ledger;
import io.lesnode.payment.ledger.LedgerBatch;
import io.lesnode.payment.ledger.LedgerStore;
import io.lesnode.payment.ledger.MemoryLedgerStore;
import io.lesnode.payment.signing.MemorySigner;
import io.lesnode.payment.transactions.Transactor;
import io.lesnode.payment.transactions.TransactorSettings;
import io.lesnode.primitives.crypto.Keccak;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.vipnode.pool.PoolRules;
import io.lesnode.vipnode.pool.ServedChain;
import io.lesnode.vipnode.pool.TokenPrice;
import io.lesnode.vipnode.wire.PoolGrant;
import io.lesnode.vipnode.wire.VipCapability;
import io.lesnode.vipnode.wire.VipCodec;
import io.lesnode.vipnode.wire.VipMessage;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * A pool, its hosts and its clients as nodes on loopback sockets, which pay each other with real
 * cheques on an account book; only the service itself is made up: a client that was let in is
 * served its capacity by the clock.
 */
final class PoolTown implements AutoCloseable {
  static final TokenPrice PRICE = new TokenPrice(1_000_000_000L); // one wei for a token
  static final long CAPACITY = 1_000;
  static final UInt256 DEPOSIT = UInt256.valueOf(1_000_000_000_000L);

  final FastClock clock;
  final PoolRules rules;
  final BookChain chain = new BookChain();
  final ServedChain served =
      new ServedChain(chain.genesisHash(), Bytes.fromHexString("0x0a0b0c0d"), Set.of(4));
  final VipIdentity poolId = identity(1);
  final List<Host> hosts = new ArrayList<>();
  final List<Client> clients = new ArrayList<>();
  PoolNode pool;
  Ledger poolLedger;

  PoolTown(FastClock clock, PoolRules rules, LedgerStore store) throws IOException {
    this.clock = clock;
    this.rules = rules;
    this.pool = startPool(store, 0);
  }

  VipIdentity identity(int number) {
    return new VipIdentity(
        key(number),
        Optional.of(new MemorySigner(key(number + 10_000))),
        UInt256.valueOf(chain.chainId()),
        chain.genesisHash());
  }

  private static KeyPair key(int number) {
    return KeyPair.ofSecret(Keccak.keccak256(Bytes.ofUnsignedInt(number)));
  }

  private static KeyPair accountKey(int number) {
    return key(number + 10_000);
  }

  PoolNode startPool(LedgerStore store, int port) throws IOException {
    poolLedger = Ledger.open(store);
    return PoolNode.start(
        poolId,
        PoolSettings.of(
            "pool",
            Optional.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)),
            50,
            rules,
            7),
        poolLedger,
        money(poolLedger),
        clock,
        clock.tickNanos());
  }

  private PoolNode.Money money(Ledger books) {
    return new PoolNode.Money(
        List.of(cheques(poolId)),
        Optional.of(
            new HostPayments(payer(1, books), books, books.durableBatches(clock), UInt256.ZERO)),
        Optional.empty());
  }

  private ChequePayer payer(int number, Ledger books) {
    MemorySigner signer = new MemorySigner(accountKey(number));
    return new ChequePayer(
        signer,
        chain,
        books.durableBatches(clock),
        new Transactor(signer, chain, books.durableBatches(clock), TransactorSettings.standard()));
  }

  private ChequeMethod cheques(VipIdentity payee) {
    return new ChequeMethod(
        chain.book,
        new ChequeSettings(
            payee.payAddress().orElseThrow(),
            0,
            ChequeSettings.standard(payee.payAddress().orElseThrow()).mostUncashedWei()),
        chain,
        Optional.empty());
  }

  private static P2pServer node(VipIdentity self, SubProtocol protocol, List<Enode> dial)
      throws IOException {
    return P2pServer.start(
        P2pConfig.builder(self.nodeKey(), "node")
            .listenAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .staticNodes(dial)
            .timings(P2pTimings.STANDARD.withRedialMillis(200))
            .build(),
        List.of(protocol));
  }

  /** How long everybody serves whom; both ends look at the same clock. */
  private long tokensSince(Map<Bytes32, Long> since, Bytes32 id) {
    Long began = since.get(id);
    return began == null ? 0 : TokenPrice.tokens(CAPACITY, clock.nowSeconds() - began);
  }

  /** vip/1 of a host with its clients, and of a client with its hosts: only what grants need. */
  private abstract static class Grants implements SubProtocol {
    @Override
    public List<Capability> capabilities() {
      return List.of(
          new Capability(VipCapability.NAME, VipCapability.VERSION, VipCapability.MESSAGE_COUNT));
    }

    @Override
    public PeerSession accept(PeerLink link, Capability negotiated) {
      opened(link);
      return new PeerSession() {
        @Override
        public void onMessage(int code, Bytes payload) {
          received(link, VipCodec.decode(code, payload));
        }

        @Override
        public void onClosed(DisconnectReason reason, boolean byRemote) {
          closed(link);
        }
      };
    }

    abstract void opened(PeerLink link);

    abstract void received(PeerLink link, VipMessage message);

    void closed(PeerLink link) {}
  }

  /** A host with its books. */
  final class Host implements AutoCloseable {
    final VipIdentity self;
    final Ledger ledger = Ledger.open(new MemoryLedgerStore());
    final ChequeMethod cheques;
    final HubMethod hub;
    final OwnerLoop loop;
    final HostMembership membership;
    final P2pServer p2p;
    final Map<Bytes32, Long> servedSince = new ConcurrentHashMap<>();
    final List<Bytes32> admitted = new ArrayList<>();
    final long overstatedPerMille;

    Host(int number, long overstatedPerMille) throws IOException {
      this.overstatedPerMille = overstatedPerMille;
      self = identity(number);
      chain.deposit(accountKey(1), self.payAddress().orElseThrow(), DEPOSIT);
      cheques = PoolTown.this.cheques(self);
      hub = PoolGrants.method(self.id(), poolId.id(), rules, 1 << 20, grant -> {});
      loop =
          new OwnerLoop(
              "host-books",
              () -> {
                if (ledger.waiting() > 0) {
                  ledger.commit();
                }
              },
              () -> {},
              OwnerLoop.TICK_NANOS);
      loop.start();
      Grants grants =
          new Grants() {
            @Override
            void opened(PeerLink link) {}

            @Override
            void received(PeerLink link, VipMessage message) {
              if (message instanceof VipMessage.Pay pay) {
                loop.execute(() -> show(link, pay));
              }
            }
          };
      // listens first, so that its port can be told to the pool
      HostRouting routing = new HostRouting(grants);
      p2p = node(self, routing, List.of());
      membership =
          new HostMembership(
              self,
              poolId.id(),
              new HostMembership.Terms(
                  () -> served, 100_000, PRICE, () -> p2p.self().tcpPort(), Optional.empty()),
              rules,
              () -> Optional.of(chain.headNow()),
              client -> overstated(tokensSince(servedSince, client)),
              new LedgerEarnings(self, ledger, List.of(cheques), booksOf(loop), clock),
              clock,
              clock.tickNanos());
      routing.to = PoolRouting.of(membership, grants);
      p2p.addPeer(pool.enode());
    }

    private long overstated(long tokens) {
      return tokens + tokens * overstatedPerMille / 1_000;
    }

    private void show(PeerLink link, VipMessage.Pay pay) {
      Counterparty client =
          new Counterparty(link.remoteId().hash(), link.remoteId().publicKey(), Optional.empty());
      LedgerBatch batch = ledger.begin(clock.millis());
      try {
        Credit credit = hub.receive(client, pay.proof(), batch);
        ledger.accept(batch);
        if (credit instanceof Credit.Grant) {
          if (servedSince.putIfAbsent(client.nodeId(), clock.nowSeconds()) == null) {
            admitted.add(client.nodeId());
          }
          membership.onGrant(PoolGrant.decode(pay.proof()));
        }
        loop.afterCommit(() -> send(link, receipt(pay, 0, UInt256.ZERO, UInt256.ZERO)));
      } catch (Refusal refusal) {
        ledger.drop(batch);
        send(link, receipt(pay, refusal.code().number(), UInt256.ZERO, UInt256.ZERO));
      }
    }

    /** What the pool's cheques are worth. */
    BigInteger earned() {
      return ledger.history().statement().total(AccountKind.CLAIM).negate();
    }

    @Override
    public void close() {
      p2p.close();
      membership.close();
      loop.close();
      ledger.close();
    }
  }

  private static LedgerEarnings.Books booksOf(OwnerLoop loop) {
    return new LedgerEarnings.Books() {
      @Override
      public void execute(Runnable task) {
        loop.execute(task);
      }

      @Override
      public void afterCommit(Runnable task) {
        loop.afterCommit(task);
      }
    };
  }

  /** The routing of a host whose membership needs to know its port. */
  private static final class HostRouting implements SubProtocol {
    private final SubProtocol first;
    volatile SubProtocol to;

    HostRouting(SubProtocol first) {
      this.first = first;
      this.to = first;
    }

    @Override
    public List<Capability> capabilities() {
      return first.capabilities();
    }

    @Override
    public PeerSession accept(PeerLink link, Capability negotiated) {
      return to.accept(link, negotiated);
    }
  }

  /** A client with its payer's books. */
  final class Client implements AutoCloseable {
    final VipIdentity self;
    final Ledger books = Ledger.open(new MemoryLedgerStore());
    final ClientMembership membership;
    final Map<Bytes32, Long> receivedSince = new ConcurrentHashMap<>();
    final Map<Bytes32, PeerLink> links = new ConcurrentHashMap<>();
    final Map<Bytes32, Bytes> toShow = new ConcurrentHashMap<>();
    final Map<Bytes32, Integer> refusals = new ConcurrentHashMap<>();
    final P2pServer p2p;
    final long understatedPerMille;

    Client(int number, int wanted, long understatedPerMille) throws IOException {
      this.understatedPerMille = understatedPerMille;
      self = identity(number);
      chain.deposit(accountKey(number), poolId.payAddress().orElseThrow(), DEPOSIT);
      pool.onHead(chain.headNow());
      Dialler dialler = new Dialler();
      membership =
          new ClientMembership(
              self,
              poolId.id(),
              new ClientMembership.Wants(
                  served,
                  wanted,
                  CAPACITY,
                  PRICE,
                  UInt256.valueOf(1_000_000_000L),
                  DEPOSIT,
                  UInt256.ZERO),
              rules,
              payer(number, books),
              host -> understated(tokensSince(receivedSince, host)),
              dialler,
              clock,
              clock.tickNanos());
      p2p = node(self, PoolRouting.of(membership, dialler), List.of(pool.enode()));
    }

    private long understated(long tokens) {
      return tokens - tokens * understatedPerMille / 1_000;
    }

    /** Dials hosts and shows them grants. */
    private final class Dialler extends Grants implements ClientMembership.GrantHolder {
      @Override
      public void onGrant(String enode, PoolGrant grant, boolean isNew) {
        receivedSince.putIfAbsent(grant.host(), clock.nowSeconds());
        toShow.put(grant.host(), grant.encode());
        PeerLink link = links.get(grant.host());
        if (link == null) {
          p2p.addPeer(Enode.parse(enode));
        } else {
          show(link);
        }
      }

      private void show(PeerLink link) {
        Bytes grant = toShow.remove(link.remoteId().hash());
        if (grant != null) {
          send(link, new VipMessage.Pay(grant.slice(grant.size() - 9, 8), 3, grant, 0));
        }
      }

      @Override
      void opened(PeerLink link) {
        links.put(link.remoteId().hash(), link);
        show(link);
      }

      @Override
      void received(PeerLink link, VipMessage message) {
        if (message instanceof VipMessage.Receipt receipt && receipt.status() != 0) {
          refusals.merge(link.remoteId().hash(), 1, Integer::sum);
        }
      }

      @Override
      void closed(PeerLink link) {
        links.remove(link.remoteId().hash(), link);
      }
    }

    @Override
    public void close() {
      p2p.close();
      membership.close();
      books.close();
    }
  }

  private static VipMessage.Receipt receipt(
      VipMessage.Pay pay, int status, UInt256 amount, UInt256 cumulative) {
    return new VipMessage.Receipt(
        pay.payId(), status, amount, cumulative, UInt256.ZERO, 0, 0, Bytes.EMPTY, Bytes.EMPTY);
  }

  private static void send(PeerLink link, VipMessage message) {
    link.send(message.code(), VipCodec.encode(message));
  }

  Host host(int number, long overstatedPerMille) throws IOException {
    Host host = new Host(number, overstatedPerMille);
    hosts.add(host);
    return host;
  }

  Client client(int number, int wanted, long understatedPerMille) throws IOException {
    Client client = new Client(number, wanted, understatedPerMille);
    clients.add(client);
    return client;
  }

  @Override
  public void close() {
    clients.forEach(Client::close);
    hosts.forEach(Host::close);
    pool.close();
  }
}
