package io.lesnode.les.client;

import io.lesnode.primitives.BlockHeader;
import java.util.List;
import java.util.OptionalLong;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;

/** Where the header chain is kept. Reads from any thread, writes from the header writer only. */
interface HeaderStore {

  /** The stored head, or null in a new store. */
  HeaderChain.@Nullable Head head();

  /** A stored header with its total difficulty, or null. */
  HeaderChain.@Nullable Head header(Bytes32 hash);

  /** The height of a header that is or was here. */
  OptionalLong number(Bytes32 hash);

  /** The canonical hash at a height, or null. */
  @Nullable Bytes32 canonicalHash(long number);

  /** From where on all canonical headers up to the head are here: 0 unless {@link #jump} was. */
  long start();

  /** The headers below will be removed: the start is here from now on, if it was not above. */
  void raiseStart(long number);

  /** Makes a header canonical, the head and the start, all or nothing. */
  void jump(HeaderChain.Head start);

  /**
   * Writes everything or nothing.
   *
   * @param headers new headers
   * @param canonical headers that are canonical from now on
   * @param removeFrom first number that is no longer canonical
   * @param removeTo last such number; none if below {@code removeFrom}
   * @param head the head from now on
   */
  void write(
      List<HeaderChain.Head> headers,
      List<BlockHeader> canonical,
      long removeFrom,
      long removeTo,
      HeaderChain.Head head);

  /** Sees the blooms of headers. */
  @FunctionalInterface
  interface BloomVisitor {
    /**
     * Called for each header in order.
     *
     * @param bloom its 256 bytes; to be kept by no one
     */
    void visit(long number, Bytes bloom);
  }

  /**
   * Shows the blooms of canonical headers, from any thread, up to the first one that is not here.
   *
   * @return the number of that one, or {@code to + 1}
   */
  default long scanBlooms(long from, long to, BloomVisitor visitor) {
    for (long number = from; number <= to; number++) {
      Bytes32 hash = canonicalHash(number);
      HeaderChain.Head found = hash == null ? null : header(hash);
      if (found == null) {
        return number;
      }
      visitor.visit(number, found.header().logsBloom().bytes());
    }
    return to + 1;
  }

  /**
   * Adds canonical headers that a helper trie proved; from any thread. Their heights are below
   * those that {@link #write} is called for.
   */
  void putOld(List<VerifiedOldHeader> headers);
}
