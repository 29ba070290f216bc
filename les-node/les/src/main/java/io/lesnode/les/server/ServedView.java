package io.lesnode.les.server;

import io.lesnode.chain.index.HelperTrie;
import io.lesnode.chain.trie.NodeSource;
import io.lesnode.chain.trie.TrieProver;
import io.lesnode.les.wire.LesMessage.TxLookup;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/**
 * A still picture of the chain, read by one worker. What is served comes as stored bytes,
 * undecoded. Block numbers are unsigned; one that no chain reaches is simply unknown.
 */
public interface ServedView extends AutoCloseable {

  /** The number of the canonical head. */
  long headNumber();

  /** The hash of a canonical block. */
  Optional<Bytes32> canonicalHash(long number);

  /** The number of a known block, canonical or not. */
  OptionalLong number(Bytes32 hash);

  /** The RLP of a known header, canonical or not. */
  Optional<Bytes> header(Bytes32 hash);

  /** The RLP of a canonical header. */
  Optional<Bytes> header(long number);

  /** The RLP of a known header whose number is known too. */
  default Optional<Bytes> header(long number, Bytes32 hash) {
    return header(hash);
  }

  /**
   * The RLP of neighbouring canonical headers from a number on: one or more, at most so many; none
   * where there is no such header.
   */
  default List<Bytes> headers(long first, int count) {
    return header(first).map(List::of).orElse(List.of());
  }

  /** The RLP of a body. */
  Optional<Bytes> body(Bytes32 hash);

  /** The RLP list of a block's receipts in consensus form. */
  Optional<Bytes> receipts(Bytes32 hash);

  /** The nodes of all account tries. */
  NodeSource accountNodes();

  /** The nodes of an account's storage tries; the account is named by keccak256(address). */
  NodeSource storageNodes(Bytes32 accountHash);

  /** Contract code by its hash. */
  Optional<Bytes> code(Bytes32 codeHash);

  /** Where a transaction stands in the canonical chain, if it is indexed. */
  Optional<TxLookup> transaction(Bytes32 hash);

  /**
   * A helper trie as it was at the end of a section.
   *
   * @param section any number; empty where that section is not finished
   */
  Optional<TrieProver> helperTrie(HelperTrie kind, long section);

  @Override
  void close();
}
