package io.lesnode.evm.interpreter;

import io.lesnode.evm.ExecutionFailure.Kind;
import io.lesnode.evm.gas.GasSchedule;
import io.lesnode.evm.state.JournaledState;
import io.lesnode.evm.state.Word;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.Log;
import java.util.ArrayList;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * Opcodes that read or change accounts and storage. They take the gas left and return what is left
 * after them; {@code a} is the index of the top word.
 */
final class StateOps {
  /** What a cold account costs beyond a warm one (EIP-2929). */
  static final long COLD_ACCOUNT_EXTRA = 2500;

  private static final long COLD_ACCOUNT = 2600;
  private static final long COLD_SLOT = 2100;
  private static final long WARM_READ = 100;

  /** An SSTORE with no more than the call stipend left fails (EIP-2200). */
  private static final long SSTORE_SENTRY = 2300;

  private static final long SSTORE_SET = 20000;
  private static final long SSTORE_RESET = 5000;

  private StateOps() {}

  static long balance(Execution x, Frame f, long[] s, int a, long gas) {
    Address address = Words.address(s, a);
    long left = access(x, address, gas);
    Words.put(s, a, x.state.balance(address));
    return left;
  }

  static long extCodeSize(Execution x, Frame f, long[] s, int a, long gas) {
    Address address = Words.address(s, a);
    long left = access(x, address, gas);
    WordMath.setLong(s, a, x.state.code(address).size());
    return left;
  }

  /** EIP-1052: zero for an absent or empty account. */
  static long extCodeHash(Execution x, Frame f, long[] s, int a, long gas) {
    Address address = Words.address(s, a);
    long left = access(x, address, gas);
    if (x.state.isEmpty(address)) {
      WordMath.setLong(s, a, 0);
    } else {
      Words.put(s, a, x.state.codeHash(address));
    }
    return left;
  }

  static long extCodeCopy(Execution x, Frame f, long[] s, int a, long gas) {
    Address address = Words.address(s, a);
    long left = MemoryOps.chargeCopy(f, s, a - 4, a - 12, gas);
    left = access(x, address, left);
    Bytes code = x.state.code(address);
    MemoryOps.copyPadded(f, s, a - 4, a - 8, code.toArrayUnsafe(), 0, code.size());
    return left;
  }

  static long storageLoad(Execution x, Frame f, long[] s, int a, long gas) {
    Word slot = Words.word(s, a);
    long left = gas;
    if (x.gas.accessLists && x.state.warm(f.self, slot)) {
      left = MemoryOps.spend(left, COLD_SLOT - WARM_READ);
    }
    Words.put(s, a, x.state.storage(f.self, slot));
    return left;
  }

  static long storageStore(Execution x, Frame f, long[] s, int a, long gas) {
    f.requireWritable();
    Word slot = Words.word(s, a);
    Word value = Words.word(s, a - 4);
    boolean sentry = x.gas.storageRules.compareTo(GasSchedule.StorageRules.NET_2200) >= 0;
    if (sentry && gas <= SSTORE_SENTRY) {
      throw new HaltException(Kind.OUT_OF_GAS);
    }
    Word current = x.state.storage(f.self, slot);
    long cost =
        switch (x.gas.storageRules) {
          case CURRENT -> costByCurrent(x, current, value);
          case NET_1283 -> costNet(x, f, slot, current, value, 200, SSTORE_RESET);
          case NET_2200 -> costNet(x, f, slot, current, value, 800, SSTORE_RESET);
          case NET_2929 ->
              (x.state.warm(f.self, slot) ? COLD_SLOT : 0)
                  + costNet(x, f, slot, current, value, WARM_READ, SSTORE_RESET - COLD_SLOT);
        };
    long left = MemoryOps.spend(gas, cost);
    x.state.setStorage(f.self, slot, value);
    return left;
  }

  private static long costByCurrent(Execution x, Word current, Word value) {
    if (current.isZero() && !value.isZero()) {
      return SSTORE_SET;
    }
    if (!current.isZero() && value.isZero()) {
      x.state.addRefund(x.gas.clearRefund);
    }
    return SSTORE_RESET;
  }

  /**
   * EIP-1283 and what built on it: the first change of a slot in a transaction pays for the write,
   * further ones {@code load} only, and a slot set back to its original value is refunded.
   */
  private static long costNet(
      Execution x, Frame f, Word slot, Word current, Word value, long load, long reset) {
    if (current.equals(value)) {
      return load;
    }
    Word original = x.state.originalStorage(f.self, slot);
    if (original.equals(current)) {
      if (original.isZero()) {
        return SSTORE_SET;
      }
      if (value.isZero()) {
        x.state.addRefund(x.gas.clearRefund);
      }
      return reset;
    }
    long refund = 0;
    if (!original.isZero()) {
      if (current.isZero()) {
        refund -= x.gas.clearRefund;
      } else if (value.isZero()) {
        refund += x.gas.clearRefund;
      }
    }
    if (original.equals(value)) {
      refund += (original.isZero() ? SSTORE_SET : reset) - load;
    }
    if (refund != 0) {
      x.state.addRefund(refund);
    }
    return load;
  }

  static long log(Execution x, Frame f, long[] s, int a, int topicCount, long gas) {
    f.requireWritable();
    long left = MemoryOps.expand(f, MemoryOps.end(s, a, a - 4), gas);
    long length = s[a - 4];
    left = MemoryOps.spend(left, 8 * length);
    List<Bytes32> topics = new ArrayList<>(topicCount);
    for (int i = 0; i < topicCount; i++) {
      topics.add(Words.word(s, a - 8 - 4 * i).toBytes32());
    }
    byte[] data = length == 0 ? Frame.NOTHING : f.memory.read((int) s[a], (int) length);
    x.state.addLog(new Log(f.self, topics, Bytes.wrap(data)));
    return left;
  }

  static long selfDestruct(Execution x, Frame f, long[] s, int a, long gas) {
    f.requireWritable();
    JournaledState state = x.state;
    Address heir = Words.address(s, a);
    UInt256 balance = state.balance(f.self);
    long cost = 0;
    if (x.gas.accessLists && state.warm(heir)) {
      cost += COLD_ACCOUNT;
    }
    boolean paysForNew =
        x.gas.emptyIsAbsent ? !balance.isZero() && state.isEmpty(heir) : !state.exists(heir);
    if (paysForNew) {
      cost += x.gas.selfDestructNewAccount;
    }
    long left = MemoryOps.spend(gas, cost);
    if (x.gas.selfDestructRefund > 0 && !state.hasSelfDestructed(f.self)) {
      state.addRefund(x.gas.selfDestructRefund);
    }
    if (x.gas.selfDestructOnlyNew) { // EIP-6780
      state.subtractBalance(f.self, balance);
      state.addBalance(heir, balance);
      if (state.createdInTransaction(f.self)) {
        state.selfDestruct(f.self);
      }
    } else {
      state.addBalance(heir, balance);
      state.selfDestruct(f.self);
    }
    return left;
  }

  /** Warms an address and pays for it if it was cold (EIP-2929). */
  static long access(Execution x, Address address, long gas) {
    return x.gas.accessLists && x.state.warm(address)
        ? MemoryOps.spend(gas, COLD_ACCOUNT_EXTRA)
        : gas;
  }
}
