package io.lesnode.chain.index;

import java.nio.charset.StandardCharsets;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/** The two helper tries; each has its own nodes in the index column. */
public enum HelperTrie {
  /** Canonical hash trie: block number (8 bytes) → [hash, total difficulty]. */
  CHT("cht-"),
  /** Bloom bit (2 bytes) ‖ section (8 bytes) → which blocks of the section have the bit. */
  BLOOM("blt-");

  private final String prefix;

  HelperTrie(String prefix) {
    this.prefix = prefix;
  }

  /** The root of this trie at the end of a section. */
  public Bytes32 root(CheckpointEntry section) {
    return switch (this) {
      case CHT -> section.chtRoot();
      case BLOOM -> section.bloomRoot();
    };
  }

  /** Where the canonical hash trie holds a block. */
  public static Bytes chtKey(long number) {
    return Bytes.ofUnsignedLong(number);
  }

  /**
   * Where the bloom trie holds a bit of a section.
   *
   * @param bit 0 to 2047
   */
  public static Bytes bloomKey(int bit, long sectionIndex) {
    return Bytes.concatenate(Bytes.ofUnsignedShort(bit), Bytes.ofUnsignedLong(sectionIndex));
  }

  Bytes nodeKey(Bytes32 nodeHash) {
    return Bytes.concatenate(prefix(), nodeHash);
  }

  /** What all keys of its nodes begin with. */
  Bytes prefix() {
    return Bytes.wrap(prefix.getBytes(StandardCharsets.US_ASCII));
  }
}
