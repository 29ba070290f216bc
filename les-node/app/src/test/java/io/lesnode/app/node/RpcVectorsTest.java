package io.lesnode.app.node;

import io.lesnode.devp2p.Enode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every answer that geth gave about the vector chains, asked over HTTP, WebSocket and IPC of our
 * full node and of a light client that has nothing but a TCP connection to it. geth's light client
 * cannot answer eth_getProof; ours can, and its answers are those of geth's full node.
 */
class RpcVectorsTest {
  static List<VectorChain> chains() {
    return VectorChain.all();
  }

  @ParameterizedTest
  @MethodSource("chains")
  void answersAsGeth(VectorChain vector, @TempDir Path datadir) throws Exception {
    vector.importInto(datadir.resolve("server"));
    try (FullNode server = FullNode.start(vector.server(datadir.resolve("server")));
        LightNode light = start(vector, datadir.resolve("light"), server)) {
      VectorAnswers.compareAll("server", vector, server.endpoints());
      VectorAnswers.awaitHead(light, vector);
      VectorAnswers.compareAll("light", vector, light.endpoints());
      VectorAnswers.compareWeb3j("light", vector, light.client());
    }
  }

  private static LightNode start(VectorChain vector, Path datadir, FullNode server) {
    return LightNode.start(
        new LightNode.Settings(
            vector.chain(datadir),
            VectorChain.peers(false),
            VectorChain.http(),
            VectorChain.endpoints(),
            List.of(Enode.parse(server.endpoints().enode()))));
  }
}
