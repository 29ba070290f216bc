package io.lesnode.les.client;

import static io.lesnode.les.client.Misdeed.Outcome.EXCUSED;
import static io.lesnode.les.client.Misdeed.Outcome.HARMLESS;
import static io.lesnode.les.client.Misdeed.Outcome.REFUSED;
import static io.lesnode.les.client.Misdeed.Outcome.SHUT_OUT;

import io.lesnode.chain.index.CheckpointEntry;
import io.lesnode.les.client.Misdeed.Outcome;
import io.lesnode.les.wire.KeyValues;
import io.lesnode.les.wire.LesCodec;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.les.wire.StatusKeys;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.rlp.RLP;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/** Lies in the first message of a server. */
final class StatusMisdeeds {
  private static final Bytes LARGEST = RLP.encodeValue(Bytes.repeat((byte) 0xff, 8));
  private static final Bytes ZERO = RLP.encodeValue(Bytes.EMPTY);
  private static final Bytes EMPTY_LIST = Bytes.of(0xc0);
  private static final Bytes INVENTED_HASH = RLP.encodeValue(Bytes32.repeat((byte) 0x5a));
  private static final String COSTS_WITHOUT_PROOFS =
      "0xf82ac5028201000ac5048201000ac5068201000ac50a8201000ac5118201000ac5138201000ac5148201000a";

  private static final UserQuery[] QUERIES = {UserQuery.ACCOUNT, UserQuery.FOLLOW};

  private static final List<String> REQUIRED =
      List.of(
          StatusKeys.PROTOCOL_VERSION,
          StatusKeys.NETWORK_ID,
          StatusKeys.GENESIS_HASH,
          StatusKeys.FORK_ID,
          StatusKeys.HEAD_TD,
          StatusKeys.HEAD_HASH,
          StatusKeys.HEAD_NUMBER,
          StatusKeys.RECENT_TX_LOOKUP,
          StatusKeys.SERVE_CHAIN_SINCE,
          StatusKeys.SERVE_STATE_SINCE,
          StatusKeys.TX_RELAY,
          StatusKeys.BUFFER_LIMIT,
          StatusKeys.MIN_RECHARGE,
          StatusKeys.REQUEST_COSTS);

  private StatusMisdeeds() {}

  static List<Misdeed> all() {
    List<Misdeed> all = new ArrayList<>();
    for (String key : REQUIRED) {
      all.add(keys("without " + key, REFUSED, (liar, entries) -> without(entries, key)));
    }
    for (String key : REQUIRED) {
      if (!key.equals(StatusKeys.TX_RELAY)) {
        all.add(
            value(key + " of the wrong type", REFUSED, key, Bytes.fromHexString("0xc3c20102c0")));
      }
    }
    all.addAll(identity());
    all.addAll(heads());
    all.addAll(terms());
    all.addAll(checkpoints());
    all.addAll(shapes());
    return all;
  }

  private static List<Misdeed> identity() {
    return List.of(
        value("another genesis block", REFUSED, StatusKeys.GENESIS_HASH, INVENTED_HASH),
        value("another network", REFUSED, StatusKeys.NETWORK_ID, LARGEST),
        value("another protocol version", REFUSED, StatusKeys.PROTOCOL_VERSION, Bytes.of(2)),
        value(
            "a fork id of another chain",
            REFUSED,
            StatusKeys.FORK_ID,
            Bytes.fromHexString("0xc6840123456780")));
  }

  private static List<Misdeed> heads() {
    return List.of(
        value(
            "a total difficulty of 101 bits",
            REFUSED,
            StatusKeys.HEAD_TD,
            RLP.encodeValue(UInt256.ONE.shiftLeft(100).toMinimalBytes())),
        value(
            "a total difficulty of 33 bytes",
            REFUSED,
            StatusKeys.HEAD_TD,
            RLP.encodeValue(Bytes.repeat((byte) 1, 33))),
        value("a head number of 2^64-1", REFUSED, StatusKeys.HEAD_NUMBER, LARGEST),
        value(
            "a number with leading zeros",
            REFUSED,
            StatusKeys.HEAD_NUMBER,
            Bytes.fromHexString("0x820001")),
        boast(
            "a heavier head that it cannot prove",
            UInt256.ONE.shiftLeft(90),
            1_000_000,
            INVENTED_HASH),
        boast(
            "a heavier head of the largest number",
            UInt256.ONE.shiftLeft(90),
            Long.MAX_VALUE,
            INVENTED_HASH),
        boast("a heavier head of number zero", UInt256.ONE.shiftLeft(90), 0, INVENTED_HASH),
        known(
            "the known head under another number",
            StatusKeys.HEAD_NUMBER,
            RLP.encodeValue(Bytes.of(9))),
        known(
            "the known head with less total difficulty",
            StatusKeys.HEAD_TD,
            RLP.encodeValue(Bytes.of(9))));
  }

