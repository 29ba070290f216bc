package io.lesnode.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.contracts.testing.Abi;
import io.lesnode.contracts.testing.ContractChain;
import io.lesnode.contracts.testing.SecondMachine;
import io.lesnode.contracts.testing.Sent;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.config.Fork;
import io.lesnode.primitives.crypto.Keccak;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.primitives.crypto.Signature;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Subscription, above all what vipnode's first contract got wrong, on both machines. */
class SubscriptionTest {
  @RegisterExtension static final SecondMachine SECOND = new SecondMachine();

  private static final long DAY = 86_400;
  private static final long PRICE = 1_000;

  private final ContractChain chain = SECOND.chain(Fork.SHANGHAI);
  private final KeyPair provider = chain.account(1);
  private final KeyPair payer = chain.account(2);
  private final Address contract = chain.deploy(provider, ContractArtifact.SUBSCRIPTION.bytecode());

  SubscriptionTest() {
    plan(PRICE, 30 * DAY, 3).succeeded();
  }

  /** v1: a renewal set the end to now plus a period, and the days that were left were lost. */
  @Test
  void renewalsExtend() {
    register(node(1), 1, PRICE).succeeded();
    long until = until(node(1));
    assertThat(until).isEqualTo(chain.timestamp() + 30 * DAY);
    acknowledge(node(1)).succeeded();
    chain.warp(10 * DAY);
    register(node(1), 2, 2 * PRICE).succeeded();
    assertThat(until(node(1))).isEqualTo(until + 60 * DAY);
    acknowledge(node(1)).succeeded();
    chain.warp(200 * DAY);
    register(node(1), 1, PRICE).succeeded();
    assertThat(until(node(1))).isEqualTo(chain.timestamp() + 30 * DAY);
  }

  /** v1: the number of members only grew, and the 21st registration ever reverted. */
  @Test
  void seatsAreFreeAgain() {
    for (int round = 0; round < 10; round++) {
      for (int i = 0; i < 3; i++) {
        register(node(3 * round + i), 1, PRICE).succeeded();
        acknowledge(node(3 * round + i)).succeeded();
      }
      assertThat(freeSeat()).isEqualTo(3);
      assertThat(register(node(1_000), 1, PRICE).failed().revertReason())
          .isEqualTo(error("SoldOut()"));
      // a member can renew while it is full, and keeps its seat
      register(node(3 * round + 1), 1, PRICE).succeeded();
      acknowledge(node(3 * round + 1)).succeeded();
      chain.warp(60 * DAY);
    }
  }

  /** A member that lapsed takes its old seat or another, never somebody else's. */
  @Test
  void lapsedMembersComeBack() {
    plan(PRICE, 30 * DAY, 2).succeeded();
    register(node(1), 1, PRICE).succeeded();
    acknowledge(node(1)).succeeded();
    chain.warp(31 * DAY);
    register(node(2), 1, PRICE).succeeded();
    register(node(1), 1, PRICE).succeeded();
    assertThat(register(node(3), 1, PRICE).success()).isFalse();
    assertThat(until(node(1))).isPositive();
    assertThat(freeSeat()).isEqualTo(2);
    // fewer seats stop new members only
    plan(PRICE, 30 * DAY, 1).succeeded();
    acknowledge(node(2)).succeeded();
    register(node(2), 1, PRICE).succeeded();
  }

  /** v1: what was paid too much was gone. */
  @Test
  void changeIsGiven() {
    UInt256 before = chain.balance(payer.address());
    Sent sent = register(node(1), 2, 5_000).succeeded();
    UInt256 fee = ContractChain.GAS_PRICE.multiply(UInt256.valueOf(sent.gasUsed()));
    assertThat(chain.balance(payer.address())).isEqualTo(before.subtract(fee).subtract(2_000));
    assertThat(register(node(2), 2, 1_999).failed().revertReason()).isEqualTo(error("BadAmount()"));
  }

  /** The price may rise before a purchase is mined, never the time become shorter. */
  @Test
  void aBuyerIsNotSurprised() {
    plan(2 * PRICE, 30 * DAY, 3).succeeded();
    assertThat(register(node(1), 1, PRICE).success()).isFalse();
    assertThat(plan(PRICE, DAY, 3).failed().revertReason()).isEqualTo(error("BadPeriods()"));
  }

