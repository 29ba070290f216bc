package io.lesnode.chain.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.lesnode.chain.testing.ChainVectors;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.Block;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.config.ChainConfig;
import io.lesnode.primitives.config.ConsensusConfig;
import io.lesnode.primitives.config.Genesis;
import io.lesnode.primitives.testing.Vectors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Signers, turns and votes of the clique chains of the vectors, whose {@code signers.json} is
 * geth's.
 */
class CliqueRulesTest {
  private static List<Path> cliqueChains() {
    return Vectors.chains().stream()
        .filter(folder -> Files.exists(folder.resolve("signers.json")))
        .toList();
  }

  @Test
  void signersTurnsAndSignerSetsAreThoseOfGeth() {
    int blocks = 0;
    for (Path folder : cliqueChains()) {
      Chain chain = new Chain(folder, CliqueSnapshotStore.NONE);
      JsonNode expected = ChainVectors.json(folder.resolve("signers.json"));
      for (JsonNode block : expected.get("blocks")) {
        BlockHeader header = chain.headers.get(block.get("number").asInt());
        BlockHeader parent = chain.headers.get(block.get("number").asInt() - 1);
        assertThat(header.hash().toHexString()).isEqualTo(block.get("hash").asText());
        Address signer = chain.rules.author(header);
        assertThat(signer.toHexString()).isEqualTo(block.get("signer").asText());
        CliqueSnapshot before = chain.rules.snapshotAfter(parent, chain.source);
        assertThat(before.signers().stream().map(Address::toHexString).toList())
            .isEqualTo(texts(block.get("signersBefore")));
        assertThat(before.inTurn(header.number(), signer))
            .isEqualTo(block.get("inTurn").asBoolean());
        chain.rules.verifyHeader(header, parent, UInt256.ZERO, chain.source);
        blocks++;
      }
      CliqueSnapshot last = chain.rules.snapshotAfter(chain.headers.getLast(), chain.source);
      assertSnapshot(last, expected.get("finalSnapshot"));
      for (JsonNode call : ChainVectors.expected(chain.file).get("rpc")) {
        if (call.get("method").asText().equals("clique_getSnapshot") && call.has("result")) {
          long number = Long.decode(call.at("/params/0").asText());
          assertSnapshot(
              chain.rules.snapshotAfter(chain.headers.get((int) number), chain.source),
              call.get("result"));
        }
      }
    }
    System.out.println("clique: " + blocks + " blocks");
  }

  private static void assertSnapshot(CliqueSnapshot actual, JsonNode expected) {
    assertThat(actual.number()).isEqualTo(expected.get("number").asLong());
    assertThat(actual.hash().toHexString()).isEqualTo(expected.get("hash").asText());
    assertThat(actual.signers().stream().map(Address::toHexString).toList())
        .containsExactlyInAnyOrderElementsOf(names(expected.get("signers")));
    Map<String, String> recents = new TreeMap<>();
    actual.recents().forEach((block, signer) -> recents.put("" + block, signer.toHexString()));
    Map<String, String> expectedRecents = new TreeMap<>();
    expected
        .get("recents")
        .properties()
        .forEach(recent -> expectedRecents.put(recent.getKey(), recent.getValue().asText()));
    assertThat(recents).isEqualTo(expectedRecents);
    List<String> votes = new ArrayList<>();
    expected
        .get("votes")
        .forEach(
            vote ->
                votes.add(
                    vote.get("signer").asText()
                        + vote.get("block")
                        + vote.get("address").asText()
                        + vote.get("authorize")));
    assertThat(
            actual.votes().stream()
                .map(
                    vote ->
                        vote.signer().toHexString()
                            + vote.block()
                            + vote.address().toHexString()
                            + vote.authorize())
                .toList())
        .isEqualTo(votes);
    assertThat(actual.tally()).hasSize(expected.get("tally").size());
    actual
        .tally()
        .forEach(
            (address, tally) -> {
              JsonNode entry = expected.get("tally").get(address.toHexString());
              assertThat(tally.authorize()).isEqualTo(entry.get("authorize").asBoolean());
              assertThat(tally.votes()).isEqualTo(entry.get("votes").asInt());
            });
  }

  @Test
  void snapshotsSurviveTheirStoredForm() {
    for (Path folder : cliqueChains()) {
      Chain chain = new Chain(folder, CliqueSnapshotStore.NONE);
      for (BlockHeader header : chain.headers) {
        CliqueSnapshot snapshot = chain.rules.snapshotAfter(header, chain.source);
        assertThat(CliqueSnapshotCodec.decode(CliqueSnapshotCodec.encode(snapshot)))
            .isEqualTo(snapshot);
      }
    }
  }

