package io.lesnode.devp2p.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.lesnode.primitives.testing.Vectors;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The harness itself: a geth light client follows a geth server. */
class GethProcessTest {
  @TempDir Path folder;

  @Test
  void aLightClientOfGethFollowsAServerOfGeth() throws Exception {
    // 1.9 does not know London and serves only while it mines, 1.12 knows clique only
    boolean old = GethProcess.version(GethProcess.executable()).startsWith("1.9.");
    Path chain = Vectors.folder("chains").resolve(old ? "forks-dao" : "clique-small");
    long head =
        new ObjectMapper()
            .readTree(chain.resolve("expected.json").toFile())
            .at("/head/number")
            .asLong();
    try (GethProcess server = GethProcess.server(folder.resolve("server")).chain(chain).start()) {
      assertThat(server.blockNumber()).isEqualTo(head);
      try (GethProcess client =
          GethProcess.lightClient(folder.resolve("client"))
              .chain(chain)
              .fakePow()
              .staticNode(server.enode().toString())
              .start()) {
        client.await("the head", Duration.ofSeconds(90), () -> client.blockNumber() == head);
        assertThat(client.peerCount()).isEqualTo(1);
      }
    }
  }
}
