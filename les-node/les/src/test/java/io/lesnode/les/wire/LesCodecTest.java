package io.lesnode.les.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.lesnode.les.wire.LesMessage.GetBlockBodies;
import io.lesnode.les.wire.LesMessage.GetBlockHeaders;
import io.lesnode.les.wire.LesMessage.Resume;
import io.lesnode.les.wire.LesMessage.TxStatus;
import io.lesnode.les.wire.LesMessage.TxStatusEntry;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.rlp.RLP;
import org.junit.jupiter.api.Test;

class LesCodecTest {

  /** Descriptions of recorded messages that are wrong on purpose. */
  private static final Set<String> BROKEN =
      Set.of("undecodable request", "non-canonical integer in request");

  @Test
  void everyRecordedMessageSurvivesTheRoundTrip() {
    int count = 0;
    for (Path file : WireVectors.files()) {
      String lastCase = "";
      for (JsonNode line : WireVectors.lines(file)) {
        if (line.path("event").asText().equals("case")) {
          lastCase = line.path("desc").asText();
        }
        if (!WireVectors.isLesMessage(line)) {
          continue;
        }
        boolean fromServer = line.path("dir").asText().equals("s2c");
        if (!fromServer && (BROKEN.contains(lastCase) || lastCase.startsWith("message code"))) {
          if (!line.path("name").asText().equals("Status")) {
            continue;
          }
        }
        if (line.path("code").asInt() >= WireVectors.version(line).messageCount()) {
          continue;
        }
        Bytes payload = WireVectors.payload(line);
        LesMessage message =
            LesCodec.decode(WireVectors.version(line), line.path("code").asInt(), payload);
        assertThat(message.code()).isEqualTo(line.path("code").asInt());
        assertThat(message.getClass().getSimpleName()).isEqualTo(line.path("name").asText());
        assertThat(LesCodec.encode(message))
            .as("%s seq %s", file.getFileName(), line.path("seq"))
            .isEqualTo(payload);
        count++;
      }
    }
    assertThat(count).isPositive();
    System.out.println("LES wire: " + count + " recorded messages decode and re-encode equally");
  }

  @Test
  void recordedBrokenRequestsAreRefused() {
    int count = 0;
    for (Path file : WireVectors.files()) {
      String lastCase = "";
      for (JsonNode line : WireVectors.lines(file)) {
        if (line.path("event").asText().equals("case")) {
          lastCase = line.path("desc").asText();
        }
        if (WireVectors.isLesMessage(line)
            && BROKEN.contains(lastCase)
            && line.path("dir").asText().equals("c2s")
            && !line.path("name").asText().equals("Status")) {
          assertThatThrownBy(
                  () ->
                      LesCodec.decode(
                          WireVectors.version(line),
                          line.path("code").asInt(),
                          WireVectors.payload(line)))
              .isInstanceOfSatisfying(
                  LesWireException.class, e -> assertThat(e.error()).isEqualTo(LesError.DECODE));
          count++;
        }
      }
    }
    System.out.println("LES wire: " + count + " recorded broken requests are refused");
  }

  @Test
  void truncationsAndBitFlipsAreRefusedOrReencodeEqually() {
    SplittableRandom random = new SplittableRandom(7);
    int rejected = 0;
    int accepted = 0;
    Set<String> seen = new HashSet<>();
    for (Path file : WireVectors.files()) {
      for (JsonNode line : WireVectors.lines(file)) {
        // two of each kind, version and direction in each file keep the test within seconds
        String kind = file.getFileName() + line.path("name").asText() + line.path("dir").asText();
        if (!WireVectors.isLesMessage(line) || !(seen.add(kind) || seen.add(kind + "+"))) {
          continue;
        }
        LesVersion version = WireVectors.version(line);
        int code = line.path("code").asInt();
        byte[] original = WireVectors.payload(line).toArrayUnsafe();
        for (int i = 0; i < 200; i++) {
          byte[] mutant;
          if (i % 2 == 0) {
            mutant = java.util.Arrays.copyOf(original, random.nextInt(original.length + 1));
          } else {
            mutant = original.clone();
            // the first bytes hold the structure
            int at = random.nextInt(Math.min(original.length, i < 100 ? 64 : original.length));
            mutant[at] ^= (byte) (1 << random.nextInt(8));
          }
          if (survives(version, code, Bytes.wrap(mutant))) {
            accepted++;
          } else {
            rejected++;
          }
        }
      }
    }
    System.out.printf(
        "LES wire: %d mutants refused, %d read as another message%n", rejected, accepted);
    assertThat(rejected).isPositive();
  }

