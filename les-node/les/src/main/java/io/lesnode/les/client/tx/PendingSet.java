package io.lesnode.les.client.tx;

import io.lesnode.chain.pool.PoolError;
import io.lesnode.chain.pool.TransactionValidator;
import io.lesnode.les.client.tx.Admission.Admitted;
import io.lesnode.les.client.tx.Admission.Refused;
import io.lesnode.les.client.tx.TrackedTransaction.Place;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.Transaction;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;

/**
 * The transactions that were sent from here: pending ones, to be sent again until they are in a
 * block, and included ones, until no reorganisation can be expected to take them out. Confined to
 * one thread.
 *
 * <p>One transaction per sender and nonce; another one takes its place when it pays at least a
 * tenth more, as in geth's full pool. A transaction moves from pending to included when its block
 * was verified, back when that block leaves our chain, and is forgotten {@value
 * #FORGET_AFTER_BLOCKS} blocks later (geth light/txpool.go: txPermanent).
 *
 * <p>Every change is noted for the records on disk; the driver takes the notes with {@link
 * #takeChanges} and writes them in order. Whatever is on disk is a set that was true at some
 * moment.
 *
 * <p>Differs from geth: geth's light pool has no replacement rule and no bound, and loses
 * everything at its end.
 */
public final class PendingSet {
  /** The most transactions that may be pending. */
  public static final int MAX_PENDING = 1024;

  /** geth: txPermanent. */
  public static final int FORGET_AFTER_BLOCKS = 500;

  /** Included ones beyond this number are forgotten earlier, the oldest first. */
  static final int MAX_INCLUDED = 4096;

  /** geth's --txpool.pricebump. */
  private static final int PRICE_BUMP_PERCENT = 10;

  /** A record to write. */
  public sealed interface Change {
    /** Writes or overwrites the record of a transaction. */
    record Keep(TrackedTransaction tracked) implements Change {}

    /** Removes the record of a transaction. */
    record Forget(Bytes32 hash) implements Change {}
  }

  /**
   * What a new head did.
   *
   * @param returned hashes of transactions that are pending again, because their block left the
   *     chain
   * @param forgotten hashes of transactions that are final now
   */
  public record HeadEffect(List<Bytes32> returned, List<Bytes32> forgotten) {}

  private final int forgetAfterBlocks;
  private final Map<Bytes32, TrackedTransaction> byHash = new HashMap<>();
  private final Map<Address, TreeMap<Long, TrackedTransaction>> pending = new LinkedHashMap<>();
  private final TreeMap<Long, Set<Bytes32>> includedByNumber = new TreeMap<>();
  private final Map<Bytes32, Change> changes = new LinkedHashMap<>();
  private int pendingCount;

  /** An empty set. */
  public PendingSet() {
    this(FORGET_AFTER_BLOCKS);
  }

  PendingSet(int forgetAfterBlocks) {
    this.forgetAfterBlocks = forgetAfterBlocks;
  }

  /**
   * Takes back what was on disk. Of two that were left with the same sender and nonce, because the
   * program was killed between two writes, the one that pays more stays.
   */
  public void restore(Collection<TrackedTransaction> records) {
    for (TrackedTransaction next : records) {
      TrackedTransaction rival = next.isPending() ? rivalOf(next) : null;
      if (rival != null
          && TransactionValidator.replaces(next.transaction(), rival.transaction(), 0)) {
        remove(rival);
        rival = null;
      }
      boolean full = next.isPending() && pendingCount >= MAX_PENDING;
      if (rival != null || full) {
        changes.put(next.hash(), new Change.Forget(next.hash()));
      } else {
        put(next);
      }
    }
    records.stream()
        .filter(next -> byHash.containsKey(next.hash()))
        .forEach(next -> changes.remove(next.hash()));
  }

  private @Nullable TrackedTransaction rivalOf(TrackedTransaction tracked) {
    TreeMap<Long, TrackedTransaction> own = pending.get(tracked.sender());
    return own == null ? null : own.get(tracked.transaction().nonce());
  }

  /** Judges a new transaction and, if it may be sent, tracks it from now on. */
  public Admission admit(Transaction transaction, Address sender, long headNumber) {
    if (byHash.containsKey(transaction.hash())) {
      return new Refused(PoolError.ALREADY_KNOWN.text());
    }
    TrackedTransaction tracked = new TrackedTransaction(transaction, sender, headNumber, null);
    TrackedTransaction rival = rivalOf(tracked);
    if (rival == null && pendingCount >= MAX_PENDING) {
      return new Refused(PoolError.POOL_FULL.text());
    }
    if (rival != null) {
      if (!TransactionValidator.replaces(transaction, rival.transaction(), PRICE_BUMP_PERCENT)) {
        return new Refused(PoolError.REPLACEMENT_UNDERPRICED.text());
      }
      // Its record stays until the new one is taken somewhere: see confirm.
      unlink(rival);
    }
    put(tracked);
    return new Admitted(tracked, rival);
  }

  /** A server took the transaction: the one that it replaces is given up for good. */
  public void confirm(Admitted admitted) {
    TrackedTransaction replaced = admitted.replaced();
    if (replaced != null && !byHash.containsKey(replaced.hash())) {
      changes.put(replaced.hash(), new Change.Forget(replaced.hash()));
    }
  }

