package io.lesnode.payment.subscription;

import io.lesnode.payment.ChainHead;
import io.lesnode.payment.ChainUnavailableException;
import io.lesnode.payment.ChainView;
import io.lesnode.payment.Counterparty;
import io.lesnode.payment.MethodId;
import io.lesnode.payment.MethodTerms;
import io.lesnode.payment.Params;
import io.lesnode.payment.Payer;
import io.lesnode.payment.PayerException;
import io.lesnode.payment.SignerException;
import io.lesnode.payment.subscription.SubscriptionContract.Member;
import io.lesnode.payment.subscription.SubscriptionContract.Plan;
import io.lesnode.payment.transactions.ContractCalls;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.rlp.RlpException;
import io.lesnode.primitives.rlp.RlpReader;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * Buys a subscription for our node and claims each epoch's tokens. A payment is worth no money: it
 * asks for what was bought. Keeps nothing that the chain does not have. Confined to one virtual
 * thread at a time.
 */
public final class SubscriptionPayer implements Payer {
  private static final int CONFIRMATIONS = 6;

  /** How long a provider has to acknowledge. */
  private static final long ACKNOWLEDGE_SECONDS = 86_400;

  private final SubscriptionContract contract;
  private final Set<Bytes32> trustedCode;
  private final Bytes32 ownNodeId;
  private final ChainView chain;
  private final ContractCalls calls;
  private final Map<Bytes32, SubscriptionTerms> servers = new HashMap<>();

  /**
   * A payer.
   *
   * @param trustedCode hashes of the contract's code that we accept
   * @param ownNodeId the node that is to be served
   * @param calls sends transactions of the account that pays
   */
  public SubscriptionPayer(
      SubscriptionContract contract,
      Set<Bytes32> trustedCode,
      Bytes32 ownNodeId,
      ChainView chain,
      ContractCalls calls) {
    this.contract = contract;
    this.trustedCode = Set.copyOf(trustedCode);
    this.ownNodeId = ownNodeId;
    this.chain = chain;
    this.calls = calls;
  }

  @Override
  public MethodId id() {
    return MethodId.SUBSCRIPTION;
  }

  @Override
  public void check(Counterparty server, MethodTerms terms)
      throws PayerException, ChainUnavailableException {
    SubscriptionTerms known = decode(terms);
    if (!terms.contract().equals(Optional.of(contract.address()))) {
      throw new PayerException("the server's subscriptions are not in " + contract.address());
    }
    if (!server.payAddress().equals(Optional.of(known.provider()))) {
      throw new PayerException("the plan is another account's than the server proved to have");
    }
    long head = chain.head().number();
    if (!trustedCode.contains(chain.codeHash(contract.address(), head))) {
      throw new PayerException(
          "the code at " + contract.address() + " is not a subscription contract that we know");
    }
    if (contract.plan(chain, known.provider(), head).isEmpty()) {
      throw new PayerException("the server has no plan in the contract");
    }
    servers.put(server.nodeId(), known);
  }

  @Override
  public Bytes openData(Counterparty server, MethodTerms terms) throws PayerException {
    servers.put(server.nodeId(), decode(terms));
    return SubscriptionMethod.PROOF;
  }

  @Override
  public void onParams(Counterparty server, Params params) throws PayerException {
    try {
      RlpReader reader = RlpReader.of(params.data()).enterList();
      long until = reader.readLong();
      long served = reader.readLong();
      if (served > until + ACKNOWLEDGE_SECONDS) {
        throw new PayerException("the server says it served us longer than was bought");
      }
    } catch (RlpException e) {
      throw new PayerException("the server's answer is not the state of a subscription", e);
    }
  }

  /** Nothing: what was bought is tokens, which {@link #pay} with an amount of zero asks for. */
  @Override
  public UInt256 payableWei(Counterparty server) {
    return UInt256.ZERO;
  }

  /** The plan that {@link #deposit} buys periods of. */
  public Plan plan(Counterparty server) throws PayerException, ChainUnavailableException {
    return contract
        .plan(chain, terms(server).provider(), chain.head().number())
        .orElseThrow(() -> new PayerException("the server has no plan in the contract"));
  }

  /** Our membership as it is at the head. */
  public Member member(Counterparty server) throws PayerException, ChainUnavailableException {
    return contract.member(chain, terms(server).provider(), ownNodeId, chain.head().number());
  }

