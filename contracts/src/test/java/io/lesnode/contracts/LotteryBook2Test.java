package io.lesnode.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.contracts.LotteryRig.Opened;
import io.lesnode.contracts.LotteryRig.Tree;
import io.lesnode.contracts.testing.Abi;
import io.lesnode.contracts.testing.ContractChain;
import io.lesnode.contracts.testing.SecondMachine;
import io.lesnode.contracts.testing.Sent;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.config.Fork;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.primitives.crypto.Secp256k1;
import io.lesnode.primitives.crypto.Signature;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests C5 and C6 (the lottery's part) of docs/vip.md, and the gas goals, on both machines. */
class LotteryBook2Test {
  @RegisterExtension static final SecondMachine SECOND = new SecondMachine();

  private final LotteryRig rig = new LotteryRig(SECOND.chain(Fork.SHANGHAI));
  private final ContractChain chain = rig.chain;

  static IntStream depths() {
    return IntStream.rangeClosed(0, 8);
  }

  /** Test C5: whoever's slot is drawn wins, at every depth and every position, and is paid. */
  @ParameterizedTest
  @MethodSource("depths")
  void everyPositionCanWin(int depth) {
    LotteryRig rig = new LotteryRig(ContractChain.shanghai()); // too many for two machines
    ContractChain chain = rig.chain;
    Tree tree = new Tree(depth);
    for (int index = 0; index < tree.payees.size(); index++) {
      long drawn = tree.lower(index) + (index * 7919L) % tree.width();
      Opened lottery = rig.open(tree, drawn);
      assertThat(lottery.sent().succeeded().gasUsed()).isLessThanOrEqualTo(70_000);
      rig.mineTo(lottery.reveal());
      Address payee = tree.payees.get(index);
      UInt256 before = chain.balance(payee);

      Sent claim = rig.send(rig.claim(lottery, index, tree.upper(index))).succeeded();

      assertThat(chain.balance(payee).subtract(before)).isEqualTo(LotteryRig.POT);
      assertThat(rig.word(lottery.id())).isEqualTo(UInt256.ZERO);
      assertThat(claim.logs().getFirst().topics())
          .containsExactly(
              Abi.topic("Claimed(bytes32,address,uint256)"), lottery.id(), Abi.padded(payee));
    }
    assertThat(tree.payees.stream().distinct()).hasSize(1 << depth);
    assertThat(IntStream.range(0, 1 << depth).map(tree::position).distinct().count())
        .isEqualTo(1 << depth);
  }

  /** Test C5: the numbers just outside lose, the numbers at both borders win. */
  @ParameterizedTest
  @MethodSource("depths")
  void bordersAreExact(int depth) {
    Tree tree = new Tree(depth);
    int index = (1 << depth) / 3;
    long lower = tree.lower(index);
    long range = lower + tree.width() / 2;
    assertThat(wins(tree, index, lower, lower)).isTrue();
    assertThat(wins(tree, index, range, range)).isTrue();
    assertThat(wins(tree, index, range + 1, range)).isFalse();
    assertThat(wins(tree, index, tree.upper(index), tree.upper(index))).isTrue();
    if (lower > 0) {
      assertThat(wins(tree, index, lower - 1, range)).isFalse();
      assertThat(wins(tree, index, lower - 1, lower - 1)).isFalse();
    }
    if (tree.upper(index) < 0xffff_ffffL) {
      assertThat(wins(tree, index, tree.upper(index) + 1, tree.upper(index) + 1)).isFalse();
      assertThat(wins(tree, index, lower, tree.upper(index) + 1)).isFalse();
    }
  }

  private boolean wins(Tree tree, int index, long drawn, long range) {
    Opened lottery = rig.open(tree, drawn);
    rig.mineTo(lottery.reveal());
    Sent sent = rig.send(rig.claim(lottery, index, range));
    assertThat(sent.success() || sent.revertReason().equals(error("NotWon()"))).isTrue();
    return sent.success();
  }

  /** Test C5: not at the drawing block itself, then for 256 blocks where hashes are not kept. */
  @Test
  void claimsFromTheNextBlockTo256() {
    Tree tree = new Tree(2);
    assertThat(claimAfter(tree, 0)).isEqualTo(error("NotYet()"));
    assertThat(claimAfter(tree, 1)).isEmpty();
    assertThat(claimAfter(tree, 256)).isEmpty();
    assertThat(claimAfter(tree, 257)).isEqualTo(error("Expired()"));
  }

  /** Test C5 with EIP-2935, defect 2.2.9: a winner that slept for a day still gets the pot. */
  @Test
  void theHistoryContractGivesADay() {
    LotteryRig kept = new LotteryRig(SECOND.chain(Fork.SHANGHAI).withHashHistory());
    Tree tree = new Tree(2);
    kept.chain.fund(tree.payees.get(1), UInt256.ONE);
    for (long after : new long[] {1, 256, 257, 8_191}) {
      Opened lottery = kept.open(tree, tree.lower(1));
      kept.mineTo(lottery.reveal() + after - 1);
      long gas = kept.send(kept.claim(lottery, 1, tree.upper(1))).succeeded().gasUsed();
      assertThat(gas).isLessThanOrEqualTo(48_000);
    }
    Opened lottery = kept.open(tree, tree.lower(1));
    kept.mineTo(lottery.reveal() + 8_191);
    Sent late = kept.send(kept.claim(lottery, 1, tree.upper(1))).failed();
    assertThat(late.revertReason()).isEqualTo(error("Expired()"));
  }

  /** The answer to a claim in block reveal + {@code after}; empty when it was paid. */
  private String claimAfter(Tree tree, long after) {
    Opened lottery = rig.open(tree, tree.lower(1));
    rig.mineTo(lottery.reveal() + after - 1);
    Sent sent = rig.send(rig.claim(lottery, 1, tree.upper(1)));
    return sent.success() ? "" : sent.revertReason();
  }

  /** Test C6, defect 2.2.2: a proof of more than eight elements is refused, never misread. */
  @Test
  void deeperLeavesAreRefused() {
    for (int depth : new int[] {9, 10}) {
      Tree tree = new Tree(depth);
      Opened lottery = rig.open(tree, tree.lower(0));
      rig.mineTo(lottery.reveal());
      assertThat(rig.send(rig.claim(lottery, 0, tree.upper(0))).failed().revertReason())
          .isEqualTo(error("TooDeep()"));
    }
  }

  /**
   * Test C6, defect 2.2.3: a deposit of 2^64 + 1 wei is worth that, when opened and when rolled.
   */
  @Test
  void bigDepositsAreNotTruncated() {
    UInt256 big = UInt256.ONE.shiftLeft(64).add(1);
    Tree tree = new Tree(0);
    Opened lottery = rig.open(tree, 0, big, 10);
    assertThat(rig.word(lottery.id()).and(UInt256.valueOf(2).pow(128).subtract(1))).isEqualTo(big);
    rig.mineTo(lottery.reveal() + 257);
    Sent rolled = roll(lottery, 77, big);
    assertThat(amount(rig.id(rig.owner.address(), tree.root(), 77))).isEqualTo(big.multiply(2));
    assertThat(rolled.success()).isTrue();
    assertThat(chain.balance(rig.book)).isEqualTo(big.multiply(2));
  }

  /** Test C6, defect 2.2.4: nobody can occupy the identity of another's lottery. */
  @Test
  void anIdentityCannotBeOccupied() {
    Tree tree = new Tree(1);
    KeyPair mallory = chain.account(5);
    Bytes call = LotteryRig.newLottery(tree.root(), 1, chain.number() + 20);
    chain.send(mallory, rig.book, UInt256.ONE, call).succeeded();
    Opened lottery = rig.open(tree, tree.lower(0));
    assertThat(lottery.salt()).isEqualTo(1);
    assertThat(lottery.sent().success()).isTrue();
    assertThat(amount(lottery.id())).isEqualTo(LotteryRig.POT);
  }

  /** Test C6, defect 2.2.1 on chain: only the owner's signature draws on a lottery. */
  @Test
  void onlyTheOwnerSigns() {
    Tree tree = new Tree(1);
    Opened lottery = rig.open(tree, tree.lower(0));
    rig.mineTo(lottery.reveal());
    long range = tree.upper(0);
    Signature good = rig.cheque(lottery, range);
    Signature forged = chain.account(5).sign(rig.digest(lottery.id(), range));
    UInt256 high = UInt256.valueOf(Secp256k1.ORDER).subtract(good.s());
    Signature twin = new Signature(good.r(), high, 1 - good.yParity());
    Signature garbage = new Signature(UInt256.ZERO, UInt256.ONE, 0);
    UInt256 tooHigh = UInt256.valueOf(Secp256k1.HALF_ORDER).add(1); // yet below 2^255
    Signature highest = new Signature(good.r(), tooHigh, 0);
    Signature otherRange = rig.cheque(lottery, range - 1);
    for (Signature wrong : List.of(forged, garbage, highest, otherRange)) {
      assertThat(rig.send(rig.claim(lottery, 0, range, wrong)).failed().revertReason())
          .isEqualTo(error("BadSignature()"));
    }
    // a high s has no room in the compact form: its top bit is another parity
    assertThat(rig.send(rig.claim(lottery, 0, range, twin)).failed().success()).isFalse();
    rig.send(rig.claim(lottery, 0, range, good)).succeeded();
    assertThat(rig.send(rig.claim(lottery, 0, range, good)).failed().revertReason())
        .isEqualTo(error("NoLottery()"));
  }

  /** A cheque is of no use on another chain, for another contract, lottery or payee. */
  @Test
  void chequesCannotBeReplayed() {
    Tree tree = new Tree(1);
    LotteryRig other = new LotteryRig(chain);
    Opened first = rig.open(tree, tree.lower(0));
    Opened second = rig.open(tree, tree.lower(0));
    Opened elsewhere = other.open(tree, tree.lower(0));
    rig.mineTo(elsewhere.reveal());
    long range = tree.upper(0);
    Signature good = rig.cheque(first, range);
    assertThat(rig.send(rig.claim(second, 0, range, good)).success()).isFalse();
    assertThat(other.send(other.claim(elsewhere, 0, range, good)).success()).isFalse();
    assertThat(rig.send(rig.claim(first, 1, range, good)).success()).isFalse();

    chain.split(99);
    Sent replayed = rig.send(rig.claim(first, 0, range, good)).failed();
    assertThat(replayed.revertReason()).isIn(error("NoLottery()"), error("BadSignature()"));
    chain.split(ContractChain.CHAIN_ID);
    rig.send(rig.claim(first, 0, range, good)).succeeded();
  }

  /** The owner gets back what nobody claimed, not a block earlier, and once. */
  @Test
  void unclaimedPotsGoBack() {
    Tree tree = new Tree(1);
    Opened lottery = rig.open(tree, tree.lower(0));
    Bytes destroy = Abi.call("destroyLottery(bytes32,uint64)", tree.root(), lottery.salt());
    rig.mineTo(lottery.reveal() + 255);
    assertThat(chain.send(rig.owner, rig.book, destroy).failed().revertReason())
        .isEqualTo(error("NotYet()"));
    assertThat(chain.send(chain.account(5), rig.book, destroy).failed().revertReason())
        .isEqualTo(error("NoLottery()"));
    chain.send(rig.owner, rig.book, destroy).succeeded();
    assertThat(chain.balance(rig.book)).isEqualTo(UInt256.ZERO);
    assertThat(chain.send(rig.owner, rig.book, destroy).success()).isFalse();
  }

  /** Where hashes are kept, the owner waits as long as a winner may claim. */
  @Test
  void theOwnerWaitsForSleepyWinners() {
    LotteryRig kept = new LotteryRig(SECOND.chain(Fork.SHANGHAI).withHashHistory());
    Tree tree = new Tree(1);
    Opened lottery = kept.open(tree, tree.lower(0));
    Bytes destroy = Abi.call("destroyLottery(bytes32,uint64)", tree.root(), lottery.salt());
    kept.mineTo(lottery.reveal() + 8_190);
    assertThat(kept.chain.send(kept.owner, kept.book, destroy).success()).isFalse();
    assertThat(kept.chain.send(kept.owner, kept.book, destroy).success()).isTrue();
  }

  /** Rolling over takes what is left, or nothing when the pot was claimed meanwhile. */
  @Test
  void rollingOverTakesWhatIsLeft() {
    Tree tree = new Tree(1);
    Opened first = rig.open(tree, tree.lower(0));
    rig.mineTo(first.reveal() + 10);
    assertThat(roll(first, 50, LotteryRig.POT).failed().revertReason())
        .isEqualTo(error("NotYet()"));
    rig.mineTo(first.reveal() + 257);
    roll(first, 51, UInt256.ZERO).succeeded();
    assertThat(amount(rig.id(rig.owner.address(), tree.root(), 51))).isEqualTo(LotteryRig.POT);
    roll(first, 52, LotteryRig.POT).succeeded();
    assertThat(roll(first, 53, UInt256.ZERO).failed().revertReason())
        .isEqualTo(error("BadAmount()"));
    assertThat(chain.balance(rig.book)).isEqualTo(LotteryRig.POT.multiply(2));
  }

  private Sent roll(Opened old, long salt, UInt256 value) {
    Bytes32 root = old.tree().root();
    long reveal = chain.number() + 10;
    return chain.send(
        rig.owner,
        rig.book,
        value,
        Abi.call(
            "rollLottery(bytes32,uint64,bytes32,uint64,uint64)",
            root,
            old.salt(),
            root,
            salt,
            reveal));
  }

  /** A lottery is drawn within a week and has something in it. */
  @ParameterizedTest
  @ValueSource(longs = {-1, 0, 1, 50_399, 50_400, 50_401, 1_000_000})
  void aLotteryIsDrawnWithinAWeek(long ahead) {
    // in the block of the transaction itself
    long reveal = chain.number() + 1 + ahead;
    Bytes call = LotteryRig.newLottery(Bytes32.repeat((byte) 1), 1, reveal);
    assertThat(chain.send(rig.owner, rig.book, LotteryRig.POT, call).success())
        .isEqualTo(ahead >= 1 && ahead <= 50_400);
  }

  /** An empty pot, or the same lottery twice, is refused. */
  @Test
  void emptyOrRepeatedLotteriesAreRefused() {
    Bytes call = LotteryRig.newLottery(Bytes32.repeat((byte) 1), 1, chain.number() + 20);
    assertThat(chain.send(rig.owner, rig.book, call).failed().revertReason())
        .isEqualTo(error("BadAmount()"));
    chain.send(rig.owner, rig.book, LotteryRig.POT, call).succeeded();
    assertThat(chain.send(rig.owner, rig.book, LotteryRig.POT, call).failed().revertReason())
        .isEqualTo(error("Exists()"));
  }

  /**
   * The gas goals: a lottery 70,000 whatever the number of payees, a claim by its winner 45,000. A
   * helper's claim costs more: the payee's account is not known to the transaction yet.
   */
  @ParameterizedTest
  @MethodSource("depths")
  void gasStaysUnderTheGoals(int depth) {
    Tree tree = new Tree(depth);
    Opened lottery = rig.open(tree, tree.lower(0));
    chain.fund(tree.payees.get(0), UInt256.ONE);
    rig.mineTo(lottery.reveal());
    long helper = rig.send(rig.claim(lottery, 0, tree.upper(0))).succeeded().gasUsed();
    long opened = lottery.sent().gasUsed();
    long winner = claimByWinner(depth);
    assertThat(opened).isLessThanOrEqualTo(48_000);
    assertThat(winner).isLessThanOrEqualTo(45_000);
    assertThat(helper).isLessThanOrEqualTo(47_000);
  }

  private long claimByWinner(int depth) {
    KeyPair winner = chain.account(20);
    Tree tree = new Tree(depth, winner.address());
    Opened lottery = rig.open(tree, tree.lower(0));
    rig.mineTo(lottery.reveal());
    return chain.send(winner, rig.book, rig.claim(lottery, 0, tree.upper(0))).succeeded().gasUsed();
  }

  private UInt256 amount(Bytes32 id) {
    return rig.word(id).and(UInt256.valueOf(2).pow(128).subtract(1));
  }

  private static String error(String signature) {
    return Abi.selector(signature).toHexString();
  }
}
