package io.lesnode.payment.cheque;

import io.lesnode.payment.ChainHead;
import io.lesnode.payment.ChainUnavailableException;
import io.lesnode.payment.ChainView;
import io.lesnode.payment.Counterparty;
import io.lesnode.payment.MethodId;
import io.lesnode.payment.MethodTerms;
import io.lesnode.payment.Params;
import io.lesnode.payment.Payer;
import io.lesnode.payment.PayerException;
import io.lesnode.payment.Signer;
import io.lesnode.payment.SignerException;
import io.lesnode.payment.cheque.PayerAccounts.Channel;
import io.lesnode.payment.ledger.Bookkeeping;
import io.lesnode.payment.ledger.DurableBatches;
import io.lesnode.payment.ledger.LedgerBatch;
import io.lesnode.payment.signing.CompactSignature;
import io.lesnode.payment.transactions.Transactor;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.crypto.Keccak;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * Pays by cheques on account books (docs/vip.md, "Cheques").
 *
 * <p><b>What is never done.</b> A cheque is stored before it is handed out, so after a crash the
 * same one is sent again. A cheque is never over more than the deposit covers, less what was asked
 * back. What the server says is believed only as far as we have signed it: a payer that has lost
 * its records learns its highest total from its own signature, which the server shows, and from
 * what the contract has paid.
 *
 * <p>Confined to one thread at a time. An account has one payer program: two that sign for the same
 * account without knowing of each other would sign the same money twice, to the payer's loss only
 * of order, never of money.
 */
public final class ChequePayer implements Payer {
  private static final int MOST_CONFIRMATIONS = 64;

  private final Signer signer;
  private final ChainView chain;
  private final DurableBatches records;
  private final boolean takesOriginal;
  private final PayerAccounts accounts;
  private final PayerTransactions transactions;

  /**
   * Pays by cheques of the second account book only.
   *
   * @param records the payer's own books
   * @param transactor sends from the signer's account; shared with others that use the account
   */
  public ChequePayer(
      Signer signer, ChainView chain, DurableBatches records, Transactor transactor) {
    this(signer, chain, records, transactor, false);
  }

  /**
   * Pays by cheques.
   *
   * @param takesOriginal whether servers with the first account book are paid too
   */
  public ChequePayer(
      Signer signer,
      ChainView chain,
      DurableBatches records,
      Transactor transactor,
      boolean takesOriginal) {
    if (!transactor.account().equals(signer.address())) {
      throw new IllegalArgumentException("transactions must come from the account that signs");
    }
    this.signer = signer;
    this.chain = chain;
    this.records = records;
    this.takesOriginal = takesOriginal;
    this.accounts = new PayerAccounts(signer.address());
    this.transactions = new PayerTransactions(signer.address(), chain, records, transactor);
  }

  @Override
  public MethodId id() {
    return MethodId.CHEQUE;
  }

  @Override
  public void check(Counterparty server, MethodTerms terms)
      throws PayerException, ChainUnavailableException {
    Channel channel = channelFor(server, terms);
    AccountBook book = channel.book();
    long block = chain.head().number();
    Bytes32 code = chain.codeHash(book.address(), block);
    if (!code.equals(book.codeHash())) {
      throw new PayerException(
          "the server's account book at "
              + book.address()
              + " has code that is not trusted; no money should go there");
    }
    List<UInt256> values =
        chain.storage(book.address(), book.slots(channel.payee(), signer.address()), block);
    if (!book.pays(channel.payee(), values)) {
      throw new PayerException(
          "the account book at " + book.address() + " does not pay " + channel.payee());
    }
    LedgerBatch batch = records.begin();
    accounts.bind(batch, server, channel);
    records.commit(batch);
  }

  private Channel channelFor(Counterparty server, MethodTerms terms) throws PayerException {
    Address payee = payeeOf(server);
    Address contract =
        terms
            .contract()
            .orElseThrow(() -> new PayerException("the server's cheques have no contract"));
    int depth = terms.params().size() == 1 ? terms.params().get(0) : -1;
    if (depth < 0 || depth > MOST_CONFIRMATIONS) {
      throw new PayerException(
          "the server must say in one byte how deep deposits must be, at most "
              + MOST_CONFIRMATIONS);
    }
    if (terms.variant().equals("cheque/2")) {
      return new Channel(new AccountBook2(chain.chainId(), contract), payee, depth);
    }
    if (terms.variant().equals("cheque/0") && takesOriginal) {
      return new Channel(new OriginalAccountBook(contract), payee, depth);
    }
    throw new PayerException("cheques of the kind " + terms.variant() + " are not paid by us");
  }

