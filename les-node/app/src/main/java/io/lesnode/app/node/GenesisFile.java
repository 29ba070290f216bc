package io.lesnode.app.node;

import io.lesnode.app.config.ChainSettings;
import io.lesnode.primitives.config.Genesis;
import io.lesnode.primitives.config.GenesisException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * The genesis of a data folder: given once with {@code --genesis}, then kept as a copy beside the
 * databases so that later commands need only the folder.
 */
final class GenesisFile {
  private static final String NAME = "genesis.json";
  private static final long MAX_SIZE_BYTES = 512L << 20;

  private GenesisFile() {}

  /** Reads the genesis that the settings name, or the copy in the data folder. */
  static Genesis read(ChainSettings settings) {
    Path copy = settings.datadir().resolve(NAME);
    Path file = settings.genesis().orElse(copy);
    if (!Files.exists(file)) {
      throw settings.genesis().isPresent()
          ? new NodeFailure(
              "the genesis cannot be read", file + " does not exist", "Check the path", null)
          : new NodeFailure(
              "there is no chain in " + settings.datadir(),
              "it was never given a genesis file",
              "Name the chain with --genesis FILE (geth's format), or another folder with --datadir",
              null);
    }
    try {
      if (Files.size(file) > MAX_SIZE_BYTES) {
        throw new NodeFailure(
            "the genesis cannot be read", file + " is larger than 512 MiB", "Check the file", null);
      }
      return Genesis.read(file);
    } catch (GenesisException wrong) {
      throw new NodeFailure(
          "the genesis cannot be used",
          String.valueOf(wrong.getMessage()),
          "Correct " + file + "; geth's `init` takes the same format",
          wrong);
    } catch (IOException unreadable) {
      throw new NodeFailure(
          "the genesis cannot be read", unreadable.toString(), "Check the file", unreadable);
    }
  }

  /** Keeps a copy of the given file, after the database accepted it. */
  static void keep(ChainSettings settings) {
    if (settings.genesis().isEmpty()) {
      return;
    }
    Path copy = settings.datadir().resolve(NAME);
    try {
      if (Files.exists(copy) && Files.isSameFile(copy, settings.genesis().get())) {
        return;
      }
      Path temporary = Files.createTempFile(settings.datadir(), NAME, ".part");
      Files.copy(settings.genesis().get(), temporary, StandardCopyOption.REPLACE_EXISTING);
      Files.move(
          temporary, copy, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException unwritable) {
      throw new NodeFailure(
          "the genesis cannot be kept in " + settings.datadir(),
          unwritable.toString(),
          "Check the folder's permissions and space",
          unwritable);
    }
  }
}
