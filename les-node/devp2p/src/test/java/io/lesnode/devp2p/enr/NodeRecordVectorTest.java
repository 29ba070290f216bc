package io.lesnode.devp2p.enr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lesnode.devp2p.Enode;
import io.lesnode.devp2p.NodeId;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.primitives.testing.Vectors;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.rlp.RLP;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Reads, rebuilds and damages the node records that geth made. */
class NodeRecordVectorTest {

  static Stream<JsonNode> records() throws Exception {
    List<JsonNode> all = new ArrayList<>();
    for (var file : Vectors.files("misc", "enr*.jsonl*")) {
      for (String line : Vectors.lines(file)) {
        all.add(new ObjectMapper().readTree(line));
      }
    }
    System.out.println("node records: " + all.size());
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("records")
  void readsWhatGethWrote(JsonNode json) throws Exception {
    NodeRecord record = NodeRecord.parse(json.get("text").asText());

    assertThat(record.encoded()).isEqualTo(Bytes.fromHexString(json.get("rlp").asText()));
    assertThat(record.toText()).isEqualTo(json.get("text").asText());
    assertThat(record.seq()).isEqualTo(json.get("seq").asLong());
    assertThat(record.nodeAddress().toUnprefixedHexString()).isEqualTo(json.get("nodeId").asText());
    if (json.has("ip")) {
      assertThat(record.ip()).contains(InetAddress.getByName(json.get("ip").asText()));
    }
    assertThat(record.tcp().orElse(0)).isEqualTo(json.path("tcp").asInt());
    assertThat(record.udp().orElse(0)).isEqualTo(json.path("udp").asInt());
    Enode enode =
        new Enode(
            NodeId.of(record.publicKey()),
            record.ip().orElse(null),
            record.tcp().orElse(0),
            record.udp().orElse(0));
    assertThat(enode.toString()).isEqualTo(json.get("enodeV4").asText());
    assertThat(Enode.parse(enode.toString())).isEqualTo(enode);
  }

  @ParameterizedTest
  @MethodSource("records")
  void buildsTheSameRecord(JsonNode json) throws Exception {
    NodeRecord.Builder builder = NodeRecord.builder().seq(json.get("seq").asLong());
    if (json.has("ip")) {
      builder.ip(InetAddress.getByName(json.get("ip").asText()));
    }
    if (json.has("tcp")) {
      builder.tcp(json.get("tcp").asInt());
    }
    if (json.has("udp")) {
      builder.udp(json.get("udp").asInt());
    }
    if (json.has("eth")) {
      JsonNode eth = json.get("eth");
      builder.entry(
          "eth",
          RLP.encodeList(
              list ->
                  list.writeList(
                      fork -> {
                        fork.writeValue(Bytes.fromHexString(eth.get("forkHash").asText()));
                        fork.writeLong(eth.get("forkNext").asLong());
                      })));
    }
    if (json.has("les")) {
      long version = json.get("les").path("vfxVersion").asLong();
      builder.entry("les", RLP.encodeList(list -> list.writeLong(version)));
    }
    KeyPair key = KeyPair.ofSecret(Bytes32.fromHexString(json.get("privateKey").asText()));

    assertThat(builder.sign(key).toText()).isEqualTo(json.get("text").asText());
  }

  @ParameterizedTest
  @MethodSource("records")
  void refusesEveryDamage(JsonNode json) {
    byte[] good = Bytes.fromHexString(json.get("rlp").asText()).toArray();
    for (int length = 0; length < good.length; length++) {
      Bytes truncated = Bytes.wrap(good, 0, length);
      assertThatThrownBy(() -> NodeRecord.decode(truncated))
          .isInstanceOf(IllegalArgumentException.class);
    }
    for (int i = 0; i < good.length; i++) {
      byte[] changed = good.clone();
      changed[i] ^= (byte) (1 << i % 8);
      assertThatThrownBy(() -> NodeRecord.decode(Bytes.wrap(changed)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
