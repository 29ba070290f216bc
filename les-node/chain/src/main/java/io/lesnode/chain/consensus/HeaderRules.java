package io.lesnode.chain.consensus;

import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.config.ChainConfig;
import io.lesnode.primitives.config.Fork;
import java.math.BigInteger;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * The rules on gas, fees and optional fields that all consensus engines share. Stateless.
 *
 * <p>Reference: geth consensus/misc; EIP-1559, EIP-4895, EIP-4844, EIP-4788.
 */
public final class HeaderRules {
  /** Base fee of the first block under EIP-1559: one gwei. */
  public static final UInt256 INITIAL_BASE_FEE_WEI = UInt256.valueOf(1_000_000_000L);

  /** How far the limit may lie above the target; the limit doubles at the fork block. */
  public static final long ELASTICITY_MULTIPLIER = 2;

  static final int MAX_EXTRA_DATA_BYTES = 32;
  static final long GAS_LIMIT_BOUND_DIVISOR = 1024;
  static final long MIN_GAS_LIMIT = 5000;
  private static final BigInteger BASE_FEE_CHANGE_DENOMINATOR = BigInteger.valueOf(8);
  private static final long BLOB_GAS_PER_BLOB = 1 << 17;
  private static final long MAX_BLOB_GAS = 6 * BLOB_GAS_PER_BLOB;
  private static final long TARGET_BLOB_GAS = 3 * BLOB_GAS_PER_BLOB;

  private HeaderRules() {}

  /** Verifies gas limit, gas used and base fee against the parent. */
  static void verifyGas(ChainConfig config, BlockHeader header, BlockHeader parent) {
    // negative is beyond 2^63-1
    if (header.gasLimit() < 0) {
      throw new InvalidBlockException(
          "invalid gasLimit: have "
              + Long.toUnsignedString(header.gasLimit())
              + ", max "
              + Long.MAX_VALUE);
    }
    if (Long.compareUnsigned(header.gasUsed(), header.gasLimit()) > 0) {
      throw new InvalidBlockException(
          "invalid gasUsed: have "
              + Long.toUnsignedString(header.gasUsed())
              + ", gasLimit "
              + header.gasLimit());
    }
    if (!isLondon(config, header)) {
      if (header.baseFeePerGas() != null) {
        throw new InvalidBlockException(
            "invalid baseFee before fork: have "
                + header.baseFeePerGas().toDecimalString()
                + ", expected 'nil'");
      }
      verifyGasLimit(parent.gasLimit(), header.gasLimit());
      return;
    }
    verifyGasLimit(
        isLondon(config, parent) ? parent.gasLimit() : parent.gasLimit() * ELASTICITY_MULTIPLIER,
        header.gasLimit());
    if (header.baseFeePerGas() == null) {
      throw new InvalidBlockException("header is missing baseFee");
    }
    UInt256 expected = nextBaseFee(config, parent);
    if (!header.baseFeePerGas().equals(expected)) {
      throw new InvalidBlockException(
          "invalid baseFee: have "
              + header.baseFeePerGas().toDecimalString()
              + ", want "
              + expected.toDecimalString()
              + ", parentBaseFee "
              + (parent.baseFeePerGas() == null
                  ? "<nil>"
                  : parent.baseFeePerGas().toDecimalString())
              + ", parentGasUsed "
              + parent.gasUsed());
    }
  }

  private static void verifyGasLimit(long parentGasLimit, long gasLimit) {
    long bound = Long.divideUnsigned(parentGasLimit, GAS_LIMIT_BOUND_DIVISOR);
    // the difference wraps as it does in geth; its magnitude is compared without sign
    long difference = Math.abs(parentGasLimit - gasLimit);
    if (Long.compareUnsigned(difference, bound) >= 0) {
      throw new InvalidBlockException(
          "invalid gas limit: have "
              + gasLimit
              + ", want "
              + Long.toUnsignedString(parentGasLimit)
              + " +-= "
              + (bound - 1));
    }
    if (gasLimit < MIN_GAS_LIMIT) {
      throw new InvalidBlockException("invalid gas limit below 5000");
    }
  }

