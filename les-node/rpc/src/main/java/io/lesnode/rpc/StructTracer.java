package io.lesnode.rpc;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lesnode.evm.ExecutionFailure;
import io.lesnode.evm.ExecutionFailure.Halt;
import io.lesnode.evm.ExecutionResult;
import io.lesnode.evm.gas.Opcode;
import io.lesnode.evm.interpreter.Step;
import io.lesnode.evm.interpreter.StepTracer;
import io.lesnode.evm.state.Word;
import io.lesnode.primitives.Address;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.tuweni.bytes.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * Writes down every opcode with stack, memory and storage: geth's struct logger
 * (eth/tracers/logger/logger.go). Confined to the thread that executes.
 *
 * <p>Differs from geth: an opcode that fails shows the fixed part of its cost, and a trace is at
 * most 64 MB, where geth has no limit (GethServerRpcTest).
 */
final class StructTracer implements StepTracer {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** What is written for one opcode at least. */
  private static final long ENTRY_BYTES = 100;

  private static final long WORD_BYTES = 68;
  private static final long MAX_BYTES = 64L << 20;

  /**
   * What is wanted.
   *
   * @param memory whether memory is shown; geth's enableMemory
   * @param stack whether the stack is shown
   * @param storage whether storage that was touched is shown
   * @param limit most opcodes shown, 0 for all
   */
  record Options(boolean memory, boolean stack, boolean storage, long limit) {
    static final Options DEFAULT = new Options(false, true, true, 0);
  }

  /** An opcode whose cost is not known yet. */
  private record Open(ObjectNode entry, Step step, long gasBefore) {}

  private final Options options;
  private final ArrayNode entries = JSON.arrayNode();
  private final Map<Address, Map<String, String>> touched = new HashMap<>();

  /** The opcode that was told last; null once its cost is known. */
  private @Nullable Open open;

  private long sizeBytes;

  StructTracer(Options options) {
    this.options = options;
  }

  @Override
  public void onStep(Step step) {
    settle(step.gasLeft());
    ObjectNode entry = JSON.objectNode();
    entry.put("pc", step.pc());
    entry.put("op", step.name());
    entry.put("gas", step.gasLeft());
    entry.put("gasCost", step.staticCost());
    entry.put("depth", step.depth());
    grow(ENTRY_BYTES);
    if (options.stack()) {
      stack(entry, step);
    }
    if (options.memory()) {
      memory(entry, step.memory());
    }
    if (options.storage()) {
      storage(entry, step);
    }
    refund(entry, step);
    open = new Open(entry, step, step.gasLeft());
    if (options.limit() == 0 || entries.size() < options.limit()) {
      entries.add(entry);
    }
  }

  /** The opcode before is paid. A call or creation was charged before its own frame began. */
  private void settle(long gasLeft) {
    Open last = open;
    open = null;
    if (last != null) {
      charge(last, gasLeft);
    }
  }

  private static void charge(Open last, long gasLeft) {
    last.entry().put("gasCost", last.gasBefore() - gasLeft);
    if (last.step().opcode() == Opcode.SSTORE) {
      refund(last.entry(), last.step()); // geth looks after the gas was computed
    }
  }

  private static void refund(ObjectNode entry, Step step) {
    if (step.refund() != 0) {
      entry.put("refund", step.refund());
    }
  }

  @Override
  public void onCharged(int depth, long gasLeft) {
    settle(gasLeft);
  }

  @Override
  public void onFrameEnd(int depth, long gasLeft, @Nullable ExecutionFailure failure) {
    Open last = open;
    if (last != null && failure instanceof Halt halt) {
      open = null;
      fail(last, halt);
    } else {
      settle(gasLeft);
    }
  }

  /** Only what fails before it runs is an error of the opcode, in geth. */
  private static void fail(Open last, Halt halt) {
    switch (halt.kind()) {
      case OUT_OF_GAS, GAS_OVERFLOW, STACK_UNDERFLOW, STACK_OVERFLOW ->
          last.entry().put("error", halt.message());
      default -> {}
    }
  }

  private void stack(ObjectNode entry, Step step) {
    ArrayNode words = entry.putArray("stack");
    for (int i = step.stackSize() - 1; i >= 0; i--) {
      words.add(HexText.quantity(step.fromTop(i).toUInt256()));
    }
    grow(WORD_BYTES * words.size());
  }

  private void memory(ObjectNode entry, Bytes memory) {
    ArrayNode words = entry.putArray("memory");
    for (int at = 0; at + 32 <= memory.size(); at += 32) {
      words.add(memory.slice(at, 32).toUnprefixedHexString());
    }
    grow(WORD_BYTES * words.size());
  }

  private void storage(ObjectNode entry, Step step) {
    boolean read = step.opcode() == Opcode.SLOAD && step.stackSize() >= 1;
    boolean write = step.opcode() == Opcode.SSTORE && step.stackSize() >= 2;
    if (!read && !write) {
      return;
    }
    Word slot = step.fromTop(0);
    Word value = write ? step.fromTop(1) : step.storage(slot);
    Map<String, String> slots = touched.computeIfAbsent(step.self(), key -> new TreeMap<>());
    slots.put(slot.toBytes32().toUnprefixedHexString(), value.toBytes32().toUnprefixedHexString());
    ObjectNode shown = entry.putObject("storage");
    slots.forEach(shown::put);
    grow(2 * WORD_BYTES * slots.size());
  }

  private void grow(long bytes) {
    sizeBytes += bytes;
    if (sizeBytes > MAX_BYTES) {
      throw new RpcException(
          RpcException.LIMIT_EXCEEDED,
          "the trace has more than "
              + (MAX_BYTES >> 20)
              + " MB; leave out stack, memory and storage, or set a limit");
    }
  }

  /** The whole trace. */
  ObjectNode result(ExecutionResult result) {
    ObjectNode json = JSON.objectNode();
    json.put("gas", result.gasUsed());
    json.put("failed", !result.succeeded());
    boolean hidden = result.failure() instanceof Halt;
    json.put("returnValue", hidden ? "" : result.returnData().toUnprefixedHexString());
    json.set("structLogs", entries);
    return json;
  }
}
