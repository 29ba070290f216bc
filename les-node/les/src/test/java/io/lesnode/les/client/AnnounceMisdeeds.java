package io.lesnode.les.client;

import static io.lesnode.les.client.Misdeed.Outcome.DROPPED;
import static io.lesnode.les.client.Misdeed.Outcome.HARMLESS;
import static io.lesnode.les.client.Misdeed.Outcome.SHUT_OUT;

import io.lesnode.les.client.Misdeed.Area;
import io.lesnode.les.client.Misdeed.Outcome;
import io.lesnode.les.wire.KeyValues;
import io.lesnode.les.wire.LesCodec;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.les.wire.StatusKeys;
import io.lesnode.primitives.crypto.Keccak;
import io.lesnode.primitives.crypto.KeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.rlp.RLP;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/** Lies in announcements. */
final class AnnounceMisdeeds {
  private static final Bytes32 INVENTED = Bytes32.repeat((byte) 0x5a);
  private static final Bytes LARGEST = RLP.encodeValue(Bytes.repeat((byte) 0xff, 8));
  private static final UserQuery[] QUERIES = {UserQuery.ACCOUNT, UserQuery.NEXT_HEAD};

  private AnnounceMisdeeds() {}

  static List<Misdeed> all() {
    List<Misdeed> all = new ArrayList<>(heads());
    all.addAll(signatures());
    return all;
  }

  private static List<Misdeed> signatures() {
    return List.of(
        signature("without the signature that was asked for", (liar, head) -> null),
        signature(
            "signed with another key",
            (liar, head) -> {
              KeyPair stranger = KeyPair.ofSecret(Bytes32.repeat((byte) 9));
              return stranger.sign(signed(head)).toBytes65();
            }),
        signature(
            "with the signature of another head",
            (liar, head) -> {
              AnnouncedHead other =
                  new AnnouncedHead(INVENTED, head.number(), head.totalDifficulty());
              return liar.server.key().sign(signed(other)).toBytes65();
            }),
        signature(
            "with a signature cut short",
            (liar, head) -> liar.server.key().sign(signed(head)).toBytes65().slice(0, 64)),
        signature("with a signature of zeros", (liar, head) -> Bytes.wrap(new byte[65])),
        signature("with a signature of ones", (liar, head) -> Bytes.repeat((byte) 0xff, 65)));
  }

  private static Bytes32 signed(AnnouncedHead head) {
    return Keccak.keccak256(
        LesCodec.announcementToSign(
            new LesMessage.Announce(
                head.hash(), head.number(), head.totalDifficulty(), 0, KeyValues.EMPTY)));
  }

  private static Misdeed signature(
      String name, BiFunction<Liar, AnnouncedHead, @Nullable Bytes> lie) {
    return announce(
        name,
        SHUT_OUT,
        liar -> {
          AnnouncedHead head = liar.scene.followed.head();
          Bytes signature = lie.apply(liar, head);
          KeyValues.Builder update = KeyValues.builder();
          if (signature != null) {
            update.bytes(StatusKeys.SIGNATURE, signature);
          }
          liar.server.send(
              new LesMessage.Announce(
                  head.hash(), head.number(), head.totalDifficulty(), 0, update.build()));
        },
        UserQuery.SIGNED_HEAD);
  }

