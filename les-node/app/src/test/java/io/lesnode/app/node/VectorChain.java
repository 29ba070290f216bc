package io.lesnode.app.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lesnode.app.config.ChainSettings;
import io.lesnode.app.config.EndpointSettings;
import io.lesnode.app.config.HttpSettings;
import io.lesnode.app.config.LightServeSettings;
import io.lesnode.app.config.PeerSettings;
import io.lesnode.chain.blocks.ChainImporter;
import io.lesnode.primitives.testing.Vectors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * One expectation of a vector chain: the files to import in order, and the answers expected after
 * the last of them.
 */
record VectorChain(Path folder, Path expectedFile, List<Path> chainFiles) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** All expectations of all vector chains. */
  static List<VectorChain> all() {
    List<VectorChain> found = new ArrayList<>();
    for (Path folder : Vectors.chains()) {
      List<Path> chains = files(folder, "chain");
      for (Path expected : files(folder, "expected")) {
        // expected-b is what holds after chain-a and then chain-b
        String suffix = suffix(expected);
        List<Path> imports =
            chains.stream().filter(file -> suffix(file).compareTo(suffix) <= 0).toList();
        found.add(new VectorChain(folder, expected, imports));
      }
    }
    return found;
  }

  private static String suffix(Path file) {
    String name = file.getFileName().toString();
    String stem = name.substring(0, name.indexOf('.'));
    return stem.contains("-") ? stem.substring(stem.indexOf('-')) : "";
  }

  private static List<Path> files(Path folder, String prefix) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().matches(prefix + "(-[a-z0-9]+)?\\..*"))
          .sorted()
          .toList();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  JsonNode expected() {
    try {
      return JSON.readTree(expectedFile.toFile());
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  @Override
  public String toString() {
    return folder.getFileName() + "/" + expectedFile.getFileName();
  }

  /** Seals are real on the clique chains and on those that say so. */
  boolean needsFakePow() {
    String name = folder.getFileName().toString();
    return !name.contains("real") && !name.contains("clique");
  }

  ChainSettings chain(Path datadir) {
    return new ChainSettings(
        datadir,
        Optional.of(folder.resolve("genesis.json")),
        OptionalLong.empty(),
        needsFakePow(),
        true);
  }

  /** A chain without proof of work, by its genesis file. */
  static ChainSettings chain(Path datadir, Path genesis) {
    return new ChainSettings(datadir, Optional.of(genesis), OptionalLong.empty(), false, true);
  }

  /** Imports the chain files into a data folder. */
  void importInto(Path datadir) {
    try (ChainFolder opened = ChainFolder.open(chain(datadir))) {
      for (Path file : chainFiles) {
        new ChainImporter(opened.chain(), InstantSource.system(), progress -> {}).importFile(file);
      }
    }
  }

  static HttpSettings http() {
    return new HttpSettings(
        true,
        "127.0.0.1",
        0,
        List.of("eth", "net", "web3", "txpool", "les", "vflux", "lespay", "clique", "rpc", "admin"),
        List.of(),
        List.of("localhost"),
        50_000_000,
        Duration.ofSeconds(60),
        1);
  }

  static PeerSettings peers(boolean listen) {
    return new PeerSettings(
        listen, "127.0.0.1", 0, OptionalInt.empty(), Optional.empty(), Optional.empty(), "");
  }

  FullNode.Settings server(Path datadir) {
    return new FullNode.Settings(
        chain(datadir),
        peers(true),
        new LightServeSettings(100, 50),
        http(),
        endpoints(),
        Optional.empty(),
        Optional.empty());
  }

  /** Everything on free ports of the loopback interface, the socket in the data folder. */
  static EndpointSettings endpoints() {
    return new EndpointSettings(
        new EndpointSettings.WebSocket(true, "127.0.0.1", 0, http().namespaces(), List.of()),
        new EndpointSettings.Ipc(true, EndpointSettings.Ipc.DEFAULT, true),
        new EndpointSettings.Authenticated(
            true, "127.0.0.1", 0, List.of("localhost"), Optional.empty()),
        new EndpointSettings.Metrics(true, "127.0.0.1", 0));
  }
}
