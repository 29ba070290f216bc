package io.lesnode.les.client;

import io.lesnode.les.wire.LesMessage;

/** Copies of messages under another request id, to match questions with recorded answers. */
final class Renumbered {
  private Renumbered() {}

  static LesMessage.Request request(LesMessage.Request message, long id) {
    return switch (message) {
      case LesMessage.GetBlockHeaders m ->
          new LesMessage.GetBlockHeaders(id, m.origin(), m.amount(), m.skip(), m.reverse());
      case LesMessage.GetBlockBodies m -> new LesMessage.GetBlockBodies(id, m.hashes());
      case LesMessage.GetReceipts m -> new LesMessage.GetReceipts(id, m.hashes());
      case LesMessage.GetCode m -> new LesMessage.GetCode(id, m.queries());
      case LesMessage.GetProofsV2 m -> new LesMessage.GetProofsV2(id, m.queries());
      case LesMessage.GetHelperTrieProofs m -> new LesMessage.GetHelperTrieProofs(id, m.queries());
      case LesMessage.SendTxV2 m -> new LesMessage.SendTxV2(id, m.transactions());
      case LesMessage.GetTxStatus m -> new LesMessage.GetTxStatus(id, m.hashes());
    };
  }

  static LesMessage.Reply reply(LesMessage.Reply message, long id, long bufferValue) {
    return switch (message) {
      case LesMessage.BlockHeaders m -> new LesMessage.BlockHeaders(id, bufferValue, m.headers());
      case LesMessage.BlockBodies m -> new LesMessage.BlockBodies(id, bufferValue, m.bodies());
      case LesMessage.Receipts m -> new LesMessage.Receipts(id, bufferValue, m.receiptLists());
      case LesMessage.Code m -> new LesMessage.Code(id, bufferValue, m.codes());
      case LesMessage.ProofsV2 m -> new LesMessage.ProofsV2(id, bufferValue, m.nodes());
      case LesMessage.HelperTrieProofs m ->
          new LesMessage.HelperTrieProofs(id, bufferValue, m.nodes(), m.auxiliary());
      case LesMessage.TxStatus m -> new LesMessage.TxStatus(id, bufferValue, m.entries());
    };
  }
}
