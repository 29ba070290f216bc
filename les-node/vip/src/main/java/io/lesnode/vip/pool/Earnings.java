package io.lesnode.vip.pool;

import io.lesnode.payment.Counterparty;
import io.lesnode.payment.MethodTerms;
import io.lesnode.vipnode.wire.VipMessage;
import java.util.List;
import java.util.function.Consumer;

/** Where a host's money of its pool goes: its books, which are those of its other sales too. */
public interface Earnings {
  /** How the pool can pay us. */
  List<MethodTerms> terms();

  /**
   * The pool pays. Any thread; does not block.
   *
   * @param answer gets the receipt when the payment is durable, or the refusal; on any thread
   */
  void receive(Counterparty pool, VipMessage.Pay pay, Consumer<VipMessage.Receipt> answer);

  /** For a host whose server takes the pool's payments with all others. */
  Earnings ELSEWHERE =
      new Earnings() {
        @Override
        public List<MethodTerms> terms() {
          return List.of();
        }

        @Override
        public void receive(
            Counterparty pool, VipMessage.Pay pay, Consumer<VipMessage.Receipt> answer) {}
      };
}
