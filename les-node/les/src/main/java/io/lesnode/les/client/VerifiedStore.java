package io.lesnode.les.client;

import io.lesnode.chain.trie.NodeSource;
import java.util.Map;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;

/**
 * Where verified answers are kept, so that nothing is fetched twice. Everything in it is found by a
 * hash that it was checked against. Thread-safe.
 */
interface VerifiedStore extends NodeSource {

  /** An encoded body by block hash, or null. */
  @Nullable Bytes body(Bytes32 blockHash);

  /** Keeps an encoded body. */
  void putBody(Bytes32 blockHash, Bytes body);

  /** The encoded receipt list of a block, or null. */
  @Nullable Bytes receipts(Bytes32 blockHash);

  /** Keeps the encoded receipt list of a block. */
  void putReceipts(Bytes32 blockHash, Bytes receipts);

  /** Contract code by its hash, or null. */
  @Nullable Bytes code(Bytes32 codeHash);

  /** Keeps contract code. */
  void putCode(Bytes32 codeHash, Bytes code);

  /** Keeps trie nodes by hash. */
  void putNodes(Map<Bytes32, Bytes> nodes);
}
