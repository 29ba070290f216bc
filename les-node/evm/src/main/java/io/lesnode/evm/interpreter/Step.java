package io.lesnode.evm.interpreter;

import io.lesnode.evm.gas.GasSchedule;
import io.lesnode.evm.gas.Opcode;
import io.lesnode.evm.state.Word;
import io.lesnode.primitives.Address;
import org.apache.tuweni.bytes.Bytes;

/** What a {@link StepTracer} may look at before an opcode runs. A view on the running frame. */
public final class Step {
  private final Execution x;
  private final Frame frame;
  private final int opcode;

  Step(Execution x, Frame frame, int opcode) {
    this.x = x;
    this.frame = frame;
    this.opcode = opcode;
  }

  /** Where in the code the opcode is. */
  public int pc() {
    return frame.pc;
  }

  /** The opcode, 0 to 255. */
  public int opcode() {
    return opcode;
  }

  /** Its name in geth's spelling, or "opcode 0x… not defined". */
  public String name() {
    return Opcode.name(opcode);
  }

  /** The gas before the opcode is paid. */
  public long gasLeft() {
    return frame.gas;
  }

  /** The part of the opcode's cost that is always the same; 0 if the fork lacks the opcode. */
  public long staticCost() {
    long cost = x.gas.staticCost[opcode];
    return cost == GasSchedule.UNDEFINED ? 0 : cost;
  }

  /** The value of a slot of {@link #self}. */
  public Word storage(Word slot) {
    return x.state.storage(frame.self, slot);
  }

  /** How deep the frame is nested; 1 is the message itself. */
  public int depth() {
    return frame.depth + 1;
  }

  /** Whose storage the frame uses. */
  public Address self() {
    return frame.self;
  }

  /** How many words are on the stack. */
  public int stackSize() {
    return (frame.sp - frame.stackBase) >> 2;
  }

  /** A word of the stack, 0 being the top; it must be there. */
  public Word fromTop(int index) {
    return Words.word(x.stack, frame.sp - 4 * (index + 1));
  }

  /** The low 20 bytes of a word of the stack. */
  public Address addressFromTop(int index) {
    return Words.address(x.stack, frame.sp - 4 * (index + 1));
  }

  /** A copy of the frame's memory. */
  public Bytes memory() {
    int size = frame.memory.sizeBytes();
    return Bytes.wrap(size == 0 ? Frame.NOTHING : frame.memory.read(0, size));
  }

  /** What the last call of the frame returned. */
  public Bytes returnData() {
    return Bytes.wrap(frame.returnData);
  }

  /** The refund counter in gas. */
  public long refund() {
    return x.state.refund();
  }
}