  private static boolean survives(LesVersion version, int code, Bytes mutant) {
    LesMessage message;
    try {
      message = LesCodec.decode(version, code, mutant);
    } catch (LesWireException e) {
      return false;
    }
    Bytes encoded = LesCodec.encode(message);
    if (!(message instanceof Resume) && !(message instanceof TxStatus)) {
      assertThat(encoded).isEqualTo(mutant);
    }
    assertThat(LesCodec.decode(version, code, encoded)).isEqualTo(message);
    return true;
  }

  @Test
  void readsResumeAsGethAndAsTheSpecificationWriteIt() {
    Resume resume = new Resume(700_000);
    assertThat(LesCodec.encode(resume)).isEqualTo(Bytes.fromHexString("0x830aae60"));
    for (String form : List.of("0x830aae60", "0xc4830aae60")) {
      assertThat(LesCodec.decode(LesVersion.LES4, Resume.CODE, Bytes.fromHexString(form)))
          .isEqualTo(resume);
    }
  }

  @Test
  void readsBothFormsOfAnAbsentLookup() {
    TxStatus unknown =
        new TxStatus(1, 2, List.of(new TxStatusEntry(TxStatusEntry.UNKNOWN, null, "")));
    assertThat(LesCodec.encode(unknown)).isEqualTo(Bytes.fromHexString("0xc70102c4c380c080"));
    for (String form : List.of("0xc70102c4c380c080", "0xc70102c4c3808080")) {
      assertThat(LesCodec.decode(LesVersion.LES2, TxStatus.CODE, Bytes.fromHexString(form)))
          .isEqualTo(unknown);
    }
  }

  @Test
  void theSizeOfTheOriginDecidesBetweenHashAndNumber() {
    for (HashOrNumber origin :
        List.of(HashOrNumber.of(0), HashOrNumber.of(-1L), HashOrNumber.of(Bytes32.ZERO))) {
      GetBlockHeaders message = new GetBlockHeaders(-1L, origin, 1, -1L, true);
      assertThat(LesCodec.decode(LesVersion.LES4, message.code(), LesCodec.encode(message)))
          .isEqualTo(message);
    }
    Bytes nineBytes = RLP.encodeValue(Bytes.fromHexString("0x010000000000000000"));
    Bytes query =
        LesCodec.encodeRawItems(List.of(nineBytes, Bytes.of(1), Bytes.of(0x80), Bytes.of(0x80)));
    assertThatThrownBy(
            () ->
                LesCodec.decode(
                    LesVersion.LES4, 2, LesCodec.encodeRawItems(List.of(Bytes.of(1), query))))
        .isInstanceOf(LesWireException.class);
  }

  @Test
  void refusesARequestOfManyItems() {
    GetBlockBodies many = new GetBlockBodies(1, Collections.nCopies(4097, Bytes32.ZERO));
    assertThatThrownBy(() -> LesCodec.decode(LesVersion.LES4, many.code(), LesCodec.encode(many)))
        .isInstanceOf(LesWireException.class);
    GetBlockBodies some = new GetBlockBodies(1, Collections.nCopies(4096, Bytes32.ZERO));
    assertThat(LesCodec.decode(LesVersion.LES4, some.code(), LesCodec.encode(some)))
        .isEqualTo(some);
  }

  @Test
  void refusesCodesOutsideTheVersion() {
    for (int code : new int[] {-1, 8, 9, 0x0c, 0x0d, 0x0e, 24, 255}) {
      assertRefused(LesVersion.LES4, code, LesError.INVALID_MESSAGE_CODE);
    }
    assertRefused(LesVersion.LES2, LesMessage.Stop.CODE, LesError.INVALID_MESSAGE_CODE);
  }

  @Test
  void refusesOversizedPayloads() {
    Bytes big = Bytes.wrap(new byte[LesLimits.MAX_MESSAGE_BYTES + 1]);
    assertThatThrownBy(() -> LesCodec.decode(LesVersion.LES4, 2, big))
        .isInstanceOfSatisfying(
            LesWireException.class,
            e -> assertThat(e.error()).isEqualTo(LesError.MESSAGE_TOO_LARGE));
  }

  private static void assertRefused(LesVersion version, int code, LesError error) {
    assertThatThrownBy(() -> LesCodec.decode(version, code, Bytes.of(0xc0)))
        .isInstanceOfSatisfying(
            LesWireException.class, e -> assertThat(e.error()).isEqualTo(error));
  }
}
