package io.lesnode.vipnode.client;

import io.lesnode.payment.MethodTerms;
import io.lesnode.vipnode.client.BuyerState.Asking;
import io.lesnode.vipnode.client.BuyerState.Away;
import io.lesnode.vipnode.client.BuyerState.Off;
import io.lesnode.vipnode.client.BuyerState.Request;
import io.lesnode.vipnode.client.BuyerState.Resting;
import io.lesnode.vipnode.client.BuyerState.Settling;
import io.lesnode.vipnode.client.BuyerState.Working;
import io.lesnode.vipnode.wire.OfferTerms;
import io.lesnode.vipnode.wire.VipMessage;
import java.util.function.Consumer;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * How it stands with one server, and what can be done about it: asked, worked, waited, complained.
 * What is decided is in {@link Shopping}, what comes in is in {@link Buyer}. Confined to its owner.
 */
abstract class Deal {
  static final long STATUS_WAIT_SECONDS = 3;
  static final long GREETING_SECONDS = 60;
  static final long REQUEST_SECONDS = 15;
  static final long RECEIPT_SECONDS = 30;
  static final long POLL_SECONDS = 60;
  static final long BETWEEN_PURCHASES_SECONDS = 5;
  static final long LOW_SECONDS = 60;
  static final long LOW_NOTICE_SECONDS = 180;
  static final long BUFFER_MILLIS = 6_000;
  static final int MOST_TRIES = 3;
  static final int MOST_FAULTS = 3;
  static final long LONG_SECONDS = 3_600;
  static final long HALF_SECONDS = 600;

  final BuyerContext context;
  final BuyerContext.Server server;
  final Consumer<BuyerAction> out;
  final ServerClaims claims;
  final Purchases purchases = new Purchases();
  final BuyerLedger books;
  final BuyerDesk desk;

  /** Where we are; set by {@link #ask}, {@link #work} and {@link #rest} mostly. */
  BuyerState state = new Away("not connected yet");

  /** Our account's signature for this connection; empty bytes without an account. */
  @Nullable Bytes bindSignature;

  boolean statusSent;
  long connectedNanos;
  long patienceUntilNanos;

  /** Free service is watched first. */
  boolean patient = true;

  /** More service is wanted than there is, as far as we know. */
  boolean hungry = true;

  boolean lowNoticed;
  boolean closing;

  /** The user said: buy. */
  boolean ordered;

  /** What is waited for may come with a block. */
  boolean waitsForChain;

  long nextQueryNanos;
  long earliestQueryNanos;
  long nextPurchaseNanos;
  long nextCapacityNanos;

  /** What the server announced; 0 unknown. */
  long capacity;

  /** What it refused to exceed. */
  long capacityLimit = Long.MAX_VALUE;

  /** Failed tries in a row. */
  int failures;

  /** Broken promises in this session. */
  int faults;

  @Nullable MethodTerms method;
  boolean examined;
  boolean opened;

  Deal(BuyerContext context, BuyerContext.Server server, Consumer<BuyerAction> out) {
    this.context = context;
    this.server = server;
    this.out = out;
    this.claims = new ServerClaims(context.self(), server);
    this.books = new BuyerLedger();
    this.desk = new BuyerDesk(context, server, claims, books);
  }

  /** Sends a Close, whose answer is awaited if it has a final statement. */
  void sendClose(VipMessage.Close close, Moment now) {
    if (close.finalState().isEmpty()) {
      out.accept(send(close)); // a farewell needs no answer
      closed(now);
    } else {
      ask(Request.CLOSE, close, now);
    }
  }

  /** The deal is over. */
  void closed(Moment now) {
    closing = false;
    note(HistoryEntry.Kind.CLOSED, UInt256.ZERO, books.tokenBalance(), "closed", now);
    state = new Off("closed by the user", Long.MAX_VALUE);
  }

  /** The capacity that is asked for. */
  long wanted(OfferTerms terms) {
    return Math.max(terms.minCapacity(), Math.min(capacityLimit, context.demand().wantedOf(terms)));
  }

