package io.lesnode.les.client;

import io.lesnode.primitives.Address;
import io.lesnode.primitives.config.Genesis;
import io.lesnode.primitives.crypto.Keccak;
import java.util.List;
import java.util.Map;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/** Contracts in hand-made bytecode, for what they read. Stateless. */
final class Contracts {
  private static final int ADD = 0x01;
  private static final int LT = 0x10;
  private static final int ISZERO = 0x15;
  private static final int SHA3 = 0x20;
  private static final int CALLDATALOAD = 0x35;
  private static final int CALLDATASIZE = 0x36;
  private static final int CALLDATACOPY = 0x37;
  private static final int EXTCODESIZE = 0x3b;
  private static final int RETURNDATASIZE = 0x3d;
  private static final int RETURNDATACOPY = 0x3e;
  private static final int POP = 0x50;
  private static final int MLOAD = 0x51;
  private static final int MSTORE = 0x52;
  private static final int SLOAD = 0x54;
  private static final int GAS = 0x5a;
  private static final int DUP1 = 0x80;
  private static final int SWAP1 = 0x90;
  private static final int RETURN = 0xf3;
  private static final int DELEGATECALL = 0xf4;
  private static final int STATICCALL = 0xfa;
  private static final int REVERT = 0xfd;

  private Contracts() {}

  /**
   * Whatever it is called with, it takes the first argument for an address and returns its slot in
   * a mapping at slot 0: an ERC-20 {@code balanceOf}.
   */
  static Bytes token() {
    return new Assembly()
        .push(4)
        .ops(CALLDATALOAD)
        .push(0)
        .ops(MSTORE)
        .push(0, 32)
        .ops(MSTORE)
        .push(64, 0)
        .ops(SHA3, SLOAD)
        .returnTop()
        .code();
  }

  /** The input of {@code balanceOf(address)}. */
  static Bytes balanceOf(Address holder) {
    return Bytes.concatenate(Bytes.fromHexString("0x70a08231"), Bytes32.leftPad(holder.bytes()));
  }

  /** The slot that {@link #token} reads for a holder. */
  static UInt256 balanceSlot(Address holder) {
    return UInt256.fromBytes(
        Keccak.keccak256(Bytes.concatenate(Bytes32.leftPad(holder.bytes()), Bytes32.ZERO)));
  }

  /** Returns the sum of its slots 0 to {@code count - 1}. */
  static Bytes sum(int count) {
    Assembly code = new Assembly().push(0);
    for (int slot = 0; slot < count; slot++) {
      code.push(slot).ops(SLOAD, ADD);
    }
    return code.returnTop().code();
  }

  /**
   * Returns the sum of what contracts return, each checked as Solidity does: it must have code, the
   * call must succeed, and there must be 32 bytes.
   */
  static Bytes sumOfCalls(List<Address> callees) {
    Assembly code = new Assembly().push(0);
    for (Address callee : callees) {
      code.push(callee).ops(EXTCODESIZE, ISZERO).jumpIf("fail");
      code.push(32, 0, 0, 0).push(callee).ops(GAS, STATICCALL, ISZERO).jumpIf("fail");
      code.push(32).ops(RETURNDATASIZE, LT).jumpIf("fail");
      code.push(0).ops(MLOAD, ADD);
    }
    return code.returnTop().label("fail").push(0, 0).ops(REVERT).code();
  }

  /** Delegates to the address in slot 0 and returns what comes back: a proxy. */
  static Bytes proxy() {
    return new Assembly()
        .ops(CALLDATASIZE)
        .push(0, 0)
        .ops(CALLDATACOPY)
        .push(0, 0)
        .ops(CALLDATASIZE)
        .push(0, 0)
        .ops(SLOAD, GAS, DELEGATECALL, POP, RETURNDATASIZE)
        .push(0, 0)
        .ops(RETURNDATACOPY, RETURNDATASIZE)
        .push(0)
        .ops(RETURN)
        .code();
  }

  /** Follows a list from slot 0, where each slot names the next, to a zero; returns its length. */
  static Bytes list() {
    return new Assembly()
        .push(0, 0)
        .label("next")
        .ops(SLOAD, DUP1, ISZERO)
        .jumpIf("end")
        .ops(SWAP1)
        .push(1)
        .ops(ADD, SWAP1)
        .jump("next")
        .label("end")
        .ops(POP)
        .returnTop()
        .code();
  }

  /** A contract. */
  static Genesis.Allocation contract(Bytes code, Map<UInt256, UInt256> storage) {
    return new Genesis.Allocation(1, UInt256.ZERO, code, storage);
  }

  /** An account with ether. */
  static Genesis.Allocation rich(long wei) {
    return new Genesis.Allocation(0, UInt256.valueOf(wei), Bytes.EMPTY, Map.of());
  }
}
