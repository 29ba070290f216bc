package io.lesnode.chain.index;

import io.lesnode.chain.store.ChainStore;
import io.lesnode.chain.store.GcMode;
import io.lesnode.chain.store.StoreOptions;
import java.nio.file.Path;

/** The process that {@link KillDuringIndexingTest} kills: indexes a store, telling each step. */
final class KilledIndexing {
  private KilledIndexing() {}

  /** Arguments: data directory, blocks per section. */
  public static void main(String[] arguments) {
    Sections sections = new Sections(Long.parseLong(arguments[1]), 1);
    try (ChainStore store =
        ChainStore.open(Path.of(arguments[0]), StoreOptions.defaults(GcMode.ARCHIVE))) {
      long due = sections.confirmed(store.head().orElseThrow().number());
      int[] steps = {0};
      Pace telling =
          unused -> {
            System.out.println("step " + steps[0]++);
            return true;
          };
      HelperTries tries = new HelperTries(store, sections);
      while (tries.finished() < due) {
        HelperTrieIndexer.step(store, sections, telling);
        System.out.println("finished " + tries.finished());
      }
      System.out.println("done");
    }
  }
}
