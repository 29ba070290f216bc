package io.lesnode.les.client;

import io.lesnode.primitives.Address;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.units.bigints.UInt256;

/** Builds bytecode. Confined to one thread. */
final class Assembly {
  private final List<Bytes> parts = new ArrayList<>();
  private final Map<Integer, String> jumps = new HashMap<>();
  private final Map<String, Integer> labels = new HashMap<>();
  private int size;

  private Assembly add(Bytes part) {
    parts.add(part);
    size += part.size();
    return this;
  }

  /** Opcodes as they are. */
  Assembly ops(int... opcodes) {
    byte[] bytes = new byte[opcodes.length];
    for (int i = 0; i < opcodes.length; i++) {
      bytes[i] = (byte) opcodes[i];
    }
    return add(Bytes.wrap(bytes));
  }

  /** Pushes numbers, the last one on top. */
  Assembly push(long... values) {
    for (long value : values) {
      Bytes bytes = UInt256.valueOf(value).toMinimalBytes();
      Bytes operand = bytes.isEmpty() ? Bytes.of(0) : bytes;
      ops(0x5f + operand.size()).add(operand);
    }
    return this;
  }

  /** Pushes an address. */
  Assembly push(Address address) {
    return ops(0x73).add(address.bytes());
  }

  /** A jump target. */
  Assembly label(String name) {
    labels.put(name, size);
    return ops(0x5b);
  }

  /** Jumps. */
  Assembly jump(String label) {
    return target(label).ops(0x56);
  }

  /** Jumps unless the top of the stack is zero. */
  Assembly jumpIf(String label) {
    return target(label).ops(0x57);
  }

  private Assembly target(String label) {
    ops(0x61);
    jumps.put(parts.size(), label);
    return add(Bytes.of(0, 0));
  }

  /** Returns the word on top of the stack. */
  Assembly returnTop() {
    return push(0).ops(0x52).push(32, 0).ops(0xf3);
  }

  /** The code. */
  Bytes code() {
    List<Bytes> resolved = new ArrayList<>(parts);
    jumps.forEach(
        (part, label) -> {
          int offset = labels.get(label);
          resolved.set(part, Bytes.of(offset >> 8, offset & 0xff));
        });
    return Bytes.concatenate(resolved);
  }
}
