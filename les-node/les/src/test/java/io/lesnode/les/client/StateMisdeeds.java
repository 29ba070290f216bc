package io.lesnode.les.client;

import static io.lesnode.les.client.Misdeed.Outcome.COUNTED;
import static io.lesnode.les.client.Misdeed.Outcome.HARMLESS;
import static io.lesnode.les.client.Misdeed.Outcome.SHUT_OUT;

import io.lesnode.chain.trie.MerklePatriciaTrie;
import io.lesnode.les.client.Misdeed.Area;
import io.lesnode.les.client.Misdeed.Outcome;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.primitives.Account;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.EmptyHashes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.rlp.RLP;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/** Lies about accounts, storage and code. */
final class StateMisdeeds {
  private static final UserQuery[] STATE = {
    UserQuery.ACCOUNT, UserQuery.BALANCE, UserQuery.STORAGE, UserQuery.PROOF, UserQuery.CALL
  };
  private static final Bytes USELESS_NODE = Bytes.fromHexString("0xc20102");
  private static final int GIANT_BYTES = 1 << 20;

  /** Another list of nodes; null for no lie about this request. */
  @FunctionalInterface
  private interface NodesLie {
    @Nullable List<Bytes> of(Liar liar, LesMessage.GetProofsV2 request, List<Bytes> honest);
  }

  private StateMisdeeds() {}

  static List<Misdeed> all() {
    List<Misdeed> all = new ArrayList<>(proofs());
    all.addAll(proofsOfOtherThings());
    all.addAll(codes());
    return all;
  }

  private static List<Misdeed> proofs() {
    return List.of(
        nodes("a changed value in the leaf", SHUT_OUT, items -> withLast(items, flipped(items))),
        nodes("the root missing", SHUT_OUT, items -> items.subList(1, items.size())),
        nodes("the last node missing", SHUT_OUT, items -> items.subList(0, items.size() - 1)),
        proof(
            "a node on the way missing",
            SHUT_OUT,
            (liar, request, items) -> items.size() < 3 ? null : without(items, 1),
            UserQuery.ACCOUNT,
            UserQuery.BALANCE),
        nodes("a useless invented node more", SHUT_OUT, items -> plus(items, USELESS_NODE)),
        nodes("a node twice", HARMLESS, items -> plus(items, items.getFirst())),
        nodes("the nodes in reverse", HARMLESS, StateMisdeeds::reversed, STATE_LONG),
        nodes("a node cut short", SHUT_OUT, items -> withLast(items, cut(items.getLast()))),
        nodes(
            "a node that is a string",
            SHUT_OUT,
            items -> withLast(items, RLP.encodeValue(items.getLast()))),
        nodes(
            "a giant node more",
            SHUT_OUT,
            items -> plus(items, RLP.encodeList(w -> w.writeValue(zeros(GIANT_BYTES))))),
        nodes("four thousand invented nodes", SHUT_OUT, items -> invented(items, 4_000)),
        nodes("more nodes than any proof has", SHUT_OUT, items -> invented(items, 5_000)),
        nodes(
            "the root with a hundred thousand nested lists",
            SHUT_OUT,
            items -> List.of(SessionMisdeeds.nested(100_000))),
        nodes(
            "a leaf with a hundred thousand nested lists",
            SHUT_OUT,
            items -> withLast(items, SessionMisdeeds.nested(100_000))),
        nodes("only invented nodes", SHUT_OUT, items -> List.of(USELESS_NODE)),
        nodes("the null node alone", SHUT_OUT, items -> List.of(Bytes.of(0x80))),
        nodes("no node at all", COUNTED, items -> List.of()),
        nodes("the root alone", SHUT_OUT, items -> items.subList(0, 1)),
        Misdeed.inReply(
            Area.PROOFS,
            "a Code reply",
            SHUT_OUT,
            (liar, request, honest) -> {
              if (!(honest instanceof LesMessage.ProofsV2 right)) {
                return false;
              }
              liar.say(new LesMessage.Code(right.requestId(), right.bufferValue(), right.nodes()));
              return true;
            },
            STATE),
        Misdeed.inReply(
            Area.PROOFS,
            "a HelperTrieProofs reply with the same nodes",
            SHUT_OUT,
            (liar, request, honest) -> {
              if (!(honest instanceof LesMessage.ProofsV2 right)) {
                return false;
              }
              liar.say(
                  new LesMessage.HelperTrieProofs(
                      right.requestId(), right.bufferValue(), right.nodes(), List.of()));
              return true;
            },
            STATE));
  }

  private static final UserQuery[] STATE_LONG = {UserQuery.ACCOUNT, UserQuery.BALANCE};

