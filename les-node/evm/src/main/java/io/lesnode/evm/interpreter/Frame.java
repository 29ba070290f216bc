package io.lesnode.evm.interpreter;

import io.lesnode.evm.ExecutionFailure;
import io.lesnode.evm.ExecutionFailure.Kind;
import io.lesnode.primitives.Address;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/** One call or creation under way: what a processor would keep in its registers. */
final class Frame {
  static final byte[] NOTHING = new byte[0];

  /** The frame that waits for this one; null for the message itself. */
  final @Nullable Frame parent;

  /** 0 for the message itself. */
  final int depth;

  final Code code;
  final Address self;
  final Address caller;
  final UInt256 value;
  final boolean isStatic;

  /** Whether this runs init code, whose output becomes the code of {@link #self}. */
  final boolean isCreation;

  /** What to revert the state to should this fail. */
  final int snapshot;

  /** The input lies in the caller's memory or message; it is not copied, as the caller waits. */
  final byte[] input;

  final int inputOffset;
  final int inputLength;

  /** Where in the parent's memory the output goes. */
  final int returnOffset;

  final int returnLength;

  final Memory memory = new Memory();

  /** Index in the stack array of this frame's first word. */
  int stackBase;

  /** Index in the stack array after the top word; kept while not running. */
  int sp;

  int pc;
  long gas;

  /** Output of the last call made (EIP-211). */
  byte[] returnData = NOTHING;

  byte[] output = NOTHING;
  @Nullable ExecutionFailure failure;

  private Frame(Builder from, @Nullable Frame parent) {
    this.parent = parent;
    depth = parent == null ? 0 : parent.depth + 1;
    code = from.code;
    self = from.self;
    caller = from.caller;
    value = from.value;
    isStatic = from.isStatic;
    isCreation = from.isCreation;
    snapshot = from.snapshot;
    input = from.input;
    inputOffset = from.inputOffset;
    inputLength = from.inputLength;
    returnOffset = from.returnOffset;
    returnLength = from.returnLength;
    gas = from.gas;
    stackBase = parent == null ? 0 : parent.sp;
    sp = stackBase;
  }

  /** Takes {@code amount} from the gas or halts. */
  void charge(long amount) {
    if (amount < 0 || amount > gas) {
      throw new HaltException(Kind.OUT_OF_GAS);
    }
    gas -= amount;
  }

  /** Halts unless state may be changed here (EIP-214). */
  void requireWritable() {
    if (isStatic) {
      throw new HaltException(Kind.WRITE_PROTECTION);
    }
  }

  /** The parts of a frame by name. */
  static final class Builder {
    private final Address self;
    private final Address caller;
    Code code = Code.EMPTY;
    UInt256 value = UInt256.ZERO;
    boolean isStatic;
    boolean isCreation;
    int snapshot;
    byte[] input = NOTHING;
    int inputOffset;
    int inputLength;
    int returnOffset;
    int returnLength;
    long gas;

    Builder(Address self, Address caller) {
      this.self = self;
      this.caller = caller;
    }

    Address self() {
      return self;
    }

    Address caller() {
      return caller;
    }

    Frame build(@Nullable Frame parent) {
      return new Frame(this, parent);
    }
  }
}
