package io.lesnode.les.client;

import static io.lesnode.les.client.Misdeed.Outcome.COUNTED;
import static io.lesnode.les.client.Misdeed.Outcome.EXCUSED;
import static io.lesnode.les.client.Misdeed.Outcome.HARMLESS;
import static io.lesnode.les.client.Misdeed.Outcome.SHUT_OUT;
import static io.lesnode.les.client.Misdeed.Outcome.UNPROVABLE;

import io.lesnode.les.client.Misdeed.Area;
import io.lesnode.les.client.Misdeed.Outcome;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.les.wire.LesMessage.TxLookup;
import io.lesnode.les.wire.LesMessage.TxStatusEntry;
import io.lesnode.primitives.BlockHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;

/** Lies about where transactions are and what became of those that were sent. */
final class TransactionMisdeeds {
  private static final Bytes32 INVENTED = Bytes32.repeat((byte) 0x5a);
  private static final int MEGABYTE = 1 << 20;

  private TransactionMisdeeds() {}

  static List<Misdeed> all() {
    List<Misdeed> all = new ArrayList<>(places());
    all.addAll(statuses());
    all.addAll(verdicts());
    return all;
  }

  private static List<Misdeed> places() {
    return List.of(
        place(
            "another index in the right block",
            SHUT_OUT,
            (scene, right) -> new TxLookup(right.blockHash(), right.blockNumber(), 0)),
        place(
            "an index beyond the block",
            SHUT_OUT,
            (scene, right) -> new TxLookup(right.blockHash(), right.blockNumber(), 1_000)),
        place(
            "an index of 2^64-1",
            SHUT_OUT,
            (scene, right) -> new TxLookup(right.blockHash(), right.blockNumber(), -1)),
        place(
            "another block of the chain",
            SHUT_OUT,
            (scene, right) -> {
              BlockHeader other = otherWithTransactions(scene);
              return new TxLookup(other.hash(), other.number(), 0);
            }),
        place(
            "a block without transactions",
            SHUT_OUT,
            (scene, right) -> new TxLookup(scene.chain.header(0).hash(), 0, 0)),
        place(
            "the right block under another number",
            SHUT_OUT,
            (scene, right) ->
                new TxLookup(right.blockHash(), right.blockNumber() + 1, right.index())),
        place(
            "the right number with an invented hash",
            COUNTED,
            (scene, right) -> new TxLookup(INVENTED, right.blockNumber(), right.index())),
        place(
            "a block number of 2^64-1",
            SHUT_OUT,
            (scene, right) -> new TxLookup(right.blockHash(), -1, right.index())),
        place(
            "an invented block above our head",
            UNPROVABLE,
            (scene, right) -> new TxLookup(INVENTED, scene.chain.headNumber() + 9, right.index())),
        place("included, but nowhere", SHUT_OUT, (scene, right) -> null));
  }

  private static List<Misdeed> statuses() {
    return List.of(
        status("unknown", UNPROVABLE, right -> List.of(entry(TxStatusEntry.UNKNOWN, null, ""))),
        status("queued", UNPROVABLE, right -> List.of(entry(TxStatusEntry.QUEUED, null, ""))),
        status("pending", UNPROVABLE, right -> List.of(entry(TxStatusEntry.PENDING, null, ""))),
        status(
            "pending, with its place",
            UNPROVABLE,
            right -> List.of(entry(TxStatusEntry.PENDING, right.lookup(), ""))),
        status("a status that is none", SHUT_OUT, right -> List.of(entry(7, right.lookup(), ""))),
        status("a status of 2^64-1", SHUT_OUT, right -> List.of(entry(-1, right.lookup(), ""))),
        status("no status", SHUT_OUT, right -> List.of()),
        status("two for one", SHUT_OUT, right -> List.of(right, right)),
        status("200 for one", SHUT_OUT, right -> java.util.Collections.nCopies(200, right)),
        status(
            "an error text of a megabyte",
            UNPROVABLE,
            right -> List.of(entry(TxStatusEntry.UNKNOWN, null, "x".repeat(MEGABYTE)))),
        otherKind(Area.TX_STATUS, UserQuery.TRANSACTION));
  }