  @Test
  void theStartMayBeACheckpointWithoutParent() {
    for (Path folder : cliqueChains()) {
      Chain whole = new Chain(folder, CliqueSnapshotStore.NONE);
      int epoch = (int) whole.clique.epochLength();
      Chain tail = new Chain(folder, CliqueSnapshotStore.NONE);
      tail.hideBelow(epoch);
      for (int i = epoch + 1; i < tail.headers.size(); i++) {
        tail.rules.verifyHeader(
            tail.headers.get(i), tail.headers.get(i - 1), UInt256.ZERO, tail.source);
      }
      assertThat(tail.rules.snapshotAfter(tail.headers.getLast(), tail.source).signers())
          .isEqualTo(whole.rules.snapshotAfter(whole.headers.getLast(), whole.source).signers());
    }
  }

  @Test
  void aDamagedStoredSnapshotIsRecomputed() {
    CliqueSnapshotStore damaged =
        new CliqueSnapshotStore() {
          @Override
          public @Nullable Bytes load(Bytes32 blockHash) {
            return Bytes.fromHexString("0xc0");
          }

          @Override
          public void store(Bytes32 blockHash, Bytes encoded) {
            // keeps what is there
          }
        };
    for (Path folder : cliqueChains()) {
      Chain chain = new Chain(folder, damaged);
      assertThat(chain.rules.snapshotAfter(chain.headers.getLast(), chain.source).number())
          .isEqualTo(chain.headers.getLast().number());
    }
  }

  @Test
  void brokenHeadersAreRefusedInGethsWords() {
    for (Path folder : cliqueChains()) {
      Chain chain = new Chain(folder, CliqueSnapshotStore.NONE);
      BlockHeader parent = chain.headers.get(1);
      BlockHeader header = chain.headers.get(2);
      int epoch = (int) chain.clique.epochLength();
      chain.refuses(
          header.toBuilder().nonce(1).build(), parent, "vote nonce not 0x00..0 or 0xff..f");
      chain.refuses(
          header.toBuilder().extraData(Bytes.of(1)).build(),
          parent,
          "extra-data 32 byte vanity prefix missing");
      chain.refuses(
          header.toBuilder().extraData(Bytes.wrap(new byte[40])).build(),
          parent,
          "extra-data 65 byte signature suffix missing");
      chain.refuses(
          header.toBuilder().extraData(Bytes.wrap(new byte[117])).build(),
          parent,
          "non-checkpoint block contains extra signer list");
      chain.refuses(
          header.toBuilder().mixHash(Bytes32.leftPad(Bytes.of(1))).build(),
          parent,
          "non-zero mix digest");
      chain.refuses(
          header.toBuilder().difficulty(UInt256.valueOf(3)).build(), parent, "invalid difficulty");
      chain.refuses(
          header.toBuilder().timestamp(parent.timestamp()).build(), parent, "invalid timestamp");
      chain.refuses(
          header.toBuilder().timestamp(Long.MAX_VALUE).build(), parent, "block in the future");
      chain.refuses(
          header.toBuilder().gasLimit(4000).build(),
          parent,
          "invalid gasUsed",
          "invalid gas limit");
      chain.refuses(
          chain.headers.get(epoch).toBuilder().coinbase(chain.rules.author(header)).build(),
          chain.headers.get(epoch - 1),
          "beneficiary in checkpoint block non-zero");
    }
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(node -> texts.add(node.asText()));
    return texts;
  }

  private static List<String> names(JsonNode node) {
    if (node.isArray()) {
      return texts(node);
    }
    return node.properties().stream().map(Map.Entry::getKey).toList();
  }

  /** One clique chain with its rules and all of its headers. */
  private static final class Chain {
    final Path file;
    final ConsensusConfig.Clique clique;
    final CliqueRules rules;
    final List<BlockHeader> headers = new ArrayList<>();
    private final Map<Bytes32, BlockHeader> byHash = new HashMap<>();
    final HeaderSource source = (hash, number) -> byHash.get(hash);

    Chain(Path folder, CliqueSnapshotStore store) {
      file = ChainVectors.files(folder).getFirst();
      Genesis genesis = ChainVectors.genesis(folder);
      ChainConfig config = genesis.config();
      clique = (ConsensusConfig.Clique) config.consensus();
      InstantSource clock = InstantSource.fixed(Instant.ofEpochSecond(1L << 33));
      rules = new CliqueRules(config, clique.periodSeconds(), clique.epochLength(), store, clock);
      JsonNode expected = ChainVectors.expected(file);
      headers.add(genesis.header(Bytes32.fromHexString(expected.get("genesisStateRoot").asText())));
      for (Block block : ChainVectors.blocks(file)) {
        headers.add(block.header());
      }
      headers.forEach(header -> byHash.put(header.hash(), header));
    }

    void hideBelow(int number) {
      headers.subList(0, number).forEach(header -> byHash.remove(header.hash()));
    }

    void refuses(BlockHeader header, BlockHeader parent, String... messages) {
      assertThatThrownBy(() -> rules.verifyHeader(header, parent, UInt256.ZERO, source))
          .isInstanceOf(InvalidBlockException.class)
          .satisfies(
              refusal ->
                  assertThat(List.of(messages))
                      .anyMatch(message -> refusal.getMessage().contains(message)));
    }
  }
}
