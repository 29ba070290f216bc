package io.lesnode.payment.raw;

import io.lesnode.payment.ChainHead;
import io.lesnode.payment.ChainUnavailableException;
import io.lesnode.payment.ChainView;
import io.lesnode.payment.Counterparty;
import io.lesnode.payment.MethodId;
import io.lesnode.payment.MethodTerms;
import io.lesnode.payment.Params;
import io.lesnode.payment.Payer;
import io.lesnode.payment.PayerException;
import io.lesnode.payment.SettlementOutcome;
import io.lesnode.payment.SignerException;
import io.lesnode.payment.ledger.Bookkeeping;
import io.lesnode.payment.ledger.DurableBatches;
import io.lesnode.payment.ledger.LedgerBatch;
import io.lesnode.payment.transactions.TransactionOrder;
import io.lesnode.payment.transactions.Transactor;
import io.lesnode.primitives.Address;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * Pays by transfers on chain. A payment is a transaction of the {@link Transactor}, which stores it
 * before it is sent and forgets it when the server has acknowledged it; its hash may change with
 * the fee, its payment id does not. Confined to one thread at a time.
 */
public final class RawPayer implements Payer {
  private static final long TRANSFER_GAS = 21_000;
  private static final String SERIALS = "raw-serial";
  private static final Bytes KIND = Bytes.of('r');

  private final ChainView chain;
  private final DurableBatches records;
  private final Transactor transactor;

  /** Pays from the transactor's account. */
  public RawPayer(ChainView chain, DurableBatches records, Transactor transactor) {
    this.chain = chain;
    this.records = records;
    this.transactor = transactor;
  }

  @Override
  public MethodId id() {
    return MethodId.RAW;
  }

  @Override
  public void check(Counterparty server, MethodTerms terms) throws PayerException {
    if (!terms.variant().equals("raw/1")) {
      throw new PayerException("transfers of the kind " + terms.variant() + " are not known");
    }
    payee(server);
  }

  private static Address payee(Counterparty server) throws PayerException {
    return server
        .payAddress()
        .filter(address -> !address.equals(Address.ZERO))
        .orElseThrow(
            () -> new PayerException("the server has not proven an account to be paid at"));
  }

  @Override
  public Bytes openData(Counterparty server, MethodTerms terms) {
    return Bytes.EMPTY;
  }

  @Override
  public void onParams(Counterparty server, Params params) {}

  @Override
  public UInt256 payableWei(Counterparty server) throws ChainUnavailableException {
    UInt256 balance = chain.balance(transactor.account(), chain.head().number());
    UInt256 fee = transactor.mostCostWei(order(Bytes.of(0), transactor.account(), UInt256.ZERO));
    return balance.compareTo(fee) <= 0 ? UInt256.ZERO : balance.subtract(fee);
  }

  private static TransactionOrder order(Bytes reference, Address payee, UInt256 amountWei) {
    return new TransactionOrder(
        reference, payee, amountWei, Bytes.EMPTY, TRANSFER_GAS, "payment to " + payee);
  }

  @Override
  public Bytes32 deposit(Counterparty server, UInt256 amountWei) throws PayerException {
    throw new PayerException("transfers need no deposit");
  }

  @Override
  public List<PaymentProof> pay(Counterparty server, UInt256 amountWei)
      throws PayerException, SignerException {
    Address payee = payee(server);
    try {
      if (amountWei.isZero() || amountWei.compareTo(payableWei(server)) > 0) {
        throw new PayerException(
            transactor.account() + " does not have so much beside what the transfer costs");
      }
      LedgerBatch batch = records.begin();
      long serial = batch.get(SERIALS, payee.bytes()).map(Bytes::toLong).orElse(0L) + 1;
      batch.put(SERIALS, payee.bytes(), Bytes.ofUnsignedLong(serial));
      records.commit(batch);
      Bytes reference = Bytes.concatenate(KIND, payee.bytes(), Bytes.ofUnsignedLong(serial));
      transactor.submit(order(reference, payee, amountWei));
    } catch (ChainUnavailableException unavailable) {
      throw new PayerException("the transfer cannot be made now", unavailable);
    }
    return pending(server);
  }

  @Override
  public List<PaymentProof> pending(Counterparty server) {
    List<PaymentProof> proofs = new ArrayList<>();
    for (Bytes reference : references(server)) {
      Optional<Bytes32> included =
          Optional.ofNullable(transactor.finished().get(reference))
              .flatMap(
                  outcome ->
                      outcome instanceof SettlementOutcome.Included there
                          ? Optional.of(there.transaction())
                          : Optional.empty());
      Bytes32 hash = included.or(() -> transactor.hashOf(reference)).orElseThrow();
      UInt256 amount = transactor.orderOf(reference).orElseThrow().valueWei();
      proofs.add(new PaymentProof(payId(reference), hash, amount));
    }
    return List.copyOf(proofs);
  }

  private List<Bytes> references(Counterparty server) {
    Bytes prefix =
        Bytes.concatenate(KIND, server.payAddress().map(Address::bytes).orElse(Bytes.EMPTY));
    return transactor.references().stream()
        .filter(each -> each.size() == 29 && each.commonPrefixLength(prefix) == prefix.size())
        .toList();
  }

  private static Bytes payId(Bytes reference) {
    return reference.slice(21, 8);
  }

  @Override
  public void onReceipt(Counterparty server, Bytes payId, UInt256 cumulativeWei) {
    for (Bytes reference : references(server)) {
      if (payId(reference).equals(payId)) {
        finish(server, reference);
      }
    }
  }

  private void finish(Counterparty server, Bytes reference) {
    Map<Bytes, SettlementOutcome> finished = transactor.finished();
    LedgerBatch batch = records.begin();
    if (finished.get(reference) instanceof SettlementOutcome.Included included) {
      Bytes payee = server.payAddress().map(Address::bytes).orElse(Bytes.EMPTY);
      BigInteger amount =
          transactor.orderOf(reference).orElseThrow().valueWei().toUnsignedBigInteger();
      Bookkeeping.spend(batch, id(), payee, amount, included.transaction());
      Bookkeeping.cashedByPayee(batch, id(), payee, amount, included.transaction());
      if (!included.feeWei().isZero()) {
        Bookkeeping.fee(batch, included.feeWei().toUnsignedBigInteger(), included.transaction());
      }
      transactor.forget(reference, batch);
    }
    records.commit(batch);
  }

  @Override
  public void onEvidence(Counterparty server, Bytes evidence) {
    for (Bytes reference : references(server)) {
      if (transactor.hashOf(reference).filter(evidence::equals).isPresent()) {
        finish(server, reference);
      }
    }
  }

  @Override
  public List<Bytes32> onHead(ChainHead head) throws ChainUnavailableException, SignerException {
    transactor.onHead(head);
    return List.of();
  }
}
