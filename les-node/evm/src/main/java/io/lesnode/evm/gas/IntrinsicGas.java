package io.lesnode.evm.gas;

import io.lesnode.primitives.AccessListEntry;
import io.lesnode.primitives.config.Fork;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;

/** What a transaction costs before any code runs. */
public final class IntrinsicGas {
  private static final long TRANSACTION = 21000;
  private static final long CREATION = 32000;
  private static final long ZERO_BYTE = 4;
  private static final long NONZERO_BYTE = 68;
  private static final long NONZERO_BYTE_ISTANBUL = 16;
  private static final long ACCESS_ADDRESS = 2400;
  private static final long ACCESS_SLOT = 1900;
  private static final long INITCODE_WORD = 2;

  private IntrinsicGas() {}

  /**
   * The intrinsic gas: per transaction, per byte (EIP-2028), per creation (EIP-2), per access list
   * entry (EIP-2930) and per word of init code (EIP-3860).
   *
   * @param data input, or init code if {@code creates}
   */
  public static long of(Bytes data, List<AccessListEntry> accessList, boolean creates, Fork fork) {
    long gas = TRANSACTION;
    if (creates && fork.isAtLeast(Fork.HOMESTEAD)) {
      gas += CREATION;
    }
    long nonzero = 0;
    for (byte b : data.toArrayUnsafe()) {
      nonzero += b == 0 ? 0 : 1;
    }
    gas += ZERO_BYTE * (data.size() - nonzero);
    gas += nonzero * (fork.isAtLeast(Fork.ISTANBUL) ? NONZERO_BYTE_ISTANBUL : NONZERO_BYTE);
    for (AccessListEntry entry : accessList) {
      gas += ACCESS_ADDRESS + ACCESS_SLOT * entry.storageKeys().size();
    }
    if (creates && fork.isAtLeast(Fork.SHANGHAI)) {
      gas += INITCODE_WORD * ((data.size() + 31L) >>> 5);
    }
    return gas;
  }
}
