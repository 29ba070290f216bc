package io.lesnode.vipnode.pool;

import io.lesnode.payment.RefusalCode;
import io.lesnode.vipnode.wire.PoolGrant;
import io.lesnode.vipnode.wire.Role;
import io.lesnode.vipnode.wire.VipMessage;
import io.lesnode.vipnode.wire.VipMessage.MatchedHost;
import io.lesnode.vipnode.wire.VipMessage.PoolJoin;
import io.lesnode.vipnode.wire.VipMessage.Usage;
import io.lesnode.vipnode.wire.VipSignatures;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * A pool: it brings clients and hosts together, carries what both sign, and says what is to be paid
 * (docs/pool.md). A value machine, confined to the pool's loop.
 *
 * <p><b>An interval.</b> A client gets a host and a grant for a minute and a little grace, for
 * which it has money at the pool. At the end of the minute the host states by its own clock and
 * meter what it served; the pool passes the statement on to the client, which signs it, or signs a
 * lower one of its own. The pool then settles the <em>lower</em> of the two, pays the host, and
 * only after that gives the client its next grant. So a host can lose one interval, a client what
 * it has paid for one interval, and the pool nothing; and nobody can be made to pay what he did not
 * sign.
 *
 * <p><b>Roles.</b> Who is served pays, whatever it says that it is: a host that asks for hosts is a
 * client of those (D7).
 */
public final class PoolMachine {
  private final PoolRules rules;
  private final Bytes32 self;
  private final JoinChecks checks;
  private final GrantSigner signer;
  private final Purse purse;
  private final HeadTrack heads = new HeadTrack();
  private final HostBook hosts;
  private final Quarrels quarrels;
  private final Map<Bytes32, Client> clients = new LinkedHashMap<>();
  private final Map<Bytes32, Long> sessions = new HashMap<>();
  private final Map<Pairing.Key, Pairing> pairings = new LinkedHashMap<>();
  private final GonePeers gone = new GonePeers();
  private long matched;
  private long settled;
  private long disputed;
  private long refused;

  /** A member in its role of one who is served. */
  private record Client(Member member, long lastSeenSeconds) {}

  /**
   * A pool without members.
   *
   * @param self the pool's node id
   * @param seed orders hosts that are equally good; a secret of the pool
   */
  public PoolMachine(
      PoolRules rules, Bytes32 self, UInt256 chainId, GrantSigner signer, Purse purse, long seed) {
    this.rules = rules;
    this.self = self;
    this.checks = new JoinChecks(rules, self, chainId);
    this.signer = signer;
    this.purse = purse;
    this.hosts = new HostBook(rules, heads, seed);
    this.quarrels = new Quarrels(rules.unmatchAfter());
  }

  /** What was kept over a restart. Hosts must report before they are offered. */
  public void restore(PoolSnapshot snapshot) {
    snapshot.hosts().forEach(h -> hosts.restore(h.facts(), h.lastSeenSeconds(), h.score()));
    snapshot
        .quarrels()
        .forEach(q -> quarrels.restore(new Pairing.Key(q.client(), q.host()), q.count()));
  }

  /** What is to be kept over a restart. */
  public PoolSnapshot snapshot() {
    return new PoolSnapshot(
        hosts.all().stream()
            .map(h -> new PoolSnapshot.KnownHost(h.facts, h.lastSeenSeconds, h.score))
            .toList(),
        quarrels.all().entrySet().stream()
            .map(
                e -> new PoolSnapshot.Quarrel(e.getKey().client(), e.getKey().host(), e.getValue()))
            .toList());
  }

  /** The pool itself has verified a block. */
  public void onHead(long number, Bytes32 hash) {
    heads.onHead(number, hash);
  }

  // ---- members -------------------------------------------------------------------------------

