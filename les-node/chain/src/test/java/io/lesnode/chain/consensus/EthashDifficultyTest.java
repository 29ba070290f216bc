package io.lesnode.chain.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.lesnode.chain.testing.ConsensusTestsZip;
import io.lesnode.primitives.config.Fork;
import java.math.BigInteger;
import java.util.Map;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;

/** The official DifficultyTests, all of them: they take seconds. */
class EthashDifficultyTest {
  private static final Map<String, Fork> FORKS =
      Map.of(
          "Frontier", Fork.FRONTIER,
          "Homestead", Fork.HOMESTEAD,
          "Byzantium", Fork.BYZANTIUM,
          "Constantinople", Fork.CONSTANTINOPLE,
          "Berlin", Fork.BERLIN,
          "London", Fork.LONDON,
          "ArrowGlacier", Fork.ARROW_GLACIER,
          "GrayGlacier", Fork.GRAY_GLACIER);

  @Test
  void officialDifficultyTests() {
    int passed = 0;
    try (ConsensusTestsZip zip = ConsensusTestsZip.open()) {
      for (String file : zip.files("DifficultyTests")) {
        for (JsonNode suite : zip.json(file)) {
          for (Map.Entry<String, JsonNode> fork : suite.properties()) {
            if (fork.getKey().startsWith("_")) {
              continue;
            }
            for (Map.Entry<String, JsonNode> test : fork.getValue().properties()) {
              assertThat(compute(FORKS.get(fork.getKey()), test.getValue()))
                  .as(file + " " + test.getKey())
                  .isEqualTo(UInt256.valueOf(number(test.getValue(), "currentDifficulty")));
              passed++;
            }
          }
        }
      }
    }
    System.out.println("DifficultyTests: " + passed + " passed, 0 failed, 0 skipped");
    assertThat(passed).isPositive();
  }

  private static UInt256 compute(Fork fork, JsonNode test) {
    return EthashDifficulty.next(
        fork,
        EthashDifficulty.bombDelayBlocks(fork),
        number(test, "currentBlockNumber").longValueExact(),
        number(test, "currentTimestamp").longValueExact(),
        number(test, "parentTimestamp").longValueExact(),
        UInt256.valueOf(number(test, "parentDifficulty")),
        number(test, "parentUncles").signum() != 0);
  }

  private static BigInteger number(JsonNode test, String field) {
    String text = test.get(field).asText();
    return text.startsWith("0x") ? new BigInteger(text.substring(2), 16) : new BigInteger(text);
  }
}
