package io.lesnode.les.client;

import io.lesnode.les.client.Retrieval.Retrieved;
import io.lesnode.primitives.BlockBody;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.EmptyHashes;
import io.lesnode.primitives.Receipt;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.apache.tuweni.bytes.Bytes;

/**
 * Fetches the bodies and receipts that belong to a verified header, verifies them against that
 * header, and keeps them; {@link OnDemandProofs} does so for its state. Any thread; the futures
 * complete on the client loop or, when the answer was here already, at once.
 */
final class OnDemand {
  private final Retriever retriever;
  private final VerifiedStore store;

  OnDemand(Retriever retriever, VerifiedStore store) {
    this.retriever = retriever;
    this.store = store;
  }

  /** The body of a block. */
  CompletableFuture<Retrieval<BlockBody>> body(BlockHeader header) {
    boolean noTransactions = header.transactionsRoot().equals(EmptyHashes.TRIE_ROOT);
    boolean noOmmers = header.ommersHash().equals(EmptyHashes.OMMERS);
    if (noTransactions && noOmmers && header.withdrawalsRoot() == null) {
      return done(BlockBody.EMPTY);
    }
    Bytes stored = store.body(header.hash());
    if (stored != null) {
      return done(BlockBody.decode(stored));
    }
    return retriever.ask(
        new Ask<>(
            "the body of " + name(header),
            new Question.Body(header.hash()),
            servesChain(header),
            (server, reply) -> {
              BlockBody body = BlockChecks.body(header, reply);
              store.putBody(header.hash(), body.encoded());
              return body;
            },
            false,
            "no connected server keeps the body of " + name(header)));
  }

  /** The receipts of a block. */
  CompletableFuture<Retrieval<List<Receipt>>> receipts(BlockHeader header) {
    if (header.receiptsRoot().equals(EmptyHashes.TRIE_ROOT)) {
      return done(List.of());
    }
    Bytes stored = store.receipts(header.hash());
    if (stored != null) {
      return done(BlockChecks.decodeReceipts(stored));
    }
    return retriever.ask(
        new Ask<>(
            "the receipts of " + name(header),
            new Question.BlockReceipts(header.hash()),
            servesChain(header),
            (server, reply) -> {
              Bytes receipts = BlockChecks.receipts(header, reply);
              store.putReceipts(header.hash(), receipts);
              return BlockChecks.decodeReceipts(receipts);
            },
            false,
            "no connected server keeps the receipts of " + name(header)));
  }

  private static Predicate<ServerPeer> servesChain(BlockHeader header) {
    return server -> server.terms().servesChainAt(header.number(), server.head().number());
  }

  private static <T> CompletableFuture<Retrieval<T>> done(T value) {
    return CompletableFuture.completedFuture(new Retrieved<>(value));
  }

  static String name(BlockHeader header) {
    return "block " + header.number();
  }
}
