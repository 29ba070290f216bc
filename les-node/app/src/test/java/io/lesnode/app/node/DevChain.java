package io.lesnode.app.node;

import io.lesnode.app.config.LightServeSettings;
import io.lesnode.les.client.LightClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** A dev chain that seals on demand and serves light clients, for tests of the library. */
record DevChain(FullNode node, Path genesis) implements AutoCloseable {
  static final Duration LIMIT = Duration.ofSeconds(60);

  static DevChain start(Path datadir) {
    FullNode node =
        DevNode.start(
            datadir,
            0,
            VectorChain.peers(true),
            new LightServeSettings(100, 50),
            VectorChain.http(),
            VectorChain.endpoints());
    return new DevChain(node, datadir.resolve("genesis.json"));
  }

  String enode() {
    return node.endpoints().enode();
  }

  /** A light client that is synchronised. */
  LightClient client(Path directory) throws IOException {
    LightClient client =
        LightClient.builder().genesis(genesis).directory(directory).server(enode()).start();
    client.within(LIMIT).awaitSynced().orElseThrow();
    return client;
  }

  @Override
  public void close() {
    node.close();
  }
}
