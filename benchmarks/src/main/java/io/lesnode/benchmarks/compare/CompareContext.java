package io.lesnode.benchmarks.compare;

import io.lesnode.app.node.NodeFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What every series needs: both programs, the chain, where to put things, where to report.
 *
 * @param folder for data of the programs, deleted afterwards
 */
record CompareContext(
    CompareSettings settings,
    ChainFiles chain,
    OurNode ours,
    GethNode geth,
    Path folder,
    Findings findings) {

  /** Both, in the order in which they take turns. */
  List<Contender> both() {
    return List.of(ours, geth);
  }

  /** Where the imported chain of a program is. */
  Path datadir(Contender contender) {
    return folder.resolve("data-" + contender.name());
  }

  /** A new folder with a name that starts so. */
  Path freshFolder(String name) {
    try {
      return Files.createTempDirectory(folder, name + "-");
    } catch (IOException unwritable) {
      throw new NodeFailure(
          "no folder can be made in " + folder,
          unwritable.toString(),
          "Choose another with --out",
          unwritable);
    }
  }
}
