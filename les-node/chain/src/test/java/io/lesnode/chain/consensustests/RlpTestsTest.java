package io.lesnode.chain.consensustests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.lesnode.chain.testing.ConsensusTestsZip;
import io.lesnode.primitives.rlp.RlpException;
import io.lesnode.primitives.rlp.RlpReader;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.rlp.RLP;
import org.apache.tuweni.rlp.RLPWriter;
import org.junit.jupiter.api.Test;

/** The official RLP tests: what values encode to, what bytes decode to, and which must not. */
class RlpTestsTest {

  @Test
  void rlpTests() {
    Tally tally = new Tally();
    try (ConsensusTestsZip zip = ConsensusTestsZip.open()) {
      for (String file : zip.files("RLPTests")) {
        for (Map.Entry<String, JsonNode> test : zip.json(file).properties()) {
          Bytes encoded = Bytes.fromHexString(test.getValue().path("out").asText());
          run(test.getValue().path("in"), encoded)
              .ifPresentOrElse(why -> tally.fail(file + " " + test.getKey(), why), tally::pass);
        }
      }
    }
    System.out.println(tally.report("RLPTests in full"));
    assertThat(tally.failed()).isZero();
    assertThat(tally.passed()).isPositive();
  }

  private static Optional<String> run(JsonNode in, Bytes encoded) {
    Object decoded;
    try {
      decoded = RlpReader.decode(encoded, RlpTestsTest::read);
    } catch (RlpException e) {
      return in.asText().equals("INVALID")
          ? Optional.empty()
          : Optional.of("refused: " + e.getMessage());
    } catch (RuntimeException e) {
      return Optional.of("threw " + e);
    }
    if (in.asText().equals("INVALID")) {
      return Optional.of("accepted");
    }
    Object expected = in.asText().equals("VALID") ? decoded : value(in);
    if (!expected.equals(decoded)) {
      return Optional.of("decoded to " + decoded);
    }
    Bytes again = RLP.encode(writer -> write(writer, expected));
    return again.equals(encoded) ? Optional.empty() : Optional.of("encoded to " + again);
  }

  private static Object read(RlpReader reader) {
    if (!reader.nextIsList()) {
      return reader.readBytes();
    }
    return reader.readList(
        items -> {
          List<Object> list = new ArrayList<>();
          while (!items.isComplete()) {
            list.add(read(items));
          }
          return list;
        });
  }

  private static void write(RLPWriter writer, Object value) {
    if (value instanceof List<?> list) {
      writer.writeList(inner -> list.forEach(item -> write(inner, item)));
    } else {
      writer.writeValue((Bytes) value);
    }
  }

  /** A string is its bytes, a number or "#number" its shortest big-endian form. */
  private static Object value(JsonNode in) {
    if (in.isArray()) {
      List<Object> list = new ArrayList<>();
      in.forEach(item -> list.add(value(item)));
      return list;
    }
    if (in.isNumber() || in.asText().startsWith("#")) {
      String digits = in.asText().replace("#", "");
      return Bytes.wrap(new BigInteger(digits).toByteArray()).trimLeadingZeros();
    }
    return Bytes.wrap(in.asText().getBytes(StandardCharsets.UTF_8));
  }
}
