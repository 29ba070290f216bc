package io.lesnode.evm.interpreter;

import static io.lesnode.evm.gas.Opcode.*;

import io.lesnode.evm.ExecutionFailure;
import io.lesnode.evm.ExecutionFailure.Halt;
import io.lesnode.evm.ExecutionFailure.Kind;
import io.lesnode.evm.gas.GasSchedule;
import io.lesnode.evm.gas.Opcode;
import io.lesnode.evm.state.Word;
import org.apache.tuweni.bytes.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * The interpreter loop, deliberately plain: fetch, check the stack, charge, switch.
 *
 * <p>Program counter, gas and stack pointer are local variables while opcodes are cheap; what
 * touches memory, state or other frames works on the {@link Frame} through {@link MemoryOps},
 * {@link StateOps} and {@link CallOps}, with the gas handed over and back. An opcode that the fork
 * lacks costs more than any gas, so that the check for gas finds it.
 *
 * <p>The method stays below 8000 bytes of bytecode, past which HotSpot does not compile.
 */
final class Interpreter {
  private Interpreter() {}

  /**
   * Runs {@code f} until it ends, or returns the frame that must run first. At the end output, gas
   * and failure are in {@code f}.
   */
  static @Nullable Frame run(Execution x, Frame f) {
    try {
      return loop(x, f);
    } catch (HaltException e) {
      f.failure = e.halt();
      f.output = Frame.NOTHING;
      f.gas = 0;
      return null;
    }
  }