  private Address payeeOf(Counterparty server) throws PayerException {
    Address payee =
        server
            .payAddress()
            .orElseThrow(
                () -> new PayerException("the server has not proven an account to be paid at"));
    if (payee.equals(Address.ZERO) || payee.equals(signer.address())) {
      throw new PayerException("the server wants to be paid at " + payee + ", which cannot be");
    }
    return payee;
  }

  /** The account of a server that was checked; its pay address must still be the same. */
  private Channel channel(Counterparty server) throws PayerException {
    LedgerBatch reading = records.begin();
    Optional<Channel> known = accounts.channelOf(reading, server, chain.chainId());
    records.commit(reading);
    return known
        .filter(channel -> server.payAddress().map(channel.payee()::equals).orElse(true))
        .orElseThrow(
            () -> new PayerException("this server's terms were not checked; connect to it first"));
  }

  private PayerAccount account(Channel channel) {
    LedgerBatch reading = records.begin();
    PayerAccount account = accounts.get(reading, channel);
    records.commit(reading);
    return account;
  }

  @Override
  public Bytes openData(Counterparty server, MethodTerms terms) throws PayerException {
    Channel channel = channelFor(server, terms);
    return account(channel).acknowledged().map(channel.book()::encode).orElse(Bytes.EMPTY);
  }

  @Override
  public void onParams(Counterparty server, Params params) throws PayerException {
    Channel channel = channel(server);
    ChequeStatement statement;
    try {
      statement = ChequeStatement.decode(params.data());
    } catch (ChequeFormatException malformed) {
      throw new PayerException("the server's account statement is malformed", malformed);
    }
    if (!statement.evidence().isEmpty()) {
      learn(channel, statement.evidence());
    }
    if (statement.cumulativeWei().compareTo(account(channel).cumulativeWei()) > 0
        && statement.cumulativeWei().compareTo(paidOnChain(channel)) > 0) {
      throw new PayerException(
          "the server claims cheques over "
              + number(statement.cumulativeWei())
              + " wei in total and shows none that we signed; do not pay it");
    }
  }

  private UInt256 paidOnChain(Channel channel) throws PayerException {
    try {
      UInt256 paid = view(channel).latest().paidWei();
      notePaid(channel, paid);
      return paid;
    } catch (ChainUnavailableException unavailable) {
      throw new PayerException("what was paid cannot be read: " + unavailable.getMessage());
    }
  }

  @Override
  public UInt256 payableWei(Counterparty server) throws ChainUnavailableException {
    Channel channel;
    try {
      channel = channel(server);
    } catch (PayerException notChecked) {
      return UInt256.ZERO;
    }
    return payable(channel, account(channel), view(channel));
  }

  private UInt256 payable(Channel channel, PayerAccount account, DepositView view) {
    BigInteger signed = number(account.cumulativeWei()).max(number(view.latest().paidWei()));
    BigInteger askedBack =
        view.latest().isWithdrawing()
            ? BigInteger.ZERO
            : number(transactions.withdrawUnderWayWei(channel));
    BigInteger left = view.limitWei().subtract(askedBack).subtract(signed);
    return UInt256.valueOf(left.max(BigInteger.ZERO));
  }

  private DepositView view(Channel channel) throws ChainUnavailableException {
    return transactions.view(channel);
  }

  @Override
  public Bytes32 deposit(Counterparty server, UInt256 amountWei)
      throws PayerException, ChainUnavailableException, SignerException {
    if (amountWei.isZero()) {
      throw new PayerException("a deposit must be more than nothing");
    }
    Channel channel = channel(server);
    return transactions.send(
        PayerTransactions.Kind.DEPOSIT,
        channel,
        account(channel),
        amountWei,
        channel.book().depositCall(channel.payee()),
        "deposit of " + number(amountWei) + " wei for " + channel.payee());
  }

