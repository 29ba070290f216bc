package io.lesnode.les.client;

import io.lesnode.les.wire.LesMessage;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.apache.tuweni.bytes.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * One named way in which a server departs from an honest one.
 *
 * @param area the part of the protocol
 * @param name what the server does, in few words
 * @param deed how it does it
 * @param outcome what the client makes of it
 * @param claim what it says of itself so that the deed is consistent
 * @param queries the questions of a user that it can touch
 */
record Misdeed(
    Area area, String name, Deed deed, Outcome outcome, Claim claim, Set<UserQuery> queries) {

  /** The part of the protocol. */
  enum Area {
    STATUS("Status"),
    ANNOUNCE("Announce"),
    HEADERS("BlockHeaders"),
    HEADS("BlockHeaders: the head itself forged, hash and total difficulty to match"),
    BODIES("BlockBodies"),
    RECEIPTS("Receipts"),
    PROOFS("ProofsV2"),
    CODE("Code"),
    HELPER_TRIES("HelperTrieProofs"),
    TX_STATUS("TxStatus, answering GetTxStatus"),
    SEND_TX("TxStatus, answering SendTxV2"),
    SESSION("Credit, ids, order and pace"),
    BYTES("Bytes that are no message");

    private final String title;

    Area(String title) {
      this.title = title;
    }

    String title() {
      return title;
    }
  }

  /** What the client makes of it. */
  enum Outcome {
    /** The handshake fails; the reason is kept for the user. */
    REFUSED("connection refused, the reason is kept"),
    /** Dropped, and not let in again for a while. */
    SHUT_OUT("dropped and shut out for ten minutes"),
    /** Dropped; it may come back. */
    DROPPED("dropped"),
    /** Counted; who does it more than fifty times is shut out. */
    COUNTED("counted; more than 50 within an hour: shut out"),
    /** It changes nothing: the right answer is found even with this server alone. */
    HARMLESS("harmless: the right answer is found with this server alone"),
    /** Honest servers do so as well: the answer names the reason, other servers are asked. */
    EXCUSED("not proof of a lie: no penalty, another server is asked"),
    /** Nobody can tell it from the truth as long as no other server contradicts. */
    UNPROVABLE("cannot be disproved by one server's word: every other server is asked as well");

    private final String text;

    Outcome(String text) {
      this.text = text;
    }

    /** As the registry prints it. */
    @Override
    public String toString() {
      return text;
    }
  }

  /** How it is done. */
  sealed interface Deed {
    /** Another Status payload; null for none at all. */
    record InStatus(BiFunction<Liar, LesMessage.Status, @Nullable Bytes> change) implements Deed {}

    /** Something else instead of a reply, at most so many times. */
    record InReply(Lie lie, int times) implements Deed {}

    /** Something that nobody asked for, once the connection is up. */
    record Unasked(Consumer<Liar> act) implements Deed {}
  }

  /** Sets what the server says of itself, before it connects. */
  @FunctionalInterface
  interface Claim {
    /** Nothing but the truth. */
    Claim HONEST = (scene, server) -> {};

    /** Prepares the server. */
    void prepare(Scene scene, FakeServer server);
  }

  /** Instead of a reply. */
  @FunctionalInterface
  interface Lie {
    /** Sends something else, or nothing; false if it has nothing to say here but the truth. */
    boolean tell(Liar liar, LesMessage.Request request, LesMessage.Reply honest);
  }

  Misdeed {
    queries = Collections.unmodifiableSet(EnumSet.copyOf(queries));
  }

  static Misdeed inStatus(
      String name,
      Outcome outcome,
      BiFunction<Liar, LesMessage.Status, @Nullable Bytes> change,
      UserQuery... queries) {
    return new Misdeed(
        Area.STATUS, name, new Deed.InStatus(change), outcome, Claim.HONEST, setOf(queries));
  }

  static Misdeed inReply(Area area, String name, Outcome outcome, Lie lie, UserQuery... queries) {
    return new Misdeed(
        area,
        name,
        new Deed.InReply(lie, Integer.MAX_VALUE),
        outcome,
        Claim.HONEST,
        setOf(queries));
  }

  static Misdeed unasked(
      Area area, String name, Outcome outcome, Consumer<Liar> act, UserQuery... queries) {
    return new Misdeed(area, name, new Deed.Unasked(act), outcome, Claim.HONEST, setOf(queries));
  }

  /** The same of a server that says this of itself. */
  Misdeed claiming(Claim newClaim) {
    return new Misdeed(area, name, deed, outcome, newClaim, queries);
  }

  /** The same, at most so many times. */
  Misdeed times(int times) {
    if (!(deed instanceof Deed.InReply inReply)) {
      throw new IllegalStateException(name + " is not a reply");
    }
    return new Misdeed(area, name, new Deed.InReply(inReply.lie(), times), outcome, claim, queries);
  }

  private static Set<UserQuery> setOf(UserQuery... queries) {
    EnumSet<UserQuery> set = EnumSet.noneOf(UserQuery.class);
    set.addAll(Arrays.asList(queries));
    return set;
  }

  @Override
  public String toString() {
    return area.title() + ": " + name;
  }
}
