package io.lesnode.les.client;

import static io.lesnode.les.client.Bench.SECOND;
import static io.lesnode.les.client.Misdeed.Outcome.COUNTED;
import static io.lesnode.les.client.Misdeed.Outcome.DROPPED;
import static io.lesnode.les.client.Misdeed.Outcome.HARMLESS;
import static io.lesnode.les.client.Misdeed.Outcome.SHUT_OUT;

import io.lesnode.les.client.Misdeed.Area;
import io.lesnode.les.client.Misdeed.Outcome;
import io.lesnode.les.wire.HashOrNumber;
import io.lesnode.les.wire.LesCodec;
import io.lesnode.les.wire.LesLimits;
import io.lesnode.les.wire.LesMessage;
import java.util.ArrayList;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.rlp.RLP;

/** Misbehaviour of a connection: pace, credit, order, and bytes that are no messages. */
final class SessionMisdeeds {
  private static final UserQuery[] QUERIES = {
    UserQuery.ACCOUNT,
    UserQuery.CODE,
    UserQuery.BODY,
    UserQuery.RECEIPTS,
    UserQuery.TRANSACTION,
    UserQuery.CALL
  };
  private static final UserQuery[] EVERY_KIND = {
    UserQuery.ACCOUNT, UserQuery.BODY, UserQuery.RECEIPTS, UserQuery.TRANSACTION, UserQuery.FOLLOW
  };

  private SessionMisdeeds() {}

  static List<Misdeed> all() {
    List<Misdeed> all = new ArrayList<>(pace());
    all.addAll(credit());
    all.addAll(order());
    all.addAll(bytes());
    return all;
  }

  private static List<Misdeed> pace() {
    return List.of(
        reply("silence", DROPPED, (liar, request, honest) -> true, EVERY_KIND),
        reply(
            "every reply nine seconds late",
            HARMLESS,
            (liar, request, honest) -> {
              liar.sayLater(honest, 9 * SECOND);
              return true;
            },
            UserQuery.ACCOUNT,
            UserQuery.BODY,
            UserQuery.TRANSACTION),
        reply(
            "every reply thirty seconds late",
            DROPPED,
            (liar, request, honest) -> {
              liar.sayLater(honest, 30 * SECOND);
              return true;
            },
            EVERY_KIND),
        reply(
            "Stop and never Resume",
            DROPPED,
            (liar, request, honest) -> {
              liar.say(new LesMessage.Stop());
              return true;
            },
            EVERY_KIND),
        reply(
            "Stop and Resume without end",
            DROPPED,
            (liar, request, honest) -> {
              liar.say(new LesMessage.Stop());
              liar.sayLater(new LesMessage.Resume(FakeServer.BUFFER_LIMIT), SECOND / 10);
              return true;
            },
            EVERY_KIND),
        reply(
                "Stop, then Resume with 2^64-1",
                HARMLESS,
                (liar, request, honest) -> {
                  liar.say(new LesMessage.Stop());
                  liar.sayLater(new LesMessage.Resume(-1), SECOND / 10);
                  return true;
                },
                QUERIES)
            .times(1),
        reply(
                "Stop, then Resume without credit",
                HARMLESS,
                (liar, request, honest) -> {
                  liar.say(new LesMessage.Stop());
                  liar.sayLater(new LesMessage.Resume(0), SECOND / 10);
                  return true;
                },
                QUERIES)
            .times(1),
        unasked(
            "Resume without Stop", HARMLESS, liar -> liar.server.send(new LesMessage.Resume(-1))),
        unasked(
            "Stop twice, then Resume",
            HARMLESS,
            liar -> {
              liar.server.send(new LesMessage.Stop());
              liar.server.send(new LesMessage.Stop());
              liar.sayLater(new LesMessage.Resume(FakeServer.BUFFER_LIMIT), SECOND / 10);
            }));
  }

  private static List<Misdeed> credit() {
    return List.of(
        credited("a credit above the limit", FakeServer.BUFFER_LIMIT + 1),
        credited("a credit of 2^64-1", -1),
        credited("no credit left, ever", 0));
  }

  private static List<Misdeed> order() {
    return List.of(
        reply(
            "replies under other ids",
            DROPPED,
            (liar, request, honest) -> {
              liar.say(Renumbered.reply(honest, honest.requestId() + 1_000, honest.bufferValue()));
              return true;
            },
            EVERY_KIND),
        reply(
            "replies under id zero",
            DROPPED,
            (liar, request, honest) -> {
              liar.say(Renumbered.reply(honest, 0, honest.bufferValue()));
              return true;
            },
            EVERY_KIND),
        reply(
            "every reply twice",
            HARMLESS,
            (liar, request, honest) -> {
              liar.server.send(honest);
              liar.server.send(honest);
              return true;
            },
            QUERIES),
        unasked(
            "a reply that nobody asked for",
            COUNTED,
            liar -> liar.server.send(new LesMessage.ProofsV2(4_711, 0, List.of()))),
        unasked("a second Status", SHUT_OUT, liar -> liar.server.send(liar.server.status())),
        unasked(
            "a request",
            SHUT_OUT,
            liar ->
                liar.server.send(
                    new LesMessage.GetBlockHeaders(1, HashOrNumber.of(0), 1, 0, false))),
        reply(
            "a Status in place of a reply",
            SHUT_OUT,
            (liar, request, honest) -> {
              liar.server.send(liar.server.status());
              return true;
            },
            EVERY_KIND));
  }