  private static List<Misdeed> proofsOfOtherThings() {
    return List.of(
        proof(
            "the state of the block before",
            SHUT_OUT,
            (liar, request, items) -> {
              Scene scene = liar.scene;
              BlockHeader before = scene.chain.header(scene.rich.number() - 1);
              return scene.executed.accountProof(before, scene.changedAccount());
            },
            UserQuery.ACCOUNT),
        proof(
            "the state of the block after",
            SHUT_OUT,
            (liar, request, items) -> {
              Scene scene = liar.scene;
              BlockHeader after = scene.chain.header(scene.rich.number() + 1);
              return scene.executed.accountProof(after, scene.changedAccount());
            },
            UserQuery.ACCOUNT),
        proof(
            "the state of the genesis block",
            SHUT_OUT,
            (liar, request, items) ->
                liar.scene.executed.accountProof(
                    liar.scene.chain.header(0), liar.scene.changedAccount()),
            UserQuery.ACCOUNT),
        proof(
            "the proof of another account",
            SHUT_OUT,
            (liar, request, items) ->
                liar.scene.executed.accountProof(liar.scene.rich, liar.scene.absentAccount()),
            UserQuery.ACCOUNT),
        proof(
            "another account's leaf in place of the right one",
            SHUT_OUT,
            (liar, request, items) ->
                withLast(
                    items,
                    liar.scene
                        .executed
                        .accountProof(liar.scene.rich, liar.scene.rich.coinbase())
                        .getLast()),
            UserQuery.ACCOUNT),
        proof(
            "a true but useless node more",
            SHUT_OUT,
            (liar, request, items) ->
                plus(
                    items,
                    liar.scene
                        .executed
                        .accountProof(liar.scene.chain.header(0), liar.scene.changedAccount())
                        .getFirst()),
            UserQuery.ACCOUNT),
        proof(
            "an absence where the account exists, under an invented root",
            SHUT_OUT,
            (liar, request, items) -> inventedAbsence(request.queries().getFirst().key()),
            UserQuery.BALANCE),
        proof(
            "an invented account that nobody has, in a trie of its own",
            SHUT_OUT,
            (liar, request, items) -> inventedAccount(request.queries().getFirst().key()),
            UserQuery.NO_ACCOUNT),
        proof(
            "the leaf of an existing account for one that does not exist",
            SHUT_OUT,
            (liar, request, items) ->
                plus(
                    items,
                    liar.scene
                        .executed
                        .accountProof(liar.scene.rich, liar.scene.changedAccount())
                        .getLast()),
            UserQuery.NO_ACCOUNT),
        storage(
            "the storage of another account",
            SHUT_OUT,
            (liar, query, right) -> {
              BlockHeader header = headerOf(liar.scene, query.blockHash());
              return liar.scene.executed.storageProof(
                  header,
                  liar.scene.otherContract(header, query.accountKey()),
                  Scene.slotHash(UInt256.ZERO));
            },
            UserQuery.STORAGE,
            UserQuery.PROOF),
        storage("no storage", COUNTED, (liar, query, right) -> List.of(), UserQuery.STORAGE),
        storage(
            "another account in place of the storage",
            SHUT_OUT,
            (liar, query, right) ->
                liar.scene.executed.accountProof(
                    headerOf(liar.scene, query.blockHash()), liar.scene.rich.coinbase()),
            UserQuery.STORAGE),
        storage(
            "the root of the storage alone",
            SHUT_OUT,
            (liar, query, right) -> right.subList(0, 1),
            UserQuery.STORAGE,
            UserQuery.PROOF),
        storage(
            "an invented value in a storage trie of its own",
            SHUT_OUT,
            (liar, query, right) -> {
              MerklePatriciaTrie trie = new MerklePatriciaTrie();
              trie.put(query.key(), RLP.encodeValue(Bytes.of(99)));
              return trie.prove(query.key());
            },
            UserQuery.STORAGE,
            UserQuery.CALL));
  }

  /** Other nodes in place of those that prove one slot. */
  @FunctionalInterface
  private interface StorageLie {
    List<Bytes> of(Liar liar, LesMessage.ProofQuery query, List<Bytes> honest);
  }

  /** A lie about the first slot that is asked for, with the account or alone. */
  private static Misdeed storage(
      String name, Outcome outcome, StorageLie lie, UserQuery... queries) {
    return proof(
        name,
        outcome,
        (liar, request, items) -> {
          for (LesMessage.ProofQuery query : request.queries()) {
            if (!query.accountKey().isEmpty()) {
              List<Bytes> right =
                  liar.scene.executed.storageProof(
                      headerOf(liar.scene, query.blockHash()), query.accountKey(), query.key());
              List<Bytes> changed = new ArrayList<>(items);
              changed.removeAll(right);
              changed.addAll(lie.of(liar, query, right));
              return changed;
            }
          }
          return null;
        },
        queries);
  }

  private static List<Misdeed> codes() {
    return List.of(
        code(
            "the code of another contract",
            SHUT_OUT,
            (liar, code) -> List.of(otherCode(liar, code))),
        code("one bit changed", SHUT_OUT, (liar, code) -> List.of(flip(code, code.size() - 1))),
        code("cut short", SHUT_OUT, (liar, code) -> List.of(code.slice(0, code.size() - 1))),
        code(
            "one byte more",
            SHUT_OUT,
            (liar, code) -> List.of(Bytes.concatenate(code, Bytes.of(0)))),
        code("an empty code", SHUT_OUT, (liar, code) -> List.of(Bytes.EMPTY)),
        code("the code twice", SHUT_OUT, (liar, code) -> List.of(code, code)),
        code("five megabytes", SHUT_OUT, (liar, code) -> List.of(zeros(5 << 20))),
        code("no code at all", COUNTED, (liar, code) -> List.of()),
        Misdeed.inReply(
            Area.CODE,
            "a ProofsV2 reply",
            SHUT_OUT,
            (liar, request, honest) -> {
              if (!(honest instanceof LesMessage.Code right)) {
                return false;
              }
              liar.say(new LesMessage.ProofsV2(right.requestId(), right.bufferValue(), List.of()));
              return true;
            },
            UserQuery.CODE,
            UserQuery.CALL));
  }

