package io.lesnode.app.cli;

import io.lesnode.app.config.EndpointSettings;
import io.lesnode.app.node.Endpoints;
import io.lesnode.app.node.NodeFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Flags that say which running node is meant. */
final class NodeFlags {
  @Option(
      names = "--datadir",
      paramLabel = "DIR",
      description = "Data folder of the running node (default: ~/.lesnode).")
  @Nullable Path datadir;

  @Option(
      names = "--ipcpath",
      paramLabel = "PATH",
      description =
          "Unix domain socket of the running node, a relative path is in the data folder (default:"
              + " the one that the node wrote into DIR/node.json).")
  @Nullable Path ipcPath;

  /**
   * Connects to the node.
   *
   * @throws NodeFailure if none runs there
   */
  IpcCaller connect() {
    Path folder = folder();
    if (ipcPath != null) {
      return IpcCaller.connect(folder.resolve(ipcPath));
    }
    Path socket =
        Endpoints.read(folder)
            .flatMap(Endpoints::ipc)
            .orElse(folder.resolve(EndpointSettings.Ipc.DEFAULT));
    if (!Files.exists(socket)) {
      throw new NodeFailure(
          "no node can be reached in " + folder,
          "it has no IPC socket",
          "Start one with 'les server --datadir "
              + folder
              + "', or give its --datadir or --ipcpath",
          null);
    }
    return IpcCaller.connect(socket);
  }

  Path folder() {
    Path dir = datadir == null ? Path.of(System.getProperty("user.home"), ".lesnode") : datadir;
    return dir.toAbsolutePath().normalize();
  }
}
