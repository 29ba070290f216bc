package io.lesnode.evm.interpreter;

import io.lesnode.evm.ExecutionFailure;
import io.lesnode.evm.ExecutionFailure.Halt;
import io.lesnode.evm.ExecutionFailure.Kind;
import io.lesnode.evm.gas.Opcode;
import io.lesnode.evm.state.JournaledState;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.config.Fork;
import io.lesnode.primitives.crypto.Keccak;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.rlp.RLP;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/** CREATE and CREATE2, and what a creation by transaction shares with them. */
final class CreateOps {
  /** Most bytes of code (EIP-170). */
  static final int MAX_CODE_BYTES = 0x6000;

  /** Most bytes of init code (EIP-3860). */
  static final int MAX_INITCODE_BYTES = 2 * MAX_CODE_BYTES;

  private static final long INITCODE_WORD = 2;
  private static final long HASH_WORD = 6;
  private static final long CODE_BYTE = 200;

  private CreateOps() {}

  /**
   * Makes the creation that the stack describes. Returns the frame to run for it, or null if it has
   * failed already, in which case zero has been pushed.
   */
  static @Nullable Frame create(Execution x, Frame f, int op) {
    f.requireWritable();
    long[] s = x.stack;
    int a = f.sp - 4;
    f.gas = MemoryOps.expand(f, MemoryOps.end(s, a - 4, a - 8), f.gas);
    int length = (int) s[a - 8];
    long wordCost = op == Opcode.CREATE2 ? HASH_WORD : 0;
    if (x.gas.initcodeMetered) {
      if (length > MAX_INITCODE_BYTES) {
        // geth fails the gas calculation here, which reads as out of gas
        throw new HaltException(Kind.OUT_OF_GAS);
      }
      wordCost += INITCODE_WORD;
    }
    f.charge(wordCost * MemoryOps.words(length));
    UInt256 value = Words.number(s, a);
    Bytes initCode =
        Bytes.wrap(length == 0 ? Frame.NOTHING : f.memory.read((int) s[a - 4], length));
    Address target =
        op == Opcode.CREATE
            ? address(f.self, x.state.nonce(f.self))
            : address2(f.self, Words.word(s, a - 12).toBytes32(), initCode);
    f.sp = op == Opcode.CREATE ? a - 8 : a - 12;
    f.returnData = Frame.NOTHING;
    x.charged(f);
    long childGas = x.gas.keeps64th ? f.gas - f.gas / 64 : f.gas;
    Kind refusal = f.depth >= CallOps.MAX_DEPTH ? Kind.DEPTH : refusal(x, f.self, value);
    if (refusal != null) {
      pushZero(x, f);
      return null;
    }
    f.gas -= childGas;
    if (!prepare(x, f.self, target)) {
      pushZero(x, f);
      return null;
    }
    return build(x, f, f.self, target, value, childGas, initCode);
  }

  /** Why {@code creator} cannot create at all, or null. */
  static @Nullable Kind refusal(Execution x, Address creator, UInt256 value) {
    if (x.state.balance(creator).compareTo(value) < 0) {
      return Kind.INSUFFICIENT_BALANCE;
    }
    return x.state.nonce(creator) == -1 ? Kind.NONCE_OVERFLOW : null; // EIP-2681
  }

  /**
   * Counts the creation and warms the target, both of which a failure does not undo; false if the
   * target is taken (EIP-684), be it by storage alone (EIP-7610).
   *
   * <p>Differs from geth: v1.10.26 does not look at storage. No account of any live chain has only
   * storage, and the official tests since 2024 demand it.
   */
  static boolean prepare(Execution x, Address creator, Address target) {
    JournaledState state = x.state;
    state.setNonce(creator, state.nonce(creator) + 1);
    if (x.gas.accessLists) {
      state.warm(target);
    }
    return state.nonce(target) == 0 && !state.hasCode(target) && !state.hasStorage(target);
  }

  /** Creates the account and the frame that runs the init code. */
  static Frame build(
      Execution x,
      @Nullable Frame parent,
      Address creator,
      Address target,
      UInt256 value,
      long gas,
      Bytes initCode) {
    Frame.Builder child = new Frame.Builder(target, creator);
    child.snapshot = x.state.snapshot();
    x.state.createContract(target);
    if (x.gas.emptyIsAbsent) {
      x.state.setNonce(target, 1); // EIP-161
    }
    x.state.subtractBalance(creator, value);
    x.state.addBalance(target, value);
    child.isCreation = true;
    child.value = value;
    child.gas = gas;
    child.code = new Code(initCode);
    return child.build(parent);
  }

  /** Settles a creation whose init code has run: checks and stores the code, or undoes it all. */
  static void settle(Execution x, Frame made) {
    if (made.failure == null) {
      made.failure = store(x, made);
      if (made.failure != null) {
        made.gas = 0;
        made.output = Frame.NOTHING;
      }
    }
    if (made.failure != null) {
      x.state.revertTo(made.snapshot);
    }
  }

  private static @Nullable ExecutionFailure store(Execution x, Frame made) {
    byte[] code = made.output;
    if (x.gas.emptyIsAbsent && code.length > MAX_CODE_BYTES) { // EIP-170, same fork as EIP-161
      return Halt.of(Kind.MAX_CODE_SIZE);
    }
    if (x.gas.from(Fork.LONDON) && code.length > 0 && code[0] == (byte) 0xef) { // EIP-3541
      return Halt.of(Kind.INVALID_CODE);
    }
    long cost = CODE_BYTE * code.length;
    if (cost > made.gas) {
      // EIP-2; before it the contract stays, without code
      return x.gas.from(Fork.HOMESTEAD) ? Halt.of(Kind.CODE_STORE_OUT_OF_GAS) : null;
    }
    made.gas -= cost;
    x.state.setCode(made.self, Bytes.wrap(code));
    return null;
  }

  /** Hands the outcome of a settled creation to the frame that made it. */
  static void complete(Execution x, Frame f, Frame made) {
    f.gas += made.gas;
    if (made.failure == null) {
      Words.put(x.stack, f.sp, made.self);
      f.sp += 4;
    } else {
      f.returnData = made.output;
      pushZero(x, f);
    }
  }

  /** The address of the contract that {@code creator} makes with {@code nonce}. */
  static Address address(Address creator, long nonce) {
    Bytes encoded =
        RLP.encodeList(
            writer -> {
              writer.writeValue(creator.bytes());
              writer.writeValue(Bytes.ofUnsignedLong(nonce).trimLeadingZeros());
            });
    return Address.of(Keccak.keccak256(encoded).slice(12));
  }

  /** EIP-1014. */
  private static Address address2(Address creator, Bytes32 salt, Bytes initCode) {
    Bytes preimage =
        Bytes.concatenate(Bytes.of(0xff), creator.bytes(), salt, Keccak.keccak256(initCode));
    return Address.of(Keccak.keccak256(preimage).slice(12));
  }

  private static void pushZero(Execution x, Frame f) {
    WordMath.setLong(x.stack, f.sp, 0);
    f.sp += 4;
  }
}
