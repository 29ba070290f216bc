package io.lesnode.evm.interpreter;

import io.lesnode.evm.ExecutionFailure;
import io.lesnode.evm.ExecutionFailure.Halt;
import io.lesnode.evm.ExecutionFailure.Kind;
import io.lesnode.evm.gas.GasSchedule;
import io.lesnode.evm.gas.Opcode;
import io.lesnode.evm.precompile.Precompile;
import io.lesnode.evm.precompile.PrecompileException;
import io.lesnode.primitives.Address;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/** CALL, CALLCODE, DELEGATECALL and STATICCALL. */
final class CallOps {
  /** A frame at this depth cannot call. */
  static final int MAX_DEPTH = 1024;

  private static final long VALUE_TRANSFER = 9000;
  private static final long NEW_ACCOUNT = 25000;

  private CallOps() {}

  /**
   * Makes the call that the stack describes. Returns the frame to run for it, or null if it is over
   * already, in which case its outcome has been pushed.
   */
  static @Nullable Frame call(Execution x, Frame f, int op) {
    long[] s = x.stack;
    int a = f.sp - 4;
    boolean hasValue = op == Opcode.CALL || op == Opcode.CALLCODE;
    boolean transfers = hasValue && !WordMath.isZero(s, a - 8);
    Address target = Words.address(s, a - 4);
    int ranges = hasValue ? a - 12 : a - 8; // input offset and size, output offset and size
    if (x.gas.accessLists && x.state.warm(target)) {
      f.charge(StateOps.COLD_ACCOUNT_EXTRA);
    }
    long end =
        Math.max(MemoryOps.end(s, ranges, ranges - 4), MemoryOps.end(s, ranges - 8, ranges - 12));
    long extra = transfers ? VALUE_TRANSFER : 0;
    if (op == Opcode.CALL && paysForNew(x, target, transfers)) {
      extra += NEW_ACCOUNT;
    }
    f.charge(extra);
    f.gas = MemoryOps.expand(f, end, f.gas);
    long childGas = gasForChild(x, f, s, a);
    f.charge(childGas);
    x.charged(f);
    if (op == Opcode.CALL && transfers) {
      f.requireWritable();
    }
    if (transfers) {
      childGas += GasSchedule.CALL_STIPEND;
    }
    boolean ownAccount = op == Opcode.CALLCODE || op == Opcode.DELEGATECALL;
    boolean delegate = op == Opcode.DELEGATECALL;
    Frame.Builder child =
        new Frame.Builder(ownAccount ? f.self : target, delegate ? f.caller : f.self);
    child.gas = childGas;
    child.value = delegate ? f.value : transfers ? Words.number(s, a - 8) : UInt256.ZERO;
    child.isStatic = f.isStatic || op == Opcode.STATICCALL;
    child.input = f.memory.array();
    child.inputLength = (int) s[ranges - 4];
    child.inputOffset = child.inputLength == 0 ? 0 : (int) s[ranges];
    child.returnLength = (int) s[ranges - 12];
    child.returnOffset = child.returnLength == 0 ? 0 : (int) s[ranges - 8];
    f.sp = ranges - 12;
    return enter(x, f, child, target, op);
  }

  /** What the call itself may use; from EIP-150 on at most all but a 64th of what is left. */
  private static long gasForChild(Execution x, Frame f, long[] s, int a) {
    boolean fits = WordMath.fitsLong(s, a) && s[a] >= 0;
    if (x.gas.keeps64th) {
      long most = f.gas - f.gas / 64;
      return fits ? Math.min(s[a], most) : most;
    }
    if (!WordMath.fitsLong(s, a)) {
      throw new HaltException(Kind.GAS_OVERFLOW);
    }
    return s[a];
  }

  private static boolean paysForNew(Execution x, Address target, boolean transfers) {
    return x.gas.emptyIsAbsent ? transfers && x.state.isEmpty(target) : !x.state.exists(target);
  }

  private static @Nullable Frame enter(
      Execution x, Frame f, Frame.Builder child, Address target, int op) {
    Kind refusal = refusal(x, f, child, op);
    if (refusal != null) {
      finish(x, f, child.gas, Halt.of(refusal), Frame.NOTHING, 0, 0);
      return null;
    }
    child.snapshot = x.state.snapshot();
    Precompile precompile = x.precompiles.at(target);
    if (op == Opcode.CALL && !transfer(x, child, precompile != null)) {
      finish(x, f, child.gas, null, Frame.NOTHING, 0, 0);
      return null;
    }
    if (op == Opcode.STATICCALL) {
      x.state.addBalance(target, UInt256.ZERO); // a touch, as in geth's StaticCall
    }
    if (precompile == null) {
      child.code = x.codeOf(target);
    }
    Frame made = child.build(f);
    if (precompile != null) {
      run(x, precompile, made);
    }
    if (precompile != null || made.code.length == 0) {
      complete(x, f, made);
      return null;
    }
    return made;
  }

  private static @Nullable Kind refusal(Execution x, Frame f, Frame.Builder child, int op) {
    if (f.depth >= MAX_DEPTH) {
      return Kind.DEPTH;
    }
    boolean checksBalance = op == Opcode.CALL || op == Opcode.CALLCODE;
    if (checksBalance
        && !child.value.isZero()
        && x.state.balance(f.self).compareTo(child.value) < 0) {
      return Kind.INSUFFICIENT_BALANCE;
    }
    return null;
  }

  /**
   * Moves the value, creating the target if need be. False if there is nothing to do at all: a call
   * without value to an account that is not there (EIP-161).
   */
  static boolean transfer(Execution x, Frame.Builder child, boolean isPrecompile) {
    Address to = child.self();
    if (!x.state.exists(to)) {
      if (!isPrecompile && x.gas.emptyIsAbsent && child.value.isZero()) {
        return false;
      }
      x.state.createAccount(to);
    }
    x.state.subtractBalance(child.caller(), child.value);
    x.state.addBalance(to, child.value);
    return true;
  }

  /** Runs a precompile in the place of code. */
  static void run(Execution x, Precompile precompile, Frame made) {
    Bytes input = Bytes.wrap(made.input, made.inputOffset, made.inputLength);
    long cost = precompile.gas(input);
    if (cost < 0 || cost > made.gas) {
      made.failure = Halt.of(Kind.OUT_OF_GAS);
      made.gas = 0;
      return;
    }
    made.gas -= cost;
    try {
      made.output = precompile.run(input).toArrayUnsafe();
    } catch (PrecompileException e) {
      made.failure = new Halt(Kind.PRECOMPILE, e.reason());
      made.gas = 0;
    }
  }

  /** Hands the outcome of a finished call to the frame that made it. */
  static void complete(Execution x, Frame f, Frame child) {
    if (child.failure != null) {
      x.state.revertTo(child.snapshot);
    }
    finish(x, f, child.gas, child.failure, child.output, child.returnOffset, child.returnLength);
  }

  private static void finish(
      Execution x,
      Frame f,
      long gasBack,
      @Nullable ExecutionFailure failure,
      byte[] output,
      int returnOffset,
      int returnLength) {
    f.gas += gasBack;
    f.returnData = output;
    int copied = Math.min(returnLength, output.length);
    if (copied > 0) {
      f.memory.write(returnOffset, output, 0, copied, copied);
    }
    WordMath.setLong(x.stack, f.sp, failure == null ? 1 : 0);
    f.sp += 4;
  }
}
