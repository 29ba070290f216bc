package io.lesnode.app.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.lesnode.devp2p.testing.GethProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A light client of geth starts from a checkpoint that it trusts and has nothing but our server: it
 * gets only the headers above, proves older blocks by the canonical hash trie and finds older logs
 * by the bloom trie. Skipped without a geth executable, or without a chain that long.
 */
class GethCheckpointTest {
  private static final Duration SYNC_LIMIT = Duration.ofMinutes(3);
  private static final Duration INDEX_LIMIT = Duration.ofMinutes(1);

  @TempDir Path directory;

  @Test
  void provesOldBlocksAndFindsOldLogs() throws Exception {
    String version = GethProcess.version(GethProcess.executable());
    Assumptions.assumeFalse(
        version.startsWith("1.9.") || version.startsWith("1.12."),
        "skipped: geth " + version + " does not have the rules of the chain");
    List<VectorChain> indexed =
        VectorChain.all().stream().filter(chain -> chain.expected().has("section")).toList();
    Assumptions.assumeFalse(
        indexed.isEmpty(), "skipped: no chain of more than a section; give one with -Dvectors=DIR");
    for (VectorChain vector : indexed) {
      run(version, vector, directory.resolve(vector.folder().getFileName().toString()));
    }
  }

  private static void run(String version, VectorChain vector, Path folder) throws Exception {
    vector.importInto(folder.resolve("server"));
    JsonNode expected = vector.expected();
    JsonNode section = expected.path("section");
    try (FullNode server = FullNode.start(vector.server(folder.resolve("server")))) {
      awaitSection(server, section);
      try (GethProcess geth = lightClient(vector, section, folder.resolve("geth"), server)) {
        long head = expected.at("/head/number").asLong();
        geth.await("the head of our server", SYNC_LIMIT, () -> geth.blockNumber() >= head);

        List<String> differences = new ArrayList<>();
        int calls = 0;
        for (JsonNode recorded : expected.path("rpc")) {
          if (GethLightClientTest.ALL_METHODS.contains(recorded.path("method").asText())
              && !GethLightClientTest.asksMoreThanALightClientKnows(recorded)) {
            calls++;
            GethLightClientTest.compare(geth, recorded).ifPresent(differences::add);
          }
        }
        long chtProofs = geth.logLines("Validating CHT");
        long bloomProofs = geth.logLines("Validating BloomBits");
        System.out.printf(
            "geth %s light client from the checkpoint of %s: %d calls, %d differ, %d CHT and %d"
                + " bloom trie proofs verified%n",
            version, vector, calls, differences.size(), chtProofs, bloomProofs);
        assertThat(differences).isEmpty();
        assertThat(geth.logLines("Checkpoint syncing start")).isPositive();
        assertThat(chtProofs).isPositive();
        assertThat(bloomProofs).isPositive();
      }
    }
  }

  private static void awaitSection(FullNode server, JsonNode section) throws Exception {
    try (RpcClient rpc = new RpcClient(server.endpoints().http().orElseThrow())) {
      long deadlineNanos = System.nanoTime() + INDEX_LIMIT.toNanos();
      JsonNode latest = rpc.result("les_latestCheckpoint");
      while (latest.isMissingNode() && System.nanoTime() - deadlineNanos < 0) {
        latest = rpc.result("les_latestCheckpoint");
      }
      assertThat(latest.path(0).asText())
          .isEqualTo("0x" + Long.toHexString(section.path("index").asLong()));
      assertThat(latest.path(1)).isEqualTo(section.path("sectionHead"));
      assertThat(latest.path(2)).isEqualTo(section.path("chtRoot"));
      assertThat(latest.path(3)).isEqualTo(section.path("bloomRoot"));
    }
  }

  private static GethProcess lightClient(
      VectorChain vector, JsonNode section, Path datadir, FullNode server) throws Exception {
    GethProcess.Builder builder =
        GethProcess.lightClient(datadir)
            .chain(vector.folder())
            .options("--rpc.gascap", "50000000")
            .checkpoint(
                section.path("index").asLong(),
                section.path("sectionHead").asText(),
                section.path("chtRoot").asText(),
                section.path("bloomRoot").asText())
            .staticNode(server.endpoints().enode());
    return (vector.needsFakePow() ? builder.fakePow() : builder).start();
  }
}
