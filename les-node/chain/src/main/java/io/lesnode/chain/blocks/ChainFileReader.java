package io.lesnode.chain.blocks;

import io.lesnode.primitives.Block;
import io.lesnode.primitives.rlp.RlpException;
import io.lesnode.primitives.rlp.RlpReader;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.apache.tuweni.bytes.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * Reads a chain export: the RLP of blocks one after the other, perhaps gzipped, which the first two
 * bytes tell. Confined to one thread. Memory is one block, at most {@value #MAX_BLOCK_BYTES} bytes,
 * and a claimed length is only believed as far as bytes arrive.
 *
 * <p>Reference: geth {@code export} and {@code import} (cmd/utils/cmd.go).
 */
public final class ChainFileReader implements AutoCloseable {
  /** Some hundred times the largest block that a network would relay: 32 MiB. */
  static final int MAX_BLOCK_BYTES = 1 << 25;

  private static final int BUFFER_BYTES = 1 << 18;
  private static final int GZIP_MAGIC = 0x1f8b;
  private static final int LONG_LIST = 0xf7;
  private static final int SHORT_LIST = 0xc0;

  /**
   * One block as it stands in the file.
   *
   * @param encoded its RLP
   * @param offsetBytes where it begins in the inflated stream
   * @param fileBytesRead how much of the file was consumed up to its end, for progress
   */
  public record RawBlock(Bytes encoded, long offsetBytes, long fileBytesRead) {}

  private final Path file;
  private final long fileBytes;
  private final CountingStream counted;
  private final InputStream in;
  private long offsetBytes;

  /**
   * Opens a file.
   *
   * @throws ChainFileException if it cannot be read or claims to be gzip and is not
   */
  public ChainFileReader(Path file) {
    this.file = file;
    try {
      if (!Files.isRegularFile(file)) {
        throw new ChainFileException(
            file, 0, Files.exists(file) ? "is no file" : "no such file; check the path");
      }
      fileBytes = Files.size(file);
      counted = new CountingStream(Files.newInputStream(file));
      BufferedInputStream buffered = new BufferedInputStream(counted, BUFFER_BYTES);
      buffered.mark(2);
      int magic = buffered.read() << 8 | Math.max(0, buffered.read());
      buffered.reset();
      in =
          magic == GZIP_MAGIC
              ? new BufferedInputStream(new GZIPInputStream(buffered, BUFFER_BYTES), BUFFER_BYTES)
              : buffered;
    } catch (IOException e) {
      throw new ChainFileException(file, 0, "cannot be read: " + e.getMessage(), e);
    }
  }

  /** Returns the size of the file. */
  public long fileBytes() {
    return fileBytes;
  }

  /**
   * Reads the next block without looking into it.
   *
   * @return null at the end of the file
   * @throws ChainFileException if the file ends within a block or holds something else
   */
  public @Nullable RawBlock next() {
    long start = offsetBytes;
    try {
      int first = in.read();
      if (first < 0) {
        return null;
      }
      if (first < SHORT_LIST) {
        throw new ChainFileException(
            file,
            start,
            (start == 0 ? "is no chain export" : "is damaged")
                + ": byte "
                + start
                + " (0x"
                + Integer.toHexString(first)
                + ") begins no block; "
                + (start == 0
                    ? "give a file that 'geth export' or 'les export' wrote"
                    : "the blocks before it are imported; export the file again"));
      }
      return readList(first, start);
    } catch (EOFException e) {
      throw truncated(start, e);
    } catch (ZipException e) {
      throw new ChainFileException(
          file,
          start,
          "is damaged: its gzip stream breaks in the block at byte "
              + start
              + " ("
              + e.getMessage()
              + "); the blocks before it are imported; copy or export the file again",
          e);
    } catch (IOException e) {
      throw new ChainFileException(
          file, start, "reading failed at byte " + start + ": " + e.getMessage(), e);
    }
  }

  private ChainFileException truncated(long start, @Nullable Throwable cause) {
    return new ChainFileException(
        file,
        start,
        "is truncated: it ends within the block that begins at byte "
            + start
            + "; the blocks before it are imported; copy or export the file again",
        cause == null ? new EOFException() : cause);
  }

  private RawBlock readList(int first, long start) throws IOException {
    int lengthBytes = Math.max(0, first - LONG_LIST);
    byte[] prefix = new byte[1 + lengthBytes];
    prefix[0] = (byte) first;
    if (in.readNBytes(prefix, 1, lengthBytes) < lengthBytes) {
      throw truncated(start, null);
    }
    int shortBytes = lengthBytes == 0 ? first - SHORT_LIST : 0;
    long payloadBytes = shortBytes;
    for (int i = 1; i <= lengthBytes; i++) {
      payloadBytes = payloadBytes << 8 | (prefix[i] & 0xff);
      if (payloadBytes > MAX_BLOCK_BYTES) {
        throw new ChainFileException(
            file,
            start,
            "is damaged: the block at byte "
                + start
                + " claims more than "
                + MAX_BLOCK_BYTES
                + " bytes; the blocks before it are imported; export the file again");
      }
    }
    byte[] payload = in.readNBytes((int) payloadBytes);
    if (payload.length < payloadBytes) {
      throw truncated(start, null);
    }
    byte[] encoded = new byte[prefix.length + payload.length];
    System.arraycopy(prefix, 0, encoded, 0, prefix.length);
    System.arraycopy(payload, 0, encoded, prefix.length, payload.length);
    offsetBytes = start + encoded.length;
    return new RawBlock(Bytes.wrap(encoded), start, counted.count);
  }

  /**
   * Decodes what {@link #next} gave; may run on any thread.
   *
   * @throws ChainFileException if it is no block
   */
  public Block decode(RawBlock raw) {
    try {
      return Block.decode(raw.encoded());
    } catch (RlpException | IllegalArgumentException e) {
      throw new ChainFileException(
          file,
          raw.offsetBytes(),
          (raw.offsetBytes() == 0 ? "is no chain export" : "is damaged")
              + ": the item at byte "
              + raw.offsetBytes()
              + " is no block ("
              + e.getMessage()
              + "); "
              + (raw.offsetBytes() == 0
                  ? "give a file that 'geth export' or 'les export' wrote"
                  : "the blocks before it are imported; export the file again"),
          e);
    }
  }

  /**
   * Returns the RLP of the header within a block, without decoding either; null if there is none.
   */
  static @Nullable Bytes encodedHeader(RawBlock raw) {
    try {
      return RlpReader.of(raw.encoded()).enterList().readRaw();
    } catch (RlpException noBlock) {
      return null;
    }
  }

  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException e) {
      throw new ChainFileException(file, offsetBytes, "cannot be closed: " + e.getMessage(), e);
    }
  }

  /** Counts what was taken from the file; read only by the thread that reads. */
  private static final class CountingStream extends FilterInputStream {
    private long count;

    CountingStream(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int value = super.read();
      count += value < 0 ? 0 : 1;
      return value;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int read = super.read(target, offset, length);
      count += Math.max(0, read);
      return read;
    }
  }
}
