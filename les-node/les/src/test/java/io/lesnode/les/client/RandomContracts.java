package io.lesnode.les.client;

import io.lesnode.primitives.Address;
import io.lesnode.primitives.config.Genesis;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * A small world of contracts made at random, that read each other's accounts, code and storage,
 * write, call, create, delegate, destroy themselves, revert, and decide by what they read, so that
 * guesses lead astray. Made from a seed; confined to one thread.
 */
final class RandomContracts {
  private static final int CONTRACTS = 6;
  private static final int STEPS = 24;

  private final Random random;
  private final List<Address> addresses = new ArrayList<>();
  private final SortedMap<Address, Genesis.Allocation> accounts = new TreeMap<>();

  RandomContracts(long seed) {
    random = new Random(seed);
    for (int i = 0; i < CONTRACTS + 3; i++) {
      byte[] bytes = new byte[20];
      random.nextBytes(bytes);
      addresses.add(Address.of(Bytes.wrap(bytes)));
    }
    for (int i = 0; i < CONTRACTS; i++) {
      accounts.put(
          addresses.get(i),
          new Genesis.Allocation(1, UInt256.valueOf(random.nextInt(1_000)), program(), storage()));
    }
    // one with ether, one empty of code but with a nonce; the last does not exist
    accounts.put(addresses.get(CONTRACTS), Contracts.rich(5));
    accounts.put(
        addresses.get(CONTRACTS + 1),
        new Genesis.Allocation(3, UInt256.ZERO, Bytes.EMPTY, Map.of()));
  }

  Map<Address, Genesis.Allocation> accounts() {
    return accounts;
  }

  /** The same world with other storage. */
  Map<Address, Genesis.Allocation> changed() {
    Map<Address, Genesis.Allocation> next = new TreeMap<>(accounts);
    next.replaceAll(
        (address, account) ->
            account.code().isEmpty() || random.nextBoolean()
                ? account
                : new Genesis.Allocation(
                    account.nonce(), account.balance(), account.code(), storage()));
    return next;
  }

  Address contract() {
    return addresses.get(random.nextInt(CONTRACTS));
  }

  Bytes input() {
    return UInt256.valueOf(random.nextInt(4)).toBytes();
  }

  private Address anyone() {
    return random.nextInt(12) == 0
        ? Address.of(Bytes.concatenate(Bytes.repeat((byte) 0, 19), Bytes.of(random.nextInt(12))))
        : addresses.get(random.nextInt(addresses.size()));
  }

  private Map<UInt256, UInt256> storage() {
    Map<UInt256, UInt256> slots = new HashMap<>();
    for (int i = 0; i < 8; i++) {
      if (random.nextBoolean()) {
        slots.put(
            UInt256.valueOf(i),
            random.nextInt(3) == 0
                ? UInt256.fromBytes(anyone().bytes())
                : UInt256.valueOf(1 + random.nextInt(9)));
      }
    }
    return slots;
  }

  /** Keeps a sum on the stack, and branches over single steps by what was read. */
  private Bytes program() {
    Assembly code = new Assembly().push(0).ops(0x35); // the first word of the input
    for (int step = 0; step < STEPS; step++) {
      String after = "after" + step;
      if (random.nextInt(4) == 0) {
        code.ops(0x80).push(1).ops(0x16).jumpIf(after); // if the sum is odd
      }
      step(code);
      code.label(after);
    }
    return code.returnTop().code();
  }

  private void step(Assembly code) {
    switch (random.nextInt(14)) {
      case 0, 1, 2 -> code.push(random.nextInt(9)).ops(0x54, 0x01); // SLOAD
      case 3 -> code.ops(0x80).push(7).ops(0x16, 0x54, 0x01); // SLOAD of sum & 7
      case 4 -> code.ops(0x80).push(random.nextInt(9)).ops(0x55); // SSTORE the sum
      case 5 -> code.push(anyone()).ops(0x31, 0x01); // BALANCE
      case 6 -> code.push(anyone()).ops(0x3b, 0x01); // EXTCODESIZE
      case 7 -> code.push(anyone()).ops(0x3f, 0x01); // EXTCODEHASH
      case 8 -> code.push(8, 0, 0).push(anyone()).ops(0x3c).push(0).ops(0x51, 0x01); // EXTCODECOPY
      case 9 -> call(code.push(32, 0, 32, 0, random.nextInt(3)).push(anyone()), 0xf1);
      case 10 -> call(code.push(32, 0, 32, 0).push(anyone()), 0xfa);
      case 11 -> call(code.push(32, 0, 32, 0).push(anyone()), 0xf4);
      case 12 -> {
        // CALL of the address in a slot
        code.push(32, 0, 32, 0, 0).push(random.nextInt(9)).ops(0x54);
        call(code, 0xf1);
      }
      default -> {
        if (random.nextBoolean()) {
          code.ops(0x80).push(0).ops(0x52).push(32, 0, 0).ops(0xf0, 0x01); // CREATE
        } else if (random.nextInt(4) == 0) {
          code.push(anyone()).ops(0xff); // SELFDESTRUCT
        } else if (random.nextInt(4) == 0) {
          code.push(0).ops(0x52).push(32, 0).ops(0xfd); // REVERT with the sum
        }
      }
    }
  }

  /** The call's outcome and what it returned join the sum; gas is shared out, so that it ends. */
  private static void call(Assembly code, int opcode) {
    code.push(4).ops(0x5a, 0x04, opcode, 0x01).push(0).ops(0x51, 0x01);
  }
}
