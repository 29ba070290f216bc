package io.lesnode.vip;

import io.lesnode.payment.ChainHead;
import io.lesnode.payment.ChainUnavailableException;
import io.lesnode.payment.ChainView;
import io.lesnode.payment.Counterparty;
import io.lesnode.payment.MethodId;
import io.lesnode.payment.MethodTerms;
import io.lesnode.payment.Payer;
import io.lesnode.payment.Payer.PaymentProof;
import io.lesnode.payment.PayerException;
import io.lesnode.payment.Signer;
import io.lesnode.payment.SignerException;
import io.lesnode.payment.SigningRequest;
import io.lesnode.payment.ledger.LedgerStoreException;
import io.lesnode.payment.transactions.Transactor;
import io.lesnode.vipnode.client.BuyerAction;
import io.lesnode.vipnode.client.PayerOutcome;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries out what buyers want of payers. Confined to the payer thread; its calls block. */
final class PayerWorker {
  private static final Logger LOG = LoggerFactory.getLogger(PayerWorker.class);

  /** More than any deposit of the methods takes, for what the budget counts as its fee. */
  private static final long DEPOSIT_GAS = 120_000;

  private final Optional<Signer> signer;
  private final ChainView chain;
  private final Predicate<UInt256> feeAllowed;
  private final Map<MethodId, Payer> payers = new EnumMap<>(MethodId.class);

  /**
   * Opens the payers.
   *
   * @param feeAllowed counts the fee of a transaction in the budget, durably; false if it is too
   *     much
   */
  PayerWorker(
      VipOptions options, ChainView chain, ClientRecords records, Predicate<UInt256> feeAllowed) {
    this.signer = options.signer();
    this.chain = chain;
    this.feeAllowed = feeAllowed;
    Optional<Transactor> transactor =
        signer.map(
            account -> new Transactor(account, chain, records.batches(), options.transactions()));
    PayerParts parts = new PayerParts(chain, records.batches(), signer, transactor);
    options.payers().forEach((id, source) -> payers.put(id, source.open(parts)));
  }

  /** Does one piece of work. */
  PayerOutcome work(BuyerAction.Work work, Counterparty server, Optional<MethodTerms> terms) {
    Set<Bytes> before = new HashSet<>();
    try {
      if (work instanceof BuyerAction.Pay pay) {
        payer(pay.method()).pending(server).forEach(known -> before.add(known.payId()));
      }
      return attempt(work, server, terms);
    } catch (PayerException | SignerException | ChainUnavailableException | VipException refused) {
      return new PayerOutcome.Failed(
          String.valueOf(refused.getMessage()), nothingSigned(work, server, before));
    } catch (LedgerStoreException broken) {
      LOG.error("The books of payments cannot be written; nothing is paid any more", broken);
      return new PayerOutcome.Failed("the books of payments cannot be written", false);
    }
  }

  private boolean nothingSigned(BuyerAction.Work work, Counterparty server, Set<Bytes> before) {
    if (!(work instanceof BuyerAction.Pay pay)) {
      return true;
    }
    try {
      return payer(pay.method()).pending(server).stream()
          .map(PaymentProof::payId)
          .allMatch(before::contains);
    } catch (VipException | LedgerStoreException unknown) {
      return false;
    }
  }

