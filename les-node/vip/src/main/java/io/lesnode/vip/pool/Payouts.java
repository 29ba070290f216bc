package io.lesnode.vip.pool;

import io.lesnode.payment.ChainHead;
import io.lesnode.payment.Counterparty;
import io.lesnode.vipnode.wire.MethodEntry;
import io.lesnode.vipnode.wire.VipMessage;
import java.util.List;

/** Pays hosts. Called on the pool's loop when no batch is open. */
interface Payouts {
  /** A member said how it can be paid. */
  void onHost(Counterparty host, List<MethodEntry> methods);

  /** Pays what a host is owed; false if it could not be, which the log says. */
  boolean pay(Counterparty host);

  /** A host has answered a payment. */
  void onReceipt(Counterparty host, VipMessage.Receipt receipt);

  /** A new head of the chain. */
  void onHead(ChainHead head);

  /** A pool that only writes down what it owes; the operator pays as he likes. */
  Payouts NONE =
      new Payouts() {
        @Override
        public void onHost(Counterparty host, List<MethodEntry> methods) {}

        @Override
        public boolean pay(Counterparty host) {
          return true;
        }

        @Override
        public void onReceipt(Counterparty host, VipMessage.Receipt receipt) {}

        @Override
        public void onHead(ChainHead head) {}
      };
}
