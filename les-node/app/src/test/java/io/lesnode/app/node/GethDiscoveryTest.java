package io.lesnode.app.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.lesnode.app.config.DiscoverySettings;
import io.lesnode.app.config.EndpointSettings;
import io.lesnode.app.config.LightServeSettings;
import io.lesnode.app.config.PeerSettings;
import io.lesnode.devp2p.discovery.table.AddressRules;
import io.lesnode.devp2p.discovery.table.KnownNode;
import io.lesnode.devp2p.discovery.table.NetworkRange;
import io.lesnode.devp2p.enr.NodeRecord;
import io.lesnode.devp2p.testing.GethProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nobody is told of a server, only of a starting node: geth's light client finds our server, ours
 * finds geth's and our own, over loopback. The tests with geth are skipped without an executable.
 */
class GethDiscoveryTest {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  @TempDir Path directory;

  private static VectorChain chain() {
    return VectorChain.all().stream()
        .filter(vector -> vector.toString().startsWith("clique-small"))
        .findFirst()
        .orElseThrow();
  }

  private static PeerSettings peers(boolean listen, List<KnownNode> bootnodes) {
    return new PeerSettings(
        listen,
        "127.0.0.1",
        0,
        OptionalInt.empty(),
        Optional.empty(),
        Optional.empty(),
        "",
        new DiscoverySettings(
            true,
            Optional.empty(),
            true,
            OptionalInt.empty(),
            bootnodes,
            List.of(),
            new AddressRules(NetworkRange.parseList("127.0.0.0/8")),
            Optional.empty()));
  }

  private FullNode server(VectorChain vector) {
    Path datadir = directory.resolve("server");
    vector.importInto(datadir);
    return FullNode.start(
        new FullNode.Settings(
            vector.chain(datadir),
            peers(true, List.of()),
            new LightServeSettings(100, 10),
            VectorChain.http(),
            EndpointSettings.none(),
            Optional.empty(),
            Optional.empty()));
  }

  private LightNode light(VectorChain vector, NodeRecord bootnode) {
    return LightNode.start(
        new LightNode.Settings(
            vector.chain(directory.resolve("light")),
            peers(false, List.of(KnownNode.of(bootnode).orElseThrow())),
            VectorChain.http(),
            List.of()));
  }

  private static JsonNode nodeInfo(Endpoints endpoints) throws Exception {
    try (RpcClient rpc = new RpcClient(endpoints.http().orElseThrow())) {
      return rpc.result("admin_nodeInfo");
    }
  }

  private static NodeRecord record(JsonNode nodeInfo) {
    return NodeRecord.parse(nodeInfo.path("enr").asText());
  }

  private static void awaitHead(LightNode light, long head) {
    assertThat(light.client().within(LIMIT).awaitSynced().orElseThrow()).isNotNull();
    assertThat(light.client().head().number()).isEqualTo(head);
  }

  private static long head(VectorChain vector) {
    return vector.expected().at("/head/number").asLong();
  }

  @Test
  void ourLightClientFindsOurServer() throws Exception {
    VectorChain vector = chain();
    try (FullNode server = server(vector)) {
      JsonNode info = nodeInfo(server.endpoints());
      NodeRecord record = record(info);
      assertThat(record.entry("les")).isPresent();
      assertThat(record.entry("eth")).isPresent();
      assertThat(info.at("/ports/discovery").asInt())
          .isEqualTo(info.at("/ports/listener").asInt())
          .isEqualTo(record.udp().orElse(0))
          .isPositive();
      try (LightNode light = light(vector, record)) {
        awaitHead(light, head(vector));
        assertThat(nodeInfo(light.endpoints()).at("/ports/discovery").asInt()).isPositive();
      }
    }
  }

  @Test
  void gethsLightClientFindsOurServer() throws Exception {
    Path executable = GethProcess.executable();
    String version = GethProcess.version(executable);
    VectorChain vector = chain();
    if (version.startsWith("1.9.")) {
      System.out.println("geth " + version + " has another discovery v5");
      return;
    }
    try (FullNode server = server(vector);
        GethProcess geth =
            GethProcess.lightClient(directory.resolve("geth"))
                .chain(vector.folder())
                .discovery(record(nodeInfo(server.endpoints())).toText())
                .start()) {
      geth.await("our head", LIMIT, () -> geth.blockNumber() == head(vector));
      System.out.println("geth " + version + " light client found our server");
    }
  }

  @Test
  void ourLightClientFindsGethsServer() throws Exception {
    Path executable = GethProcess.executable();
    String version = GethProcess.version(executable);
    VectorChain vector = chain();
    if (version.startsWith("1.9.")) {
      System.out.println("geth " + version + " has another discovery v5");
      return;
    }
    try (GethProcess geth =
        GethProcess.server(directory.resolve("geth"))
            .chain(vector.folder())
            .discovery("")
            .start()) {
      NodeRecord record = record(geth.rpc("admin_nodeInfo"));
      assertThat(record.entry("les")).isPresent();
      try (LightNode light = light(vector, record)) {
        awaitHead(light, head(vector));
        System.out.println("our light client found the server of geth " + version);
      }
    }
  }
}
