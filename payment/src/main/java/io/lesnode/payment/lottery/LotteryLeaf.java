package io.lesnode.payment.lottery;

import io.lesnode.primitives.Address;
import io.lesnode.primitives.crypto.Keccak;
import java.util.ArrayList;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/**
 * A payee of a lottery with its proof. The salt hides who the neighbours in the tree are.
 *
 * @param payee who is paid
 * @param salt unsigned 64 bits
 * @param proof siblings from the leaf to the root, at most {@link LotterySlot#MAX_DEPTH}
 */
public record LotteryLeaf(Address payee, long salt, List<Bytes32> proof) {
  /** Checks the depth and copies the proof. */
  public LotteryLeaf {
    if (proof.size() > LotterySlot.MAX_DEPTH) {
      throw new IllegalArgumentException(
          "a proof has at most 8 elements, this one " + proof.size());
    }
    proof = List.copyOf(proof);
  }

  /** keccak256(payee ‖ salt). */
  public Bytes32 hash() {
    return hash(payee, salt);
  }

  static Bytes32 hash(Address payee, long salt) {
    return Keccak.keccak256(Bytes.concatenate(payee.bytes(), Bytes.ofUnsignedLong(salt)));
  }

  /** keccak256(smaller ‖ larger). */
  static Bytes32 parent(Bytes32 one, Bytes32 other) {
    return Keccak.keccak256(
        one.compareTo(other) < 0 ? Bytes.concatenate(one, other) : Bytes.concatenate(other, one));
  }

  /** The root that the proof leads to. */
  public Bytes32 root() {
    Bytes32 node = hash();
    for (Bytes32 sibling : proof) {
      node = parent(node, sibling);
    }
    return node;
  }

  /** Which numbers are the payee's: bit i of the position is set where its side is the larger. */
  public LotterySlot slot() {
    Bytes32 node = hash();
    int position = 0;
    for (int level = 0; level < proof.size(); level++) {
      Bytes32 sibling = proof.get(level);
      if (node.compareTo(sibling) > 0) {
        position |= 1 << level;
      }
      node = parent(node, sibling);
    }
    return new LotterySlot(proof.size(), position);
  }

  /** The proof as one string of 32 bytes each. */
  Bytes proofBytes() {
    return Bytes.concatenate(proof.toArray(Bytes[]::new));
  }

  /** The proof of a string that {@link #proofBytes} made. */
  static List<Bytes32> proofOf(Bytes bytes) {
    List<Bytes32> proof = new ArrayList<>();
    for (int at = 0; at < bytes.size(); at += Bytes32.SIZE) {
      proof.add(Bytes32.wrap(bytes.slice(at, Bytes32.SIZE)));
    }
    return List.copyOf(proof);
  }
}
