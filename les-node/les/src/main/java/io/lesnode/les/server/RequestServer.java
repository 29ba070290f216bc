package io.lesnode.les.server;

import io.lesnode.les.wire.LesCodec;
import io.lesnode.les.wire.LesLimits;
import io.lesnode.les.wire.LesMessage.BlockBodies;
import io.lesnode.les.wire.LesMessage.BlockHeaders;
import io.lesnode.les.wire.LesMessage.Code;
import io.lesnode.les.wire.LesMessage.GetBlockBodies;
import io.lesnode.les.wire.LesMessage.GetBlockHeaders;
import io.lesnode.les.wire.LesMessage.GetCode;
import io.lesnode.les.wire.LesMessage.GetHelperTrieProofs;
import io.lesnode.les.wire.LesMessage.GetProofsV2;
import io.lesnode.les.wire.LesMessage.GetReceipts;
import io.lesnode.les.wire.LesMessage.GetTxStatus;
import io.lesnode.les.wire.LesMessage.HelperTrieProofs;
import io.lesnode.les.wire.LesMessage.ProofsV2;
import io.lesnode.les.wire.LesMessage.Receipts;
import io.lesnode.les.wire.LesMessage.Request;
import io.lesnode.les.wire.LesMessage.SendTxV2;
import io.lesnode.les.wire.LesMessage.TxLookup;
import io.lesnode.les.wire.LesMessage.TxStatus;
import io.lesnode.les.wire.LesMessage.TxStatusEntry;
import io.lesnode.primitives.EmptyHashes;
import io.lesnode.primitives.EncodedHeader;
import io.lesnode.primitives.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers requests that were admitted; stateless, called by any worker. Disk errors of the view
 * come out as they are.
 *
 * <p>Unknown items are left out, so positions in a reply do not line up with the request. A reply
 * stops growing at two mebibytes. Reference: geth v1.10.26, les/server_requests.go.
 */
final class RequestServer {

  private static final Logger LOG = LoggerFactory.getLogger(RequestServer.class);
  private static final Bytes EMPTY_LIST = Bytes.of(0xc0);

  private final ServedChain chain;
  private final TransactionRelay pool;

  RequestServer(ServedChain chain, TransactionRelay pool) {
    this.chain = chain;
    this.pool = pool;
  }

  /**
   * As {@link #serve}; the outermost frame of a worker, because a damaged store must not take the
   * thread with it.
   */
  Served tryServe(Request request, StopSignal stop) {
    try {
      return serve(request, stop);
    } catch (RuntimeException | AssertionError e) {
      LOG.error("Cannot serve a {} request; it stays unanswered", request.kind(), e);
      return Served.nothing(0);
    }
  }

  /** Answers a request of at least one and at most the allowed number of items. */
  Served serve(Request request, StopSignal stop) {
    try (ServedView view = chain.openView()) {
      return switch (request) {
        case GetBlockHeaders r ->
            reply(BlockHeaders.CODE, raw(new HeaderServer(view, stop).collect(r)), 0);
        case GetBlockBodies r -> bodies(r, view, stop);
        case GetReceipts r -> receipts(r, view, stop);
        case GetCode r -> {
          StateServer state = new StateServer(view, chain.isArchive(), stop);
          List<Bytes> codes = state.codes(r.queries());
          yield reply(
              Code.CODE,
              codes == null ? null : LesCodec.encodeStrings(codes),
              state.invalidItems());
        }
        case GetProofsV2 r -> {
          StateServer state = new StateServer(view, chain.isArchive(), stop);
          List<Bytes> nodes = state.proofs(r.queries());
          yield reply(ProofsV2.CODE, raw(nodes), state.invalidItems());
        }
        case GetHelperTrieProofs r ->
            reply(HelperTrieProofs.CODE, new HelperTrieServer(view, stop).collect(r.queries()), 0);
        case SendTxV2 r -> sendTransactions(r, view, stop);
        case GetTxStatus r -> transactionStatus(r, view, stop);
      };
    }
  }

  private static Served reply(int code, @Nullable Bytes body, int invalidItems) {
    return new Served(code, body, invalidItems);
  }

