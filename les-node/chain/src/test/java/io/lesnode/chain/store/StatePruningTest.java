package io.lesnode.chain.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.chain.blocks.Blockchain;
import io.lesnode.chain.blocks.ChainImporter;
import io.lesnode.chain.consensus.SealCheck;
import io.lesnode.chain.state.GenesisState;
import io.lesnode.chain.state.StateCommit;
import io.lesnode.chain.state.StateSource;
import io.lesnode.chain.state.TrieState;
import io.lesnode.chain.testing.ChainVectors;
import io.lesnode.chain.trie.MerklePatriciaTrie;
import io.lesnode.chain.trie.NodeSource;
import io.lesnode.chain.trie.StoredNode;
import io.lesnode.chain.trie.TrieVisitor;
import io.lesnode.evm.state.JournaledState;
import io.lesnode.evm.state.Word;
import io.lesnode.primitives.Account;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.Block;
import io.lesnode.primitives.BlockBody;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.EmptyHashes;
import io.lesnode.primitives.config.Fork;
import io.lesnode.primitives.testing.Vectors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random chains with reorganisations, values that toggle and contracts that destroy themselves and
 * come back: after every look at it the store has exactly the nodes of the states it promises.
 */
class StatePruningTest {

  private static final StoreOptions FULL =
      StoreOptions.defaults(GcMode.FULL).withKeepStates(StoreOptions.MIN_KEEP_STATES);
  private static final StoreOptions ARCHIVE = StoreOptions.defaults(GcMode.ARCHIVE);
  private static final long LARGEST_CHAIN_BYTES = 1_000_000;
  private static final int PEOPLE = 12;
  private static final int CONTRACTS = 6;

  @TempDir Path directory;

  private final Map<Bytes32, BlockHeader> headers = new HashMap<>();
  private Random random = new Random(142);
  private BlockHeader head = new BlockHeader.Builder().build();
  private int checks;

  @Test
  void keepsExactlyTheNodesOfTheStatesItPromises() throws IOException {
    for (long seed = 1; seed <= 2; seed++) {
      random = new Random(seed);
      headers.clear();
      Path place = directory.resolve("seed" + seed);
      ChainStore store = ChainStore.open(place, FULL);
      initialize(store);
      for (int step = 0; step < 420; step++) {
        step(store);
        if (step % 35 == 34) {
          check(store);
        }
        if (step == 200) {
          store.close();
          store = ChainStore.open(place, FULL);
          check(store);
        }
        if (step == 300) {
          Path copy = copy(place, directory.resolve("copy" + seed));
          store.close();
          store = ChainStore.open(copy, FULL);
          check(store);
        }
      }
      assertThat(store.oldestState()).isEqualTo(head.number() - FULL.keepStates());
      store.close();
    }
    System.out.println("StatePruningTest: " + checks + " complete checks of the node set");
  }

  @Test
  void anArchiveKeepsEverythingAndCanBecomePrunedAndBack() {
    List<BlockHeader> old = new ArrayList<>();
    try (ChainStore store = ChainStore.open(directory, ARCHIVE)) {
      initialize(store);
      for (int step = 0; step < 150; step++) {
        extend(store, head);
        old.add(head);
      }
      assertThat(store.oldestState()).isZero();
      old.forEach(header -> assertComplete(store, header));
    }
    try (ChainStore store = ChainStore.open(directory, FULL)) {
      for (int step = 0; step < 200; step++) {
        extend(store, head);
        old.add(head);
      }
      assertPromises(store, old);
      assertThat(store.oldestState()).isEqualTo(head.number() - FULL.keepStates());
    }
    long oldest;
    try (ChainStore store = ChainStore.open(directory, ARCHIVE)) {
      oldest = store.oldestState();
      for (int step = 0; step < 150; step++) {
        extend(store, head);
        old.add(head);
      }
      assertThat(store.oldestState()).isEqualTo(oldest);
      assertPromises(store, old);
    }
    try (ChainStore store = ChainStore.open(directory, FULL)) {
      for (int step = 0; step < 140; step++) {
        extend(store, head);
        old.add(head);
      }
      assertPromises(store, old);
      assertThat(store.oldestState()).isEqualTo(head.number() - FULL.keepStates());
    }
  }

