package io.lesnode.les.client;

import io.lesnode.chain.trie.DerivedRoots;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.primitives.BlockBody;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.Receipt;
import io.lesnode.primitives.Withdrawal;
import io.lesnode.primitives.crypto.Keccak;
import io.lesnode.primitives.rlp.RlpException;
import io.lesnode.primitives.rlp.RlpReader;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.rlp.RLP;

/**
 * Verification of bodies and receipts against a header of our chain (les.md 6.4). Stateless; called
 * on workers.
 *
 * <p>Differs from geth: the withdrawals are checked against the withdrawals root, which geth up to
 * 1.13 does not do.
 */
final class BlockChecks {
  /** No block has more receipts: each needs 21,000 gas, and a reply is at most 10 MiB. */
  private static final int MAX_RECEIPTS = 1 << 16;

  private BlockChecks() {}

  /** The body of the block with this header, checked against all its roots. */
  static BlockBody body(BlockHeader header, LesMessage.Reply reply) throws InvalidAnswerException {
    if (!(reply instanceof LesMessage.BlockBodies answer)) {
      throw wrongKind(reply);
    }
    Bytes encoded = onlyItem(answer.bodies(), "body");
    BlockBody body;
    try {
      body = BlockBody.decode(encoded);
    } catch (RlpException | IllegalArgumentException e) {
      throw InvalidAnswerException.lie("a malformed body: " + e.getMessage());
    }
    if (!DerivedRoots.transactions(body.transactions()).equals(header.transactionsRoot())) {
      throw InvalidAnswerException.lie("the transactions of the body are not those of the header");
    }
    if (!ommersHash(body.ommers()).equals(header.ommersHash())) {
      throw InvalidAnswerException.lie("the ommers of the body are not those of the header");
    }
    List<Withdrawal> withdrawals = body.withdrawals();
    Bytes32 withdrawalsRoot = header.withdrawalsRoot();
    if (withdrawals == null || withdrawalsRoot == null) {
      if (withdrawals != null || withdrawalsRoot != null) {
        throw InvalidAnswerException.lie("withdrawals in only one of header and body");
      }
    } else if (!DerivedRoots.withdrawals(withdrawals).equals(withdrawalsRoot)) {
      throw InvalidAnswerException.lie("the withdrawals of the body are not those of the header");
    }
    return body;
  }

  private static Bytes32 ommersHash(List<BlockHeader> ommers) {
    return Keccak.keccak256(
        RLP.encodeList(writer -> ommers.forEach(ommer -> ommer.writeTo(writer))));
  }

  /** The receipts of the block with this header, as the RLP list that was sent. */
  static Bytes receipts(BlockHeader header, LesMessage.Reply reply) throws InvalidAnswerException {
    if (!(reply instanceof LesMessage.Receipts answer)) {
      throw wrongKind(reply);
    }
    Bytes encoded = onlyItem(answer.receiptLists(), "receipt list");
    List<Receipt> receipts;
    try {
      receipts = decodeReceipts(encoded);
    } catch (RlpException | IllegalArgumentException e) {
      throw InvalidAnswerException.lie("malformed receipts: " + e.getMessage());
    }
    if (!DerivedRoots.receipts(receipts).equals(header.receiptsRoot())) {
      throw InvalidAnswerException.lie("the receipts are not those of the header");
    }
    return encoded;
  }

  /** Decodes a list of receipts in consensus encoding. */
  static List<Receipt> decodeReceipts(Bytes encoded) {
    return RlpReader.decode(encoded, reader -> reader.readListOf(MAX_RECEIPTS, Receipt::readFrom));
  }

  private static Bytes onlyItem(List<Bytes> items, String what) throws InvalidAnswerException {
    if (items.isEmpty()) {
      throw InvalidAnswerException.unhelpful("it has no such " + what);
    }
    if (items.size() > 1) {
      throw InvalidAnswerException.lie("%d answers where 1 was asked for".formatted(items.size()));
    }
    return items.getFirst();
  }

  static InvalidAnswerException wrongKind(LesMessage.Reply reply) {
    return InvalidAnswerException.lie("a reply of another kind: code " + reply.code());
  }
}
