package io.lesnode.chain.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lesnode.primitives.testing.Vectors;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Compressed bit vectors against what geth made, and hostile input. */
class BitCompressionTest {
  private static final HexFormat HEX = HexFormat.of();

  @Test
  void geth() throws IOException {
    int cases = 0;
    for (var file : Vectors.files("misc", "bitutil.jsonl*")) {
      for (String line : Vectors.lines(file)) {
        check(new ObjectMapper().readTree(line), line);
        cases++;
      }
    }
    System.out.println("bit compression: " + cases + " cases of geth");
    assertThat(cases).isPositive();
  }

  private static void check(JsonNode line, String text) {
    byte[] compressed = HEX.parseHex(line.path("compressed").asText());
    if (line.path("op").asText().equals("compress")) {
      byte[] data = HEX.parseHex(line.path("data").asText());
      assertThat(BitCompression.compress(data)).as(text).isEqualTo(compressed);
      assertThat(BitCompression.decompress(compressed, data.length)).as(text).isEqualTo(data);
    } else if (line.has("error")) {
      assertThatThrownBy(() -> BitCompression.decompress(compressed, line.path("target").asInt()))
          .as(text)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(line.path("error").asText());
    } else {
      assertThat(BitCompression.decompress(compressed, line.path("target").asInt()))
          .as(text)
          .isEqualTo(HEX.parseHex(line.path("data").asText()));
    }
  }

  @Test
  void everythingComesBack() {
    Random random = new Random(5);
    for (int i = 0; i < 500; i++) {
      byte[] data = new byte[random.nextInt(4200)];
      for (int set = random.nextInt(1 + data.length); set > 0; set--) {
        data[random.nextInt(data.length)] = (byte) random.nextInt();
      }
      byte[] compressed = BitCompression.compress(data);
      assertThat(compressed).hasSizeLessThanOrEqualTo(data.length);
      assertThat(BitCompression.decompress(compressed, data.length)).isEqualTo(data);
    }
  }

  @Test
  void garbageIsRefusedOrIsTheOnlyFormOfItsData() {
    Random random = new Random(6);
    int refused = 0;
    for (int i = 0; i < 2000; i++) {
      byte[] garbage = new byte[random.nextInt(40)];
      random.nextBytes(garbage);
      int size = random.nextInt(4097);
      try {
        byte[] data = BitCompression.decompress(garbage, size);
        assertThat(data).hasSize(size);
        if (garbage.length < size && !Arrays.equals(data, new byte[size])) {
          assertThat(BitCompression.compress(data)).isEqualTo(garbage);
        }
      } catch (IllegalArgumentException expected) {
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }
}
