package io.lesnode.chain.blocks;

import io.lesnode.chain.store.ChainReader;
import io.lesnode.primitives.rlp.RlpReader;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.function.LongConsumer;
import java.util.zip.GZIPOutputStream;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.rlp.RLP;
import org.jspecify.annotations.Nullable;

/**
 * Writes the canonical chain to a file, byte for byte as it was imported. Stateless.
 *
 * <p>The file appears under its name only when it is complete; until then it is a temporary one
 * beside it. It is gzipped if its name ends in {@code .gz}.
 *
 * <p>Reference: geth {@code export} (cmd/utils/cmd.go).
 */
public final class ChainExporter {
  private static final int BUFFER_BYTES = 1 << 18;

  private ChainExporter() {}

  /**
   * Exports blocks {@code first} to {@code last}.
   *
   * @param chain a snapshot, if the chain may move meanwhile
   * @param first 1 for what {@code geth export} writes by default: its own file begins with block
   *     0, which every import skips
   * @param progress is given the height of each block written
   * @throws ChainFileException if the file cannot be written, or a block is missing
   */
  public static void export(
      ChainReader chain, long first, long last, Path file, LongConsumer progress) {
    Path directory = file.toAbsolutePath().getParent();
    @Nullable Path temporary = null;
    try {
      temporary = Files.createTempFile(directory, file.getFileName().toString(), ".part");
      try (OutputStream out = open(file, temporary)) {
        for (long number = first; number <= last; number++) {
          write(chain, number, file, out);
          progress.accept(number);
        }
      }
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new ChainFileException(
          file,
          0,
          "cannot be written: " + e.getMessage() + "; check the folder, its permissions and space",
          e);
    } finally {
      remove(temporary);
    }
  }

  private static OutputStream open(Path file, Path temporary) throws IOException {
    OutputStream out = new BufferedOutputStream(Files.newOutputStream(temporary), BUFFER_BYTES);
    return file.toString().endsWith(".gz")
        ? new BufferedOutputStream(new GZIPOutputStream(out, BUFFER_BYTES), BUFFER_BYTES)
        : out;
  }

  private static void write(ChainReader chain, long number, Path file, OutputStream out)
      throws IOException {
    Bytes32 hash =
        chain
            .canonicalHash(number)
            .orElseThrow(() -> new ChainFileException(file, 0, "there is no block " + number));
    Bytes header =
        chain
            .headerBytes(number, hash)
            .orElseThrow(
                () -> new ChainFileException(file, 0, "block " + number + " has no header"));
    Bytes body =
        chain
            .bodyBytes(hash)
            .orElseThrow(() -> new ChainFileException(file, 0, "block " + number + " has no body"));
    // a block is the header followed by the items of the body
    Bytes block =
        RLP.encodeList(
            writer -> {
              writer.writeRLP(header);
              RlpReader items = RlpReader.of(body).enterList();
              while (!items.isComplete()) {
                writer.writeRLP(items.readRaw());
              }
            });
    out.write(block.toArrayUnsafe());
  }

  private static void remove(@Nullable Path temporary) {
    if (temporary != null) {
      try {
        Files.deleteIfExists(temporary);
      } catch (IOException e) {
        throw new ChainFileException(temporary, 0, "cannot be removed: " + e.getMessage(), e);
      }
    }
  }
}
