package io.lesnode.evm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lesnode.evm.TransactionRejectedException.Reason;
import io.lesnode.evm.interpreter.Cancellation;
import io.lesnode.evm.interpreter.CodeCache;
import io.lesnode.evm.state.Word;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.TransactionBuilder;
import io.lesnode.primitives.TransactionType;
import io.lesnode.primitives.config.Fork;
import io.lesnode.primitives.crypto.KeyPair;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class TransactionExecutorTest {
  private static final KeyPair KEY = KeyPair.ofSecret(Bytes32.leftPad(Bytes.of(42)));

  /** As go-ethereum prints the address of that key. */
  private static final String SENDER = ChecksumAddress.of(KEY.address());

  private static final long BALANCE = 1_000_000_000L;
  private static final long BLOCK_GAS = 30_000_000;

  private final TransactionExecutor executor =
      new TransactionExecutor(UInt256.ONE, new CodeCache(1 << 20));

  private final World world = new World(Fork.LONDON);

  TransactionExecutorTest() {
    world.state.setBalance(KEY.address(), UInt256.valueOf(BALANCE));
    world.state.finishTransaction(Fork.LONDON);
  }

  @Test
  void theBaseFeeIsBurntAndTheTipPaid() throws TransactionRejectedException {
    Transaction tx = transfer().maxFeePerGas(UInt256.valueOf(20)).sign(KEY);

    ExecutionResult result = executor.execute(tx, world.block(), world.state, BLOCK_GAS);

    assertThat(result.succeeded()).isTrue();
    assertThat(result.gasUsed()).isEqualTo(21000);
    assertThat(balance(KEY.address())).isEqualTo(BALANCE - 1 - 21000 * (7 + 2));
    assertThat(balance(World.COINBASE)).isEqualTo(21000 * 2);
    assertThat(balance(World.OTHER)).isEqualTo(1);
    assertThat(world.state.nonce(KEY.address())).isEqualTo(1);
  }

  @Test
  void refundsAreAtMostAFifth() throws TransactionRejectedException {
    // Given a contract that clears a slot set in an earlier transaction
    world.code(World.CONTRACT, "0x6000600055");
    world.state.setStorage(World.CONTRACT, Word.ZERO, Word.of(1));
    world.state.finishTransaction(Fork.LONDON);

    ExecutionResult result =
        executor.execute(
            transfer().to(World.CONTRACT).value(UInt256.ZERO).gasLimit(100_000).sign(KEY),
            world.block(),
            world.state,
            BLOCK_GAS);

    // 21000 + two PUSH1 + cold slot 2100 + reset 2900; EIP-3529 would refund 4800
    assertThat(result.gasRefunded()).isEqualTo(4800);
    assertThat(result.gasUsed()).isEqualTo(21000 + 6 + 5000 - 4800);
  }

  @Test
  void aFailureCostsAllGasAndKeepsTheNonce() throws TransactionRejectedException {
    world.code(World.CONTRACT, "0xfe");

    ExecutionResult result =
        executor.execute(
            transfer().to(World.CONTRACT).gasLimit(50_000).sign(KEY),
            world.block(),
            world.state,
            BLOCK_GAS);

    assertThat(result.succeeded()).isFalse();
    assertThat(result.gasUsed()).isEqualTo(50_000);
    assertThat(balance(World.CONTRACT)).isZero();
    assertThat(world.state.nonce(KEY.address())).isEqualTo(1);
  }

  @Test
  void rejectionsInTheWordsOfGeth() {
    rejects(
        () -> run(transfer().nonce(3)),
        Reason.NONCE_TOO_HIGH,
        "nonce too high: address " + SENDER + ", tx: 3 state: 0");
    rejects(
        () -> run(transfer().value(UInt256.valueOf(BALANCE))),
        Reason.INSUFFICIENT_FUNDS,
        "insufficient funds for gas * price + value: address "
            + SENDER
            + " have 1000000000 want 1000420000");
    rejects(
        () -> run(transfer().gasLimit(20_999)),
        Reason.INTRINSIC_GAS,
        "intrinsic gas too low: have 20999, want 21000");
    rejects(
        () -> run(transfer().maxFeePerGas(UInt256.valueOf(6))),
        Reason.FEE_CAP_TOO_LOW,
        "max fee per gas less than block base fee: address "
            + SENDER
            + ", maxFeePerGas: 6 baseFee: 7");
    rejects(
        () -> run(transfer().maxPriorityFeePerGas(UInt256.valueOf(21))),
        Reason.TIP_ABOVE_FEE_CAP,
        "max priority fee per gas higher than max fee per gas: address "
            + SENDER
            + ", maxPriorityFeePerGas: 21, maxFeePerGas: 20");
    rejects(
        () -> executor.execute(transfer().sign(KEY), world.block(), world.state, 20_000),
        Reason.GAS_LIMIT_REACHED,
        "gas limit reached");
    rejects(
        () -> run(transfer().chainId(UInt256.valueOf(2))),
        Reason.INVALID_CHAIN_ID,
        "invalid chain id for signer");
    world.state.setNonce(KEY.address(), 9);
    rejects(
        () -> run(transfer()),
        Reason.NONCE_TOO_LOW,
        "nonce too low: address " + SENDER + ", tx: 0 state: 9");
  }

  @Test
  void aRejectionLeavesNoTrace() {
    int before = world.state.snapshot();

    assertThatThrownBy(() -> run(transfer().value(UInt256.valueOf(BALANCE))))
        .isInstanceOf(TransactionRejectedException.class);

    assertThat(world.state.snapshot()).isEqualTo(before);
    assertThat(balance(KEY.address())).isEqualTo(BALANCE);
  }

  @Test
  void typesComeWithTheirForks() {
    World berlin = new World(Fork.BERLIN);

    rejects(
        () -> executor.execute(transfer().sign(KEY), berlin.block(), berlin.state, BLOCK_GAS),
        Reason.TX_TYPE_NOT_SUPPORTED,
        "transaction type not supported");
  }

  @Test
  void contractsCannotSend() {
    world.code(KEY.address(), "0x00");

    rejects(
        () -> run(transfer()),
        Reason.SENDER_NO_EOA,
        "sender not an eoa: address "
            + SENDER
            + ", codehash: 0xbc36789e7a1e281436464229828f817d6612f7b477d66591ff96a9e064bcc98a");
  }

  @Test
  void callsIgnoreNonceAndFeesButNotValue() throws TransactionRejectedException {
    CallExecutor calls = new CallExecutor(UInt256.ONE, new CodeCache(1 << 20));
    Address poor = World.OTHER;

    ExecutionResult result =
        calls.call(
            Message.call(poor, World.CONTRACT, 50_000_000, UInt256.ZERO, Bytes.EMPTY),
            world.block(),
            world.state,
            new Cancellation());

    assertThat(result.gasUsed()).isEqualTo(21000);
    rejects(
        () ->
            calls.call(
                Message.call(poor, World.CONTRACT, 50_000_000, UInt256.ONE, Bytes.EMPTY),
                world.block(),
                world.state,
                new Cancellation()),
        Reason.INSUFFICIENT_FUNDS,
        "insufficient funds for gas * price + value: address "
            + ChecksumAddress.of(poor)
            + " have 0 want 1");
  }

  @Test
  void addressesAreChecksummed() {
    // the examples of EIP-55
    for (String address :
        List.of(
            "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
            "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
            "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
            "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb")) {
      assertThat(ChecksumAddress.of(Address.fromHex(address))).isEqualTo(address);
    }
  }

  private static TransactionBuilder transfer() {
    return Transaction.builder(TransactionType.DYNAMIC_FEE)
        .chainId(UInt256.ONE)
        .nonce(0)
        .maxFeePerGas(UInt256.valueOf(20))
        .maxPriorityFeePerGas(UInt256.valueOf(2))
        .gasLimit(21_000)
        .to(World.OTHER)
        .value(UInt256.ONE)
        .data(Bytes.EMPTY);
  }

  private ExecutionResult run(TransactionBuilder tx) throws TransactionRejectedException {
    return executor.execute(tx.sign(KEY), world.block(), world.state, BLOCK_GAS);
  }

  private long balance(Address address) {
    return world.state.balance(address).toLong();
  }

  private static void rejects(ThrowingCallable call, Reason reason, String message) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            TransactionRejectedException.class, e -> assertThat(e.reason()).isEqualTo(reason))
        .hasMessage(message);
  }
}
