package io.lesnode.devp2p;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.lesnode.devp2p.testing.GethProcess;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.primitives.testing.Vectors;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connections with a running geth, in both directions. */
class GethInteropTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir Path folder;

  @Test
  void weDialGethAndGethDialsUs() throws Exception {
    // 1.9 serves only while it mines, which needs ethash here; 1.12 knows clique only
    boolean old = GethProcess.version(GethProcess.executable()).startsWith("1.9.");
    Path chain = Vectors.folder("chains").resolve(old ? "london-small" : "clique-small");
    RecordingProtocol les = RecordingProtocol.les();
    P2pConfig config =
        P2pConfig.builder(KeyPair.generate(new SecureRandom()), "les-node/test")
            .listenAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .timings(P2pTimings.STANDARD.withRedialMillis(500))
            .build();
    try (GethProcess geth =
            GethProcess.server(folder.resolve("geth"))
                .genesis(chain.resolve("genesis.json"))
                .start();
        P2pServer server = P2pServer.start(config, List.of(les))) {
      // we dial
      server.addPeer(geth.enode());
      RecordingProtocol.Session dialled = les.nextSession();
      assertThat(dialled.capability()).hasToString(old ? "les/3" : "les/4");
      assertThat(dialled.link().clientName()).startsWith("Geth/v");
      assertThat(dialled.link().isStatic()).isTrue();
      assertThat(dialled.nextMessage().code()).isZero(); // the Status of a LES server
      geth.await("the peer", LIMIT, () -> geth.rpc("admin_peers").size() == 1);
      JsonNode seen = geth.rpc("admin_peers").get(0);
      assertThat(seen.get("name").asText()).isEqualTo("les-node/test");
      assertThat(seen.get("id").asText()).isEqualTo(server.nodeInfo().id());
      assertThat(seen.get("caps").toString()).isEqualTo("[\"les/2\",\"les/3\",\"les/4\"]");
      assertThat(server.peers().getFirst().id())
          .isEqualTo(geth.rpc("admin_nodeInfo").get("id").asText());

      server.removePeer(geth.enode());
      assertThat(dialled.closed().get(10, TimeUnit.SECONDS).byRemote()).isFalse();
      geth.await("the end", LIMIT, () -> geth.rpc("admin_peers").isEmpty());

      // geth dials
      geth.rpc("admin_addPeer", server.self().toString());
      RecordingProtocol.Session accepted = les.nextSession();
      assertThat(accepted.link().inbound()).isTrue();
      assertThat(accepted.nextMessage().code()).isZero();
      assertThat(server.peers()).hasSize(1);
    }
  }

  @Test
  void gethsConformanceToolShakesHandsWithUs() throws Exception {
    Path tool = GethProcess.executable().resolveSibling("devp2p");
    Assumptions.assumeTrue(
        Files.isExecutable(tool),
        "skipped: no devp2p tool (cmd/devp2p) beside the geth executable");
    P2pConfig config =
        P2pConfig.builder(KeyPair.generate(new SecureRandom()), "les-node/test")
            .listenAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .build();
    try (P2pServer server = P2pServer.start(config, List.of(RecordingProtocol.les()))) {
      Process ping =
          new ProcessBuilder(tool.toString(), "rlpx", "ping", server.self().toString())
              .redirectErrorStream(true)
              .start();
      String output = new String(ping.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(ping.waitFor()).as(output).isZero();
      assertThat(output).contains("les-node/test").contains("les/2").contains("les/4");
    }
  }
}