  /** Money is the provider's when it acknowledged, and the payer's after a day without that. */
  @Test
  void whatIsNotAcknowledgedGoesBack() {
    register(node(1), 1, PRICE).succeeded();
    register(node(2), 1, PRICE).succeeded();
    assertThat(refund(node(1)).failed().revertReason()).isEqualTo(error("NotYet()"));
    acknowledge(node(2)).succeeded();
    chain.warp(DAY - 12);
    chain.mine(1);
    assertThat(
            chain
                .call(contract, Abi.call("earned(address)", provider.address()))
                .slice(24)
                .toLong())
        .isEqualTo(PRICE);
    chain.warp(DAY);
    assertThat(acknowledge(node(1)).failed().revertReason()).isEqualTo(error("TooLate()"));
    UInt256 before = chain.balance(payer.address());
    chain.send(chain.account(7), contract, refundCall(node(1))).succeeded();
    assertThat(chain.balance(payer.address())).isEqualTo(before.add(PRICE));
    assertThat(until(node(1))).isLessThan(chain.timestamp());
    assertThat(refund(node(1)).failed().revertReason()).isEqualTo(error("NothingPending()"));
    assertThat(refund(node(2)).failed().revertReason()).isEqualTo(error("NothingPending()"));
    // the seat of the refunded one is free
    assertThat(freeSeat()).isNotEqualTo(3);
    chain
        .send(provider, contract, Abi.call("withdraw(address)", chain.account(8).address()))
        .succeeded();
    assertThat(chain.balance(contract)).isEqualTo(UInt256.ZERO);
  }

  /** A helper may bring the acknowledgement, for exactly the purchase that was signed. */
  @Test
  void acknowledgementsAreSigned() {
    register(node(1), 1, PRICE).succeeded();
    Signature signed = provider.sign(digest(node(1)));
    Signature forged = payer.sign(digest(node(1)));
    assertThat(bring(node(1), forged).failed().revertReason()).isEqualTo(error("BadSignature()"));
    bring(node(1), signed).succeeded();
    assertThat(bring(node(1), signed).success()).isFalse();
    register(node(1), 1, PRICE).succeeded();
    assertThat(bring(node(1), signed).failed().revertReason()).isEqualTo(error("BadSignature()"));
    chain.split(5);
    Signature here = provider.sign(digest(node(1)));
    chain.split(ContractChain.CHAIN_ID);
    assertThat(bring(node(1), here).success()).isFalse();
  }

  /** One transaction acknowledges many and passes over those that do not wait. */
  @Test
  void acknowledgeManyPassesOver() {
    register(node(1), 1, PRICE).succeeded();
    register(node(2), 1, PRICE).succeeded();
    Bytes call =
        Bytes.concatenate(
            Abi.call("acknowledgeMany(bytes32[])", 32L, 3L), node(1), node(9), node(2));
    chain.send(provider, contract, call).succeeded();
    assertThat(
            chain
                .call(contract, Abi.call("earned(address)", provider.address()))
                .slice(24)
                .toLong())
        .isEqualTo(2 * PRICE);
    chain.send(payer, contract, call).succeeded();
  }

  @Test
  void votesAreOfAcknowledgedMembers() {
    register(node(1), 1, PRICE).succeeded();
    assertThat(vote(node(1), 1).failed().revertReason()).isEqualTo(error("NotMember()"));
    acknowledge(node(1)).succeeded();
    vote(node(1), 1).succeeded();
    vote(node(1), 1).succeeded();
    assertVotes(1, 0);
    vote(node(1), 2).succeeded();
    assertVotes(0, 1);
    assertThat(vote(node(1), 3).failed().revertReason()).isEqualTo(error("BadVote()"));
    assertThat(
            chain
                .send(
                    provider,
                    contract,
                    Abi.call("vote(address,bytes32,uint8)", provider.address(), node(1), 1L))
                .success())
        .isFalse();
    // another payer of the same node does not leave the first one's vote behind
    chain
        .send(chain.account(4), contract, UInt256.valueOf(PRICE), registerCall(node(1), 1))
        .succeeded();
    assertVotes(0, 0);
  }

  @Test
  void aStakeLeavesAfterNotice() {
    chain.send(provider, contract, UInt256.valueOf(500), Abi.call("addStake()")).succeeded();
    Bytes release = Abi.call("releaseStake()");
    chain.send(provider, contract, release).succeeded();
    assertThat(chain.send(provider, contract, release).failed().revertReason())
        .isEqualTo(error("NotYet()"));
    chain.warp(7 * DAY);
    chain.send(provider, contract, release).succeeded();
    assertThat(chain.balance(contract)).isEqualTo(UInt256.ZERO);
    assertThat(chain.send(provider, contract, release).success()).isFalse();
  }

