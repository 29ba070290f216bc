package io.lesnode.les.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lesnode.les.wire.KeyValues;
import io.lesnode.les.wire.LesCodec;
import io.lesnode.les.wire.LesMessage.Announce;
import io.lesnode.primitives.crypto.Keccak;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.primitives.testing.Vectors;
import java.math.BigInteger;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;

class HeadAnnouncementTest {

  @Test
  void signsAsGeth() throws Exception {
    List<String> lines = Vectors.lines(Vectors.files("misc", "announce-signature*").getFirst());
    for (String text : lines) {
      JsonNode line = new ObjectMapper().readTree(text);
      Announce plain =
          new Announce(
              Bytes32.fromHexString(line.path("hash").asText()),
              line.path("number").asLong(),
              UInt256.valueOf(new BigInteger(line.path("td").asText())),
              0,
              KeyValues.EMPTY);
      Bytes toSign = LesCodec.announcementToSign(plain);
      assertThat(toSign).isEqualTo(hex(line, "signedRlp"));
      assertThat(Keccak.keccak256(toSign)).isEqualTo(hex(line, "digest"));
      KeyPair key = KeyPair.ofSecret(Bytes32.wrap(hex(line, "privateKey")));
      assertThat(LesCodec.encode(HeadAnnouncement.sign(plain, key)))
          .isEqualTo(hex(line, "announcePayload"));
    }
    System.out.println("LES server: " + lines.size() + " announcements signed equally");
  }

  private static Bytes hex(JsonNode line, String field) {
    return Bytes.fromHexString(line.path(field).asText());
  }
}
