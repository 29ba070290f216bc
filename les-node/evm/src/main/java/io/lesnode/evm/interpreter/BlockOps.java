package io.lesnode.evm.interpreter;

import io.lesnode.evm.BlockContext;
import io.lesnode.evm.gas.Opcode;
import java.util.Objects;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/** Opcodes that read the block and the transaction. */
final class BlockOps {
  /** How far back block hashes can be asked for. */
  private static final int HASH_WINDOW_BLOCKS = 256;

  private BlockOps() {}

  static void push(Execution x, int op, long[] s, int sp) {
    BlockContext block = x.block;
    switch (op) {
      case Opcode.COINBASE -> Words.put(s, sp, block.coinbase());
      case Opcode.TIMESTAMP -> WordMath.setLong(s, sp, block.timestamp());
      case Opcode.NUMBER -> WordMath.setLong(s, sp, block.number());
      case Opcode.GASLIMIT -> WordMath.setLong(s, sp, block.gasLimit());
      case Opcode.CHAINID -> Words.put(s, sp, x.chainId);
      case Opcode.BASEFEE -> Words.put(s, sp, orZero(block.baseFee()));
      case Opcode.BLOBBASEFEE -> Words.put(s, sp, orZero(block.blobBaseFee()));
      case Opcode.DIFFICULTY -> {
        Bytes32 prevRandao = block.prevRandao(); // EIP-4399
        if (prevRandao == null) {
          Words.put(s, sp, block.difficulty());
        } else {
          Words.put(s, sp, prevRandao);
        }
      }
      default -> throw new IllegalStateException("not a block opcode: " + op);
    }
  }

  static void blockHash(Execution x, long[] s, int a) {
    long wanted = s[a];
    long current = x.block.number();
    if (!WordMath.fitsLong(s, a)
        || wanted < 0
        || wanted >= current
        || wanted < current - HASH_WINDOW_BLOCKS) {
      WordMath.setLong(s, a, 0);
    } else {
      Words.put(s, a, x.block.blockHashes().apply(wanted));
    }
  }

  /** EIP-4844. */
  static void blobHash(Execution x, long[] s, int a) {
    long index = s[a];
    if (WordMath.fitsLong(s, a) && index >= 0 && index < x.blobHashes.size()) {
      Words.put(s, a, x.blobHashes.get((int) index));
    } else {
      WordMath.setLong(s, a, 0);
    }
  }

  private static UInt256 orZero(@Nullable UInt256 value) {
    return Objects.requireNonNullElse(value, UInt256.ZERO);
  }
}
