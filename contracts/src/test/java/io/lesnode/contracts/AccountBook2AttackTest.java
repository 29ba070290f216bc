package io.lesnode.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.contracts.testing.Abi;
import io.lesnode.contracts.testing.ContractChain;
import io.lesnode.contracts.testing.SecondMachine;
import io.lesnode.contracts.testing.Sent;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.config.Fork;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.primitives.crypto.Secp256k1;
import io.lesnode.primitives.crypto.Signature;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Test C2 of docs/vip.md and more: whoever tries to get from an AccountBook2 what is not theirs
 * fails, and the books are as before.
 */
class AccountBook2AttackTest {
  @RegisterExtension static final SecondMachine SECOND = new SecondMachine();

  private static final ContractArtifact REENTERER = ContractArtifact.named("Reenterer");
  private static final Bytes BAD_SIGNATURE = Abi.selector("BadSignature()");
  private static final Bytes NOTHING_DUE = Abi.selector("NothingDue()");

  private final ContractChain chain = SECOND.chain(Fork.SHANGHAI);
  private final Book2 book = new Book2(chain);
  private final KeyPair payee = chain.account(1);
  private final KeyPair payer = chain.account(2);
  private final KeyPair stranger = chain.account(3);
  private final Address to = payee.address();
  private final Address from = payer.address();

  AccountBook2AttackTest() {
    book.deposit(payer, to, 1_000).succeeded();
  }

  // Replays

  @Test
  void aChequeIsCashedOnce() {
    Book2.Cheque cheque = book.cheque(payer, to, 400);
    book.cash(payee, cheque).succeeded();

    refused(book.cash(payee, cheque), NOTHING_DUE);
    refused(book.cash(payee, payer, 399), NOTHING_DUE);
    refused(book.cash(payee, payer, 0), NOTHING_DUE);
    holds(600, 400);
  }

  @Test
  void aChequeOfAnotherPayeeIsWorthNothing() {
    Book2.Cheque cheque = book.cheque(payer, to, 400);
    book.deposit(payer, stranger.address(), 500).succeeded();

    refused(book.cash(stranger, cheque), BAD_SIGNATURE);
    refused(book.cashMany(stranger, List.of(cheque)), BAD_SIGNATURE);
    holds(1_000, 0);
  }

  @Test
  void aChequeOfAnotherContractIsWorthNothing() {
    Book2 other = new Book2(chain);
    other.deposit(payer, to, 1_000).succeeded();

    refused(other.cash(payee, book.cheque(payer, to, 400)), BAD_SIGNATURE);
    assertThat(other.account(to, from)).isEqualTo(Book2.Account.of(1_000, 0));
  }

  /** Payment defect 2.1.6, and after a split of the chain the domain is that of the branch. */
  @Test
  void aChequeOfAnotherChainIsWorthNothing() {
    Book2.Cheque cheque = book.cheque(payer, to, 400);

    chain.split(61);

    refused(book.cash(payee, cheque), BAD_SIGNATURE);
    book.cash(payee, book.cheque(payer, to, 400)).succeeded();
    holds(600, 400);
  }

  @Test
  void aChequeOfMoreThanWasSignedIsWorthNothing() {
    Book2.Cheque cheque = book.cheque(payer, to, 400);
    Book2.Cheque raised = new Book2.Cheque(from, UInt256.valueOf(401), cheque.r(), cheque.vs());

    refused(book.cash(payee, raised), BAD_SIGNATURE);
    refused(
        book.cash(
            payee,
            new Book2.Cheque(stranger.address(), cheque.cumulative(), cheque.r(), cheque.vs())),
        BAD_SIGNATURE);
    holds(1_000, 0);
  }

  // Signatures

  /** Payment defect 2.1.5: the twin with the high s recovers to the same key, and is refused. */
  @Test
  void theTwinOfASignatureIsRefused() {
    Signature signature = payer.sign(book.chequeDigest(to, UInt256.valueOf(400)));
    Signature twin =
        new Signature(
            signature.r(),
            UInt256.valueOf(Secp256k1.ORDER.subtract(signature.s().toUnsignedBigInteger())),
            1 - signature.yParity());
    assertThat(Secp256k1.instance().recover(book.chequeDigest(to, UInt256.valueOf(400)), twin))
        .contains(payer.publicKey());

    // In compact form the top bit is the parity, so that most twins cannot even be said
    refused(book.cash(payee, Book2.Cheque.of(from, 400, twin)), BAD_SIGNATURE);
    // ... but some can: these two sign for whoever they recover to, and only the lower one counts
    refused(book.cash(payee, whoeverSigned(signature.r(), Secp256k1.HALF_ORDER)), NOTHING_DUE);
    refused(
        book.cash(payee, whoeverSigned(signature.r(), Secp256k1.HALF_ORDER.add(BigInteger.ONE))),
        BAD_SIGNATURE);
    holds(1_000, 0);
  }

