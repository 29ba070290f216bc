package io.lesnode.app.node;

import io.lesnode.app.config.ChainSettings;
import io.lesnode.chain.blocks.Blockchain;
import io.lesnode.chain.consensus.SealCheck;
import io.lesnode.chain.store.ChainStore;
import io.lesnode.chain.store.GcMode;
import io.lesnode.chain.store.StoreOptions;
import io.lesnode.primitives.config.Genesis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;

/**
 * The chain of a data folder, opened for this process alone. Thread-safe; {@link #close} ends
 * imports first and the store last.
 */
public final class ChainFolder implements AutoCloseable {
  private final Genesis genesis;
  private final ChainStore store;
  private final Blockchain chain;

  private ChainFolder(Genesis genesis, ChainStore store, Blockchain chain) {
    this.genesis = genesis;
    this.store = store;
    this.chain = chain;
  }

  /**
   * Opens the chain, making it from the genesis file when the folder is new.
   *
   * @throws NodeFailure if there is no genesis or it cannot be used
   * @throws io.lesnode.chain.store.StoreException if the folder is locked, damaged or holds another
   *     chain
   */
  public static ChainFolder open(ChainSettings settings) {
    Genesis genesis = GenesisFile.read(settings);
    ChainStore store =
        ChainStore.open(
            folder(settings.datadir()).resolve("chaindata"),
            StoreOptions.defaults(settings.archive() ? GcMode.ARCHIVE : GcMode.FULL));
    try {
      Blockchain chain =
          Blockchain.open(store, genesis, sealCheck(settings), InstantSource.system());
      GenesisFile.keep(settings);
      return new ChainFolder(genesis, store, chain);
    } catch (RuntimeException unusable) {
      store.close();
      throw unusable;
    }
  }

  static SealCheck sealCheck(ChainSettings settings) {
    return settings.fakePow() ? SealCheck.SKIP : SealCheck.FULL;
  }

  static Path folder(Path datadir) {
    try {
      return Files.createDirectories(datadir);
    } catch (IOException unusable) {
      throw new NodeFailure(
          "the data folder cannot be made",
          unusable.toString(),
          "Choose another with --datadir, or correct the permissions",
          unusable);
    }
  }

  /** The genesis of the chain. */
  public Genesis genesis() {
    return genesis;
  }

  /** The chain. */
  public Blockchain chain() {
    return chain;
  }

  @Override
  public void close() {
    chain.close();
    store.close();
  }
}