  /** Buys as many periods as the amount pays for; the rest is not sent. */
  @Override
  public Bytes32 deposit(Counterparty server, UInt256 amountWei)
      throws PayerException, ChainUnavailableException, SignerException {
    Plan plan = plan(server);
    if (member(server).isPending()) {
      throw new PayerException(
          "the server has not acknowledged the purchase before: wait, or take it back after a day");
    }
    BigInteger periods =
        plan.priceWei().isZero()
            ? BigInteger.ONE
            : amountWei.toUnsignedBigInteger().divide(plan.priceWei().toUnsignedBigInteger());
    if (periods.signum() == 0 || periods.bitLength() > 31) {
      throw new PayerException(
          "a period costs %s wei and has %d s: pay for one at least"
              .formatted(plan.priceWei().toDecimalString(), plan.periodSeconds()));
    }
    UInt256 cost = plan.priceWei().multiply(UInt256.valueOf(periods));
    Address provider = terms(server).provider();
    // our own node id spreads those who register at the same time over the seats
    long hint = ownNodeId.getInt(0) & 0x7fff_ffffL;
    return calls.send(
        contract.address(),
        contract.register(provider, ownNodeId, periods.longValueExact(), hint),
        cost,
        SubscriptionContract.REGISTER_GAS,
        "subscribe for %s periods of %d s for %s wei"
            .formatted(periods, plan.periodSeconds(), cost.toDecimalString()));
  }

  /**
   * Asks for the tokens of the running epoch.
   *
   * @param amountWei zero: they were paid for
   */
  @Override
  public List<PaymentProof> pay(Counterparty server, UInt256 amountWei) throws PayerException {
    if (!amountWei.isZero()) {
      throw new PayerException("a subscription pays no money: buy more periods instead");
    }
    SubscriptionTerms terms = terms(server);
    try {
      long now = chain.head().timestampSeconds();
      return List.of(
          new PaymentProof(
              Bytes.ofUnsignedLong(now / terms.epochSeconds()),
              SubscriptionMethod.PROOF,
              UInt256.ZERO));
    } catch (ChainUnavailableException e) {
      throw new PayerException("the time of the chain is not known: " + e.getMessage(), e);
    }
  }

  @Override
  public List<PaymentProof> pending(Counterparty server) {
    return List.of();
  }

  @Override
  public void onReceipt(Counterparty server, Bytes payId, UInt256 cumulativeWei) {
    // what was granted is in the token balance of the receipt
  }

  @Override
  public void onEvidence(Counterparty server, Bytes evidence) {
    // the chain is the evidence
  }

  /** Takes back a purchase that the server did not acknowledge within a day. */
  @Override
  public Bytes32 withdraw(Counterparty server, UInt256 amountWei)
      throws PayerException, ChainUnavailableException, SignerException {
    Member member = member(server);
    long from = member.boughtAtSeconds() + ACKNOWLEDGE_SECONDS;
    if (!member.isPending() || chain.head().timestampSeconds() <= from) {
      throw new PayerException(
          member.isPending()
              ? "the server has time until " + from + " to acknowledge the purchase"
              : "there is no purchase that the server did not acknowledge");
    }
    return calls.send(
        contract.address(),
        contract.refund(terms(server).provider(), ownNodeId),
        UInt256.ZERO,
        SubscriptionContract.WITHDRAW_GAS,
        "take back a subscription that was not acknowledged");
  }

  @Override
  public List<Bytes32> onHead(ChainHead head) throws ChainUnavailableException, SignerException {
    calls.onHead(head);
    return List.of();
  }

  /** Whether our membership is deep enough for the server to count it. */
  public boolean isActive(Counterparty server) throws PayerException, ChainUnavailableException {
    ChainHead head = chain.head();
    Member member =
        contract.member(
            chain, terms(server).provider(), ownNodeId, Math.max(0, head.number() - CONFIRMATIONS));
    return member.untilSeconds() > head.timestampSeconds();
  }

  private SubscriptionTerms terms(Counterparty server) throws PayerException {
    SubscriptionTerms known = servers.get(server.nodeId());
    if (known == null) {
      throw new PayerException("the server's terms were not checked");
    }
    return known;
  }

  private static SubscriptionTerms decode(MethodTerms terms) throws PayerException {
    if (terms.id() != MethodId.SUBSCRIPTION
        || !terms.variant().equals(SubscriptionMethod.VARIANT)) {
      throw new PayerException(
          "we pay by " + SubscriptionMethod.VARIANT + ", not " + terms.variant());
    }
    try {
      SubscriptionTerms known = SubscriptionTerms.decode(terms.params());
      if (known.epochSeconds() == 0) {
        throw new PayerException("the server's epochs have no length");
      }
      return known;
    } catch (RlpException e) {
      throw new PayerException("the server's terms of subscriptions cannot be read", e);
    }
  }
}
