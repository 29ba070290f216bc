package io.lesnode.app.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.devp2p.testing.GethProcess;
import io.lesnode.primitives.config.ConsensusConfig;
import io.lesnode.primitives.config.Fork;
import io.lesnode.primitives.config.Genesis;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A light node that has nothing but geth's LES server gives every answer of geth's full node over
 * HTTP, WebSocket and IPC, and geth's console attaches to it. The executable comes from {@code
 * -Dgeth} or {@code GETH}; skipped without.
 */
class GethServerRpcTest {
  private static final long CONSOLE_LIMIT_SECONDS = 30;

  /** One property of each module that the console has of a light node. */
  private static final String CONSOLE_SCRIPT =
      """
      JSON.stringify([eth.blockNumber, eth.syncing, net.peerCount, txpool.status.pending,\
       admin.peers.length, admin.nodeInfo.name, les.syncStatus ? 1 : 0, eth.mining,\
       eth.getBlock(eth.blockNumber).number, web3.version.network])""";

  static List<VectorChain> chains() {
    return VectorChain.all();
  }

  @ParameterizedTest
  @MethodSource("chains")
  void answersAsAFullNode(VectorChain vector, @TempDir Path directory) throws Exception {
    String version = GethProcess.version(GethProcess.executable());
    if (!serves(version, Genesis.read(vector.folder().resolve("genesis.json")))) {
      System.out.println("geth " + version + " server: no rules for " + vector);
      return;
    }
    GethProcess.Builder builder =
        GethProcess.server(directory.resolve("geth"))
            .genesis(vector.folder().resolve("genesis.json"));
    vector.chainFiles().forEach(builder::importing);
    try (GethProcess geth = builder.start();
        LightNode light =
            LightNode.start(
                new LightNode.Settings(
                    vector.chain(directory.resolve("light")),
                    VectorChain.peers(false),
                    VectorChain.http(),
                    VectorChain.endpoints(),
                    List.of(geth.enode())))) {
      VectorAnswers.awaitHead(light, vector);
      VectorAnswers.compareAll("light on geth " + version, vector, light.endpoints());
      long head = vector.expected().at("/head/number").asLong();
      attach(light.endpoints().ipc().orElseThrow().toString(), head);
      attach(light.endpoints().webSocket().orElseThrow(), head);
    }
  }

  private static void attach(String where, long head) throws Exception {
    Process console =
        new ProcessBuilder(
                GethProcess.executable().toString(), "attach", "--exec", CONSOLE_SCRIPT, where)
            .redirectErrorStream(true)
            .start();
    assertThat(console.waitFor(CONSOLE_LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    String output =
        new String(console.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(output).contains("[" + head + ",false,1,0,1,").contains("," + head + ",");
  }

  /** 1.9 ends with Istanbul, 1.12 knows no proof of work without a terminal difficulty. */
  private static boolean serves(String version, Genesis genesis) {
    boolean afterIstanbul = genesis.config().forkBlock(Fork.BERLIN).isPresent();
    boolean clique = genesis.config().consensus() instanceof ConsensusConfig.Clique;
    return version.startsWith("1.9.") ? !afterIstanbul : clique || !version.startsWith("1.12.");
  }
}
