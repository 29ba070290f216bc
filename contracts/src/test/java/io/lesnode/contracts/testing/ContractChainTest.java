package io.lesnode.contracts.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lesnode.primitives.Address;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.TransactionType;
import io.lesnode.primitives.config.Fork;
import io.lesnode.primitives.crypto.KeyPair;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What tests of contracts may rely on. */
class ContractChainTest {
  @RegisterExtension static final SecondMachine SECOND = new SecondMachine();

  /** Creates code that stores its first argument at slot 0 and returns what was there. */
  private static final Bytes REGISTER =
      init("0x600054600035600055600052602060 00f3".replace(" ", ""));

  private final ContractChain chain = SECOND.chain(Fork.LONDON);
  private final KeyPair alice = chain.account(1);

  @Test
  void aTransactionHasItsBlockItsGasAndItsEffect() {
    Address register = chain.deploy(alice, REGISTER);

    Sent sent = chain.send(alice, register, Bytes32.leftPad(Bytes.of(7))).succeeded();

    assertThat(chain.storage(register, UInt256.ZERO)).isEqualTo(UInt256.valueOf(7));
    assertThat(sent.block()).isEqualTo(2);
    // 21000 + calldata 31*4+16 + cold read 2100 + set 20000 + six pushes, a load, a word of memory
    assertThat(sent.gasUsed()).isEqualTo(21_000 + 140 + 2_100 + 20_000 + 27);
    assertThat(chain.receipt(sent.hash())).contains(sent);
  }

  @Test
  void oldStatesStayReadable() {
    Address register = chain.deploy(alice, REGISTER);
    chain.send(alice, register, Bytes32.leftPad(Bytes.of(7)));
    chain.mine(100_000);
    chain.send(alice, register, Bytes32.leftPad(Bytes.of(8)));

    assertThat(chain.number()).isEqualTo(100_003);
    assertThat(chain.storage(register, UInt256.ZERO, 1)).isEqualTo(UInt256.ZERO);
    assertThat(chain.storage(register, UInt256.ZERO, 100_002)).isEqualTo(UInt256.valueOf(7));
    assertThat(chain.storage(register, UInt256.ZERO)).isEqualTo(UInt256.valueOf(8));
    assertThat(chain.call(Address.ZERO, register, Bytes.EMPTY, 2))
        .isEqualTo(UInt256.valueOf(7).toBytes());
  }

  @Test
  void aReorganisationUndoesStateReceiptsAndHashes() {
    Address register = chain.deploy(alice, REGISTER);
    long kept = chain.number();
    Bytes32 keptHash = chain.blockHash(kept);
    Sent undone = chain.send(alice, register, Bytes32.leftPad(Bytes.of(7)));
    UInt256 after = chain.balance(alice.address());

    List<Transaction> transactions = chain.revertTo(kept);

    assertThat(transactions).containsExactly(undone.transaction());
    assertThat(chain.receipt(undone.hash())).isEmpty();
    assertThat(chain.storage(register, UInt256.ZERO)).isEqualTo(UInt256.ZERO);
    assertThat(chain.nonce(alice.address())).isEqualTo(1);
    assertThat(chain.balance(alice.address())).isGreaterThan(after);

    Sent again = chain.send(undone.transaction());
    assertThat(again.block()).isEqualTo(undone.block());
    assertThat(again.blockHash()).isNotEqualTo(undone.blockHash());
    assertThat(chain.blockHash(kept)).isEqualTo(keptHash);
    assertThat(chain.balance(alice.address())).isEqualTo(after);
  }

