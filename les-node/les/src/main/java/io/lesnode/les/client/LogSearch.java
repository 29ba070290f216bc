package io.lesnode.les.client;

import io.lesnode.chain.index.CheckpointEntry;
import io.lesnode.chain.index.Sections;
import io.lesnode.les.client.Question.BloomBit;
import io.lesnode.les.client.Retrieval.Failed;
import io.lesnode.les.client.Retrieval.Retrieved;
import io.lesnode.les.client.logs.BloomPlan;
import io.lesnode.les.client.logs.FoundLog;
import io.lesnode.les.client.logs.LogLimits;
import io.lesnode.les.client.logs.LogProgress;
import io.lesnode.les.client.logs.LogQuery;
import io.lesnode.primitives.BlockBody;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.Log;
import io.lesnode.primitives.Receipt;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.tuweni.bytes.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * Finds logs with few requests. Which blocks can hold one is told, section by section, by bloom
 * bits that are here, else by the blooms of our own headers, else by bloom bits that servers prove;
 * above the trusted sections always by our own headers. The blocks that are left are fetched in
 * batches, several batches at a time, while the search goes on (geth: one block after the other).
 *
 * <p>Plain blocking code on the thread of the caller; several searches may run at once.
 */
final class LogSearch {
  /** Sections whose bits are asked for together: 96 proofs for an address and a topic. */
  private static final int SECTIONS_AT_ONCE = 16;

  /** Headers of our own looked through between two looks at the results. */
  private static final long SCAN_STEP = 32_768;

  /** Blocks that are fetched as one step: what little credit pays for within a minute. */
  private static final int BLOCKS_PER_CHUNK = 128;

  private static final int CHUNKS_AT_ONCE = 4;

  private final HeaderChain chain;
  private final HeaderStore headers;
  private final TrustedSections trusted;
  private final OldHeaders oldHeaders;
  private final BloomBits bloomBits;
  private final OnDemand blocks;
  private final Executor workers;

  LogSearch(
      HeaderChain chain,
      HeaderStore headers,
      TrustedSections trusted,
      OldHeaders oldHeaders,
      BloomBits bloomBits,
      OnDemand blocks,
      Executor workers) {
    this.chain = chain;
    this.headers = headers;
    this.trusted = trusted;
    this.oldHeaders = oldHeaders;
    this.bloomBits = bloomBits;
    this.blocks = blocks;
    this.workers = workers;
  }

  /** All matching logs, oldest first, or why there is no complete answer. */
  Retrieval<List<FoundLog>> find(LogQuery query, LogLimits limits, Awaiter awaiter) {
    long to = Math.min(query.to(), chain.head().number());
    Run run = new Run(query, to, limits, awaiter);
    long next = query.from();
    while (next <= to && run.failure == null) {
      Optional<CheckpointEntry> newest = trusted.newest();
      long end = newest.map(s -> trusted.sections().last(s.sectionIndex()) + 1).orElse(0L);
      next = next < end ? run.sections(newest.orElseThrow(), next, end) : run.ownHeaders(next);
      run.report(next);
    }
    return run.finish();
  }

  /** A part of a section. */
  private record Part(long section, long from, long to) {}

  /** One search. Confined to the caller's thread. */
  private final class Run {
    private final LogQuery query;
    private final long to;
    private final BloomPlan plan;
    private final LogLimits limits;
    private final Awaiter awaiter;
    private final Deque<CompletableFuture<Retrieval<List<FoundLog>>>> open = new ArrayDeque<>();
    private final List<FoundLog> found = new ArrayList<>();
    private final List<Long> candidates = new ArrayList<>();
    private @Nullable RetrievalFailure failure;

    private Run(LogQuery query, long to, LogLimits limits, Awaiter awaiter) {
      this.query = query;
      this.to = to;
      this.plan = BloomPlan.of(query);
      this.limits = limits;
      this.awaiter = awaiter;
    }

    /** Above the trusted sections, or where the trusted sections are not needed. */
    private long ownHeaders(long from) {
      long last = Math.min(to, from + SCAN_STEP - 1);
      long reached = scan(from, last);
      if (reached <= last) {
        failure =
            new RetrievalFailure.UnknownBlock(
                "logs from block " + reached, String.valueOf(reached));
      }
      return last + 1;
    }

    private long scan(long from, long last) {
      return headers.scanBlooms(
          from,
          last,
          (number, bloom) -> {
            if (plan.mayMatch(bloom)) {
              candidates.add(number);
            }
          });
    }

    /** Searches some sections; returns the first block that is left. */
    private long sections(CheckpointEntry newest, long from, long end) {
      Sections sections = trusted.sections();
      List<Part> parts = new ArrayList<>();
      List<BloomBit> wanted = new ArrayList<>();
      long next = from;
      while (next < end && next <= to && parts.size() < SECTIONS_AT_ONCE) {
        long section = next / sections.blocks();
        Part part = new Part(section, next, Math.min(to, sections.last(section)));
        parts.add(part);
        next = part.to() + 1;
      }
      List<@Nullable List<Long>> known = new ArrayList<>();
      for (Part part : parts) {
        List<Long> here = local(newest, part);
        known.add(here);
        if (here == null) {
          wanted.addAll(bitsOf(part));
        }
      }
      Map<BloomBit, Bytes> vectors = wanted.isEmpty() ? Map.of() : fetch(newest, wanted);
      for (int i = 0; i < parts.size() && failure == null; i++) {
        List<Long> here = known.get(i);
        candidates.addAll(here != null ? here : matching(parts.get(i), vectors));
      }
      return next;
    }

