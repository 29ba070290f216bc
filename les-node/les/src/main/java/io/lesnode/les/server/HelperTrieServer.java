package io.lesnode.les.server;

import io.lesnode.chain.index.HelperTrie;
import io.lesnode.chain.trie.MissingNodeException;
import io.lesnode.chain.trie.TrieProver;
import io.lesnode.les.wire.LesCodec;
import io.lesnode.les.wire.LesLimits;
import io.lesnode.les.wire.LesMessage.HelperTrieQuery;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Collects the helper trie proofs of one request over one view; confined to the worker.
 *
 * <p>Differs from geth, which leaves a request in silence when it asks for a trie that is not here:
 * the answer is empty then. geth's client takes silence for a dead server and disconnects after ten
 * seconds; an empty answer is one that it cannot use, and it asks another server
 * (HelperTrieServerTest.whatIsNotHereIsAnsweredEmpty).
 *
 * <p>Reference: geth v1.10.26, les/server_requests.go handleGetHelperTrieProofs.
 */
final class HelperTrieServer {

  private static final Logger LOG = LoggerFactory.getLogger(HelperTrieServer.class);
  private static final Bytes NOT_HERE = body(List.of(), List.of());

  /** The RLP of no header, which geth sends where it lacks one. */
  private static final Bytes NO_HEADER = Bytes.of(0xc0);

  private final ServedView view;
  private final StopSignal stop;
  private final ProofNodes nodes = new ProofNodes();
  private final List<Bytes> headers = new ArrayList<>();
  private long headerBytes;

  HelperTrieServer(ServedView view, StopSignal stop) {
    this.view = view;
    this.stop = stop;
  }

  /** The body of the reply, or null if the request was stopped. */
  @Nullable Bytes collect(List<HelperTrieQuery> queries) {
    HelperTrieQuery last = null;
    TrieProver trie = null;
    for (HelperTrieQuery query : queries) {
      if (last != null && stop.isStopped()) {
        return null;
      }
      if (last == null || query.type() != last.type() || query.section() != last.section()) {
        trie = open(query).orElse(null);
      }
      last = query;
      if (trie == null || !prove(trie, query)) {
        return NOT_HERE;
      }
      if (nodes.sizeBytes() + headerBytes >= LesLimits.SOFT_RESPONSE_BYTES) {
        break;
      }
    }
    return body(nodes.nodes(), headers);
  }

  private Optional<TrieProver> open(HelperTrieQuery query) {
    if (query.type() == HelperTrieQuery.CANONICAL_HASH_TRIE) {
      return view.helperTrie(HelperTrie.CHT, query.section());
    }
    return query.type() == HelperTrieQuery.BLOOM_TRIE
        ? view.helperTrie(HelperTrie.BLOOM, query.section())
        : Optional.empty();
  }

  private boolean prove(TrieProver trie, HelperTrieQuery query) {
    try {
      trie.prove(query.key(), level(query.fromLevel()), nodes);
    } catch (MissingNodeException e) {
      LOG.error("Section {} of a helper trie is damaged: {}", query.section(), e.getMessage());
      return false;
    }
    if (query.type() == HelperTrieQuery.CANONICAL_HASH_TRIE
        && query.auxiliary() == HelperTrieQuery.AUXILIARY_HEADER
        && query.key().size() == Long.BYTES) {
      Bytes header = view.header(query.key().toLong()).orElse(NO_HEADER);
      headers.add(header);
      headerBytes += header.size();
    }
    return true;
  }

  private static int level(long fromLevel) {
    return fromLevel < 0 ? Integer.MAX_VALUE : (int) Math.min(fromLevel, Integer.MAX_VALUE);
  }

  private static Bytes body(Iterable<Bytes> nodes, List<Bytes> headers) {
    return LesCodec.encodeRawItems(
        List.of(LesCodec.encodeRawItems(nodes), LesCodec.encodeStrings(headers)));
  }
}
