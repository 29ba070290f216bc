package io.lesnode.les.server;

import io.lesnode.chain.trie.TrieProver;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/**
 * The nodes of the proofs of one reply, each once, in the order in which they came first; confined
 * to the worker. Nodes are told apart by their hashes, which spread evenly: a table with open
 * places needs no hashing of its own.
 */
final class ProofNodes implements TrieProver.NodeSink {

  private static final int FIRST_PLACES = 64;

  private final List<Bytes> nodes = new ArrayList<>();
  private byte[][] hashes = new byte[FIRST_PLACES][];
  private long sizeBytes;

  @Override
  public void onNode(Bytes32 hash, Bytes encoded) {
    if (!add(hashes, hash.toArrayUnsafe())) {
      return;
    }
    nodes.add(encoded);
    sizeBytes += encoded.size();
    if (2 * nodes.size() > hashes.length) {
      byte[][] larger = new byte[2 * hashes.length][];
      for (byte[] known : hashes) {
        if (known != null) {
          add(larger, known);
        }
      }
      hashes = larger;
    }
  }

  private static boolean add(byte[][] table, byte[] hash) {
    int mask = table.length - 1;
    int at = Bytes.wrap(hash).getInt(0) & mask;
    while (table[at] != null) {
      if (Arrays.equals(table[at], hash)) {
        return false;
      }
      at = (at + 1) & mask;
    }
    table[at] = hash;
    return true;
  }

  List<Bytes> nodes() {
    return nodes;
  }

  /** Of all nodes together. */
  long sizeBytes() {
    return sizeBytes;
  }
}
