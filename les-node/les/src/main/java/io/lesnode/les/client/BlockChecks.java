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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

  /** A transaction uses 21,000 gas at least; refunds give back half of it at most. */
  private static final long LEAST_GAS_PER_TRANSACTION = 10_500;

  /** So many cost nothing worth a refusal. */
  private static final long FEW_TRANSACTIONS = 4_096;

  private BlockChecks() {}

  /** The body of the block with this header, checked against all its roots. */
  static BlockBody body(BlockHeader header, LesMessage.Reply reply) throws InvalidAnswerException {
    if (!(reply instanceof LesMessage.BlockBodies answer)) {
      throw wrongKind(reply);
    }
    BlockBody body = decodeBody(onlyItem(answer.bodies(), "body"), mostTransactions(header));
    requireBodyOf(header, body);
    return body;
  }

  private static long mostTransactions(BlockHeader header) {
    return Math.max(
        FEW_TRANSACTIONS, Long.divideUnsigned(header.gasUsed(), LEAST_GAS_PER_TRANSACTION));
  }

  /**
   * A body of ten megabytes can have a million transactions, which would take a gigabyte and
   * minutes to find out that they are not those of the header; so they are counted first.
   */
  private static BlockBody decodeBody(Bytes encoded, long mostTransactions)
      throws InvalidAnswerException {
    try {
      RlpReader transactions = RlpReader.of(encoded).enterList().enterList();
      for (long count = 0; !transactions.isComplete(); count++) {
        if (count >= mostTransactions) {
          throw InvalidAnswerException.lie(
              "a body of more transactions than the gas of the block pays for");
        }
        transactions.skip();
      }
      return BlockBody.decode(encoded);
    } catch (RlpException | IllegalArgumentException e) {
      throw InvalidAnswerException.lie("a malformed body: " + e.getMessage());
    }
  }

  private static void requireBodyOf(BlockHeader header, BlockBody body)
      throws InvalidAnswerException {
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
  }

  /**
   * The bodies of some of these blocks, by block hash: at least of one. A server leaves out what it
   * lacks and what would make the reply too long, but keeps the order.
   */
  static Map<Bytes32, BlockBody> bodies(List<BlockHeader> headers, LesMessage.Reply reply)
      throws InvalidAnswerException {
    if (!(reply instanceof LesMessage.BlockBodies answer)) {
      throw wrongKind(reply);
    }
    requireCount(answer.bodies().size(), headers.size(), "bodies");
    long mostTransactions =
        headers.stream().mapToLong(BlockChecks::mostTransactions).max().orElse(0);
    Map<Bytes32, BlockBody> found = new HashMap<>();
    int next = 0;
    for (Bytes encoded : answer.bodies()) {
      BlockBody body = decodeBody(encoded, mostTransactions);
      Bytes32 root = DerivedRoots.transactions(body.transactions());
      Bytes32 ommers = ommersHash(body.ommers());
      while (next < headers.size()
          && !(headers.get(next).transactionsRoot().equals(root)
              && headers.get(next).ommersHash().equals(ommers))) {
        next++;
      }
      if (next == headers.size()) {
        throw InvalidAnswerException.lie("a body of none of the blocks that were asked for");
      }
      requireBodyOf(headers.get(next), body);
      found.put(headers.get(next).hash(), body);
      next++;
    }
    return found;
  }

  /** The encoded receipts of some of these blocks, by block hash; as {@link #bodies}. */
  static Map<Bytes32, Bytes> receipts(List<BlockHeader> headers, LesMessage.Reply reply)
      throws InvalidAnswerException {
    if (!(reply instanceof LesMessage.Receipts answer)) {
      throw wrongKind(reply);
    }
    requireCount(answer.receiptLists().size(), headers.size(), "receipt lists");
    Map<Bytes32, Bytes> found = new HashMap<>();
    int next = 0;
    for (Bytes encoded : answer.receiptLists()) {
      Bytes32 root = receiptsRoot(encoded);
      while (next < headers.size() && !headers.get(next).receiptsRoot().equals(root)) {
        next++;
      }
      if (next == headers.size()) {
        throw InvalidAnswerException.lie("receipts of none of the blocks that were asked for");
      }
      requireReceipts(encoded);
      found.put(headers.get(next).hash(), encoded);
      next++;
    }
    return found;
  }

  private static void requireCount(int answered, int asked, String what)
      throws InvalidAnswerException {
    if (answered == 0) {
      throw InvalidAnswerException.unhelpful("it has no such " + what);
    }
    if (answered > asked) {
      throw InvalidAnswerException.lie(
          "%d %s where %d were asked for".formatted(answered, what, asked));
    }
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
    if (!receiptsRoot(encoded).equals(header.receiptsRoot())) {
      throw InvalidAnswerException.lie("the receipts are not those of the header");
    }
    requireReceipts(encoded);
    return encoded;
  }

  /**
   * The root of receipts as they came: ten megabytes of tiny logs would become four hundred of
   * objects, so that nothing is decoded before it is known to be right.
   */
  private static Bytes32 receiptsRoot(Bytes encoded) throws InvalidAnswerException {
    try {
      List<Bytes> items =
          RlpReader.decode(
              encoded,
              reader ->
                  reader.readListOf(
                      MAX_RECEIPTS, item -> item.nextIsList() ? item.readRaw() : item.readBytes()));
      if (items.stream().anyMatch(Bytes::isEmpty)) {
        throw InvalidAnswerException.lie("malformed receipts: an empty one");
      }
      return DerivedRoots.encoded(items);
    } catch (RlpException | IllegalArgumentException e) {
      throw InvalidAnswerException.lie("malformed receipts: " + e.getMessage());
    }
  }

  private static void requireReceipts(Bytes encoded) throws InvalidAnswerException {
    try {
      decodeReceipts(encoded);
    } catch (RlpException | IllegalArgumentException e) {
      throw InvalidAnswerException.lie("malformed receipts: " + e.getMessage());
    }
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
