package io.lesnode.evm;

import io.lesnode.evm.interpreter.Cancellation;
import io.lesnode.evm.interpreter.CodeCache;
import io.lesnode.evm.state.JournaledState;
import io.lesnode.evm.state.StateReader;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.config.Fork;
import io.lesnode.primitives.crypto.Keccak;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/** A small state and a block to execute in. */
final class World {
  static final Address CALLER = Address.fromHex("0x00000000000000000000000000000000000ca11e");
  static final Address CONTRACT = Address.fromHex("0x00000000000000000000000000000000000c0de1");
  static final Address OTHER = Address.fromHex("0x00000000000000000000000000000000000c0de2");
  static final Address COINBASE = Address.fromHex("0x0000000000000000000000000000000000c01bae");
  static final long GAS = 1_000_000;

  final Fork fork;
  final JournaledState state = new JournaledState(StateReader.empty());
  UInt256 baseFee = UInt256.valueOf(7);

  World(Fork fork) {
    this.fork = fork;
    state.setBalance(CALLER, UInt256.valueOf(1_000_000_000_000L));
  }

  World code(Address address, String hex) {
    state.setCode(address, Bytes.fromHexString(hex));
    return this;
  }

  BlockContext block() {
    return new BlockContext(
        fork,
        1000,
        1_700_000_000,
        COINBASE,
        30_000_000,
        UInt256.ONE,
        fork.isAtLeast(Fork.PARIS) ? Bytes32.ZERO : null,
        fork.isAtLeast(Fork.LONDON) ? baseFee : null,
        fork.isAtLeast(Fork.CANCUN) ? UInt256.ONE : null,
        number -> Keccak.keccak256(Bytes.ofUnsignedLong(number)));
  }

  /** Calls {@link #CONTRACT} without value. */
  ExecutionResult call(String input) {
    return call(input, GAS);
  }

  ExecutionResult call(String input, long gas) {
    Message message = Message.call(CALLER, CONTRACT, gas, UInt256.ZERO, Bytes.fromHexString(input));
    return call(message, new Cancellation());
  }

  ExecutionResult call(Message message, Cancellation cancellation) {
    state.finishTransaction(fork);
    try {
      return new CallExecutor(UInt256.ONE, new CodeCache(1 << 20))
          .call(message, block(), state, cancellation);
    } catch (TransactionRejectedException e) {
      throw new AssertionError(e);
    }
  }
}
