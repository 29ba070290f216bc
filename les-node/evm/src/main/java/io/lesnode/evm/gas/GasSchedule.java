package io.lesnode.evm.gas;

import io.lesnode.primitives.config.Fork;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/**
 * The costs and rules of one fork: what every opcode takes from the gas, how many stack items it
 * needs and how many it may find, and the constants of the opcodes whose cost depends on state.
 *
 * <p>Immutable; {@link #of} gives the one instance per fork. The interpreter reads tables, so no
 * fork is ever compared in its loop. The tables are arrays for the same reason and must not be
 * written to.
 */
public final class GasSchedule {
  /** The cost in {@link #staticCost} of an opcode that the fork does not have. */
  public static final long UNDEFINED = Long.MAX_VALUE;

  /** Most items on the stack. */
  public static final int STACK_LIMIT = 1024;

  /** Gas that comes free with a transfer. */
  public static final long CALL_STIPEND = 2300;

  /** How SSTORE is charged. */
  public enum StorageRules {
    /** By the current value only. */
    CURRENT,
    /** EIP-1283, by original and current value; Constantinople only. */
    NET_1283,
    /** EIP-2200. */
    NET_2200,
    /** EIP-2200 with the prices of EIP-2929. */
    NET_2929
  }

  private static final Map<Fork, GasSchedule> SCHEDULES = schedules();

  /** Gas per opcode, or {@link #UNDEFINED}. */
  public final long[] staticCost = new long[256];

  /** Fewest stack items an opcode needs. */
  public final int[] minStack = new int[256];

  /** Most stack items an opcode may find. */
  public final int[] maxStack = new int[256];

  /** The fork. */
  public final Fork fork;

  /** Gas per byte of an exponent: 10, from Spurious Dragon on 50 (EIP-160). */
  public final long expByte;

  /** SSTORE's rules. */
  public final StorageRules storageRules;

  /** Refund for clearing a slot: 15000, from London on 4800 (EIP-3529). */
  public final long clearRefund;

  /** Refund for a self-destruct: 24000, from London on none (EIP-3529). */
  public final long selfDestructRefund;

  /** The most of the used gas that is refunded: a half, from London on a fifth (EIP-3529). */
  public final long maxRefundQuotient;

  /** What a self-destruct into a new account adds: none before Tangerine Whistle (EIP-150). */
  public final long selfDestructNewAccount;

  /** Whether a caller keeps a 64th of its gas (EIP-150). */
  public final boolean keeps64th;

  /** Whether empty accounts count as absent (EIP-161). */
  public final boolean emptyIsAbsent;

  /** Whether cold accesses cost more (EIP-2929). */
  public final boolean accessLists;

  /** Whether init code is limited and charged by the word (EIP-3860). */
  public final boolean initcodeMetered;

  /** Whether a self-destruct removes only what the same transaction created (EIP-6780). */
  public final boolean selfDestructOnlyNew;

  private GasSchedule(Fork fork) {
    this.fork = fork;
    expByte = from(Fork.SPURIOUS_DRAGON) ? 50 : 10;
    storageRules = storageRules(fork);
    boolean london = from(Fork.LONDON);
    clearRefund = london ? 4800 : 15000;
    selfDestructRefund = london ? 0 : 24000;
    maxRefundQuotient = london ? 5 : 2;
    keeps64th = from(Fork.TANGERINE_WHISTLE);
    selfDestructNewAccount = keeps64th ? 25000 : 0;
    emptyIsAbsent = from(Fork.SPURIOUS_DRAGON);
    accessLists = from(Fork.BERLIN);
    initcodeMetered = from(Fork.SHANGHAI);
    selfDestructOnlyNew = from(Fork.CANCUN);
    Arrays.fill(staticCost, UNDEFINED);
    Arrays.fill(maxStack, STACK_LIMIT);
    defineFrontier();
    defineLater();
    reprice();
  }

