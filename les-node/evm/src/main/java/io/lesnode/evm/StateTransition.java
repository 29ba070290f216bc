package io.lesnode.evm;

import io.lesnode.evm.TransactionRejectedException.Reason;
import io.lesnode.evm.gas.GasSchedule;
import io.lesnode.evm.gas.IntrinsicGas;
import io.lesnode.evm.interpreter.Cancellation;
import io.lesnode.evm.interpreter.CodeCache;
import io.lesnode.evm.interpreter.Evm;
import io.lesnode.evm.interpreter.StepTracer;
import io.lesnode.evm.precompile.Precompiles;
import io.lesnode.evm.state.JournaledState;
import io.lesnode.evm.state.Word;
import io.lesnode.primitives.AccessListEntry;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.EmptyHashes;
import io.lesnode.primitives.Log;
import io.lesnode.primitives.config.Fork;
import java.math.BigInteger;
import java.util.List;
import java.util.Objects;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * Applies one message: checks it, buys gas, executes, refunds, pays the coinbase. The order of
 * checks and their wording are those of geth's {@code core/state_transition.go} at v1.10.26, with
 * the later checks (EIP-3860, EIP-4844) where later versions have them.
 */
final class StateTransition {
  /** The only version of blob hashes (EIP-4844). */
  private static final byte BLOB_HASH_VERSION = 1;

  private final BlockContext block;
  private final Fork fork;
  private final GasSchedule schedule;
  private final JournaledState state;
  private final Message message;

  /**
   * Whether this is a call and not a transaction: the nonce and the kind of the sender do not
   * matter, and a message that offers no fee pays none.
   */
  private final boolean isCall;

  StateTransition(BlockContext block, JournaledState state, Message message, boolean isCall) {
    this.block = block;
    this.state = state;
    this.message = message;
    this.isCall = isCall;
    fork = block.fork();
    schedule = GasSchedule.of(fork);
  }

  /**
   * Applies the message.
   *
   * @param gasAvailable gas left in the block, unsigned
   * @param tracer watches the execution, or null
   * @throws TransactionRejectedException before anything has changed
   */
  ExecutionResult apply(
      UInt256 chainId,
      CodeCache codes,
      Cancellation cancellation,
      long gasAvailable,
      @Nullable StepTracer tracer)
      throws TransactionRejectedException {
    if (!isCall) {
      checkNonce();
      checkSender();
    }
    if (fork.isAtLeast(Fork.LONDON) && !isFree()) {
      checkFees();
    }
    checkBlobs();
    checkFunds();
    if (Long.compareUnsigned(message.gasLimit(), gasAvailable) > 0) {
      throw new TransactionRejectedException(Reason.GAS_LIMIT_REACHED, "");
    }
    long intrinsic = checkIntrinsicGas();
    checkTransfer();
    TransactionRules.checkInitcode(message.to() == null, message.data().size(), fork);
    buyGas();
    if (schedule.accessLists) {
      warmUp();
    }
    Evm.Environment environment = new Evm.Environment(block, chainId, codes, cancellation, tracer);
    Evm evm = new Evm(environment, state, message.from(), message.gasPrice(), message.blobHashes());
    long gas = message.gasLimit() - intrinsic;
    Address to = message.to();
    Evm.Outcome outcome;
    if (to == null) {
      outcome = evm.create(message.from(), message.data(), gas, message.value());
    } else {
      state.setNonce(message.from(), state.nonce(message.from()) + 1);
      outcome = evm.call(message.from(), to, message.data(), gas, message.value());
    }
    return settle(outcome);
  }

  /** Whether this is a call that offers no fee, for which base fee and tip do not matter. */
  private boolean isFree() {
    return isCall && message.gasFeeCap().isZero() && message.gasTipCap().isZero();
  }

  private void checkNonce() throws TransactionRejectedException {
    long expected = state.nonce(message.from());
    int order = Long.compareUnsigned(message.nonce(), expected);
    if (order != 0) {
      throw rejected(
          order > 0 ? Reason.NONCE_TOO_HIGH : Reason.NONCE_TOO_LOW,
          ", tx: "
              + Long.toUnsignedString(message.nonce())
              + " state: "
              + Long.toUnsignedString(expected));
    }
    if (expected == -1) { // EIP-2681
      throw rejected(Reason.NONCE_MAX, ", nonce: " + Long.toUnsignedString(expected));
    }
  }

  /** EIP-3607, which geth applies to every fork as no chain had broken it. */
  private void checkSender() throws TransactionRejectedException {
    Bytes32 codeHash = state.codeHash(message.from());
    if (!codeHash.isZero() && !codeHash.equals(EmptyHashes.CODE)) {
      throw rejected(Reason.SENDER_NO_EOA, ", codehash: " + codeHash.toHexString());
    }
  }

  /** EIP-1559. */
  private void checkFees() throws TransactionRejectedException {
    UInt256 feeCap = message.gasFeeCap();
    UInt256 tipCap = message.gasTipCap();
    if (feeCap.compareTo(tipCap) < 0) {
      throw rejected(
          Reason.TIP_ABOVE_FEE_CAP,
          ", maxPriorityFeePerGas: " + decimal(tipCap) + ", maxFeePerGas: " + decimal(feeCap));
    }
    UInt256 baseFee = baseFee();
    if (feeCap.compareTo(baseFee) < 0) {
      throw rejected(
          Reason.FEE_CAP_TOO_LOW,
          ", maxFeePerGas: " + decimal(feeCap) + " baseFee: " + decimal(baseFee));
    }
  }

