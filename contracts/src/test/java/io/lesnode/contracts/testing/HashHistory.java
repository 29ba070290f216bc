package io.lesnode.contracts.testing;

import io.lesnode.evm.state.StateReader;
import io.lesnode.primitives.Account;
import io.lesnode.primitives.Address;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * A state whose EIP-2935 contract holds the hashes that the protocol would have written there, each
 * block's parent at the slot of its number modulo 8,191.
 */
record HashHistory(StateReader reader, BlockHistory blocks, long block, Recording recording)
    implements StateReader {
  /** The code that EIP-2935 gives. */
  static final Bytes CODE =
      Bytes.fromHexString(
          "0x3373fffffffffffffffffffffffffffffffffffffffe14604657602036036042575f35600143038111604257"
              + "611fff81430311604257611fff9006545f5260205ff35b5f5ffd5b5f35611fff60014303065500");

  private static final long WINDOW = 8191;

  /** Any root but the empty one, so that slots are asked for. */
  private static final Bytes32 SOME_ROOT = Bytes32.repeat((byte) 1);

  @Override
  public @Nullable Account account(Address address) {
    Account account = reader.account(address);
    if (account == null || !address.equals(ContractChain.HISTORY_CONTRACT)) {
      return account;
    }
    return new Account(account.nonce(), account.balance(), SOME_ROOT, account.codeHash());
  }

  @Override
  public Bytes code(Address address, Bytes32 codeHash) {
    return reader.code(address, codeHash);
  }

  /** Executing block n + 1 on the state after n has seen the hashes up to n. */
  @Override
  public UInt256 storage(Address address, Bytes32 storageRoot, UInt256 slot) {
    if (!address.equals(ContractChain.HISTORY_CONTRACT)) {
      return reader.storage(address, storageRoot, slot);
    }
    long kept = block - Math.floorMod(block - slot.toLong(), WINDOW);
    UInt256 value = kept < 0 ? UInt256.ZERO : UInt256.fromBytes(blocks.hash(kept));
    recording.historyRead(slot, value);
    return value;
  }
}
