package io.lesnode.payment.cheque;

import io.lesnode.payment.ChainHead;
import io.lesnode.payment.ChainUnavailableException;
import io.lesnode.payment.ChainView;
import io.lesnode.payment.Counterparty;
import io.lesnode.payment.Credit;
import io.lesnode.payment.MethodId;
import io.lesnode.payment.MethodNews;
import io.lesnode.payment.MethodTerms;
import io.lesnode.payment.Params;
import io.lesnode.payment.PaymentMethod;
import io.lesnode.payment.Refusal;
import io.lesnode.payment.RefusalCode;
import io.lesnode.payment.Settlement;
import io.lesnode.payment.SettlementOutcome;
import io.lesnode.payment.SettlementPolicy;
import io.lesnode.payment.Signer;
import io.lesnode.payment.SignerException;
import io.lesnode.payment.ledger.AccountId;
import io.lesnode.payment.ledger.AccountKind;
import io.lesnode.payment.ledger.LedgerBatch;
import io.lesnode.payment.ledger.TransferKind;
import io.lesnode.payment.signing.CompactSignature;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.crypto.Secp256k1;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * Takes cheques on an account book (docs/vip.md, "Cheques"; the rules are those of its section
 * "Receiving").
 *
 * <p><b>What a cheque must be.</b> Its contract has the code that we trust; it is signed by the
 * account that the peer has bound; it is over more than the newest before; and what it is over and
 * the contract has not paid yet is covered by the deposit, less what is being asked back, both
 * after the block that is deep enough and after the head. So a deposit counts late and a withdrawal
 * at once. The signature comes last: it costs more than everything before it.
 *
 * <p><b>Why only the newest matters.</b> The amount is cumulative, so of several cheques that wait
 * the highest says all; the others are answered without a look at their signatures, as parts of
 * what the highest is over.
 *
 * <p>Everything that is remembered is in the books; in memory are only views of the chain. Confined
 * to the ledger loop.
 */
public final class ChequeMethod implements PaymentMethod {
  private static final int BLOCK_SECONDS = 12;
  private static final long LONGEST_CLOSE_SECONDS = 3_600;

  private final Secp256k1 secp256k1;
  private final AccountBook book;
  private final ChequeSettings settings;
  private final Optional<Signer> closer;
  private final DepositViews views;
  private final PayerTable payers;
  private final ChequeSettlements settlements;
  private final AwaitedDeposits awaited = new AwaitedDeposits();

  /**
   * Takes cheques.
   *
   * @param closer signs the end of accounts for us, without asking anybody, as it is called on the
   *     ledger loop; empty: accounts are not ended together
   */
  public ChequeMethod(
      AccountBook book, ChequeSettings settings, ChainView chain, Optional<Signer> closer) {
    this(book, settings, chain, closer, Secp256k1.instance());
  }

  /** As above, with a library of one's choice for the signatures: for comparisons. */
  public ChequeMethod(
      AccountBook book,
      ChequeSettings settings,
      ChainView chain,
      Optional<Signer> closer,
      Secp256k1 secp256k1) {
    this.secp256k1 = secp256k1;
    this.book = book;
    this.settings = settings;
    this.closer = closer;
    this.views = new DepositViews(book, settings.payee(), settings.confirmations(), chain);
    this.payers = new PayerTable(book.address());
    this.settlements = new ChequeSettlements(book, settings, views, payers);
  }

  /**
   * Looks whether the contract is the right one, for a message at the start.
   *
   * @return what is wrong, if anything
   */
  public Optional<String> problem() throws ChainUnavailableException {
    if (!views.isTrusted()) {
      return Optional.of(
          "at " + book.address() + " is no account book with the code " + book.codeHash());
    }
    if (!views.paysUs()) {
      return Optional.of(
          "the account book at " + book.address() + " does not pay " + settings.payee());
    }
    return Optional.empty();
  }

  @Override
  public MethodId id() {
    return MethodId.CHEQUE;
  }

  @Override
  public MethodTerms terms() {
    return new MethodTerms(
        MethodId.CHEQUE,
        book.variant(),
        Optional.of(book.address()),
        book.codeHash(),
        Bytes.of(settings.confirmations()));
  }

