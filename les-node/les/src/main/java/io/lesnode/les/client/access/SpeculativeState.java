package io.lesnode.les.client.access;

import io.lesnode.evm.state.MissingStateException;
import io.lesnode.evm.state.StateReader;
import io.lesnode.primitives.Account;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.crypto.Keccak;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * A state with holes. An execution that reads a piece which is not known gets a placeholder, the
 * piece is noted, and the execution goes on: whatever it does afterwards is a guess at what else it
 * will need. Fetching all that was noted in one round trip and running again, until a run notes
 * nothing, costs as many round trips as the longest chain of reads that depend on each other, and
 * not one for each read.
 *
 * <p>The law: <em>a run that noted nothing saw only verified state, so its outcome is the outcome;
 * of any other run nothing may be used but what it noted.</em> Even an exception of such a run
 * means nothing. The first piece that a run notes is one that the true execution reads, because up
 * to there the run was the true one; so each round brings the execution further, and the number of
 * rounds is at most the number of reads.
 *
 * <p>Placeholders are chosen for what they let happen next. An unknown account is rich and has
 * code, so that transfers to and calls of it go on as usual; its code returns the word 1, which
 * passes for a true, a number, or an address of a precompile; an unknown slot is zero. Code of an
 * account that is known can have no placeholder, as code is cached by the hash of the real one:
 * there the run ends.
 *
 * <p>A run is bounded by its gas, by {@link #MAX_MISSES}, and by {@link #MAX_GUESSING_NANOS} after
 * its first miss, looked at with every read. One run, one thread.
 */
public final class SpeculativeState implements StateReader {
  /** A run that misses more than this guesses wildly, or needs several rounds anyway. */
  public static final int MAX_MISSES = 256;

  /** How long a run goes on guessing; a millisecond is typical. */
  public static final long MAX_GUESSING_NANOS = 100_000_000L;

  /** Returns 64 bytes: the words 1 and 0. */
  private static final Bytes PLACEHOLDER_CODE = Bytes.fromHexString("0x600160005260406000f3");

  private static final Bytes32 PLACEHOLDER_CODE_HASH = Keccak.keccak256(PLACEHOLDER_CODE);

  /** No trie has this root: it is the hash of something that is no node. */
  private static final Bytes32 PLACEHOLDER_ROOT =
      Keccak.keccak256(Bytes.wrap("no trie".getBytes(StandardCharsets.US_ASCII)));

  private static final Account PLACEHOLDER =
      new Account(1, UInt256.ONE.shiftLeft(200), PLACEHOLDER_ROOT, PLACEHOLDER_CODE_HASH);

  private final KnownState known;
  private final Predicate<StateItem> local;
  private final LongSupplier nanoTime;
  private final Set<StateItem> read = new LinkedHashSet<>();
  private final Set<StateItem> missed = new LinkedHashSet<>();
  private long firstMissNanos;

  /**
   * A state for one run.
   *
   * @param known what is verified
   * @param local looks for a piece in what is stored here, and adds it to {@code known}; whether it
   *     did
   * @param nanoTime a clock
   */
  public SpeculativeState(KnownState known, Predicate<StateItem> local, LongSupplier nanoTime) {
    this.known = known;
    this.local = local;
    this.nanoTime = nanoTime;
  }

  /** Whether the run saw nothing but verified state, so that its outcome counts. */
  public boolean isExact() {
    return missed.isEmpty();
  }

  /** What the run lacked, in the order in which it was read; the first is certainly needed. */
  public List<StateItem> missed() {
    return List.copyOf(missed);
  }

  /** All that the run read. */
  public List<StateItem> read() {
    return List.copyOf(read);
  }

  @Override
  public @Nullable Account account(Address address) {
    return knows(new StateItem.OfAccount(address)) ? known.account(address) : PLACEHOLDER;
  }

  @Override
  public Bytes code(Address address, Bytes32 codeHash) {
    StateItem.OfCode item = new StateItem.OfCode(address);
    if (codeHash.equals(PLACEHOLDER_CODE_HASH)) {
      // also right for an account whose code is really this
      knows(item);
      return PLACEHOLDER_CODE;
    }
    if (knows(item)) {
      return known.code(address);
    }
    throw new MissingStateException("the code of " + address + " is not here yet");
  }

  @Override
  public UInt256 storage(Address address, Bytes32 storageRoot, UInt256 slot) {
    StateItem.OfSlot item = new StateItem.OfSlot(address, slot);
    return knows(item) ? known.slot(item) : UInt256.ZERO;
  }

  private boolean knows(StateItem item) {
    read.add(item);
    if (known.has(item) || local.test(item)) {
      return true;
    }
    miss(item);
    return false;
  }

  private void miss(StateItem item) {
    long now = nanoTime.getAsLong();
    read.add(item);
    if (missed.isEmpty()) {
      firstMissNanos = now;
    }
    missed.add(item);
    if (missed.size() >= MAX_MISSES || now - firstMissNanos > MAX_GUESSING_NANOS) {
      throw new MissingStateException("this run has guessed enough");
    }
  }
}