  /**
   * Returns the base fee of the block after {@code parent} in wei (EIP-1559).
   *
   * @param parent a block at or after the block before London
   */
  public static UInt256 nextBaseFee(ChainConfig config, BlockHeader parent) {
    UInt256 parentFee = parent.baseFeePerGas();
    if (!isLondon(config, parent) || parentFee == null) {
      return INITIAL_BASE_FEE_WEI;
    }
    long target = parent.gasLimit() / ELASTICITY_MULTIPLIER;
    if (parent.gasUsed() == target || target == 0) {
      return parentFee;
    }
    BigInteger fee = parentFee.toUnsignedBigInteger();
    BigInteger delta =
        fee.multiply(BigInteger.valueOf(Math.abs(parent.gasUsed() - target)))
            .divide(BigInteger.valueOf(target))
            .divide(BASE_FEE_CHANGE_DENOMINATOR);
    BigInteger next =
        parent.gasUsed() > target
            ? fee.add(delta.max(BigInteger.ONE))
            : fee.subtract(delta).max(BigInteger.ZERO);
    if (next.bitLength() > 256) {
      throw new InvalidBlockException("base fee exceeds 256 bits");
    }
    return UInt256.valueOf(next);
  }

  /**
   * Verifies that the fields of Shanghai and Cancun are there exactly from their fork on, and that
   * blob gas follows the parent.
   */
  static void verifyOptionalFields(ChainConfig config, BlockHeader header, BlockHeader parent) {
    Fork fork = forkOf(config, header);
    verifyPresence("withdrawalsRoot", header.withdrawalsRoot(), fork.isAtLeast(Fork.SHANGHAI));
    boolean cancun = fork.isAtLeast(Fork.CANCUN);
    verifyPresence("blobGasUsed", header.blobGasUsed(), cancun);
    verifyPresence("excessBlobGas", header.excessBlobGas(), cancun);
    verifyPresence("parentBeaconRoot", header.parentBeaconBlockRoot(), cancun);
    Long blobGasUsed = header.blobGasUsed();
    Long excessBlobGas = header.excessBlobGas();
    if (!cancun || blobGasUsed == null || excessBlobGas == null) {
      return;
    }
    if (Long.compareUnsigned(blobGasUsed, MAX_BLOB_GAS) > 0) {
      throw new InvalidBlockException(
          "blob gas used "
              + Long.toUnsignedString(blobGasUsed)
              + " exceeds maximum allowance "
              + MAX_BLOB_GAS);
    }
    if (blobGasUsed % BLOB_GAS_PER_BLOB != 0) {
      throw new InvalidBlockException(
          "blob gas used "
              + blobGasUsed
              + " not a multiple of blob gas per blob "
              + BLOB_GAS_PER_BLOB);
    }
    long expected = nextExcessBlobGas(parent);
    if (excessBlobGas != expected) {
      throw new InvalidBlockException(
          "invalid excessBlobGas: have " + excessBlobGas + ", want " + expected);
    }
  }

  /** Returns the excess blob gas of the block after {@code parent} (EIP-4844). */
  public static long nextExcessBlobGas(BlockHeader parent) {
    Long excess = parent.excessBlobGas();
    Long used = parent.blobGasUsed();
    if (excess == null || used == null) {
      return 0;
    }
    return Math.max(0, excess + used - TARGET_BLOB_GAS);
  }

  static void verifyNumber(BlockHeader header, BlockHeader parent) {
    if (header.number() != parent.number() + 1) {
      throw new InvalidBlockException("invalid block number");
    }
  }

  /**
   * Verifies that a header of proof of work or authority has no field that came after the merge.
   */
  static void verifyNoFieldsAfterMerge(BlockHeader header) {
    verifyPresence("withdrawalsRoot", header.withdrawalsRoot(), false);
  }

  private static void verifyPresence(String field, @Nullable Object value, boolean expected) {
    if (expected && value == null) {
      throw new InvalidBlockException("header is missing " + field);
    }
    if (!expected && value != null) {
      throw new InvalidBlockException("invalid " + field + ": have " + value + ", expected nil");
    }
  }

  static Fork forkOf(ChainConfig config, BlockHeader header) {
    return config.forkAt(header.number(), header.timestamp(), header.difficulty());
  }

  static boolean isLondon(ChainConfig config, BlockHeader header) {
    return forkOf(config, header).isAtLeast(Fork.LONDON);
  }
}
