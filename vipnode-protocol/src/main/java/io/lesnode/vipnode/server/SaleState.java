package io.lesnode.vipnode.server;

/**
 * Where a client stands (docs/vip.md, "State machine").
 *
 * <pre>
 * Greeting → FreeTrial → Free → Paid → Exhausted → Downgraded → Paid …
 *                     ↘ Paid          ↘ Paid
 * any → Off
 * </pre>
 *
 * Who is served at all is the client pool's decision; no state ends a connection.
 */
public sealed interface SaleState {

  /** For logs and the operator. */
  default String text() {
    return switch (this) {
      case Greeting greeting -> "greeting";
      case FreeTrial trial -> "trial";
      case Free free -> "free";
      case Paid paid -> "paid";
      case Exhausted exhausted -> "exhausted";
      case Downgraded downgraded -> "downgraded";
      case Off off -> "off";
    };
  }

  /** Our Status is sent, the peer's awaited. */
  record Greeting() implements SaleState {}

  /**
   * The free trial.
   *
   * @param untilNanos when it is over
   * @param told whether the client was told that it ends soon
   */
  record FreeTrial(long untilNanos, boolean told) implements SaleState {}

  /** Served for nothing, as long as nobody else wants the place more. */
  record Free() implements SaleState {}

  /**
   * It has tokens.
   *
   * @param lastPurchase how many it bought last
   * @param low whether it was told that they are nearly used up and has not bought enough since
   */
  record Paid(long lastPurchase, boolean low) implements SaleState {}

  /**
   * Its tokens are used up; it still has the capacity.
   *
   * @param capacity what it had
   * @param untilNanos when the grace is over
   */
  record Exhausted(long capacity, long untilNanos) implements SaleState {}

  /** It paid before and is served at the least capacity now. */
  record Downgraded() implements SaleState {}

  /** No vip with this peer any more; whatever it sends is ignored. LES goes on. */
  record Off(String why) implements SaleState {}
}
