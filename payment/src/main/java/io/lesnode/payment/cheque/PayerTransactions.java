package io.lesnode.payment.cheque;

import io.lesnode.payment.ChainHead;
import io.lesnode.payment.ChainUnavailableException;
import io.lesnode.payment.ChainView;
import io.lesnode.payment.PayerException;
import io.lesnode.payment.SettlementOutcome;
import io.lesnode.payment.Signer;
import io.lesnode.payment.SignerException;
import io.lesnode.payment.SigningRequest;
import io.lesnode.payment.cheque.PayerAccounts.Channel;
import io.lesnode.payment.ledger.Bookkeeping;
import io.lesnode.payment.ledger.DurableBatches;
import io.lesnode.payment.ledger.LedgerBatch;
import io.lesnode.payment.signing.CompactSignature;
import io.lesnode.payment.transactions.TransactionOrder;
import io.lesnode.payment.transactions.Transactor;
import io.lesnode.primitives.Address;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * What a payer sends to its account books, and how it sees them. At most one transaction of a kind
 * is under way for an account: asking again gives the same one. Confined to the payer's thread.
 */
final class PayerTransactions {
  private static final long GAS_LIMIT = 150_000;
  private static final long CLOSE_SECONDS = 1_800;

  /** What a transaction is for; the letter begins its reference. */
  enum Kind {
    DEPOSIT('d'),
    WITHDRAW('w'),
    CLAIM('t'),
    CLOSE('x');

    private final char letter;

    Kind(char letter) {
      this.letter = letter;
    }
  }

  private final Address payer;
  private final ChainView chain;
  private final DurableBatches records;
  private final Transactor transactor;
  private final Map<Bytes, ChequeStatement.SignedClose> closing = new HashMap<>();
  private final Map<Bytes, DepositViews> views = new HashMap<>();
  private @Nullable ChainHead viewedAt;

  PayerTransactions(Address payer, ChainView chain, DurableBatches records, Transactor transactor) {
    this.payer = payer;
    this.chain = chain;
    this.records = records;
    this.transactor = transactor;
  }

  /**
   * The account on chain, where it is deep enough to count and at the head; read once per head,
   * because for a light client that is a round trip.
   */
  DepositView view(Channel channel) throws ChainUnavailableException {
    ChainHead head = chain.head();
    if (!head.equals(viewedAt)) {
      views.clear();
      viewedAt = head;
    }
    DepositViews known =
        views.computeIfAbsent(
            channel.key(),
            key ->
                new DepositViews(channel.book(), channel.payee(), channel.confirmations(), chain));
    known.startAt(head);
    return known.of(payer);
  }

  Bytes32 send(
      Kind kind,
      Channel channel,
      PayerAccount account,
      UInt256 valueWei,
      Bytes call,
      String purpose)
      throws PayerException, ChainUnavailableException, SignerException {
    Optional<Bytes> known = underWay(kind, channel);
    Bytes reference =
        known.orElseGet(
            () -> Bytes.concatenate(prefix(kind, channel), Bytes.ofUnsignedLong(account.serial())));
    TransactionOrder order =
        new TransactionOrder(
            reference, channel.book().address(), valueWei, call, GAS_LIMIT, purpose);
    Optional<TransactionOrder> underWay = transactor.orderOf(reference);
    if (underWay.isPresent()) {
      if (!underWay.get().equals(order)) {
        throw new PayerException(
            "another transaction for this account is under way: "
                + underWay.get().purpose()
                + "; wait until it is final");
      }
    } else {
      UInt256 balance = chain.balance(payer, chain.head().number());
      UInt256 cost = transactor.mostCostWei(order);
      if (balance.compareTo(cost) < 0) {
        throw new PayerException(
            payer
                + " has "
                + number(balance)
                + " wei and needs up to "
                + number(cost)
                + " for this transaction; send ether to it");
      }
    }
    return transactor.submit(order);
  }

  private static Bytes prefix(Kind kind, Channel channel) {
    return Bytes.concatenate(Bytes.of(kind.letter), channel.key());
  }

  /** The transaction of a kind that is not final, or final and not booked. */
  private Optional<Bytes> underWay(Kind kind, Channel channel) {
    Bytes prefix = prefix(kind, channel);
    return transactor.references().stream()
        .filter(reference -> reference.commonPrefixLength(prefix) == prefix.size())
        .findFirst();
  }

  /** What a request that is sent and not in the chain yet asks back: the last word of its call. */
  UInt256 withdrawUnderWayWei(Channel channel) {
    return underWay(Kind.WITHDRAW, channel)
        .flatMap(transactor::orderOf)
        .map(order -> UInt256.fromBytes(order.data().slice(order.data().size() - 32)))
        .orElse(UInt256.ZERO);
  }

