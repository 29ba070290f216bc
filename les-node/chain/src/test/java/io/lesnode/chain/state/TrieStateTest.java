package io.lesnode.chain.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lesnode.chain.trie.MemoryNodes;
import io.lesnode.chain.trie.NodeSource;
import io.lesnode.chain.trie.ProofOutcome;
import io.lesnode.chain.trie.ProofVerifier;
import io.lesnode.evm.state.JournaledState;
import io.lesnode.evm.state.MissingStateException;
import io.lesnode.evm.state.Word;
import io.lesnode.primitives.Account;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.EmptyHashes;
import io.lesnode.primitives.config.Fork;
import io.lesnode.primitives.config.Genesis;
import io.lesnode.primitives.testing.Vectors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** States against geth's genesis roots, and their changes against states made from nothing. */
class TrieStateTest {

  private static final Address CONTRACT =
      Address.fromHex("0x00000000000000000000000000000000000000aa");
  private static final Address PERSON =
      Address.fromHex("0x00000000000000000000000000000000000000bb");

  @Test
  void genesisStateRootsOfAllChains() throws IOException {
    int chains = 0;
    for (Path chain : Vectors.chains()) {
      Genesis genesis = Genesis.read(chain.resolve("genesis.json"));
      GenesisState made = GenesisState.of(genesis);
      for (Path file : Vectors.files("chains/" + chain.getFileName(), "expected*.json")) {
        JsonNode expected = new ObjectMapper().readTree(file.toFile());
        assertThat(made.state().root().toHexString())
            .as(chain.toString())
            .isEqualTo(expected.get("genesisStateRoot").asText());
        assertThat(made.block().hash().toHexString())
            .isEqualTo(expected.get("genesisHash").asText());
      }
      MemoryState memory = new MemoryState();
      memory.add(made.state());
      TrieState state = new TrieState(memory, made.state().root());
      genesis
          .alloc()
          .forEach(
              (address, allocation) -> {
                Account account = state.account(address);
                assertThat(account).isNotNull();
                assertThat(account.balance()).isEqualTo(allocation.balance());
                allocation
                    .storage()
                    .forEach(
                        (slot, value) ->
                            assertThat(state.storage(address, account.storageRoot(), slot))
                                .isEqualTo(value));
                if (!allocation.code().isEmpty()) {
                  assertThat(state.code(address, account.codeHash())).isEqualTo(allocation.code());
                }
              });
      chains++;
    }
    System.out.println("TrieStateTest: genesis states of " + chains + " chains");
  }

  @Test
  void theSameStateIsReachedInOneStepAndInMany() {
    MemoryState memory = new MemoryState();
    TrieState stepwise = new TrieState(memory, EmptyHashes.TRIE_ROOT);
    JournaledState first = new JournaledState(stepwise);
    first.setBalance(PERSON, UInt256.valueOf(7));
    first.setCode(CONTRACT, Bytes.of(1, 2, 3));
    first.setStorage(CONTRACT, word(1), word(11));
    first.setStorage(CONTRACT, word(2), word(22));
    first.finishTransaction(Fork.LONDON);
    stepwise.apply(first.changes());
    Bytes32 afterFirst = stepwise.rootHash();
    JournaledState second = new JournaledState(stepwise);
    assertThat(second.storage(CONTRACT, word(2))).isEqualTo(word(22));
    second.setStorage(CONTRACT, word(2), word(0));
    second.setStorage(CONTRACT, word(3), word(33));
    second.finishTransaction(Fork.LONDON);
    stepwise.apply(second.changes());
    StateCommit commit = stepwise.commit();
    memory.add(commit);

    TrieState once = new TrieState(new MemoryState(), EmptyHashes.TRIE_ROOT);
    JournaledState all = new JournaledState(once);
    all.setBalance(PERSON, UInt256.valueOf(7));
    all.setCode(CONTRACT, Bytes.of(1, 2, 3));
    all.setStorage(CONTRACT, word(1), word(11));
    all.setStorage(CONTRACT, word(3), word(33));
    all.finishTransaction(Fork.LONDON);
    once.apply(all.changes());
    assertThat(commit.root()).isEqualTo(once.rootHash()).isNotEqualTo(afterFirst);
    assertThat(commit.codes()).hasSize(1);

    TrieState reopened = new TrieState(memory, commit.root());
    Account account = reopened.account(CONTRACT);
    assertThat(account).isNotNull();
    assertThat(reopened.storage(CONTRACT, account.storageRoot(), UInt256.valueOf(3)))
        .isEqualTo(UInt256.valueOf(33));
    assertThat(reopened.storage(CONTRACT, account.storageRoot(), UInt256.valueOf(2)))
        .isEqualTo(UInt256.ZERO);
    assertThat(reopened.code(CONTRACT, account.codeHash())).isEqualTo(Bytes.of(1, 2, 3));
    assertThat(ProofVerifier.verify(commit.root(), CONTRACT.hash(), reopened.prove(CONTRACT)))
        .isInstanceOf(ProofOutcome.Included.class);
    assertThat(reopened.prove(CONTRACT, Bytes32.ZERO)).isNotEmpty();
  }

