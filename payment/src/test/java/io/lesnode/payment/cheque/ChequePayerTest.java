package io.lesnode.payment.cheque;

import static io.lesnode.payment.cheque.ChequeWorld.ETHER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lesnode.payment.Counterparty;
import io.lesnode.payment.MethodId;
import io.lesnode.payment.MethodTerms;
import io.lesnode.payment.PayerException;
import io.lesnode.payment.cheque.ChequeWorld.Program;
import io.lesnode.primitives.Address;
import java.math.BigInteger;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The paying side: what it never signs and never sends twice. */
class ChequePayerTest {
  private final ChequeWorld world = new ChequeWorld();
  private Program anna;

  @BeforeEach
  void aPayer() throws Exception {
    anna = world.program(2);
  }

  @Test
  void neverSignsMoreThanTheDepositCovers() throws Exception {
    assertThatThrownBy(() -> anna.sign(BigInteger.ONE)).hasMessageContaining("deposit more");
    anna.deposit(wei(1_000));
    anna.sign(wei(1_000));
    assertThat(anna.payable()).isZero();
    assertThatThrownBy(() -> anna.sign(BigInteger.ONE)).isInstanceOf(PayerException.class);
  }

  @Test
  void aDepositIsSentOnceHoweverOftenItIsAskedFor() throws Exception {
    UInt256 amount = UInt256.valueOf(ETHER);
    Bytes32 first = anna.payer.deposit(world.server(), amount);
    assertThat(anna.payer.deposit(world.server(), amount)).isEqualTo(first);
    anna.reopen();
    assertThat(anna.payer.deposit(world.server(), amount)).isEqualTo(first);
    assertThatThrownBy(() -> anna.payer.deposit(world.server(), UInt256.ONE))
        .hasMessageContaining("under way");
    for (int i = 0; i < 8; i++) {
      anna.step();
    }
    assertThat(anna.payable()).isEqualTo(ETHER);
    assertThat(anna.payer.deposit(world.server(), amount)).isNotEqualTo(first);
  }

  @Test
  void aDepositWithoutEtherSaysWhatIsMissing() {
    assertThatThrownBy(
            () -> anna.payer.deposit(world.server(), UInt256.valueOf(ETHER.multiply(wei(1_000)))))
        .isInstanceOf(PayerException.class)
        .hasMessageContaining("send ether to it");
  }

  /** Threat "fake contract", and payees that cannot be right. */
  @Test
  void doesNotPayOnTermsThatTheChainDoesNotProve() throws Exception {
    MethodTerms good = world.method.terms();
    Address empty = Address.fromHex("0x00000000000000000000000000000000000000aa");
    MethodTerms nowhere =
        new MethodTerms(
            MethodId.CHEQUE, "cheque/2", Optional.of(empty), good.codeHash(), good.params());
    assertThatThrownBy(() -> anna.payer.check(world.server(), nowhere))
        .hasMessageContaining("not trusted");
    MethodTerms strange =
        new MethodTerms(
            MethodId.CHEQUE, "cheque/9", good.contract(), good.codeHash(), good.params());
    assertThatThrownBy(() -> anna.payer.check(world.server(), strange))
        .isInstanceOf(PayerException.class);
    Counterparty unbound =
        new Counterparty(Bytes32.repeat((byte) 1), Bytes.EMPTY, Optional.empty());
    assertThatThrownBy(() -> anna.payer.check(unbound, good))
        .hasMessageContaining("not proven an account");
    Counterparty ourselves =
        new Counterparty(Bytes32.repeat((byte) 1), Bytes.EMPTY, Optional.of(anna.key.address()));
    assertThatThrownBy(() -> anna.payer.check(ourselves, good)).isInstanceOf(PayerException.class);
    assertThatThrownBy(() -> anna.payer.pay(unbound, UInt256.ONE))
        .hasMessageContaining("not checked");
  }

  @Test
  void aServerThatChangesItsPayAddressIsCheckedAgain() throws Exception {
    anna.deposit(ETHER);
    Counterparty moved =
        new Counterparty(
            world.server().nodeId(),
            Bytes.EMPTY,
            Optional.of(world.contracts.account(8).address()));
    assertThatThrownBy(() -> anna.payer.pay(moved, UInt256.ONE))
        .hasMessageContaining("not checked");
    anna.payer.check(moved, world.method.terms());
    assertThat(anna.payer.payableWei(moved)).isEqualTo(UInt256.ZERO);
  }

