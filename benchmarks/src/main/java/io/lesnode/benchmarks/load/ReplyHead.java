package io.lesnode.benchmarks.load;

import io.lesnode.flowcontrol.cost.RequestKind;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.primitives.rlp.RlpReader;
import org.apache.tuweni.bytes.Bytes;

/**
 * What is read of a reply: no more than is needed to count it.
 *
 * @param bufferValue the credit that the server reports, unsigned
 * @param items the items; of helper trie proofs the trie nodes
 * @param auxiliaryItems of helper trie proofs the headers, else 0
 */
record ReplyHead(long requestId, long bufferValue, int items, int auxiliaryItems) {

  /** Whether a message code is that of a reply. */
  static boolean isReply(int code) {
    return code > LesMessage.Announce.CODE
        && code < LesMessage.Stop.CODE
        && RequestKind.ofCode(code).isEmpty();
  }

  /**
   * Reads it.
   *
   * @throws io.lesnode.primitives.rlp.RlpException if it is no reply
   */
  static ReplyHead read(int code, Bytes payload) {
    RlpReader reader = RlpReader.of(payload);
    RlpReader fields = reader.enterList();
    reader.requireComplete();
    long requestId = fields.readUnsignedLong();
    long bufferValue = fields.readUnsignedLong();
    RlpReader body = fields.enterList();
    fields.requireComplete();
    if (code == LesMessage.HelperTrieProofs.CODE) {
      int nodes = count(body.enterList());
      int auxiliary = count(body.enterList());
      body.requireComplete();
      return new ReplyHead(requestId, bufferValue, nodes, auxiliary);
    }
    return new ReplyHead(requestId, bufferValue, count(body), 0);
  }

  /** Whether the reply to a request of a shape has nothing at all. */
  boolean isEmptyFor(RequestShape shape) {
    return items == 0 && (shape.kind() != LoadKind.CHT || auxiliaryItems == 0);
  }

  /** Whether something is missing; what cannot be told from the count does not count. */
  boolean isShortFor(RequestShape shape) {
    return switch (shape.kind()) {
      case HEADERS, BODIES, RECEIPTS, CODE, TXSTATUS -> items < shape.amount();
      case CHT -> auxiliaryItems < shape.amount();
      case PROOFS, STORAGE, BLOOM -> false;
    };
  }

  private static int count(RlpReader list) {
    int items = 0;
    while (!list.isComplete()) {
      list.skip();
      items++;
    }
    return items;
  }
}
