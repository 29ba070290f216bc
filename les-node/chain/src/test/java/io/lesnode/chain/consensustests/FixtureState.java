package io.lesnode.chain.consensustests;

import com.fasterxml.jackson.databind.JsonNode;
import io.lesnode.chain.state.StateCommit;
import io.lesnode.chain.state.StateSource;
import io.lesnode.chain.state.TrieState;
import io.lesnode.chain.trie.MemoryNodes;
import io.lesnode.chain.trie.NodeSource;
import io.lesnode.evm.state.AccountChange;
import io.lesnode.evm.state.StateChanges;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.EmptyHashes;
import io.lesnode.primitives.crypto.Keccak;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/** The state that a test starts from, in tries held in memory. */
final class FixtureState implements StateSource {
  private final MemoryNodes nodes = new MemoryNodes();
  private final Map<Bytes32, Bytes> codes;
  private final Bytes32 root;

  FixtureState(JsonNode pre) {
    TrieState state = new TrieState(this, EmptyHashes.TRIE_ROOT);
    List<AccountChange> accounts = new ArrayList<>();
    for (Map.Entry<String, JsonNode> account : pre.properties()) {
      accounts.add(account(Address.fromHex(account.getKey()), account.getValue()));
    }
    state.apply(new StateChanges(accounts));
    StateCommit commit = state.commit();
    nodes.add(commit.accounts());
    commit.storages().values().forEach(nodes::add);
    codes = commit.codes();
    root = commit.root();
  }

  /** The state as it is before a case; cases do not see each other. */
  TrieState open() {
    return new TrieState(this, root);
  }

  private static AccountChange account(Address address, JsonNode fields) {
    Bytes code = Json.bytes(fields.path("code"));
    Map<UInt256, UInt256> storage = new HashMap<>();
    for (Map.Entry<String, JsonNode> slot : fields.path("storage").properties()) {
      Bytes key = Bytes.fromHexStringLenient(slot.getKey());
      storage.put(UInt256.fromBytes(Bytes32.leftPad(key)), Json.uint256(slot.getValue()));
    }
    return new AccountChange.Updated(
        address,
        Json.uint64(fields.path("nonce")),
        Json.uint256(fields.path("balance")),
        Keccak.keccak256(code),
        EmptyHashes.TRIE_ROOT,
        false,
        code.isEmpty() ? null : code,
        storage);
  }

  @Override
  public NodeSource accountNodes() {
    return nodes;
  }

  @Override
  public NodeSource storageNodes(Bytes32 accountHash) {
    return nodes;
  }

  @Override
  public @Nullable Bytes code(Bytes32 codeHash) {
    return codes.get(codeHash);
  }
}