  /** Books what became final. */
  void onHead(ChainHead head, List<Channel> channels, PayerAccounts accounts)
      throws ChainUnavailableException, SignerException {
    transactor.onHead(head);
    Map<Bytes, SettlementOutcome> finished = transactor.finished();
    for (Channel channel : channels) {
      for (Kind kind : Kind.values()) {
        Optional<Bytes> reference = underWay(kind, channel);
        if (reference.isPresent() && finished.containsKey(reference.get())) {
          finish(reference.get(), finished.get(reference.get()), channel, accounts);
        }
      }
    }
  }

  private void finish(
      Bytes reference,
      @Nullable SettlementOutcome outcome,
      Channel channel,
      PayerAccounts accounts) {
    LedgerBatch batch = records.begin();
    if (outcome instanceof SettlementOutcome.Included included && !included.feeWei().isZero()) {
      Bookkeeping.fee(batch, number(included.feeWei()), included.transaction());
    }
    transactor.forget(reference, batch);
    accounts.put(batch, channel, accounts.get(batch, channel).withNextSerial());
    records.commit(batch);
  }

  /** Takes what was asked back and can be taken in the next block. */
  List<Bytes32> claimRipe(ChainHead head, List<Channel> channels, PayerAccounts accounts)
      throws ChainUnavailableException, SignerException {
    List<Bytes32> sent = new ArrayList<>();
    for (Channel channel : channels) {
      LedgerBatch batch = records.begin();
      PayerAccount account = accounts.get(batch, channel);
      records.commit(batch);
      if (!account.isWithdrawing() || underWay(Kind.WITHDRAW, channel).isPresent()) {
        continue;
      }
      BookAccount latest = view(channel).latest();
      if (!latest.isWithdrawing()) {
        LedgerBatch done = records.begin();
        accounts.put(done, channel, account.withdrawing(false));
        records.commit(done);
      } else if (head.number() + 1 >= latest.claimableBlock()) {
        sendClaim(channel, account, latest).ifPresent(sent::add);
      }
    }
    return sent;
  }

  /**
   * Empty if there is no ether for gas or something else is under way: the next head asks again.
   */
  private Optional<Bytes32> sendClaim(Channel channel, PayerAccount account, BookAccount latest)
      throws ChainUnavailableException, SignerException {
    try {
      return Optional.of(
          send(
              Kind.CLAIM,
              channel,
              account,
              UInt256.ZERO,
              channel.book().claimCall(channel.payee()),
              "take " + number(latest.withdrawWei()) + " wei of the deposit back"));
    } catch (PayerException later) {
      return Optional.empty();
    }
  }

  Bytes signClose(Channel channel, PayerAccount account, Signer signer)
      throws PayerException, ChainUnavailableException, SignerException {
    BookAccount latest = view(channel).latest();
    UInt256 total =
        account.cumulativeWei().compareTo(latest.paidWei()) < 0
            ? latest.paidWei()
            : account.cumulativeWei();
    CloseTerms terms =
        new CloseTerms(total, latest.closes(), chain.head().timestampSeconds() + CLOSE_SECONDS);
    Optional<SigningRequest> request = channel.book().closeRequest(channel.payee(), payer, terms);
    if (request.isEmpty()) {
      return Bytes.EMPTY;
    }
    ChequeStatement.SignedClose ours =
        new ChequeStatement.SignedClose(terms, CompactSignature.of(signer.sign(request.get())));
    closing.put(channel.key(), ours);
    return ours.encoded();
  }

  void sendClose(Channel channel, PayerAccount account, Bytes statement)
      throws PayerException, ChainUnavailableException, SignerException {
    ChequeStatement.SignedClose ours = closing.remove(channel.key());
    if (ours == null) {
      return;
    }
    ChequeStatement.SignedClose theirs;
    try {
      theirs = ChequeStatement.SignedClose.decode(statement);
    } catch (ChequeFormatException notSigned) {
      throw new PayerException("the server did not sign the end of the account", notSigned);
    }
    SigningRequest request =
        channel.book().closeRequest(channel.payee(), payer, ours.terms()).orElseThrow();
    if (!theirs.terms().equals(ours.terms())
        || !theirs.signature().isBy(channel.payee(), request.digest())) {
      throw new PayerException("the server signed something else than the end that we signed");
    }
    Bytes call =
        channel
            .book()
            .closeCall(channel.payee(), payer, ours.terms(), ours.signature(), theirs.signature())
            .orElseThrow();
    send(
        Kind.CLOSE,
        channel,
        account,
        UInt256.ZERO,
        call,
        "end of the account for " + channel.payee());
  }

  private static BigInteger number(UInt256 wei) {
    return wei.toUnsignedBigInteger();
  }
}
