package io.lesnode.payment.lottery;

import io.lesnode.payment.ChainHead;
import io.lesnode.payment.ChainUnavailableException;
import io.lesnode.payment.ChainView;
import io.lesnode.payment.MethodId;
import io.lesnode.payment.MethodNews;
import io.lesnode.payment.Settlement;
import io.lesnode.payment.SettlementOutcome;
import io.lesnode.payment.SettlementPolicy;
import io.lesnode.payment.ledger.Bookkeeping;
import io.lesnode.payment.ledger.LedgerBatch;
import io.lesnode.payment.lottery.HeldLottery.State;
import io.lesnode.payment.lottery.LotteryContract.Claimed;
import io.lesnode.payment.lottery.LotteryContract.Pot;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.EmptyHashes;
import io.lesnode.primitives.Log;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * Follows the lotteries that we hold cheques of through the chain: confirmed, lost to a
 * reorganisation and back, drawn, claimed. Confined to the ledger loop.
 */
final class LotteryDraws {
  /** How long before the draw a payer is told to open another lottery. */
  private static final long EXPIRING_BLOCKS = 100;

  private static final long SECONDS_PER_BLOCK = 12;
  private static final long HISTORY_WINDOW = 8_191;
  private static final long OPCODE_WINDOW = 256;
  private static final int SLOTS_PER_READ = 64;

  private final LotteryContract contract;
  private final Address payee;
  private final ChainView chain;
  private final LotteryLimits limits;

  private long lastHead;

  LotteryDraws(LotteryContract contract, Address payee, ChainView chain, LotteryLimits limits) {
    this.contract = contract;
    this.payee = payee;
    this.chain = chain;
    this.limits = limits;
  }

  List<MethodNews> onHead(ChainHead head, LedgerBatch batch) {
    List<HeldLottery> all = LotteryBooks.committed(batch);
    List<MethodNews> news = new ArrayList<>();
    try {
      List<Optional<Pot>> now = pots(all, head.number());
      for (int i = 0; i < all.size(); i++) {
        step(all.get(i), now.get(i), head.number(), batch, news);
      }
    } catch (ChainUnavailableException e) {
      // the next head finds everything as it was: only what was seen is booked
      return List.copyOf(news);
    }
    lastHead = head.number();
    return List.copyOf(news);
  }

  private void step(
      HeldLottery lottery, Optional<Pot> now, long head, LedgerBatch batch, List<MethodNews> news)
      throws ChainUnavailableException {
    long reveal = lottery.pot().reveal();
    if (lottery.state() == State.WON) {
      followClaim(lottery, now, head, batch);
    } else if (head >= reveal + limits.confirmations()) {
      draw(lottery, now, batch);
    } else if (lottery.state() == State.OPEN && !now.equals(Optional.of(lottery.pot()))) {
      LotteryBooks.freeze(batch, lottery);
      news.add(new MethodNews.DepositLost(lottery.owner().bytes()));
    } else if (lottery.state() != State.OPEN) {
      confirm(lottery, head, batch, news);
    } else if (head + EXPIRING_BLOCKS == reveal) {
      news.add(
          new MethodNews.ParamsExpiring(
              lottery.owner().bytes(), EXPIRING_BLOCKS * SECONDS_PER_BLOCK));
    }
  }

  private void confirm(HeldLottery lottery, long head, LedgerBatch batch, List<MethodNews> news)
      throws ChainUnavailableException {
    Optional<Pot> deep = pots(List.of(lottery), head - limits.confirmations()).getFirst();
    if (!deep.equals(Optional.of(lottery.pot()))) {
      return;
    }
    if (lottery.state() == State.FROZEN) {
      LotteryBooks.unfreeze(batch, lottery);
    } else {
      LotteryBooks.store(batch, lottery.in(State.OPEN));
    }
    news.add(new MethodNews.Confirmed(lottery.owner().bytes(), lottery.id()));
  }

  private void draw(HeldLottery lottery, Optional<Pot> now, LedgerBatch batch)
      throws ChainUnavailableException {
    long drawn = LotteryContract.drawn(chain.blockHash(lottery.pot().reveal()));
    boolean ours =
        lottery.newest().isPresent()
            && lottery.leaf().slot().wins(drawn, lottery.newest().get().range());
    // whoever brings a claim pays us: a pot that is gone may be a claim, which followClaim sees
    boolean there = now.isPresent() || claimOf(lottery).isPresent();
    if (!ours || !there) {
      LotteryBooks.lose(batch, lottery);
    } else {
      LotteryBooks.store(batch, lottery.in(State.WON));
    }
  }

