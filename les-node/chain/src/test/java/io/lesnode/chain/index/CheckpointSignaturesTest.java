package io.lesnode.chain.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.testing.Vectors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.junit.jupiter.api.Test;

/** Checkpoint hashes and signatures that geth made, and signatures that must not count. */
class CheckpointSignaturesTest {

  @Test
  void geth() throws IOException {
    int cases = 0;
    for (Path file : Vectors.files("misc", "checkpoint-oracle*")) {
      for (String text : Vectors.lines(file)) {
        check(new ObjectMapper().readTree(text));
        cases++;
      }
    }
    System.out.println("checkpoint signatures: " + cases + " cases of geth");
    assertThat(cases).isPositive();
  }

  private static void check(JsonNode line) {
    CheckpointEntry checkpoint =
        new CheckpointEntry(
            line.path("sectionIndex").asLong(),
            hash(line, "sectionHead"),
            hash(line, "chtRoot"),
            hash(line, "bloomRoot"));
    Address contract = Address.fromHex(line.path("oracle").asText());
    Address signer = Address.fromHex(line.path("signer").asText());
    Bytes signature = Bytes.fromHexString(line.path("signature").asText());
    OracleConfig oracle = new OracleConfig(contract, Set.of(signer), 1);
    long index = checkpoint.sectionIndex();

    assertThat(checkpoint.hash()).isEqualTo(hash(line, "checkpointHash"));
    assertThat(CheckpointSignatures.digest(contract, index, checkpoint.hash()))
        .isEqualTo(hash(line, "sigHash"));
    assertThat(approved(oracle, checkpoint, signature)).isTrue();

    assertThat(approved(oracle, checkpoint)).isFalse();
    assertThat(approved(oracle, checkpoint, signature.slice(0, 64))).isFalse();
    assertThat(approved(oracle, checkpoint, withV(signature, 0))).isFalse();
    assertThat(approved(oracle, checkpoint, withV(signature, 55 - signature.get(64)))).isFalse();
    assertThat(approved(oracle, checkpoint, Bytes.wrap(new byte[65]))).isFalse();
    assertThat(
            CheckpointSignatures.isApproved(
                oracle, index + 1, checkpoint.hash(), List.of(signature)))
        .isFalse();
    OracleConfig elsewhere = new OracleConfig(Address.ZERO, Set.of(signer), 1);
    assertThat(approved(elsewhere, checkpoint, signature)).isFalse();
    OracleConfig two = new OracleConfig(contract, Set.of(signer, Address.ZERO), 2);
    assertThat(approved(two, checkpoint, signature, signature)).isFalse();
  }

  private static boolean approved(
      OracleConfig oracle, CheckpointEntry checkpoint, Bytes... signatures) {
    return CheckpointSignatures.isApproved(
        oracle, checkpoint.sectionIndex(), checkpoint.hash(), List.of(signatures));
  }

  private static Bytes withV(Bytes signature, int v) {
    return Bytes.concatenate(signature.slice(0, 64), Bytes.of(v));
  }

  private static Bytes32 hash(JsonNode line, String field) {
    return Bytes32.fromHexString(line.path(field).asText());
  }

  @Test
  void knownOracles() {
    List<String> contracts = new ArrayList<>();
    for (String genesis :
        List.of(
            "0xd4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8c0db1cb8fa3",
            "0x41941023680923e0fe4d74a34bdac8141f2540e3ae90623718e47d66d1ca4a2d",
            "0x6341fd3daf94b748c72ced5a5b26028f2474f5f00d824504e4fa37a75767e177",
            "0xbf7e331f7f7c1dd2e05159666b3bf8bc7a8a3a9eb1d518969eab529dd9b88c1a")) {
      OracleConfig oracle = OracleConfig.ofNetwork(Bytes32.fromHexString(genesis)).orElseThrow();
      assertThat(oracle.threshold()).isEqualTo(2);
      assertThat(oracle.signers().size()).isBetween(4, 5);
      contracts.add(oracle.contract().toHexString());
    }
    assertThat(contracts)
        .containsExactly(
            "0x9a9070028361f7aabeb3f2f2dc07f82c4a98a02a",
            "0xef79475013f154e6a65b54cb2742867791bf0b84",
            "0xebe8efa441b9302a0d7eaecc277c09d20d684540",
            "0x18ca0e045f0d772a851bc7e48357bcaab0a0795d");
    assertThat(OracleConfig.ofNetwork(Bytes32.ZERO)).isEmpty();
    assertThatThrownBy(() -> new OracleConfig(Address.ZERO, Set.of(), 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new OracleConfig(Address.ZERO, Set.of(Address.ZERO), 0))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
