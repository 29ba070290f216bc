package io.lesnode.payment.cheque;

import io.lesnode.contracts.ContractArtifact;
import io.lesnode.contracts.testing.ContractChain;
import io.lesnode.payment.ChainHead;
import io.lesnode.payment.Counterparty;
import io.lesnode.payment.Credit;
import io.lesnode.payment.MethodId;
import io.lesnode.payment.MethodNews;
import io.lesnode.payment.Payer.PaymentProof;
import io.lesnode.payment.Refusal;
import io.lesnode.payment.RefusalCode;
import io.lesnode.payment.Settlement;
import io.lesnode.payment.SettlementPolicy;
import io.lesnode.payment.ledger.AccountId;
import io.lesnode.payment.ledger.AccountKind;
import io.lesnode.payment.ledger.LedgerBatch;
import io.lesnode.payment.signing.CompactSignature;
import io.lesnode.payment.signing.MemorySigner;
import io.lesnode.payment.testing.Books;
import io.lesnode.payment.testing.PooledChain;
import io.lesnode.payment.transactions.SettlementRunner;
import io.lesnode.payment.transactions.Transactor;
import io.lesnode.payment.transactions.TransactorSettings;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.crypto.KeyPair;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * A server that takes cheques and payers that send them, on one chain with the real contract; both
 * sides can lose their records or their process.
 */
final class ChequeWorld {
  static final BigInteger ETHER = BigInteger.TEN.pow(18);

  final ContractChain contracts = ContractChain.shanghai();
  final PooledChain chain = new PooledChain(contracts);
  final KeyPair payeeKey = contracts.account(1);
  final Address payee = payeeKey.address();
  final Books books = new Books();
  final AccountBook book;
  ChequeSettings settings = ChequeSettings.standard(payee);
  ChequeMethod method;
  Transactor transactor;
  SettlementRunner runner;

  ChequeWorld() {
    this(false);
  }

  ChequeWorld(boolean original) {
    if (original) {
      Bytes window = UInt256.valueOf(64).toBytes();
      Address at =
          contracts.deploy(
              payeeKey, Bytes.concatenate(ContractArtifact.ACCOUNT_BOOK.bytecode(), window));
      book = new OriginalAccountBook(at);
    } else {
      Address at =
          contracts.deploy(contracts.account(9), ContractArtifact.ACCOUNT_BOOK_2.bytecode());
      book = new AccountBook2(ContractChain.CHAIN_ID, at);
    }
    restart();
  }

  /** A new server process on what its books have. */
  void restart() {
    MemorySigner signer = new MemorySigner(payeeKey);
    method = new ChequeMethod(book, settings, chain, Optional.of(signer));
    transactor = new Transactor(signer, chain, books, TransactorSettings.standard());
    runner = new SettlementRunner(List.of(method), transactor, chain, books);
  }

  void reopen() {
    books.reopen();
    restart();
  }

  /** How the server is seen by payers. */
  Counterparty server() {
    return new Counterparty(Bytes32.repeat((byte) 0x5e), Bytes.EMPTY, Optional.of(payee));
  }

  // Blocks

  /** Blocks, each of which the server looks at. */
  List<MethodNews> mine(int blocks) throws Exception {
    List<MethodNews> news = List.of();
    for (int i = 0; i < blocks; i++) {
      news = look(chain.mine(1));
    }
    return news;
  }

  List<MethodNews> look(ChainHead head) throws Exception {
    LedgerBatch batch = books.begin();
    List<MethodNews> news = method.onHead(head, batch);
    books.commit(batch);
    runner.onHead(head);
    return news;
  }

  List<Settlement> settle(boolean everything) throws Exception {
    SettlementPolicy policy = SettlementPolicy.standard(chain.gasPriceWei());
    return runner.settle(
        everything ? policy.settlingEverything() : policy, chain.head().timestampSeconds());
  }

  // Payments, as the ledger loop takes them

  Credit receive(Counterparty peer, Bytes proof) throws Refusal {
    LedgerBatch batch = books.begin();
    try {
      Credit credit = method.receive(peer, proof, batch);
      books.commit(batch);
      return credit;
    } catch (Refusal refusal) {
      books.ledger().drop(batch);
      throw refusal;
    }
  }

  Refusal refusal(Counterparty peer, Bytes proof) {
    try {
      Credit credit = receive(peer, proof);
      throw new AssertionError("accepted: " + credit);
    } catch (Refusal refusal) {
      return refusal;
    }
  }

  RefusalCode code(Counterparty peer, Bytes proof) {
    return refusal(peer, proof).code();
  }

