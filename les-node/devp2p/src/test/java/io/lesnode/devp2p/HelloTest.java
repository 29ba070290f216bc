package io.lesnode.devp2p;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lesnode.primitives.testing.Vectors;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Properties;
import org.apache.tuweni.bytes.Bytes;
import org.junit.jupiter.api.Test;

class HelloTest {

  /** Every Hello that geth and its clients sent in the recorded sessions. */
  @Test
  void readsAndWritesTheRecordedHellos() throws Exception {
    int count = 0;
    for (Path file : Vectors.files("les-wire", "*.jsonl*")) {
      for (String line : Vectors.lines(file)) {
        if (line.contains("\"Hello\"")) {
          JsonNode json = new ObjectMapper().readTree(line);
          if (json.path("name").asText().equals("Hello")) {
            Bytes payload = Bytes.fromHexString(json.get("payload").asText());
            Hello hello = Hello.decode(payload);
            assertThat(hello.version()).isEqualTo(5);
            assertThat(hello.encode()).isEqualTo(payload);
            count++;
          }
        }
      }
    }
    System.out.println("recorded Hellos: " + count);
  }

  /** Every Disconnect in the recorded sessions means what geth says that it means. */
  @Test
  void readsTheRecordedDisconnects() throws Exception {
    int count = 0;
    for (Path file : Vectors.files("les-wire", "*.jsonl*")) {
      for (String line : Vectors.lines(file)) {
        if (line.contains("\"Disconnect\"")) {
          JsonNode json = new ObjectMapper().readTree(line);
          Bytes payload = Bytes.fromHexString(json.get("payload").asText());
          DisconnectReason reason = BaseProtocol.decodeDisconnect(payload, false);
          assertThat(reason.code()).isEqualTo(json.at("/summary/reason").asInt());
          assertThat(reason.text()).isEqualTo(json.at("/summary/text").asText());
          assertThat(BaseProtocol.decodeDisconnect(Snappy.deflate(payload), true))
              .isEqualTo(reason);
          count++;
        }
      }
    }
    System.out.println("recorded Disconnects: " + count);
  }

  @Test
  void readsTheHelloOfEip8() throws Exception {
    Properties vectors = new Properties();
    try (InputStream in = HelloTest.class.getResourceAsStream("/eip-8/vectors.properties")) {
      vectors.load(Objects.requireNonNull(in));
    }
    Hello hello = Hello.decode(Bytes.fromHexString(vectors.getProperty("hello")));

    assertThat(hello.version()).isEqualTo(55);
    assertThat(hello.clientName()).isEqualTo("kneth/v0.91/plan9");
    assertThat(hello.capabilities()).hasToString("[eth/61, mork/22]");
    assertThat(hello.listenPort()).isEqualTo(9999);
    assertThat(hello.nodeKey().size()).isEqualTo(64);
  }
}