  /** No server took the transaction: all is as it was before. */
  public void withdraw(Admitted admitted) {
    TrackedTransaction current = byHash.get(admitted.tracked().hash());
    if (current == null || !current.isPending()) {
      return;
    }
    remove(current);
    TrackedTransaction replaced = admitted.replaced();
    if (replaced != null && rivalOf(replaced) == null) {
      put(replaced);
    }
  }

  /** It was seen in a block of our chain, verified. Without effect for a foreign transaction. */
  public void include(Bytes32 hash, Place place) {
    TrackedTransaction current = byHash.get(hash);
    if (current == null || place.equals(current.place())) {
      return;
    }
    unlink(current);
    put(current.at(place));
    while (byHash.size() - pendingCount > MAX_INCLUDED) {
      forgetOldestIncluded();
    }
  }

  private void forgetOldestIncluded() {
    Bytes32 oldest = includedByNumber.firstEntry().getValue().iterator().next();
    TrackedTransaction gone = byHash.get(oldest);
    if (gone != null) {
      remove(gone);
    }
  }

  /** Gives up a pending one: its nonce is used, or nobody wants it any more. */
  public void drop(Bytes32 hash) {
    TrackedTransaction current = byHash.get(hash);
    if (current != null && current.isPending()) {
      remove(current);
    }
  }

  /** The heights whose canonical hash {@link #onHead} must know. */
  public Set<Long> includedNumbers() {
    return new TreeSet<>(includedByNumber.keySet());
  }

  /**
   * Our chain has a new head.
   *
   * @param canonical canonical hashes by height; one that was asked for and is missing means that
   *     the chain is shorter now
   * @param asked the heights that were looked up
   */
  public HeadEffect onHead(long headNumber, Map<Long, Bytes32> canonical, Set<Long> asked) {
    List<Bytes32> returned = new ArrayList<>();
    List<Bytes32> forgotten = new ArrayList<>();
    for (Long number : asked) {
      for (Bytes32 hash : List.copyOf(includedByNumber.getOrDefault(number, Set.of()))) {
        TrackedTransaction tracked = byHash.get(hash);
        Place place = tracked == null ? null : tracked.place();
        if (tracked == null || place == null) {
          continue;
        }
        if (!place.blockHash().equals(canonical.get(number))) {
          unlink(tracked);
          if (rivalOf(tracked) == null) {
            put(tracked.at(null));
            returned.add(hash);
          } else {
            forget(hash);
          }
        } else if (number + forgetAfterBlocks < headNumber) {
          remove(tracked);
          forgotten.add(hash);
        }
      }
    }
    return new HeadEffect(List.copyOf(returned), List.copyOf(forgotten));
  }

  /** A transaction that is tracked. */
  public Optional<TrackedTransaction> find(Bytes32 hash) {
    return Optional.ofNullable(byHash.get(hash));
  }

  /** All pending ones; each sender's in the order of nonces. */
  public List<TrackedTransaction> pending() {
    List<TrackedTransaction> all = new ArrayList<>(pendingCount);
    pending.values().forEach(own -> all.addAll(own.values()));
    return all;
  }

  /** How many are pending. */
  public int pendingCount() {
    return pendingCount;
  }

  /** Whether nothing is tracked at all. */
  public boolean isEmpty() {
    return byHash.isEmpty();
  }

  /**
   * The nonce that the next transaction of an account should have: the first one from the account's
   * own on that no pending transaction has.
   *
   * @param stateNonce the nonce of the account at our head
   */
  public long nextNonce(Address address, long stateNonce) {
    Map<Long, TrackedTransaction> own = pending.getOrDefault(address, new TreeMap<>());
    long next = stateNonce;
    while (own.containsKey(next)) {
      next++;
    }
    return next;
  }

  /** The records to write since the last call, in order. */
  public List<Change> takeChanges() {
    List<Change> taken = List.copyOf(changes.values());
    changes.clear();
    return taken;
  }

  private void put(TrackedTransaction tracked) {
    byHash.put(tracked.hash(), tracked);
    Place place = tracked.place();
    if (place == null) {
      pending
          .computeIfAbsent(tracked.sender(), any -> new TreeMap<>(Long::compareUnsigned))
          .put(tracked.transaction().nonce(), tracked);
      pendingCount++;
    } else {
      includedByNumber
          .computeIfAbsent(place.number(), any -> new LinkedHashSet<>())
          .add(tracked.hash());
    }
    changes.remove(tracked.hash());
    changes.put(tracked.hash(), new Change.Keep(tracked));
  }

  private void remove(TrackedTransaction tracked) {
    unlink(tracked);
    forget(tracked.hash());
  }

  private void forget(Bytes32 hash) {
    changes.remove(hash);
    changes.put(hash, new Change.Forget(hash));
  }

  /** Takes it out without a note for the disk. */
  private void unlink(TrackedTransaction tracked) {
    byHash.remove(tracked.hash());
    Place place = tracked.place();
    if (place == null) {
      TreeMap<Long, TrackedTransaction> own = pending.get(tracked.sender());
      if (own != null && own.remove(tracked.transaction().nonce(), tracked)) {
        pendingCount--;
        if (own.isEmpty()) {
          pending.remove(tracked.sender());
        }
      }
    } else {
      Set<Bytes32> there = includedByNumber.get(place.number());
      if (there != null && there.remove(tracked.hash()) && there.isEmpty()) {
        includedByNumber.remove(place.number());
      }
    }
  }
}
