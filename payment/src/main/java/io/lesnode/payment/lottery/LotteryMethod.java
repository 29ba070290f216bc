package io.lesnode.payment.lottery;

import static io.lesnode.payment.RefusalCode.BAD_SIGNATURE;
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
import io.lesnode.payment.ledger.LedgerBatch;
import io.lesnode.payment.lottery.HeldLottery.State;
import io.lesnode.payment.lottery.LotteryCheque.Opening;
import io.lesnode.payment.lottery.LotteryContract.Pot;
import io.lesnode.payment.lottery.LotteryStanding.Newest;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.rlp.RlpException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * Receives payments by lottery (docs/vip.md, "Receiving rules"). A peer can pay only with lotteries
 * that its own bound account owns, because the identity of a lottery contains the owner: nobody can
 * borrow one (defect 1 of the first design). Everything is read {@code confirmations} blocks below
 * the head, one high-water mark is kept per lottery, and only its rise is credited.
 *
 * <p>After the draw {@link #onHead} finds out whether our number came up; {@link #due} asks for the
 * claim, again and again, until it has succeeded or the time for it is over. Confined to the ledger
 * loop.
 */
public final class LotteryMethod implements PaymentMethod {
  private final LotteryContract contract;
  private final Bytes32 codeHash;
  private final Address payee;
  private final ChainView chain;
  private final LotteryLimits limits;
  private final LotteryDraws draws;

  /**
   * Receives lottery cheques.
   *
   * @param contract a LotteryBook2
   * @param codeHash of its code
   * @param payee the account that we are paid at
   */
  public LotteryMethod(
      LotteryContract contract,
      Bytes32 codeHash,
      Address payee,
      ChainView chain,
      LotteryLimits limits) {
    this.contract = contract;
    this.codeHash = codeHash;
    this.payee = payee;
    this.chain = chain;
    this.limits = limits;
    this.draws = new LotteryDraws(contract, payee, chain, limits);
  }

  @Override
  public MethodId id() {
    return MethodId.LOTTERY;
  }

  @Override
  public MethodTerms terms() {
    return new MethodTerms(
        MethodId.LOTTERY,
        LotteryTerms.VARIANT,
        Optional.of(contract.address()),
        codeHash,
        new LotteryTerms(payee, limits.maxPotWei(), limits.confirmations()).encoded());
  }

  @Override
  public Params open(Counterparty peer, Bytes data, LedgerBatch batch) throws Refusal {
    List<Opening> openings;
    try {
      openings = Opening.decodeMany(data);
    } catch (RlpException e) {
      throw new Refusal(MALFORMED, "not a list of lotteries: " + e.getMessage());
    }
    Address owner = ownerOf(peer);
    int awaited = 0;
    List<LotteryStanding> standings = new ArrayList<>();
    try {
      long head = chain.head().number();
      for (Opening opening : openings) {
        HeldLottery lottery = admit(owner, opening, head, batch);
        if (lottery.state() == State.WAITING) {
          awaited = Math.max(awaited, awaited(lottery, head));
        }
        standings.add(lottery.standing());
      }
    } catch (ChainUnavailableException e) {
      throw notSynced(e);
    }
    return new Params(awaited, LotteryStanding.encodeMany(standings));
  }

  @Override
  public Credit receive(Counterparty peer, Bytes proof, LedgerBatch batch) throws Refusal {
    Address owner = ownerOf(peer);
    LotteryCheque cheque;
    try {
      cheque =
          proof.size() == LotteryCheque.Brief.SIZE_BYTES
              ? inFull(owner, LotteryCheque.Brief.decode(proof), batch)
              : LotteryCheque.decode(proof);
    } catch (RlpException e) {
      throw new Refusal(MALFORMED, "not a lottery cheque: " + e.getMessage());
    }
    try {
      long head = chain.head().number();
      HeldLottery lottery = lotteryOf(owner, cheque, head, batch);
      UInt256 value = check(lottery, cheque, head);
      UInt256 rise = value.subtract(lottery.creditedWei());
      if (!LotteryBooks.credit(batch, lottery, rise)) {
        throw new Refusal(OVER_LIMIT, "your balance would be too large: spend some of it first");
      }
      LotteryBooks.store(
          batch, lottery.credited(new Newest(cheque.range(), cheque.signature()), rise));
      return new Credit.Money(rise, value);
    } catch (ChainUnavailableException e) {
      throw notSynced(e);
    }
  }

  @Override
  public List<MethodNews> onHead(ChainHead head, LedgerBatch batch) {
    return draws.onHead(head, batch);
  }

  @Override
  public List<Settlement> due(SettlementPolicy policy, long nowSeconds, LedgerBatch books) {
    return draws.due(policy, books);
  }

  @Override
  public void onSettled(Settlement settlement, SettlementOutcome outcome, LedgerBatch batch) {
    draws.onSettled(outcome, batch);
  }

  /** The lotteries of the peer with the newest cheque of each; nothing has to be ended. */
  @Override
  public Bytes close(Counterparty peer, Bytes data, LedgerBatch batch) throws Refusal {
    Address owner = ownerOf(peer);
    return LotteryStanding.encodeMany(
        LotteryBooks.committed(batch).stream()
            .filter(lottery -> lottery.owner().equals(owner))
            .limit(64)
            .map(HeldLottery::standing)
            .toList());
  }

  /** Finds the payer's lottery that a short cheque means. */
  private static LotteryCheque inFull(Address owner, LotteryCheque.Brief cheque, LedgerBatch batch)
      throws Refusal {
    List<Bytes32> meant =
        LotteryBooks.beginningWith(batch, cheque.prefix()).stream()
            .filter(lottery -> lottery.owner().equals(owner))
            .map(HeldLottery::id)
            .toList();
    if (meant.size() != 1) {
      throw new Refusal(
          INSUFFICIENT_DEPOSIT,
          meant.isEmpty()
              ? "no such lottery is open here: send Open, or the cheque with its leaf"
              : "two of your lotteries begin with these bytes: send the cheque in full");
    }
    return new LotteryCheque(
        meant.getFirst(), cheque.range(), cheque.signature(), Optional.empty());
  }

  private HeldLottery lotteryOf(Address owner, LotteryCheque cheque, long head, LedgerBatch batch)
      throws Refusal, ChainUnavailableException {
    if (cheque.opening().isPresent()) {
      HeldLottery opened = admit(owner, cheque.opening().get(), head, batch);
      if (!opened.id().equals(cheque.id())) {
        throw new Refusal(
            BAD_SIGNATURE, "your account " + owner + " does not own the lottery " + cheque.id());
      }
      return opened;
    }
    HeldLottery known =
        LotteryBooks.find(batch, cheque.id())
            .orElseThrow(
                () ->
                    new Refusal(
                        INSUFFICIENT_DEPOSIT,
                        "no such lottery is open here: send Open, or the cheque with its leaf"));
    if (!known.owner().equals(owner)) {
      throw new Refusal(BAD_SIGNATURE, "this lottery is another account's");
    }
    return refreshed(known, head);
  }

  /** Finds or makes the record of a lottery. Only what is on chain gets one. */
  private HeldLottery admit(Address owner, Opening opening, long head, LedgerBatch batch)
      throws Refusal, ChainUnavailableException {
    LotteryLeaf leaf = new LotteryLeaf(payee, opening.leafSalt(), opening.proof());
    Bytes32 id = contract.id(owner, leaf.root(), opening.salt());
    Optional<HeldLottery> known = LotteryBooks.find(batch, id);
    if (known.isPresent()) {
      if (!known.get().leaf().equals(leaf)) {
        throw new Refusal(MALFORMED, "one leaf per lottery: use the one you opened it with");
      }
      HeldLottery refreshed = refreshed(known.get(), head);
      if (refreshed.state() != known.get().state()) {
        LotteryBooks.store(batch, refreshed);
      }
      return refreshed;
    }
    Pot pot =
        pot(id, head)
            .orElseThrow(
                () ->
                    new Refusal(
                        INSUFFICIENT_DEPOSIT,
                        "no lottery of " + owner + " with this root is on chain at block " + head,
                        15,
                        Bytes.EMPTY));
    requireTime(pot.reveal(), head);
    if (pot.amountWei().compareTo(limits.maxPotWei()) > 0) {
      throw new Refusal(
          OVER_LIMIT, "pots of more than " + limits.maxPotWei().toDecimalString() + " wei");
    }
    HeldLottery fresh =
        refreshed(
            new HeldLottery(
                id,
                owner,
                opening.salt(),
                leaf,
                pot,
                State.WAITING,
                Optional.empty(),
                UInt256.ZERO,
                UInt256.ZERO),
            head);
    LotteryBooks.store(batch, fresh);
    return fresh;
  }

  /** A lottery that waited and is deep enough now is open. */
  private HeldLottery refreshed(HeldLottery lottery, long head) throws ChainUnavailableException {
    if (lottery.state() != State.WAITING) {
      return lottery;
    }
    return pot(lottery.id(), head - limits.confirmations())
        .map(deep -> lottery.with(deep).in(State.OPEN))
        .orElse(lottery);
  }

  /** Checks a cheque, cheapest first, and says what all of it is worth. */
  private UInt256 check(HeldLottery lottery, LotteryCheque cheque, long head) throws Refusal {
    requireTime(lottery.pot().reveal(), head);
    if (lottery.state() == State.WAITING) {
      throw new Refusal(
          INSUFFICIENT_DEPOSIT,
          "the lottery needs " + limits.confirmations() + " confirmations",
          15,
          Bytes.EMPTY);
    }
    if (lottery.state() == State.FROZEN) {
      throw new Refusal(
          INSUFFICIENT_DEPOSIT,
          "the lottery has left the chain: a reorganisation",
          60,
          Bytes.EMPTY);
    }
    if (!lottery.leaf().slot().holds(cheque.range())) {
      throw new Refusal(MALFORMED, "the range is outside of our slot of the lottery");
    }
    if (lottery.newest().isPresent() && cheque.range() <= lottery.newest().get().range()) {
      Newest newest = lottery.newest().get();
      throw new Refusal(
          STALE,
          "a cheque up to " + newest.range() + " is here already",
          0,
          new LotteryCheque(cheque.id(), newest.range(), newest.signature(), Optional.empty())
              .encoded());
    }
    UInt256 value = lottery.leaf().slot().valueWei(lottery.pot().amountWei(), cheque.range());
    if (value.compareTo(lottery.creditedWei()) <= 0) {
      throw new Refusal(OVER_LIMIT, "the cheque adds less than a wei");
    }
    if (!contract.signed(lottery.owner(), cheque.id(), cheque.range(), cheque.signature())) {
      throw new Refusal(BAD_SIGNATURE, "the cheque is not signed by the owner of the lottery");
    }
    return value;
  }

  private void requireTime(long reveal, long head) throws Refusal {
    if (head > reveal + limits.hostileBlocks()) {
      throw new Refusal(
          MALFORMED, "the lottery was drawn " + (head - reveal) + " blocks ago: no payment");
    }
    if (head + limits.marginBlocks() >= reveal) {
      throw new Refusal(EXPIRED, "the lottery is drawn at block " + reveal + ": use a later one");
    }
  }

  /** How many more blocks until a lottery that is on chain at the head counts. */
  private int awaited(HeldLottery lottery, long head) throws ChainUnavailableException {
    int depth = 0;
    while (depth + 1 < limits.confirmations() && pot(lottery.id(), head - depth - 1).isPresent()) {
      depth++;
    }
    return limits.confirmations() - depth;
  }

  private Optional<Pot> pot(Bytes32 id, long block) throws ChainUnavailableException {
    if (block < 0) {
      return Optional.empty();
    }
    List<UInt256> words =
        chain.storage(contract.address(), List.of(LotteryContract.slot(id)), block);
    return LotteryContract.pot(words.getFirst());
  }

  private static Address ownerOf(Counterparty peer) throws Refusal {
    return peer.payAddress()
        .orElseThrow(
            () -> new Refusal(BAD_SIGNATURE, "bind the account that owns the lottery first"));
  }

  private static Refusal notSynced(ChainUnavailableException e) {
    return new Refusal(NOT_SYNCED, String.valueOf(e.getMessage()), 15, Bytes.EMPTY);
  }
}
