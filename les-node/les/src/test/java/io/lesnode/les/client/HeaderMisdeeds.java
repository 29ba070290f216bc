package io.lesnode.les.client;

import static io.lesnode.les.client.Misdeed.Outcome.SHUT_OUT;

import io.lesnode.les.client.Misdeed.Area;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.les.wire.StatusKeys;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.LogsBloom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.rlp.RLP;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/** Lies about headers: in the middle of the chain, and about its head. */
final class HeaderMisdeeds {
  /** The header that is changed, in the middle of every range that holds it. */
  private static final long CHANGED = Scene.FOLLOWED / 2;

  private static final Bytes32 INVENTED = Bytes32.repeat((byte) 0x5a);

  /** Another list of headers; null for no lie about this request. */
  @FunctionalInterface
  private interface HeadersLie {
    @Nullable List<Bytes> of(Liar liar, LesMessage.GetBlockHeaders request, List<Bytes> honest);
  }

  private HeaderMisdeeds() {}

  static List<Misdeed> all() {
    List<Misdeed> all = new ArrayList<>();
    fields().forEach((name, change) -> all.add(inTheMiddle(name, change)));
    all.addAll(ranges());
    all.addAll(singles());
    fields().forEach((name, change) -> all.add(ofTheHead(name, change)));
    return all;
  }

  /** Every field of a header, changed. */
  private static Map<String, UnaryOperator<BlockHeader>> fields() {
    Map<String, UnaryOperator<BlockHeader>> all = new LinkedHashMap<>();
    all.put("another parent hash", h -> h.toBuilder().parentHash(INVENTED).build());
    all.put("another ommers hash", h -> h.toBuilder().ommersHash(INVENTED).build());
    all.put(
        "another coinbase",
        h -> h.toBuilder().coinbase(new Address(Bytes.repeat((byte) 0x5a, 20))).build());
    all.put("another state root", h -> h.toBuilder().stateRoot(INVENTED).build());
    all.put("another transactions root", h -> h.toBuilder().transactionsRoot(INVENTED).build());
    all.put("another receipts root", h -> h.toBuilder().receiptsRoot(INVENTED).build());
    all.put(
        "a bloom filter full of ones",
        h ->
            h.toBuilder()
                .logsBloom(new LogsBloom(Bytes.repeat((byte) 0xff, LogsBloom.SIZE_BYTES)))
                .build());
    all.put("more difficulty", h -> h.toBuilder().difficulty(h.difficulty().add(1000)).build());
    all.put("no difficulty", h -> h.toBuilder().difficulty(UInt256.ZERO).build());
    all.put("a higher number", h -> h.toBuilder().number(h.number() + 1).build());
    all.put("a number beyond any chain", h -> h.toBuilder().number(Long.MAX_VALUE).build());
    all.put("a much higher gas limit", h -> h.toBuilder().gasLimit(2 * h.gasLimit()).build());
    all.put("a gas limit of 2^64-1", h -> h.toBuilder().gasLimit(-1).build());
    all.put("more gas used than allowed", h -> h.toBuilder().gasUsed(h.gasLimit() + 1).build());
    all.put("a time before its parent's", h -> h.toBuilder().timestamp(1).build());
    all.put(
        "a time far in the future",
        h -> h.toBuilder().timestamp(h.timestamp() + (1L << 40)).build());
    all.put(
        "other extra data",
        h ->
            h.toBuilder()
                .extraData(
                    Bytes.concatenate(
                        Bytes.of(0x5a), h.extraData().slice(Math.min(1, h.extraData().size()))))
                .build());
    all.put(
        "extra data of 90,000 bytes",
        h -> h.toBuilder().extraData(Bytes.repeat((byte) 0x5a, 90_000)).build());
    all.put("another mix hash", h -> h.toBuilder().mixHash(INVENTED).build());
    all.put("another nonce", h -> h.toBuilder().nonce(h.nonce() ^ 0x5a).build());
    all.put(
        "another base fee",
        h -> {
          UInt256 fee = h.baseFeePerGas();
          return h.toBuilder().baseFeePerGas(fee == null ? UInt256.ONE : fee.add(1)).build();
        });
    all.put(
        "withdrawals that the fork has not",
        h -> {
          UInt256 fee = h.baseFeePerGas();
          return h.toBuilder()
              .baseFeePerGas(fee == null ? UInt256.ONE : fee)
              .withdrawalsRoot(INVENTED)
              .build();
        });
    return all;
  }

