package io.lesnode.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.contracts.testing.Abi;
import io.lesnode.contracts.testing.ContractChain;
import io.lesnode.contracts.testing.SecondMachine;
import io.lesnode.contracts.testing.Sent;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.Log;
import io.lesnode.primitives.config.Fork;
import io.lesnode.primitives.crypto.Keccak;
import io.lesnode.primitives.crypto.KeyPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.web3j.crypto.StructuredDataEncoder;

/**
 * AccountBook2 as payer, payee and helper use it. Tests C3 (partial payout, then top-up) and C4
 * (withdrawals) of docs/vip.md; who abuses it is in {@link AccountBook2AttackTest}.
 */
class AccountBook2Test {
  @RegisterExtension static final SecondMachine SECOND = new SecondMachine();

  private static final long WINDOW = 7_200;

  private final ContractChain chain = SECOND.chain(Fork.LONDON);
  private final Book2 book = new Book2(chain);
  private final KeyPair payee = chain.account(1);
  private final KeyPair payer = chain.account(2);
  private final Address to = payee.address();
  private final Address from = payer.address();

  /** Test D1 of docs/vip.md: against an implementation of EIP-712 that is not ours. */
  @Test
  void aChequeIsSignedAsWeb3jSignsTypedData() throws IOException {
    UInt256 cumulative = UInt256.valueOf(123_456_789);
    String typed =
        """
        {"types": {
          "EIP712Domain": [{"name": "name", "type": "string"}, {"name": "version", "type": "string"},
            {"name": "chainId", "type": "uint256"}, {"name": "verifyingContract", "type": "address"}],
          "Cheque": [{"name": "payee", "type": "address"}, {"name": "cumulative", "type": "uint256"}]},
         "primaryType": "Cheque",
         "domain": {"name": "LES AccountBook", "version": "2", "chainId": 1337, "verifyingContract": "%s"},
         "message": {"payee": "%s", "cumulative": "123456789"}}
        """
            .formatted(book.address.toHexString(), to.toHexString());

    Bytes digest = Bytes.wrap(new StructuredDataEncoder(typed).hashStructuredData());

    assertThat(book.chequeDigest(to, cumulative)).isEqualTo(digest);
    assertThat(chain.call(book.address, Abi.call("chequeHash(address,uint256)", to, cumulative)))
        .isEqualTo(digest);
  }

  @Test
  void chequesAreCumulative() {
    book.deposit(payer, to, 1_000).succeeded();

    book.cash(payee, payer, 300).succeeded();
    Sent second = book.cash(payee, payer, 450).succeeded();

    assertThat(book.account(to, from)).isEqualTo(Book2.Account.of(550, 450));
    assertThat(book.held()).isEqualTo(UInt256.valueOf(550));
    Log cashed = second.logs().get(0);
    assertThat(cashed.topics())
        .containsExactly(
            Abi.topic("Cashed(address,address,uint256,uint256)"), Abi.padded(to), Abi.padded(from));
    assertThat(Abi.word(cashed.data(), 0)).isEqualTo(UInt256.valueOf(150));
    assertThat(Abi.word(cashed.data(), 1)).isEqualTo(UInt256.valueOf(450));
  }

  @Test
  void thePayeeGetsTheMoney() {
    book.deposit(payer, to, 1_000).succeeded();
    UInt256 before = chain.balance(to);

    Sent sent = book.cash(payee, payer, 300).succeeded();

    UInt256 fee = ContractChain.GAS_PRICE.multiply(UInt256.valueOf(sent.gasUsed()));
    assertThat(chain.balance(to)).isEqualTo(before.add(UInt256.valueOf(300)).subtract(fee));
  }

  /** Test C3: what bounced is not written off (payment defect 2.1.2). */
  @Test
  void whatBouncedIsPaidAfterATopUp() {
    book.deposit(payer, to, 100).succeeded();

    Sent short_ = book.cash(payee, payer, 250).succeeded();

    assertThat(book.account(to, from)).isEqualTo(Book2.Account.of(0, 100));
    Log bounced = short_.logs().get(0);
    assertThat(bounced.topics().get(0)).isEqualTo(Abi.topic("Bounced(address,address,uint256)"));
    assertThat(Abi.word(bounced.data(), 0)).isEqualTo(UInt256.valueOf(150));

    book.deposit(payer, to, 1_000).succeeded();
    book.cash(payee, payer, 250).succeeded();
    assertThat(book.account(to, from)).isEqualTo(Book2.Account.of(850, 250));
  }

