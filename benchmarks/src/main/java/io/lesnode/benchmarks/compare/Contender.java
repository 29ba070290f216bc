package io.lesnode.benchmarks.compare;

import java.nio.file.Path;
import java.time.Duration;

/** One of the two programs that are compared: how each is made to do the same. */
sealed interface Contender permits OurNode, GethNode {
  /** How long a server or light client may take until it answers. */
  Duration START_LIMIT = Duration.ofSeconds(90);

  /** How long an import may take; a chain of 60,000 full blocks takes minutes. */
  Duration IMPORT_LIMIT = Duration.ofMinutes(30);

  /**
   * How a server is run.
   *
   * @param servePercent of {@code --light.serve}
   * @param maxClients of {@code --light.maxpeers}
   */
  record ServeOptions(int servePercent, int maxClients) {}

  /** The name in tables. */
  String name();

  /** What exactly it is, for the record. */
  String version();

  /** Makes a data folder with the chain in it, by executing all its blocks. */
  ChildProcess.Usage importChain(ChainFiles chain, Path datadir);

  /** Starts a LES server on a data folder and waits until it answers. */
  ServerProcess serve(ChainFiles chain, Path datadir, ServeOptions options);

  /**
   * Starts a light client of one server in an empty folder; returns at once, because its start is
   * part of what is measured.
   */
  LightProcess light(ChainFiles chain, Path datadir, String serverEnode);
}
