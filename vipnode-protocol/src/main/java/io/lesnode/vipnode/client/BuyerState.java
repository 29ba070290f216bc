package io.lesnode.vipnode.client;

import java.util.Set;
import org.apache.tuweni.bytes.Bytes;

/**
 * Where a {@link Buyer} is with its server. Times are of the monotonic clock, in nanoseconds.
 *
 * <p>Away → Greeting → Resting ⇄ (Working, Asking, Settling) → Resting …; {@link Off} from
 * everywhere.
 */
public sealed interface BuyerState {

  /** For a person. */
  String text();

  /** Not connected, or connected without vip. */
  record Away(String text) implements BuyerState {}

  /** The handshake is under way. */
  record Greeting(long sinceNanos) implements BuyerState {
    @Override
    public String text() {
      return "handshake";
    }
  }

  /** Nothing to do until a time or an event; the text says what is waited for. */
  record Resting(String text, long untilNanos) implements BuyerState {}

  /** The payer works. */
  record Working(BuyerAction.Work work, String text) implements BuyerState {}

  /** A request is under way. */
  record Asking(Request request, long requestId, long sinceNanos) implements BuyerState {
    @Override
    public String text() {
      return request.text();
    }
  }

  /** Payments were sent and have no receipt yet. */
  record Settling(Set<Bytes> payIds, long sinceNanos) implements BuyerState {
    /** Copies the set. */
    public Settling {
      payIds = Set.copyOf(payIds);
    }

    @Override
    public String text() {
      return "waits for " + payIds.size() + " receipt(s)";
    }
  }

  /** Nothing more is bought of this server before a time; free service is used as before. */
  record Off(String text, long untilNanos) implements BuyerState {}

  /** What was asked. */
  enum Request {
    QUERY("asks for a quote"),
    OPEN("opens the payment method"),
    EXCHANGE("exchanges money for tokens"),
    CAPACITY("asks for capacity"),
    CLOSE("closes");

    private final String text;

    Request(String text) {
      this.text = text;
    }

    String text() {
      return text;
    }
  }
}
