package io.lesnode.evm.state;

import io.lesnode.primitives.Account;
import io.lesnode.primitives.Address;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * Port to committed world state at one state root.
 *
 * <p>An implementation over partial state (a light client's) throws {@link MissingStateException}
 * where a full one returns; a {@link JournaledState} that saw it must be dropped.
 */
public interface StateReader {

  /** The account at {@code address}, or null if the state has none. */
  @Nullable Account account(Address address);

  /** The code with hash {@code codeHash} of {@code address}; never asked for the empty hash. */
  Bytes code(Address address, Bytes32 codeHash);

  /**
   * The value of {@code slot} in the storage trie of {@code address}, zero if unset; never asked
   * for the empty root.
   *
   * @param storageRoot root of that trie, as in the account
   */
  UInt256 storage(Address address, Bytes32 storageRoot, UInt256 slot);

  /** A state with no accounts. */
  static StateReader empty() {
    return new StateReader() {
      @Override
      public @Nullable Account account(Address address) {
        return null;
      }

      @Override
      public Bytes code(Address address, Bytes32 codeHash) {
        throw new IllegalStateException("the empty state has no code");
      }

      @Override
      public UInt256 storage(Address address, Bytes32 storageRoot, UInt256 slot) {
        return UInt256.ZERO;
      }
    };
  }
}
