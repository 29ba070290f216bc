package io.lesnode.les.client;

import static io.lesnode.les.client.Misdeed.Outcome.COUNTED;
import static io.lesnode.les.client.Misdeed.Outcome.HARMLESS;
import static io.lesnode.les.client.Misdeed.Outcome.SHUT_OUT;

import io.lesnode.chain.index.HelperTrie;
import io.lesnode.chain.trie.MerklePatriciaTrie;
import io.lesnode.les.client.Misdeed.Area;
import io.lesnode.les.client.Misdeed.Outcome;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.les.wire.LesMessage.HelperTrieQuery;
import io.lesnode.primitives.BlockHeader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.rlp.RLP;
import org.jspecify.annotations.Nullable;

/** Lies about old headers, which the canonical hash trie proves. */
final class HelperTrieMisdeeds {
  private static final UserQuery[] HEADERS = {
    UserQuery.OLD_HEADER, UserQuery.OLD_HEADERS, UserQuery.LOGS
  };
  private static final Bytes INVENTED_NODE = Bytes.fromHexString("0xc20102");

  /** Another answer; null for no lie about this request. */
  @FunctionalInterface
  private interface TrieLie {
    @Nullable Answer of(Liar liar, LesMessage.GetHelperTrieProofs request, Answer honest);
  }

  private record Answer(List<Bytes> nodes, List<Bytes> headers) {}

  private HelperTrieMisdeeds() {}

  static List<Misdeed> all() {
    List<Misdeed> all = new ArrayList<>(headers());
    all.addAll(nodes());
    return all;
  }

  private static List<Misdeed> headers() {
    return List.of(
        header(
            "the header of another block",
            SHUT_OUT,
            (liar, honest) -> liar.scene.chain.header(liar.scene.rich.number() + 7).encoded()),
        header(
            "the header with another state root",
            SHUT_OUT,
            (liar, honest) ->
                BlockHeader.decode(honest).toBuilder()
                    .stateRoot(liar.scene.chain.header(0).stateRoot())
                    .build()
                    .encoded()),
        header(
            "the header of another chain",
            SHUT_OUT,
            (liar, honest) -> liar.scene.sealed.header(Scene.FOLLOWED).encoded()),
        header("a header of numbers", SHUT_OUT, (liar, honest) -> INVENTED_NODE),
        header("a header of a megabyte", SHUT_OUT, (liar, honest) -> Bytes.wrap(new byte[1 << 20])),
        header("nothing in place of the header", COUNTED, (liar, honest) -> Bytes.EMPTY),
        header("the null header", COUNTED, (liar, honest) -> Bytes.of(0xc0)),
        lie(
            "the proof without the header",
            COUNTED,
            (liar, request, honest) -> new Answer(honest.nodes(), List.of())),
        lie(
            "a header too many",
            SHUT_OUT,
            (liar, request, honest) ->
                new Answer(honest.nodes(), plus(honest.headers(), honest.headers().getFirst()))),
        Misdeed.inReply(
            Area.HELPER_TRIES,
            "two headers swapped",
            SHUT_OUT,
            (liar, request, honest) -> {
              if (!(honest instanceof LesMessage.HelperTrieProofs right)) {
                return false;
              }
              List<Bytes> swapped = new ArrayList<>(right.auxiliary());
              Collections.swap(swapped, 0, 1);
              liar.say(
                  new LesMessage.HelperTrieProofs(
                      right.requestId(), right.bufferValue(), right.nodes(), swapped));
              return true;
            },
            UserQuery.OLD_HEADERS),
        lie(
            "the proof and the header of another block",
            SHUT_OUT,
            (liar, request, honest) -> ofBlock(liar, request, liar.scene.rich.number() + 7)),
        lie(
            "the trie of an older section",
            SHUT_OUT,
            (liar, request, honest) ->
                new Answer(
                    request.queries().stream()
                        .flatMap(
                            query ->
                                liar
                                    .scene
                                    .tries
                                    .prove(
                                        new HelperTrieQuery(
                                            query.type(), 1, query.key(), 0, query.auxiliary()))
                                    .stream())
                        .distinct()
                        .toList(),
                    honest.headers())),
        lie(
            "a trie of its own with another header",
            SHUT_OUT,
            (liar, request, honest) -> {
              BlockHeader forged =
                  BlockHeader.decode(honest.headers().getFirst()).toBuilder()
                      .stateRoot(liar.scene.chain.header(0).stateRoot())
                      .build();
              Bytes key = request.queries().getFirst().key();
              MerklePatriciaTrie trie = new MerklePatriciaTrie();
              trie.put(
                  key,
                  RLP.encodeList(
                      entry -> {
                        entry.writeValue(forged.hash());
                        entry.writeInt(1);
                      }));
              return new Answer(
                  trie.prove(key), Collections.nCopies(honest.headers().size(), forged.encoded()));
            }),
        lie(
            "a proof that there is no such block",
            SHUT_OUT,
            (liar, request, honest) -> {
              Bytes key = request.queries().getFirst().key();
              MerklePatriciaTrie trie = new MerklePatriciaTrie();
              trie.put(key.not(), INVENTED_NODE);
              return new Answer(trie.prove(key), honest.headers());
            }));
  }