  /** A member joins, or reports again; every keep-alive time. */
  public List<PoolDecision> onJoin(long session, Member member, PoolJoin join, long nowSeconds) {
    Optional<Refused> objection = checks.objection(member, join);
    if (objection.isPresent()) {
      Refused why = objection.get();
      return refuse(session, join.requestId(), why.code(), why.text());
    }
    JoinFacts facts;
    try {
      facts = JoinFacts.parse(join.capabilities());
    } catch (IllegalArgumentException e) {
      return refuse(
          session, join.requestId(), RefusalCode.MALFORMED, String.valueOf(e.getMessage()));
    }
    sessions.put(member.id(), session);
    if (facts.leaving()) {
      return onLeave(session, member);
    }
    return join.role() == Role.SERVER.bit()
        ? onHost(session, member, join, facts, nowSeconds)
        : onClient(session, member, join, facts, nowSeconds);
  }

  private List<PoolDecision> onHost(
      long session, Member member, PoolJoin join, JoinFacts facts, long nowSeconds) {
    if (join.capacity() < 1 || join.payAddress().bytes().isZero()) {
      return refuse(
          session,
          join.requestId(),
          RefusalCode.MALFORMED,
          "a host has capacity and an account to be paid at");
    }
    boolean known = hosts.entry(member.id()) != null;
    if (!known && hosts.size() >= rules.maxMembers() && !hosts.forgetOldest()) {
      return refuse(
          session,
          join.requestId(),
          RefusalCode.NO_CAPACITY,
          "this pool has as many hosts as it can hold");
    }
    String enode;
    try {
      enode = HostEndpoint.enode(member, facts);
    } catch (IllegalArgumentException e) {
      return refuse(
          session, join.requestId(), RefusalCode.MALFORMED, String.valueOf(e.getMessage()));
    }
    hosts.report(
        session,
        new HostFacts(
            member.id(),
            member.nodeKey(),
            enode,
            join.payAddress(),
            new ServedChain(member.genesisHash(), facts.forkHash(), facts.lesVersions()),
            join.capacity(),
            new TokenPrice(facts.priceWeiPerGigaToken()),
            facts.headNumber(),
            facts.headHash(),
            member.clientName()),
        nowSeconds);
    return List.of(state(session, member.id(), member.moneyOwner()));
  }

  private List<PoolDecision> onClient(
      long session, Member member, PoolJoin join, JoinFacts facts, long nowSeconds) {
    if (!clients.containsKey(member.id()) && clients.size() >= rules.maxMembers()) {
      forgetClients(nowSeconds);
    }
    clients.put(member.id(), new Client(member, nowSeconds));
    List<PoolDecision> decisions = new ArrayList<>();
    Set<Bytes> connected = facts.has();
    for (Pairing pairing : List.copyOf(pairings.values())) {
      if (!pairing.client.equals(member.id())) {
        continue;
      }
      Bytes shortId = pairing.host.slice(0, JoinFacts.SHORT_ID_BYTES);
      Integer latency = facts.latencies().get(shortId);
      if (latency != null) {
        hosts.reportLatency(pairing.host, member.id(), latency);
      }
      if (facts.failed().contains(shortId)) {
        hosts.fault(pairing.host, HostFault.FAILED_ADMIT, nowSeconds);
        end(pairing, decisions);
      }
    }
    if (facts.hosts() > 0) {
      if (join.capacity() < 1) {
        return refuse(
            session,
            join.requestId(),
            RefusalCode.MALFORMED,
            "say what capacity you want of a host");
      }
      Wishes wishes =
          new Wishes(
              new ServedChain(member.genesisHash(), facts.forkHash(), facts.lesVersions()),
              join.capacity(),
              new TokenPrice(facts.priceWeiPerGigaToken()));
      decisions.addAll(
          match(session, member, join.requestId(), facts.hosts(), wishes, connected, nowSeconds));
    }
    decisions.add(state(session, member.id(), member.moneyOwner()));
    return decisions;
  }