  /** Payment defect 2.1.4: a signature that recovers to nobody is not one of the zero address. */
  @Test
  void nobodyIsNotASigner() {
    for (Bytes32 r : List.of(Bytes32.ZERO, Bytes32.repeat((byte) 0xff))) {
      Book2.Cheque garbage =
          new Book2.Cheque(Address.ZERO, UInt256.ONE, r, Bytes32.leftPad(Bytes.of(1)));
      refused(book.cash(payee, garbage), BAD_SIGNATURE);
      refused(book.cashMany(payee, List.of(garbage)), BAD_SIGNATURE);
    }
    assertThat(
            chain
                .send(payer, book.address, UInt256.ONE, Abi.call("deposit(address)", Address.ZERO))
                .failed()
                .returnData())
        .isEqualTo(Abi.selector("ZeroPayee()"));
    holds(1_000, 0);
  }

  @Test
  void oneBadChequeFailsTheWholeBatch() {
    refused(
        book.cashMany(
            payee,
            List.of(book.cheque(payer, to, 400), book.cheque(stranger, to, 1).withPayer(from))),
        BAD_SIGNATURE);
    holds(1_000, 0);
  }

  @Test
  void amountsBeyond128BitsDoNotWrap() {
    UInt256 huge = UInt256.MAX_VALUE;
    Signature signature = payer.sign(book.chequeDigest(to, huge));
    Book2.Cheque cheque =
        new Book2.Cheque(from, huge, Bytes32.wrap(signature.r().toBytes()), Abi.vs(signature));

    book.cash(payee, cheque).succeeded();

    holds(0, 1_000);
    chain.fund(from, UInt256.ONE.shiftLeft(130));
    refused(
        chain.send(
            payer, book.address, UInt256.ONE.shiftLeft(128), Abi.call("deposit(address)", to)),
        Abi.selector("TooLarge()"));
  }

  // Instructions and closes

  @Test
  void anInstructionServesOnce() {
    Book2.Cheque cheque = book.cheque(payer, to, 400);
    long deadline = chain.timestamp() + 6_000;
    Signature instruction = book.instruction(payee, cheque, 15, deadline);

    // not with another fee, another cheque, another signer, nor after the deadline
    book.cashFor(stranger, to, cheque, 16, deadline, instruction).failed();
    book.cashFor(stranger, to, book.cheque(payer, to, 401), 15, deadline, instruction).failed();
    book.cashFor(
            stranger, to, cheque, 15, deadline, book.instruction(stranger, cheque, 15, deadline))
        .failed();
    chain.warp(6_001);
    refused(
        book.cashFor(stranger, to, cheque, 15, deadline, instruction), Abi.selector("Expired()"));
    holds(1_000, 0);

    long later = chain.timestamp() + 6_000;
    Signature again = book.instruction(payee, cheque, 15, later);
    book.cashFor(stranger, to, cheque, 15, later, again).succeeded();
    refused(book.cashFor(stranger, to, cheque, 15, later, again), NOTHING_DUE);
    holds(600, 400);
  }

  /**
   * A helper must not take the fee of a cheque that bounces, nor once more when it is topped up.
   */
  @Test
  void aFeeIsOnlyForACompletePayment() {
    Book2.Cheque cheque = book.cheque(payer, to, 1_500);
    long deadline = chain.timestamp() + 6_000;

    refused(
        book.cashFor(
            stranger, to, cheque, 15, deadline, book.instruction(payee, cheque, 15, deadline)),
        Abi.selector("AboveDeposit()"));
    holds(1_000, 0);
    book.cashFor(stranger, to, cheque, 0, deadline, book.instruction(payee, cheque, 0, deadline))
        .succeeded();
    holds(0, 1_000);
    // 10 wei are due now, less than the fee
    book.deposit(payer, to, 500).succeeded();
    book.cash(payee, payer, 1_490).succeeded();
    book.cashFor(stranger, to, cheque, 15, deadline, book.instruction(payee, cheque, 15, deadline))
        .failed();
    holds(10, 1_490);
  }

