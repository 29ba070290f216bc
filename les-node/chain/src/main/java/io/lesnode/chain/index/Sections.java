package io.lesnode.chain.index;

/**
 * How the chain is cut into sections (geth light.IndexerConfig).
 *
 * @param blocks blocks per section, a multiple of 8
 * @param confirmations how far the head is above the last block of a section at least when that
 *     section is built
 */
public record Sections(long blocks, long confirmations) {

  private static final long MAX_BLOCKS = 1L << 20;

  /** What all networks use: 32,768 blocks, 256 confirmations. */
  public static final Sections STANDARD = new Sections(32_768, 256);

  public Sections {
    if (blocks < 8 || blocks % 8 != 0 || blocks > MAX_BLOCKS || confirmations < 0) {
      throw new IllegalArgumentException(
          "a section has 8 to "
              + MAX_BLOCKS
              + " blocks, a multiple of 8, and no negative confirmations; not "
              + blocks
              + " and "
              + confirmations);
    }
  }

  /** How many sections are complete and confirmed at this height. */
  public long confirmed(long headNumber) {
    return headNumber < confirmations ? 0 : (headNumber + 1 - confirmations) / blocks;
  }

  /** The height of a section's first block. */
  public long first(long sectionIndex) {
    return sectionIndex * blocks;
  }

  /** The height of a section's last block; the index is below {@link #limit}. */
  public long last(long sectionIndex) {
    return first(sectionIndex + 1) - 1;
  }

  /** No section has this index or a higher one: heights end here. */
  public long limit() {
    return Long.MAX_VALUE / blocks;
  }
}