  private static Misdeed inTheMiddle(String name, UnaryOperator<BlockHeader> change) {
    return headers(
        "in the middle: " + name,
        (liar, request, items) -> {
          BlockHeader right = liar.scene.followed.header(CHANGED);
          return items.contains(right.encoded())
              ? replaced(items, right.encoded(), change.apply(right).encoded())
              : null;
        },
        UserQuery.FOLLOW);
  }

  private static List<Misdeed> ranges() {
    return List.of(
        range("in reverse", HeaderMisdeeds::reversed),
        range("the first one with another parent", HeaderMisdeeds::rebased),
        range("two swapped", items -> swapped(items, 3, 4)),
        range("one left out", items -> without(items, 5)),
        range("one more than asked for", items -> plus(items, items.getFirst())),
        range("one fewer than asked for", items -> items.subList(0, items.size() - 1)),
        range("none", items -> List.of()),
        range(
            "the same one over and over",
            items -> Collections.nCopies(items.size(), items.getFirst())),
        // without real seals only the claimed head tells such a fork from the truth
        headers(
            "another head than the claimed one",
            (liar, request, items) ->
                items.size() < 10
                    ? null
                    : with(
                        items,
                        items.size() - 1,
                        BlockHeader.decode(items.getLast()).toBuilder()
                            .coinbase(Address.ZERO)
                            .build()
                            .encoded()),
            UserQuery.FOLLOW),
        headers(
            "a fork that keeps every rule but the seals",
            (liar, request, items) -> items.size() < 10 ? null : forked(items),
            UserQuery.FOLLOW,
            UserQuery.FOLLOW_SEALED),
        headers(
            "those of another chain",
            (liar, request, items) -> {
              List<Bytes> others = new ArrayList<>();
              for (Bytes item : items) {
                others.add(liar.scene.sealed.header(BlockHeader.decode(item).number()).encoded());
              }
              return others;
            },
            UserQuery.FOLLOW),
        headers(
            "a gap in the numbers",
            (liar, request, items) -> {
              List<Bytes> others = new ArrayList<>();
              for (Bytes item : items) {
                long number = 2 * BlockHeader.decode(item).number();
                others.add(
                    liar.scene
                        .chain
                        .header(Math.min(number, liar.scene.chain.headNumber()))
                        .encoded());
              }
              return others;
            },
            UserQuery.FOLLOW),
        headers(
            "a header that is no list",
            (liar, request, items) -> with(items, 0, Bytes.of(7)),
            UserQuery.FOLLOW,
            UserQuery.NEXT_HEAD),
        headers(
            "a header of numbers",
            (liar, request, items) -> with(items, 0, Bytes.fromHexString("0xc3010203")),
            UserQuery.FOLLOW,
            UserQuery.NEXT_HEAD),
        headers(
            "a header with unknown fields at its end",
            (liar, request, items) ->
                with(
                    items,
                    0,
                    BlockHeader.decode(items.getFirst()).toBuilder()
                        .baseFeePerGas(UInt256.ONE)
                        .withdrawalsRoot(INVENTED)
                        .blobGasUsed(1L)
                        .excessBlobGas(1L)
                        .parentBeaconBlockRoot(INVENTED)
                        .build()
                        .encoded()),
            UserQuery.FOLLOW,
            UserQuery.NEXT_HEAD),
        headers(
            "193 headers",
            (liar, request, items) -> Collections.nCopies(193, items.getFirst()),
            UserQuery.FOLLOW,
            UserQuery.NEXT_HEAD),
        Misdeed.inReply(
            Area.HEADERS,
            "a BlockBodies reply",
            SHUT_OUT,
            (liar, request, honest) -> {
              if (!(honest instanceof LesMessage.BlockHeaders right)) {
                return false;
              }
              liar.say(
                  new LesMessage.BlockBodies(
                      right.requestId(),
                      right.bufferValue(),
                      right.headers().stream().limit(32).toList()));
              return true;
            },
            UserQuery.FOLLOW,
            UserQuery.NEXT_HEAD));
  }

  private static List<Misdeed> singles() {
    return List.of(
        headers(
            "the parent in place of the announced header",
            (liar, request, items) ->
                List.of(liar.scene.followed.header(Scene.FOLLOWED - 1).encoded()),
            UserQuery.NEXT_HEAD),
        headers(
            "the announced header with another coinbase",
            (liar, request, items) ->
                List.of(
                    liar.scene.followed.header(Scene.FOLLOWED).toBuilder()
                        .coinbase(Address.ZERO)
                        .build()
                        .encoded()),
            UserQuery.NEXT_HEAD),
        headers(
            "the announced header twice",
            (liar, request, items) -> plus(items, items.getFirst()),
            UserQuery.NEXT_HEAD),
        headers(
            "no header although it announced one",
            (liar, request, items) -> List.of(),
            UserQuery.NEXT_HEAD));
  }

