package io.lesnode.vip.pool;

import io.lesnode.payment.Counterparty;
import io.lesnode.vipnode.wire.MethodEntry;
import io.lesnode.vipnode.wire.VipMessage;
import java.util.List;
import java.util.function.Consumer;
import org.apache.tuweni.units.bigints.UInt256;

/** Pays hosts without making the pool's loop wait. Called on the loop. */
interface Payouts {
  /** A member said how it can be paid. */
  void onHost(Counterparty host, List<MethodEntry> methods);

  /**
   * Raises what a host was paid.
   *
   * @param promisedWei to this altogether
   * @param done whether it was; called on any thread
   */
  void raise(Counterparty host, UInt256 promisedWei, Consumer<Boolean> done);

  /** A host has answered a payment. */
  void onReceipt(Counterparty host, VipMessage.Receipt receipt);

  /** A pool that only writes down what it owes; the operator pays as he likes. */
  Payouts NONE =
      new Payouts() {
        @Override
        public void onHost(Counterparty host, List<MethodEntry> methods) {}

        @Override
        public void raise(Counterparty host, UInt256 promisedWei, Consumer<Boolean> done) {
          done.accept(true);
        }

        @Override
        public void onReceipt(Counterparty host, VipMessage.Receipt receipt) {}
      };
}
