package io.lesnode.les.client;

import io.lesnode.chain.index.CheckpointEntry;
import io.lesnode.flowcontrol.cost.RequestKind;
import io.lesnode.les.client.Retrieval.Failed;
import io.lesnode.les.client.Retrieval.Retrieved;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;

/**
 * Canonical headers at any height: from our own chain where it has them, else proven by the
 * canonical hash trie of a section that we trust, many in one request. What was proven is kept. Any
 * thread but, since it reads the disk, not the client loop; the futures complete on the client loop
 * or, when all is here already, at once.
 */
final class OldHeaders {
  private final Retriever retriever;
  private final ServerTable servers;
  private final ClientLoop loop;
  private final HeaderChain chain;
  private final HeaderStore store;
  private final TrustedSections trusted;

  OldHeaders(
      Retriever retriever,
      ServerTable servers,
      ClientLoop loop,
      HeaderChain chain,
      HeaderStore store,
      TrustedSections trusted) {
    this.retriever = retriever;
    this.servers = servers;
    this.loop = loop;
    this.chain = chain;
    this.store = store;
    this.trusted = trusted;
  }

  /** The canonical header at a height; empty above the head. */
  CompletableFuture<Retrieval<Optional<VerifiedOldHeader>>> byNumber(long number) {
    if (number < 0 || number > chain.head().number()) {
      return done(Optional.empty());
    }
    return byNumbers(List.of(number)).thenApply(found -> found.map(all -> Optional.of(all.get(0))));
  }

  /**
   * A header by its hash: one of our own, canonical or not, else one that was here and was removed;
   * empty where its height is not known.
   */
  CompletableFuture<Retrieval<Optional<VerifiedOldHeader>>> byHash(Bytes32 hash) {
    HeaderChain.Head known = chain.known(hash);
    if (known != null) {
      return done(Optional.of(new VerifiedOldHeader(known.header(), known.totalDifficulty())));
    }
    OptionalLong number = store.number(hash);
    return number.isEmpty()
        ? done(Optional.empty())
        : byNumber(number.getAsLong())
            .thenApply(
                found ->
                    found.map(old -> old.filter(header -> header.header().hash().equals(hash))));
  }

  /** The canonical headers of these heights, in their order; none may be above the head. */
  CompletableFuture<Retrieval<List<VerifiedOldHeader>>> byNumbers(List<Long> numbers) {
    Map<Long, VerifiedOldHeader> found = new HashMap<>();
    List<Long> missing = new ArrayList<>();
    for (long number : numbers.stream().distinct().toList()) {
      VerifiedOldHeader local = local(number);
      if (local == null) {
        missing.add(number);
      } else {
        found.put(number, local);
      }
    }
    if (missing.isEmpty()) {
      return done(numbers.stream().map(found::get).toList());
    }
    Optional<CheckpointEntry> section = trusted.newest();
    long end = section.map(s -> trusted.sections().last(s.sectionIndex()) + 1).orElse(0L);
    for (long number : missing) {
      if (section.isEmpty() || number >= end) {
        return CompletableFuture.completedFuture(
            new Failed<>(new RetrievalFailure.UnknownBlock(name(number), String.valueOf(number))));
      }
    }
    CheckpointEntry newest = section.orElseThrow();
    return Retrievals.inParts(
            loop,
            missing,
            () -> servers.itemsPerRequest(RequestKind.HELPER_TRIE_PROOFS),
            part -> ask(newest, part))
        .thenApply(
            fetched ->
                fetched.map(
                    proven -> {
                      proven.forEach(old -> found.put(old.header().number(), old));
                      return numbers.stream().map(found::get).toList();
                    }));
  }

  private @Nullable VerifiedOldHeader local(long number) {
    Bytes32 hash = chain.canonicalHash(number);
    HeaderChain.Head head = hash == null ? null : chain.known(hash);
    return head == null ? null : new VerifiedOldHeader(head.header(), head.totalDifficulty());
  }

  private CompletableFuture<Retrieval<List<VerifiedOldHeader>>> ask(
      CheckpointEntry section, List<Long> numbers) {
    return retriever.ask(
        new Ask<>(
            name(numbers.getFirst()),
            Question.HelperTrie.headers(section.sectionIndex(), numbers),
            server ->
                trusted.servedAt(server.head().number(), section)
                    && server.maxItems(RequestKind.HELPER_TRIE_PROOFS) >= numbers.size(),
            (server, reply) -> {
              List<VerifiedOldHeader> proven =
                  HelperTrieChecks.headers(section.chtRoot(), numbers, reply);
              store.putOld(proven);
              return proven;
            },
            false,
            "no connected server is far enough to prove headers by section "
                + section.sectionIndex()));
  }

  private static String name(long number) {
    return "header " + number;
  }

  private static <T> CompletableFuture<Retrieval<T>> done(T value) {
    return CompletableFuture.completedFuture(new Retrieved<>(value));
  }
}
