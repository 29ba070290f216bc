package io.lesnode.vip.pool;

import io.lesnode.devp2p.PeerLink;
import io.lesnode.devp2p.PeerSession;
import io.lesnode.payment.ChainHead;
import io.lesnode.payment.ChainUnavailableException;
import io.lesnode.payment.Counterparty;
import io.lesnode.payment.MethodTerms;
import io.lesnode.payment.Payer;
import io.lesnode.payment.PayerException;
import io.lesnode.payment.RefusalCode;
import io.lesnode.payment.SignerException;
import io.lesnode.vipnode.pool.JoinFacts;
import io.lesnode.vipnode.pool.PoolRules;
import io.lesnode.vipnode.pool.ServedChain;
import io.lesnode.vipnode.pool.TokenPrice;
import io.lesnode.vipnode.pool.UsageWitness;
import io.lesnode.vipnode.wire.MethodEntry;
import io.lesnode.vipnode.wire.PoolGrant;
import io.lesnode.vipnode.wire.Role;
import io.lesnode.vipnode.wire.VipMessage;
import io.lesnode.vipnode.wire.VipMessage.MatchedHost;
import io.lesnode.vipnode.wire.VipSignatures;
import io.lesnode.vipnode.wire.VipWireException;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.ToLongFunction;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A light client's membership in a pool: keeps so much money there that its hosts are paid for the
 * next interval, asks for hosts, and signs what it received of them. Thread-safe; its state is
 * owned by one loop, and payments are signed on a virtual thread.
 */
