package io.lesnode.les.client;

import io.lesnode.chain.trie.NodeSource;
import io.lesnode.chain.trie.SecureTrie;
import io.lesnode.primitives.Account;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.EmptyHashes;
import io.lesnode.primitives.config.Genesis;
import io.lesnode.primitives.crypto.Keccak;
import java.util.Map;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.rlp.RLP;
import org.apache.tuweni.units.bigints.UInt256;

/** The state root of a genesis file, computed in memory: independent of the chain module. */
final class GenesisRoot {
  private GenesisRoot() {}

  /** The complete genesis header. */
  static BlockHeader header(Genesis genesis) {
    return genesis.header(stateTrie(genesis).rootHash());
  }

  /** The trie of all accounts of the genesis block. */
  static SecureTrie stateTrie(Genesis genesis) {
    SecureTrie accounts = new SecureTrie(NodeSource.empty(), EmptyHashes.TRIE_ROOT);
    for (Map.Entry<Address, Genesis.Allocation> entry : genesis.alloc().entrySet()) {
      Genesis.Allocation first = entry.getValue();
      Bytes32 codeHash = first.code().isEmpty() ? EmptyHashes.CODE : Keccak.keccak256(first.code());
      Account account =
          new Account(first.nonce(), first.balance(), storageTrie(first).rootHash(), codeHash);
      accounts.put(entry.getKey().bytes(), account.encoded());
    }
    return accounts;
  }

  /** The trie of the storage of one account. */
  static SecureTrie storageTrie(Genesis.Allocation allocation) {
    SecureTrie slots = new SecureTrie(NodeSource.empty(), EmptyHashes.TRIE_ROOT);
    for (Map.Entry<UInt256, UInt256> slot : allocation.storage().entrySet()) {
      Bytes value = slot.getValue().toMinimalBytes();
      if (!value.isEmpty()) {
        slots.put(slot.getKey(), RLP.encodeValue(value));
      }
    }
    return slots;
  }
}
