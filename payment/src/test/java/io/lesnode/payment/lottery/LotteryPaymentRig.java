package io.lesnode.payment.lottery;

import io.lesnode.contracts.ContractArtifact;
import io.lesnode.contracts.testing.ContractChain;
import io.lesnode.contracts.testing.Sent;
import io.lesnode.payment.ChainUnavailableException;
import io.lesnode.payment.Counterparty;
import io.lesnode.payment.Credit;
import io.lesnode.payment.MethodId;
import io.lesnode.payment.MethodNews;
import io.lesnode.payment.Params;
import io.lesnode.payment.Refusal;
import io.lesnode.payment.Settlement;
import io.lesnode.payment.SettlementOutcome;
import io.lesnode.payment.SettlementPolicy;
import io.lesnode.payment.ledger.AccountId;
import io.lesnode.payment.ledger.AccountKind;
import io.lesnode.payment.ledger.DurableBatches;
import io.lesnode.payment.ledger.Ledger;
import io.lesnode.payment.ledger.LedgerBatch;
import io.lesnode.payment.ledger.MemoryLedgerStore;
import io.lesnode.payment.signing.MemorySigner;
import io.lesnode.payment.testing.ContractChainView;
import io.lesnode.payment.transactions.ContractCalls;
import io.lesnode.payment.transactions.Transactor;
import io.lesnode.payment.transactions.TransactorSettings;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.crypto.Keccak;
import io.lesnode.primitives.crypto.KeyPair;
import java.math.BigInteger;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/** A lottery book on a chain in the process, one payer, and servers that it can pay. */
final class LotteryPaymentRig {
  static final UInt256 GWEI = UInt256.valueOf(1_000_000_000L);

  final ContractChain chain;
  final ContractChainView view;
  final LotteryContract contract;
  final KeyPair client;
  final Counterparty clientPeer;
  final Random random = new Random(7);
  LotteryPayer payer;

  LotteryPaymentRig(ContractChain chain) {
    this.chain = chain;
    view = new ContractChainView(chain);
    Address book = chain.deploy(chain.account(0), ContractArtifact.LOTTERY_BOOK_2.bytecode());
    contract = new LotteryContract(ContractChain.CHAIN_ID, book);
    client = chain.account(1);
    clientPeer = peer(client);
    payer = newPayer(LotteryPlan.standard());
    chain.mine(20);
  }

  /** A payer whose books are empty: also what one is that lost its disk. */
  LotteryPayer newPayer(LotteryPlan plan) {
    return newPayer(
        plan, Ledger.open(new MemoryLedgerStore()).durableBatches(InstantSource.system()));
  }

  /** A payer on books that may have something in them. */
  LotteryPayer newPayer(LotteryPlan plan, DurableBatches records) {
    MemorySigner signer = new MemorySigner(client);
    Transactor transactor = new Transactor(signer, view, records, TransactorSettings.standard());
    return new LotteryPayer(
        Set.of(ContractArtifact.LOTTERY_BOOK_2.deployedCodeHash()),
        signer,
        view,
        records,
        new ContractCalls(transactor, view, records, Bytes.of('l')),
        plan,
        random::nextLong);
  }

  static Counterparty peer(KeyPair account) {
    KeyPair node = KeyPair.ofSecret(Keccak.keccak256(account.publicKey()));
    return new Counterparty(
        Keccak.keccak256(node.publicKey()), node.publicKey(), Optional.of(account.address()));
  }

  Server server(int index) {
    return server(index, LotteryLimits.standard());
  }

  Server server(int index, LotteryLimits limits) {
    return new Server(chain.account(100 + index), limits);
  }

  /** Makes the payer know the servers, opens a lottery over them and waits until it counts. */
  void fund(UInt256 forFirst, Server... servers) throws Exception {
    for (Server server : servers) {
      payer.check(server.peer, server.method.terms());
    }
    payer.deposit(servers[0].peer, forFirst);
    chain.mine(1 + 6);
    payer.payableWei(servers[0].peer);
  }

  /** A server with books of its own. */
  final class Server {
    final KeyPair key;
    final Counterparty peer;
    final LotteryLimits limits;
    Ledger books;
    LotteryMethod method;

    Server(KeyPair key, LotteryLimits limits) {
      this.key = key;
      this.limits = limits;
      peer = LotteryPaymentRig.peer(key);
      loseDisk();
    }

    /** The books are gone. */
    void loseDisk() {
      reopen(Ledger.open(new MemoryLedgerStore()));
    }

    /** A new process on books that may have something in them. */
    void reopen(Ledger ledger) {
      books = ledger;
      method =
          new LotteryMethod(
              contract,
              ContractArtifact.LOTTERY_BOOK_2.deployedCodeHash(),
              key.address(),
              view,
              limits);
    }

    UInt256 receive(Counterparty from, Bytes proof) throws Refusal {
      LedgerBatch batch = books.begin(0);
      try {
        Credit.Money credit = (Credit.Money) method.receive(from, proof, batch);
        books.commit(batch);
        return credit.amountWei();
      } catch (Refusal refusal) {
        books.drop(batch);
        throw refusal;
      }
    }

    Params open(Counterparty from, Bytes data) throws Refusal {
      LedgerBatch batch = books.begin(0);
      try {
        Params params = method.open(from, data, batch);
        books.commit(batch);
        return params;
      } catch (Refusal refusal) {
        books.drop(batch);
        throw refusal;
      }
    }

    List<MethodNews> onHead() throws ChainUnavailableException {
      LedgerBatch batch = books.begin(0);
      List<MethodNews> news = method.onHead(view.head(), batch);
      books.commit(batch);
      return news;
    }

    List<Settlement> due() {
      LedgerBatch batch = books.begin(0);
      try {
        return method.due(SettlementPolicy.standard(ContractChain.GAS_PRICE), 0, batch);
      } finally {
        books.drop(batch);
      }
    }

    /** Brings a settlement to the chain and books what came of it. */
    Sent settle(Settlement settlement) {
      Sent sent = chain.send(key, settlement.contract(), settlement.callData());
      settled(settlement, sent);
      return sent;
    }

    /** Books what came of a settlement; as its runner does, once, in the batch that forgets it. */
    void settled(Settlement settlement, Sent sent) {
      LedgerBatch batch = books.begin(0);
      if (batch.get("told", sent.hash()).isPresent()) {
        books.drop(batch);
        return;
      }
      batch.put("told", sent.hash(), Bytes.of(1));
      method.onSettled(
          settlement,
          new SettlementOutcome.Included(
              sent.hash(),
              sent.block(),
              ContractChainView.receipt(sent),
              ContractChainView.fee(sent)),
          batch);
      books.commit(batch);
    }

    BigInteger house(AccountKind kind) {
      return books.balance(AccountId.house(kind));
    }

    BigInteger money() {
      return books.balance(AccountId.client(client.address().bytes()));
    }

    BigInteger claim() {
      return books.balance(AccountId.claim(MethodId.LOTTERY, client.address().bytes()));
    }

    BigInteger frozen() {
      return books.balance(AccountId.frozen(client.address().bytes()));
    }
  }

  /** Makes a block to come draw a number. */
  void fixDraw(long reveal, long number) {
    Bytes32 random = Keccak.keccak256(Bytes.ofUnsignedLong(number));
    chain.fixHash(
        reveal, Bytes32.wrap(Bytes.concatenate(random.slice(0, 28), Bytes.ofUnsignedInt(number))));
  }
}