  @Override
  public List<PaymentProof> pay(Counterparty server, UInt256 amountWei)
      throws PayerException, SignerException {
    if (amountWei.isZero()) {
      throw new PayerException("a payment must be more than nothing");
    }
    Channel channel = channel(server);
    PayerAccount before = account(channel);
    if (before.pending().size() >= PayerAccount.MOST_PENDING) {
      throw new PayerException("the server has acknowledged none of the last payments; wait");
    }
    UInt256 payable;
    try {
      DepositView view = view(channel);
      if (before.cumulativeWei().compareTo(view.latest().paidWei()) < 0) {
        notePaid(channel, view.latest().paidWei());
        before = account(channel);
      }
      payable = payable(channel, before, view);
    } catch (ChainUnavailableException unavailable) {
      throw new PayerException("the deposit cannot be read: " + unavailable.getMessage());
    }
    if (amountWei.compareTo(payable) > 0) {
      throw new PayerException(
          "the deposit covers "
              + number(payable)
              + " wei more, not "
              + number(amountWei)
              + "; deposit more, or wait until a deposit has "
              + channel.confirmations()
              + " confirmations");
    }
    UInt256 total = before.cumulativeWei().add(amountWei);
    Cheque cheque = sign(channel, total);
    PayerAccount now =
        before.withPending(new PayerAccount.Pending(payId(channel, total), cheque, amountWei));
    LedgerBatch batch = records.begin();
    accounts.put(batch, channel, now);
    Bookkeeping.spend(
        batch,
        id(),
        channel.payee().bytes(),
        number(amountWei),
        channel.book().digest(channel.payee(), total));
    records.commit(batch);
    return proofs(channel, now);
  }

  private Cheque sign(Channel channel, UInt256 total) throws SignerException {
    CompactSignature signature =
        CompactSignature.of(signer.sign(channel.book().signingRequest(channel.payee(), total)));
    return new Cheque(channel.payee(), total, signature);
  }

  /** Short, and the same for the same payment: four bytes of a hash over account and total. */
  private Bytes payId(Channel channel, UInt256 total) {
    Bytes32 hash =
        Keccak.keccak256(
            Bytes.concatenate(
                signer.address().bytes(),
                channel.book().address().bytes(),
                channel.payee().bytes(),
                total.toBytes()));
    return Bytes.concatenate(Bytes.wrap(new byte[4]), hash.slice(0, 4));
  }

  private static List<PaymentProof> proofs(Channel channel, PayerAccount account) {
    return account.pending().stream()
        .map(
            each ->
                new PaymentProof(
                    each.payId(), channel.book().encode(each.cheque()), each.amountWei()))
        .toList();
  }

  @Override
  public List<PaymentProof> pending(Counterparty server) {
    try {
      Channel channel = channel(server);
      return proofs(channel, account(channel));
    } catch (PayerException neverPaid) {
      return List.of();
    }
  }

  @Override
  public void onReceipt(Counterparty server, Bytes payId, UInt256 cumulativeWei) {
    Channel channel;
    try {
      channel = channel(server);
    } catch (PayerException neverPaid) {
      return;
    }
    PayerAccount before = account(channel);
    before.pending().stream()
        .filter(each -> each.payId().equals(payId))
        .findFirst()
        .ifPresent(each -> store(channel, before.withAcknowledged(each.cheque())));
  }

  private void store(Channel channel, PayerAccount account) {
    LedgerBatch batch = records.begin();
    accounts.put(batch, channel, account);
    records.commit(batch);
  }

  @Override
  public void onEvidence(Counterparty server, Bytes evidence) throws PayerException {
    Channel channel = channel(server);
    if (!evidence.isEmpty()) {
      learn(channel, evidence);
      return;
    }
    UInt256 paid = paidOnChain(channel);
    if (paid.compareTo(account(channel).cumulativeWei()) < 0) {
      throw new PayerException(
          "the server calls a payment stale and shows no newer one; do not pay it");
    }
  }