  private List<PoolDecision> match(
      long session,
      Member member,
      long requestId,
      int count,
      Wishes wishes,
      Set<Bytes> connected,
      long nowSeconds) {
    List<HostFacts> best =
        hosts.match(
            member.id(),
            count,
            wishes,
            id ->
                connected.contains(id.slice(0, JoinFacts.SHORT_ID_BYTES))
                    || pairings.containsKey(new Pairing.Key(member.id(), id))
                    || quarrels.apart(new Pairing.Key(member.id(), id)),
            nowSeconds);
    BigInteger spendable =
        purse.balanceWei(member.moneyOwner()).subtract(committed(member.moneyOwner()));
    List<MatchedHost> given = new ArrayList<>();
    BigInteger missing = BigInteger.ZERO;
    for (HostFacts host : best) {
      BigInteger worth = Pairing.worth(host.price(), wishes.capacity(), rules);
      if (worth.compareTo(spendable) > 0) {
        missing = worth.subtract(spendable);
        break; // never a dearer host for lack of money for the better one
      }
      spendable = spendable.subtract(worth);
      given.add(pair(member, host, wishes.capacity(), nowSeconds));
    }
    if (given.isEmpty() && missing.signum() > 0) {
      return refuse(
          session,
          requestId,
          RefusalCode.INSUFFICIENT_DEPOSIT,
          "pay "
              + missing
              + " wei to the pool first: a host for one interval costs that much more than you"
              + " have");
    }
    matched += given.size();
    return List.of(new PoolDecision.Tell(session, new VipMessage.PoolMatch(requestId, given)));
  }

  private MatchedHost pair(Member member, HostFacts host, long capacity, long nowSeconds) {
    long until = nowSeconds + rules.grantSeconds();
    Pairing pairing =
        new Pairing(member.id(), member.moneyOwner(), host.id(), capacity, host.price(), until);
    pairings.put(pairing.key(), pairing);
    hosts.reserve(host.id(), capacity);
    return grant(pairing, host.enode());
  }

  private MatchedHost grant(Pairing pairing, String enode) {
    PoolGrant grant =
        PoolGrant.unsigned(
            self, pairing.client, pairing.host, pairing.untilSeconds, pairing.capacity);
    return new MatchedHost(
        enode, grant.signed(signer.sign(VipSignatures.grantDigest(grant))).encode());
  }

  /** A member goes in good order: what was used until now is stated, signed and settled. */
  private List<PoolDecision> onLeave(long session, Member member) {
    List<PoolDecision> decisions = new ArrayList<>();
    for (Pairing pairing : List.copyOf(pairings.values())) {
      if (pairing.client.equals(member.id()) || pairing.host.equals(member.id())) {
        pairing.leaving = true;
        Bytes32 other = pairing.client.equals(member.id()) ? pairing.host : pairing.client;
        tell(
            other,
            new VipMessage.PoolState(UInt256.ZERO, List.of(member.id()), heads.newest()),
            decisions);
      }
    }
    HostEntry host = hosts.entry(member.id());
    if (host != null) {
      hosts.onClosed(host.session, member.id());
    }
    clients.remove(member.id());
    decisions.add(state(session, member.id(), member.moneyOwner()));
    return decisions;
  }

  /** A connection has ended. One that is newer is not touched (D17). */
  public void onClosed(long session, Bytes32 id) {
    hosts.onClosed(session, id);
    sessions.remove(id, session);
  }

  // ---- usage ---------------------------------------------------------------------------------

