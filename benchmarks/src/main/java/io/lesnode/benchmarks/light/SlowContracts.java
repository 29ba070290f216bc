package io.lesnode.benchmarks.light;

import io.lesnode.primitives.Address;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/**
 * Contracts in hand-made bytecode that read what the measured calls are to read, with storage tries
 * of some depth. Stateless.
 */
final class SlowContracts {
  private static final String RETURN_TOP = "60005260206000f3";

  private SlowContracts() {}

  /**
   * An ERC-20's {@code balanceOf(address)}; with a second argument it sets the balance.
   *
   * <p>slot = keccak(argument ‖ 0); calldatasize > 36 ? sstore : sload.
   */
  static Bytes token() {
    return Bytes.fromHexString(
        "0x60043560005260006020526040600020"
            + "602436116020"
            + "57"
            + "54"
            + RETURN_TOP
            + "5b602435905500");
  }

  static Bytes balanceOf(Address holder) {
    return Bytes.concatenate(Bytes.fromHexString("0x70a08231"), Bytes32.leftPad(holder.bytes()));
  }

  static Bytes setBalance(Address holder, long balance) {
    return Bytes.concatenate(balanceOf(holder), Bytes32.leftPad(Bytes.ofUnsignedLong(balance)));
  }

  /** The sum of the first slots. */
  static Bytes sum(int count) {
    StringBuilder code = new StringBuilder("0x6000");
    for (int slot = 0; slot < count; slot++) {
      code.append("60%02x5401".formatted(slot));
    }
    return Bytes.fromHexString(code + RETURN_TOP);
  }

  /** Returns its slot 5; {@code tag} makes its code unlike that of others. */
  static Bytes one(int tag) {
    return Bytes.concatenate(
        Bytes.fromHexString("0x600554" + RETURN_TOP), Bytes.ofUnsignedShort(tag));
  }

  /** The sum of what ten contracts return, each checked to have code, as Solidity does. */
  static Bytes sumOfTen(List<Address> callees) {
    StringBuilder code = new StringBuilder("0x6000");
    for (Address callee : callees) {
      String push = "73" + callee.bytes().toUnprefixedHexString();
      code.append(push).append("3b156102a857");
      code.append("6020600060006000").append(push).append("5afa156102a857");
      code.append("60005101");
    }
    return Bytes.fromHexString(code + RETURN_TOP + "5b60006000fd");
  }

  /**
   * Fills slots 0 to 199 with their numbers plus {@code tag}, so that no two storages are alike,
   * then leaves this code.
   */
  static Bytes creation(Bytes runtime, int tag) {
    String length = "61%04x".formatted(runtime.size());
    String fill = "8061%04x018155".formatted(tag);
    String loop = "5b" + fill + "600101" + "806100c811600357" + "50";
    String deploy = length + "610026" + "600039" + length + "6000f3";
    return Bytes.concatenate(Bytes.fromHexString("0x610000" + loop + deploy), runtime);
  }

  /** Gives one wei each to 200 new accounts, so that the state trie has some depth. */
  static Bytes crowd() {
    return Bytes.fromHexString(
        "0x60005b80600052600060006000600060016020600020"
            + "5af150600101"
            + "8060c811600257"
            + "00");
  }
}