  private PayerOutcome attempt(
      BuyerAction.Work work, Counterparty server, Optional<MethodTerms> terms)
      throws PayerException, SignerException, ChainUnavailableException {
    switch (work) {
      case BuyerAction.Sign sign -> {
        return new PayerOutcome.Signed(sign(sign));
      }
      case BuyerAction.Examine examine -> {
        Payer payer = payer(examine.terms().id());
        payer.check(server, examine.terms());
        return new PayerOutcome.Payable(payer.payableWei(server));
      }
      case BuyerAction.PrepareOpen open -> {
        return new PayerOutcome.Prepared(payer(open.terms().id()).openData(server, open.terms()));
      }
      case BuyerAction.TakeParams take -> {
        Payer payer = payer(take.method());
        payer.onParams(server, take.params());
        return new PayerOutcome.Payable(payer.payableWei(server));
      }
      case BuyerAction.Deposit deposit -> {
        requireFee();
        return new PayerOutcome.Deposited(
            payer(deposit.method()).deposit(server, deposit.amountWei()));
      }
      case BuyerAction.Pay pay -> {
        return new PayerOutcome.Proofs(payer(pay.method()).pay(server, pay.amountWei()));
      }
      case BuyerAction.Recall recall -> {
        return new PayerOutcome.Proofs(recalled(recall, server, terms));
      }
      case BuyerAction.Acknowledge paid -> {
        payer(paid.method()).onReceipt(server, paid.payId(), paid.cumulativeWei());
        return new PayerOutcome.Done();
      }
      case BuyerAction.ShowEvidence shown -> {
        payer(shown.method()).onEvidence(server, shown.evidence());
        return new PayerOutcome.Done();
      }
      case BuyerAction.PrepareClose close -> {
        return new PayerOutcome.Prepared(payer(close.method()).closeData(server));
      }
      case BuyerAction.TakeStatement statement -> {
        payer(statement.method()).onClosed(server, statement.statement());
        return new PayerOutcome.Done();
      }
    }
  }

  private List<PaymentProof> recalled(
      BuyerAction.Recall recall, Counterparty server, Optional<MethodTerms> terms) {
    return terms.filter(known -> known.id() == recall.method()).isPresent()
        ? payer(recall.method()).pending(server)
        : List.of();
  }

  private Bytes sign(BuyerAction.Sign sign) throws SignerException {
    Signer account = signer.orElseThrow(() -> new SignerException("there is no account"));
    return account
        .sign(
            new SigningRequest(
                SigningRequest.Kind.DIGEST, sign.digest(), Bytes.EMPTY, sign.purpose()))
        .toBytes65();
  }

  private void requireFee() throws PayerException, ChainUnavailableException {
    UInt256 fee = chain.gasPriceWei().multiply(UInt256.valueOf(DEPOSIT_GAS));
    if (!feeAllowed.test(fee)) {
      throw new PayerException("the budget does not leave enough for the fee of a transaction");
    }
  }

  /** A deposit that the user wants. */
  Bytes32 deposit(Counterparty server, MethodTerms terms, UInt256 amountWei) {
    return asked(
        () -> {
          Payer payer = payer(terms.id());
          payer.check(server, terms);
          return payer.deposit(server, amountWei);
        });
  }

  /** A withdrawal that the user wants. */
  Bytes32 withdraw(Counterparty server, MethodTerms terms, UInt256 amountWei) {
    return asked(
        () -> {
          Payer payer = payer(terms.id());
          payer.check(server, terms);
          return payer.withdraw(server, amountWei);
        });
  }

  /** Something a user asked for. */
  private interface Request<T> {
    T run() throws PayerException, SignerException, ChainUnavailableException;
  }

  private static <T> T asked(Request<T> request) {
    try {
      return request.run();
    } catch (PayerException | SignerException | ChainUnavailableException refused) {
      throw new VipException(String.valueOf(refused.getMessage()), refused);
    }
  }

  /** A new head: transactions are looked after. */
  void onHead() {
    if (signer.isEmpty()) {
      return;
    }
    try {
      ChainHead head = chain.head();
      for (Payer payer : payers.values()) {
        payer.onHead(head);
      }
    } catch (ChainUnavailableException | SignerException later) {
      LOG.debug("Transactions are looked after with the next block: {}", later.getMessage());
    } catch (LedgerStoreException broken) {
      LOG.error("The books of payments cannot be written", broken);
    }
  }

  private Payer payer(MethodId id) {
    return Optional.ofNullable(payers.get(id))
        .orElseThrow(() -> new VipException("payments by " + id.text() + " are not set up"));
  }
}
