package io.lesnode.benchmarks.evm;

import io.lesnode.evm.BlockContext;
import io.lesnode.evm.CallExecutor;
import io.lesnode.evm.ExecutionResult;
import io.lesnode.evm.Message;
import io.lesnode.evm.TransactionRejectedException;
import io.lesnode.evm.interpreter.Cancellation;
import io.lesnode.evm.interpreter.CodeCache;
import io.lesnode.evm.state.JournaledState;
import io.lesnode.evm.state.StateReader;
import io.lesnode.primitives.Address;
import java.util.concurrent.TimeUnit;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Endless loops over one kind of opcode until 10 million gas are gone: the score is in Mgas/s. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class InterpreterBenchmark {
  private static final Address CALLER = Address.ZERO;
  private static final Address CONTRACT =
      Address.fromHex("0x00000000000000000000000000000000000000aa");
  private static final Address CALLEE =
      Address.fromHex("0x00000000000000000000000000000000000000bb");
  private static final int MILLION_GAS = 10;

  /** A program; all jump back to their first JUMPDEST for ever. */
  public enum Program {
    /** Counts down. */
    LOOP("63ffffffff5b6001900380600557"),
    /** Pushes and pops. */
    STACK("5b600160026003600450505050600056"),
    /** Divides 80 bits by 160. */
    DIVIDE("5b73ffffffffffffffffffffffffffffffffffffffff69aaaaaaaaaaaaaaaaaaaa0450600056"),
    /** Multiplies modulo a 256-bit number. */
    MULMOD("5b" + "7f" + "ff".repeat(31) + "2f" + "600019" + "80" + "09" + "50600056"),
    /** Increments a word in memory. */
    MEMORY("5b604051600101604052600056"),
    /** Hashes 64 bytes. */
    KECCAK("5b6040600020600052600056"),
    /** Loads a warm slot. */
    SLOAD("5b60015450600056"),
    /** Stores to a warm slot. */
    SSTORE("5b5a600155600056"),
    /** Calls a contract that stops at once. */
    CALL("5b6000600060006000600060bb5af150600056");

    private final String hex;

    Program(String hex) {
      this.hex = hex;
    }
  }

  @Param Program program = Program.LOOP;

  private final CallExecutor executor = new CallExecutor(UInt256.ONE, new CodeCache(1 << 20));

  private final BlockContext block =
      new BlockContext(
          io.lesnode.primitives.config.Fork.SHANGHAI,
          1,
          1,
          CALLER,
          30_000_000,
          UInt256.ZERO,
          Bytes32.ZERO,
          UInt256.ZERO,
          null,
          number -> Bytes32.ZERO);

  /** Runs the program out of gas; an operation is a million gas. */
  @Benchmark
  @OperationsPerInvocation(MILLION_GAS)
  public ExecutionResult megagas() throws TransactionRejectedException {
    JournaledState state = new JournaledState(StateReader.empty());
    state.setCode(CONTRACT, Bytes.fromHexString(program.hex));
    state.setCode(CALLEE, Bytes.of(0));
    state.finishTransaction(block.fork());
    Message message =
        Message.call(CALLER, CONTRACT, MILLION_GAS * 1_000_000L, UInt256.ZERO, Bytes.EMPTY);
    ExecutionResult result = executor.call(message, block, state, new Cancellation());
    if (result.gasUsed() != message.gasLimit()) {
      throw new IllegalStateException(program + " ended early: " + result.failure());
    }
    return result;
  }
}
