package io.lesnode.les.client;

import static io.lesnode.flowcontrol.cost.RequestKind.BODIES;
import static io.lesnode.flowcontrol.cost.RequestKind.RECEIPTS;

import io.lesnode.flowcontrol.cost.RequestKind;
import io.lesnode.les.client.Retrieval.Failed;
import io.lesnode.les.client.Retrieval.Retrieved;
import io.lesnode.primitives.BlockBody;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.EmptyHashes;
import io.lesnode.primitives.Receipt;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/**
 * Fetches the bodies and receipts that belong to a verified header, verifies them against that
 * header, and keeps them; {@link OnDemandProofs} does so for its state. Any thread; the futures
 * complete on the client loop or, when the answer was here already, at once.
 */
final class OnDemand {
  private static final Bytes EMPTY_BODY = BlockBody.EMPTY.encoded();
  private static final Bytes EMPTY_LIST = Bytes.of(0xc0);

  private final Retriever retriever;
  private final ServerTable servers;
  private final ClientLoop loop;
  private final VerifiedStore store;

  OnDemand(Retriever retriever, ServerTable servers, ClientLoop loop, VerifiedStore store) {
    this.retriever = retriever;
    this.servers = servers;
    this.loop = loop;
    this.store = store;
  }

  /** The body of a block. */
  CompletableFuture<Retrieval<BlockBody>> body(BlockHeader header) {
    if (isBodyEmpty(header)) {
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

  /** The bodies of several blocks in their order, many in one request. */
  CompletableFuture<Retrieval<List<BlockBody>>> bodies(List<BlockHeader> headers) {
    Map<Bytes32, BlockBody> found = new HashMap<>();
    List<BlockHeader> missing = new ArrayList<>();
    for (BlockHeader header : headers) {
      Bytes stored = isBodyEmpty(header) ? EMPTY_BODY : store.body(header.hash());
      if (stored == null) {
        missing.add(header);
      } else {
        found.put(header.hash(), BlockBody.decode(stored));
      }
    }
    return gather(headers, found, missing, BODIES, this::askBodies);
  }

  /** The receipts of several blocks in their order, many in one request. */
  CompletableFuture<Retrieval<List<List<Receipt>>>> receipts(List<BlockHeader> headers) {
    Map<Bytes32, List<Receipt>> found = new HashMap<>();
    List<BlockHeader> missing = new ArrayList<>();
    for (BlockHeader header : headers) {
      boolean none = header.receiptsRoot().equals(EmptyHashes.TRIE_ROOT);
      Bytes stored = none ? EMPTY_LIST : store.receipts(header.hash());
      if (stored == null) {
        missing.add(header);
      } else {
        found.put(header.hash(), BlockChecks.decodeReceipts(stored));
      }
    }
    return gather(headers, found, missing, RECEIPTS, this::askReceipts);
  }

  /** Asks for some blocks; the answer has at least one of them. */
  private interface BatchAsk<T> {
    CompletableFuture<Retrieval<Map<Bytes32, T>>> ask(List<BlockHeader> headers);
  }

  private <T> CompletableFuture<Retrieval<List<T>>> gather(
      List<BlockHeader> headers,
      Map<Bytes32, T> found,
      List<BlockHeader> missing,
      RequestKind kind,
      BatchAsk<T> batch) {
    CompletableFuture<Retrieval<List<Map<Bytes32, T>>>> fetched =
        missing.isEmpty()
            ? done(List.of())
            : Retrievals.inParts(
                loop,
                missing,
                () -> servers.itemsPerRequest(kind),
                part -> complete(part, new HashMap<>(), batch));
    return fetched.thenApply(
        outcome ->
            outcome.map(
                maps -> {
                  maps.forEach(found::putAll);
                  return headers.stream().map(h -> known(found, h)).toList();
                }));
  }

  private static <T> T known(Map<Bytes32, T> found, BlockHeader header) {
    T value = found.get(header.hash());
    if (value == null) {
      throw new IllegalStateException(name(header) + " was asked for and not answered");
    }
    return value;
  }

  /** Asks again for what an answer left out, until nothing is left. */
  private <T> CompletableFuture<Retrieval<List<Map<Bytes32, T>>>> complete(
      List<BlockHeader> headers, Map<Bytes32, T> found, BatchAsk<T> batch) {
    return batch
        .ask(headers)
        .thenCompose(
            outcome ->
                switch (outcome) {
                  case Failed<Map<Bytes32, T>>(RetrievalFailure failure) ->
                      CompletableFuture.completedFuture(new Failed<>(failure));
                  case Retrieved<Map<Bytes32, T>>(Map<Bytes32, T> some) -> {
                    found.putAll(some);
                    List<BlockHeader> left =
                        headers.stream().filter(h -> !found.containsKey(h.hash())).toList();
                    yield left.isEmpty() ? done(List.of(found)) : complete(left, found, batch);
                  }
                });
  }

  private CompletableFuture<Retrieval<Map<Bytes32, BlockBody>>> askBodies(
      List<BlockHeader> headers) {
    return retriever.ask(
        new Ask<>(
            "the bodies of " + names(headers),
            new Question.Bodies(headers.stream().map(BlockHeader::hash).toList()),
            servesChain(headers, BODIES),
            (server, reply) -> {
              Map<Bytes32, BlockBody> bodies = BlockChecks.bodies(headers, reply);
              bodies.forEach((hash, body) -> store.putBody(hash, body.encoded()));
              return bodies;
            },
            false,
            "no connected server keeps the bodies of " + names(headers)));
  }

  private CompletableFuture<Retrieval<Map<Bytes32, List<Receipt>>>> askReceipts(
      List<BlockHeader> headers) {
    return retriever.ask(
        new Ask<>(
            "the receipts of " + names(headers),
            new Question.Receipts(headers.stream().map(BlockHeader::hash).toList()),
            servesChain(headers, RECEIPTS),
            (server, reply) -> {
              Map<Bytes32, List<Receipt>> decoded = new HashMap<>();
              BlockChecks.receipts(headers, reply)
                  .forEach(
                      (hash, encoded) -> {
                        store.putReceipts(hash, encoded);
                        decoded.put(hash, BlockChecks.decodeReceipts(encoded));
                      });
              return decoded;
            },
            false,
            "no connected server keeps the receipts of " + names(headers)));
  }

  private static boolean isBodyEmpty(BlockHeader header) {
    return header.transactionsRoot().equals(EmptyHashes.TRIE_ROOT)
        && header.ommersHash().equals(EmptyHashes.OMMERS)
        && header.withdrawalsRoot() == null;
  }

  private static String names(List<BlockHeader> headers) {
    return headers.size() == 1
        ? name(headers.getFirst())
        : "%d blocks from %d to %d"
            .formatted(headers.size(), headers.getFirst().number(), headers.getLast().number());
  }

  private static Predicate<ServerPeer> servesChain(List<BlockHeader> headers, RequestKind kind) {
    return server ->
        server.maxItems(kind) >= headers.size()
            && headers.stream().allMatch(header -> servesChain(header).test(server));
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