  private static void assertPromises(ChainStore store, List<BlockHeader> chain) {
    for (BlockHeader header : chain) {
      boolean promised = header.number() >= store.oldestState();
      assertThat(store.hasState(header)).isEqualTo(promised);
      if (promised) {
        assertComplete(store, header);
      }
    }
  }

  @Test
  void aSmallerWindowIsReachedInTurns() {
    try (ChainStore store = ChainStore.open(directory, FULL.withKeepStates(600))) {
      initialize(store);
      for (int step = 0; step < 400; step++) {
        extend(store, head);
      }
      assertThat(store.oldestState()).isZero();
    }
    try (ChainStore store = ChainStore.open(directory, FULL)) {
      long before = 0;
      while (store.oldestState() < head.number() - FULL.keepStates()) {
        extend(store, head);
        assertThat(store.oldestState() - before).isBetween(1L, 64L);
        before = store.oldestState();
      }
      check(store);
    }
  }

  @Test
  void keepsExactlyTheNodesOfTheLastStatesOfRealChains() throws IOException {
    int chains = 0;
    for (Path folder : Vectors.chains()) {
      Path file = ChainVectors.files(folder).getFirst();
      if (Files.size(file) > LARGEST_CHAIN_BYTES) {
        continue;
      }
      headers.clear();
      try (ChainStore store = ChainStore.open(directory.resolve(folder.getFileName()), FULL);
          Blockchain chain =
              Blockchain.open(
                  store, ChainVectors.genesis(folder), SealCheck.SKIP, InstantSource.system())) {
        new ChainImporter(chain, InstantSource.system(), progress -> {}).importFile(file);
        head = chain.head().header();
        for (long number = 0; number <= head.number(); number++) {
          BlockHeader header = store.header(number).orElseThrow();
          headers.put(header.hash(), header);
        }
        check(store);
        assertThat(store.oldestState()).isEqualTo(Math.max(0, head.number() - FULL.keepStates()));
      }
      chains++;
    }
    System.out.println("StatePruningTest: " + chains + " real chains");
  }

  @Test
  void aStateOfABlockThatWasNotExecutedIsNotPromised() {
    try (ChainStore store = ChainStore.open(directory, FULL)) {
      initialize(store);
      BlockHeader parent = head;
      extend(store, parent);
      BlockHeader twin = head.toBuilder().extraData(Bytes.of(1)).build();
      try (ChainBatch batch = store.newBatch()) {
        batch.putBlock(new Block(twin, BlockBody.EMPTY), UInt256.ONE);
        batch.commit();
      }
      assertThat(store.hasState(head)).isTrue();
      assertThat(store.hasState(twin)).isFalse();
    }
  }

  private void initialize(ChainStore store) {
    TrieState state = new TrieState(store, EmptyHashes.TRIE_ROOT);
    JournaledState alloc = new JournaledState(state);
    for (int i = 0; i < PEOPLE; i++) {
      alloc.setBalance(person(i), UInt256.valueOf(100));
    }
    alloc.finishTransaction(Fork.LONDON);
    state.apply(alloc.changes());
    StateCommit commit = state.commit();
    BlockHeader header =
        new BlockHeader.Builder().number(0).gasLimit(1).stateRoot(commit.root()).build();
    GenesisState genesis = new GenesisState(new Block(header, BlockBody.EMPTY), commit);
    store.initialize(genesis.block(), genesis.state());
    headers.put(header.hash(), header);
    head = header;
  }

  private void step(ChainStore store) {
    switch (random.nextInt(10)) {
      case 0 -> write(store, ancestor(random.nextInt(8)), false);
      case 1 -> {
        int depth = 1 + random.nextInt(6);
        BlockHeader branch = ancestor(depth);
        for (int i = 0; i < depth - 1 + random.nextInt(3); i++) {
          branch = write(store, branch, false);
        }
        write(store, branch, true);
      }
      default -> extend(store, head);
    }
  }