  /** A member states what was used. */
  public List<PoolDecision> onUsage(long session, Bytes32 from, Usage usage, long nowSeconds) {
    Pairing pairing = pairings.get(new Pairing.Key(usage.client(), usage.host()));
    boolean fromHost = from.equals(usage.host());
    if (!usage.pool().equals(self) || (!fromHost && !from.equals(usage.client()))) {
      return refuse(
          session,
          usage.epoch(),
          RefusalCode.MALFORMED,
          "the statement is of another pool or of other members");
    }
    if (pairing == null || pairing.settling) {
      return refuse(
          session, usage.epoch(), RefusalCode.STALE, "this interval is settled, or there was none");
    }
    Optional<String> objection = pairing.objection(usage, rules, nowSeconds);
    if (objection.isPresent()) {
      return refuse(session, usage.epoch(), RefusalCode.OVER_LIMIT, objection.get());
    }
    Bytes signature = fromHost ? usage.hostSignature() : usage.clientSignature();
    if (!VipSignatures.isSignedByNode(VipSignatures.usageDigest(usage), signature, from)) {
      return refuse(
          session,
          usage.epoch(),
          RefusalCode.BAD_SIGNATURE,
          "sign the statement with your node key");
    }
    List<PoolDecision> decisions = new ArrayList<>();
    if (fromHost) {
      if (pairing.byHost == null) { // the first word counts
        pairing.byHost = usage;
        if (pairing.byClient == null) {
          tell(pairing.client, usage, decisions);
        }
      }
    } else if (pairing.byClient == null) {
      pairing.byClient = usage;
    }
    judge(pairing, nowSeconds, decisions);
    return decisions;
  }

  private void judge(Pairing pairing, long nowSeconds, List<PoolDecision> decisions) {
    Usage byHost = pairing.byHost;
    Usage byClient = pairing.byClient;
    if (byHost == null || byClient == null || pairing.settling) {
      return;
    }
    if (!Pairing.agree(byHost, byClient)) {
      quarrel(pairing, nowSeconds);
    }
    UInt256 amount = Pairing.lower(byHost.amountWei(), byClient.amountWei());
    pairing.settling = true;
    decisions.add(
        new PoolDecision.Settle(
            pairing.client,
            pairing.clientOwner,
            pairing.host,
            pairing.untilSeconds,
            Math.min(byHost.tokens(), byClient.tokens()),
            amount,
            UInt256.valueOf(Pairing.fee(amount.toUnsignedBigInteger(), rules)),
            byClient,
            byHost));
  }

  private void quarrel(Pairing pairing, long nowSeconds) {
    disputed++;
    quarrels.add(pairing.key());
    hosts.fault(pairing.host, HostFault.UNMATCHED_USAGE, nowSeconds);
  }

  /** An interval is settled, durably, and its host is paid: the client may go on. */
  public List<PoolDecision> onSettled(PoolDecision.Settle done, long nowSeconds) {
    settled++;
    List<PoolDecision> decisions = new ArrayList<>();
    Pairing pairing = pairings.get(new Pairing.Key(done.client(), done.host()));
    if (pairing == null || !pairing.settling || pairing.untilSeconds != done.epoch()) {
      return decisions;
    }
    pairing.settling = false;
    pairing.settledToSeconds = Math.max(pairing.settledToSeconds, done.byHost().toSeconds());
    pairing.byHost = null;
    pairing.byClient = null;
    Optional<HostFacts> host = hosts.facts(pairing.host);
    BigInteger others = committed(pairing.clientOwner).subtract(pairing.worth(rules));
    boolean funded =
        purse.balanceWei(pairing.clientOwner).subtract(others).compareTo(pairing.worth(rules)) >= 0;
    if (pairing.leaving || quarrels.apart(pairing.key()) || !funded || host.isEmpty()) {
      end(pairing, decisions);
      return decisions;
    }
    long began = Math.max(nowSeconds, pairing.untilSeconds - rules.graceSeconds());
    pairing.untilSeconds = began + rules.grantSeconds();
    tell(
        pairing.client,
        new VipMessage.PoolMatch(0, List.of(grant(pairing, host.get().enode()))),
        decisions);
    return decisions;
  }

  /** An interval could not be settled, so there is no next one; nothing has moved. */
  public List<PoolDecision> onUnsettled(PoolDecision.Settle failed) {
    List<PoolDecision> decisions = new ArrayList<>();
    Pairing pairing = pairings.get(new Pairing.Key(failed.client(), failed.host()));
    if (pairing != null && pairing.settling && pairing.untilSeconds == failed.epoch()) {
      end(pairing, decisions);
    }
    return decisions;
  }