  @Test
  void aDestroyedContractDropsItsStorageAsAWhole() {
    MemoryState memory = new MemoryState();
    StateCommit before = contractWithStorage(memory);
    memory.add(before);
    Bytes32 storageRoot = storageRoot(memory, before.root());

    TrieState state = new TrieState(memory, before.root());
    JournaledState destroying = new JournaledState(state);
    destroying.setStorage(CONTRACT, word(1), word(99));
    destroying.selfDestruct(CONTRACT);
    destroying.finishTransaction(Fork.LONDON);
    state.apply(destroying.changes());
    assertThat(state.account(CONTRACT)).isNull();
    JournaledState creating = new JournaledState(state);
    creating.setNonce(CONTRACT, 1);
    creating.setStorage(CONTRACT, word(5), word(55));
    creating.finishTransaction(Fork.LONDON);
    state.apply(creating.changes());
    StateCommit after = state.commit();
    memory.add(after);
    assertThat(after.destroyed())
        .containsExactly(new DestroyedStorage(CONTRACT.hash(), storageRoot));
    assertThat(after.storages().get(CONTRACT.hash()).removed()).isEmpty();
    TrieState reopened = new TrieState(memory, after.root());
    Account account = reopened.account(CONTRACT);
    assertThat(account).isNotNull();
    assertThat(reopened.storage(CONTRACT, account.storageRoot(), UInt256.valueOf(1)))
        .isEqualTo(UInt256.ZERO);
    assertThat(reopened.storage(CONTRACT, account.storageRoot(), UInt256.valueOf(5)))
        .isEqualTo(UInt256.valueOf(55));
  }

  @Test
  void anIncompleteStateSaysWhatIsMissing() {
    StateCommit commit = contractWithStorage(new MemoryState());
    TrieState state = new TrieState(new MemoryState(), commit.root());
    assertThatThrownBy(() -> state.account(CONTRACT))
        .isInstanceOf(MissingStateException.class)
        .hasMessageContaining(commit.root().toHexString())
        .hasMessageContaining(CONTRACT.toString());
  }

  private static StateCommit contractWithStorage(MemoryState memory) {
    TrieState state = new TrieState(memory, EmptyHashes.TRIE_ROOT);
    JournaledState changes = new JournaledState(state);
    changes.setCode(CONTRACT, Bytes.of(1));
    changes.setStorage(CONTRACT, word(1), word(11));
    changes.setStorage(CONTRACT, word(2), word(22));
    changes.finishTransaction(Fork.LONDON);
    state.apply(changes.changes());
    return state.commit();
  }

  private static Bytes32 storageRoot(MemoryState memory, Bytes32 root) {
    Account account = new TrieState(memory, root).account(CONTRACT);
    assertThat(account).isNotNull();
    return account.storageRoot();
  }

  private static Word word(long value) {
    return Word.of(value);
  }

  /** A source in memory. */
  private static final class MemoryState implements StateSource {
    private final MemoryNodes nodes = new MemoryNodes();
    private final Map<Bytes32, Bytes> codes = new HashMap<>();

    void add(StateCommit commit) {
      nodes.add(commit.accounts());
      commit.storages().values().forEach(nodes::add);
      codes.putAll(commit.codes());
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
}
