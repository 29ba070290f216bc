package io.lesnode.chain.blocks;

import io.lesnode.chain.blocks.ChainFileReader.RawBlock;
import io.lesnode.primitives.Block;
import io.lesnode.primitives.crypto.Keccak;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.tuweni.bytes.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * Imports a chain file. One run belongs to the thread that calls it; {@link #stop} may come from
 * any.
 *
 * <p>The caller's thread reads, decodes and collects blocks into chunks; the chain prepares and
 * executes them behind it. Blocks that are stored already are skipped by the hash of their header
 * without being decoded, so that an import goes on where the last one ended.
 */
public final class ChainImporter {
  private static final int CHUNK_BLOCKS = 64;
  private static final long CHUNK_BYTES = 1 << 20;
  private static final int MAX_CHUNKS_AHEAD = 4;
  private static final Duration REPORT_INTERVAL = Duration.ofMillis(250);

  private final Blockchain chain;
  private final InstantSource clock;
  private final Consumer<ImportProgress> listener;
  private volatile boolean stopped;

  /** A chunk on its way, with what is to be counted when it is done. */
  private record Chunk(
      List<Block> blocks, long fileBytesRead, CompletableFuture<List<ImportOutcome>> outcomes) {}

  /**
   * Creates an importer.
   *
   * @param clock measures the rate
   * @param listener is called on the importing thread a few times per second and at the end
   */
  public ChainImporter(Blockchain chain, InstantSource clock, Consumer<ImportProgress> listener) {
    this.chain = chain;
    this.clock = clock;
    this.listener = listener;
  }

  /** Ends the import after the blocks that are being executed; what was imported stays. */
  public void stop() {
    stopped = true;
  }

  /** Returns whether {@link #stop} was called. */
  public boolean isStopped() {
    return stopped;
  }

  /**
   * Imports a file to its end, or until {@link #stop}.
   *
   * @throws ChainFileException if the file is damaged; the blocks before the damage are imported
   * @throws io.lesnode.chain.consensus.InvalidBlockException if a block is refused; those before it
   *     are imported
   */
  public ImportProgress importFile(Path file) {
    try (ChainFileReader reader = new ChainFileReader(file)) {
      return new Run(reader).toEnd();
    }
  }

  /** The state of one import; confined to its thread. */
  private final class Run {
    private final ChainFileReader reader;
    private final Instant begin = clock.instant();
    private final Deque<Chunk> ahead = new ArrayDeque<>();
    private List<Block> blocks = new ArrayList<>();
    private long chunkBytes;
    private boolean skipping = true;
    private long imported;
    private long known;
    private long gasUsed;
    private long lastNumber;
    private long fileBytesRead;
    private long lastRead;
    private Instant lastReport = begin;

    Run(ChainFileReader reader) {
      this.reader = reader;
    }

    ImportProgress toEnd() {
      try {
        @Nullable ChainFileException damage = null;
        try {
          for (RawBlock raw = reader.next(); raw != null && !stopped; raw = reader.next()) {
            take(raw);
          }
        } catch (ChainFileException e) {
          damage = e; // the blocks before it are good
        }
        hand(lastRead);
        while (!ahead.isEmpty()) {
          settleOne();
        }
        if (damage != null) {
          throw damage;
        }
      } catch (RuntimeException refusal) {
        awaitRest();
        throw refusal;
      }
      ImportProgress progress = progress();
      listener.accept(progress);
      return progress;
    }

    private void take(RawBlock raw) {
      lastRead = raw.fileBytesRead();
      if (skipping && isKnown(raw)) {
        known++;
        fileBytesRead = raw.fileBytesRead();
        report();
        return;
      }
      skipping = false;
      blocks.add(reader.decode(raw));
      chunkBytes += raw.encoded().size();
      if (blocks.size() >= CHUNK_BLOCKS || chunkBytes >= CHUNK_BYTES) {
        hand(raw.fileBytesRead());
      }
    }

    private boolean isKnown(RawBlock raw) {
      @Nullable Bytes header = ChainFileReader.encodedHeader(raw);
      return header != null && chain.store().number(Keccak.keccak256(header)).isPresent();
    }

    private void hand(long bytesRead) {
      if (blocks.isEmpty()) {
        fileBytesRead = Math.max(fileBytesRead, bytesRead);
        return;
      }
      while (ahead.size() >= MAX_CHUNKS_AHEAD) {
        settleOne();
      }
      ahead.add(new Chunk(blocks, bytesRead, chain.submit(blocks)));
      blocks = new ArrayList<>();
      chunkBytes = 0;
    }

    private void settleOne() {
      Chunk chunk = ahead.remove();
      List<ImportOutcome> outcomes = Blockchain.join(chunk.outcomes());
      for (int i = 0; i < outcomes.size(); i++) {
        if (outcomes.get(i) == ImportOutcome.KNOWN) {
          known++;
        } else {
          imported++;
          gasUsed += chunk.blocks().get(i).header().gasUsed();
        }
      }
      lastNumber = chunk.blocks().getLast().number();
      fileBytesRead = chunk.fileBytesRead();
      report();
    }

    /** Lets chunks behind a failed one fail too, so that nothing runs on after the import ended. */
    private void awaitRest() {
      ahead.forEach(chunk -> chunk.outcomes().handle((outcomes, failure) -> true).join());
    }

    private void report() {
      Instant now = clock.instant();
      if (Duration.between(lastReport, now).compareTo(REPORT_INTERVAL) >= 0) {
        lastReport = now;
        listener.accept(progress());
      }
    }

    private ImportProgress progress() {
      return new ImportProgress(
          imported,
          known,
          gasUsed,
          lastNumber,
          fileBytesRead,
          reader.fileBytes(),
          Duration.between(begin, clock.instant()));
    }
  }
}
