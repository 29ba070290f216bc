package io.lesnode.payment.lottery;

import io.lesnode.primitives.Address;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.tuweni.bytes.Bytes32;

/**
 * The payees of a lottery as a Merkle tree. A payee's chance is 2^−depth of his leaf, so weights
 * are rounded to powers of one half:
 *
 * <ol>
 *   <li>payees with less than 2^−8 of the weight are left out, the smallest first;
 *   <li>every other gets the largest 2^−n that is not above his part of the weight;
 *   <li>what is left over doubles the share of whoever is furthest below his part and fits in,
 *       until nothing is left. Something always fits: all shares, and so what is left, are
 *       multiples of the smallest share.
 * </ol>
 *
 * <p>Shares of powers of one half that sum to one are the leaves of a full binary tree, which is
 * built from the deepest level up. A value; integer arithmetic.
 */
public final class LotteryTree {
  /** The unit of shares: what a leaf at the deepest level has. */
  private static final int UNITS = 1 << LotterySlot.MAX_DEPTH;

  private final Bytes32 root;
  private final Map<Address, LotteryLeaf> leaves;

  private LotteryTree(Bytes32 root, Map<Address, LotteryLeaf> leaves) {
    this.root = root;
    this.leaves = Map.copyOf(leaves);
  }

  /**
   * A tree over payees.
   *
   * @param weights more than zero, at most 2^40, of at most 4,096 payees
   * @param salts random 64-bit numbers, one is taken per payee
   */
  public static LotteryTree over(Map<Address, Long> weights, LongSupplier salts) {
    if (weights.isEmpty() || weights.size() > 4_096) {
      throw new IllegalArgumentException(
          "a lottery has 1 to 4,096 candidates, these are " + weights.size());
    }
    List<Share> shares = shares(weights);
    Map<Address, Long> chosen = new HashMap<>();
    List<Node> level = new ArrayList<>();
    for (int depth = LotterySlot.MAX_DEPTH; ; depth--) {
      for (Share share : shares) {
        if (share.units == UNITS >> depth) {
          long salt = salts.getAsLong();
          chosen.put(share.payee, salt);
          level.add(new Node(LotteryLeaf.hash(share.payee, salt), List.of(share.payee)));
        }
      }
      if (depth == 0) {
        return new LotteryTree(level.getFirst().hash, leaves(level.getFirst(), chosen));
      }
      level = pairs(level);
    }
  }

  /** The root, which the lottery commits to. */
  public Bytes32 root() {
    return root;
  }

  /** The leaf of a payee; empty if its weight was too small for one. */
  public Optional<LotteryLeaf> leaf(Address payee) {
    return Optional.ofNullable(leaves.get(payee));
  }

  /** All leaves. */
  public List<LotteryLeaf> leaves() {
    return List.copyOf(leaves.values());
  }

  private static List<Share> shares(Map<Address, Long> weights) {
    List<Share> shares = new ArrayList<>();
    long total = 0;
    for (Map.Entry<Address, Long> entry : weights.entrySet()) {
      long weight = entry.getValue();
      if (weight <= 0 || weight > 1L << 40) {
        throw new IllegalArgumentException("a weight is 1 to 2^40, this is " + weight);
      }
      shares.add(new Share(entry.getKey(), weight));
      total += weight;
    }
    shares.sort(Comparator.comparingLong((Share s) -> -s.weight).thenComparing(s -> s.payee));
    while (shares.getLast().weight * UNITS < total) {
      total -= shares.removeLast().weight;
    }
    int left = UNITS;
    for (Share share : shares) {
      share.units = (int) Long.highestOneBit(share.weight * UNITS / total);
      left -= share.units;
    }
    while (left > 0) {
      Share neediest = neediest(shares, left);
      left -= neediest.units;
      neediest.units *= 2;
    }
    return shares;
  }

  /** Whose part of the weight is the largest multiple of his share, of those whose share fits. */
  private static Share neediest(List<Share> shares, int left) {
    Share best = null;
    for (Share share : shares) {
      if (share.units <= left
          && (best == null || share.weight * best.units > best.weight * share.units)) {
        best = share;
      }
    }
    if (best == null) {
      throw new IllegalStateException("no share fits into what is left, " + left);
    }
    return best;
  }

  private static List<Node> pairs(List<Node> level) {
    List<Node> above = new ArrayList<>();
    for (int i = 0; i < level.size(); i += 2) {
      above.add(Node.over(level.get(i), level.get(i + 1)));
    }
    return above;
  }

  private static Map<Address, LotteryLeaf> leaves(Node top, Map<Address, Long> salts) {
    Map<Address, LotteryLeaf> leaves = new HashMap<>();
    salts.forEach(
        (payee, salt) -> {
          List<Bytes32> proof = top.proofs.getOrDefault(payee, List.of());
          leaves.put(payee, new LotteryLeaf(payee, salt, proof));
        });
    return leaves;
  }

  /** What a payee gets, in 2^−8 of the pot. */
  private static final class Share {
    final Address payee;
    final long weight;
    int units;

    Share(Address payee, long weight) {
      this.payee = payee;
      this.weight = weight;
    }
  }

  /** A node with the payees below it and their siblings so far. */
  private record Node(Bytes32 hash, List<Address> payees, Map<Address, List<Bytes32>> proofs) {
    Node(Bytes32 hash, List<Address> payees) {
      this(hash, payees, Map.of());
    }

    static Node over(Node one, Node other) {
      List<Address> payees = new ArrayList<>(one.payees);
      payees.addAll(other.payees);
      Map<Address, List<Bytes32>> proofs = new HashMap<>();
      one.extend(other.hash, proofs);
      other.extend(one.hash, proofs);
      return new Node(LotteryLeaf.parent(one.hash, other.hash), payees, proofs);
    }

    private void extend(Bytes32 sibling, Map<Address, List<Bytes32>> into) {
      for (Address payee : payees) {
        List<Bytes32> proof = new ArrayList<>(proofs.getOrDefault(payee, List.of()));
        proof.add(sibling);
        into.put(payee, proof);
      }
    }
  }
}