  // Books

  BigInteger money(Address payer) {
    return books.ledger().balance(AccountId.client(payer.bytes()));
  }

  BigInteger frozen(Address payer) {
    return books.ledger().balance(AccountId.frozen(payer.bytes()));
  }

  BigInteger claim(Address payer) {
    return books.ledger().balance(AccountId.claim(MethodId.CHEQUE, payer.bytes()));
  }

  BigInteger house(AccountKind kind) {
    return books.ledger().balance(AccountId.house(kind));
  }

  BookAccount onChain(Address payer) {
    List<UInt256> values =
        book.slots(payee, payer).stream()
            .map(slot -> contracts.storage(book.address(), slot))
            .toList();
    return book.account(values);
  }

  // Payers

  /** A key that pays by hand. */
  final class Hand {
    final KeyPair key;
    final Counterparty peer;

    Hand(int account) {
      key = contracts.account(account);
      peer =
          new Counterparty(
              Bytes32.leftPad(Bytes.ofUnsignedInt(account)),
              Bytes.EMPTY,
              Optional.of(key.address()));
    }

    Address address() {
      return key.address();
    }

    void deposit(BigInteger wei) {
      contracts
          .send(key, book.address(), UInt256.valueOf(wei), book.depositCall(payee))
          .succeeded();
    }

    void withdraw(BigInteger wei) {
      contracts
          .send(key, book.address(), book.withdrawCall(payee, UInt256.valueOf(wei)))
          .succeeded();
    }

    Cheque cheque(BigInteger cumulative) {
      return cheque(book, payee, cumulative);
    }

    Cheque cheque(AccountBook on, Address to, BigInteger cumulative) {
      UInt256 total = UInt256.valueOf(cumulative);
      return new Cheque(to, total, CompactSignature.of(key.sign(on.digest(to, total))));
    }

    Bytes proof(BigInteger cumulative) {
      return book.encode(cheque(cumulative));
    }

    Credit pay(BigInteger cumulative) throws Refusal {
      return receive(peer, proof(cumulative));
    }
  }

  Hand hand(int account) {
    return new Hand(account);
  }

  /** A hand whose deposit is deep enough. */
  Hand handWith(int account, BigInteger deposit) throws Exception {
    Hand hand = new Hand(account);
    hand.deposit(deposit);
    mine(6);
    return hand;
  }

  /** A payer program with records of its own. */
  final class Program {
    final KeyPair key;
    final Books own = new Books();
    final Counterparty peer;
    ChequePayer payer;

    Program(int account) throws Exception {
      key = contracts.account(account);
      peer =
          new Counterparty(
              Bytes32.leftPad(Bytes.ofUnsignedInt(account)),
              Bytes.EMPTY,
              Optional.of(key.address()));
      start();
      payer.check(server(), method.terms());
    }

    void start() {
      MemorySigner signer = new MemorySigner(key);
      Transactor sends = new Transactor(signer, chain, own, TransactorSettings.standard());
      payer = new ChequePayer(signer, chain, own, sends, true);
    }

    void reopen() {
      own.reopen();
      start();
    }

    void lose() throws Exception {
      own.lose();
      start();
      payer.check(server(), method.terms());
    }

    /** Opens, as after a connection. */
    void open() throws Exception {
      LedgerBatch batch = books.begin();
      var params = method.open(peer, payer.openData(server(), method.terms()), batch);
      books.commit(batch);
      payer.onParams(server(), params);
    }

    void deposit(BigInteger wei) throws Exception {
      payer.deposit(server(), UInt256.valueOf(wei));
      for (int i = 0; i < 7; i++) {
        step();
      }
    }

    /** A block that both look at. */
    void step() throws Exception {
      mine(1);
      payer.onHead(chain.head());
    }

    List<PaymentProof> sign(BigInteger wei) throws Exception {
      return payer.pay(server(), UInt256.valueOf(wei));
    }

    /** Pays and hands the receipts over. */
    void pay(BigInteger wei) throws Exception {
      deliver(sign(wei));
    }

    void deliver(List<PaymentProof> proofs) throws Exception {
      for (PaymentProof proof : proofs) {
        Credit.Money credit = (Credit.Money) receive(peer, proof.proof());
        payer.onReceipt(server(), proof.payId(), credit.cumulativeWei());
      }
    }

    BigInteger payable() throws Exception {
      return payer.payableWei(server()).toUnsignedBigInteger();
    }
  }

  Program program(int account) throws Exception {
    return new Program(account);
  }
}
