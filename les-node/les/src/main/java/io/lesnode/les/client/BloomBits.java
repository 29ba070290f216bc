package io.lesnode.les.client;

import io.lesnode.chain.index.CheckpointEntry;
import io.lesnode.chain.index.HelperTrie;
import io.lesnode.chain.trie.MerklePatriciaTrie;
import io.lesnode.chain.trie.MissingNodeException;
import io.lesnode.chain.trie.NodeSource;
import io.lesnode.flowcontrol.cost.RequestKind;
import io.lesnode.les.client.Question.BloomBit;
import io.lesnode.les.client.Retrieval.Retrieved;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.primitives.EmptyHashes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;

/**
 * Bloom bits of trusted sections: from the nodes that are here, else proven by servers, many in one
 * request; what was proven is kept. Any thread but, since it reads the disk, not the client loop.
 */
final class BloomBits {
  private final Retriever retriever;
  private final ServerTable servers;
  private final ClientLoop loop;
  private final VerifiedStore store;
  private final TrustedSections trusted;
  private final NodeSource nodes;

  BloomBits(
      Retriever retriever,
      ServerTable servers,
      ClientLoop loop,
      VerifiedStore store,
      TrustedSections trusted) {
    this.retriever = retriever;
    this.servers = servers;
    this.loop = loop;
    this.store = store;
    this.trusted = trusted;
    this.nodes =
        hash -> {
          Bytes own = trusted.node(HelperTrie.BLOOM, hash);
          return own != null ? own : store.node(hash);
        };
  }

  /** The length of a vector. */
  int sectionBytes() {
    return Math.toIntExact(trusted.sections().blocks() / 8);
  }

  /** The vectors of these bits if all are here, else null. */
  @Nullable Map<BloomBit, Bytes> local(CheckpointEntry newest, List<BloomBit> bits) {
    Map<BloomBit, Bytes> found = HashMap.newHashMap(bits.size());
    for (BloomBit bit : bits) {
      Bytes vector = local(newest, bit);
      if (vector == null) {
        return null;
      }
      found.put(bit, vector);
    }
    return found;
  }

  private @Nullable Bytes local(CheckpointEntry newest, BloomBit bit) {
    if (newest.bloomRoot().equals(EmptyHashes.TRIE_ROOT)) {
      return Bytes.wrap(new byte[sectionBytes()]);
    }
    try {
      Bytes compressed = new MerklePatriciaTrie(nodes, newest.bloomRoot()).get(bit.key());
      return compressed == null
          ? Bytes.wrap(new byte[sectionBytes()])
          : HelperTrieChecks.vector(compressed, sectionBytes());
    } catch (MissingNodeException | InvalidAnswerException e) {
      return null;
    }
  }

  /** The vectors of these bits, fetched where they are not here. */
  CompletableFuture<Retrieval<Map<BloomBit, Bytes>>> vectors(
      CheckpointEntry newest, List<BloomBit> bits) {
    Map<BloomBit, Bytes> found = new HashMap<>();
    List<BloomBit> missing = new ArrayList<>();
    for (BloomBit bit : bits) {
      Bytes vector = local(newest, bit);
      if (vector == null) {
        missing.add(bit);
      } else {
        found.put(bit, vector);
      }
    }
    if (missing.isEmpty()) {
      return CompletableFuture.completedFuture(new Retrieved<>(found));
    }
    return Retrievals.inParts(
            loop,
            missing,
            () -> servers.itemsPerRequest(RequestKind.HELPER_TRIE_PROOFS),
            part -> ask(newest, part))
        .thenApply(
            fetched ->
                fetched.map(
                    vectors -> {
                      for (int i = 0; i < missing.size(); i++) {
                        found.put(missing.get(i), vectors.get(i));
                      }
                      return found;
                    }));
  }

  private CompletableFuture<Retrieval<List<Bytes>>> ask(
      CheckpointEntry newest, List<BloomBit> bits) {
    String what = "bloom bits of section " + bits.getFirst().section();
    return retriever.ask(
        new Ask<>(
            what,
            Question.HelperTrie.bits(newest.sectionIndex(), bits),
            server ->
                trusted.servedAt(server.head().number(), newest)
                    && server.maxItems(RequestKind.HELPER_TRIE_PROOFS) >= bits.size(),
            (server, reply) -> {
              HelperTrieChecks.ProvenBits proven =
                  HelperTrieChecks.bits(newest.bloomRoot(), bits, sectionBytes(), reply);
              store.putNodes(proven.nodes());
              return proven.vectors();
            },
            false,
            "no connected server is far enough to prove bloom bits by section "
                + newest.sectionIndex()));
  }

  /**
   * The nodes of the tries of a section on the paths of what the next one adds: proofs that it is
   * not there yet. Gives way to a person's questions.
   */
  CompletableFuture<Retrieval<Map<Bytes32, Bytes>>> edge(
      CheckpointEntry section, List<Integer> bits) {
    long next = section.sectionIndex() + 1;
    List<BloomBit> keys = bits.stream().map(bit -> new BloomBit(bit, next)).toList();
    return Retrievals.inParts(
            loop,
            keys,
            () -> servers.itemsPerRequest(RequestKind.HELPER_TRIE_PROOFS),
            part ->
                askNodes(
                    section,
                    "the edge of the bloom trie of section " + section.sectionIndex(),
                    Question.HelperTrie.bits(section.sectionIndex(), part),
                    reply ->
                        HelperTrieChecks.bits(section.bloomRoot(), part, sectionBytes(), reply)
                            .nodes()))
        .thenApply(outcome -> outcome.map(BloomBits::merged));
  }

  /** The same of the hash trie. */
  CompletableFuture<Retrieval<Map<Bytes32, Bytes>>> chtEdge(CheckpointEntry section) {
    long number = trusted.sections().last(section.sectionIndex()) + 1;
    return askNodes(
            section,
            "the edge of the hash trie of section " + section.sectionIndex(),
            Question.HelperTrie.absence(section.sectionIndex(), number),
            reply -> HelperTrieChecks.absence(section.chtRoot(), number, reply))
        .thenApply(outcome -> outcome.map(BloomBits::merged));
  }

  private static Map<Bytes32, Bytes> merged(List<Map<Bytes32, Bytes>> parts) {
    Map<Bytes32, Bytes> all = new HashMap<>();
    parts.forEach(all::putAll);
    return all;
  }

  private interface NodesOf {
    Map<Bytes32, Bytes> of(LesMessage.Reply reply) throws InvalidAnswerException;
  }

  private CompletableFuture<Retrieval<List<Map<Bytes32, Bytes>>>> askNodes(
      CheckpointEntry section, String what, Question.HelperTrie question, NodesOf check) {
    return retriever.ask(
        new Ask<>(
            what,
            question,
            server ->
                trusted.servedAt(server.head().number(), section)
                    && server.maxItems(RequestKind.HELPER_TRIE_PROOFS) >= question.amount(),
            (server, reply) -> List.of(check.of(reply)),
            true,
            "no connected server is far enough to prove by section " + section.sectionIndex()));
  }
}
