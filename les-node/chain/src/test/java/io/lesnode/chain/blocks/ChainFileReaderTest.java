package io.lesnode.chain.blocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lesnode.chain.testing.ChainVectors;
import io.lesnode.primitives.Block;
import io.lesnode.primitives.testing.Vectors;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.apache.tuweni.bytes.Bytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChainFileReaderTest {
  @TempDir Path directory;

  private static Path example() {
    return ChainVectors.files(Vectors.chains().getFirst()).getFirst();
  }

  private Path file(String name, Bytes content) throws IOException {
    return Files.write(directory.resolve(name), content.toArrayUnsafe());
  }

  private static int readAll(Path file) {
    try (ChainFileReader reader = new ChainFileReader(file)) {
      int blocks = 0;
      for (var raw = reader.next(); raw != null; raw = reader.next()) {
        assertThat(reader.decode(raw).encoded()).isEqualTo(raw.encoded());
        blocks++;
      }
      return blocks;
    }
  }

  @Test
  void everyBlockComesBackByteForByteGzippedOrNot() throws IOException {
    Bytes whole = ChainVectors.bytes(example());
    int expected = 0;
    for (Block block : ChainVectors.blocks(example())) {
      expected += block.number() > 0 ? 1 : 0;
    }
    assertThat(readAll(example())).isEqualTo(expected);
    Path gzipped = directory.resolve("named-without-suffix");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(gzipped))) {
      out.write(whole.toArrayUnsafe());
    }
    assertThat(readAll(gzipped)).isEqualTo(expected);
    assertThat(readAll(file("empty", Bytes.EMPTY))).isZero();
  }

  @Test
  void foreignFilesAreNamedAsSuch() throws IOException {
    assertThatThrownBy(
            () -> readAll(file("genesis.json", Bytes.fromHexString("0x7b22636f6e666967223a317d"))))
        .isInstanceOf(ChainFileException.class)
        .hasMessageContaining("is no chain export: byte 0 (0x7b)");
    assertThatThrownBy(() -> readAll(file("list.rlp", Bytes.fromHexString("0xc20102"))))
        .isInstanceOf(ChainFileException.class)
        .hasMessageContaining("is no chain export: the item at byte 0 is no block");
    assertThatThrownBy(() -> readAll(directory.resolve("nowhere.rlp")))
        .hasMessageContaining("no such file");
    assertThatThrownBy(() -> readAll(directory)).hasMessageContaining("is no file");
    assertThatThrownBy(() -> readAll(file("broken.gz", Bytes.fromHexString("0x1f8b0800ffff"))))
        .isInstanceOf(ChainFileException.class);
  }

  @Test
  void hugeClaimsAreNotBelieved() throws IOException {
    assertThatThrownBy(() -> readAll(file("huge", Bytes.fromHexString("0xfbffffffff00"))))
        .hasMessageContaining("claims more than");
    assertThatThrownBy(() -> readAll(file("huge8", Bytes.fromHexString("0xffffffffffffffffffff"))))
        .hasMessageContaining("claims more than");
    assertThatThrownBy(() -> readAll(file("short", Bytes.fromHexString("0xfa01ffffff00"))))
        .hasMessageContaining("is truncated");
  }

  @Test
  void truncationAtAnyByteNamesTheBlock() throws IOException {
    Bytes whole = ChainVectors.bytes(example());
    long first = new ChainFileReader(example()).next().encoded().size();
    Random random = new Random(7);
    for (int i = 0; i < 40; i++) {
      int cut = 1 + random.nextInt((int) first + 1000);
      if (cut == first) {
        continue;
      }
      Path cutFile = file("cut", whole.slice(0, cut));
      assertThatThrownBy(() -> readAll(cutFile))
          .isInstanceOf(ChainFileException.class)
          .hasMessageContaining("is truncated")
          .satisfies(
              error ->
                  assertThat(((ChainFileException) error).offsetBytes())
                      .isEqualTo(cut < first ? 0 : first));
    }
  }

  @Test
  void flippedBytesAreRefusedOrDecodeToWhatIsThere() throws IOException {
    Bytes whole = ChainVectors.bytes(example()).slice(0, 20_000);
    Random random = new Random(8);
    for (int i = 0; i < 100; i++) {
      byte[] damaged = whole.toArray();
      damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
      Path damagedFile = file("damaged", Bytes.wrap(damaged));
      assertThatThrownBy(() -> readAll(damagedFile)).isInstanceOf(ChainFileException.class);
    }
  }
}
