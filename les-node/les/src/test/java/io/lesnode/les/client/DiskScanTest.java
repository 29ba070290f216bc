package io.lesnode.les.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.chain.store.GcMode;
import io.lesnode.chain.store.LightStore;
import io.lesnode.chain.store.StoreOptions;
import io.lesnode.primitives.BlockHeader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.tuweni.bytes.Bytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Looking through stored headers gives what asking for each of them gives. */
final class DiskScanTest {
  private static final int HEIGHT = 9000;

  @Test
  void showsTheBloomsOfTheCanonicalChainUpToAGap(@TempDir Path directory) {
    ServedChain chain = MadeChain.upTo(HEIGHT, 5);
    ServedChain other = MadeChain.upTo(50, 6);
    try (LightStore store = LightStore.open(directory, StoreOptions.defaults(GcMode.FULL))) {
      DiskStores stores = new DiskStores(store);
      List<HeaderChain.Head> heads =
          IntStream.rangeClosed(0, HEIGHT)
              .filter(number -> number != 8500)
              .mapToObj(n -> new HeaderChain.Head(chain.header(n), chain.totalDifficulty(n)))
              .toList();
      List<HeaderChain.Head> all = new ArrayList<>(heads);
      for (int n = 1; n <= 50; n++) {
        all.add(new HeaderChain.Head(other.header(n), other.totalDifficulty(n)));
      }
      List<BlockHeader> canonical = heads.stream().map(HeaderChain.Head::header).toList();
      stores.write(all, canonical, 1, 0, heads.getLast());

      assertScan(stores, chain, 0, 8499, 8500);
      assertScan(stores, chain, 17, 30, 31);
      assertScan(stores, chain, 4096, 8191, 8192);
      assertScan(stores, chain, 8501, 20_000, HEIGHT + 1);
      assertScan(stores, chain, 8500, 8600, 8500);
      assertScan(stores, chain, 0, 20_000, 8500);
    }
  }

  private static void assertScan(
      DiskStores stores, ServedChain chain, long from, long to, long reached) {
    List<Bytes> seen = new ArrayList<>();
    List<Long> numbers = new ArrayList<>();
    long end =
        stores.scanBlooms(
            from,
            to,
            (number, bloom) -> {
              numbers.add(number);
              seen.add(bloom);
            });
    assertThat(end).isEqualTo(reached);
    assertThat(seen).hasSize((int) (reached - from));
    for (int i = 0; i < seen.size(); i++) {
      assertThat(numbers.get(i)).isEqualTo(from + i);
      assertThat(seen.get(i)).isEqualTo(chain.header(from + i).logsBloom().bytes());
    }
  }
}