  private static @Nullable Bytes raw(@Nullable List<Bytes> items) {
    return items == null ? null : LesCodec.encodeRawItems(items);
  }

  private static Served bodies(GetBlockBodies request, ServedView view, StopSignal stop) {
    List<Bytes> bodies = new ArrayList<>();
    int invalidItems = 0;
    long sizeBytes = 0;
    for (int i = 0; i < request.hashes().size(); i++) {
      if (i > 0 && stop.isStopped()) {
        return Served.nothing(invalidItems);
      }
      if (sizeBytes >= LesLimits.SOFT_RESPONSE_BYTES) {
        break;
      }
      Optional<Bytes> body = view.body(request.hashes().get(i));
      if (body.isEmpty()) {
        invalidItems++;
        continue;
      }
      bodies.add(body.get());
      sizeBytes += body.get().size();
    }
    return reply(BlockBodies.CODE, raw(bodies), invalidItems);
  }

  private static Served receipts(GetReceipts request, ServedView view, StopSignal stop) {
    List<Bytes> lists = new ArrayList<>();
    int invalidItems = 0;
    long sizeBytes = 0;
    for (int i = 0; i < request.hashes().size(); i++) {
      if (i > 0 && stop.isStopped()) {
        return Served.nothing(invalidItems);
      }
      if (sizeBytes >= LesLimits.SOFT_RESPONSE_BYTES) {
        break;
      }
      Bytes32 hash = request.hashes().get(i);
      Optional<Bytes> list = view.receipts(hash).or(() -> emptyReceipts(hash, view));
      if (list.isEmpty()) {
        invalidItems++;
        continue;
      }
      lists.add(list.get());
      sizeBytes += list.get().size();
    }
    return reply(Receipts.CODE, raw(lists), invalidItems);
  }

  /** A block without transactions has an empty list of receipts, stored or not. */
  private static Optional<Bytes> emptyReceipts(Bytes32 hash, ServedView view) {
    return view.header(hash)
        .filter(header -> EncodedHeader.receiptsRoot(header).equals(EmptyHashes.TRIE_ROOT))
        .map(header -> EMPTY_LIST);
  }

  private Served sendTransactions(SendTxV2 request, ServedView view, StopSignal stop) {
    List<TxStatusEntry> entries = new ArrayList<>();
    for (Transaction transaction : request.transactions()) {
      if (!entries.isEmpty() && stop.isStopped()) {
        return Served.nothing(0);
      }
      entries.add(send(transaction, view));
    }
    return reply(TxStatus.CODE, LesCodec.encodeTxStatusEntries(entries), 0);
  }

  private TxStatusEntry send(Transaction transaction, ServedView view) {
    Bytes32 hash = transaction.hash();
    TxStatusEntry known = status(hash, view);
    if (known.status() != TxStatusEntry.UNKNOWN) {
      return known;
    }
    return pool.add(transaction)
        .map(error -> new TxStatusEntry(TxStatusEntry.UNKNOWN, null, error))
        .orElseGet(() -> status(hash, view));
  }

  private Served transactionStatus(GetTxStatus request, ServedView view, StopSignal stop) {
    List<TxStatusEntry> entries = new ArrayList<>();
    for (Bytes32 hash : request.hashes()) {
      if (!entries.isEmpty() && stop.isStopped()) {
        return Served.nothing(0);
      }
      entries.add(status(hash, view));
    }
    return reply(TxStatus.CODE, LesCodec.encodeTxStatusEntries(entries), 0);
  }

  /** The pool's word, else the transaction index. */
  private TxStatusEntry status(Bytes32 hash, ServedView view) {
    long status = pool.status(hash);
    if (status != TxStatusEntry.UNKNOWN) {
      return new TxStatusEntry(status, null, "");
    }
    TxLookup lookup = view.transaction(hash).orElse(null);
    return lookup == null
        ? new TxStatusEntry(TxStatusEntry.UNKNOWN, null, "")
        : new TxStatusEntry(TxStatusEntry.INCLUDED, lookup, "");
  }
}
