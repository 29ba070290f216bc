package io.lesnode.benchmarks.compare;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What to compare, and where.
 *
 * @param geth the executable, if a flag names it; else the environment variable {@code GETH} does
 * @param chain a folder with genesis.json and chain.rlp; without one a chain is made
 * @param blocks of the chain that is made
 * @param out folder for results and for what is needed meanwhile
 * @param series which parts, in the order of {@link Series}
 * @param kinds which requests; empty for all
 * @param isQuick fewer and shorter rounds
 * @param keepsFolders whether chains and logs of the programs stay
 * @param markdown a file for the table, if wanted
 * @param javaOptions of our server and import besides those of the launcher
 * @param seed of the keys and choices of the load clients
 */
public record CompareSettings(
    Optional<Path> geth,
    Optional<Path> chain,
    long blocks,
    Path out,
    Set<Series> series,
    Set<RequestCase> kinds,
    boolean isQuick,
    boolean keepsFolders,
    Optional<Path> markdown,
    List<String> javaOptions,
    long seed) {

  /** Copies the collections. */
  public CompareSettings {
    series = Set.copyOf(series);
    kinds = Set.copyOf(kinds);
    javaOptions = List.copyOf(javaOptions);
  }

  boolean includes(Series one) {
    return series.contains(one);
  }

  boolean includes(RequestCase one) {
    return kinds.isEmpty() || kinds.contains(one);
  }
}
