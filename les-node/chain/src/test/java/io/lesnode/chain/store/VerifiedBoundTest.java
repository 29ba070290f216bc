package io.lesnode.chain.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lesnode.primitives.crypto.Keccak;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cache of fetched data on disk: its bound, and its end. */
class VerifiedBoundTest {
  private static final long MEBIBYTE = 1L << 20;
  private static final long BOUND_BYTES = 4 * MEBIBYTE;
  private static final int NODE_BYTES = 500;
  private static final int NODES_PER_ANSWER = 100;
  private static final int ANSWERS = 1_200;

  @Test
  void theOldestIsDroppedBeyondTheBound(@TempDir Path directory) {
    StoreOptions options =
        new StoreOptions(GcMode.FULL, 128, 4 * MEBIBYTE, 2 * MEBIBYTE, 1)
            .withVerifiedBytes(BOUND_BYTES);
    Random random = new Random(1);
    Bytes32 first = null;
    Bytes32 last = Bytes32.ZERO;
    try (LightStore store = LightStore.open(directory, options)) {
      for (int answer = 0; answer < ANSWERS; answer++) {
        Map<Bytes32, Bytes> nodes = new HashMap<>();
        for (int i = 0; i < NODES_PER_ANSWER; i++) {
          byte[] node = new byte[NODE_BYTES];
          random.nextBytes(node);
          last = Keccak.keccak256(Bytes.wrap(node));
          first = first == null ? last : first;
          nodes.put(last, Bytes.wrap(node));
        }
        store.putVerified(VerifiedKind.TRIE_NODE, nodes);
      }
    }
    long written = (long) ANSWERS * NODES_PER_ANSWER * NODE_BYTES;
    try (LightStore store = LightStore.open(directory, options)) {
      assertThat(store.verified(VerifiedKind.TRIE_NODE, first)).isEmpty();
      assertThat(store.verified(VerifiedKind.TRIE_NODE, last)).isPresent();
    }
    long tablesBytes = sizeBytes(directory, ".sst");
    assertThat(tablesBytes).isLessThan(BOUND_BYTES + 2 * options.memtableBytes());
    assertThat(written).isGreaterThan(10 * BOUND_BYTES);
  }

  /** The native objects of a closed store must not be touched: that would end the process. */
  @Test
  void aClosedStoreRefusesWrites(@TempDir Path directory) {
    LightStore store = LightStore.open(directory, StoreOptions.light());
    LightBatch batch = store.newBatch();
    store.close();

    assertThatThrownBy(() -> store.putVerified(VerifiedKind.CODE, Bytes32.ZERO, Bytes.of(1)))
        .isInstanceOf(StoreException.Closed.class);
    assertThatThrownBy(() -> batch.putIndex(Bytes.of(1), Bytes.of(2)))
        .isInstanceOf(StoreException.Closed.class);
    assertThatThrownBy(() -> batch.removeIndex(Bytes.of(1)))
        .isInstanceOf(StoreException.Closed.class);
    batch.close();
  }

  private static long sizeBytes(Path directory, String ending) {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(file -> file.toString().endsWith(ending))
          .mapToLong(
              file -> {
                try {
                  return Files.size(file);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              })
          .sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