  /** Does what a refusal makes us do. */
  void apply(RefusalStep step, String text, Moment now) {
    note(HistoryEntry.Kind.REFUSED, UInt256.ZERO, 0, text, now);
    boolean capacityAsked = state instanceof Asking asking && asking.request() == Request.CAPACITY;
    switch (step) {
      case RefusalStep.Wait wait -> retry(text, wait.seconds(), now);
      case RefusalStep.OtherMethod other -> {
        MethodTerms by = method;
        if (by != null) {
          claims.drop(by.id());
        }
        books.restart();
        retry(text, 1, now);
      }
      case RefusalStep.Repair repair -> retry(text, 1, now);
      case RefusalStep.Reopen reopen -> {
        waitsForChain = true;
        examined = false;
        opened = false;
        retry(text, reopen.seconds(), now);
      }
      case RefusalStep.AskAgain again -> {
        nextQueryNanos = now.nanos();
        retry(text, 1, now);
      }
      case RefusalStep.BuyLess less -> {
        desk.buyLess();
        retry(text, less.seconds(), now);
      }
      case RefusalStep.TakeLess less -> {
        capacityLimit =
            Math.max(
                1,
                (capacityLimit == Long.MAX_VALUE
                        ? claims.terms().map(context.demand()::wantedOf).orElse(1L)
                        : capacityLimit)
                    / 2);
        nextCapacityNanos = now.in(less.seconds());
        if (capacityAsked) {
          rest(text, now.in(less.seconds()));
        } else {
          retry(text, less.seconds(), now);
        }
      }
      case RefusalStep.Leave leave -> state = new Off(text, now.in(leave.seconds()));
    }
  }

  /** The same again later, but not for ever. */
  void retry(String text, long seconds, Moment now) {
    failures++;
    if (failures > MOST_TRIES + 2) {
      fault("it refuses again and again: " + text, now);
      state = new Off(text, now.in(LONG_SECONDS));
      return;
    }
    if (state instanceof Settling) {
      books.recallLater();
    }
    rest(text, now.in(seconds));
  }

  /** A request or payment had no answer. */
  void failed(String text, Moment now) {
    failures++;
    if (state instanceof Asking asking && asking.request() == Request.CLOSE) {
      closed(now);
      return;
    }
    if (state instanceof Settling) {
      books.recallLater();
    }
    if (failures >= MOST_TRIES) {
      fault(text, now);
      failures = 0;
      state = new Off(text, now.in(HALF_SECONDS));
    } else {
      rest(text, now.in(LOW_SECONDS / 4));
    }
  }

  /** The server broke its word. */
  void fault(String text, Moment now) {
    faults++;
    context.budget().onFault(server.nodeId());
    note(HistoryEntry.Kind.FAULT, UInt256.ZERO, 0, text, now);
    if (faults >= MOST_FAULTS && !(state instanceof Away)) {
      state = new Off("broke its word " + faults + " times, last: " + text, now.in(LONG_SECONDS));
    }
  }

  // ------------------------------------------------------------------ small things

  boolean isKnown() {
    return context.budget().trust(server.nodeId()).filter(t -> !t.paidWei().isZero()).isPresent();
  }

  boolean answers(Request request, long requestId) {
    return state instanceof Asking asking
        && asking.request() == request
        && asking.requestId() == requestId;
  }

  void ask(Request request, VipMessage message, Moment now) {
    state = new Asking(request, BuyerDesk.requestId(message), now.nanos());
    out.accept(send(message));
  }

  void work(BuyerAction.Work work, String text) {
    state = new Working(work, text);
    out.accept(work);
  }

  void rest(String text, long untilNanos) {
    state = resting(text, untilNanos);
  }

  void wake(Moment now) {
    if (state instanceof Resting resting && !now.reached(resting.untilNanos())) {
      rest(resting.text(), now.nanos());
    }
  }

  static Resting resting(String text, long untilNanos) {
    return new Resting(text, untilNanos);
  }

  static BuyerAction.Send send(VipMessage message) {
    return new BuyerAction.Send(message);
  }

  void note(HistoryEntry.Kind kind, UInt256 amountWei, long tokens, String text, Moment now) {
    out.accept(
        new BuyerAction.Note(
            new HistoryEntry(
                now.unixSeconds(), server.nodeId(), kind, amountWei, Math.max(0, tokens), text)));
  }
}
