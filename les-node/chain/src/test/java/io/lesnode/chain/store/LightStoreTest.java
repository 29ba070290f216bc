package io.lesnode.chain.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lesnode.chain.state.StateSource;
import io.lesnode.chain.state.TrieState;
import io.lesnode.chain.trie.MemoryNodes;
import io.lesnode.chain.trie.MerklePatriciaTrie;
import io.lesnode.chain.trie.NodeSource;
import io.lesnode.chain.trie.ProofNodeSource;
import io.lesnode.evm.state.MissingStateException;
import io.lesnode.primitives.Account;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.EmptyHashes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The store of a light client: header batches, reorganisations, verified data. */
class LightStoreTest {

  private static final StoreOptions OPTIONS = StoreOptions.defaults(GcMode.FULL);

  @TempDir Path directory;

  @Test
  void keepsHeadersAcrossARestartAndAReorganisation() {
    List<BlockHeader> first = branch(genesis(), 40, 1);
    List<BlockHeader> second = branch(first.get(29), 5, 2);
    try (LightStore store = LightStore.open(directory, OPTIONS)) {
      store.initialize(genesis());
      write(store, first);
      try (LightBatch batch = store.newBatch()) {
        for (BlockHeader header : second) {
          batch.putHeader(header, UInt256.valueOf(header.number()));
          batch.setCanonical(header);
        }
        for (long number = 36; number <= 40; number++) {
          batch.removeCanonical(number);
        }
        batch.setHead(second.getLast());
        batch.putIndex(Bytes.of(1), Bytes.of(2));
        batch.commit();
      }
    }
    try (LightStore store = LightStore.open(directory, OPTIONS)) {
      store.initialize(genesis());
      assertThat(store.head()).contains(new ChainHead(35, second.getLast().hash()));
      assertThat(store.header(30)).contains(first.get(29));
      assertThat(store.header(31)).contains(second.getFirst());
      assertThat(store.header(36)).isEmpty();
      assertThat(store.header(first.getLast().hash())).contains(first.getLast());
      assertThat(store.isCanonical(40, first.getLast().hash())).isFalse();
      assertThat(store.totalDifficulty(second.getLast().hash())).contains(UInt256.valueOf(35));
      assertThat(store.index(Bytes.of(1))).contains(Bytes.of(2));
      assertThatThrownBy(() -> store.initialize(genesis().toBuilder().gasLimit(9).build()))
          .isInstanceOf(StoreException.GenesisMismatch.class);
    }
  }

  @Test
  void verifiedNodesAreAPartOfAState() {
    Address known = Address.fromHex("0x00000000000000000000000000000000000000aa");
    MerklePatriciaTrie trie = new MerklePatriciaTrie(new MemoryNodes(), EmptyHashes.TRIE_ROOT);
    for (int i = 0; i < 300; i++) {
      Address address =
          Address.of(Bytes.concatenate(Bytes.repeat((byte) 0, 18), Bytes.of(i / 256, i % 256)));
      trie.put(
          address.hash(),
          new Account(i, UInt256.ONE, EmptyHashes.TRIE_ROOT, EmptyHashes.CODE).encoded());
    }
    ProofNodeSource proof = new ProofNodeSource(trie.prove(known.hash()));
    new TrieState(new ProofState(proof), trie.rootHash()).account(known);
    try (LightStore store = LightStore.open(directory, OPTIONS)) {
      store.putVerified(VerifiedKind.TRIE_NODE, proof.usedNodes());
      store.putVerified(VerifiedKind.CODE, Bytes32.ZERO, Bytes.of(9));
      store.putVerified(VerifiedKind.BODY, Bytes32.ZERO, Bytes.of(8));
      assertThat(store.verified(VerifiedKind.BODY, Bytes32.ZERO)).contains(Bytes.of(8));
      assertThat(store.verified(VerifiedKind.RECEIPTS, Bytes32.ZERO)).isEmpty();
    }
    try (LightStore store = LightStore.open(directory, OPTIONS)) {
      TrieState state = new TrieState(store, trie.rootHash());
      Account account = state.account(known);
      assertThat(account).isNotNull();
      assertThat(account.nonce()).isEqualTo(0xaa);
      assertThat(store.code(Bytes32.ZERO)).isEqualTo(Bytes.of(9));
      assertThatThrownBy(
              () -> state.account(Address.fromHex("0x0000000000000000000000000000000000000001")))
          .isInstanceOf(MissingStateException.class);
    }
  }

  private record ProofState(ProofNodeSource nodes) implements StateSource {
    @Override
    public NodeSource accountNodes() {
      return nodes;
    }

    @Override
    public NodeSource storageNodes(Bytes32 accountHash) {
      return nodes;
    }

    @Override
    public Bytes code(Bytes32 codeHash) {
      return Bytes.EMPTY;
    }
  }

  private static void write(LightStore store, List<BlockHeader> headers) {
    try (LightBatch batch = store.newBatch()) {
      for (BlockHeader header : headers) {
        batch.putHeader(header, UInt256.valueOf(header.number()));
        batch.setCanonical(header);
      }
      batch.setHead(headers.getLast());
      batch.commit();
    }
  }

  private static BlockHeader genesis() {
    return new BlockHeader.Builder().number(0).gasLimit(5000).build();
  }

  private static List<BlockHeader> branch(BlockHeader parent, int count, long gasUsed) {
    List<BlockHeader> headers = new ArrayList<>();
    BlockHeader last = parent;
    for (int i = 0; i < count; i++) {
      last =
          new BlockHeader.Builder()
              .number(last.number() + 1)
              .parentHash(last.hash())
              .gasUsed(gasUsed)
              .build();
      headers.add(last);
    }
    return headers;
  }
}
