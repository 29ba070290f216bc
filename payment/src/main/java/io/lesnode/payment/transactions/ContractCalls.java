package io.lesnode.payment.transactions;

import io.lesnode.payment.ChainHead;
import io.lesnode.payment.ChainUnavailableException;
import io.lesnode.payment.ChainView;
import io.lesnode.payment.PayerException;
import io.lesnode.payment.SettlementOutcome;
import io.lesnode.payment.SignerException;
import io.lesnode.payment.ledger.Bookkeeping;
import io.lesnode.payment.ledger.DurableBatches;
import io.lesnode.payment.ledger.LedgerBatch;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.crypto.Keccak;
import java.util.Map;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * Calls of contracts that are known by what they do: the same call is under way once, however often
 * it is asked for. For calls that carry something unique (a salt, a period) or that do nothing the
 * second time. Confined to the thread of the transactor.
 */
public final class ContractCalls {
  private final Transactor transactor;
  private final ChainView chain;
  private final DurableBatches records;
  private final Bytes prefix;

  /**
   * Calls for one purpose.
   *
   * @param prefix keeps the references of this purpose apart from others; 1 to 8 bytes
   */
  public ContractCalls(
      Transactor transactor, ChainView chain, DurableBatches records, Bytes prefix) {
    this.transactor = transactor;
    this.chain = chain;
    this.records = records;
    this.prefix = prefix;
  }

  /** Whose calls they are. */
  public Address account() {
    return transactor.account();
  }

  /**
   * Signs, stores and sends a call, or finds the same one that is under way.
   *
   * @param purpose one line for the person who is asked to sign
   * @return the transaction
   * @throws PayerException if the account has too little ether
   */
  public Bytes32 send(Address to, Bytes data, UInt256 valueWei, long gasLimit, String purpose)
      throws PayerException, ChainUnavailableException, SignerException {
    Bytes reference =
        Bytes.concatenate(
            prefix, Keccak.keccak256(Bytes.concatenate(to.bytes(), valueWei.toBytes(), data)));
    TransactionOrder order = new TransactionOrder(reference, to, valueWei, data, gasLimit, purpose);
    if (transactor.orderOf(reference).isEmpty()) {
      UInt256 balance = chain.balance(account(), chain.head().number());
      UInt256 cost = transactor.mostCostWei(order);
      if (balance.compareTo(cost) < 0) {
        throw new PayerException(
            "%s has %s wei and needs up to %s for this transaction; send ether to it"
                .formatted(account(), balance.toDecimalString(), cost.toDecimalString()));
      }
    }
    return transactor.submit(order);
  }

  /** Looks after what was sent and books the fees of what is final. */
  public void onHead(ChainHead head) throws ChainUnavailableException, SignerException {
    transactor.onHead(head);
    for (Map.Entry<Bytes, SettlementOutcome> end : transactor.finished().entrySet()) {
      Bytes reference = end.getKey();
      if (reference.commonPrefixLength(prefix) < prefix.size()) {
        continue;
      }
      LedgerBatch batch = records.begin();
      if (end.getValue() instanceof SettlementOutcome.Included included
          && !included.feeWei().isZero()) {
        Bookkeeping.fee(batch, included.feeWei().toUnsignedBigInteger(), included.transaction());
      }
      transactor.forget(reference, batch);
      records.commit(batch);
    }
  }
}
