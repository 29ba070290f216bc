package io.lesnode.vip;

import io.lesnode.payment.ChainView;
import io.lesnode.payment.Signer;
import io.lesnode.payment.ledger.DurableBatches;
import io.lesnode.payment.transactions.Transactor;
import java.util.Optional;

/**
 * What a payer is made from. All of it is used on the payer thread only.
 *
 * @param chain the chain through LES
 * @param records the client's own books
 * @param signer the account that pays; empty: only methods without an account can be used
 * @param transactor sends from that account
 */
public record PayerParts(
    ChainView chain,
    DurableBatches records,
    Optional<Signer> signer,
    Optional<Transactor> transactor) {
  /** The account, where a method cannot do without. */
  Signer requireSigner() {
    return signer.orElseThrow(() -> new VipException("this payment method needs an account"));
  }

  /** Sends from the account. */
  Transactor requireTransactor() {
    return transactor.orElseThrow(() -> new VipException("this payment method needs an account"));
  }
}
