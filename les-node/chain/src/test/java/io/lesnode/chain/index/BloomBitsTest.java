package io.lesnode.chain.index;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.lesnode.chain.testing.ChainVectors;
import io.lesnode.primitives.LogsBloom;
import io.lesnode.primitives.testing.Vectors;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import org.apache.tuweni.bytes.Bytes;
import org.junit.jupiter.api.Test;

/** Turned blooms against geth's generator and against the definition. */
class BloomBitsTest {

  @Test
  void geth() {
    int vectors = 0;
    for (Path file : Vectors.files("misc", "bloombits-section-*")) {
      JsonNode section = ChainVectors.json(file);
      BloomBits bits = new BloomBits(new Sections(section.path("sectionSize").asLong(), 0));
      for (JsonNode bloom : section.path("blooms")) {
        bits.add(new LogsBloom(Bytes.fromHexString(bloom.asText())));
      }
      for (Map.Entry<String, JsonNode> bit : section.path("bits").properties()) {
        byte[] vector = bits.vector(Integer.parseInt(bit.getKey()));
        assertThat(HexFormat.of().formatHex(vector))
            .as("%s bit %s", file, bit.getKey())
            .isEqualTo(bit.getValue().path("bitset").asText());
        assertThat(HexFormat.of().formatHex(BitCompression.compress(vector)))
            .as("%s bit %s", file, bit.getKey())
            .isEqualTo(bit.getValue().path("compressed").asText());
        vectors++;
      }
    }
    System.out.println("bloom bits: " + vectors + " vectors of geth");
    assertThat(vectors).isPositive();
  }

  @Test
  void eachBitIsWhereItBelongs() {
    Random random = new Random(1);
    byte[][] blooms = new byte[32][LogsBloom.SIZE_BYTES];
    BloomBits bits = new BloomBits(new Sections(blooms.length, 0));
    for (byte[] bloom : blooms) {
      random.nextBytes(bloom);
      bits.add(new LogsBloom(Bytes.wrap(bloom)));
    }
    for (int bit = 0; bit < BloomBits.BITS; bit++) {
      byte[] vector = bits.vector(bit);
      for (int block = 0; block < blooms.length; block++) {
        boolean inBloom = ((blooms[block][255 - bit / 8] >> (bit % 8)) & 1) == 1;
        boolean inVector = ((vector[block / 8] >> (7 - block % 8)) & 1) == 1;
        assertThat(inVector).as("bit %s of block %s", bit, block).isEqualTo(inBloom);
      }
    }
  }
}
