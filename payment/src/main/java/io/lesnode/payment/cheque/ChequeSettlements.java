package io.lesnode.payment.cheque;

import io.lesnode.payment.ChainHead;
import io.lesnode.payment.ChainUnavailableException;
import io.lesnode.payment.MethodId;
import io.lesnode.payment.MethodNews;
import io.lesnode.payment.Settlement;
import io.lesnode.payment.SettlementOutcome;
import io.lesnode.payment.SettlementPolicy;
import io.lesnode.payment.ledger.AccountId;
import io.lesnode.payment.ledger.AccountKind;
import io.lesnode.payment.ledger.Bookkeeping;
import io.lesnode.payment.ledger.LedgerBatch;
import io.lesnode.payment.ledger.TransferKind;
import io.lesnode.payment.signing.CompactSignature;
import io.lesnode.primitives.Address;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * How cheques become ether: what is worth a transaction now, what the chain really moved, and what
 * happens to money whose deposit is gone.
 *
 * <p><b>Books and chain.</b> The contract counts what it paid for each payer, and so do the books.
 * At each head the two are compared; what the chain has more, whoever caused it, was cashed; what
 * it has less was undone. So a settlement is booked once, however often its outcome is told.
 *
 * <p><b>Freezing.</b> Where the deposit, confirmed and at the head, no longer covers the newest
 * cheque, as much of the payer's money as is missing is frozen until it does.
 *
 * <p>Confined to the ledger loop.
 */
final class ChequeSettlements {
  private static final long SHORTEST_RETRY_SECONDS = 600;
  private static final long LONGEST_RETRY_SECONDS = 86_400;

  private final AccountBook book;
  private final ChequeSettings settings;
  private final DepositViews views;
  private final PayerTable payers;

  ChequeSettlements(
      AccountBook book, ChequeSettings settings, DepositViews views, PayerTable payers) {
    this.book = book;
    this.settings = settings;
    this.views = views;
    this.payers = payers;
  }

  List<MethodNews> onHead(ChainHead head, LedgerBatch batch) {
    List<MethodNews> news = new ArrayList<>();
    for (Address payer : payers.open(batch)) {
      DepositView view;
      try {
        view = views.of(payer);
      } catch (ChainUnavailableException later) {
        return news;
      }
      PayerState before = payers.get(batch, payer).orElseThrow();
      PayerState now = before;
      if (book.countsWhatMoved()) {
        now = bookPaid(payer, now, paidOnChain(now, view), head.hash(), batch);
      }
      now = lookAtCover(payer, now, view, head, batch, news);
      if (!now.equals(before)) {
        payers.put(batch, payer, now);
      }
    }
    return news;
  }

  /** What the chain has paid: more than is booked once it is deep, less as soon as it is gone. */
  private static UInt256 paidOnChain(PayerState state, DepositView view) {
    UInt256 confirmed = view.confirmed().paidWei();
    UInt256 latest = view.latest().paidWei();
    if (confirmed.compareTo(state.bookedWei()) > 0) {
      return confirmed;
    }
    return latest.compareTo(state.bookedWei()) < 0 ? latest : state.bookedWei();
  }

  /** Brings the books to what the contract has paid in total. */
  private PayerState bookPaid(
      Address payer, PayerState state, UInt256 paid, Bytes reference, LedgerBatch batch) {
    BigInteger difference = number(paid).subtract(number(state.bookedWei()));
    if (difference.signum() == 0) {
      return state;
    }
    BigInteger writtenOff = number(state.writtenOffWei());
    if (difference.signum() > 0) {
      BigInteger recovered = writtenOff.min(difference);
      if (recovered.signum() > 0) {
        Bookkeeping.recover(batch, MethodId.CHEQUE, payer.bytes(), recovered, reference);
        writtenOff = writtenOff.subtract(recovered);
      }
      Bookkeeping.settle(batch, MethodId.CHEQUE, payer.bytes(), difference, reference);
    } else {
      batch.transfer(
          AccountId.claim(MethodId.CHEQUE, payer.bytes()),
          AccountId.house(AccountKind.CASHED),
          difference.negate(),
          TransferKind.CORRECTION,
          reference);
    }
    return state.withBooked(paid, UInt256.valueOf(writtenOff), nowSeconds());
  }