  // ---- time ----------------------------------------------------------------------------------

  /** Time has passed; once a second is enough. */
  public List<PoolDecision> tick(long nowSeconds) {
    List<PoolDecision> decisions = new ArrayList<>();
    for (Pairing pairing : List.copyOf(pairings.values())) {
      if (pairing.settling || nowSeconds <= pairing.untilSeconds + Pairing.CLOCK_SECONDS) {
        continue;
      }
      if (pairing.byHost != null || pairing.byClient != null) {
        quarrel(pairing, nowSeconds); // one spoke alone: nothing moves on one signature
      }
      end(pairing, decisions);
    }
    return decisions;
  }

  private void end(Pairing pairing, List<PoolDecision> decisions) {
    pairings.remove(pairing.key());
    hosts.reserve(pairing.host, -pairing.capacity);
    gone.add(pairing.client, pairing.host);
    gone.add(pairing.host, pairing.client);
    for (Bytes32 side : List.of(pairing.client, pairing.host)) {
      Long session = sessions.get(side);
      if (session != null) {
        decisions.add(state(session, side, ownerOf(side)));
      }
    }
  }

  private void forgetClients(long nowSeconds) {
    clients
        .values()
        .removeIf(client -> nowSeconds - client.lastSeenSeconds() > rules.expirySeconds());
    gone.forget(id -> !clients.containsKey(id) && hosts.entry(id) == null);
  }

  // ---- words ---------------------------------------------------------------------------------

  private PoolDecision state(long session, Bytes32 id, Bytes moneyOwner) {
    BigInteger balance = purse.balanceWei(moneyOwner).max(BigInteger.ZERO);
    return new PoolDecision.Tell(
        session, new VipMessage.PoolState(UInt256.valueOf(balance), gone.take(id), heads.newest()));
  }

  private Bytes ownerOf(Bytes32 id) {
    Client client = clients.get(id);
    if (client != null) {
      return client.member().moneyOwner();
    }
    return hosts.facts(id).<Bytes>map(facts -> facts.payAddress().bytes()).orElse(id);
  }

  private void tell(Bytes32 id, VipMessage message, List<PoolDecision> decisions) {
    @Nullable Long session = sessions.get(id);
    if (session != null) {
      decisions.add(new PoolDecision.Tell(session, message));
    }
  }

  private List<PoolDecision> refuse(long session, long reference, RefusalCode code, String text) {
    refused++;
    return List.of(new PoolDecision.Tell(session, VipMessage.Refuse.of(reference, code, 0, text)));
  }

  // ---- figures -------------------------------------------------------------------------------

  private BigInteger committed(Bytes moneyOwner) {
    BigInteger sum = BigInteger.ZERO;
    for (Pairing pairing : pairings.values()) {
      if (pairing.clientOwner.equals(moneyOwner)) {
        sum = sum.add(pairing.worth(rules));
      }
    }
    return sum;
  }

  /** Where a host wants its money; empty if it is not known. */
  public Optional<HostFacts> host(Bytes32 id) {
    return hosts.facts(id);
  }

  /** On which connection a member is; empty if on none. */
  public Optional<Long> session(Bytes32 id) {
    return Optional.ofNullable(sessions.get(id));
  }

  /** How the pool stands. */
  public PoolFigures figures(long nowSeconds) {
    int activeClients =
        (int)
            clients.values().stream()
                .filter(client -> nowSeconds - client.lastSeenSeconds() <= rules.expirySeconds())
                .count();
    Map<Bytes32, Integer> clientsOf = new HashMap<>();
    pairings.values().forEach(pairing -> clientsOf.merge(pairing.host, 1, Integer::sum));
    return new PoolFigures(
        hosts.figures(clientsOf, nowSeconds),
        hosts.size(),
        activeClients,
        clients.size(),
        pairings.size(),
        heads.newest(),
        matched,
        settled,
        disputed,
        refused);
  }
}
