package io.lesnode.les.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lesnode.chain.index.CheckpointEntry;
import io.lesnode.chain.index.RegisteredCheckpoint;
import io.lesnode.flowcontrol.cost.CostModel;
import io.lesnode.les.wire.KeyValues;
import io.lesnode.les.wire.LesVersion;
import io.lesnode.les.wire.StatusKeys;
import io.lesnode.primitives.testing.Vectors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.junit.jupiter.api.Test;

/** A registered checkpoint in Status, as geth encodes it; none where none is registered. */
class AnnouncedCheckpointTest {
  private final FakeServedChain chain = new FakeServedChain();
  private final LesServerConfig config = LesServerConfig.of(1, 100, 50);
  private final Handshake handshake = new Handshake(config, chain);

  private KeyValues status() {
    CostModel model = config.costModel(1);
    return handshake
        .status(LesVersion.LES4, chain.head(), model.defaultParams(), model.costTable(1))
        .values();
  }

  @Test
  void none() {
    assertThat(status().contains(StatusKeys.CHECKPOINT)).isFalse();
    assertThat(status().contains(StatusKeys.CHECKPOINT_HEIGHT)).isFalse();
  }

  @Test
  void registered() throws IOException {
    int cases = 0;
    for (Path file : Vectors.files("misc", "checkpoint-oracle*")) {
      for (String text : Vectors.lines(file)) {
        JsonNode line = new ObjectMapper().readTree(text);
        chain.registered =
            Optional.of(
                new RegisteredCheckpoint(
                    new CheckpointEntry(
                        line.path("sectionIndex").asLong(),
                        Bytes32.fromHexString(line.path("sectionHead").asText()),
                        Bytes32.fromHexString(line.path("chtRoot").asText()),
                        Bytes32.fromHexString(line.path("bloomRoot").asText())),
                    0x1234));
        List<KeyValues.Entry> entries = status().entries();
        KeyValues.Entry value = entries.get(entries.size() - 2);
        assertThat(value.key()).isEqualTo("checkpoint/value");
        assertThat(value.value())
            .isEqualTo(Bytes.fromHexString(line.path("checkpointRlp").asText()));
        assertThat(entries.getLast().key()).isEqualTo("checkpoint/registerHeight");
        assertThat(entries.getLast().value()).isEqualTo(Bytes.fromHexString("0x821234"));
        cases++;
      }
    }
    assertThat(cases).isPositive();
  }
}
