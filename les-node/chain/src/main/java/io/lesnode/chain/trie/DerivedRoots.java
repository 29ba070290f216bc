package io.lesnode.chain.trie;

import io.lesnode.primitives.Receipt;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.Withdrawal;
import java.util.List;
import java.util.function.Function;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.rlp.RLP;

/**
 * The roots in a header that are made of a list in the block: a trie from the RLP of each item's
 * index to the item (Yellow Paper 4.3.2; geth core/types/hashing.go DeriveSha).
 */
public final class DerivedRoots {

  private DerivedRoots() {}

  /** The root of a block's transactions. */
  public static Bytes32 transactions(List<Transaction> transactions) {
    return ordered(transactions, Transaction::encoded);
  }

  /** The root of a block's receipts. */
  public static Bytes32 receipts(List<Receipt> receipts) {
    return ordered(receipts, Receipt::encoded);
  }

  /** The root of a block's withdrawals (EIP-4895). */
  public static Bytes32 withdrawals(List<Withdrawal> withdrawals) {
    return ordered(withdrawals, Withdrawal::encoded);
  }

  /** The root of a list of encoded items, none of them empty. */
  public static Bytes32 encoded(List<Bytes> items) {
    return ordered(items, item -> item);
  }

  private static <T> Bytes32 ordered(List<T> items, Function<T, Bytes> encoding) {
    MerklePatriciaTrie trie = new MerklePatriciaTrie();
    int index = 0;
    for (T item : items) {
      trie.put(RLP.encodeInt(index++), encoding.apply(item));
    }
    return trie.rootHash();
  }
}
