package io.lesnode.payment.lottery;

import io.lesnode.payment.ChainUnavailableException;
import io.lesnode.payment.ChainView;
import io.lesnode.payment.lottery.LotteryContract.Pot;
import io.lesnode.primitives.EmptyHashes;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/** Compares the lotteries that we opened with the chain. Confined to the payer's thread. */
final class OwnLotteryWatch {
  private static final long HISTORY_WINDOW = 8_191;
  private static final long OPCODE_WINDOW = 256;

  private final OwnLotteries lotteries;
  private final ChainView chain;
  private final int confirmations;

  OwnLotteryWatch(OwnLotteries lotteries, ChainView chain, int confirmations) {
    this.lotteries = lotteries;
    this.chain = chain;
    this.confirmations = confirmations;
  }

  /** Sees what is deep enough to be used, and forgets what was claimed or never came. */
  void follow(LotteryContract contract, long now) throws ChainUnavailableException {
    for (OwnLottery lottery : lotteries.all()) {
      long deep = now - confirmations;
      boolean drawn = deep > lottery.pot().reveal();
      if (lottery.confirmed() && !drawn) {
        continue;
      }
      Optional<Pot> pot = pot(contract, lottery.id(), deep);
      if (pot.isPresent() && !lottery.confirmed()) {
        lotteries.store(lottery.seen(pot.get()));
      }
      if (pot.isEmpty() && drawn) {
        lotteries.remove(lottery.id());
      }
    }
  }

  /** A lottery whose pot nobody claimed in time. */
  Optional<OwnLottery> unclaimed(LotteryContract contract, long head)
      throws ChainUnavailableException {
    long window = window(head);
    for (OwnLottery lottery : lotteries.all()) {
      if (head > lottery.pot().reveal() + window && pot(contract, lottery.id(), head).isPresent()) {
        return Optional.of(lottery);
      }
    }
    return Optional.empty();
  }

  /** For how many blocks after the drawing a winner can claim. */
  long window(long head) throws ChainUnavailableException {
    boolean kept = !chain.codeHash(LotteryContract.HISTORY, head).equals(EmptyHashes.CODE);
    return kept ? HISTORY_WINDOW : OPCODE_WINDOW;
  }

  private Optional<Pot> pot(LotteryContract contract, Bytes32 id, long block)
      throws ChainUnavailableException {
    if (block < 0) {
      return Optional.empty();
    }
    List<UInt256> words =
        chain.storage(contract.address(), List.of(LotteryContract.slot(id)), block);
    return LotteryContract.pot(words.getFirst());
  }
}