  private BlockHeader ancestor(int depth) {
    BlockHeader block = head;
    for (int i = 0; i < depth && block.number() > 0; i++) {
      block = header(block.parentHash());
    }
    return block;
  }

  private void extend(ChainStore store, BlockHeader parent) {
    write(store, parent, true);
  }

  private BlockHeader write(ChainStore store, BlockHeader parent, boolean becomesHead) {
    assertThat(store.hasState(parent)).isTrue();
    TrieState state = new TrieState(store, parent.stateRoot());
    change(state);
    StateCommit commit = state.commit();
    BlockHeader header =
        new BlockHeader.Builder()
            .number(parent.number() + 1)
            .parentHash(parent.hash())
            .stateRoot(commit.root())
            .extraData(Bytes.ofUnsignedLong(random.nextLong()))
            .build();
    headers.put(header.hash(), header);
    try (ChainBatch batch = store.newBatch()) {
      batch.putBlock(new Block(header, BlockBody.EMPTY), UInt256.valueOf(header.number()));
      batch.putReceipts(header, List.of());
      batch.putState(header, commit);
      if (becomesHead) {
        makeHead(store, batch, header);
      }
      batch.commit();
    }
    if (becomesHead) {
      head = header;
    }
    return header;
  }

  private void makeHead(ChainStore store, ChainBatch batch, BlockHeader header) {
    for (long number = head.number(); number > header.number(); number--) {
      batch.removeCanonical(number);
    }
    BlockHeader block = header;
    while (!store.isCanonical(block.number(), block.hash())) {
      batch.setCanonical(block);
      block = header(block.parentHash());
    }
    batch.setHead(header);
  }

  private void change(TrieState state) {
    for (int transaction = random.nextInt(3); transaction > 0; transaction--) {
      JournaledState changes = new JournaledState(state);
      for (int i = random.nextInt(4); i >= 0; i--) {
        changes.setBalance(person(random.nextInt(PEOPLE)), UInt256.valueOf(1 + random.nextInt(3)));
      }
      Address contract = contract(random.nextInt(CONTRACTS));
      if (random.nextInt(5) == 0 && changes.exists(contract)) {
        changes.selfDestruct(contract);
      } else {
        changes.setNonce(contract, 1);
        for (int i = random.nextInt(5); i >= 0; i--) {
          changes.setStorage(
              contract, Word.of(random.nextInt(10)), Word.of(random.nextInt(3) * 1000L));
        }
      }
      changes.finishTransaction(Fork.LONDON);
      state.apply(changes.changes());
    }
  }

  private static Address person(int index) {
    return Address.of(Bytes.concatenate(Bytes.repeat((byte) 1, 19), Bytes.of(index)));
  }

  private static Address contract(int index) {
    return Address.of(Bytes.concatenate(Bytes.repeat((byte) 2, 19), Bytes.of(index)));
  }

  private BlockHeader header(Bytes32 hash) {
    BlockHeader header = headers.get(hash);
    if (header == null) {
      throw new IllegalStateException("unknown block " + hash);
    }
    return header;
  }