  /** The schedule of {@code fork}. */
  public static GasSchedule of(Fork fork) {
    GasSchedule schedule = SCHEDULES.get(fork);
    if (schedule == null) {
      throw new IllegalStateException("no gas schedule for " + fork);
    }
    return schedule;
  }

  /** Whether {@code other} is this fork or one before it. */
  public boolean from(Fork other) {
    return fork.compareTo(other) >= 0;
  }

  private static Map<Fork, GasSchedule> schedules() {
    Map<Fork, GasSchedule> result = new EnumMap<>(Fork.class);
    for (Fork fork : Fork.values()) {
      result.put(fork, new GasSchedule(fork));
    }
    return result;
  }

  private static StorageRules storageRules(Fork fork) {
    if (fork.compareTo(Fork.BERLIN) >= 0) {
      return StorageRules.NET_2929;
    }
    if (fork.compareTo(Fork.ISTANBUL) >= 0) {
      return StorageRules.NET_2200;
    }
    return fork == Fork.CONSTANTINOPLE ? StorageRules.NET_1283 : StorageRules.CURRENT;
  }

  private void define(int opcode, int cost, int pops, int pushes) {
    staticCost[opcode] = cost;
    minStack[opcode] = pops;
    maxStack[opcode] = STACK_LIMIT + pops - pushes;
  }

  private void define(int first, int last, int cost, int pops, int pushes) {
    for (int opcode = first; opcode <= last; opcode++) {
      define(opcode, cost, pops, pushes);
    }
  }

  private void defineFrontier() {
    define(Opcode.STOP, 0, 0, 0);
    define(Opcode.ADD, 3, 2, 1);
    define(Opcode.SUB, 3, 2, 1);
    define(Opcode.MUL, 5, 2, 1);
    define(Opcode.DIV, Opcode.SMOD, 5, 2, 1);
    define(Opcode.ADDMOD, Opcode.MULMOD, 8, 3, 1);
    define(Opcode.EXP, 10, 2, 1);
    define(Opcode.SIGNEXTEND, 5, 2, 1);
    define(Opcode.LT, Opcode.EQ, 3, 2, 1);
    define(Opcode.ISZERO, 3, 1, 1);
    define(Opcode.AND, Opcode.XOR, 3, 2, 1);
    define(Opcode.NOT, 3, 1, 1);
    define(Opcode.BYTE, 3, 2, 1);
    define(Opcode.KECCAK256, 30, 2, 1);
    define(Opcode.ADDRESS, 2, 0, 1);
    define(Opcode.BALANCE, 20, 1, 1);
    define(Opcode.ORIGIN, Opcode.CALLVALUE, 2, 0, 1);
    define(Opcode.CALLDATALOAD, 3, 1, 1);
    define(Opcode.CALLDATASIZE, 2, 0, 1);
    define(Opcode.CALLDATACOPY, 3, 3, 0);
    define(Opcode.CODESIZE, 2, 0, 1);
    define(Opcode.CODECOPY, 3, 3, 0);
    define(Opcode.GASPRICE, 2, 0, 1);
    define(Opcode.EXTCODESIZE, 20, 1, 1);
    define(Opcode.EXTCODECOPY, 20, 4, 0);
    define(Opcode.BLOCKHASH, 20, 1, 1);
    define(Opcode.COINBASE, Opcode.GASLIMIT, 2, 0, 1);
    define(Opcode.POP, 2, 1, 0);
    define(Opcode.MLOAD, 3, 1, 1);
    define(Opcode.MSTORE, Opcode.MSTORE8, 3, 2, 0);
    define(Opcode.SLOAD, 50, 1, 1);
    define(Opcode.SSTORE, 0, 2, 0);
    define(Opcode.JUMP, 8, 1, 0);
    define(Opcode.JUMPI, 10, 2, 0);
    define(Opcode.PC, Opcode.GAS, 2, 0, 1);
    define(Opcode.JUMPDEST, 1, 0, 0);
    define(Opcode.PUSH1, Opcode.PUSH32, 3, 0, 1);
    for (int n = 1; n <= 16; n++) {
      define(Opcode.DUP1 + n - 1, 3, n, n + 1);
      define(Opcode.SWAP1 + n - 1, 3, n + 1, n + 1);
    }
    for (int topics = 0; topics <= 4; topics++) {
      define(Opcode.LOG0 + topics, 375 * (topics + 1), topics + 2, 0);
    }
    define(Opcode.CREATE, 32000, 3, 1);
    define(Opcode.CALL, Opcode.CALLCODE, 40, 7, 1);
    define(Opcode.RETURN, 0, 2, 0);
    define(Opcode.SELFDESTRUCT, 0, 1, 0);
  }

