package io.lesnode.les.client;

import static io.lesnode.les.client.Misdeed.Outcome.COUNTED;
import static io.lesnode.les.client.Misdeed.Outcome.HARMLESS;
import static io.lesnode.les.client.Misdeed.Outcome.SHUT_OUT;

import io.lesnode.chain.index.BitCompression;
import io.lesnode.chain.trie.MerklePatriciaTrie;
import io.lesnode.les.client.Misdeed.Area;
import io.lesnode.les.client.Misdeed.Outcome;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.les.wire.LesMessage.HelperTrieQuery;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.rlp.RLP;

/** Lies about bloom bits, and about the receipts and bodies of many blocks, which hide logs. */
final class BloomMisdeeds {
  private static final Bytes INVENTED_NODE = Bytes.fromHexString("0xc20102");

  /** Other nodes in place of a proof of bloom bits. */
  @FunctionalInterface
  private interface BitsLie {
    List<Bytes> of(Scene scene, List<HelperTrieQuery> asked, List<Bytes> honest);
  }

  private BloomMisdeeds() {}

  static List<Misdeed> all() {
    List<Misdeed> all = new ArrayList<>(bits());
    all.addAll(manyBlocks());
    return all;
  }

  private static List<Misdeed> bits() {
    return List.of(
        bits(
            "bits: those without any block, in a trie of its own",
            SHUT_OUT,
            (scene, asked, honest) -> invented(asked, Bytes.wrap(new byte[8]))),
        bits(
            "bits: those with every block, in a trie of its own",
            SHUT_OUT,
            (scene, asked, honest) -> invented(asked, Bytes.repeat((byte) 0xff, 8))),
        bits(
            "bits: those that do not decompress, in a trie of its own",
            SHUT_OUT,
            (scene, asked, honest) -> {
              MerklePatriciaTrie trie = new MerklePatriciaTrie();
              asked.forEach(query -> trie.put(query.key(), Bytes.repeat((byte) 0xee, 60)));
              return proofs(trie, asked);
            }),
        bits(
            "bits: a proof that nobody ever set the bit",
            SHUT_OUT,
            (scene, asked, honest) -> {
              MerklePatriciaTrie trie = new MerklePatriciaTrie();
              trie.put(asked.getFirst().key().not(), INVENTED_NODE);
              return proofs(trie, asked);
            }),
        bits(
            "bits: others than those asked for",
            SHUT_OUT,
            (scene, asked, honest) ->
                ofTrie(
                    scene,
                    asked.stream()
                        .map(
                            query -> {
                              Bytes key = query.key();
                              Bytes other =
                                  Bytes.concatenate(
                                      Bytes.ofUnsignedShort(key.getInt(0) >>> 16 ^ 0x2aa),
                                      key.slice(2));
                              return new HelperTrieQuery(
                                  query.type(), query.section(), other, 0, query.auxiliary());
                            })
                        .toList())),
        bits(
            "bits: the trie of an older section",
            SHUT_OUT,
            (scene, asked, honest) ->
                ofTrie(
                    scene,
                    asked.stream()
                        .map(
                            query ->
                                new HelperTrieQuery(
                                    query.type(), 1, query.key(), 0, query.auxiliary()))
                        .toList())),
        bits(
            "bits: one bit of the vector changed",
            SHUT_OUT,
            (scene, asked, honest) -> {
              byte[] leaf = honest.getLast().toArray();
              leaf[leaf.length - 1] ^= 1;
              List<Bytes> copy = new ArrayList<>(honest);
              copy.set(honest.size() - 1, Bytes.wrap(leaf));
              return copy;
            }),
        nodes("bits: the root missing", SHUT_OUT, items -> items.subList(1, items.size())),
        nodes("bits: the last node missing", SHUT_OUT, items -> items.subList(0, items.size() - 1)),
        nodes("bits: an invented node more", SHUT_OUT, items -> plus(items, INVENTED_NODE)),
        nodes("bits: a node twice", HARMLESS, items -> plus(items, items.getFirst())),
        nodes("bits: nothing at all", COUNTED, items -> List.of()),
        Misdeed.inReply(
            Area.HELPER_TRIES,
            "bits: a header that nobody asked for",
            SHUT_OUT,
            (liar, request, honest) -> {
              if (!isBloom(request) || !(honest instanceof LesMessage.HelperTrieProofs right)) {
                return false;
              }
              liar.say(
                  new LesMessage.HelperTrieProofs(
                      right.requestId(),
                      right.bufferValue(),
                      right.nodes(),
                      List.of(liar.scene.rich.encoded())));
              return true;
            },
            UserQuery.LOGS));
  }