  private static @Nullable Frame loop(Execution x, Frame f) {
    final long[] cost = x.gas.staticCost;
    final int[] minStack = x.gas.minStack;
    final int[] maxStack = x.gas.maxStack;
    final byte[] code = f.code.bytes;
    final StepTracer tracer = f.code.length == 0 ? null : x.tracer; // no code, nothing to see
    final long[] s = x.stack;
    final int base = f.stackBase;
    int sp = f.sp;
    int pc = f.pc;
    long gas = f.gas;
    while (true) {
      int op = code[pc] & 0xff;
      if (tracer != null) {
        trace(tracer, x, f, op, pc, sp, gas);
      }
      int depth = (sp - base) >> 2;
      if (depth < minStack[op] || depth > maxStack[op]) {
        throw stackHalt(x.gas, op, depth);
      }
      gas -= cost[op];
      if (gas < 0) {
        throw gasHalt(x.gas, op);
      }
      int a = sp - 4;
      switch (op) {
        case STOP -> {
          f.gas = gas;
          return null;
        }
        case ADD -> {
          WordMath.add(s, a);
          sp = a;
        }
        case MUL -> {
          WordMath.mul(s, a);
          sp = a;
        }
        case SUB -> {
          WordMath.sub(s, a);
          sp = a;
        }
        case DIV -> {
          WordMath.div(s, a);
          sp = a;
        }
        case SDIV -> {
          WordMath.sdiv(s, a);
          sp = a;
        }
        case MOD -> {
          WordMath.mod(s, a);
          sp = a;
        }
        case SMOD -> {
          WordMath.smod(s, a);
          sp = a;
        }
        case ADDMOD -> {
          WordMath.addmod(s, a);
          sp -= 8;
        }
        case MULMOD -> {
          WordMath.mulmod(s, a);
          sp -= 8;
        }
        case EXP -> {
          gas -= x.gas.expByte * ((WordMath.bitLength(s, a - 4) + 7) >> 3);
          if (gas < 0) {
            throw new HaltException(Kind.OUT_OF_GAS);
          }
          WordMath.exp(s, a);
          sp = a;
        }
        case SIGNEXTEND -> {
          WordMath.signextend(s, a);
          sp = a;
        }
        case LT -> {
          WordMath.lt(s, a);
          sp = a;
        }
        case GT -> {
          WordMath.gt(s, a);
          sp = a;
        }
        case SLT -> {
          WordMath.slt(s, a);
          sp = a;
        }
        case SGT -> {
          WordMath.sgt(s, a);
          sp = a;
        }
        case EQ -> {
          WordMath.eq(s, a);
          sp = a;
        }
        case ISZERO -> WordMath.iszero(s, a);
        case AND -> {
          WordMath.and(s, a);
          sp = a;
        }
        case OR -> {
          WordMath.or(s, a);
          sp = a;
        }
        case XOR -> {
          WordMath.xor(s, a);
          sp = a;
        }
        case NOT -> WordMath.not(s, a);
        case BYTE -> {
          WordMath.byteAt(s, a);
          sp = a;
        }
        case SHL -> {
          WordMath.shl(s, a);
          sp = a;
        }
        case SHR -> {
          WordMath.shr(s, a);
          sp = a;
        }
        case SAR -> {
          WordMath.sar(s, a);
          sp = a;
        }
        case KECCAK256 -> {
          gas = MemoryOps.keccak256(f, s, a, gas);
          sp = a;
        }
        case ADDRESS -> {
          Words.put(s, sp, f.self);
          sp += 4;
        }
        case BALANCE -> gas = StateOps.balance(x, f, s, a, gas);
        case ORIGIN -> {
          Words.put(s, sp, x.origin);
          sp += 4;
        }
        case CALLER -> {
          Words.put(s, sp, f.caller);
          sp += 4;
        }
        case CALLVALUE -> {
          Words.put(s, sp, f.value);
          sp += 4;
        }
        case CALLDATALOAD -> MemoryOps.callDataLoad(f, s, a);
        case CALLDATASIZE -> {
          WordMath.setLong(s, sp, f.inputLength);
          sp += 4;
        }
        case CALLDATACOPY -> {
          gas = MemoryOps.callDataCopy(f, s, a, gas);
          sp -= 12;
        }
        case CODESIZE -> {
          WordMath.setLong(s, sp, f.code.length);
          sp += 4;
        }
        case CODECOPY -> {
          gas = MemoryOps.codeCopy(f, s, a, gas);
          sp -= 12;
        }
        case GASPRICE -> {
          Words.put(s, sp, x.gasPrice);
          sp += 4;
        }
        case EXTCODESIZE -> gas = StateOps.extCodeSize(x, f, s, a, gas);
        case EXTCODECOPY -> {
          gas = StateOps.extCodeCopy(x, f, s, a, gas);
          sp -= 16;
        }
        case RETURNDATASIZE -> {
          WordMath.setLong(s, sp, f.returnData.length);
          sp += 4;
        }
        case RETURNDATACOPY -> {
          gas = MemoryOps.returnDataCopy(f, s, a, gas);
          sp -= 12;
        }
        case EXTCODEHASH -> gas = StateOps.extCodeHash(x, f, s, a, gas);
        case BLOCKHASH -> BlockOps.blockHash(x, s, a);
        case COINBASE, TIMESTAMP, NUMBER, DIFFICULTY, GASLIMIT, CHAINID, BASEFEE, BLOBBASEFEE -> {
          BlockOps.push(x, op, s, sp);
          sp += 4;
        }
        case SELFBALANCE -> {
          Words.put(s, sp, x.state.balance(f.self));
          sp += 4;
        }
        case BLOBHASH -> BlockOps.blobHash(x, s, a);
        case POP -> sp = a;
        case MLOAD -> gas = MemoryOps.load(f, s, a, gas);
        case MSTORE -> {
          gas = MemoryOps.store(f, s, a, gas);
          sp -= 8;
        }
        case MSTORE8 -> {
          gas = MemoryOps.storeByte(f, s, a, gas);
          sp -= 8;
        }
        case SLOAD -> gas = StateOps.storageLoad(x, f, s, a, gas);
        case SSTORE -> {
          gas = StateOps.storageStore(x, f, s, a, gas);
          sp -= 8;
        }
        case JUMP -> {
          pc = jump(x, f, s, a);
          sp = a;
          continue;
        }
        case JUMPI -> {
          sp -= 8;
          if (!WordMath.isZero(s, sp)) {
            pc = jump(x, f, s, a);
            continue;
          }
        }
        case PC -> {
          WordMath.setLong(s, sp, pc);
          sp += 4;
        }
        case MSIZE -> {
          WordMath.setLong(s, sp, f.memory.sizeBytes());
          sp += 4;
        }
        case GAS -> {
          WordMath.setLong(s, sp, gas);
          sp += 4;
        }
        case JUMPDEST -> {}
        case TLOAD -> Words.put(s, a, x.state.transientStorage(f.self, Words.word(s, a)));
        case TSTORE -> {
          f.requireWritable();
          Word slot = Words.word(s, a);
          x.state.setTransientStorage(f.self, slot, Words.word(s, a - 4));
          sp -= 8;
        }
        case MCOPY -> {
          gas = MemoryOps.memoryCopy(f, s, a, gas);
          sp -= 12;
        }
        case PUSH0 -> {
          WordMath.setLong(s, sp, 0);
          sp += 4;
        }
        case PUSH1 -> {
          WordMath.setLong(s, sp, code[++pc] & 0xff);
          sp += 4;
        }
        case PUSH2 -> {
          WordMath.setLong(s, sp, ((code[pc + 1] & 0xff) << 8) | (code[pc + 2] & 0xff));
          pc += 2;
          sp += 4;
        }
        case LOG0, LOG0 + 1, LOG0 + 2, LOG0 + 3, LOG4 -> {
          gas = StateOps.log(x, f, s, a, op - LOG0, gas);
          sp -= 4 * (op - LOG0 + 2);
        }
        case CREATE, CREATE2, CALL, CALLCODE, DELEGATECALL, STATICCALL -> {
          f.pc = pc + 1;
          f.sp = sp;
          f.gas = gas;
          Frame child =
              op == CREATE || op == CREATE2 ? CreateOps.create(x, f, op) : CallOps.call(x, f, op);
          if (child != null) {
            return child;
          }
          sp = f.sp;
          gas = f.gas;
        }
        case RETURN -> {
          f.gas = MemoryOps.output(f, s, a, gas);
          return null;
        }
        case REVERT -> {
          f.gas = MemoryOps.output(f, s, a, gas);
          f.failure = new ExecutionFailure.Revert(Bytes.wrap(f.output));
          return null;
        }
        case SELFDESTRUCT -> {
          f.gas = StateOps.selfDestruct(x, f, s, a, gas);
          return null;
        }
        default -> {
          if (op >= SWAP1) {
            swap(s, a, op - SWAP1 + 1);
          } else if (op >= DUP1) {
            System.arraycopy(s, sp - 4 * (op - DUP1 + 1), s, sp, 4);
            sp += 4;
          } else {
            int length = op - PUSH1 + 1;
            push(code, pc + 1, length, s, sp);
            pc += length;
            sp += 4;
          }
        }
      }
      pc++;
    }
  }

