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
import java.util.Set;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * The verified header chain: every header here descends from the genesis block, or from a
 * checkpoint that we trust, and keeps all rules. The heaviest one is the head.
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

  /**
   * Blocks that rules allow and people do not: two of the Ethereum main chain (geth v1.10.26,
   * core/blocks.go).
   */
  static final Set<Bytes32> BANNED =
      Set.of(
          Bytes32.fromHexString(
              "0x05bef30ef572270f654746da22639a7a0c97dd97a7050b9e252391996aaeb689"),
          Bytes32.fromHexString(
              "0x7d05d08cbc596a2e5e4f13b80a743e53e09221b5323c3a61946b20873e58583f"));

  /** A height at which only one hash is right, because we trust a checkpoint there. */
  private record Pin(long number, Bytes32 hash) {}

  private final HeaderStore store;
  private final ConsensusRules rules;
  private final Set<Bytes32> banned;
  private volatile Head head;
  private volatile long start;
  private volatile @Nullable Pin pin;

  /** Opens the chain in {@code store}; an empty store gets the genesis header. */
  HeaderChain(HeaderStore store, ConsensusRules rules, BlockHeader genesis) {
    this(store, rules, genesis, BANNED);
  }

  HeaderChain(
      HeaderStore store, ConsensusRules rules, BlockHeader genesis, Set<Bytes32> bannedHashes) {
    this.store = store;
    this.rules = rules;
    this.banned = Set.copyOf(bannedHashes);
    Head stored = store.head();
    if (stored == null) {
      stored = new Head(genesis, genesis.difficulty());
      store.write(List.of(stored), List.of(genesis), 1, 0, stored);
    } else if (!genesis.hash().equals(store.canonicalHash(0))) {
      throw new GenesisMismatchException(genesis.hash(), store.canonicalHash(0));
    }
    this.head = stored;
    this.start = store.start();
    leaveBanned();
  }

  /** A chain of an earlier version may go through a block that was banned since. */
  private void leaveBanned() {
    for (Bytes32 hash : banned) {
      Head bad = store.header(hash);
      if (bad != null && bad.number() > start && hash.equals(store.canonicalHash(bad.number()))) {
        rollBackTo(bad.number() - 1);
      }
    }
  }

  /** The heaviest verified header. */
  Head head() {
    return head;
  }

  /**
   * From where on all canonical headers are here: 0, or where the last jump went. No branch that
   * begins below is taken.
   */
  long start() {
    return start;
  }

  /**
   * Old headers will be removed: from now on the chain begins at this height, unless it began
   * above. It is far below every branch that could still be taken.
   */
  void raiseStart(long number) {
    store.raiseStart(number);
    start = store.start();
  }

  /** From now on only this hash is right at this height, because a checkpoint says so. */
  void pin(long number, Bytes32 hash) {
    pin = new Pin(number, hash);
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
    if (parent.number() < start) {
      return new ImportOutcome.Refused(
          "its chain forks off at block %d, below block %d where ours begins with a checkpoint"
              .formatted(parent.number(), start),
          true);
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
        requireAllowed(header);
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

  private void requireAllowed(BlockHeader header) {
    if (banned.contains(header.hash())) {
      throw new InvalidBlockException("block %s is banned".formatted(header.hash()));
    }
    Pin fixed = pin;
    if (fixed != null && fixed.number() == header.number() && !fixed.hash().equals(header.hash())) {
      throw new InvalidBlockException(
          "block %d is %s; the checkpoint that we trust has %s there"
              .formatted(header.number(), header.hash(), fixed.hash()));
    }
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
    List<BlockHeader> retracted = canonicalAbove(ancestor, old.number());
    store.write(verified, adopted, last.number() + 1, old.number(), last);
    head = last;
    return new ImportOutcome.Imported(
        last,
        HeadChange.of(last.header(), retracted, old.number() - ancestor, adopted, adopted.size()));
  }

  /**
   * The canonical headers from above {@code ancestor} to the head, the newest if there are many.
   */
  private List<BlockHeader> canonicalAbove(long ancestor, long headNumber) {
    List<BlockHeader> branch = new ArrayList<>();
    long from = Math.max(ancestor + 1, headNumber - HeadChange.MAX_LISTED + 1);
    for (long number = from; number <= headNumber; number++) {
      BlockHeader header = canonical(number);
      if (header != null) {
        branch.add(header);
      }
    }
    return branch;
  }

  /**
   * Makes an ancestor the head again, because what is above it lacks support or seals. On the
   * header writer. Nothing below {@link #start} is given up.
   *
   * @return null if the head is not above it
   */
  @Nullable HeadChange rollBackTo(long number) {
    Head old = head;
    long to = Math.max(number, start);
    if (to >= old.number()) {
      return null;
    }
    Bytes32 hash = store.canonicalHash(to);
    Head target = hash == null ? null : store.header(hash);
    if (target == null) {
      throw new IllegalStateException("the canonical header " + to + " is not stored");
    }
    List<BlockHeader> retracted = canonicalAbove(to, old.number());
    store.write(List.of(), List.of(), to + 1, old.number(), target);
    head = target;
    return HeadChange.of(target.header(), retracted, old.number() - to, List.of(), 0);
  }

  /**
   * Goes on from a header that a trusted checkpoint proves, far above the head. On the header
   * writer.
   *
   * @param keepOld whether the headers up to the head are of the same chain; if not they are left
   * @throws IllegalArgumentException if it is not above the head
   */
  HeadChange jumpTo(Head newStart, boolean keepOld) {
    if (newStart.number() <= head.number()) {
      throw new IllegalArgumentException(
          "block %d is not above the head".formatted(newStart.number()));
    }
    HeadChange left = keepOld ? null : rollBackTo(start);
    Head old = head;
    store.jump(newStart);
    start = newStart.number();
    head = newStart;
    return new HeadChange(
        newStart.header(),
        left == null ? List.of() : left.retracted(),
        List.of(newStart.header()),
        left == null ? 0 : left.retractedLeftOut(),
        newStart.number() - old.number() - 1);
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
