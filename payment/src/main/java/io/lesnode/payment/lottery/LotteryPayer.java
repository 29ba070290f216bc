package io.lesnode.payment.lottery;

import io.lesnode.payment.ChainHead;
import io.lesnode.payment.ChainUnavailableException;
import io.lesnode.payment.ChainView;
import io.lesnode.payment.Counterparty;
import io.lesnode.payment.MethodId;
import io.lesnode.payment.MethodTerms;
import io.lesnode.payment.Params;
import io.lesnode.payment.Payer;
import io.lesnode.payment.PayerException;
import io.lesnode.payment.Signer;
import io.lesnode.payment.SignerException;
import io.lesnode.payment.ledger.DurableBatches;
import io.lesnode.payment.lottery.LotteryCheque.Opening;
import io.lesnode.payment.lottery.LotteryContract.Pot;
import io.lesnode.payment.lottery.LotteryStanding.Newest;
import io.lesnode.payment.signing.CompactSignature;
import io.lesnode.payment.transactions.ContractCalls;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.rlp.RlpException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * Pays by lottery: {@link #deposit} opens one over all servers whose terms were {@link #check
 * checked}, by their {@link #weigh weights}, so that one transaction pays any number of servers.
 * All lotteries are in one book: the first that a server offered and whose code we trust. When one
 * lottery does not suffice, a payment is several cheques. Confined to one virtual thread at a time;
 * a cheque is on the disk before it is handed out.
 */
public final class LotteryPayer implements Payer {
  private final Set<Bytes32> trustedCode;
  private final Signer signer;
  private final ChainView chain;
  private final OwnLotteries lotteries;
  private final OwnLotteryWatch watch;
  private final ContractCalls transactions;
  private final LotteryPlan plan;
  private final LongSupplier salts;
  private final Map<Bytes32, LotteryTerms> servers = new HashMap<>();
  private final Map<Bytes32, Long> weights = new HashMap<>();
  private @Nullable LotteryContract book;
  private long head;

  /**
   * A payer.
   *
   * @param trustedCode hashes of the contract's code that we accept
   * @param signer of the account that owns the lotteries and is bound to our node
   * @param store where lotteries and cheques are kept
   * @param transactions sends the calls of the same account
   * @param salts secure random numbers
   */
  public LotteryPayer(
      Set<Bytes32> trustedCode,
      Signer signer,
      ChainView chain,
      DurableBatches store,
      ContractCalls transactions,
      LotteryPlan plan,
      LongSupplier salts) {
    this.trustedCode = Set.copyOf(trustedCode);
    this.signer = signer;
    this.chain = chain;
    this.lotteries = new OwnLotteries(store);
    this.watch = new OwnLotteryWatch(lotteries, chain, plan.confirmations());
    this.transactions = transactions;
    this.plan = plan;
    this.salts = salts;
    this.book = lotteries.book().map(this::at).orElse(null);
  }

  /** How much of a new lottery a server gets, relative to others; 1 unless said. At most 2^40. */
  public void weigh(Bytes32 nodeId, long weight) {
    if (weight < 1 || weight > 1L << 40) {
      throw new IllegalArgumentException("a weight is 1 to 2^40, this is " + weight);
    }
    weights.put(nodeId, weight);
  }

  /** New lotteries have no place for this server any more. */
  public void forget(Bytes32 nodeId) {
    servers.remove(nodeId);
    weights.remove(nodeId);
  }

  @Override
  public MethodId id() {
    return MethodId.LOTTERY;
  }

  @Override
  public void check(Counterparty server, MethodTerms terms)
      throws PayerException, ChainUnavailableException {
    LotteryTerms known = decode(terms);
    Address offered =
        terms.contract().orElseThrow(() -> new PayerException("the server names no lottery book"));
    LotteryContract ours = book;
    if (ours != null && !offered.equals(ours.address())) {
      throw new PayerException(
          "the server uses the lottery book "
              + offered
              + ", our lotteries are in "
              + ours.address());
    }
    head = chain.head().number();
    Bytes32 code = chain.codeHash(offered, head);
    if (!trustedCode.contains(code)) {
      throw new PayerException(
          "the code at " + offered + " is not a lottery book that we know: " + code);
    }
    if (ours == null) {
      lotteries.chooseBook(offered);
      book = at(offered);
    }
    servers.put(server.nodeId(), known);
  }

  @Override
  public Bytes openData(Counterparty server, MethodTerms terms) throws PayerException {
    LotteryTerms known = decode(terms);
    servers.put(server.nodeId(), known);
    List<Opening> openings = new ArrayList<>();
    for (OwnLottery lottery : usable()) {
      lotteries
          .leaf(lottery.id(), known.payee())
          .ifPresent(own -> openings.add(Opening.of(lottery.salt(), own.leaf())));
    }
    int from = Math.max(0, openings.size() - Opening.MAX_MANY);
    return Opening.encodeMany(openings.subList(from, openings.size()));
  }

  @Override
  public void onParams(Counterparty server, Params params) throws PayerException {
    List<LotteryStanding> standings;
    try {
      standings = LotteryStanding.decodeMany(params.data());
    } catch (RlpException e) {
      throw new PayerException("the server's answer is not a list of lotteries", e);
    }
    for (LotteryStanding standing : standings) {
      OwnLottery lottery =
          lotteries
              .find(standing.id())
              .orElseThrow(
                  () -> new PayerException("the server speaks of a lottery that is not ours"));
      OwnLeaf leaf = leaf(server, lottery);
      if (!standing.amountWei().equals(lottery.pot().amountWei())
          || standing.reveal() != lottery.pot().reveal()) {
        throw new PayerException("the server sees another lottery on chain than we do");
      }
      OwnLeaf seen = params.status() == 0 ? leaf.acknowledged() : leaf;
      if (standing.newest().isPresent()) {
        seen = reminded(seen, standing.newest().get());
      }
      if (!seen.equals(leaf)) {
        lotteries.store(List.of(seen));
      }
    }
  }

  @Override
  public UInt256 payableWei(Counterparty server) throws ChainUnavailableException {
    follow(chain.head().number());
    LotteryTerms known = servers.get(server.nodeId());
    UInt256 sum = UInt256.ZERO;
    if (known != null) {
      for (OwnLottery lottery : usable()) {
        Optional<OwnLeaf> leaf = lotteries.leaf(lottery.id(), known.payee());
        if (lottery.confirmed() && leaf.isPresent()) {
          sum = sum.add(leaf.get().leftWei(lottery.pot().amountWei()));
        }
      }
    }
    return sum;
  }

  /**
   * Opens a lottery of which this server's part is worth the amount, and which other servers have
   * their parts in; takes in a pot that nobody claimed.
   */
  @Override
  public Bytes32 deposit(Counterparty server, UInt256 amountWei)
      throws PayerException, ChainUnavailableException, SignerException {
    LotteryTerms known = terms(server);
    if (amountWei.isZero() || amountWei.bitLength() > 128 - LotterySlot.MAX_DEPTH) {
      throw new PayerException("no lottery has parts of that size");
    }
    LotteryTree tree = LotteryTree.over(payees(UInt256.ZERO), salts);
    // whoever takes only smaller pots has no part; for the others the pot can only become smaller
    tree = LotteryTree.over(payees(potFor(tree, known, amountWei)), salts);
    UInt256 pot = potFor(tree, known, amountWei);
    if (pot.compareTo(plan.maxPotWei()) > 0 || pot.compareTo(known.maxPotWei()) > 0) {
      throw new PayerException(
          "a pot of %s wei is needed for that; we open %s at most and the server takes %s: ask for less"
              .formatted(
                  pot.toDecimalString(),
                  plan.maxPotWei().toDecimalString(),
                  known.maxPotWei().toDecimalString()));
    }
    return open(tree, pot, chain.head().number());
  }

  @Override
  public List<PaymentProof> pay(Counterparty server, UInt256 amountWei)
      throws PayerException, SignerException {
    LotteryTerms known = terms(server);
    UInt256 missing = amountWei;
    List<OwnLeaf> changed = new ArrayList<>();
    for (OwnLottery lottery : usable()) {
      Optional<OwnLeaf> leaf = lotteries.leaf(lottery.id(), known.payee());
      if (missing.isZero() || !lottery.confirmed() || leaf.isEmpty()) {
        continue;
      }
      UInt256 pot = lottery.pot().amountWei();
      UInt256 left = leaf.get().leftWei(pot);
      UInt256 part = left.compareTo(missing) < 0 ? left : missing;
      UInt256 signed = leaf.get().signedWei(pot);
      LotterySlot slot = leaf.get().leaf().slot();
      OptionalLong range = slot.rangeWorth(pot, signed.add(part));
      if (part.isZero() || range.isEmpty()) {
        continue;
      }
      UInt256 added = slot.valueWei(pot, range.getAsLong()).subtract(signed);
      changed.add(leaf.get().paid(sign(lottery, range.getAsLong(), added, known.payee()), added));
      missing = missing.subtract(part);
    }
    if (!missing.isZero()) {
      throw new PayerException(
          missing.toDecimalString()
              + " wei more than our lotteries can pay this server: deposit, and wait until it is"
              + " confirmed");
    }
    lotteries.store(changed);
    return pending(server);
  }

  @Override
  public List<PaymentProof> pending(Counterparty server) {
    LotteryTerms known = servers.get(server.nodeId());
    List<PaymentProof> proofs = new ArrayList<>();
    if (known != null) {
      for (OwnLottery lottery : lotteries.all()) {
        lotteries
            .leaf(lottery.id(), known.payee())
            .ifPresent(leaf -> proofs.addAll(leaf.proofs(lottery)));
      }
    }
    return List.copyOf(proofs);
  }

  @Override
  public void onReceipt(Counterparty server, Bytes payId, UInt256 cumulativeWei) {
    LotteryTerms known = servers.get(server.nodeId());
    if (known == null) {
      return;
    }
    for (OwnLottery lottery : lotteries.all()) {
      Optional<OwnLeaf> leaf = lotteries.leaf(lottery.id(), known.payee());
      if (leaf.isEmpty()) {
        continue;
      }
      for (OwnLeaf.Pending waiting : leaf.get().pending()) {
        if (leaf.get().payId(waiting.cheque().range()).equals(payId)) {
          lotteries.store(List.of(leaf.get().received(waiting.cheque().range())));
          return;
        }
      }
    }
  }

  @Override
  public void onEvidence(Counterparty server, Bytes evidence) throws PayerException {
    LotteryCheque cheque;
    try {
      cheque = LotteryCheque.decode(evidence);
    } catch (RlpException e) {
      throw new PayerException("what the server shows is not a lottery cheque", e);
    }
    OwnLottery lottery =
        lotteries
            .find(cheque.id())
            .orElseThrow(() -> new PayerException("the server shows a lottery that is not ours"));
    OwnLeaf leaf = leaf(server, lottery);
    OwnLeaf seen = reminded(leaf, new Newest(cheque.range(), cheque.signature()));
    lotteries.store(List.of(seen.received(cheque.range())));
  }

  /**
   * Destroys a lottery that was drawn and that nobody claimed in time; all of its pot comes back.
   */
  @Override
  public Bytes32 withdraw(Counterparty server, UInt256 amountWei)
      throws PayerException, ChainUnavailableException, SignerException {
    follow(chain.head().number());
    long window = watch.window(head);
    Optional<OwnLottery> over = unclaimed();
    if (over.isEmpty()) {
      throw new PayerException(
          lotteries.all().stream()
              .findFirst()
              .map(next -> "nothing comes back before block " + (next.pot().reveal() + window + 1))
              .orElse("no lottery is open"));
    }
    return transactions.send(
        contract().address(),
        contract().destroyLottery(over.get().root(), over.get().salt()),
        UInt256.ZERO,
        LotteryContract.OPEN_GAS,
        "take back a lottery's pot of " + over.get().pot().amountWei().toDecimalString() + " wei");
  }

  /** Sees confirmations, forgets what was claimed, and rolls unclaimed pots over if so planned. */
  @Override
  public List<Bytes32> onHead(ChainHead newest) throws ChainUnavailableException, SignerException {
    transactions.onHead(newest);
    follow(newest.number());
    Optional<OwnLottery> over = plan.rollsOver() ? unclaimed() : Optional.empty();
    boolean rolling = lotteries.all().stream().anyMatch(lottery -> !lottery.confirmed());
    if (over.isEmpty() || rolling) {
      return List.of();
    }
    try {
      UInt256 pot = over.get().pot().amountWei();
      return List.of(open(LotteryTree.over(payees(pot), salts), pot, newest.number()));
    } catch (PayerException e) {
      return List.of(); // the pot stays where it is, withdraw says why it cannot move
    }
  }

  private Bytes32 open(LotteryTree tree, UInt256 potWei, long now)
      throws PayerException, ChainUnavailableException, SignerException {
    follow(now);
    Optional<OwnLottery> over = unclaimed();
    UInt256 old = over.map(lottery -> lottery.pot().amountWei()).orElse(UInt256.ZERO);
    UInt256 pot = old.compareTo(potWei) > 0 ? old : potWei;
    long salt = salts.getAsLong();
    long reveal = now + plan.lifetimeBlocks();
    OwnLottery fresh =
        new OwnLottery(
            contract().id(signer.address(), tree.root(), salt),
            tree.root(),
            salt,
            new Pot(pot, reveal),
            now,
            false);
    // without root and salts the pot could never be used: they are on the disk before it is
    lotteries.store(fresh, tree);
    Bytes call =
        over.map(
                lottery ->
                    contract()
                        .rollLottery(lottery.root(), lottery.salt(), tree.root(), salt, reveal))
            .orElseGet(() -> contract().newLottery(tree.root(), salt, reveal));
    String purpose =
        "open a lottery of %s wei for %d servers"
            .formatted(pot.toDecimalString(), tree.leaves().size());
    try {
      return transactions.send(
          contract().address(), call, pot.subtract(old), LotteryContract.OPEN_GAS, purpose);
    } catch (PayerException | SignerException e) {
      lotteries.remove(fresh.id()); // nothing was sent
      throw e;
    }
  }

  /** Compares what we keep with the chain. */
  private void follow(long now) throws ChainUnavailableException {
    head = now;
    if (book != null) {
      watch.follow(contract(), now);
    }
  }

  private Optional<OwnLottery> unclaimed() throws ChainUnavailableException {
    return book == null ? Optional.empty() : watch.unclaimed(contract(), head);
  }

  /** Those whose cheques a payee can still take. */
  private List<OwnLottery> usable() {
    return lotteries.all().stream()
        .filter(lottery -> head + plan.stopBlocks() < lottery.pot().reveal())
        .toList();
  }

  private Newest sign(OwnLottery lottery, long range, UInt256 addedWei, Address payee)
      throws SignerException {
    String purpose = "lottery cheque of %s wei to %s".formatted(addedWei.toDecimalString(), payee);
    CompactSignature signature =
        CompactSignature.of(signer.sign(contract().signingRequest(lottery.id(), range, purpose)));
    return new Newest(range, signature.bytes());
  }

  /** A cheque that the server has counts for us too if we signed it and it is the newer. */
  private OwnLeaf reminded(OwnLeaf leaf, Newest shown) throws PayerException {
    if (leaf.newest().isPresent() && leaf.newest().get().range() >= shown.range()) {
      return leaf;
    }
    if (!leaf.leaf().slot().holds(shown.range())
        || !contract().signed(signer.address(), leaf.lottery(), shown.range(), shown.signature())) {
      throw new PayerException("the server shows a cheque that we did not sign");
    }
    return leaf.reminded(shown);
  }

  private OwnLeaf leaf(Counterparty server, OwnLottery lottery) throws PayerException {
    return lotteries
        .leaf(lottery.id(), terms(server).payee())
        .orElseThrow(() -> new PayerException("the server has no part in that lottery"));
  }

  private LotteryContract at(Address address) {
    return new LotteryContract(chain.chainId(), address);
  }

  /** There is one as soon as a server was checked, and before there is a lottery. */
  private LotteryContract contract() {
    LotteryContract chosen = book;
    if (chosen == null) {
      throw new IllegalStateException("no server's terms were checked");
    }
    return chosen;
  }

  private LotteryTerms terms(Counterparty server) throws PayerException {
    LotteryTerms known = servers.get(server.nodeId());
    if (known == null) {
      throw new PayerException("the server's terms were not checked");
    }
    return known;
  }

  private static LotteryTerms decode(MethodTerms terms) throws PayerException {
    if (terms.id() != MethodId.LOTTERY || !terms.variant().equals(LotteryTerms.VARIANT)) {
      throw new PayerException("we pay by " + LotteryTerms.VARIANT + ", not " + terms.variant());
    }
    try {
      return LotteryTerms.decode(terms.params());
    } catch (RlpException e) {
      throw new PayerException("the server's terms of lotteries cannot be read", e);
    }
  }

  /** The pot of which a server's part is worth an amount. */
  private static UInt256 potFor(LotteryTree tree, LotteryTerms terms, UInt256 amountWei)
      throws PayerException {
    return tree.leaf(terms.payee())
        .map(leaf -> amountWei.shiftLeft(leaf.proof().size()))
        .orElseThrow(
            () ->
                new PayerException(
                    "this server has no part in a new lottery: its weight or its pots are too"
                        + " small"));
  }

  /** Those that take pots of a size, with their weights. */
  private Map<Address, Long> payees(UInt256 potWei) throws PayerException {
    Map<Address, Long> payees = new HashMap<>();
    servers.forEach(
        (node, terms) -> {
          if (terms.maxPotWei().compareTo(potWei) >= 0) {
            payees.merge(terms.payee(), weights.getOrDefault(node, 1L), Math::max);
          }
        });
    if (payees.isEmpty()) {
      throw new PayerException("no server takes pots of " + potWei.toDecimalString() + " wei");
    }
    return payees;
  }
}