  @Test
  void aCloseNeedsBothAndServesOnce() {
    long deadline = chain.timestamp() + 60_000;
    Bytes32 digest = book.closeDigest(to, from, 300, 0, deadline);
    Signature byPayer = payer.sign(digest);
    Signature byPayee = payee.sign(digest);

    book.close(payer, to, from, 300, deadline, byPayer, byPayer).failed();
    book.close(payee, to, from, 300, deadline, byPayee, byPayee).failed();
    book.close(payer, to, from, 200, deadline, byPayer, byPayee).failed();
    book.close(payer, from, to, 300, deadline, byPayee, byPayer).failed();
    holds(1_000, 0);
    book.close(stranger, to, from, 300, deadline, byPayer, byPayee).succeeded();
    holds(0, 300);

    // a later deposit cannot be refunded by the old signatures
    book.deposit(payer, to, 5_000).succeeded();
    refused(book.close(payer, to, from, 300, deadline, byPayer, byPayee), BAD_SIGNATURE);
    holds(5_000, 300);
    chain.warp(60_001);
    Bytes32 late = book.closeDigest(to, from, 300, 1, deadline);
    refused(
        book.close(payer, to, from, 300, deadline, payer.sign(late), payee.sign(late)),
        Abi.selector("Expired()"));
  }

  @Test
  void aCloseCannotPayMoreThanThereIs() {
    long deadline = chain.timestamp() + 600;
    Bytes32 digest = book.closeDigest(to, from, 1_001, 0, deadline);

    refused(
        book.close(payer, to, from, 1_001, deadline, payer.sign(digest), payee.sign(digest)),
        Abi.selector("AboveDeposit()"));
    holds(1_000, 0);
  }

  // Races

  /** Cheque and claim in one block, either first: nobody gets anything twice. */
  @Test
  void cashAndClaimInOneBlock() {
    book.withdraw(payer, to, 1_000).succeeded();
    chain.mine(7_200);
    long before = chain.number();

    Sent[] cashFirst = inOneBlock(cashing(700), claiming());
    holds(0, 700);
    assertThat(cashFirst[0].success() && cashFirst[1].success()).isTrue();

    chain.revertTo(before);
    Sent[] claimFirst = inOneBlock(claiming(), cashing(700));
    holds(0, 0);
    assertThat(claimFirst[0].success()).isTrue();
    refused(claimFirst[1], NOTHING_DUE);
  }

  /** Payment defect 2.1.3: small slices wait for the window like large ones. */
  @Test
  void slicesDoNotSlipThrough() {
    for (int slice = 0; slice < 5; slice++) {
      book.withdraw(payer, to, 10).succeeded();
      chain.mine(1_000);
      book.claim(payer, to).failed();
    }
    book.cash(payee, payer, 1_000).succeeded();
    chain.mine(7_200);
    book.claim(payer, to).succeeded(); // of nothing
    holds(0, 1_000);
    assertThat(book.held()).isEqualTo(UInt256.ZERO);
  }

  /** A deposit that a reorganisation undoes is no deposit, and the cheque waits. */
  @Test
  void aReorganisationTakesADepositAndGivesItBack() {
    long before = chain.number();
    book.deposit(payer, to, 500).succeeded();
    List<Transaction> undone = chain.revertTo(before);
    book.cash(payee, payer, 1_200).succeeded();
    holds(0, 1_000);

    undone.forEach(chain::submit);
    chain.mine(1);
    book.cash(payee, payer, 1_200).succeeded();
    holds(300, 1_200);
  }

  // Contracts as payees and payers

  @Test
  void aPayeeThatCallsBackGetsNothingMore() {
    Address contract = chain.deploy(stranger, REENTERER.bytecode());
    book.deposit(payer, contract, 1_000).succeeded();
    Book2.Cheque first = book.cheque(payer, contract, 400);
    List<Bytes> attacks =
        List.of(
            Book2.cashData(first),
            Book2.cashManyData(List.of(first, first)),
            Abi.call("claim(address)", contract),
            Abi.call("withdraw(address,uint256)", contract, 1_000));
    UInt256 held = book.held();

    for (Bytes attack : attacks) {
      long before = chain.number();
      arm(contract, attack);
      run(contract, UInt256.ZERO, Book2.cashData(first)).succeeded();
      assertThat(book.account(contract, from)).isEqualTo(Book2.Account.of(600, 400));
      assertThat(book.held()).isEqualTo(held.subtract(UInt256.valueOf(400)));
      assertThat(view(contract, "attempts()")).isEqualTo(1);
      assertThat(view(contract, "successes()")).isZero();
      chain.revertTo(before);
    }
    // within the transfer of a batch a larger cheque is as good as after it, and no better
    arm(contract, Book2.cashData(book.cheque(payer, contract, 900)));
    run(contract, UInt256.ZERO, Book2.cashManyData(List.of(first))).succeeded();
    assertThat(view(contract, "successes()")).isEqualTo(1);
    assertThat(book.account(contract, from)).isEqualTo(Book2.Account.of(100, 900));
    assertThat(chain.balance(contract)).isEqualTo(UInt256.valueOf(900));
    holds(1_000, 0);
  }