  @Test
  void aTransactionWaitsForItsTurnAndIsGoneWhenItCannotBeTaken() {
    Transaction second =
        Transaction.builder(TransactionType.LEGACY)
            .chainId(chain.chainId())
            .nonce(1)
            .gasPrice(ContractChain.GAS_PRICE)
            .gasLimit(21_000)
            .to(Address.ZERO)
            .sign(alice);
    chain.submit(second);
    chain.mine(1);
    assertThat(chain.pending()).containsExactly(second);

    chain.send(chain.sign(chain.account(2), Address.ZERO, UInt256.ONE, Bytes.EMPTY));
    chain.send(
        Transaction.builder(TransactionType.LEGACY)
            .chainId(chain.chainId())
            .nonce(0)
            .gasPrice(ContractChain.GAS_PRICE)
            .gasLimit(21_000)
            .to(Address.ZERO)
            .sign(alice));
    chain.mine(1);

    assertThat(chain.receipt(second.hash())).isPresent();
    assertThat(chain.pending()).isEmpty();
    chain.submit(second);
    chain.mine(1);
    assertThat(chain.pending()).isEmpty();
    assertThat(chain.nonce(alice.address())).isEqualTo(2);
  }

  @Test
  void timeAndHashesObey() {
    // returns timestamp, number and the hash of the block whose number is given
    Address clock = chain.deploy(alice, init("0x42600052436020526000354060405260606000f3"));
    Bytes32 chosen = Bytes32.repeat((byte) 9);
    chain.fixHash(500, chosen);
    chain.mine(549);
    long before = chain.timestamp();
    chain.warp(3_600);

    Bytes answer = chain.call(clock, UInt256.valueOf(500).toBytes());

    assertThat(Abi.word(answer, 0)).isEqualTo(UInt256.valueOf(before + 12 + 3_600));
    assertThat(Abi.word(answer, 1)).isEqualTo(UInt256.valueOf(551));
    assertThat(Abi.word(answer, 2).toBytes()).isEqualTo(chosen);
    assertThat(Abi.word(chain.call(clock, UInt256.valueOf(294).toBytes()), 2))
        .isEqualTo(UInt256.ZERO);
    assertThat(chain.blockHash(501)).isNotEqualTo(chosen);
  }

  /**
   * EIP-2935: the hashes of the 8,191 blocks before the one in execution, and a revert for others.
   */
  @Test
  void theHistoryContractReachesFurtherThanTheOpcode() {
    ContractChain kept = SECOND.chain(Fork.SHANGHAI).withHashHistory();
    kept.mine(10_000);

    assertThat(kept.call(ContractChain.HISTORY_CONTRACT, UInt256.valueOf(10_000).toBytes()))
        .isEqualTo(kept.blockHash(10_000));
    assertThat(kept.call(ContractChain.HISTORY_CONTRACT, UInt256.valueOf(1_810).toBytes()))
        .isEqualTo(kept.blockHash(1_810));
    for (long outside : new long[] {1_809, 10_001}) {
      assertThatThrownBy(
              () -> kept.call(ContractChain.HISTORY_CONTRACT, UInt256.valueOf(outside).toBytes()))
          .isInstanceOf(CallRevertedException.class);
    }
  }

  /** In a transaction too, so that the second machine has to be told the same hashes. */
  @Test
  void hashesReachTransactions() {
    // stores the hash of block 5 at slot 0
    Address reader = chain.deploy(alice, init("0x600540600055"));
    chain.mine(10);

    chain.send(alice, reader, Bytes.EMPTY).succeeded();

    assertThat(chain.storage(reader, UInt256.ZERO).toBytes()).isEqualTo(chain.blockHash(5));
    ContractChain kept = SECOND.chain(Fork.SHANGHAI).withHashHistory();
    // asks the history contract for block 5 and stores its answer at slot 0
    String history = ContractChain.HISTORY_CONTRACT.toHexString().substring(2);
    Address asker =
        kept.deploy(alice, init("0x6005600052602060206020600073" + history + "5afa50602051600055"));
    kept.mine(1_000);

    kept.send(alice, asker, Bytes.EMPTY).succeeded();

    assertThat(kept.storage(asker, UInt256.ZERO).toBytes()).isEqualTo(kept.blockHash(5));
  }

  /** Init code that returns {@code code}. */
  static Bytes init(String code) {
    Bytes runtime = Bytes.fromHexString(code);
    return Bytes.concatenate(
        Bytes.fromHexString("0x60"),
        Bytes.of(runtime.size()),
        Bytes.fromHexString("0x600c60003960"),
        Bytes.of(runtime.size()),
        Bytes.fromHexString("0x6000f3"),
        runtime);
  }
}