  private void defineLater() {
    if (from(Fork.HOMESTEAD)) {
      define(Opcode.DELEGATECALL, 40, 6, 1); // EIP-7
    }
    if (from(Fork.BYZANTIUM)) {
      define(Opcode.STATICCALL, 700, 6, 1); // EIP-214
      define(Opcode.RETURNDATASIZE, 2, 0, 1); // EIP-211
      define(Opcode.RETURNDATACOPY, 3, 3, 0);
      define(Opcode.REVERT, 0, 2, 0); // EIP-140
    }
    if (from(Fork.CONSTANTINOPLE)) {
      define(Opcode.SHL, Opcode.SAR, 3, 2, 1); // EIP-145
      define(Opcode.EXTCODEHASH, 400, 1, 1); // EIP-1052
      define(Opcode.CREATE2, 32000, 4, 1); // EIP-1014
    }
    if (from(Fork.ISTANBUL)) {
      define(Opcode.CHAINID, 2, 0, 1); // EIP-1344
      define(Opcode.SELFBALANCE, 5, 0, 1); // EIP-1884
    }
    if (from(Fork.LONDON)) {
      define(Opcode.BASEFEE, 2, 0, 1); // EIP-3198
    }
    if (from(Fork.SHANGHAI)) {
      define(Opcode.PUSH0, 2, 0, 1); // EIP-3855
    }
    if (from(Fork.CANCUN)) {
      define(Opcode.TLOAD, 100, 1, 1); // EIP-1153
      define(Opcode.TSTORE, 100, 2, 0);
      define(Opcode.MCOPY, 3, 3, 0); // EIP-5656
      define(Opcode.BLOBHASH, 3, 1, 1); // EIP-4844
      define(Opcode.BLOBBASEFEE, 2, 0, 1); // EIP-7516
    }
  }

  private void reprice() {
    if (from(Fork.TANGERINE_WHISTLE)) { // EIP-150
      staticCost[Opcode.BALANCE] = 400;
      staticCost[Opcode.EXTCODESIZE] = 700;
      staticCost[Opcode.EXTCODECOPY] = 700;
      staticCost[Opcode.SLOAD] = 200;
      staticCost[Opcode.CALL] = 700;
      staticCost[Opcode.CALLCODE] = 700;
      staticCost[Opcode.DELEGATECALL] = 700;
      staticCost[Opcode.SELFDESTRUCT] = 5000;
    }
    if (from(Fork.ISTANBUL)) { // EIP-1884
      staticCost[Opcode.BALANCE] = 700;
      staticCost[Opcode.EXTCODEHASH] = 700;
      staticCost[Opcode.SLOAD] = 800;
    }
    if (from(Fork.BERLIN)) { // EIP-2929: the price of a warm access; the rest is charged on access
      for (int opcode :
          new int[] {
            Opcode.BALANCE,
            Opcode.EXTCODESIZE,
            Opcode.EXTCODECOPY,
            Opcode.EXTCODEHASH,
            Opcode.SLOAD,
            Opcode.CALL,
            Opcode.CALLCODE,
            Opcode.DELEGATECALL,
            Opcode.STATICCALL
          }) {
        staticCost[opcode] = 100;
      }
    }
  }
}
