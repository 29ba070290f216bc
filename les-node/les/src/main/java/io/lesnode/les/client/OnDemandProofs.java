package io.lesnode.les.client;

import static io.lesnode.les.client.OnDemand.name;

import io.lesnode.chain.trie.MerklePatriciaTrie;
import io.lesnode.chain.trie.MissingNodeException;
import io.lesnode.flowcontrol.cost.RequestKind;
import io.lesnode.les.client.Question.StateKey;
import io.lesnode.les.client.Retrieval.Failed;
import io.lesnode.les.client.Retrieval.Retrieved;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.EmptyHashes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/**
 * Fetches trie entries and code of the state after a verified block, verifies them against its
 * state root, and keeps them. Any thread; the futures complete on the client loop or, when the
 * answer was here already, at once.
 */
final class OnDemandProofs {
  /**
   * Proofs per request: far below the protocol's 64 because of the credit limit of free clients.
   */
  static final int PROOFS_PER_REQUEST = 16;

  private final Retriever retriever;
  private final VerifiedStore store;

  OnDemandProofs(Retriever retriever, VerifiedStore store) {
    this.retriever = retriever;
    this.store = store;
  }

  /** The code of an account, whose hash was verified before. */
  CompletableFuture<Retrieval<Bytes>> code(BlockHeader header, Address address, Bytes32 codeHash) {
    if (codeHash.equals(EmptyHashes.CODE)) {
      return done(Bytes.EMPTY);
    }
    Bytes stored = store.code(codeHash);
    if (stored != null) {
      return done(stored);
    }
    return retriever.ask(
        new Ask<>(
            "the code of " + address + " at " + name(header),
            new Question.Code(header.hash(), address),
            servesState(header, RequestKind.CODE, 1),
            (server, reply) -> {
              Bytes code = BlockChecks.code(codeHash, reply);
              store.putCode(codeHash, code);
              return code;
            },
            false,
            "no connected server keeps the state of " + name(header)));
  }

  /**
   * Entries of one trie in the state of a block, in the order of the keys; empty where the trie has
   * no such key. Only what is not here already is fetched, in parallel.
   *
   * @param root the root of the trie; verified before
   */
  CompletableFuture<Retrieval<List<Optional<Bytes>>>> entries(
      BlockHeader header, Bytes32 root, List<StateKey> keys) {
    Map<StateKey, Optional<Bytes>> known = new HashMap<>();
    List<StateKey> missing = new ArrayList<>();
    for (StateKey key : keys.stream().distinct().toList()) {
      switch (local(root, key)) {
        case Local.Known(Optional<Bytes> value) -> known.put(key, value);
        case Local.Missing() -> missing.add(key);
      }
    }
    List<CompletableFuture<Retrieval<StateChecks.Proven>>> fetches = new ArrayList<>();
    for (int from = 0; from < missing.size(); from += PROOFS_PER_REQUEST) {
      int to = Math.min(missing.size(), from + PROOFS_PER_REQUEST);
      fetches.add(fetch(header, root, List.copyOf(missing.subList(from, to))));
    }
    return CompletableFuture.allOf(fetches.toArray(CompletableFuture[]::new))
        .thenApply(
            all -> {
              for (CompletableFuture<Retrieval<StateChecks.Proven>> fetch : fetches) {
                if (fetch.join() instanceof Failed<StateChecks.Proven>(RetrievalFailure failure)) {
                  return new Failed<>(failure);
                }
              }
              List<Optional<Bytes>> proven = new ArrayList<>(missing.size());
              fetches.forEach(fetch -> proven.addAll(fetch.join().orElseThrow().values()));
              for (int i = 0; i < missing.size(); i++) {
                known.put(missing.get(i), proven.get(i));
              }
              return new Retrieved<>(
                  keys.stream().map(key -> known.getOrDefault(key, Optional.empty())).toList());
            });
  }

  private CompletableFuture<Retrieval<StateChecks.Proven>> fetch(
      BlockHeader header, Bytes32 root, List<StateKey> keys) {
    return retriever.ask(
        new Ask<>(
            "the state of " + keys.getFirst().address() + " at " + name(header),
            new Question.Proofs(header.hash(), keys),
            servesState(header, RequestKind.PROOFS, keys.size()),
            (server, reply) -> {
              StateChecks.Proven proven = StateChecks.proofs(root, keys, reply);
              store.putNodes(proven.nodes());
              return proven;
            },
            false,
            "no connected server keeps the state of " + name(header)));
  }

  /** What the nodes that are here say of an entry. */
  private sealed interface Local {
    /** The entry, or that there is none. */
    record Known(Optional<Bytes> value) implements Local {}

    /** Nodes on its path are missing. */
    record Missing() implements Local {}
  }

  private Local local(Bytes32 root, StateKey key) {
    if (root.equals(EmptyHashes.TRIE_ROOT)) {
      return new Local.Known(Optional.empty());
    }
    try {
      MerklePatriciaTrie trie = new MerklePatriciaTrie(store, root);
      return new Local.Known(Optional.ofNullable(trie.get(key.trieKey())));
    } catch (MissingNodeException e) {
      return new Local.Missing();
    }
  }

  /** The proof nodes of an entry from the root down; only after {@link #entries} had it. */
  List<Bytes> proof(Bytes32 root, StateKey key) {
    return root.equals(EmptyHashes.TRIE_ROOT)
        ? List.of()
        : new MerklePatriciaTrie(store, root).prove(key.trieKey());
  }

  private static Predicate<ServerPeer> servesState(
      BlockHeader header, RequestKind kind, int items) {
    return server ->
        server.terms().servesStateAt(header.number(), server.head().number())
            && server.maxItems(kind) >= items;
  }

  private static <T> CompletableFuture<Retrieval<T>> done(T value) {
    return CompletableFuture.completedFuture(new Retrieved<>(value));
  }
}