  private static List<Misdeed> manyBlocks() {
    return List.of(
        receipts(
            "of many blocks: the lists of two swapped",
            SHUT_OUT,
            lists -> {
              List<Bytes> copy = new ArrayList<>(lists);
              Collections.swap(copy, 0, 1);
              return copy;
            }),
        receipts(
            "of many blocks: one list empty",
            SHUT_OUT,
            lists -> {
              List<Bytes> copy = new ArrayList<>(lists);
              copy.set(1, Bytes.of(0xc0));
              return copy;
            }),
        receipts(
            "of many blocks: a list twice in place of another",
            SHUT_OUT,
            lists -> {
              List<Bytes> copy = new ArrayList<>(lists);
              copy.set(1, copy.getFirst());
              return copy;
            }),
        receipts("of many blocks: a list more", SHUT_OUT, lists -> plus(lists, lists.getFirst())),
        receipts(
            "of many blocks: the receipts of the first one in reverse",
            SHUT_OUT,
            lists -> {
              List<Bytes> copy = new ArrayList<>(lists);
              copy.set(0, reversed(copy.getFirst()));
              return copy;
            }),
        receipts("of many blocks: none", COUNTED, lists -> List.of()));
  }

  private static Bytes reversed(Bytes list) {
    List<io.lesnode.primitives.Receipt> receipts =
        new ArrayList<>(BlockChecks.decodeReceipts(list));
    receipts.add(receipts.removeFirst());
    if (receipts.size() < 2) {
      receipts.add(receipts.getFirst());
    }
    return RLP.encodeList(writer -> receipts.forEach(receipt -> receipt.writeTo(writer)));
  }

  private static Misdeed receipts(String name, Outcome outcome, UnaryOperator<List<Bytes>> lie) {
    return Misdeed.inReply(
        Area.RECEIPTS,
        name,
        outcome,
        (liar, request, honest) -> {
          if (!(honest instanceof LesMessage.Receipts right) || right.receiptLists().size() < 2) {
            return false;
          }
          liar.say(
              new LesMessage.Receipts(
                  right.requestId(), right.bufferValue(), lie.apply(right.receiptLists())));
          return true;
        },
        UserQuery.LOGS);
  }

  private static List<Bytes> invented(List<HelperTrieQuery> asked, Bytes vector) {
    Bytes compressed = Bytes.wrap(BitCompression.compress(vector.toArray()));
    MerklePatriciaTrie trie = new MerklePatriciaTrie();
    for (HelperTrieQuery query : asked) {
      // a trie has no empty values
      trie.put(query.key(), compressed.isEmpty() ? Bytes.of(0) : compressed);
    }
    return proofs(trie, asked);
  }

  private static List<Bytes> proofs(MerklePatriciaTrie trie, List<HelperTrieQuery> asked) {
    return asked.stream().flatMap(query -> trie.prove(query.key()).stream()).distinct().toList();
  }

  private static List<Bytes> ofTrie(Scene scene, List<HelperTrieQuery> queries) {
    return queries.stream().flatMap(q -> scene.tries.prove(q).stream()).distinct().toList();
  }

  private static Misdeed nodes(String name, Outcome outcome, UnaryOperator<List<Bytes>> lie) {
    return bits(name, outcome, (scene, asked, honest) -> lie.apply(honest));
  }

  private static Misdeed bits(String name, Outcome outcome, BitsLie lie) {
    return Misdeed.inReply(
        Area.HELPER_TRIES,
        name,
        outcome,
        (liar, request, honest) -> {
          if (!isBloom(request)
              || !(honest instanceof LesMessage.HelperTrieProofs right)
              || !(request instanceof LesMessage.GetHelperTrieProofs asked)) {
            return false;
          }
          liar.say(
              new LesMessage.HelperTrieProofs(
                  right.requestId(),
                  right.bufferValue(),
                  lie.of(liar.scene, asked.queries(), right.nodes()),
                  List.of()));
          return true;
        },
        UserQuery.LOGS);
  }

  private static boolean isBloom(LesMessage.Request request) {
    return request instanceof LesMessage.GetHelperTrieProofs asked
        && asked.queries().getFirst().type() == HelperTrieQuery.BLOOM_TRIE;
  }

  private static List<Bytes> plus(List<Bytes> items, Bytes more) {
    List<Bytes> copy = new ArrayList<>(items);
    copy.add(more);
    return copy;
  }
}