  private static List<Misdeed> terms() {
    return List.of(
        value("no credit", REFUSED, StatusKeys.BUFFER_LIMIT, ZERO),
        value("more credit than can be counted", REFUSED, StatusKeys.BUFFER_LIMIT, LARGEST),
        value("no recharge", REFUSED, StatusKeys.MIN_RECHARGE, ZERO),
        value("more recharge than can be counted", REFUSED, StatusKeys.MIN_RECHARGE, LARGEST),
        value("an empty cost table", REFUSED, StatusKeys.REQUEST_COSTS, EMPTY_LIST),
        value(
            "a cost table without proofs",
            REFUSED,
            StatusKeys.REQUEST_COSTS,
            Bytes.fromHexString(COSTS_WITHOUT_PROOFS)),
        value(
            "costs of 2^64-1",
            REFUSED,
            StatusKeys.REQUEST_COSTS,
            RLP.encodeList(
                table ->
                    table.writeList(
                        line -> {
                          line.writeInt(2);
                          line.writeRLP(LARGEST);
                          line.writeRLP(LARGEST);
                        }))),
        value(
            "a cost table of 1,000 lines",
            REFUSED,
            StatusKeys.REQUEST_COSTS,
            RLP.encodeList(
                table -> {
                  for (int i = 0; i < 1_000; i++) {
                    table.writeRLP(Bytes.fromHexString("0xc3020101"));
                  }
                })),
        new Misdeed(
            Misdeed.Area.STATUS,
            "it keeps no state",
            new Misdeed.Deed.InStatus(
                (liar, status) ->
                    encoded(
                        replaced(
                            status.values().entries(),
                            StatusKeys.SERVE_STATE_SINCE,
                            RLP.encodeValue(Bytes.minimalBytes(1L << 60))))),
            EXCUSED,
            Misdeed.Claim.HONEST,
            java.util.Set.of(UserQuery.ACCOUNT, UserQuery.CALL)),
        new Misdeed(
            Misdeed.Area.STATUS,
            "it indexes no transactions",
            new Misdeed.Deed.InStatus(
                (liar, status) ->
                    encoded(
                        replaced(
                            status.values().entries(), StatusKeys.RECENT_TX_LOOKUP, Bytes.of(1)))),
            EXCUSED,
            Misdeed.Claim.HONEST,
            java.util.Set.of(UserQuery.TRANSACTION)));
  }

  private static List<Misdeed> checkpoints() {
    return List.of(
        checkpoint("a checkpoint that nobody voted for", SHUT_OUT, 4, Bytes.minimalBytes(101)),
        checkpoint(
            "a checkpoint registered above the head", SHUT_OUT, 4, Bytes.minimalBytes(1_000_000)),
        checkpoint("a checkpoint registered at 2^64-1", SHUT_OUT, 4, Bytes.repeat((byte) 0xff, 8)),
        checkpoint("a checkpoint registered in the genesis block", SHUT_OUT, 4, Bytes.EMPTY),
        checkpoint("a checkpoint above its own head", HARMLESS, 100, Bytes.minimalBytes(101)),
        checkpoint("a checkpoint of section 2^57", HARMLESS, 1L << 57, Bytes.minimalBytes(101)));
  }

  private static Misdeed checkpoint(String name, Outcome outcome, long section, Bytes height) {
    return Misdeed.inStatus(
        name,
        outcome,
        (liar, status) -> {
          List<KeyValues.Entry> entries = new ArrayList<>(status.values().entries());
          Bytes32 invented = Bytes32.repeat((byte) 0x5a);
          entries.addAll(
              KeyValues.builder()
                  .checkpoint(
                      StatusKeys.CHECKPOINT,
                      new CheckpointEntry(section, invented, invented, invented))
                  .raw(StatusKeys.CHECKPOINT_HEIGHT, RLP.encodeValue(height))
                  .build()
                  .entries());
          return encoded(entries);
        },
        UserQuery.FOLLOW_CHECKPOINT);
  }

