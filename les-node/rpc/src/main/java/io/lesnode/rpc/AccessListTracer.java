package io.lesnode.rpc;

import static io.lesnode.evm.gas.Opcode.BALANCE;
import static io.lesnode.evm.gas.Opcode.CALL;
import static io.lesnode.evm.gas.Opcode.CALLCODE;
import static io.lesnode.evm.gas.Opcode.DELEGATECALL;
import static io.lesnode.evm.gas.Opcode.EXTCODECOPY;
import static io.lesnode.evm.gas.Opcode.EXTCODEHASH;
import static io.lesnode.evm.gas.Opcode.EXTCODESIZE;
import static io.lesnode.evm.gas.Opcode.SELFDESTRUCT;
import static io.lesnode.evm.gas.Opcode.SLOAD;
import static io.lesnode.evm.gas.Opcode.SSTORE;
import static io.lesnode.evm.gas.Opcode.STATICCALL;

import io.lesnode.evm.interpreter.Step;
import io.lesnode.evm.interpreter.StepTracer;
import io.lesnode.primitives.AccessListEntry;
import io.lesnode.primitives.Address;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.tuweni.bytes.Bytes32;

/**
 * Collects the accounts and slots that code touches, in the order of the first touch: geth's
 * eth/tracers/logger/access_list_tracer.go. Confined to the thread that executes.
 */
final class AccessListTracer implements StepTracer {
  /** What geth demands of the stack before it looks at the target of a call. */
  private static final int WORDS_OF_CALL = 5;

  /** Accounts that are warm anyway: sender, target, precompiles. */
  private final Set<Address> excluded;

  private final Map<Address, Set<Bytes32>> touched = new LinkedHashMap<>();

  AccessListTracer(
      List<AccessListEntry> start, Address from, Address to, Collection<Address> precompiles) {
    excluded = new HashSet<>(precompiles);
    excluded.add(from);
    excluded.add(to);
    for (AccessListEntry entry : start) {
      add(entry.address());
      entry.storageKeys().forEach(key -> slots(entry.address()).add(key));
    }
  }

  private void add(Address address) {
    if (!excluded.contains(address)) {
      slots(address);
    }
  }

  private Set<Bytes32> slots(Address address) {
    return touched.computeIfAbsent(address, key -> new LinkedHashSet<>());
  }

  @Override
  public void onStep(Step step) {
    int size = step.stackSize();
    switch (step.opcode()) {
      case SLOAD, SSTORE -> {
        if (size >= 1) {
          slots(step.self()).add(step.fromTop(0).toBytes32());
        }
      }
      case EXTCODECOPY, EXTCODEHASH, EXTCODESIZE, BALANCE, SELFDESTRUCT -> {
        if (size >= 1) {
          add(step.addressFromTop(0));
        }
      }
      case CALL, CALLCODE, DELEGATECALL, STATICCALL -> {
        if (size >= WORDS_OF_CALL) {
          add(step.addressFromTop(1));
        }
      }
      default -> {}
    }
  }

  /** All that was touched. */
  List<AccessListEntry> accessList() {
    List<AccessListEntry> list = new ArrayList<>();
    touched.forEach((address, keys) -> list.add(new AccessListEntry(address, List.copyOf(keys))));
    return list;
  }

  /** Whether both touched the same. */
  boolean sameAs(AccessListTracer other) {
    return touched.equals(other.touched);
  }
}