  /** EIP-4844. */
  private void checkBlobs() throws TransactionRejectedException {
    UInt256 cap = message.blobFeeCap();
    if (cap == null) {
      return;
    }
    List<Bytes32> hashes = message.blobHashes();
    if (message.to() == null) {
      throw new TransactionRejectedException(Reason.BLOB_CREATE, "");
    }
    if (hashes.isEmpty()) {
      throw new TransactionRejectedException(Reason.BLOB_MISSING_HASHES, "");
    }
    if (hashes.size() > BlobGas.MAX_BLOBS) {
      throw new TransactionRejectedException(
          Reason.BLOB_TOO_MANY, "have " + hashes.size() + ", permitted " + BlobGas.MAX_BLOBS);
    }
    for (int i = 0; i < hashes.size(); i++) {
      if (hashes.get(i).get(0) != BLOB_HASH_VERSION) {
        throw new TransactionRejectedException(
            Reason.BLOB_HASH_VERSION,
            "blob "
                + i
                + " hash version "
                + (hashes.get(i).get(0) & 0xff)
                + ", supported "
                + BLOB_HASH_VERSION);
      }
    }
    UInt256 blobBaseFee = blobBaseFee();
    if (cap.compareTo(blobBaseFee) < 0) {
      throw rejected(
          Reason.BLOB_FEE_CAP_TOO_LOW,
          ", blobGasFeeCap: " + decimal(cap) + ", blobBaseFee: " + decimal(blobBaseFee));
    }
  }

  private void checkFunds() throws TransactionRejectedException {
    BigInteger want =
        message
            .gasFeeCap()
            .toUnsignedBigInteger()
            .multiply(gasLimit())
            .add(message.value().toUnsignedBigInteger());
    UInt256 blobCap = message.blobFeeCap();
    if (blobCap != null) {
      want = want.add(blobCap.toUnsignedBigInteger().multiply(blobGas()));
    }
    BigInteger have = state.balance(message.from()).toUnsignedBigInteger();
    if (have.compareTo(want) < 0) {
      throw rejected(Reason.INSUFFICIENT_FUNDS, " have " + have + " want " + want);
    }
  }

  private long checkIntrinsicGas() throws TransactionRejectedException {
    long intrinsic =
        IntrinsicGas.of(message.data(), message.accessList(), message.to() == null, fork);
    if (Long.compareUnsigned(message.gasLimit(), intrinsic) < 0) {
      throw new TransactionRejectedException(
          Reason.INTRINSIC_GAS,
          "have " + Long.toUnsignedString(message.gasLimit()) + ", want " + intrinsic);
    }
    return intrinsic;
  }

  /** What is left after buying gas must cover the value; it does unless the caps were skipped. */
  private void checkTransfer() throws TransactionRejectedException {
    BigInteger left = state.balance(message.from()).toUnsignedBigInteger().subtract(costOfGas());
    if (message.value().toUnsignedBigInteger().compareTo(left) > 0) {
      throw rejected(Reason.INSUFFICIENT_FUNDS_FOR_TRANSFER, "");
    }
  }

  private void buyGas() {
    state.subtractBalance(message.from(), UInt256.valueOf(costOfGas()));
  }

  private BigInteger costOfGas() {
    BigInteger cost = message.gasPrice().toUnsignedBigInteger().multiply(gasLimit());
    return message.blobFeeCap() == null
        ? cost
        : cost.add(blobBaseFee().toUnsignedBigInteger().multiply(blobGas()));
  }

  /** What is warm from the start (EIP-2929, 2930, 3651). */
  private void warmUp() {
    state.warm(message.from());
    Address to = message.to();
    if (to != null) {
      state.warm(to);
    }
    Precompiles.of(fork).addresses().forEach(state::warm);
    for (AccessListEntry entry : message.accessList()) {
      state.warm(entry.address());
      for (Bytes32 key : entry.storageKeys()) {
        state.warm(entry.address(), Word.of(key));
      }
    }
    if (fork.isAtLeast(Fork.SHANGHAI)) {
      state.warm(block.coinbase());
    }
  }

  private ExecutionResult settle(Evm.Outcome outcome) {
    long used = message.gasLimit() - outcome.gasLeft();
    long refund = Math.min(state.refund(), used / schedule.maxRefundQuotient);
    used -= refund;
    UInt256 unused = UInt256.valueOf(message.gasLimit() - used);
    state.addBalance(message.from(), unused.multiply(message.gasPrice()));
    if (!isFree()) {
      state.addBalance(block.coinbase(), tip().multiply(UInt256.valueOf(used)));
    }
    List<Log> logs = outcome.failure() == null ? state.logs() : List.of();
    return new ExecutionResult(
        used, refund, outcome.output(), outcome.failure(), logs, outcome.created());
  }

  /** Wei per gas for the coinbase; from London on the base fee is burnt. */
  private UInt256 tip() {
    return fork.isAtLeast(Fork.LONDON)
        ? message.gasPrice().subtract(baseFee())
        : message.gasPrice();
  }

  private BigInteger gasLimit() {
    return new BigInteger(Long.toUnsignedString(message.gasLimit()));
  }

  private BigInteger blobGas() {
    return BigInteger.valueOf(message.blobGas());
  }

  private UInt256 baseFee() {
    return orZero(block.baseFee());
  }

  private UInt256 blobBaseFee() {
    return orZero(block.blobBaseFee());
  }

  private static UInt256 orZero(@Nullable UInt256 fee) {
    return Objects.requireNonNullElse(fee, UInt256.ZERO);
  }

  private static String decimal(UInt256 value) {
    return value.toUnsignedBigInteger().toString();
  }

  private TransactionRejectedException rejected(Reason reason, String rest) {
    return new TransactionRejectedException(
        reason, "address " + ChecksumAddress.of(message.from()) + rest);
  }
}