  @Test
  void manyPayersAtOnceWithOneTransfer() {
    KeyPair other = chain.account(3);
    KeyPair late = chain.account(4);
    book.deposit(payer, to, 1_000).succeeded();
    book.deposit(other, to, 50).succeeded();
    book.deposit(late, to, 10).succeeded();
    book.cash(payee, late, 10).succeeded();
    UInt256 before = chain.balance(to);

    Sent sent =
        book.cashMany(
                payee,
                List.of(
                    book.cheque(payer, to, 300), // in full
                    book.cheque(other, to, 80), // in part
                    book.cheque(late, to, 10), // nothing due: passed over
                    book.cheque(payer, to, 400))) // the same payer once more
            .succeeded();

    UInt256 fee = ContractChain.GAS_PRICE.multiply(UInt256.valueOf(sent.gasUsed()));
    assertThat(chain.balance(to)).isEqualTo(before.add(UInt256.valueOf(450)).subtract(fee));
    assertThat(book.account(to, from)).isEqualTo(Book2.Account.of(600, 400));
    assertThat(book.account(to, other.address())).isEqualTo(Book2.Account.of(0, 50));
    assertThat(book.cashMany(payee, List.of(book.cheque(late, to, 10))).failed().returnData())
        .isEqualTo(Abi.selector("NothingDue()"));
    book.cashMany(payee, List.of()).failed();
  }

  /** Test C4. */
  @Test
  void aWithdrawalWaitsForTheWindowAndShrinksByWhatIsCashed() {
    book.deposit(payer, to, 1_000).succeeded();
    long asked = book.withdraw(payer, to, 900).succeeded().block();
    assertThat(book.request(to, from)).containsExactly(900L, asked, 0L);

    chain.mine(10);
    book.cash(payee, payer, 600).succeeded();
    chain.mine(asked + WINDOW - 2 - chain.number());
    Sent early = book.claim(payer, to).failed();
    assertThat(early.block()).isEqualTo(asked + WINDOW - 1);
    assertThat(early.returnData().slice(0, 4)).isEqualTo(Abi.selector("TooEarly(uint256)"));
    assertThat(Abi.word(early.returnData().slice(4), 0)).isEqualTo(UInt256.valueOf(asked + WINDOW));

    UInt256 before = chain.balance(from);
    Sent claim = book.claim(payer, to).succeeded();
    assertThat(claim.block()).isEqualTo(asked + WINDOW);
    UInt256 fee = ContractChain.GAS_PRICE.multiply(UInt256.valueOf(claim.gasUsed()));
    assertThat(chain.balance(from)).isEqualTo(before.add(UInt256.valueOf(400)).subtract(fee));
    assertThat(book.account(to, from)).isEqualTo(Book2.Account.of(0, 600));
    assertThat(book.request(to, from)).containsExactly(0L, 0L, 0L);
    book.claim(payer, to).failed();
  }

  /** Test C4: two requests; the later counts, from when it was made. */
  @Test
  void aSecondRequestReplacesTheFirstAndStartsTheWindowAnew() {
    book.deposit(payer, to, 1_000).succeeded();
    book.withdraw(payer, to, 100).succeeded();
    chain.mine(WINDOW - 10);
    long second = book.withdraw(payer, to, 1_000).succeeded().block();
    chain.mine(100);

    book.claim(payer, to).failed();
    assertThat(book.request(to, from)).containsExactly(1_000L, second, 0L);
    book.withdraw(payer, to, 0).succeeded();
    chain.mine(WINDOW);
    assertThat(book.claim(payer, to).failed().returnData()).isEqualTo(Abi.selector("NoRequest()"));
    assertThat(book.account(to, from)).isEqualTo(Book2.Account.of(1_000, 0));
  }

  @Test
  void moreThanTheDepositCannotBeAskedFor() {
    book.deposit(payer, to, 100).succeeded();

    book.withdraw(payer, to, 101).failed();
    // payment defect 2.1.7: 2^128 + 1 is not 1
    chain
        .send(
            payer,
            book.address,
            Abi.call("withdraw(address,uint256)", to, UInt256.ONE.shiftLeft(128).add(UInt256.ONE)))
        .failed();
    book.claim(payer, to).failed();
  }

  @Test
  void theWindowIsFixedByThePayeeOnceOrByTheFirstDeposit() {
    assertThat(book.window(to)).isEqualTo(WINDOW);
    book.fixWindow(payee, WINDOW - 1).failed();
    book.fixWindow(payee, 216_001).failed();
    book.fixWindow(payee, 50_000).succeeded();
    book.fixWindow(payee, 60_000).failed();
    assertThat(book.window(to)).isEqualTo(50_000);

    book.deposit(payer, to, 100).succeeded();
    book.withdraw(payer, to, 100).succeeded();
    chain.mine(49_998);
    book.claim(payer, to).failed();
    book.claim(payer, to).succeeded();

    KeyPair other = chain.account(3);
    book.deposit(payer, other.address(), 1).succeeded();
    assertThat(book.fixWindow(other, 50_000).failed().returnData())
        .isEqualTo(Abi.selector("WindowAlreadyFixed()"));
    assertThat(book.window(other.address())).isEqualTo(WINDOW);
  }