  @Test
  void theFirstAccountBookIsPaidOnlyIfAllowedAndIfItIsTheServers() throws Exception {
    ChequeWorld old = new ChequeWorld(true);
    Program bert = old.program(2);
    Counterparty other =
        new Counterparty(
            Bytes32.repeat((byte) 1), Bytes.EMPTY, Optional.of(old.contracts.account(8).address()));
    assertThatThrownBy(() -> bert.payer.check(other, old.method.terms()))
        .hasMessageContaining("does not pay");
    bert.deposit(ETHER);
    bert.open();
    bert.pay(wei(7));
    assertThat(old.money(bert.key.address())).isEqualTo(7);
  }

  @Test
  void whatIsAskedBackIsTakenWhenTheWindowIsOver() throws Exception {
    anna.deposit(ETHER);
    anna.pay(wei(1_000));
    BigInteger before = balance();
    anna.payer.withdraw(world.server(), UInt256.valueOf(ETHER.shiftLeft(3)));
    assertThat(anna.payable()).as("from the moment on that it is asked back").isZero();
    for (int i = 0; i < 8; i++) {
      anna.step();
    }
    assertThat(anna.payable()).as("what is asked back is not signed away").isZero();
    assertThatThrownBy(() -> anna.payer.withdraw(world.server(), UInt256.ONE))
        .hasMessageContaining("already");
    world.chain.mine(7_150);
    anna.step();
    assertThat(world.onChain(anna.key.address()).isWithdrawing()).isTrue();
    world.chain.mine(50);
    anna.reopen();
    for (int i = 0; i < 9; i++) {
      anna.step();
    }
    BookAccount left = world.onChain(anna.key.address());
    assertThat(left.depositWei()).as("what was signed stays").isEqualTo(UInt256.valueOf(1_000));
    assertThat(left.isWithdrawing()).isFalse();
    BigInteger fees =
        anna.own
            .ledger()
            .balance(
                io.lesnode.payment.ledger.AccountId.house(
                    io.lesnode.payment.ledger.AccountKind.FEES));
    assertThat(balance().subtract(before))
        .isLessThan(ETHER)
        .isGreaterThan(ETHER.subtract(wei(1_000)).add(fees).subtract(BigInteger.ONE));
  }

  /** Defect 2.1 (7): an amount is never cut to 128 bits; there is not so much ether to ask for. */
  @Test
  void anythingMoreThanTheDepositIsCutToTheDeposit() throws Exception {
    anna.deposit(ETHER);
    anna.payer.withdraw(world.server(), UInt256.MAX_VALUE);
    world.chain.mine(1);
    assertThat(world.onChain(anna.key.address()).withdrawWei()).isEqualTo(UInt256.valueOf(ETHER));
  }

  @Test
  void acknowledgesOfALivelyServerAreAwaited() throws Exception {
    anna.deposit(ETHER);
    for (int i = 0; i < PayerAccount.MOST_PENDING; i++) {
      anna.sign(BigInteger.ONE);
    }
    assertThatThrownBy(() -> anna.sign(BigInteger.ONE)).hasMessageContaining("acknowledged none");
    anna.deliver(anna.payer.pending(world.server()));
    anna.sign(BigInteger.ONE);
  }

  /** For a light client every read of the chain is a round trip. */
  @Test
  void theChainIsReadOncePerHeadNotPerPayment() throws Exception {
    anna.deposit(ETHER);
    anna.sign(BigInteger.ONE);
    int reads = world.chain.storageReads();
    for (int i = 0; i < 20; i++) {
      anna.sign(BigInteger.ONE);
    }
    assertThat(world.chain.storageReads()).isEqualTo(reads);
  }

  private BigInteger balance() {
    return world.contracts.balance(anna.key.address()).toUnsignedBigInteger();
  }

  private static BigInteger wei(long wei) {
    return BigInteger.valueOf(wei);
  }
}