    private List<BloomBit> bitsOf(Part part) {
      return Arrays.stream(plan.bits()).mapToObj(bit -> new BloomBit(bit, part.section())).toList();
    }

    /** The candidates of a part by what is here, or null. */
    private @Nullable List<Long> local(CheckpointEntry newest, Part part) {
      Map<BloomBit, Bytes> vectors =
          plan.isUnrestricted() ? null : bloomBits.local(newest, bitsOf(part));
      if (vectors != null) {
        return matching(part, vectors);
      }
      List<Long> matching = new ArrayList<>();
      long reached =
          headers.scanBlooms(
              part.from(),
              part.to(),
              (number, bloom) -> {
                if (plan.mayMatch(bloom)) {
                  matching.add(number);
                }
              });
      return reached > part.to() ? matching : null;
    }

    private Map<BloomBit, Bytes> fetch(CheckpointEntry newest, List<BloomBit> bits) {
      return switch (awaiter.await(bloomBits.vectors(newest, bits))) {
        case Retrieved<Map<BloomBit, Bytes>>(Map<BloomBit, Bytes> vectors) -> vectors;
        case Failed<Map<BloomBit, Bytes>>(RetrievalFailure why) -> {
          failure = why;
          yield Map.of();
        }
      };
    }

    private List<Long> matching(Part part, Map<BloomBit, Bytes> vectors) {
      long first = trusted.sections().first(part.section());
      int[] offsets =
          plan.candidates(
              bit -> vectors.getOrDefault(new BloomBit(bit, part.section()), Bytes.EMPTY),
              bloomBits.sectionBytes());
      return Arrays.stream(offsets)
          .mapToObj(offset -> first + offset)
          .filter(number -> number >= part.from() && number <= part.to())
          .toList();
    }

    /** Sends off the candidates so far and tells how far we are. */
    private void report(long next) {
      for (int from = 0; from < candidates.size() && failure == null; from += BLOCKS_PER_CHUNK) {
        int end = Math.min(candidates.size(), from + BLOCKS_PER_CHUNK);
        if (open.size() >= CHUNKS_AT_ONCE) {
          takeOldest();
        }
        open.add(logsOf(List.copyOf(candidates.subList(from, end))));
      }
      candidates.clear();
      limits.onProgress().accept(new LogProgress(query.from(), to, next, found.size()));
    }

    private void takeOldest() {
      switch (awaiter.await(open.remove())) {
        case Retrieved<List<FoundLog>>(List<FoundLog> logs) -> found.addAll(logs);
        case Failed<List<FoundLog>>(RetrievalFailure why) -> failure = why;
      }
      if (found.size() > limits.maxLogs()) {
        failure = new RetrievalFailure.TooMany("the logs", limits.maxLogs());
      }
    }

    private Retrieval<List<FoundLog>> finish() {
      while (failure == null && !open.isEmpty()) {
        takeOldest();
      }
      RetrievalFailure why = failure;
      return why == null ? new Retrieved<>(List.copyOf(found)) : new Failed<>(why);
    }

    private CompletableFuture<Retrieval<List<FoundLog>>> logsOf(List<Long> numbers) {
      return Retrievals.then(oldHeaders.byNumbers(numbers), this::logsIn, workers);
    }

    private CompletableFuture<Retrieval<List<FoundLog>>> logsIn(List<VerifiedOldHeader> chunk) {
      List<BlockHeader> worth =
          chunk.stream()
              .map(VerifiedOldHeader::header)
              .filter(header -> plan.mayMatch(header.logsBloom().bytes()))
              .toList();
      return Retrievals.then(
          blocks.receipts(worth), receipts -> withTransactions(worth, receipts), workers);
    }

    /** Logs do not say in which transaction they are, so bodies are needed where some match. */
    private CompletableFuture<Retrieval<List<FoundLog>>> withTransactions(
        List<BlockHeader> worth, List<List<Receipt>> receipts) {
      List<BlockHeader> hits = new ArrayList<>();
      List<List<Receipt>> receiptsOfHits = new ArrayList<>();
      for (int i = 0; i < worth.size(); i++) {
        List<Receipt> ofBlock = receipts.get(i);
        if (ofBlock.stream().flatMap(r -> r.logs().stream()).anyMatch(query::matches)) {
          hits.add(worth.get(i));
          receiptsOfHits.add(ofBlock);
        }
      }
      return blocks
          .bodies(hits)
          .thenApply(outcome -> outcome.map(bodies -> matches(hits, receiptsOfHits, bodies)));
    }

    private List<FoundLog> matches(
        List<BlockHeader> hits, List<List<Receipt>> receipts, List<BlockBody> bodies) {
      List<FoundLog> logs = new ArrayList<>();
      for (int block = 0; block < hits.size(); block++) {
        int logIndex = 0;
        for (int tx = 0; tx < receipts.get(block).size(); tx++) {
          for (Log log : receipts.get(block).get(tx).logs()) {
            if (query.matches(log)) {
              logs.add(
                  new FoundLog(
                      hits.get(block),
                      tx,
                      bodies.get(block).transactions().get(tx).hash(),
                      logIndex,
                      log));
            }
            logIndex++;
          }
        }
      }
      return logs;
    }
  }
}
