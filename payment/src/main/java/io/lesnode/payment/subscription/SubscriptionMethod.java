package io.lesnode.payment.subscription;

import static io.lesnode.payment.RefusalCode.EXPIRED;
import static io.lesnode.payment.RefusalCode.INSUFFICIENT_DEPOSIT;
import static io.lesnode.payment.RefusalCode.MALFORMED;
import static io.lesnode.payment.RefusalCode.NOT_SYNCED;
import static io.lesnode.payment.RefusalCode.OVER_LIMIT;
import static io.lesnode.payment.RefusalCode.STALE;

import io.lesnode.payment.ChainHead;
import io.lesnode.payment.ChainUnavailableException;
import io.lesnode.payment.ChainView;
import io.lesnode.payment.Counterparty;
import io.lesnode.payment.Credit;
import io.lesnode.payment.MethodId;
import io.lesnode.payment.MethodNews;
import io.lesnode.payment.MethodTerms;
import io.lesnode.payment.Params;
import io.lesnode.payment.PaymentMethod;
import io.lesnode.payment.Refusal;
import io.lesnode.payment.Settlement;
import io.lesnode.payment.SettlementOutcome;
import io.lesnode.payment.SettlementPolicy;
import io.lesnode.payment.ledger.AccountId;
import io.lesnode.payment.ledger.AccountKind;
import io.lesnode.payment.ledger.Bookkeeping;
import io.lesnode.payment.ledger.LedgerBatch;
import io.lesnode.payment.ledger.LedgerReader;
import io.lesnode.payment.ledger.TransferKind;
import io.lesnode.payment.subscription.SubscriptionContract.Member;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.Log;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.rlp.RLP;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * Receives subscriptions. The evidence is the contract's storage {@code confirmations} below the
 * head; a peer only says "now", with an empty proof, and gets the tokens of the epoch that runs, or
 * of what the subscription has left of it: once, because how far a node was served is in the books.
 * Time is the head's. Confined to the ledger loop.
 *
 * <p>{@link #receive} books the tokens itself ({@link Bookkeeping#grant}); who drives the method
 * ends them at {@link Credit.Grant#untilSeconds()}.
 *
 * <p>The server acknowledges what it serves, in one transaction for many, before the day is over
 * after which the contract gives the money back; then it is earned, and withdrawn when that is
 * worth its gas.
 */
public final class SubscriptionMethod implements PaymentMethod {
  static final String VARIANT = "subscription/1";

  /** The only proof there is: an empty RLP list. */
  static final Bytes PROOF = Bytes.of(0xc0);

  private static final String SERVED = "subscription.served";
  private static final String WAITING = "subscription.waiting";
  private static final int MOST_IN_ONE = 100;

  private final SubscriptionContract contract;
  private final Bytes32 codeHash;
  private final Address provider;
  private final ChainView chain;
  private final SubscriptionPolicy policy;
  private UInt256 earnedWei = UInt256.ZERO;

  /**
   * Receives subscriptions.
   *
   * @param codeHash of the contract's code
   * @param provider the account with the plan, which is paid
   */
  public SubscriptionMethod(
      SubscriptionContract contract,
      Bytes32 codeHash,
      Address provider,
      ChainView chain,
      SubscriptionPolicy policy) {
    this.contract = contract;
    this.codeHash = codeHash;
    this.provider = provider;
    this.chain = chain;
    this.policy = policy;
  }

  @Override
  public MethodId id() {
    return MethodId.SUBSCRIPTION;
  }

  @Override
  public MethodTerms terms() {
    return new MethodTerms(
        MethodId.SUBSCRIPTION,
        VARIANT,
        Optional.of(contract.address()),
        codeHash,
        new SubscriptionTerms(provider, policy.tokensPerSecond(), policy.epochSeconds()).encoded());
  }

  @Override
  public Params open(Counterparty peer, Bytes data, LedgerBatch batch) throws Refusal {
    requireEmpty(data);
    try {
      ChainHead head = chain.head();
      Member newest = contract.member(chain, provider, peer.nodeId(), head.number());
      Member deep = deep(peer.nodeId(), head);
      boolean isDeep = deep.untilSeconds() > head.timestampSeconds();
      if (!isDeep && newest.untilSeconds() <= head.timestampSeconds()) {
        throw none(newest);
      }
      Bytes standing =
          RLP.encodeList(
              writer -> {
                writer.writeLong(isDeep ? deep.untilSeconds() : newest.untilSeconds());
                writer.writeLong(served(batch, peer.nodeId()));
              });
      return new Params(isDeep ? 0 : policy.confirmations(), standing);
    } catch (ChainUnavailableException e) {
      throw notSynced(e);
    }
  }

  @Override
  public Credit receive(Counterparty peer, Bytes proof, LedgerBatch batch) throws Refusal {
    requireEmpty(proof);
    try {
      ChainHead head = chain.head();
      Member member = deep(peer.nodeId(), head);
      long now = head.timestampSeconds();
      if (member.untilSeconds() <= now) {
        throw none(member);
      }
      long from = Math.max(now, served(batch, peer.nodeId()));
      long epochEnd = Math.addExact(now - now % policy.epochSeconds(), policy.epochSeconds());
      long until = Math.min(epochEnd, member.untilSeconds());
      if (from >= until) {
        throw new Refusal(
            STALE,
            "you have the tokens up to " + until + ": ask again then",
            (int) Math.min(Integer.MAX_VALUE, from - now),
            Bytes.EMPTY);
      }
      long tokens = policy.tokensPerSecond() * (until - from);
      if (!Bookkeeping.grant(batch, peer.nodeId(), tokens, contract.address().bytes()).isBooked()) {
        throw new Refusal(OVER_LIMIT, "your token balance would be too large");
      }
      batch.put(SERVED, peer.nodeId(), Bytes.ofUnsignedLong(until));
      if (member.isPending()) {
        batch.put(WAITING, peer.nodeId(), Bytes.ofUnsignedLong(member.boughtAtSeconds()));
      }
      return new Credit.Grant(tokens, until);
    } catch (ChainUnavailableException e) {
      throw notSynced(e);
    }
  }

  @Override
  public List<MethodNews> onHead(ChainHead head, LedgerBatch batch) {
    List<MethodNews> news = new ArrayList<>();
    try {
      for (Waiting waiting : waiting(batch)) {
        Member member = deep(waiting.node(), head);
        if (!member.isPending()) {
          batch.remove(WAITING, waiting.node());
          if (member.untilSeconds() > head.timestampSeconds()) {
            news.add(new MethodNews.Confirmed(waiting.node(), Bytes.EMPTY));
          }
        } else if (member.boughtAtSeconds() != waiting.boughtAtSeconds()) {
          batch.put(WAITING, waiting.node(), Bytes.ofUnsignedLong(member.boughtAtSeconds()));
        }
      }
      earnedWei = contract.earned(chain, provider, deepBlock(head));
    } catch (ChainUnavailableException e) {
      return List.copyOf(news); // the next head looks again
    }
    return List.copyOf(news);
  }

  @Override
  public List<Settlement> due(SettlementPolicy settling, long nowSeconds, LedgerBatch books) {
    List<Waiting> ripe =
        waiting(books).stream()
            .filter(each -> !settling.busy().contains(each.node()))
            .sorted(Comparator.comparingLong(Waiting::boughtAtSeconds))
            .limit(MOST_IN_ONE)
            .toList();
    if (!ripe.isEmpty()
        && (settling.everything()
            || ripe.size() >= policy.acknowledgeMany()
            || nowSeconds - ripe.getFirst().boughtAtSeconds()
                >= policy.acknowledgeAfterSeconds())) {
      return List.of(acknowledgement(ripe.stream().map(Waiting::node).toList()));
    }
    Bytes house = provider.bytes();
    UInt256 cost =
        settling.gasPriceWei().multiply(UInt256.valueOf(SubscriptionContract.WITHDRAW_GAS));
    UInt256 worth =
        settling.everything() ? cost : cost.multiply(UInt256.valueOf(settling.timesCost()));
    if (settling.busy().contains(house) || earnedWei.compareTo(worth) <= 0) {
      return List.of();
    }
    return List.of(
        new Settlement(
            MethodId.SUBSCRIPTION,
            contract.address(),
            contract.withdraw(provider),
            UInt256.ZERO,
            SubscriptionContract.WITHDRAW_GAS,
            earnedWei,
            List.of(house),
            "subscriptions earned " + earnedWei.toDecimalString() + " wei"));
  }

  private Settlement acknowledgement(List<Bytes32> nodes) {
    return new Settlement(
        MethodId.SUBSCRIPTION,
        contract.address(),
        contract.acknowledgeMany(nodes),
        UInt256.ZERO,
        SubscriptionContract.ACKNOWLEDGE_GAS * (1 + nodes.size()),
        UInt256.ZERO,
        List.copyOf(nodes),
        nodes.size() + " subscriptions to acknowledge");
  }

  @Override
  public void onSettled(Settlement settlement, SettlementOutcome outcome, LedgerBatch batch) {
    if (!(outcome instanceof SettlementOutcome.Included included)) {
      return; // due asks again
    }
    for (Log log : included.receipt().logs()) {
      contract
          .withdrawn(log, provider)
          .filter(wei -> !wei.isZero())
          .ifPresent(
              wei -> {
                batch.transfer(
                    AccountId.house(AccountKind.CASHED),
                    AccountId.house(AccountKind.REVENUE),
                    wei.toUnsignedBigInteger(),
                    TransferKind.SETTLEMENT,
                    included.transaction());
                earnedWei = UInt256.ZERO;
              });
    }
    if (!included.feeWei().isZero()) {
      Bookkeeping.fee(batch, included.feeWei().toUnsignedBigInteger(), included.transaction());
    }
  }

  /** A subscription ends by itself. */
  @Override
  public Bytes close(Counterparty peer, Bytes data, LedgerBatch batch) {
    long served = served(batch, peer.nodeId());
    return RLP.encodeList(writer -> writer.writeLong(served));
  }

  /** A purchase that was served and is not acknowledged. */
  private record Waiting(Bytes32 node, long boughtAtSeconds) {}

  private static List<Waiting> waiting(LedgerReader books) {
    List<Waiting> all = new ArrayList<>();
    books.scan(
        WAITING,
        Bytes.EMPTY,
        (node, boughtAt) -> all.add(new Waiting(Bytes32.wrap(node), boughtAt.toLong())));
    return all;
  }

  /** Up to when a node has its tokens; 0 if it never had any. */
  private static long served(LedgerReader books, Bytes32 node) {
    return books.get(SERVED, node).map(Bytes::toLong).orElse(0L);
  }

  private Member deep(Bytes32 node, ChainHead head) throws ChainUnavailableException {
    return contract.member(chain, provider, node, deepBlock(head));
  }

  private long deepBlock(ChainHead head) {
    return Math.max(0, head.number() - policy.confirmations());
  }

  private static void requireEmpty(Bytes data) throws Refusal {
    if (!data.isEmpty() && !data.equals(PROOF)) {
      throw new Refusal(MALFORMED, "a subscription is proven by the chain: send an empty list");
    }
  }

  private Refusal none(Member member) {
    return member.untilSeconds() == 0
        ? new Refusal(
            INSUFFICIENT_DEPOSIT,
            "this node has no subscription with " + provider + " that is confirmed",
            15,
            Bytes.EMPTY)
        : new Refusal(EXPIRED, "the subscription ended at " + member.untilSeconds() + ": renew it");
  }

  private static Refusal notSynced(ChainUnavailableException e) {
    return new Refusal(NOT_SYNCED, String.valueOf(e.getMessage()), 15, Bytes.EMPTY);
  }
}