  private static List<Misdeed> verdicts() {
    return List.of(
        verdict(
            "a good transaction refused",
            EXCUSED,
            List.of(entry(TxStatusEntry.UNKNOWN, null, "transaction underpriced"))),
        verdict(
            "refused in a megabyte of text",
            EXCUSED,
            List.of(entry(TxStatusEntry.UNKNOWN, null, "refused ".repeat(MEGABYTE / 8)))),
        verdict(
            "refused in control characters",
            EXCUSED,
            List.of(entry(TxStatusEntry.UNKNOWN, null, "\u001b[2Jyour key\r\n\u0000please"))),
        verdict(
            "included already, which it is not",
            HARMLESS,
            List.of(entry(TxStatusEntry.INCLUDED, new TxLookup(INVENTED, 5, 0), ""))),
        verdict("no verdict", SHUT_OUT, List.of()),
        verdict(
            "two verdicts",
            SHUT_OUT,
            List.of(
                entry(TxStatusEntry.PENDING, null, ""),
                entry(TxStatusEntry.UNKNOWN, null, "nonce too low"))),
        otherKind(Area.SEND_TX, UserQuery.SEND));
  }

  private static TxStatusEntry entry(long status, @Nullable TxLookup place, String error) {
    return new TxStatusEntry(status, place, error);
  }

  private static Misdeed place(
      String name, Outcome outcome, BiFunction<Scene, TxLookup, @Nullable TxLookup> lie) {
    return Misdeed.inReply(
        Area.TX_STATUS,
        name,
        outcome,
        (liar, request, honest) -> {
          if (!(honest instanceof LesMessage.TxStatus right)
              || right.entries().getFirst().lookup() == null) {
            return false;
          }
          TxLookup place = lie.apply(liar.scene, right.entries().getFirst().lookup());
          liar.say(
              new LesMessage.TxStatus(
                  right.requestId(),
                  right.bufferValue(),
                  List.of(entry(TxStatusEntry.INCLUDED, place, ""))));
          return true;
        },
        UserQuery.TRANSACTION);
  }

  /** Other entries. */
  @FunctionalInterface
  private interface EntriesLie {
    List<TxStatusEntry> of(TxStatusEntry honest);
  }

  private static Misdeed status(String name, Outcome outcome, EntriesLie lie) {
    return Misdeed.inReply(
        Area.TX_STATUS,
        name,
        outcome,
        (liar, request, honest) -> {
          if (!(honest instanceof LesMessage.TxStatus right)) {
            return false;
          }
          liar.say(
              new LesMessage.TxStatus(
                  right.requestId(), right.bufferValue(), lie.of(right.entries().getFirst())));
          return true;
        },
        UserQuery.TRANSACTION);
  }

  private static Misdeed verdict(String name, Outcome outcome, List<TxStatusEntry> entries) {
    return Misdeed.inReply(
        Area.SEND_TX,
        name,
        outcome,
        (liar, request, honest) -> {
          if (!(request instanceof LesMessage.SendTxV2)) {
            return false;
          }
          liar.say(new LesMessage.TxStatus(honest.requestId(), honest.bufferValue(), entries));
          return true;
        },
        UserQuery.SEND);
  }

  private static Misdeed otherKind(Area area, UserQuery query) {
    return Misdeed.inReply(
        area,
        "a Receipts reply",
        SHUT_OUT,
        (liar, request, honest) -> {
          if (!(honest instanceof LesMessage.TxStatus right)) {
            return false;
          }
          liar.say(new LesMessage.Receipts(right.requestId(), right.bufferValue(), List.of()));
          return true;
        },
        query);
  }

  private static BlockHeader otherWithTransactions(Scene scene) {
    for (int number = 1; number <= scene.chain.headNumber(); number++) {
      if (number != scene.rich.number() && !scene.chain.body(number).transactions().isEmpty()) {
        return scene.chain.header(number);
      }
    }
    throw new AssertionError("only one block has transactions");
  }
}
