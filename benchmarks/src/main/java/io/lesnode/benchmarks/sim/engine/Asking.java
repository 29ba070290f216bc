package io.lesnode.benchmarks.sim.engine;

import io.lesnode.benchmarks.sim.scenario.Mix;
import io.lesnode.flowcontrol.cost.RequestKind;
import io.lesnode.les.wire.HashOrNumber;
import io.lesnode.les.wire.LesCodec;
import io.lesnode.les.wire.LesMessage.CodeQuery;
import io.lesnode.les.wire.LesMessage.GetBlockBodies;
import io.lesnode.les.wire.LesMessage.GetBlockHeaders;
import io.lesnode.les.wire.LesMessage.GetCode;
import io.lesnode.les.wire.LesMessage.GetHelperTrieProofs;
import io.lesnode.les.wire.LesMessage.GetProofsV2;
import io.lesnode.les.wire.LesMessage.GetReceipts;
import io.lesnode.les.wire.LesMessage.GetTxStatus;
import io.lesnode.les.wire.LesMessage.HelperTrieQuery;
import io.lesnode.les.wire.LesMessage.ProofQuery;
import io.lesnode.les.wire.LesMessage.Request;
import io.lesnode.les.wire.LesMessage.SendTxV2;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.TransactionType;
import io.lesnode.primitives.crypto.KeyPair;
import java.util.Collections;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/**
 * What the clients of a group ask: real requests for things that do not exist, of the right kind,
 * number and size. Immutable; requests share their items.
 */
final class Asking {

  private static final long A_LONG_ID = 1L << 40;
  private static final HashOrNumber ORIGIN = HashOrNumber.of(0);

  private final List<Mix.Part> parts;
  private final int totalWeight;
  private final List<Template> templates;

  private sealed interface Template {
    record Headers(int amount) implements Template {}

    record Bodies(List<Bytes32> hashes) implements Template {}

    record Receipts(List<Bytes32> hashes) implements Template {}

    record Statuses(List<Bytes32> hashes) implements Template {}

    record Codes(List<CodeQuery> queries) implements Template {}

    record Proofs(List<ProofQuery> queries) implements Template {}

    record Helpers(List<HelperTrieQuery> queries) implements Template {}

    record Transactions(List<Transaction> transactions) implements Template {}
  }

  private final int[] sizes;

  Asking(Mix mix) {
    this.parts = mix.parts();
    this.totalWeight = mix.totalWeight();
    this.templates = parts.stream().map(Asking::template).toList();
    this.sizes = new int[parts.size()];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = LesCodec.encode(request(i, A_LONG_ID)).size();
    }
  }

  private static Template template(Mix.Part part) {
    int amount = part.amount();
    return switch (part.kind()) {
      case HEADERS -> new Template.Headers(amount);
      case BODIES -> new Template.Bodies(same(amount, Bytes32.ZERO));
      case RECEIPTS -> new Template.Receipts(same(amount, Bytes32.ZERO));
      case TX_STATUS -> new Template.Statuses(same(amount, Bytes32.ZERO));
      case CODE -> new Template.Codes(same(amount, new CodeQuery(Bytes32.ZERO, Bytes32.ZERO)));
      case PROOFS ->
          new Template.Proofs(
              same(amount, new ProofQuery(Bytes32.ZERO, Bytes.EMPTY, Bytes32.ZERO, 0)));
      case HELPER_TRIE_PROOFS ->
          new Template.Helpers(
              same(
                  amount,
                  new HelperTrieQuery(
                      HelperTrieQuery.CANONICAL_HASH_TRIE,
                      0,
                      Bytes.ofUnsignedLong(0),
                      0,
                      HelperTrieQuery.AUXILIARY_HEADER)));
      case SEND_TX -> new Template.Transactions(same(amount, transaction()));
    };
  }

  private static Transaction transaction() {
    return Transaction.builder(TransactionType.LEGACY)
        .sign(KeyPair.ofSecret(Bytes32.leftPad(Bytes.of(1))));
  }

  private static <T> List<T> same(int amount, T item) {
    return List.copyOf(Collections.nCopies(amount, item));
  }

  /** A random part by its weight. */
  int draw(Draws draws) {
    if (templates.size() == 1) {
      return 0;
    }
    long at = draws.below(totalWeight);
    for (int part = 0; ; part++) {
      at -= parts.get(part).weight();
      if (at < 0) {
        return part;
      }
    }
  }

  RequestKind kind(int part) {
    return parts.get(part).kind();
  }

  int amount(int part) {
    return parts.get(part).amount();
  }

  int partCount() {
    return sizes.length;
  }

  /** The size of the message. */
  int sizeBytes(int part) {
    return sizes[part];
  }

  Request request(int part, long requestId) {
    return switch (templates.get(part)) {
      case Template.Headers headers ->
          new GetBlockHeaders(requestId, ORIGIN, headers.amount(), 0, false);
      case Template.Bodies bodies -> new GetBlockBodies(requestId, bodies.hashes());
      case Template.Receipts receipts -> new GetReceipts(requestId, receipts.hashes());
      case Template.Statuses statuses -> new GetTxStatus(requestId, statuses.hashes());
      case Template.Codes codes -> new GetCode(requestId, codes.queries());
      case Template.Proofs proofs -> new GetProofsV2(requestId, proofs.queries());
      case Template.Helpers helpers -> new GetHelperTrieProofs(requestId, helpers.queries());
      case Template.Transactions sent -> new SendTxV2(requestId, sent.transactions());
    };
  }
}