public final class ClientMembership implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ClientMembership.class);

  /** A payment that was refused is not tried again at once. */
  private static final long PAYMENT_PAUSE_SECONDS = 10;

  /** A deposit that does not count by then is believed to be lost. */
  private static final long DEPOSIT_PATIENCE_SECONDS = 3_600;

  private final Wants wants;
  private final PoolRules rules;
  private final Payer payer;
  private final ToLongFunction<Bytes32> received;
  private final GrantHolder holder;
  private final UsageWitness witness;
  private final MemberLoop member;
  private final ExecutorService paying =
      Executors.newSingleThreadExecutor(Thread.ofVirtual().name("pool-client-payer").factory());

  private final Bytes32 self;
  private final Map<Bytes32, PoolGrant> grants = new HashMap<>();
  private final Map<Bytes, Integer> latencies = new HashMap<>();
  private final Set<Bytes> refusedBy = new HashSet<>();

  /** Payments without a receipt, in their order, while one is under way. */
  private final Deque<VipMessage.Pay> unanswered = new ArrayDeque<>();

  private UInt256 paid = UInt256.ZERO;
  private UInt256 balance = UInt256.ZERO;
  private boolean checked;
  private Optional<MethodTerms> poolTerms = Optional.empty();
  private boolean payingNow;
  private long payAgainSeconds;
  private long joinedSeconds;

  /** Owned by the paying thread. */
  private String lastProblem = "";

  /** Owned by the paying thread. */
  private long depositUntilSeconds;

  /**
   * What a client wants.
   *
   * @param hosts how many
   * @param capacity of each
   * @param maxPrice it pays no more
   * @param balanceWei what it keeps at the pool: the most that it could lose
   * @param budgetWei what it pays altogether
   * @param depositWei what is put on chain for the pool when what is there does not suffice; zero:
   *     nothing is, the user deposits
   */
  public record Wants(
      ServedChain chain,
      int hosts,
      long capacity,
      TokenPrice maxPrice,
      UInt256 balanceWei,
      UInt256 budgetWei,
      UInt256 depositWei) {}

  /** Who uses grants: shows them to hosts and dials those. Called on the member's loop. */
  @FunctionalInterface
  public interface GrantHolder {
    /**
     * A grant for a host.
     *
     * @param enode where it is
     * @param isNew whether the host was not ours before
     */
    void onGrant(String enode, PoolGrant grant, boolean isNew);
  }

  /**
   * A membership.
   *
   * @param pool the pool's node id
   * @param rules the pool's times
   * @param payer pays the pool
   * @param received tokens of service that we had of a host since we began to count
   */
  public ClientMembership(
      VipIdentity self,
      Bytes32 pool,
      Wants wants,
      PoolRules rules,
      Payer payer,
      ToLongFunction<Bytes32> received,
      GrantHolder holder,
      InstantSource clock) {
    this(self, pool, wants, rules, payer, received, holder, clock, OwnerLoop.TICK_NANOS);
  }

  ClientMembership(
      VipIdentity self,
      Bytes32 pool,
      Wants wants,
      PoolRules rules,
      Payer payer,
      ToLongFunction<Bytes32> received,
      GrantHolder holder,
      InstantSource clock,
      long tickNanos) {
    this.wants = wants;
    this.rules = rules;
    this.payer = payer;
    this.received = received;
    this.holder = holder;
    this.self = self.id();
    this.witness = new UsageWitness(pool, self.id(), wants.maxPrice(), self::sign);
    this.member =
        new MemberLoop(
            "pool-client", self, pool, Role.CLIENT, List::of, clock, tickNanos, new ClientSide());
    this.member.start();
  }

  boolean isPool(PeerLink peer) {
    return member.isPool(peer);
  }

  PeerSession accept(PeerLink peer) {
    return member.accept(peer);
  }

  /** How long a host took to answer; told to the pool. Any thread. */
  public void onLatency(Bytes32 host, int millis) {
    boolean unused =
        member.execute(() -> latencies.put(host.slice(0, JoinFacts.SHORT_ID_BYTES), millis));
  }

  /** A host did not let us in; told to the pool, which gives us another. Any thread. */
  public void onRefusedBy(Bytes32 host) {
    boolean unused =
        member.execute(
            () -> {
              refusedBy.add(host.slice(0, JoinFacts.SHORT_ID_BYTES));
              grants.remove(host);
              joinedSeconds = 0;
            });
  }

  private final class ClientSide implements MemberLoop.Side {
    @Override
    public void onPool(Counterparty pool, List<MethodEntry> methods) {
      checked = false;
      poolTerms = Optional.empty();
      unanswered.clear();
      List<MethodTerms> terms =
          methods.stream()
              .filter(entry -> entry.id() == payer.id().number())
              .flatMap(entry -> entry.terms().stream())
              .toList();
      if (terms.isEmpty()) {
        LOG.warn("The pool takes no payments by {}", payer.id().text());
        join();
        return;
      }
      poolTerms = Optional.of(terms.get(0));
      open(pool, terms.get(0));
    }

    /** Looks whether the pool can be paid; tried again while our chain is not there yet. */
    private void open(Counterparty pool, MethodTerms terms) {
      payAgainSeconds = member.nowSeconds() + PAYMENT_PAUSE_SECONDS;
      pay(
          () -> {
            payer.check(pool, terms);
            Bytes data = payer.openData(pool, terms);
            List<Payer.PaymentProof> pending = payer.pending(pool);
            boolean unused =
                member.execute(
                    () -> {
                      checked = true;
                      payAgainSeconds = 0;
                      member.send(new VipMessage.Open(1, payer.id().number(), data));
                      sendAll(pending);
                      join();
                    });
          });
    }

    @Override
    public void onMessage(VipMessage message) {
      switch (message) {
        case VipMessage.PoolMatch match -> match.hosts().forEach(this::onHost);
        case VipMessage.Usage usage ->
            witness.onStatement(usage, received.applyAsLong(usage.host())).ifPresent(member::send);
        case VipMessage.PoolState state -> {
          balance = state.balanceWei();
          state.invalidPeers().forEach(grants::remove);
          topUp();
        }
        case VipMessage.Params params ->
            member
                .party()
                .ifPresent(
                    pool ->
                        pay(
                            () ->
                                payer.onParams(
                                    pool,
                                    new io.lesnode.payment.Params(
                                        params.status(), params.data()))));
        case VipMessage.Receipt receipt -> onReceipt(receipt);
        case VipMessage.Refuse refuse -> {
          LOG.info("The pool refuses: {}", refuse.text());
          topUp();
        }
        default -> {} // what a client does not ask for
      }
    }

    private void onHost(MatchedHost matched) {
      PoolGrant grant;
      try {
        grant = PoolGrant.decode(matched.grant());
      } catch (VipWireException e) {
        LOG.warn("A grant of the pool cannot be read: {}", e.getMessage());
        return;
      }
      if (!witness.onGrant(grant, received.applyAsLong(grant.host()))) {
        LOG.warn("The pool gave us a grant that is not ours, or not signed by it");
        return;
      }
      boolean isNew = grants.put(grant.host(), grant) == null;
      holder.onGrant(matched.enode(), grant, isNew);
    }

    private void onReceipt(VipMessage.Receipt receipt) {
      VipMessage.Pay answered = unanswered.poll();
      member
          .party()
          .ifPresent(
              pool ->
                  pay(
                      () -> {
                        if (receipt.status() == 0) {
                          if (signedBy(pool, receipt)) {
                            payer.onReceipt(pool, receipt.payId(), receipt.cumulativeWei());
                          } else {
                            throw new PayerException("the pool's receipt has a wrong signature");
                          }
                        } else if (receipt
                            .refusalCode()
                            .filter(RefusalCode.STALE::equals)
                            .isPresent()) {
                          payer.onEvidence(pool, receipt.evidence());
                        }
                      }));
      balance = receipt.currencyBalanceWei();
      if (receipt.status() == 0) {
        joinedSeconds = 0; // the money is there: ask again at the next tick
      } else {
        payAgainSeconds = member.nowSeconds() + PAYMENT_PAUSE_SECONDS;
        LOG.warn("The pool refuses a payment: {} {}", receipt.refusalCode(), answered != null);
      }
    }

    @Override
    public void onTick() {
      if (member.party().isEmpty()) {
        return;
      }
      boolean lacking = live() < wants.hosts() && member.nowSeconds() - joinedSeconds >= 5;
      if (!checked && poolTerms.isPresent() && member.nowSeconds() >= payAgainSeconds) {
        open(member.party().get(), poolTerms.get());
      }
      if (lacking || member.nowSeconds() - joinedSeconds >= rules.keepAliveSeconds()) {
        join();
      }
      topUp();
    }

    private void join() {
      joinedSeconds = member.nowSeconds();
      grants.values().removeIf(grant -> grant.untilSeconds() + 5 < member.nowSeconds());
      int missing = Math.max(0, wants.hosts() - live());
      Set<Bytes> has = new HashSet<>();
      JoinFacts facts =
          JoinFacts.ofClient(wants.chain(), wants.maxPrice(), missing)
              .with(latencies, refusedBy, has);
      refusedBy.clear();
      latencies.clear();
      member.join(wants.capacity(), facts);
    }
  }

  private boolean signedBy(Counterparty pool, VipMessage.Receipt receipt) {
    return VipSignatures.isSignedByKey(
        VipSignatures.receiptDigest(
            receipt.payId(),
            self,
            payer.id().number(),
            receipt.cumulativeWei(),
            receipt.tokenBalance(),
            receipt.serial()),
        receipt.receiptSignature(),
        pool.nodeKey());
  }

  private int live() {
    return (int)
        grants.values().stream()
            .filter(grant -> grant.untilSeconds() >= member.nowSeconds())
            .count();
  }

  /** Pays the pool what is missing of the balance that we keep there, within the budget. */
  private void topUp() {
    UInt256 half = wants.balanceWei().divide(UInt256.valueOf(2));
    if (!checked
        || payingNow
        || !unanswered.isEmpty()
        || member.nowSeconds() < payAgainSeconds
        || balance.compareTo(half) > 0
        || member.party().isEmpty()) {
      return;
    }
    UInt256 missing = wants.balanceWei().subtract(balance);
    UInt256 left = wants.budgetWei().subtract(paid);
    UInt256 amount = missing.compareTo(left) <= 0 ? missing : left;
    if (amount.isZero()) {
      return;
    }
    payingNow = true;
    paid = paid.add(amount);
    Counterparty pool = member.party().get();
    pay(
        () -> {
          // what the pool has not taken yet is shown again; nothing new is signed meanwhile
          List<Payer.PaymentProof> proofs = new ArrayList<>(payer.pending(pool));
          boolean signsMore = proofs.isEmpty();
          try {
            if (signsMore) {
              depositWhatIsMissing(pool, amount);
              proofs.addAll(payer.pay(pool, amount));
            }
          } finally {
            boolean unused =
                member.execute(
                    () -> {
                      payingNow = false;
                      if (proofs.isEmpty() || !signsMore) {
                        paid = paid.subtract(amount);
                      }
                      if (proofs.isEmpty()) {
                        payAgainSeconds = member.nowSeconds() + PAYMENT_PAUSE_SECONDS;
                      }
                      sendAll(proofs);
                    });
          }
        });
  }

  /** On the paying thread. One deposit at a time: the next when the last has counted or failed. */
  private void depositWhatIsMissing(Counterparty pool, UInt256 amount)
      throws PayerException, SignerException, ChainUnavailableException {
    if (payer.payableWei(pool).compareTo(amount) >= 0) {
      depositUntilSeconds = 0;
      return;
    }
    if (wants.depositWei().isZero() || member.nowSeconds() < depositUntilSeconds) {
      return;
    }
    Bytes32 transaction = payer.deposit(pool, wants.depositWei());
    depositUntilSeconds = member.nowSeconds() + DEPOSIT_PATIENCE_SECONDS;
    LOG.info("Depositing {} wei at the pool: {}", wants.depositWei().toBigInteger(), transaction);
  }

  /** A new head: deposits under way are looked after. Any thread. */
  public void onHead(ChainHead head) {
    pay(
        () -> {
          List<Bytes32> unused = payer.onHead(head);
        });
  }

  private void sendAll(List<Payer.PaymentProof> proofs) {
    for (Payer.PaymentProof proof : proofs) {
      VipMessage.Pay pay = new VipMessage.Pay(proof.payId(), payer.id().number(), proof.proof(), 0);
      unanswered.add(pay);
      member.send(pay);
    }
  }

  /** What can go wrong with a payment. */
  private interface Payment {
    void run() throws PayerException, SignerException, ChainUnavailableException;
  }

  private void pay(Payment payment) {
    try {
      paying.execute(
          () -> {
            try {
              payment.run();
            } catch (PayerException | SignerException | ChainUnavailableException e) {
              String text = String.valueOf(e.getMessage());
              if (!text.equals(lastProblem)) { // it may stay the same for long
                lastProblem = text;
                LOG.warn("The pool is not paid: {}", text);
              }
            }
          });
    } catch (RejectedExecutionException e) {
      LOG.debug("closing");
    }
  }

  /** Leaves the pool: the last interval is stated and signed, nothing is billed after it. */
  @Override
  public void close() {
    boolean unused =
        member.execute(
            () -> member.join(0, JoinFacts.ofClient(wants.chain(), wants.maxPrice(), 0).leave()));
    member.close();
    paying.shutdown();
  }
}