  /** Takes over a cheque that the server shows, if it is really ours. */
  private void learn(Channel channel, Bytes evidence) throws PayerException {
    Cheque shown;
    try {
      shown = channel.book().decode(channel.payee(), evidence);
    } catch (ChequeFormatException malformed) {
      throw new PayerException("the server's evidence is no cheque", malformed);
    }
    Bytes32 digest = channel.book().digest(shown.payee(), shown.cumulativeWei());
    CompactSignature signature = shown.signature();
    if (!signature.isBy(signer.address(), digest)) {
      signature = signature.withOtherParity();
      if (!signature.isBy(signer.address(), digest)) {
        throw new PayerException(
            "the server shows a cheque that we did not sign; it is lying, do not pay it");
      }
    }
    PayerAccount before = account(channel);
    Cheque ours = new Cheque(shown.payee(), shown.cumulativeWei(), signature);
    LedgerBatch batch = records.begin();
    accounts.put(batch, channel, before.withAcknowledged(ours));
    BigInteger forgotten = number(ours.cumulativeWei()).subtract(number(before.cumulativeWei()));
    if (forgotten.signum() > 0) {
      Bookkeeping.spend(batch, id(), channel.payee().bytes(), forgotten, digest);
    }
    records.commit(batch);
  }

  /** Books what the contract has paid to the payee since we last looked. */
  private void notePaid(Channel channel, UInt256 paid) {
    PayerAccount before = account(channel);
    BigInteger more = number(paid).subtract(number(before.bookedPaidWei()));
    if (more.signum() <= 0) {
      return;
    }
    LedgerBatch batch = records.begin();
    BigInteger forgotten = number(paid).subtract(number(before.cumulativeWei()));
    Bytes reference = channel.book().digest(channel.payee(), paid);
    if (forgotten.signum() > 0) {
      Bookkeeping.spend(batch, id(), channel.payee().bytes(), forgotten, reference);
    }
    Bookkeeping.cashedByPayee(batch, id(), channel.payee().bytes(), more, reference);
    accounts.put(batch, channel, before.withPaid(paid));
    records.commit(batch);
  }

  @Override
  public Bytes32 withdraw(Counterparty server, UInt256 amountWei)
      throws PayerException, ChainUnavailableException, SignerException {
    Channel channel = channel(server);
    PayerAccount account = account(channel);
    DepositView view = view(channel);
    BookAccount latest = view.latest();
    if (latest.isWithdrawing()) {
      store(channel, account.withdrawing(true));
      throw new PayerException(
          number(latest.withdrawWei())
              + " wei are being asked back already; they can be taken at block "
              + latest.claimableBlock());
    }
    BigInteger signed = number(account.cumulativeWei()).max(number(latest.paidWei()));
    BigInteger free = latest.coveredWei().subtract(signed).max(BigInteger.ZERO);
    UInt256 amount = UInt256.valueOf(number(amountWei).min(free));
    if (amount.isZero()) {
      throw new PayerException("nothing of the deposit is left that was not signed away");
    }
    store(channel, account.withdrawing(true));
    return transactions.send(
        PayerTransactions.Kind.WITHDRAW,
        channel,
        account,
        UInt256.ZERO,
        channel.book().withdrawCall(channel.payee(), amount),
        "ask for " + number(amount) + " wei of the deposit for " + channel.payee());
  }

  @Override
  public List<Bytes32> onHead(ChainHead head) throws ChainUnavailableException, SignerException {
    LedgerBatch reading = records.begin();
    List<Channel> channels = accounts.all(reading, chain.chainId());
    records.commit(reading);
    transactions.onHead(head, channels, accounts);
    for (Channel channel : channels) {
      PayerAccount account = account(channel);
      boolean hasUncashed = account.cumulativeWei().compareTo(account.bookedPaidWei()) > 0;
      if (hasUncashed && channel.book().countsWhatMoved()) {
        notePaid(channel, view(channel).confirmed().paidWei());
      }
    }
    return transactions.claimRipe(head, channels, accounts);
  }

  @Override
  public Bytes closeData(Counterparty server)
      throws PayerException, ChainUnavailableException, SignerException {
    Channel channel = channel(server);
    return transactions.signClose(channel, account(channel), signer);
  }

  @Override
  public void onClosed(Counterparty server, Bytes statement)
      throws PayerException, ChainUnavailableException, SignerException {
    Channel channel = channel(server);
    transactions.sendClose(channel, account(channel), statement);
  }

  private static BigInteger number(UInt256 wei) {
    return wei.toUnsignedBigInteger();
  }
}