  private static Misdeed nodes(
      String name, Outcome outcome, UnaryOperator<List<Bytes>> lie, UserQuery... queries) {
    return proof(
        name,
        outcome,
        (liar, request, items) -> lie.apply(items),
        queries.length == 0 ? STATE : queries);
  }

  private static Misdeed proof(String name, Outcome outcome, NodesLie lie, UserQuery... queries) {
    return Misdeed.inReply(
        Area.PROOFS,
        name,
        outcome,
        (liar, request, honest) -> {
          if (!(honest instanceof LesMessage.ProofsV2 right)
              || !(request instanceof LesMessage.GetProofsV2 asked)) {
            return false;
          }
          List<Bytes> changed = lie.of(liar, asked, right.nodes());
          if (changed == null) {
            return false;
          }
          liar.say(new LesMessage.ProofsV2(right.requestId(), right.bufferValue(), changed));
          return true;
        },
        queries);
  }

  /** Another list of codes. */
  @FunctionalInterface
  private interface CodeLie {
    List<Bytes> of(Liar liar, Bytes honest);
  }

  private static Misdeed code(String name, Outcome outcome, CodeLie lie) {
    return Misdeed.inReply(
        Area.CODE,
        name,
        outcome,
        (liar, request, honest) -> {
          if (!(honest instanceof LesMessage.Code right)) {
            return false;
          }
          liar.say(
              new LesMessage.Code(
                  right.requestId(), right.bufferValue(), lie.of(liar, right.codes().getFirst())));
          return true;
        },
        UserQuery.CODE,
        UserQuery.CALL);
  }

  private static Bytes otherCode(Liar liar, Bytes not) {
    return Bytes.fromHexString(
        liar.scene
            .sample(
                "eth_getCode",
                sample ->
                    sample.path("result").asText().length() > 2
                        && !sample.path("result").asText().equals(not.toHexString()))
            .path("result")
            .asText());
  }

  private static List<Bytes> inventedAccount(Bytes key) {
    Account rich =
        new Account(7, UInt256.valueOf(1_000_000), EmptyHashes.TRIE_ROOT, EmptyHashes.CODE);
    MerklePatriciaTrie trie = new MerklePatriciaTrie();
    trie.put(key, rich.encoded());
    return trie.prove(key);
  }

  private static List<Bytes> inventedAbsence(Bytes key) {
    MerklePatriciaTrie trie = new MerklePatriciaTrie();
    trie.put(key.not(), Bytes.fromHexString("0xc20102"));
    return trie.prove(key);
  }

  private static BlockHeader headerOf(Scene scene, Bytes32 hash) {
    Integer number = scene.chain.numberOf(hash);
    if (number == null) {
      throw new AssertionError("asked about a block that is not in the chain");
    }
    return scene.chain.header(number);
  }

  private static List<Bytes> invented(List<Bytes> items, int count) {
    List<Bytes> many = new ArrayList<>(items);
    for (int i = 0; i < count; i++) {
      int number = i;
      many.add(RLP.encodeList(writer -> writer.writeInt(number + 1)));
    }
    return many;
  }

  private static List<Bytes> reversed(List<Bytes> items) {
    List<Bytes> copy = new ArrayList<>(items);
    Collections.reverse(copy);
    return copy;
  }

  private static List<Bytes> without(List<Bytes> items, int index) {
    List<Bytes> copy = new ArrayList<>(items);
    copy.remove(index);
    return copy;
  }

  private static List<Bytes> withLast(List<Bytes> items, Bytes last) {
    List<Bytes> copy = new ArrayList<>(items);
    copy.set(items.size() - 1, last);
    return copy;
  }

  private static List<Bytes> plus(List<Bytes> items, Bytes more) {
    List<Bytes> copy = new ArrayList<>(items);
    copy.add(more);
    return copy;
  }

  /** The last node with one bit of its last byte changed: still the same RLP structure. */
  private static Bytes flipped(List<Bytes> items) {
    Bytes last = items.getLast();
    return flip(last, last.size() - 1);
  }

  private static Bytes flip(Bytes bytes, int index) {
    byte[] copy = bytes.toArray();
    copy[index] ^= 1;
    return Bytes.wrap(copy);
  }

  /** A well-formed list with half of the content: the raw items of a reply must be RLP. */
  private static Bytes cut(Bytes node) {
    return RLP.encodeList(writer -> writer.writeValue(node.slice(0, node.size() / 2)));
  }

  private static Bytes zeros(int size) {
    return Bytes.wrap(new byte[size]);
  }
}
