package io.lesnode.payment.cheque;

import static io.lesnode.payment.cheque.ChequeWorld.ETHER;
import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.payment.Credit;
import io.lesnode.payment.RefusalCode;
import io.lesnode.payment.cheque.ChequeWorld.Hand;
import io.lesnode.payment.signing.CompactSignature;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.crypto.Secp256k1;
import java.math.BigInteger;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.bytes.MutableBytes;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;

/**
 * The nine defects of the first account book and its service in go-ethereum PR 20417 (docs/vip.md,
 * "What was wrong before"), each absent here; where the fault is the contract's own, on the second
 * one.
 */
class AccountBookDefectsTest {
  private static final BigInteger THOUSAND = BigInteger.valueOf(1_000);

  private final ChequeWorld world = new ChequeWorld();

  /** Defect (1): received money was only printed, never credited. */
  @Test
  void defect1ReceivedMoneyIsCredited() throws Exception {
    Hand anna = world.handWith(2, ETHER);
    anna.pay(THOUSAND);
    assertThat(world.money(anna.address())).isEqualTo(THOUSAND);
  }

  /** Defect (2): a cheque that was paid in part was written off for ever. */
  @Test
  void defect2TheRestOfAPartPaymentStaysClaimable() {
    Hand anna = world.hand(2);
    anna.deposit(THOUSAND);
    cash(anna.address(), anna.cheque(BigInteger.valueOf(1_500)));
    assertThat(world.onChain(anna.address()).paidWei()).isEqualTo(UInt256.valueOf(1_000));
    anna.deposit(THOUSAND);
    cash(anna.address(), anna.cheque(BigInteger.valueOf(1_500)));
    assertThat(world.onChain(anna.address()).paidWei()).isEqualTo(UInt256.valueOf(1_500));
  }

  /** The same on the first contract: our method does not cash what would be written off there. */
  @Test
  void defect2OnTheFirstContractNothingIsCashedThatWouldBounce() throws Exception {
    ChequeWorld old = new ChequeWorld(true);
    Hand anna = old.handWith(2, ETHER);
    anna.pay(ETHER);
    anna.withdraw(ETHER.divide(BigInteger.TWO));
    old.chain.mine(70);
    old.contracts.send(anna.key, old.book.address(), old.book.claimCall(old.payee)).succeeded();
    old.mine(7);
    assertThat(old.settle(true)).isEmpty();
    assertThat(old.frozen(anna.address())).isEqualTo(ETHER.divide(BigInteger.TWO));
    anna.deposit(ETHER.divide(BigInteger.TWO));
    old.mine(7);
    assertThat(old.settle(true)).hasSize(1);
    old.mine(8);
    assertThat(old.claim(anna.address())).isZero();
    assertThat(old.frozen(anna.address())).isZero();
  }

  /** Defect (3): withdrawals below 0.001 ether were never contested. */
  @Test
  void defect3SpentMoneyCannotBePulledInSlices() throws Exception {
    BigInteger slice = ETHER.divide(BigInteger.valueOf(2_000));
    Hand anna = world.handWith(2, slice);
    anna.pay(slice);
    anna.withdraw(slice);
    world.look(world.chain.head0());
    assertThat(world.settle(false)).hasSize(1);
    world.mine(8);
    assertThat(world.onChain(anna.address()).paidWei()).isEqualTo(UInt256.valueOf(slice));
    assertThat(world.onChain(anna.address()).isWithdrawing()).isFalse();
  }

  /** Defect (4): payer zero and a garbage signature were accepted by the contract. */
  @Test
  void defect4TheZeroAddressNeverSigned() {
    Cheque garbage =
        new Cheque(
            world.payee,
            UInt256.valueOf(5),
            new CompactSignature(
                Bytes.concatenate(Bytes32.leftPad(Bytes.of(1)), Bytes32.leftPad(Bytes.of(1)))));
    Bytes call = world.book.cashCall(List.of(Address.ZERO), List.of(garbage));
    world.contracts.send(world.payeeKey, world.book.address(), call).failed();
    assertThat(garbage.signature().isBy(Address.ZERO, Bytes32.ZERO)).isFalse();
  }

  /** Defect (5): the twin of a signature with a high s was accepted. */
  @Test
  void defect5AHighTwinIsRefusedByBoth() throws Exception {
    Hand anna = world.handWith(2, ETHER);
    Cheque good = anna.cheque(THOUSAND);
    BigInteger s = good.signature().toSignature().s().toUnsignedBigInteger();
    MutableBytes twin = MutableBytes.create(64);
    twin.set(0, good.signature().r());
    twin.set(32, UInt256.valueOf(Secp256k1.ORDER.subtract(s)).toBytes());
    assertThat(world.code(anna.peer, Bytes.concatenate(twin, Bytes.of(0x03, 0xe8))))
        .isIn(RefusalCode.MALFORMED, RefusalCode.BAD_SIGNATURE);
    Bytes call =
        AbiCall.of("cash(address,uint256,bytes32,bytes32)")
            .word(anna.address())
            .word(UInt256.valueOf(1_000))
            .word(Bytes32.wrap(twin, 0))
            .word(Bytes32.wrap(twin, 32))
            .encoded();
    world.contracts.send(world.payeeKey, world.book.address(), call).failed();
    cash(anna.address(), good);
  }

  /** Defect (6): no chain id, so a cheque was good on both sides of a split. */
  @Test
  void defect6AChequeIsForOneChain() throws Exception {
    Hand anna = world.handWith(2, ETHER);
    Cheque here = anna.cheque(THOUSAND);
    world.contracts.split(7);
    Bytes call = world.book.cashCall(List.of(anna.address()), List.of(here));
    world.contracts.send(world.payeeKey, world.book.address(), call).failed();
  }

  /** Defect (7): an amount to withdraw was cut to 128 bits. */
  @Test
  void defect7AmountsAreNotCut() {
    Hand anna = world.hand(2);
    anna.deposit(THOUSAND);
    UInt256 huge = UInt256.ONE.shiftLeft(128).add(UInt256.ONE);
    world
        .contracts
        .send(anna.key, world.book.address(), world.book.withdrawCall(world.payee, huge))
        .failed();
  }

  /** Defect (8): 64 blocks to answer a withdrawal are shorter than a night. */
  @Test
  void defect8AWindowIsADayAtLeast() {
    Hand anna = world.hand(2);
    anna.deposit(THOUSAND);
    anna.withdraw(THOUSAND);
    assertThat(world.onChain(anna.address()).windowBlocks()).isEqualTo(7_200);
    world.contracts.mine(7_198);
    world
        .contracts
        .send(anna.key, world.book.address(), world.book.claimCall(world.payee))
        .failed();
    world
        .contracts
        .send(anna.key, world.book.address(), world.book.claimCall(world.payee))
        .succeeded();
  }

  /** Defect (9): three reads of the contract for each cheque. */
  @Test
  void defect9TheContractIsReadOncePerHeadNotPerCheque() throws Exception {
    Hand anna = world.handWith(2, ETHER);
    anna.pay(BigInteger.ONE);
    int reads = world.chain.storageReads();
    for (int i = 2; i <= 100; i++) {
      assertThat(anna.pay(BigInteger.valueOf(i))).isInstanceOf(Credit.Money.class);
    }
    assertThat(world.chain.storageReads()).isEqualTo(reads);
  }

  private void cash(Address payer, Cheque cheque) {
    Bytes call = world.book.cashCall(List.of(payer), List.of(cheque));
    world.contracts.send(world.payeeKey, world.book.address(), call).succeeded();
  }
}
