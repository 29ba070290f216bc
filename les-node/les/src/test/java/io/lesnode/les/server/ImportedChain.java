package io.lesnode.les.server;

import io.lesnode.chain.blocks.Blockchain;
import io.lesnode.chain.consensus.SealCheck;
import io.lesnode.chain.index.HelperTrieIndexer;
import io.lesnode.chain.index.Sections;
import io.lesnode.chain.pool.PoolOptions;
import io.lesnode.chain.pool.TxPool;
import io.lesnode.chain.state.TrieState;
import io.lesnode.chain.store.ChainStore;
import io.lesnode.chain.store.GcMode;
import io.lesnode.chain.store.StoreOptions;
import io.lesnode.primitives.Block;
import io.lesnode.primitives.config.Genesis;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;

/** A chain of the vectors, executed by our own node, with an empty pool. */
final class ImportedChain implements AutoCloseable {

  private static final int CHUNK = 64;

  private final ChainStore store;
  private final Blockchain chain;
  private final TxPool pool;

  ImportedChain(Path directory, Path folder) {
    store = ChainStore.open(directory, StoreOptions.defaults(GcMode.ARCHIVE));
    chain =
        Blockchain.open(
            store,
            Genesis.read(folder.resolve("genesis.json")),
            SealCheck.SKIP,
            InstantSource.system());
    if (chain.head().number() == 0) {
      List<Block> blocks = TestChain.blocks(chainFile(folder));
      for (int i = 0; i < blocks.size(); i += CHUNK) {
        chain.submit(blocks.subList(i, Math.min(blocks.size(), i + CHUNK))).join();
      }
    }
    HelperTrieIndexer.catchUp(store, Sections.STANDARD);
    pool =
        new TxPool(
            chain,
            header -> {
              TrieState state = chain.stateAfter(header);
              return state::account;
            },
            PoolOptions.DEFAULT,
            Runnable::run,
            InstantSource.system());
  }

  private static Path chainFile(Path folder) {
    return Stream.of("chain.rlp", "chain.rlp.gz")
        .map(folder::resolve)
        .filter(Files::exists)
        .findFirst()
        .orElseThrow();
  }

  ServedChain served() {
    return new StoredChain(chain, true);
  }

  TransactionRelay relay() {
    return new PoolRelay(pool);
  }

  Blockchain chain() {
    return chain;
  }

  @Override
  public void close() {
    pool.close();
    chain.close();
    store.close();
  }
}