  @Test
  void anyoneMayCashByInstructionOfThePayeeForAFee() {
    KeyPair sender = chain.account(5);
    book.deposit(payer, to, 1_000).succeeded();
    Book2.Cheque cheque = book.cheque(payer, to, 400);
    long deadline = chain.timestamp() + 600;
    UInt256 payeeBefore = chain.balance(to);
    UInt256 senderBefore = chain.balance(sender.address());

    Sent sent =
        book.cashFor(
                sender, to, cheque, 15, deadline, book.instruction(payee, cheque, 15, deadline))
            .succeeded();

    UInt256 gas = ContractChain.GAS_PRICE.multiply(UInt256.valueOf(sent.gasUsed()));
    assertThat(chain.balance(to)).isEqualTo(payeeBefore.add(UInt256.valueOf(385)));
    assertThat(chain.balance(sender.address()))
        .isEqualTo(senderBefore.add(UInt256.valueOf(15)).subtract(gas));
    assertThat(book.account(to, from)).isEqualTo(Book2.Account.of(600, 400));
  }

  @Test
  void bothTogetherCloseAtOnce() {
    book.deposit(payer, to, 1_000).succeeded();
    book.cash(payee, payer, 100).succeeded();
    book.withdraw(payer, to, 500).succeeded();
    long deadline = chain.timestamp() + 600;
    Bytes32 digest = book.closeDigest(to, from, 300, 0, deadline);
    UInt256 payeeBefore = chain.balance(to);
    UInt256 payerBefore = chain.balance(from);

    book.close(chain.account(9), to, from, 300, deadline, payer.sign(digest), payee.sign(digest))
        .succeeded();

    assertThat(chain.balance(to)).isEqualTo(payeeBefore.add(UInt256.valueOf(200)));
    assertThat(chain.balance(from)).isEqualTo(payerBefore.add(UInt256.valueOf(700)));
    assertThat(book.account(to, from)).isEqualTo(Book2.Account.of(0, 300));
    assertThat(book.request(to, from)).containsExactly(0L, 0L, 1L);
    assertThat(book.held()).isEqualTo(UInt256.ZERO);
  }

  /** The slots of contracts/README.md, by which a light client reads an account through proofs. */
  @Test
  void accountsAreAtTheirSlots() {
    book.deposit(payer, to, 1_000).succeeded();
    book.cash(payee, payer, 300).succeeded();
    long asked = book.withdraw(payer, to, 40).succeeded().block();

    UInt256 account = chain.storage(book.address, slot(0, to, from));
    assertThat(account.toBytes().slice(16)).isEqualTo(UInt256.valueOf(700).toBytes().slice(16));
    assertThat(account.shiftRight(128)).isEqualTo(UInt256.valueOf(300));
    UInt256 request = chain.storage(book.address, slot(1, to, from));
    assertThat(request.toBytes().slice(16)).isEqualTo(UInt256.valueOf(40).toBytes().slice(16));
    assertThat(request.toBytes().slice(8, 8)).isEqualTo(Bytes.ofUnsignedLong(asked));
    assertThat(request.toBytes().slice(0, 8)).isEqualTo(Bytes.ofUnsignedLong(0));
    assertThat(chain.storage(book.address, slot(2, to))).isEqualTo(UInt256.valueOf(WINDOW));
  }

  /** The example that contracts/README.md works out. */
  @Test
  void theReadmesExampleIsRight() throws IOException {
    Address one = Address.fromHex("0x1111111111111111111111111111111111111111");
    Address two = Address.fromHex("0x2222222222222222222222222222222222222222");

    assertThat(Files.readString(Path.of("README.md")))
        .contains(
            "accounts[payee][payer] is slot " + hex(slot(0, one, two)),
            "requests[payee][payer] is slot " + hex(slot(1, one, two)),
            "windows[payee] is slot         " + hex(slot(2, one)));
  }

  private static String hex(UInt256 slot) {
    return slot.toBytes().toHexString();
  }

  private static UInt256 slot(int mapping, Address... keys) {
    Bytes32 slot = Bytes32.leftPad(Bytes.of(mapping));
    for (Address key : keys) {
      slot = Keccak.keccak256(Bytes.concatenate(Abi.padded(key), slot));
    }
    return UInt256.fromBytes(slot);
  }
}