  private static void trace(
      StepTracer tracer, Execution x, Frame f, int op, int pc, int sp, long gas) {
    f.pc = pc;
    f.sp = sp;
    f.gas = gas;
    tracer.onStep(new Step(x, f, op));
  }

  private static int jump(Execution x, Frame f, long[] s, int a) {
    if (!f.code.isJumpDestination(s, a)) {
      throw new HaltException(Kind.INVALID_JUMP);
    }
    if (x.cancellation.isCancelled()) {
      throw new ExecutionCancelledException();
    }
    return (int) s[a];
  }

  private static void swap(long[] s, int a, int distance) {
    int b = a - 4 * distance;
    for (int i = 0; i < 4; i++) {
      long t = s[a + i];
      s[a + i] = s[b + i];
      s[b + i] = t;
    }
  }

  /** Pushes the {@code length} bytes of code from {@code from}; the padding stands for zeros. */
  private static void push(byte[] code, int from, int length, long[] s, int sp) {
    if (length == 32) {
      s[sp + 3] = (long) Memory.LONGS.get(code, from);
      s[sp + 2] = (long) Memory.LONGS.get(code, from + 8);
      s[sp + 1] = (long) Memory.LONGS.get(code, from + 16);
      s[sp] = (long) Memory.LONGS.get(code, from + 24);
      return;
    }
    WordMath.setLong(s, sp, 0);
    int at = from;
    for (int i = length - 1; i >= 0; i--) {
      s[sp + (i >> 3)] |= (code[at++] & 0xffL) << (i << 3);
    }
  }

  private static HaltException stackHalt(GasSchedule schedule, int op, int depth) {
    return new HaltException(
        depth < schedule.minStack[op]
            ? Halt.stackUnderflow(depth, schedule.minStack[op])
            : Halt.stackOverflow(depth, schedule.maxStack[op]));
  }

  private static HaltException gasHalt(GasSchedule schedule, int op) {
    return schedule.staticCost[op] == GasSchedule.UNDEFINED
        ? new HaltException(Halt.invalidOpcode(Opcode.nameOfMissing(op)))
        : new HaltException(Kind.OUT_OF_GAS);
  }
}