  @Test
  void aPayerThatCallsBackGetsNothingMore() {
    Address contract = chain.deploy(stranger, REENTERER.bytecode());
    chain.fund(contract, UInt256.valueOf(500));
    run(contract, UInt256.valueOf(500), Abi.call("deposit(address)", to)).succeeded();
    run(contract, UInt256.ZERO, Abi.call("withdraw(address,uint256)", to, 300)).succeeded();
    chain.mine(7_200);
    arm(contract, Abi.call("claim(address)", to));

    run(contract, UInt256.ZERO, Abi.call("claim(address)", to)).succeeded();

    assertThat(view(contract, "attempts()")).isEqualTo(1);
    assertThat(view(contract, "successes()")).isZero();
    assertThat(chain.balance(contract)).isEqualTo(UInt256.valueOf(300));
    assertThat(book.account(to, contract)).isEqualTo(Book2.Account.of(200, 0));
    assertThat(book.held()).isEqualTo(UInt256.valueOf(1_200));
  }

  @Test
  void aPayeeThatRefusesMoneyKeepsItsCheque() {
    Address contract = chain.deploy(stranger, REENTERER.bytecode());
    book.deposit(payer, contract, 1_000).succeeded();
    Bytes cash = Book2.cashData(book.cheque(payer, contract, 400));
    chain.send(stranger, contract, Abi.call("refuse(bool)", true)).succeeded();

    refused(run(contract, UInt256.ZERO, cash), Abi.selector("TransferFailed()"));
    assertThat(book.account(contract, from)).isEqualTo(Book2.Account.of(1_000, 0));

    chain.send(stranger, contract, Abi.call("refuse(bool)", false)).succeeded();
    run(contract, UInt256.ZERO, cash).succeeded();
  }

  @Test
  void etherThatBelongsToNobodyIsRefused() {
    chain.send(payer, book.address, UInt256.ONE, Bytes.EMPTY).failed();
    chain.send(payer, book.address, UInt256.ONE, Abi.call("claim(address)", to)).failed();
    chain.send(payer, book.address, UInt256.ONE, Bytes.fromHexString("0x12345678")).failed();
    assertThat(book.held()).isEqualTo(UInt256.valueOf(1_000));
  }

  private Book2.Cheque whoeverSigned(UInt256 r, BigInteger s) {
    Signature signature = new Signature(r, UInt256.valueOf(s), 0);
    Bytes key =
        Secp256k1.instance()
            .recover(book.chequeDigest(to, UInt256.valueOf(400)), signature)
            .orElseThrow();
    return Book2.Cheque.of(Address.ofPublicKey(key), 400, signature);
  }

  private Transaction cashing(long cumulative) {
    return chain.sign(
        payee, book.address, UInt256.ZERO, Book2.cashData(book.cheque(payer, to, cumulative)));
  }

  private Transaction claiming() {
    return chain.sign(payer, book.address, UInt256.ZERO, Abi.call("claim(address)", to));
  }

  private Sent[] inOneBlock(Transaction... transactions) {
    List<Sent> sent = new ArrayList<>();
    List.of(transactions).forEach(chain::submit);
    chain.mine(1);
    for (Transaction transaction : transactions) {
      sent.add(chain.receipt(transaction.hash()).orElseThrow());
    }
    return sent.toArray(Sent[]::new);
  }

  private void arm(Address contract, Bytes data) {
    chain
        .send(stranger, contract, Abi.call("arm(address,bytes,uint256)", book.address, data, 1))
        .succeeded();
  }

  private Sent run(Address contract, UInt256 wei, Bytes data) {
    return chain.send(
        stranger, contract, Abi.call("run(address,uint256,bytes)", book.address, wei, data));
  }

  private long view(Address contract, String function) {
    return Abi.word(chain.call(contract, Abi.call(function)), 0).toLong();
  }

  private void refused(Sent sent, Bytes error) {
    assertThat(sent.failed().returnData()).isEqualTo(error);
  }

  private void holds(long deposit, long paid) {
    assertThat(book.account(to, from)).isEqualTo(Book2.Account.of(deposit, paid));
  }
}
