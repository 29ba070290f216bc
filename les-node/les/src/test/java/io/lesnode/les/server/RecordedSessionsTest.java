package io.lesnode.les.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.lesnode.les.wire.LesCodec;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.les.wire.LesVersion;
import io.lesnode.les.wire.StatusKeys;
import io.lesnode.les.wire.WireVectors;
import io.lesnode.primitives.Block;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.testing.Vectors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Replays recorded sessions whose answers need no state, on chains that are not executed. */
class RecordedSessionsTest {

  private static final TransactionRelay NO_POOL =
      new TransactionRelay() {
        @Override
        public long status(Bytes32 hash) {
          return 0;
        }

        @Override
        public Optional<String> add(Transaction transaction) {
          return Optional.empty();
        }
      };

  /** Shared, so that a chain is imported once. */
  @TempDir static Path directory;

  @Test
  void announcements() {
    replayImports("announce*", "chain.rlp");
  }

  @Test
  void reorganisation() {
    replayImports("reorg*", "chain-a.rlp");
  }

  @Test
  void capacityChanges() {
    replayImports("capacity*", "chain.rlp");
  }

  @Test
  void errors() {
    replayImports("errors*", "chain.rlp");
  }

  @Test
  void freezing() {
    replayImports("freeze*", "chain.rlp");
  }

  @Test
  void requests() {
    replayOnExecutedChains("{requests,stepped}*");
  }

  @Test
  void helperTries() {
    replayOnExecutedChains("{helpertrie,nohelper}*");
  }

  @Test
  void lightClients() {
    replayOnExecutedChains("geth-light-client*");
  }

  private void replayOnExecutedChains(String recordings) {
    for (Path recording : Vectors.files("les-wire", recordings)) {
      List<JsonNode> lines = WireVectors.lines(recording);
      String chainName = lines.getFirst().path("chain").asText();
      Path folder = Vectors.folder("chains").resolve(chainName);
      if (!Files.exists(folder)) {
        System.out.println("LES server: " + recording + " skipped: its chain is not here");
        continue;
      }
      try (ImportedChain chain = new ImportedChain(directory.resolve(chainName), folder)) {
        Replay replay =
            new Replay(
                String.valueOf(recording.getFileName()),
                chain.served(),
                chain.relay(),
                lines.getFirst().path("networkId").asLong());
        lines.forEach(replay::apply);
        print(replay);
      }
    }
  }

  private static void print(Replay replay) {
    assertThat(replay.compared()).isPositive();
    System.out.printf(
        "LES server: %s: %d messages equal, %d silences, %d disconnects; empty answers where"
            + " geth has none: %s%n",
        replay.name(),
        replay.compared(),
        replay.silences(),
        replay.closes(),
        replay.emptyAnswers());
  }

  /** Brings the chain to where each recording starts, and on where the recorded server went on. */
  private void replayImports(String recordings, String chainFile) {
    for (Path file : Vectors.files("les-wire", recordings)) {
      replayImports(file, chainFile);
    }
  }

  private void replayImports(Path file, String chainFile) {
    String recording = String.valueOf(file.getFileName());
    List<JsonNode> lines = WireVectors.lines(file);
    Path folder = Vectors.folder("chains").resolve(lines.getFirst().path("chain").asText());
    if (!Files.exists(folder)) {
      System.out.println("LES server: " + recording + " skipped: its chain is not here");
      return;
    }
    Path plain = folder.resolve(chainFile);
    List<Block> blocks =
        TestChain.blocks(Files.exists(plain) ? plain : folder.resolve(chainFile + ".gz"));
    try (TestChain chain =
        new TestChain(directory.resolve(recording), folder.resolve("genesis.json"))) {
      long start = firstHead(lines);
      chain.add(blocks.stream().filter(block -> block.number() <= start).toList());
      Replay replay =
          new Replay(recording, chain, NO_POOL, lines.getFirst().path("networkId").asLong());
      for (int i = 0; i < lines.size(); i++) {
        JsonNode line = lines.get(i);
        if (line.path("event").asText().equals("import")) {
          importBlocks(chain, folder, line.path("file").asText(), blocks, nextHead(lines, i));
        }
        if (isAnnounce(line) && i + 1 < lines.size()) {
          replay.setCapacity(lines.get(i - 1));
          replay.setCapacity(lines.get(i + 1)); // the call is noted when it returns
        }
        replay.apply(line);
      }
      print(replay);
    }
  }

  private static boolean isAnnounce(JsonNode line) {
    return line.path("name").asText().equals("Announce");
  }

  private static void importBlocks(
      TestChain chain, Path folder, String file, List<Block> blocks, long upTo) {
    List<Block> source =
        file.equals("chain-b.rlp") ? TestChain.blocks(folder.resolve(file)) : blocks;
    long from = file.equals("chain-b.rlp") ? 0 : chain.headHeader().number();
    chain.add(
        source.stream().filter(block -> block.number() > from && block.number() <= upTo).toList());
  }

  private static long firstHead(List<JsonNode> lines) {
    return lines.stream()
        .filter(line -> line.path("name").asText().equals("Status"))
        .filter(line -> line.path("dir").asText().equals("s2c"))
        .findFirst()
        .map(
            line ->
                ((LesMessage.Status)
                        LesCodec.decode(WireVectors.version(line), 0, WireVectors.payload(line)))
                    .values()
                    .requireUnsignedLong(StatusKeys.HEAD_NUMBER))
        .orElseThrow();
  }

  private static long nextHead(List<JsonNode> lines, int after) {
    return lines.subList(after, lines.size()).stream()
        .filter(line -> line.path("name").asText().equals("Announce"))
        .findFirst()
        .map(
            line ->
                ((LesMessage.Announce)
                        LesCodec.decode(LesVersion.LES4, 1, WireVectors.payload(line)))
                    .headNumber())
        .orElseThrow();
  }
}