  /**
   * Tells how we see the account.
   *
   * @param data the newest cheque that the payer knows to be acknowledged, or empty. If our own
   *     records are older than that, because they were lost, they are brought up to it; what was
   *     paid before the loss is not credited twice
   */
  @Override
  public Params open(Counterparty peer, Bytes data, LedgerBatch batch) throws Refusal {
    Address payer = payerOf(peer);
    requireTrusted();
    DepositView view = view(payer);
    PayerState state = state(batch, payer, view);
    if (!data.isEmpty()) {
      state = learnFrom(peer, payer, decode(data), state, view, batch);
    }
    try {
      int missing = views.awaited(payer);
      awaited.set(payer, missing > 0 ? view.latest().coveredWei() : null);
      return new Params(missing, statement(state, view).encoded());
    } catch (ChainUnavailableException unavailable) {
      throw ChequeRefusals.notSynced(unavailable);
    }
  }

  private ChequeStatement statement(PayerState state, DepositView view)
      throws ChainUnavailableException {
    return ChequeStatement.of(book, state, newest(state), view, views.confirmedBlock());
  }

  private PayerState learnFrom(
      Counterparty peer,
      Address payer,
      Cheque shown,
      PayerState state,
      DepositView view,
      LedgerBatch batch)
      throws Refusal {
    boolean isNews = shown.cumulativeWei().compareTo(state.cumulativeWei()) > 0;
    if (!isNews || number(shown.cumulativeWei()).compareTo(view.coveredWei()) > 0) {
      return state;
    }
    Bytes key = requireSigned(payer, shown, state);
    PayerState learnt = state.withCheque(shown, key, nowSeconds());
    payers.put(batch, payer, learnt);
    batch.transfer(
        AccountId.claim(id(), peer.moneyOwner()),
        AccountId.house(AccountKind.REVENUE),
        number(shown.cumulativeWei()).subtract(number(state.cumulativeWei())),
        TransferKind.CORRECTION,
        digest(shown));
    return learnt;
  }

  @Override
  public Credit receive(Counterparty peer, Bytes proof, LedgerBatch batch) throws Refusal {
    return switch (receiveMany(peer, List.of(proof), batch).get(0)) {
      case Received.Accepted accepted -> accepted.credit();
      case Received.Refused refused -> throw refused.refusal();
    };
  }

  @Override
  public List<Received> receiveMany(Counterparty peer, List<Bytes> proofs, LedgerBatch batch) {
    Received[] answers = new Received[proofs.size()];
    try {
      Address payer = payerOf(peer);
      Cheque[] cheques = new Cheque[proofs.size()];
      for (int i = 0; i < cheques.length; i++) {
        try {
          cheques[i] = decode(proofs.get(i));
        } catch (Refusal malformed) {
          answers[i] = new Received.Refused(malformed);
        }
      }
      receiveAll(peer, payer, cheques, answers, batch);
    } catch (Refusal forAll) {
      for (int i = 0; i < answers.length; i++) {
        answers[i] = answers[i] == null ? new Received.Refused(forAll) : answers[i];
      }
    }
    return List.copyOf(Arrays.asList(answers));
  }

  /** Finds the highest cheque that is good, and books it and all below it. */
  private void receiveAll(
      Counterparty peer, Address payer, Cheque[] cheques, Received[] answers, LedgerBatch batch)
      throws Refusal {
    requireTrusted();
    DepositView view = view(payer);
    PayerState before = state(batch, payer, view);
    if (before.closingUntilSeconds() >= nowSeconds() && before.closes() == view.latest().closes()) {
      throw new Refusal(
          RefusalCode.WITHDRAW_PENDING,
          "we have both signed the end of this account; pay again after it",
          BLOCK_SECONDS,
          Bytes.EMPTY);
    }
    List<Integer> rising =
        IntStream.range(0, cheques.length)
            .boxed()
            .filter(i -> answers[i] == null)
            .sorted(Comparator.comparing((Integer i) -> cheques[i].cumulativeWei()))
            .toList();
    for (int at = rising.size() - 1; at >= 0; at--) {
      int highest = rising.get(at);
      try {
        requireGood(cheques[highest], before, view);
        Bytes key = requireSigned(payer, cheques[highest], before);
        book(peer, payer, before.withCheque(cheques[highest], key, nowSeconds()), before, batch);
        share(rising.subList(0, at + 1), cheques, answers, before);
        return;
      } catch (Refusal refusal) {
        answers[highest] = new Received.Refused(refusal);
      }
    }
  }