  private static List<Misdeed> heads() {
    return List.of(
        head("the same head again", SHUT_OUT, last -> last),
        head(
            "a lighter head",
            SHUT_OUT,
            last -> new AnnouncedHead(INVENTED, last.number(), UInt256.ONE)),
        head(
            "a total difficulty of 101 bits",
            SHUT_OUT,
            last -> new AnnouncedHead(INVENTED, last.number() + 1, UInt256.ONE.shiftLeft(100))),
        head(
            "a head number of 2^64-1",
            SHUT_OUT,
            last -> new AnnouncedHead(INVENTED, -1, last.totalDifficulty().add(1))),
        head(
            "an invented next head",
            SHUT_OUT,
            last ->
                new AnnouncedHead(
                    INVENTED, last.number() + 1, last.totalDifficulty().add(1 << 30))),
        head(
            "an invented head far ahead",
            SHUT_OUT,
            last ->
                new AnnouncedHead(INVENTED, last.number() + 100_000, UInt256.ONE.shiftLeft(90))),
        head(
            "an invented head far below",
            SHUT_OUT,
            last -> new AnnouncedHead(INVENTED, 3, last.totalDifficulty().add(1 << 30))),
        head(
            "the old head under the next number",
            SHUT_OUT,
            last ->
                new AnnouncedHead(last.hash(), last.number() + 1, last.totalDifficulty().add(1))),
        head(
            "the old head with more total difficulty",
            SHUT_OUT,
            last -> new AnnouncedHead(last.hash(), last.number(), last.totalDifficulty().add(1))),
        next("the next head with too much total difficulty", SHUT_OUT, 1_000, 0),
        next("the next head with too little total difficulty", SHUT_OUT, -1_000, 0),
        next("the next head under another number", SHUT_OUT, 0, 1),
        announce(
            "the next head with an absurd reorganisation depth",
            HARMLESS,
            liar -> {
              liar.server.serve(liar.scene.followed);
              liar.server.announce(liar.scene.followed.head(), -1);
            },
            UserQuery.NEXT_HEAD),
        announce(
            "a number without a hash",
            HARMLESS,
            liar ->
                liar.server.send(
                    new LesMessage.Announce(
                        Bytes32.ZERO, 77, UInt256.ONE.shiftLeft(200), 5, KeyValues.EMPTY)),
            QUERIES),
        announce(
            "ten thousand heavier and heavier heads",
            SHUT_OUT,
            liar -> {
              AnnouncedHead last = liar.claimedHead();
              for (int i = 1; i <= 10_000; i++) {
                liar.server.announce(
                    new AnnouncedHead(INVENTED, last.number() + i, last.totalDifficulty().add(i)),
                    0);
              }
            },
            QUERIES),
        update("no credit any more", DROPPED, StatusKeys.BUFFER_LIMIT, Bytes.of(0x80)),
        update("more credit than can be counted", DROPPED, StatusKeys.BUFFER_LIMIT, LARGEST),
        update("no recharge any more", DROPPED, StatusKeys.MIN_RECHARGE, Bytes.of(0x80)),
        update(
            "a credit limit of the wrong type",
            SHUT_OUT,
            StatusKeys.BUFFER_LIMIT,
            Bytes.fromHexString("0xc20102")),
        update("a cost table of the wrong type", SHUT_OUT, StatusKeys.REQUEST_COSTS, Bytes.of(1)),
        update(
            "costs of 2^64-1",
            SHUT_OUT,
            StatusKeys.REQUEST_COSTS,
            RLP.encodeList(
                table ->
                    table.writeList(
                        line -> {
                          line.writeInt(0x0f);
                          line.writeRLP(LARGEST);
                          line.writeRLP(LARGEST);
                        }))),
        update("unknown parameters", HARMLESS, "no such key", Bytes.fromHexString("0xc3c0c0c0")),
        update(
            "parameters of 200,000 bytes",
            SHUT_OUT,
            "no such key",
            RLP.encodeValue(Bytes.wrap(new byte[200_000]))),
        announce(
            "parameters of 1,000 bytes, a hundred and fifty times",
            SHUT_OUT,
            liar -> {
              for (int i = 0; i < 150; i++) {
                liar.server.send(
                    LesMessage.Announce.ofUpdate(
                        KeyValues.builder()
                            .raw("no such key", RLP.encodeValue(Bytes.wrap(new byte[1_000])))
                            .build()));
              }
            },
            QUERIES));
  }

  private static Misdeed head(
      String name, Outcome outcome, Function<AnnouncedHead, AnnouncedHead> lie) {
    return announce(
        name, outcome, liar -> liar.server.announce(lie.apply(liar.claimedHead()), 0), QUERIES);
  }

  /** The true next head with something wrong about it. */
  private static Misdeed next(String name, Outcome outcome, long moreDifficulty, long moreNumber) {
    return announce(
        name,
        outcome,
        liar -> {
          AnnouncedHead right = liar.scene.followed.head();
          UInt256 td =
              UInt256.valueOf(
                  right.totalDifficulty().toBigInteger().longValueExact() + moreDifficulty);
          liar.server.serve(liar.scene.followed);
          liar.server.announce(new AnnouncedHead(right.hash(), right.number() + moreNumber, td), 0);
        },
        UserQuery.NEXT_HEAD);
  }

  private static Misdeed update(String name, Outcome outcome, String key, Bytes value) {
    return announce(
        name,
        outcome,
        liar -> {
          KeyValues.Builder values =
              KeyValues.builder()
                  .unsignedLong(StatusKeys.MIN_RECHARGE, FakeServer.MIN_RECHARGE)
                  .unsignedLong(StatusKeys.BUFFER_LIMIT, FakeServer.BUFFER_LIMIT);
          liar.server.send(LesMessage.Announce.ofUpdate(values.raw(key, value).build()));
        },
        QUERIES);
  }

  private static Misdeed announce(
      String name, Outcome outcome, Consumer<Liar> act, UserQuery... queries) {
    return Misdeed.unasked(Area.ANNOUNCE, name, outcome, act, queries);
  }
}
