package io.lesnode.chain.blocks;

import io.lesnode.chain.consensus.SealCheck;
import io.lesnode.chain.store.ChainStore;
import io.lesnode.chain.store.GcMode;
import io.lesnode.chain.store.StoreOptions;
import io.lesnode.primitives.config.Genesis;
import java.nio.file.Path;
import java.time.InstantSource;

/** The process that {@link KillDuringImportTest} kills: imports a file and says how far it is. */
final class KilledImport {
  private KilledImport() {}

  /** Arguments: genesis, chain file, data directory. */
  public static void main(String[] arguments) {
    try (ChainStore store =
            ChainStore.open(Path.of(arguments[2]), StoreOptions.defaults(GcMode.FULL));
        Blockchain chain =
            Blockchain.open(
                store,
                Genesis.read(Path.of(arguments[0])),
                SealCheck.SKIP,
                InstantSource.system())) {
      System.out.println("open " + chain.head().number());
      chain.onHeadChange(change -> System.out.println("head " + change.newHead().number()));
      new ChainImporter(chain, InstantSource.system(), unused -> {})
          .importFile(Path.of(arguments[1]));
      System.out.println("done");
    }
  }
}