  /** A head with a changed field, under its own true hash and total difficulty. */
  private static Misdeed ofTheHead(String name, UnaryOperator<BlockHeader> change) {
    Misdeed.Lie replies =
        (liar, request, honest) -> {
          if (!(honest instanceof LesMessage.BlockHeaders right)) {
            return false;
          }
          BlockHeader head = liar.scene.sealed.header(Scene.FOLLOWED);
          if (!right.headers().contains(head.encoded())) {
            return false;
          }
          liar.say(
              new LesMessage.BlockHeaders(
                  right.requestId(),
                  right.bufferValue(),
                  replaced(right.headers(), head.encoded(), change.apply(head).encoded())));
          return true;
        };
    Misdeed.Claim claim =
        (scene, server) -> {
          BlockHeader head = scene.sealed.header(Scene.FOLLOWED);
          BlockHeader forged = change.apply(head);
          UInt256 td =
              scene
                  .sealed
                  .head()
                  .totalDifficulty()
                  .subtract(head.difficulty())
                  .add(forged.difficulty())
                  .add(1);
          server
              .status(StatusKeys.HEAD_HASH, RLP.encodeValue(forged.hash()))
              .status(StatusKeys.HEAD_TD, RLP.encodeValue(td.toMinimalBytes()));
        };
    return Misdeed.inReply(Area.HEADS, name, SHUT_OUT, replies, UserQuery.FOLLOW_SEALED)
        .claiming(claim);
  }

  private static Misdeed range(String name, UnaryOperator<List<Bytes>> lie) {
    return headers(
        name,
        (liar, request, items) -> items.size() < 10 ? null : lie.apply(items),
        UserQuery.FOLLOW,
        UserQuery.FOLLOW_TOGETHER);
  }

  private static Misdeed headers(String name, HeadersLie lie, UserQuery... queries) {
    return Misdeed.inReply(
        Area.HEADERS,
        name,
        SHUT_OUT,
        (liar, request, honest) -> {
          if (!(honest instanceof LesMessage.BlockHeaders right)
              || !(request instanceof LesMessage.GetBlockHeaders asked)
              || right.headers().isEmpty()) {
            return false;
          }
          List<Bytes> changed = lie.of(liar, asked, right.headers());
          if (changed == null) {
            return false;
          }
          liar.say(new LesMessage.BlockHeaders(right.requestId(), right.bufferValue(), changed));
          return true;
        },
        queries);
  }

  private static List<Bytes> rebased(List<Bytes> items) {
    return with(
        items,
        0,
        BlockHeader.decode(items.getFirst()).toBuilder().parentHash(INVENTED).build().encoded());
  }

  /** A fork that keeps every rule but the seals, from the second header on. */
  private static List<Bytes> forked(List<Bytes> items) {
    List<Bytes> fork = new ArrayList<>(items.subList(0, 1));
    BlockHeader parent =
        BlockHeader.decode(items.get(1)).toBuilder().extraData(Bytes.of(0x5a)).build();
    fork.add(parent.encoded());
    for (Bytes item : items.subList(2, items.size())) {
      parent = BlockHeader.decode(item).toBuilder().parentHash(parent.hash()).build();
      fork.add(parent.encoded());
    }
    return fork;
  }

  private static List<Bytes> replaced(List<Bytes> items, Bytes right, Bytes wrong) {
    return items.stream().map(item -> item.equals(right) ? wrong : item).toList();
  }

  private static List<Bytes> reversed(List<Bytes> items) {
    List<Bytes> copy = new ArrayList<>(items);
    Collections.reverse(copy);
    return copy;
  }

  private static List<Bytes> swapped(List<Bytes> items, int first, int second) {
    List<Bytes> copy = new ArrayList<>(items);
    Collections.swap(copy, first, second);
    return copy;
  }

  private static List<Bytes> without(List<Bytes> items, int index) {
    List<Bytes> copy = new ArrayList<>(items);
    copy.remove(index);
    return copy;
  }

  private static List<Bytes> with(List<Bytes> items, int index, Bytes item) {
    List<Bytes> copy = new ArrayList<>(items);
    copy.set(index, item);
    return copy;
  }

  private static List<Bytes> plus(List<Bytes> items, Bytes more) {
    List<Bytes> copy = new ArrayList<>(items);
    copy.add(more);
    return copy;
  }
}
