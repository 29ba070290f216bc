package io.lesnode.chain.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.lesnode.chain.testing.ConsensusTestsZip;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.crypto.Keccak;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;

class EthashSealTest {
  @Test
  void officialPowTests() {
    int passed = 0;
    try (ConsensusTestsZip zip = ConsensusTestsZip.open()) {
      for (String file : zip.files("PoWTests")) {
        for (JsonNode test : zip.json(file)) {
          BlockHeader header = BlockHeader.decode(Bytes.fromHexString(test.get("header").asText()));
          EthashEpoch epoch = EthashEpoch.ofBlock(header.number());
          assertThat(epoch.seed()).isEqualTo(hash(test, "seed"));
          assertThat(epoch.cacheBytes()).isEqualTo(test.get("cache_size").asLong());
          assertThat(epoch.datasetBytes()).isEqualTo(test.get("full_size").asLong());
          assertThat(EthashSeal.sealHash(header)).isEqualTo(hash(test, "header_hash"));
          EthashCache cache = EthashCache.generate(epoch);
          assertThat(Keccak.keccak256(cache.bytes())).isEqualTo(hash(test, "cache_hash"));
          EthashCache.Result result = cache.hashimoto(hash(test, "header_hash"), header.nonce());
          assertThat(result.mixHash()).isEqualTo(hash(test, "mixHash"));
          assertThat(result.powHash()).isEqualTo(hash(test, "result"));
          passed++;
        }
      }
    }
    System.out.println("PoWTests: " + passed + " passed, 0 failed, 0 skipped");
    assertThat(passed).isPositive();
  }

  @Test
  void aMinedSealHoldsAndBreaksWithAnyChange() {
    EthashSeal seal = new EthashSeal();
    BlockHeader unsealed =
        new BlockHeader.Builder().number(1).difficulty(UInt256.valueOf(8)).timestamp(1).build();

    BlockHeader sealed = seal.mine(unsealed, 0);

    seal.verify(sealed);
    assertThatThrownBy(() -> seal.verify(sealed.toBuilder().nonce(sealed.nonce() + 1).build()))
        .hasMessage("invalid mix digest");
    assertThatThrownBy(() -> seal.verify(sealed.toBuilder().timestamp(2).build()))
        .hasMessage("invalid mix digest");
    assertThatThrownBy(() -> seal.verify(sealed.toBuilder().difficulty(UInt256.ZERO).build()))
        .hasMessage("non-positive difficulty");
  }

  @Test
  void workBelowTheDifficultyIsRefused() {
    EthashSeal seal = new EthashSeal();
    BlockHeader hard =
        new BlockHeader.Builder().number(1).difficulty(UInt256.MAX_VALUE).timestamp(1).build();
    EthashCache.Result result =
        EthashCache.generate(EthashEpoch.ofBlock(1)).hashimoto(EthashSeal.sealHash(hard), 7);
    BlockHeader guessed = hard.toBuilder().nonce(7).mixHash(result.mixHash()).build();

    assertThatThrownBy(() -> seal.verify(guessed)).hasMessage("invalid proof-of-work");
  }

  @Test
  void anAbsurdNumberAsksForNoCache() {
    assertThatThrownBy(
            () ->
                new EthashSeal()
                    .verify(
                        new BlockHeader.Builder()
                            .number(Long.MAX_VALUE)
                            .difficulty(UInt256.ONE)
                            .build()))
        .isInstanceOf(InvalidBlockException.class)
        .hasMessageContaining("block number too high");
  }

  private static Bytes32 hash(JsonNode test, String field) {
    return Bytes32.fromHexString(test.get(field).asText());
  }
}