  private PayerState lookAtCover(
      Address payer,
      PayerState state,
      DepositView view,
      ChainHead head,
      LedgerBatch batch,
      List<MethodNews> news) {
    BigInteger missing =
        number(state.cumulativeWei())
            .subtract(number(state.writtenOffWei()))
            .subtract(view.coveredWei())
            .max(BigInteger.ZERO);
    BigInteger frozen = number(state.frozenWei());
    boolean isShort = missing.signum() > 0;
    if (missing.compareTo(frozen) > 0) {
      frozen =
          frozen.add(
              Bookkeeping.freeze(batch, payer.bytes(), missing.subtract(frozen), head.hash()));
    } else if (missing.compareTo(frozen) < 0) {
      frozen =
          frozen.subtract(
              Bookkeeping.unfreeze(batch, payer.bytes(), frozen.subtract(missing), head.hash()));
    }
    if (isShort && !state.isShort()) {
      news.add(new MethodNews.DepositLost(payer.bytes()));
    } else if (!isShort && state.isShort()) {
      news.add(new MethodNews.Confirmed(payer.bytes(), Bytes.EMPTY));
    }
    long withdrawBlock = state.withdrawSeenBlock();
    BookAccount latest = view.latest();
    if (latest.isWithdrawing() && latest.withdrawSinceBlock() != withdrawBlock) {
      withdrawBlock = latest.withdrawSinceBlock();
      news.add(new MethodNews.WithdrawSeen(payer.bytes(), latest.claimableBlock()));
    }
    return state.withCover(UInt256.valueOf(frozen), isShort, withdrawBlock);
  }

  /**
   * What is worth a transaction. Who is worth one alone takes along those who are worth their share
   * of a larger one.
   */
  List<Settlement> due(SettlementPolicy policy, long nowSeconds, LedgerBatch books) {
    List<Due> alone = new ArrayList<>();
    List<Due> along = new ArrayList<>();
    try {
      for (Address payer : payers.open(books)) {
        if (policy.busy().contains(payer.bytes())) {
          continue;
        }
        Optional<Due> due = dueOf(payer, policy, nowSeconds, books);
        due.ifPresent(each -> (each.isWorthOne() ? alone : along).add(each));
      }
    } catch (ChainUnavailableException later) {
      return List.of();
    }
    if (alone.isEmpty()) {
      return List.of();
    }
    List<Due> all = new ArrayList<>(alone);
    if (book.mostPerTransaction() > 1) {
      all.addAll(along);
    }
    List<Settlement> settlements = new ArrayList<>();
    for (int from = 0; from < all.size(); from += book.mostPerTransaction()) {
      int to = Math.min(all.size(), from + book.mostPerTransaction());
      settlements.add(settlement(all.subList(from, to)));
    }
    return settlements;
  }

  private Optional<Due> dueOf(
      Address payer, SettlementPolicy policy, long nowSeconds, LedgerBatch books)
      throws ChainUnavailableException {
    PayerState state = payers.get(books, payer).orElseThrow();
    if (state.signature().isEmpty() || state.notBeforeSeconds() > nowSeconds) {
      return Optional.empty();
    }
    BookAccount latest = views.of(payer).latest();
    BigInteger total = number(state.cumulativeWei());
    BigInteger amount = total.min(latest.coveredWei()).subtract(number(latest.paidWei()));
    boolean bounces = total.compareTo(latest.coveredWei()) > 0;
    if (bounces && !book.countsWhatMoved() && !latest.isWithdrawing()) {
      return Optional.empty();
    }
    BigInteger price = number(policy.gasPriceWei());
    BigInteger cost = price.multiply(BigInteger.valueOf(book.cashGas(1)));
    String reason = reason(state, latest, amount, cost, policy, nowSeconds);
    if (!reason.isEmpty() && amount.compareTo(cost) > 0) {
      return Optional.of(new Due(payer, state, amount, reason));
    }
    BigInteger share =
        price.multiply(BigInteger.valueOf(book.cashGas(2) - book.cashGas(1)).max(BigInteger.ONE));
    BigInteger enough = share.multiply(BigInteger.valueOf(policy.timesCost()));
    return amount.signum() > 0 && amount.compareTo(enough) >= 0
        ? Optional.of(new Due(payer, state, amount, ""))
        : Optional.empty();
  }

  private String reason(
      PayerState state,
      BookAccount latest,
      BigInteger amount,
      BigInteger cost,
      SettlementPolicy policy,
      long nowSeconds) {
    if (latest.isWithdrawing()) {
      return "the payer asks its deposit back";
    }
    if (policy.everything()) {
      return "everything is settled";
    }
    if (amount.compareTo(cost.multiply(BigInteger.valueOf(policy.timesCost()))) >= 0) {
      return "worth " + policy.timesCost() + " transactions";
    }
    if (nowSeconds - state.uncashedSinceSeconds() >= policy.maxAgeSeconds()) {
      return "uncashed for " + policy.maxAgeSeconds() / 86_400 + " days";
    }
    if (amount.shiftLeft(1).compareTo(number(settings.mostUncashedWei())) >= 0) {
      return "half of what may be uncashed";
    }
    return "";
  }