  private static List<Misdeed> nodes() {
    return List.of(
        ofNodes(
            "another total difficulty in the leaf",
            SHUT_OUT,
            items -> {
              byte[] leaf = items.getLast().toArray();
              leaf[leaf.length - 1] ^= 1;
              List<Bytes> copy = new ArrayList<>(items);
              copy.set(items.size() - 1, Bytes.wrap(leaf));
              return copy;
            }),
        ofNodes("the root missing", SHUT_OUT, items -> items.subList(1, items.size())),
        ofNodes("the last node missing", SHUT_OUT, items -> items.subList(0, items.size() - 1)),
        ofNodes("an invented node more", SHUT_OUT, items -> plus(items, INVENTED_NODE)),
        ofNodes("a node twice", HARMLESS, items -> plus(items, items.getFirst())),
        ofNodes("the headers without a proof", SHUT_OUT, items -> List.of()),
        ofNodes(
            "a hundred thousand nested lists as the root",
            SHUT_OUT,
            items -> List.of(SessionMisdeeds.nested(100_000))),
        lie("nothing at all", COUNTED, (liar, request, honest) -> new Answer(List.of(), List.of())),
        Misdeed.inReply(
            Area.HELPER_TRIES,
            "a ProofsV2 reply with the same nodes",
            SHUT_OUT,
            (liar, request, honest) -> {
              if (!(honest instanceof LesMessage.HelperTrieProofs right)) {
                return false;
              }
              liar.say(
                  new LesMessage.ProofsV2(right.requestId(), right.bufferValue(), right.nodes()));
              return true;
            },
            HEADERS),
        Misdeed.inReply(
            Area.HELPER_TRIES,
            "a BlockHeaders reply with the same headers",
            SHUT_OUT,
            (liar, request, honest) -> {
              if (!(honest instanceof LesMessage.HelperTrieProofs right)) {
                return false;
              }
              liar.say(
                  new LesMessage.BlockHeaders(
                      right.requestId(), right.bufferValue(), right.auxiliary()));
              return true;
            },
            HEADERS));
  }

  private static Answer ofBlock(Liar liar, LesMessage.GetHelperTrieProofs request, long number) {
    HelperTrieQuery asked = request.queries().getFirst();
    List<Bytes> nodes =
        liar.scene.tries.prove(
            new HelperTrieQuery(
                asked.type(), asked.section(), HelperTrie.chtKey(number), 0, asked.auxiliary()));
    return new Answer(
        nodes,
        Collections.nCopies(request.queries().size(), liar.scene.chain.header(number).encoded()));
  }

  /** Another header. */
  @FunctionalInterface
  private interface HeaderLie {
    Bytes of(Liar liar, Bytes honest);
  }

  private static Misdeed header(String name, Outcome outcome, HeaderLie lie) {
    return lie(
        name,
        outcome,
        (liar, request, honest) -> {
          List<Bytes> headers = new ArrayList<>(honest.headers());
          headers.set(0, lie.of(liar, headers.getFirst()));
          return new Answer(honest.nodes(), headers);
        });
  }

  private static Misdeed ofNodes(String name, Outcome outcome, UnaryOperator<List<Bytes>> lie) {
    return lie(
        name,
        outcome,
        (liar, request, honest) -> new Answer(lie.apply(honest.nodes()), honest.headers()));
  }

  private static Misdeed lie(String name, Outcome outcome, TrieLie lie) {
    return Misdeed.inReply(
        Area.HELPER_TRIES,
        name,
        outcome,
        (liar, request, honest) -> {
          if (!(honest instanceof LesMessage.HelperTrieProofs right)
              || !(request instanceof LesMessage.GetHelperTrieProofs asked)
              || asked.queries().getFirst().type() != HelperTrieQuery.CANONICAL_HASH_TRIE) {
            return false;
          }
          Answer changed = lie.of(liar, asked, new Answer(right.nodes(), right.auxiliary()));
          if (changed == null) {
            return false;
          }
          liar.say(
              new LesMessage.HelperTrieProofs(
                  right.requestId(), right.bufferValue(), changed.nodes(), changed.headers()));
          return true;
        },
        HEADERS);
  }

  private static List<Bytes> plus(List<Bytes> items, Bytes more) {
    List<Bytes> copy = new ArrayList<>(items);
    copy.add(more);
    return copy;
  }
}
