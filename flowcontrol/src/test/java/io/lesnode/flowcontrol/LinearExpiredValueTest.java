package io.lesnode.flowcontrol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.lesnode.primitives.testing.Vectors;
import java.util.List;
import org.junit.jupiter.api.Test;

class LinearExpiredValueTest {

  @Test
  void decaysAsGeths() {
    List<JsonNode> lines = Traces.lines(Vectors.files("pool", "linear-expired-value*").getFirst());
    int current = -1;
    LinearExpiredValue value = new LinearExpiredValue(1);
    for (JsonNode line : lines) {
      if (line.path("case").asInt() != current) {
        current = line.path("case").asInt();
        value = new LinearExpiredValue(line.path("rate").asLong());
      }
      long now = line.path("now").asLong();
      String at = line.toString();
      assertThat(value.add(line.path("amount").asLong(), now))
          .as(at)
          .isEqualTo(line.path("result").asLong());
      assertThat(value.at(now + 5_000_000_000L))
          .as(at)
          .isEqualTo(line.path("valueAfter5s").asLong());
    }
    System.out.println("flow control: " + lines.size() + " steps of linear expiry equal");
  }
}