  /** What the highest cheque brought, said in the steps in which it was paid. */
  private void share(
      List<Integer> rising, Cheque[] cheques, Received[] answers, PayerState before) {
    UInt256 sofar = before.cumulativeWei();
    for (int i : rising) {
      UInt256 cumulative = cheques[i].cumulativeWei();
      if (cumulative.compareTo(sofar) <= 0) {
        answers[i] = new Received.Refused(ChequeRefusals.stale(sofar, evidence(before)));
      } else {
        answers[i] =
            new Received.Accepted(new Credit.Money(cumulative.subtract(sofar), cumulative));
        sofar = cumulative;
      }
    }
  }

  private void book(
      Counterparty peer, Address payer, PayerState now, PayerState before, LedgerBatch batch) {
    payers.put(batch, payer, now);
    batch.transfer(
        AccountId.claim(id(), peer.moneyOwner()),
        AccountId.client(peer.moneyOwner()),
        number(now.cumulativeWei()).subtract(number(before.cumulativeWei())),
        TransferKind.PAYMENT,
        digest(newest(now).orElseThrow()));
  }

  private void requireGood(Cheque cheque, PayerState state, DepositView view) throws Refusal {
    UInt256 cumulative = cheque.cumulativeWei();
    if (cumulative.compareTo(state.cumulativeWei()) <= 0) {
      throw ChequeRefusals.stale(state.cumulativeWei(), evidence(state));
    }
    BigInteger total = number(cumulative);
    if (total.compareTo(view.limitWei()) > 0) {
      throw ChequeRefusals.notCovered(total, view);
    }
    BigInteger uncashed = total.subtract(number(view.confirmed().paidWei()));
    if (uncashed.compareTo(number(settings.mostUncashedWei())) > 0) {
      throw ChequeRefusals.overLimit(uncashed, settings.mostUncashedWei());
    }
  }

  /**
   * Checks the signature and gives the key that made it. Against a key that is known, which is
   * faster than recovering it, and does not look at the parity: {@link ChequeSettlements} finds the
   * right one for the contract.
   */
  private Bytes requireSigned(Address payer, Cheque cheque, PayerState state) throws Refusal {
    Bytes32 digest = digest(cheque);
    Bytes key = state.publicKey();
    if (key.isEmpty()) {
      key = cheque.signature().signerKey(digest).orElse(Bytes.EMPTY);
      if (!key.isEmpty() && !payer.equals(Address.ZERO) && Address.ofPublicKey(key).equals(payer)) {
        return key;
      }
    } else if (secp256k1.verify(digest, cheque.signature().toBytes64(), key)) {
      return key;
    }
    throw new Refusal(
        RefusalCode.BAD_SIGNATURE,
        "the cheque is not signed by " + payer + " for this contract, chain and payee");
  }

  private Bytes32 digest(Cheque cheque) {
    return book.digest(cheque.payee(), cheque.cumulativeWei());
  }

  private Cheque decode(Bytes proof) throws Refusal {
    try {
      return book.decode(settings.payee(), proof);
    } catch (ChequeFormatException malformed) {
      throw new Refusal(RefusalCode.MALFORMED, String.valueOf(malformed.getMessage()));
    }
  }

  /** The newest cheque as a refusal shows it; empty if there is none. */
  private Bytes evidence(PayerState state) {
    return newest(state).map(book::encode).orElse(Bytes.EMPTY);
  }

  private Optional<Cheque> newest(PayerState state) {
    return state
        .signature()
        .map(signature -> new Cheque(settings.payee(), state.cumulativeWei(), signature));
  }

  private static Address payerOf(Counterparty peer) throws Refusal {
    return peer.payAddress()
        .orElseThrow(
            () ->
                new Refusal(
                    RefusalCode.BAD_SIGNATURE,
                    "cheques need a pay address that the Status has bound to the node"));
  }

  private PayerState state(LedgerBatch batch, Address payer, DepositView view) {
    return payers.get(batch, payer).orElseGet(() -> PayerState.fresh(view.confirmed().paidWei()));
  }

  private DepositView view(Address payer) throws Refusal {
    try {
      return views.of(payer);
    } catch (ChainUnavailableException unavailable) {
      throw ChequeRefusals.notSynced(unavailable);
    }
  }

  private long nowSeconds() throws Refusal {
    try {
      return views.head().timestampSeconds();
    } catch (ChainUnavailableException unavailable) {
      throw ChequeRefusals.notSynced(unavailable);
    }
  }

  private void requireTrusted() throws Refusal {
    try {
      if (!views.isTrusted()) {
        throw new Refusal(
            RefusalCode.UNTRUSTED_CONTRACT,
            "the account book at " + book.address() + " does not have the code that is trusted");
      }
    } catch (ChainUnavailableException unavailable) {
      throw ChequeRefusals.notSynced(unavailable);
    }
  }

