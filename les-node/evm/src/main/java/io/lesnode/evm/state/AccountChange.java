package io.lesnode.evm.state;

import io.lesnode.primitives.Address;
import java.util.Map;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/** What execution did to one account, for the trie layer to commit. */
public sealed interface AccountChange {

  /** The account. */
  Address address();

  /** The account and all its storage are gone (or never came to be). */
  record Deleted(Address address) implements AccountChange {}

  /**
   * The account exists with these fields.
   *
   * @param nonce its transaction or creation count, unsigned
   * @param balance in wei
   * @param codeHash keccak of its code
   * @param baseStorageRoot the storage root that {@code storage} is to be applied to: the one the
   *     {@link StateReader} gave, or the empty root where {@code storageWiped} or newly created
   * @param storageWiped whether whatever storage the state had for this address is void
   * @param newCode the code behind {@code codeHash} if it was set here, else null
   * @param storage the slots that differ from the base: slot to new value, zero to delete
   */
  record Updated(
      Address address,
      long nonce,
      UInt256 balance,
      Bytes32 codeHash,
      Bytes32 baseStorageRoot,
      boolean storageWiped,
      @Nullable Bytes newCode,
      Map<UInt256, UInt256> storage)
      implements AccountChange {

    /** Takes an immutable copy of the slots. */
    public Updated {
      storage = Map.copyOf(storage);
    }
  }
}
