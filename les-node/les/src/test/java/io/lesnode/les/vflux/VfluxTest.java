package io.lesnode.les.vflux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lesnode.devp2p.enr.NodeRecord;
import io.lesnode.primitives.config.ForkId;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.primitives.testing.Vectors;
import java.util.Collections;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.bytes.MutableBytes;
import org.junit.jupiter.api.Test;

/** Node records and capacity queries in the bytes of geth v1.10.26. */
class VfluxTest {
  /** What geth's light client sends: a bias of three minutes, no tokens more. */
  private static final Bytes QUERY = Bytes.fromHexString("c681b4c3c28080");

  private static final Bytes BATCH = Bytes.fromHexString("d0cf836c657382637187c681b4c3c28080");

  /** A bias of 2^63, both infinities, −5, 2^100 and again infinity. */
  private static final Bytes ODD_QUERY =
      Bytes.fromHexString(
          "e6888000000000000000dcc20280c20380c20105cf808d10000000000000000000000000c20280");

  private static final Bytes ANSWER = Bytes.fromHexString("cb80823e8086010000000000");
  private static final Bytes ANSWERS = Bytes.fromHexString("ce8ccb80823e808601000000000080");

  @Test
  void recordsThatGethMadeNameServersAndForks() throws Exception {
    int records = 0;
    int servers = 0;
    for (var file : Vectors.files("misc", "enr*.jsonl*")) {
      for (String line : Vectors.lines(file)) {
        JsonNode json = new ObjectMapper().readTree(line);
        NodeRecord record = NodeRecord.parse(json.get("text").asText());
        records++;
        JsonNode eth = json.path("eth");
        if (eth.has("forkHash")) {
          ForkId expected =
              new ForkId(
                  Bytes.fromHexString(eth.get("forkHash").asText()), eth.get("forkNext").asLong());
          assertThat(LesRecord.forkId(record)).contains(expected);
          assertThat(record.entry(LesRecord.ETH)).contains(LesRecord.eth(expected));
        } else {
          assertThat(LesRecord.forkId(record)).isEmpty();
        }
        JsonNode les = json.path("les");
        boolean isServer = les.has("vfxVersion") && eth.has("forkHash");
        assertThat(LesRecord.isServer(record, forkId -> true)).isEqualTo(isServer);
        assertThat(LesRecord.isServer(record, forkId -> false)).isFalse();
        if (isServer && les.get("vfxVersion").asLong() == 1) {
          assertThat(record.entry(LesRecord.LES)).contains(LesRecord.les());
          servers++;
        }
      }
    }
    System.out.println("node records: " + records + ", of servers: " + servers);
    assertThat(servers).isPositive();
  }

  @Test
  void theEmptyListOfOldServersIsNotTaken() {
    NodeRecord old = record(Bytes.fromHexString("c0"));
    assertThat(LesRecord.isServer(old, forkId -> true)).isFalse();
    NodeRecord odd = record(Bytes.fromHexString("83010203"));
    assertThat(LesRecord.isServer(odd, forkId -> true)).isFalse();
    NodeRecord newer = record(Bytes.fromHexString("c30205c0"));
    assertThat(LesRecord.vfluxVersion(newer)).contains(2L);
  }

  private static NodeRecord record(Bytes les) {
    return NodeRecord.builder()
        .entry(LesRecord.LES, les)
        .entry(LesRecord.ETH, LesRecord.eth(new ForkId(Bytes.of(1, 2, 3, 4), 0)))
        .sign(KeyPair.ofSecret(Bytes32.leftPad(Bytes.of(1))));
  }

  @Test
  void writesWhatGethsLightClientSends() {
    CapacityQuery query = new CapacityQuery(180, List.of(0L));
    assertThat(query.encode()).isEqualTo(QUERY);
    assertThat(
            new VfluxBatch(List.of(VfluxBatch.Question.of("les", "cq", query.encode()))).encode())
        .isEqualTo(BATCH);
  }

  @Test
  void readsWhatGethSends() {
    VfluxBatch batch = VfluxBatch.decode(BATCH).orElseThrow();
    assertThat(batch.questions()).hasSize(1);
    assertThat(batch.questions().getFirst().is("les", "cq")).isTrue();
    assertThat(CapacityQuery.decode(batch.questions().getFirst().params()))
        .contains(new CapacityQuery(180, List.of(0L)));
    assertThat(CapacityQuery.decode(ODD_QUERY))
        .contains(
            new CapacityQuery(
                Long.MIN_VALUE,
                List.of(Long.MAX_VALUE, -Long.MAX_VALUE, -5L, Long.MAX_VALUE, Long.MAX_VALUE)));
  }

  @Test
  void answersAsGeth() {
    List<Long> capacities = List.of(0L, 16_000L, 1L << 40);
    assertThat(CapacityQuery.encodeAnswer(capacities)).isEqualTo(ANSWER);
    assertThat(CapacityQuery.decodeAnswer(ANSWER)).contains(capacities);
    assertThat(VfluxBatch.encodeAnswers(List.of(ANSWER, Bytes.EMPTY))).isEqualTo(ANSWERS);
    assertThat(VfluxBatch.decodeAnswers(ANSWERS)).contains(List.of(ANSWER, Bytes.EMPTY));
  }

  @Test
  void damagedBytesAreRefusedOrReadWithoutAnError() {
    for (Bytes bytes : List.of(BATCH, QUERY, ODD_QUERY, ANSWER, ANSWERS)) {
      for (int i = 0; i < bytes.size(); i++) {
        for (int value = 0; value < 256; value += 5) {
          MutableBytes damaged = bytes.mutableCopy();
          damaged.set(i, (byte) value);
          assertThatCode(() -> readEverything(damaged)).doesNotThrowAnyException();
        }
        readEverything(bytes.slice(0, i));
        assertThat(VfluxBatch.decode(bytes.slice(0, i))).isEmpty();
      }
    }
  }

  private static void readEverything(Bytes bytes) {
    var unused =
        List.of(
            VfluxBatch.decode(bytes),
            VfluxBatch.decodeAnswers(bytes),
            CapacityQuery.decode(bytes),
            CapacityQuery.decodeAnswer(bytes));
  }

  @Test
  void refusesMoreThanSixteen() {
    Bytes question = BATCH.slice(1);
    Bytes many = Bytes.concatenate(Collections.nCopies(17, question));
    Bytes header =
        Bytes.concatenate(Bytes.of(0xf9), Bytes.of(many.size() >> 8, many.size() & 0xff));
    assertThat(VfluxBatch.decode(Bytes.concatenate(header, many))).isEmpty();
    assertThat(VfluxBatch.decode(Bytes.of(0xc0))).isEmpty();
    assertThat(CapacityQuery.decode(Bytes.fromHexString("c280c0"))).isEmpty();
  }
}
