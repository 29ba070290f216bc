package io.lesnode.benchmarks.sim.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SchemaDocumentTest {
  /** The table in docs/simulator.md is what {@code les sim schema} prints. */
  @Test
  void theDocumentHasEveryField() throws IOException {
    String document = Files.readString(Path.of("../docs/simulator.md"));

    assertThat(document).contains(String.join("\n", Schema.markdown()));
  }
}
