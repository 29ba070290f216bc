package io.lesnode.les.client;

import io.lesnode.chain.consensus.ConsensusRules;
import io.lesnode.chain.consensus.HeaderSource;
import io.lesnode.chain.consensus.InvalidBlockException;
import io.lesnode.primitives.BlockHeader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * The verified header chain: every header here descends from the genesis block and keeps all rules.
 * The heaviest one is the head.
 *
 * <p>{@link #importHeaders} belongs to the header writer; everything else may be called from any
 * thread. A batch of headers is stored in one atomic write together with the canonical numbers and
 * the head, so that a kill at any moment leaves a consistent chain.
 */
final class HeaderChain implements HeaderSource {

  /** A header with the total difficulty up to and including it. */
  record Head(BlockHeader header, UInt256 totalDifficulty) {
    Bytes32 hash() {
      return header.hash();
    }

    long number() {
      return header.number();
    }
  }

  /** What became of a batch. */
  sealed interface ImportOutcome {
    /**
     * All headers are stored; {@code last} is the last one of the batch, {@code change} null if the
     * head is still the old one.
     */
    record Imported(Head last, @Nullable HeadChange change) implements ImportOutcome {}

    /** Nothing of the batch is stored; {@code lie} if no honest server could have sent it. */
    record Refused(String reason, boolean lie) implements ImportOutcome {}

    /** The headers are good but could not be written. */
    record NotStored(String reason) implements ImportOutcome {}
  }

  private final HeaderStore store;
  private final ConsensusRules rules;
  private volatile Head head;

  /** Opens the chain in {@code store}; an empty store gets the genesis header. */
  HeaderChain(HeaderStore store, ConsensusRules rules, BlockHeader genesis) {
    this.store = store;
    this.rules = rules;
    Head stored = store.head();
    if (stored == null) {
      stored = new Head(genesis, genesis.difficulty());
      store.write(List.of(stored), List.of(genesis), 1, 0, stored);
    } else if (!genesis.hash().equals(store.canonicalHash(0))) {
      throw new GenesisMismatchException(genesis.hash(), store.canonicalHash(0));
    }
    this.head = stored;
  }

  /** The heaviest verified header. */
  Head head() {
    return head;
  }

  /** A verified header with its total difficulty, canonical or not; null if unknown. */
  @Nullable Head known(Bytes32 hash) {
    return store.header(hash);
  }

  /** The canonical hash at a height, or null. */
  @Nullable Bytes32 canonicalHash(long number) {
    return store.canonicalHash(number);
  }

  /** The canonical header at a height, or null. */
  @Nullable BlockHeader canonical(long number) {
    Bytes32 hash = store.canonicalHash(number);
    Head found = hash == null ? null : store.header(hash);
    return found == null ? null : found.header();
  }

  @Override
  public @Nullable BlockHeader header(Bytes32 hash, long number) {
    Head found = store.header(hash);
    return found == null || found.number() != number ? null : found.header();
  }

  /** Verifies consecutive headers and stores them. On the header writer. */
  ImportOutcome importHeaders(List<BlockHeader> headers) {
    Head parent = parentOf(headers.getFirst());
    if (parent == null) {
      return new ImportOutcome.Refused(
          "header %d does not follow a header that we know".formatted(headers.getFirst().number()),
          false);
    }
    List<Head> verified = new ArrayList<>(headers.size());
    Map<Bytes32, BlockHeader> batch = new HashMap<>();
    HeaderSource ancestors =
        (hash, number) -> {
          BlockHeader inBatch = batch.get(hash);
          return inBatch != null ? inBatch : header(hash, number);
        };
    try {
      for (BlockHeader header : headers) {
        rules.verifyHeader(header, parent.header(), parent.totalDifficulty(), ancestors);
        parent = new Head(header, parent.totalDifficulty().addExact(header.difficulty()));
        verified.add(parent);
        batch.put(header.hash(), header);
      }
    } catch (InvalidBlockException e) {
      return new ImportOutcome.Refused(
          String.valueOf(e.getMessage()), e.reason() == InvalidBlockException.Reason.INVALID);
    } catch (ArithmeticException e) {
      return new ImportOutcome.Refused("total difficulty beyond 256 bits", true);
    }
    return storeBatch(verified);
  }

  private @Nullable Head parentOf(BlockHeader header) {
    Head current = head;
    return header.parentHash().equals(current.hash()) ? current : store.header(header.parentHash());
  }

  private ImportOutcome storeBatch(List<Head> verified) {
    Head old = head;
    Head last = verified.getLast();
    boolean heavier = last.totalDifficulty().compareTo(old.totalDifficulty()) > 0;
    if (!heavier) {
      store.write(verified, List.of(), 1, 0, old);
      return new ImportOutcome.Imported(last, null);
    }
    List<BlockHeader> adopted = branchOf(verified);
    long ancestor = adopted.getFirst().number() - 1;
    List<BlockHeader> retracted = new ArrayList<>();
    for (long number = ancestor + 1; number <= old.number(); number++) {
      BlockHeader gone = canonical(number);
      if (gone != null) {
        retracted.add(gone);
      }
    }
    store.write(verified, adopted, last.number() + 1, old.number(), last);
    head = last;
    return new ImportOutcome.Imported(last, HeadChange.of(last.header(), retracted, adopted));
  }

  /** The batch with its ancestors that are not canonical, oldest first. */
  private List<BlockHeader> branchOf(List<Head> verified) {
    ArrayDeque<BlockHeader> branch = new ArrayDeque<>(verified.size());
    verified.forEach(entry -> branch.addLast(entry.header()));
    Bytes32 hash = verified.getFirst().header().parentHash();
    long number = verified.getFirst().number() - 1;
    while (!hash.equals(store.canonicalHash(number))) {
      Head ancestor = store.header(hash);
      if (ancestor == null) {
        throw new IllegalStateException("header " + hash + " is stored without its ancestor");
      }
      branch.addFirst(ancestor.header());
      hash = ancestor.header().parentHash();
      number--;
    }
    return List.copyOf(branch);
  }
}
