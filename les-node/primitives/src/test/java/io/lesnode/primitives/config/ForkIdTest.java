package io.lesnode.primitives.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lesnode.primitives.rlp.RlpReader;
import io.lesnode.primitives.testing.Vectors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.rlp.RLP;
import org.junit.jupiter.api.Test;

class ForkIdTest {
  @Test
  void identifiersAndVerdictsAreThoseOfGeth() throws Exception {
    int cases = 0;
    for (Path file : Vectors.files("misc", "forkid*.jsonl*")) {
      Map<String, ForkId.Schedule> schedules = new HashMap<>();
      for (String line : Vectors.lines(file)) {
        JsonNode json = new ObjectMapper().readTree(line);
        String network = json.get("network").asText();
        switch (json.get("op").asText()) {
          case "config" -> schedules.put(network, schedule(json));
          case "id" -> checkId(json, schedules.get(network));
          case "filter" -> checkFilter(json, schedules.get(network));
          default -> throw new AssertionError("unknown operation in " + line);
        }
        cases++;
      }
    }
    System.out.println("fork ids: " + cases + " cases");
    assertThat(cases).isPositive();
  }

  private static ForkId.Schedule schedule(JsonNode json) {
    List<Long> blocks = new ArrayList<>();
    json.get("forkBlocks").forEach(block -> blocks.add(block.asLong()));
    return new ForkId.Schedule(
        Bytes32.fromHexString(json.get("genesisHash").asText()), blocks, List.of());
  }

  private static void checkId(JsonNode json, ForkId.Schedule schedule) {
    ForkId id = schedule.idAt(json.get("head").asLong(), 0);
    assertThat(id.hash().toUnprefixedHexString()).isEqualTo(json.get("hash").asText());
    assertThat(id.next()).isEqualTo(json.get("next").asLong());
    Bytes encoded = Bytes.fromHexString(json.get("rlp").asText());
    assertThat(RLP.encode(id::writeTo)).isEqualTo(encoded);
    assertThat(RlpReader.decode(encoded, ForkId::readFrom)).isEqualTo(id);
  }

  private static void checkFilter(JsonNode json, ForkId.Schedule schedule) {
    ForkId remote =
        new ForkId(
            Bytes.fromHexString(json.get("hash").asText()),
            json.get("next").bigIntegerValue().longValue());
    assertThat(schedule.judge(remote, json.get("localHead").asLong(), 0).text())
        .as(json.toString())
        .isEqualTo(json.get("result").asText());
  }
}