  private void followClaim(HeldLottery lottery, Optional<Pot> now, long head, LedgerBatch batch)
      throws ChainUnavailableException {
    long deep = head - 2L * limits.confirmations();
    if (now.isEmpty() && pots(List.of(lottery), deep).getFirst().isEmpty()) {
      Optional<Claimed> claim = claimOf(lottery);
      if (claim.isPresent()) {
        LotteryBooks.win(batch, lottery, claim.get().amountWei());
      } else {
        LotteryBooks.lose(batch, lottery);
      }
    } else if (now.isPresent()
        && head > lottery.pot().reveal() + window(head) + limits.confirmations()) {
      LotteryBooks.lose(batch, lottery);
    }
  }

  List<Settlement> due(SettlementPolicy policy, LedgerBatch books) {
    UInt256 cost = policy.gasPriceWei().multiply(UInt256.valueOf(LotteryContract.CLAIM_GAS));
    List<Settlement> due = new ArrayList<>();
    for (HeldLottery lottery : LotteryBooks.committed(books)) {
      Bytes owner = lottery.owner().bytes();
      if (lottery.state() != State.WON
          || policy.busy().contains(owner)
          || lottery.pot().amountWei().compareTo(cost) <= 0) {
        continue;
      }
      due.add(
          new Settlement(
              MethodId.LOTTERY,
              contract.address(),
              contract.claim(
                  lottery.leaf(),
                  lottery.owner(),
                  lottery.salt(),
                  lottery.newest().orElseThrow().range(),
                  lottery.newest().orElseThrow().signature()),
              UInt256.ZERO,
              LotteryContract.CLAIM_GAS,
              lottery.pot().amountWei(),
              List.of(owner),
              "won the lottery %s drawn %d blocks ago"
                  .formatted(lottery.id(), lastHead - lottery.pot().reveal())));
    }
    return due;
  }

  void onSettled(SettlementOutcome outcome, LedgerBatch batch) {
    switch (outcome) {
      case SettlementOutcome.Included included -> {
        for (Log log : included.receipt().logs()) {
          contract
              .claimed(log)
              .filter(claim -> claim.payee().equals(payee))
              .ifPresent(claim -> paid(claim, batch));
        }
        if (!included.feeWei().isZero()) {
          Bookkeeping.fee(batch, included.feeWei().toUnsignedBigInteger(), included.transaction());
        }
      }
      case SettlementOutcome.Failed failed -> {
        // due asks again while the pot is there
      }
    }
  }

  private void paid(Claimed claim, LedgerBatch batch) {
    LotteryBooks.find(batch, claim.id())
        .ifPresent(lottery -> LotteryBooks.win(batch, lottery, claim.amountWei()));
  }

  private Optional<Claimed> claimOf(HeldLottery lottery) throws ChainUnavailableException {
    long from = lottery.pot().reveal() + 1;
    long to = Math.min(chain.head().number(), from + HISTORY_WINDOW);
    return chain.logs(contract.address(), LotteryContract.CLAIMED, from, to).stream()
        .flatMap(log -> contract.claimed(log).stream())
        .filter(claim -> claim.id().equals(lottery.id()) && claim.payee().equals(payee))
        .findFirst();
  }

  private long window(long head) throws ChainUnavailableException {
    boolean kept = !chain.codeHash(LotteryContract.HISTORY, head).equals(EmptyHashes.CODE);
    return kept ? HISTORY_WINDOW : OPCODE_WINDOW;
  }

  private List<Optional<Pot>> pots(List<HeldLottery> lotteries, long block)
      throws ChainUnavailableException {
    List<Optional<Pot>> pots = new ArrayList<>();
    for (int from = 0; from < lotteries.size(); from += SLOTS_PER_READ) {
      List<UInt256> slots =
          lotteries.subList(from, Math.min(lotteries.size(), from + SLOTS_PER_READ)).stream()
              .map(lottery -> LotteryContract.slot(lottery.id()))
              .toList();
      for (UInt256 word : chain.storage(contract.address(), slots, Math.max(0, block))) {
        pots.add(LotteryContract.pot(word));
      }
    }
    return pots;
  }
}
