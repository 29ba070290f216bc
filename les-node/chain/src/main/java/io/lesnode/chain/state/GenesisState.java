package io.lesnode.chain.state;

import io.lesnode.chain.trie.NodeSource;
import io.lesnode.evm.state.AccountChange;
import io.lesnode.evm.state.StateChanges;
import io.lesnode.primitives.Block;
import io.lesnode.primitives.BlockBody;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.EmptyHashes;
import io.lesnode.primitives.config.Genesis;
import io.lesnode.primitives.crypto.Keccak;
import java.util.ArrayList;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;

/**
 * The first block and the state that its file allots.
 *
 * @param block number 0
 * @param state all of its state
 */
public record GenesisState(Block block, StateCommit state) {

  /** Makes both from a genesis file. */
  public static GenesisState of(Genesis genesis) {
    TrieState state = new TrieState(NOTHING, EmptyHashes.TRIE_ROOT);
    List<AccountChange> accounts = new ArrayList<>(genesis.alloc().size());
    genesis
        .alloc()
        .forEach(
            (address, allocation) ->
                accounts.add(
                    new AccountChange.Updated(
                        address,
                        allocation.nonce(),
                        allocation.balance(),
                        Keccak.keccak256(allocation.code()),
                        EmptyHashes.TRIE_ROOT,
                        false,
                        allocation.code().isEmpty() ? null : allocation.code(),
                        allocation.storage())));
    state.apply(new StateChanges(accounts));
    StateCommit commit = state.commit();
    BlockHeader header = genesis.header(commit.root());
    BlockBody body =
        header.withdrawalsRoot() == null
            ? BlockBody.EMPTY
            : new BlockBody(List.of(), List.of(), List.of());
    return new GenesisState(new Block(header, body), commit);
  }

  private static final StateSource NOTHING =
      new StateSource() {
        @Override
        public NodeSource accountNodes() {
          return NodeSource.empty();
        }

        @Override
        public NodeSource storageNodes(Bytes32 accountHash) {
          return NodeSource.empty();
        }

        @Override
        public @Nullable Bytes code(Bytes32 codeHash) {
          return null;
        }
      };
}