  private Settlement settlement(List<Due> group) {
    List<Address> from = new ArrayList<>();
    List<Cheque> cheques = new ArrayList<>();
    BigInteger total = BigInteger.ZERO;
    for (Due due : group) {
      from.add(due.payer());
      cheques.add(cashable(due.payer(), due.state()));
      total = total.add(due.amount());
    }
    return new Settlement(
        MethodId.CHEQUE,
        book.address(),
        book.cashCall(from, cheques),
        UInt256.ZERO,
        book.cashGas(group.size()) * 3 / 2 + 20_000,
        UInt256.valueOf(total),
        from.stream().map(Address::bytes).toList(),
        group.get(0).reason());
  }

  /** The newest cheque with the parity that the contract needs. */
  private Cheque cashable(Address payer, PayerState state) {
    CompactSignature signature = state.signature().orElseThrow();
    Bytes32 digest = book.digest(settings.payee(), state.cumulativeWei());
    return new Cheque(
        settings.payee(),
        state.cumulativeWei(),
        signature.isBy(payer, digest) ? signature : signature.withOtherParity());
  }

  void onSettled(Settlement settlement, SettlementOutcome outcome, LedgerBatch batch) {
    switch (outcome) {
      case SettlementOutcome.Included included -> {
        if (!included.feeWei().isZero()) {
          Bookkeeping.fee(batch, number(included.feeWei()), included.transaction());
        }
        if (included.receipt().success()) {
          book.movements(included.receipt(), settings.payee())
              .forEach(movement -> bookMovement(movement, included.transaction(), batch));
        } else {
          settlement.payers().forEach(payer -> bookFailure(Address.of(payer), batch));
        }
      }
      case SettlementOutcome.Failed failed ->
          settlement.payers().forEach(payer -> bookFailure(Address.of(payer), batch));
    }
  }

  private void bookMovement(Movement movement, Bytes32 transaction, LedgerBatch batch) {
    Optional<PayerState> known = payers.get(batch, movement.payer());
    if (known.isEmpty()) {
      return;
    }
    PayerState state = known.get();
    UInt256 paid =
        movement.paidAfterWei().orElseGet(() -> state.bookedWei().add(movement.movedWei()));
    if (paid.compareTo(state.bookedWei()) > 0) {
      PayerState now = bookPaid(movement.payer(), state, paid, transaction, batch);
      payers.put(batch, movement.payer(), now.withFailures(0, 0));
    }
  }

  /** A settlement that fails is not repeated at once: each attempt costs gas. */
  private void bookFailure(Address payer, LedgerBatch batch) {
    payers
        .get(batch, payer)
        .ifPresent(
            state -> {
              int failures = Math.min(20, state.failures() + 1);
              long wait = Math.min(LONGEST_RETRY_SECONDS, SHORTEST_RETRY_SECONDS << (failures - 1));
              payers.put(batch, payer, state.withFailures(failures, nowSeconds() + wait));
            });
  }

  BigInteger writeOff(Address payer, LedgerBatch batch) {
    Optional<PayerState> known = payers.get(batch, payer);
    if (known.isEmpty() || known.get().uncashedWei().signum() <= 0) {
      return BigInteger.ZERO;
    }
    PayerState state = known.get();
    BigInteger amount = state.uncashedWei();
    Bookkeeping.Bounce borne =
        Bookkeeping.bounce(
            batch,
            MethodId.CHEQUE,
            payer.bytes(),
            amount,
            book.digest(settings.payee(), state.cumulativeWei()));
    BigInteger frozen = number(state.frozenWei()).subtract(borne.frozenWei()).max(BigInteger.ZERO);
    PayerState now =
        state
            .withBooked(
                state.bookedWei(),
                UInt256.valueOf(number(state.writtenOffWei()).add(amount)),
                nowSeconds())
            .withCover(UInt256.valueOf(frozen), state.isShort(), state.withdrawSeenBlock());
    payers.put(batch, payer, now);
    return amount;
  }

  private long nowSeconds() {
    try {
      return views.head().timestampSeconds();
    } catch (ChainUnavailableException unknown) {
      return 0;
    }
  }

  private static BigInteger number(UInt256 wei) {
    return wei.toUnsignedBigInteger();
  }

  /**
   * A payer whose cheque may be cashed.
   *
   * @param reason why it is worth a transaction of its own; empty if only a share of one
   */
  private record Due(Address payer, PayerState state, BigInteger amount, String reason) {
    boolean isWorthOne() {
      return !reason.isEmpty();
    }
  }
}
