package io.lesnode.les.client.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lesnode.chain.index.CheckpointEntry;
import io.lesnode.chain.index.OracleConfig;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.Log;
import io.lesnode.primitives.Receipt;
import io.lesnode.primitives.TransactionType;
import io.lesnode.primitives.testing.Vectors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Votes made from the checkpoints and signatures that geth wrote for the vectors. */
final class CheckpointVotesTest {

  @Test
  void whatGethSignedIsApprovedAndNothingElse() throws IOException {
    Path file = Vectors.folder("misc").resolve("checkpoint-oracle.jsonl");
    Assumptions.assumeTrue(Files.exists(file), "skipped: no " + file);
    int cases = 0;
    for (String line : Files.readAllLines(file)) {
      check(new ObjectMapper().readTree(line));
      cases++;
    }
    System.out.println("CheckpointVotesTest: " + cases + " signatures of geth");
    assertThat(cases).isPositive();
  }

  private static void check(JsonNode row) {
    CheckpointEntry entry =
        new CheckpointEntry(
            row.path("sectionIndex").asLong(),
            Bytes32.fromHexString(row.path("sectionHead").asText()),
            Bytes32.fromHexString(row.path("chtRoot").asText()),
            Bytes32.fromHexString(row.path("bloomRoot").asText()));
    Address contract = Address.fromHex(row.path("oracle").asText());
    Address signer = Address.fromHex(row.path("signer").asText());
    Bytes signature = Bytes.fromHexString(row.path("signature").asText());
    OracleConfig oracle = new OracleConfig(contract, Set.of(signer), 1);
    Log vote = vote(contract, entry.sectionIndex(), entry.hash(), signature);

    assertThat(approves(oracle, entry, vote)).isTrue();
    assertThat(approves(oracle, entry)).isFalse();
    Address other = Address.fromHex("0x" + "0d".repeat(20));
    assertThat(approves(new OracleConfig(contract, Set.of(other), 1), entry, vote)).isFalse();
    assertThat(approves(new OracleConfig(contract, Set.of(signer, other), 2), entry, vote, vote))
        .isFalse();
    for (Log wrong : wrongVotes(contract, entry, signature, vote)) {
      assertThat(approves(oracle, entry, wrong)).as(wrong.toString()).isFalse();
    }
    CheckpointEntry changed =
        new CheckpointEntry(
            entry.sectionIndex(),
            entry.sectionHead(),
            /* chtRoot= */ entry.bloomRoot(),
            /* bloomRoot= */ entry.chtRoot());
    assertThat(approves(oracle, changed, vote)).isFalse();
  }

  private static List<Log> wrongVotes(
      Address contract, CheckpointEntry entry, Bytes signature, Log vote) {
    long index = entry.sectionIndex();
    List<Log> wrong = new ArrayList<>();
    wrong.add(vote(Address.fromHex("0x" + "0e".repeat(20)), index, entry.hash(), signature));
    wrong.add(vote(contract, index + 1, entry.hash(), signature));
    wrong.add(vote(contract, index, Bytes32.ZERO, signature));
    wrong.add(vote(contract, index, entry.hash(), signature.xor(Bytes.repeat((byte) 1, 65))));
    wrong.add(new Log(contract, vote.topics(), vote.data().slice(0, 96)));
    wrong.add(new Log(contract, vote.topics().subList(0, 1), vote.data()));
    wrong.add(new Log(contract, vote.topics().reversed(), vote.data()));
    return wrong;
  }

  private static boolean approves(OracleConfig oracle, CheckpointEntry entry, Log... logs) {
    return CheckpointVotes.approve(
        oracle,
        entry,
        List.of(Receipt.withStatus(TransactionType.LEGACY, true, 21_000, List.of(logs))));
  }

  private static Log vote(Address contract, long index, Bytes32 hash, Bytes signature) {
    return new Log(
        contract,
        List.of(CheckpointVotes.NEW_CHECKPOINT_VOTE, Bytes32.leftPad(Bytes.ofUnsignedLong(index))),
        Bytes.concatenate(hash, UInt256.valueOf(signature.get(64) & 0xff), signature.slice(0, 64)));
  }
}