  /** The whole truth: each promised state is complete, and nothing else is stored. */
  private void check(ChainStore store) {
    checks++;
    long oldest = store.oldestState();
    assertThat(oldest).isLessThanOrEqualTo(Math.max(0, head.number() - FULL.keepStates()));
    Set<String> reachable = new TreeSet<>();
    for (BlockHeader header : headers.values()) {
      if (header.number() < oldest) {
        assertThat(store.hasState(header)).isFalse();
        continue;
      }
      if (header.number() == oldest && !store.isCanonical(oldest, header.hash())) {
        continue;
      }
      Set<String> nodes = new TreeSet<>();
      boolean complete = collect(direct(store), header.stateRoot(), nodes);
      if (store.isCanonical(header.number(), header.hash())) {
        assertThat(complete).as("canonical state %s", header.number()).isTrue();
        assertThat(store.hasState(header)).isTrue();
      }
      if (store.hasState(header)) {
        assertThat(complete).as("promised state %s", header.number()).isTrue();
      }
      reachable.addAll(nodes);
    }
    Set<String> stored = new TreeSet<>();
    store.database.forEachKey(Column.NODES, key -> stored.add(Bytes.wrap(key).toHexString()));
    assertThat(stored).isEqualTo(reachable);
    Set<String> counted = new TreeSet<>();
    store.database.forEachKey(
        Column.NODE_COUNTS, key -> counted.add(Bytes.wrap(key).toHexString()));
    assertThat(stored).containsAll(counted);
  }

  private static void assertComplete(ChainStore store, BlockHeader header) {
    assertThat(store.hasState(header)).isTrue();
    assertThat(collect(direct(store), header.stateRoot(), new TreeSet<>()))
        .as("state %s", header.number())
        .isTrue();
  }

  /** The store without its node cache. */
  private static StateSource direct(ChainStore store) {
    Database database = store.database;
    return new StateSource() {
      @Override
      public NodeSource accountNodes() {
        return hash -> wrap(Keys.accountNode(hash));
      }

      @Override
      public NodeSource storageNodes(Bytes32 accountHash) {
        return hash -> wrap(Keys.storageNode(accountHash, hash));
      }

      private @Nullable Bytes wrap(byte[] key) {
        byte[] value = database.get(Column.NODES, key, database.latest());
        return value == null ? null : Bytes.wrap(value);
      }

      @Override
      public @Nullable Bytes code(Bytes32 codeHash) {
        return store.code(codeHash);
      }
    };
  }

  /** Collects the keys of the nodes of a state as far as they are there; whether all are. */
  private static boolean collect(StateSource source, Bytes32 root, Set<String> keys) {
    boolean[] complete = {true};
    Map<Bytes32, Bytes32> storages = new HashMap<>();
    complete[0] &=
        walk(
            source.accountNodes(),
            root,
            new TrieVisitor() {
              @Override
              public void onNode(Bytes path, StoredNode node) {
                keys.add(Bytes.wrap(Keys.accountNode(node.hash())).toHexString());
              }

              @Override
              public void onValue(Bytes key, Bytes value) {
                storages.put(Bytes32.wrap(key), Account.decode(value).storageRoot());
              }
            });
    storages.forEach(
        (account, storageRoot) ->
            complete[0] &=
                walk(
                    source.storageNodes(account),
                    storageRoot,
                    new TrieVisitor() {
                      @Override
                      public void onNode(Bytes path, StoredNode node) {
                        keys.add(Bytes.wrap(Keys.storageNode(account, node.hash())).toHexString());
                      }
                    }));
    return complete[0];
  }

  private static boolean walk(NodeSource source, Bytes32 root, TrieVisitor visitor) {
    // A walk would stop at the first gap: something harmless stands in for what is not there.
    boolean[] complete = {true};
    NodeSource tolerant =
        hash -> {
          Bytes node = source.node(hash);
          complete[0] &= node != null;
          return node == null ? GAP : node;
        };
    new MerklePatriciaTrie(tolerant, root)
        .walk(
            new TrieVisitor() {
              @Override
              public void onNode(Bytes path, StoredNode node) {
                if (!node.encoded().equals(GAP)) {
                  visitor.onNode(path, node);
                }
              }

              @Override
              public void onValue(Bytes key, Bytes value) {
                if (!value.equals(GAP_VALUE)) {
                  visitor.onValue(key, value);
                }
              }
            });
    return complete[0];
  }

  /** A leaf that stands for a node that is not there. */
  private static final Bytes GAP = Bytes.fromHexString("0xc22001");

  private static final Bytes GAP_VALUE = Bytes.of(1);

  private static Path copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
    return to;
  }
}