  private static List<Misdeed> shapes() {
    return List.of(
        keys(
            "a key twice, the second time wrong",
            REFUSED,
            (liar, entries) ->
                plus(entries, new KeyValues.Entry(StatusKeys.GENESIS_HASH, INVENTED_HASH))),
        keys(
            "a key twice, the first time wrong",
            HARMLESS,
            (liar, entries) -> {
              List<KeyValues.Entry> copy = new ArrayList<>();
              copy.add(new KeyValues.Entry(StatusKeys.GENESIS_HASH, INVENTED_HASH));
              copy.addAll(entries);
              return copy;
            }),
        keys(
            "unknown keys",
            HARMLESS,
            (liar, entries) ->
                plus(
                    entries,
                    new KeyValues.Entry("\u0000\u00ff", Bytes.fromHexString("0xc3c0c0c0")))),
        keys(
            "unknown keys of 200,000 bytes",
            REFUSED,
            (liar, entries) ->
                plus(
                    entries,
                    new KeyValues.Entry("x", RLP.encodeValue(Bytes.wrap(new byte[200_000]))))),
        raw("no Status at all", null),
        raw("an empty Status", EMPTY_LIST),
        raw("a Status that is no list", Bytes.of(7)),
        raw("a Status of garbage", Bytes.fromHexString("0xf8ffdeadbeef")),
        raw("an empty message as Status", Bytes.EMPTY),
        Misdeed.inStatus(
            "bytes after the Status",
            REFUSED,
            (liar, status) -> Bytes.concatenate(LesCodec.encode(status), Bytes.of(0)),
            QUERIES),
        Misdeed.inStatus(
            "another message first",
            REFUSED,
            (liar, status) -> {
              liar.server.send(new LesMessage.Stop());
              return LesCodec.encode(status).slice(0, 1);
            },
            QUERIES));
  }

  /** A heavier head: the client finds out by asking for it. */
  private static Misdeed boast(String name, UInt256 td, long number, Bytes hash) {
    return Misdeed.inStatus(
        name,
        SHUT_OUT,
        (liar, status) -> {
          List<KeyValues.Entry> entries = status.values().entries();
          entries = replaced(entries, StatusKeys.HEAD_TD, RLP.encodeValue(td.toMinimalBytes()));
          entries =
              replaced(
                  entries, StatusKeys.HEAD_NUMBER, RLP.encodeValue(Bytes.minimalBytes(number)));
          return encoded(replaced(entries, StatusKeys.HEAD_HASH, hash));
        },
        UserQuery.FOLLOW,
        UserQuery.NEXT_HEAD);
  }

  /** Something else about a head that the client has. */
  private static Misdeed known(String name, String key, Bytes value) {
    return Misdeed.inStatus(
        name,
        SHUT_OUT,
        (liar, status) -> encoded(replaced(status.values().entries(), key, value)),
        UserQuery.BALANCE);
  }

  private static Misdeed value(String name, Outcome outcome, String key, Bytes value) {
    return keys(name, outcome, (liar, entries) -> replaced(entries, key, value));
  }

  private static Misdeed keys(
      String name,
      Outcome outcome,
      BiFunction<Liar, List<KeyValues.Entry>, List<KeyValues.Entry>> lie) {
    return Misdeed.inStatus(
        name,
        outcome,
        (liar, status) -> encoded(lie.apply(liar, status.values().entries())),
        QUERIES);
  }

  private static Misdeed raw(String name, @Nullable Bytes payload) {
    return Misdeed.inStatus(name, REFUSED, (liar, status) -> payload, QUERIES);
  }

  private static Bytes encoded(List<KeyValues.Entry> entries) {
    KeyValues.Builder values = KeyValues.builder();
    entries.forEach(entry -> values.raw(entry.key(), entry.value()));
    return LesCodec.encode(new LesMessage.Status(values.build()));
  }

  private static List<KeyValues.Entry> replaced(
      List<KeyValues.Entry> entries, String key, Bytes value) {
    return entries.stream()
        .map(entry -> entry.key().equals(key) ? new KeyValues.Entry(key, value) : entry)
        .toList();
  }

  private static List<KeyValues.Entry> without(List<KeyValues.Entry> entries, String key) {
    return entries.stream().filter(entry -> !entry.key().equals(key)).toList();
  }

  private static List<KeyValues.Entry> plus(List<KeyValues.Entry> entries, KeyValues.Entry more) {
    List<KeyValues.Entry> copy = new ArrayList<>(entries);
    copy.add(more);
    return copy;
  }
}