  private static List<Misdeed> bytes() {
    return List.of(
        raw("random bytes", LesMessage.BlockHeaders.CODE, "0xdeadbeef0123456789"),
        raw("an empty message", LesMessage.ProofsV2.CODE, "0x"),
        raw("a number in place of a list", LesMessage.ProofsV2.CODE, "0x07"),
        raw("an empty list", LesMessage.BlockBodies.CODE, "0xc0"),
        raw("a reply without credit", LesMessage.Code.CODE, "0xc201c0"),
        raw("a reply with an element too many", LesMessage.Code.CODE, "0xc40101c001"),
        raw("an id with leading zeros", LesMessage.Code.CODE, "0xc582000101c0"),
        raw("an id of nine bytes", LesMessage.Code.CODE, "0xcc8901020304050607080901c0"),
        raw("a list that claims 4 GB", LesMessage.Receipts.CODE, "0xfbffffffff010203"),
        raw("a list that claims 2^63 bytes", LesMessage.Receipts.CODE, "0xff7fffffffffffffff01"),
        raw("bytes after the message", LesMessage.Stop.CODE, "0xc001"),
        raw("a message of les/1", 0x09, "0xc20102"),
        raw("a message that no version has", 0x0d, "0xc0"),
        raw("text that is not UTF-8", LesMessage.TxStatus.CODE, "0xc70101c4c380c0ff"),
        bytes("a hundred thousand nested lists", LesMessage.ProofsV2.CODE, nested(100_000)),
        bytes(
            "more than ten megabytes",
            LesMessage.ProofsV2.CODE,
            Bytes.wrap(new byte[LesLimits.MAX_MESSAGE_BYTES + 1])),
        bytes(
            "ten megabytes of empty nodes",
            LesMessage.ProofsV2.CODE,
            RLP.encodeList(
                reply -> {
                  reply.writeInt(1);
                  reply.writeInt(1);
                  reply.writeRLP(
                      LesCodec.encodeRawItems(
                          java.util.Collections.nCopies(9_000_000, Bytes.of(0xc0))));
                })));
  }

  static Bytes nested(int depth) {
    int size = 0;
    List<Bytes> headers = new ArrayList<>();
    for (int i = 0; i < depth; i++) {
      Bytes header = listHeader(size);
      headers.add(header);
      size += header.size();
    }
    byte[] all = new byte[size];
    int at = size;
    for (Bytes header : headers) {
      at -= header.size();
      System.arraycopy(header.toArrayUnsafe(), 0, all, at, header.size());
    }
    // the innermost list is written first and stands last
    return Bytes.wrap(all);
  }

  private static Bytes listHeader(int contentBytes) {
    if (contentBytes <= 55) {
      return Bytes.of(0xc0 + contentBytes);
    }
    Bytes length = Bytes.minimalBytes(contentBytes);
    return Bytes.concatenate(Bytes.of(0xf7 + length.size()), length);
  }

  private static Misdeed raw(String name, int code, String hex) {
    return bytes(name, code, Bytes.fromHexString(hex));
  }

  private static Misdeed bytes(String name, int code, Bytes payload) {
    return Misdeed.unasked(
        Area.BYTES,
        name,
        SHUT_OUT,
        liar -> liar.server.sendRaw(code, payload),
        UserQuery.ACCOUNT,
        UserQuery.NEXT_HEAD);
  }

  private static Misdeed credited(String name, long credit) {
    return reply(
        name,
        HARMLESS,
        (liar, request, honest) -> {
          liar.say(Renumbered.reply(honest, honest.requestId(), credit));
          return true;
        },
        QUERIES);
  }

  private static Misdeed reply(
      String name, Outcome outcome, Misdeed.Lie lie, UserQuery... queries) {
    return Misdeed.inReply(Area.SESSION, name, outcome, lie, queries);
  }

  private static Misdeed unasked(
      String name, Outcome outcome, java.util.function.Consumer<Liar> act) {
    return Misdeed.unasked(
        Area.SESSION, name, outcome, act, UserQuery.ACCOUNT, UserQuery.NEXT_HEAD);
  }
}
