package io.lesnode.chain.blocks;

import io.lesnode.chain.consensus.InvalidBlockException;
import io.lesnode.chain.trie.DerivedRoots;
import io.lesnode.primitives.Block;
import io.lesnode.primitives.BlockBody;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.EmptyHashes;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.crypto.Keccak;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.rlp.RLP;

/**
 * That a body is the one its header commits to. Needs no state and no ancestors, so it runs ahead
 * of execution on any thread. Stateless.
 *
 * <p>Reference: geth core/block_validator.go ValidateBody.
 */
final class BodyRules {
  private static final long GAS_PER_BLOB = 1 << 17;

  private BodyRules() {}

  /**
   * Verifies the roots of transactions, ommers and withdrawals, and the blob gas.
   *
   * @throws InvalidBlockException naming field, expected and found value
   */
  static void verify(Block block) {
    BlockHeader header = block.header();
    BlockBody body = block.body();
    Bytes32 ommersHash = ommersHash(body.ommers());
    if (!ommersHash.equals(header.ommersHash())) {
      throw mismatch("uncle root hash", header.ommersHash(), ommersHash);
    }
    Bytes32 transactionsRoot =
        body.transactions().isEmpty()
            ? EmptyHashes.TRIE_ROOT
            : DerivedRoots.transactions(body.transactions());
    if (!transactionsRoot.equals(header.transactionsRoot())) {
      throw mismatch("transaction root hash", header.transactionsRoot(), transactionsRoot);
    }
    verifyWithdrawals(header, body);
    verifyBlobGas(header, body);
  }

  private static void verifyWithdrawals(BlockHeader header, BlockBody body) {
    Bytes32 declared = header.withdrawalsRoot();
    if (declared == null) {
      if (body.withdrawals() != null) {
        throw new InvalidBlockException("withdrawals present in block body");
      }
      return;
    }
    if (body.withdrawals() == null) {
      throw new InvalidBlockException("missing withdrawals in block body");
    }
    Bytes32 root = DerivedRoots.withdrawals(body.withdrawals());
    if (!root.equals(declared)) {
      throw mismatch("withdrawals root hash", declared, root);
    }
  }

  private static void verifyBlobGas(BlockHeader header, BlockBody body) {
    long blobs = 0;
    for (Transaction transaction : body.transactions()) {
      blobs += transaction.blobVersionedHashes().size();
    }
    Long declared = header.blobGasUsed();
    if (declared == null) {
      if (blobs > 0) {
        throw new InvalidBlockException("data blobs present in block body");
      }
      return;
    }
    if (declared != blobs * GAS_PER_BLOB) {
      throw new InvalidBlockException(
          "blob gas used mismatch (header "
              + Long.toUnsignedString(declared)
              + ", calculated "
              + blobs * GAS_PER_BLOB
              + ")");
    }
  }

  static Bytes32 ommersHash(List<BlockHeader> ommers) {
    if (ommers.isEmpty()) {
      return EmptyHashes.OMMERS;
    }
    Bytes encoded = RLP.encodeList(writer -> ommers.forEach(ommer -> ommer.writeTo(writer)));
    return Keccak.keccak256(encoded);
  }

  private static InvalidBlockException mismatch(String field, Bytes32 declared, Bytes32 found) {
    return new InvalidBlockException(
        field + " mismatch (header value " + declared + ", calculated " + found + ")");
  }
}
