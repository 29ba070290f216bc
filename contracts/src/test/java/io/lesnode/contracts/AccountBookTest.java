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
import io.lesnode.primitives.crypto.Secp256k1;
import io.lesnode.primitives.crypto.Signature;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.web3j.abi.datatypes.generated.Uint64;
import org.web3j.abi.datatypes.generated.Uint8;

/**
 * The first AccountBook, as go-ethereum PR 20417 has it: what it does, and its faults as they are.
 * That AccountBook2 does not share them is shown in {@link AccountBook2Test} and {@link
 * AccountBook2AttackTest}, which name the same defects.
 */
class AccountBookTest {
  @RegisterExtension static final SecondMachine SECOND = new SecondMachine();

  private static final long WINDOW = 64;

  private final ContractChain chain = SECOND.chain(Fork.LONDON);
  private final KeyPair owner = chain.account(1);
  private final KeyPair payer = chain.account(2);
  private final Address from = payer.address();
  private final Address book = deploy(WINDOW);

  @Test
  void aChequeIsCashedFromTheDeposit() {
    deposit(1_000).succeeded();

    cash(owner, 300).succeeded();
    cash(owner, 450).succeeded();

    books(550, 450);
    assertThat(chain.balance(book)).isEqualTo(UInt256.valueOf(550));
    cash(owner, 450).failed();
    cash(payer, 500).failed();
  }

  @Test
  void aWithdrawalIsShrunkByWhatIsCashedInItsWindow() {
    deposit(1_000).succeeded();
    withdraw(900).succeeded();
    cash(owner, 600).succeeded();

    claim().failed();
    chain.mine(WINDOW);
    claim().succeeded();

    books(0, 600);
    assertThat(chain.balance(book)).isEqualTo(UInt256.ZERO);
  }

  /** Slots 0 paids, 1 deposits, 2 withdrawRequests, 3 challengeTimeWindow below owner. */
  @Test
  void theStorageIsLaidOutAsInTheFirstContract() {
    deposit(1_000).succeeded();
    cash(owner, 300).succeeded();
    long asked = withdraw(40).succeeded().block();

    assertThat(chain.storage(book, slot(0))).isEqualTo(UInt256.valueOf(300));
    assertThat(chain.storage(book, slot(1))).isEqualTo(UInt256.valueOf(700));
    assertThat(chain.storage(book, slot(2)))
        .isEqualTo(UInt256.valueOf(asked).shiftLeft(128).add(UInt256.valueOf(40)));
    assertThat(chain.storage(book, UInt256.valueOf(3)).toBytes())
        .isEqualTo(
            Bytes.concatenate(
                Bytes.repeat((byte) 0, 4), owner.address().bytes(), Bytes.ofUnsignedLong(WINDOW)));
  }

  /** So that a code hash can be trusted: the window is in storage, not in the code. */
  @Test
  void theCodeIsTheSameWhateverTheWindow() {
    assertThat(chain.codeHash(deploy(7_200), chain.number()))
        .isEqualTo(chain.codeHash(book, chain.number()))
        .isEqualTo(ContractArtifact.ACCOUNT_BOOK.deployedCodeHash());
  }

  /** Payment defect 2.1.2. */
  @Test
  void faultWhatBouncesIsWrittenOff() {
    deposit(100).succeeded();
    cash(owner, 250).succeeded();
    deposit(1_000).succeeded();

    cash(owner, 250).failed();
    books(1_000, 250);
  }

  /** Payment defect 2.1.4. */
  @Test
  void faultNobodyIsASigner() {
    Sent sent =
        chain.send(
            owner,
            book,
            Abi.call(
                "cash(address,uint256,uint8,bytes32,bytes32)",
                Address.ZERO,
                7,
                new Uint8(99),
                Bytes32.ZERO,
                Bytes32.ZERO));

    sent.succeeded();
  }

  /** Payment defect 2.1.5. */
  @Test
  void faultTheTwinOfASignatureIsAccepted() {
    deposit(1_000).succeeded();
    Signature signature = sign(400);
    Signature twin =
        new Signature(
            signature.r(),
            UInt256.valueOf(Secp256k1.ORDER.subtract(signature.s().toUnsignedBigInteger())),
            1 - signature.yParity());

    cash(owner, 400, twin).succeeded();
    books(600, 400);
  }

  /** Payment defect 2.1.6. */
  @Test
  void faultAChequeCountsOnEveryChain() {
    deposit(1_000).succeeded();
    chain.split(61);

    cash(owner, 400).succeeded();
  }

  /**
   * Payment defects 2.1.3 and 2.1.8: a request is ignored while one is open, and a window is short.
   */
  @Test
  void faultALaterRequestIsSilentlyIgnored() {
    deposit(1_000).succeeded();
    withdraw(10).succeeded();
    withdraw(900).succeeded();
    chain.mine(WINDOW);
    claim().succeeded();

    books(990, 0);
  }

  private Address deploy(long window) {
    return chain.deploy(
        owner,
        Bytes.concatenate(
            ContractArtifact.ACCOUNT_BOOK.bytecode(), Abi.encode(new Uint64(window))));
  }

  private Sent deposit(long wei) {
    return chain.send(payer, book, UInt256.valueOf(wei), Abi.call("deposit()"));
  }

  private Sent withdraw(long wei) {
    return chain.send(payer, book, Abi.call("withdraw(uint256)", wei));
  }

  private Sent claim() {
    return chain.send(payer, book, Abi.call("claim()"));
  }

  private Sent cash(KeyPair sender, long cumulative) {
    return cash(sender, cumulative, sign(cumulative));
  }

  private Sent cash(KeyPair sender, long cumulative, Signature signature) {
    return chain.send(
        sender,
        book,
        Abi.call(
            "cash(address,uint256,uint8,bytes32,bytes32)",
            from,
            cumulative,
            new Uint8(27L + signature.yParity()),
            Bytes32.wrap(signature.r().toBytes()),
            Bytes32.wrap(signature.s().toBytes())));
  }

  /** EIP-191 with an intended validator: 0x19 0x00, the contract, the amount. */
  private Signature sign(long cumulative) {
    return payer.sign(
        Keccak.keccak256(
            Bytes.concatenate(
                Bytes.fromHexString("0x1900"),
                book.bytes(),
                UInt256.valueOf(cumulative).toBytes())));
  }

  private void books(long deposit, long paid) {
    assertThat(Abi.word(chain.call(book, Abi.call("deposits(address)", from)), 0).toLong())
        .isEqualTo(deposit);
    assertThat(Abi.word(chain.call(book, Abi.call("paids(address)", from)), 0).toLong())
        .isEqualTo(paid);
  }

  private UInt256 slot(int mapping) {
    return UInt256.fromBytes(
        Keccak.keccak256(Bytes.concatenate(Abi.padded(from), Bytes32.leftPad(Bytes.of(mapping)))));
  }
}