  /** A payer that comes back from within its refund or change finds nothing. */
  @Test
  void reentrancyGainsNothing() {
    Address thief = chain.deploy(chain.account(3), ContractArtifact.named("Reenterer").bytecode());
    chain.fund(thief, UInt256.valueOf(PRICE));
    register(node(2), 1, PRICE).succeeded();
    chain
        .send(
            chain.account(3),
            thief,
            Abi.call("run(address,uint256,bytes)", contract, PRICE, registerCall(node(1), 1)))
        .succeeded();
    chain.warp(2 * DAY);
    chain
        .send(
            chain.account(3),
            thief,
            Abi.call("arm(address,bytes,uint256)", contract, refundCall(node(1)), 3L))
        .succeeded();
    refund(node(1)).succeeded();
    assertThat(Abi.word(chain.call(thief, Abi.call("attempts()")), 0).toLong()).isPositive();
    assertThat(chain.balance(thief)).isEqualTo(UInt256.valueOf(PRICE));
    assertThat(chain.balance(contract)).isEqualTo(UInt256.valueOf(PRICE));
  }

  @Test
  void whatMakesNoSenseIsRefused() {
    assertThat(register(node(1), 0, PRICE).success()).isFalse();
    assertThat(register(node(1), 25, 25 * PRICE).failed().revertReason())
        .isEqualTo(error("BadPeriods()"));
    assertThat(
            chain
                .send(
                    payer,
                    contract,
                    UInt256.valueOf(PRICE),
                    Abi.call(
                        "register(address,bytes32,uint32,uint32)",
                        payer.address(),
                        node(1),
                        1L,
                        0L))
                .failed()
                .revertReason())
        .isEqualTo(error("NoPlan()"));
    register(node(1), 1, PRICE).succeeded();
    assertThat(register(node(1), 1, PRICE).failed().revertReason()).isEqualTo(error("Pending()"));
  }

  private static Bytes32 node(int index) {
    return Keccak.keccak256(Bytes.ofUnsignedInt(index));
  }

  private Sent plan(long price, long period, long seats) {
    return chain.send(
        provider, contract, Abi.call("setPlan(uint128,uint32,uint32)", price, period, seats));
  }

  private Bytes registerCall(Bytes32 node, long periods) {
    return Abi.call(
        "register(address,bytes32,uint32,uint32)", provider.address(), node, periods, 1L);
  }

  private Sent register(Bytes32 node, long periods, long wei) {
    return chain.send(payer, contract, UInt256.valueOf(wei), registerCall(node, periods));
  }

  private Sent acknowledge(Bytes32 node) {
    return chain.send(provider, contract, Abi.call("acknowledge(bytes32)", node));
  }

  private Bytes refundCall(Bytes32 node) {
    return Abi.call("refund(address,bytes32)", provider.address(), node);
  }

  private Sent refund(Bytes32 node) {
    return chain.send(payer, contract, refundCall(node));
  }

  private Sent vote(Bytes32 node, long value) {
    return chain.send(
        payer, contract, Abi.call("vote(address,bytes32,uint8)", provider.address(), node, value));
  }

  private Sent bring(Bytes32 node, Signature signature) {
    return chain.send(
        chain.account(9),
        contract,
        Abi.call(
            "acknowledgeSigned(address,bytes32,bytes32,bytes32)",
            provider.address(),
            node,
            Bytes32.wrap(signature.r().toBytes()),
            Abi.vs(signature)));
  }

  private Bytes32 digest(Bytes32 node) {
    Bytes member =
        chain.call(contract, Abi.call("members(address,bytes32)", provider.address(), node));
    return Bytes32.wrap(
        chain.call(
            contract,
            Abi.call(
                "digest(bytes32,uint64,uint64)", node, Abi.word(member, 0), Abi.word(member, 1))));
  }

  private long until(Bytes32 node) {
    return Abi.word(
            chain.call(contract, Abi.call("members(address,bytes32)", provider.address(), node)), 0)
        .toLong();
  }

  private long freeSeat() {
    return Abi.word(chain.call(contract, Abi.call("freeSeat(address)", provider.address())), 0)
        .toLong();
  }

  private void assertVotes(long good, long bad) {
    Bytes plan = chain.call(contract, Abi.call("plans(address)", provider.address()));
    assertThat(Abi.word(plan, 3).toLong()).isEqualTo(good);
    assertThat(Abi.word(plan, 4).toLong()).isEqualTo(bad);
  }

  private static String error(String signature) {
    return Abi.selector(signature).toHexString();
  }
}