  @Override
  public List<MethodNews> onHead(ChainHead head, LedgerBatch batch) {
    views.onHead(head);
    List<MethodNews> news = new ArrayList<>(settlements.onHead(head, batch));
    try {
      for (Address payer : awaited.payers()) {
        DepositView view = views.of(payer);
        if (awaited.isReached(payer, view.confirmed().coveredWei())) {
          awaited.set(payer, null);
          PayerState state = state(batch, payer, view);
          news.add(new MethodNews.Confirmed(payer.bytes(), statement(state, view).encoded()));
        }
      }
    } catch (ChainUnavailableException later) {
      return news;
    }
    return news;
  }

  @Override
  public List<Settlement> due(SettlementPolicy policy, long nowSeconds, LedgerBatch books) {
    return settlements.due(policy, nowSeconds, books);
  }

  @Override
  public void onSettled(Settlement settlement, SettlementOutcome outcome, LedgerBatch batch) {
    settlements.onSettled(settlement, outcome, batch);
  }

  /**
   * Gives up what a payer's cheques are over and the chain has not paid: what the payer has not
   * spent bears it first, then we.
   *
   * @param moneyOwner the payer's address
   * @return how much it was, in wei
   */
  public BigInteger writeOff(Bytes moneyOwner, LedgerBatch batch) {
    return settlements.writeOff(Address.of(moneyOwner), batch);
  }

  /**
   * Ends an account with both signatures: instantly, instead of a withdrawal and its window.
   *
   * @param data the terms with the payer's signature; empty: the peer only says good-bye and gets
   *     our view of the account
   */
  @Override
  public Bytes close(Counterparty peer, Bytes data, LedgerBatch batch) throws Refusal {
    Address payer = payerOf(peer);
    requireTrusted();
    DepositView view = view(payer);
    PayerState state = state(batch, payer, view);
    try {
      if (data.isEmpty()) {
        return statement(state, view).encoded();
      }
      ChequeStatement.SignedClose asked = ChequeStatement.SignedClose.decode(data);
      return signClose(payer, asked, state, view, batch);
    } catch (ChequeFormatException malformed) {
      throw new Refusal(RefusalCode.MALFORMED, String.valueOf(malformed.getMessage()));
    } catch (ChainUnavailableException unavailable) {
      throw ChequeRefusals.notSynced(unavailable);
    }
  }

  private Bytes signClose(
      Address payer,
      ChequeStatement.SignedClose asked,
      PayerState state,
      DepositView view,
      LedgerBatch batch)
      throws Refusal {
    CloseTerms terms = asked.terms();
    var request = book.closeRequest(settings.payee(), payer, terms);
    if (request.isEmpty() || closer.isEmpty()) {
      throw new Refusal(
          RefusalCode.UNKNOWN_METHOD,
          "this server does not end accounts together; withdraw and claim after the window");
    }
    if (terms.cumulativeWei().compareTo(state.cumulativeWei()) < 0) {
      throw ChequeRefusals.stale(state.cumulativeWei(), evidence(state));
    }
    if (number(terms.cumulativeWei()).compareTo(view.coveredWei()) > 0) {
      throw ChequeRefusals.notCovered(number(terms.cumulativeWei()), view);
    }
    long now = nowSeconds();
    if (terms.closes() != view.latest().closes()
        || terms.deadlineSeconds() <= now
        || terms.deadlineSeconds() > now + LONGEST_CLOSE_SECONDS) {
      throw new Refusal(
          RefusalCode.EXPIRED,
          "the account was closed "
              + view.latest().closes()
              + " times, and the end must come within an hour of block time "
              + now);
    }
    if (!asked.signature().isBy(payer, request.get().digest())) {
      throw new Refusal(RefusalCode.BAD_SIGNATURE, "the close is not signed by " + payer);
    }
    payers.put(batch, payer, state.withClose(terms));
    try {
      CompactSignature ours = CompactSignature.of(closer.get().sign(request.get()));
      return new ChequeStatement.SignedClose(terms, ours).encoded();
    } catch (SignerException refused) {
      throw new Refusal(
          RefusalCode.UNKNOWN_METHOD,
          "this server cannot sign the end of the account now; withdraw, or try again later");
    }
  }

  private static BigInteger number(UInt256 wei) {
    return wei.toUnsignedBigInteger();
  }
}
