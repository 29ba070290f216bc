package io.lesnode.payment.raw;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.contracts.testing.ContractChain;
import io.lesnode.contracts.testing.Sent;
import io.lesnode.payment.Counterparty;
import io.lesnode.payment.Credit;
import io.lesnode.payment.MethodNews;
import io.lesnode.payment.Payer.PaymentProof;
import io.lesnode.payment.Refusal;
import io.lesnode.payment.RefusalCode;
import io.lesnode.payment.ledger.AccountId;
import io.lesnode.payment.ledger.AccountKind;
import io.lesnode.payment.ledger.LedgerBatch;
import io.lesnode.payment.signing.CompactSignature;
import io.lesnode.payment.signing.MemorySigner;
import io.lesnode.payment.testing.Books;
import io.lesnode.payment.testing.PooledChain;
import io.lesnode.payment.transactions.Transactor;
import io.lesnode.payment.transactions.TransactorSettings;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.crypto.KeyPair;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;

/** Transfers on chain: credited once, late enough, and only to whom they belong. */
class RawTransferTest {
  private static final Address SHOP = Address.fromHex("0x00000000000000000000000000000000000005a0");
  private static final UInt256 AMOUNT = UInt256.valueOf(5_000);

  private final ContractChain contracts = ContractChain.shanghai();
  private final PooledChain chain = new PooledChain(contracts);
  private final Books books = new Books();
  private final RawMethod method = new RawMethod(SHOP, 7, chain);
  private final KeyPair key = contracts.account(1);
  private final Counterparty anna = peer(key, 1);

  private static Counterparty peer(KeyPair key, int node) {
    return new Counterparty(Bytes32.repeat((byte) node), Bytes.EMPTY, Optional.of(key.address()));
  }

  private Credit receive(Counterparty from, Bytes proof) throws Refusal {
    LedgerBatch batch = books.begin();
    try {
      Credit credit = method.receive(from, proof, batch);
      books.commit(batch);
      return credit;
    } catch (Refusal refusal) {
      books.ledger().drop(batch);
      throw refusal;
    }
  }

  private RefusalCode refused(Counterparty from, Bytes proof) {
    try {
      throw new AssertionError(receive(from, proof));
    } catch (Refusal refusal) {
      return refusal.code();
    }
  }

  private List<MethodNews> look() {
    LedgerBatch batch = books.begin();
    List<MethodNews> news = method.onHead(chain.head0(), batch);
    books.commit(batch);
    return news;
  }

  private BigInteger money() {
    return books.ledger().balance(AccountId.client(anna.moneyOwner()));
  }

  @Test
  void creditedOnceWhenItIsDeepEnough() throws Exception {
    Sent sent = contracts.send(key, SHOP, AMOUNT, Bytes.EMPTY);
    assertThat(refused(anna, sent.hash())).isEqualTo(RefusalCode.INSUFFICIENT_DEPOSIT);
    contracts.mine(5);
    assertThat(refused(anna, sent.hash())).isEqualTo(RefusalCode.INSUFFICIENT_DEPOSIT);
    contracts.mine(1);
    assertThat(receive(anna, sent.hash())).isEqualTo(new Credit.Money(AMOUNT, AMOUNT));
    assertThat(refused(anna, sent.hash())).isEqualTo(RefusalCode.STALE);
    books.reopen();
    assertThat(refused(anna, sent.hash())).isEqualTo(RefusalCode.STALE);
    assertThat(money()).isEqualTo(5_000);
    assertThat(books.ledger().balance(AccountId.house(AccountKind.CASHED))).isEqualTo(-5_000);
  }

  @Test
  void onlyTheSenderSaysForWhomItCounts() throws Exception {
    Sent sent = contracts.send(key, SHOP, AMOUNT, Bytes.EMPTY);
    contracts.mine(7);
    KeyPair thief = contracts.account(2);
    Counterparty mallory = peer(thief, 2);
    assertThat(refused(mallory, sent.hash())).isEqualTo(RefusalCode.BAD_SIGNATURE);
    Bytes32 forMallory =
        RawMethod.digest(ContractChain.CHAIN_ID, mallory.moneyOwner(), sent.hash());
    assertThat(
            refused(
                mallory,
                Bytes.concatenate(
                    sent.hash(), CompactSignature.of(thief.sign(forMallory)).bytes())))
        .isEqualTo(RefusalCode.BAD_SIGNATURE);
    Bytes signed =
        Bytes.concatenate(sent.hash(), CompactSignature.of(key.sign(forMallory)).bytes());
    Counterparty other = peer(contracts.account(3), 3);
    assertThat(refused(other, signed))
        .as("signed for somebody else")
        .isEqualTo(RefusalCode.BAD_SIGNATURE);
    assertThat(receive(mallory, signed)).isEqualTo(new Credit.Money(AMOUNT, AMOUNT));
    assertThat(refused(anna, sent.hash())).as("once, for anybody").isEqualTo(RefusalCode.STALE);
  }

  @Test
  void whatIsNoTransferToUsIsRefused() {
    Sent elsewhere = contracts.send(key, key.address(), AMOUNT, Bytes.EMPTY);
    Sent nothing = contracts.send(key, SHOP, UInt256.ZERO, Bytes.EMPTY);
    contracts.mine(7);
    assertThat(refused(anna, elsewhere.hash())).isEqualTo(RefusalCode.MALFORMED);
    assertThat(refused(anna, nothing.hash())).isEqualTo(RefusalCode.MALFORMED);
    assertThat(refused(anna, Bytes32.repeat((byte) 9))).isEqualTo(RefusalCode.INSUFFICIENT_DEPOSIT);
    assertThat(refused(anna, Bytes.of(1))).isEqualTo(RefusalCode.MALFORMED);
    assertThat(refused(anna, Bytes.repeat((byte) 0xff, 96))).isNotNull();
    chain.setDown(true);
    assertThat(refused(anna, elsewhere.hash())).isEqualTo(RefusalCode.NOT_SYNCED);
  }

  @Test
  void aReorganisationFreezesItUntilItIsBack() throws Exception {
    long before = contracts.number();
    Transaction transfer = contracts.sign(key, SHOP, AMOUNT, Bytes.EMPTY);
    contracts.send(transfer);
    contracts.mine(7);
    receive(anna, transfer.hash());
    assertThat(look()).isEmpty();

    contracts.revertTo(before);
    contracts.mine(9);
    assertThat(look()).containsExactly(new MethodNews.DepositLost(anna.moneyOwner()));
    assertThat(look()).as("told once").isEmpty();
    assertThat(money()).isZero();
    assertThat(refused(anna, transfer.hash())).isEqualTo(RefusalCode.STALE);

    contracts.send(transfer);
    assertThat(look())
        .containsExactly(new MethodNews.Confirmed(anna.moneyOwner(), transfer.hash()));
    assertThat(money()).isEqualTo(5_000);
    contracts.mine(300);
    assertThat(look()).isEmpty();
    assertThat(books.ledger().history().audit()).isEmpty();
  }

  /** The payer's side: stored before it is sent, the same payment whatever its fee becomes. */
  @Test
  void aPayerSendsAndNamesIts() throws Exception {
    Books own = new Books();
    Transactor transactor =
        new Transactor(new MemorySigner(key), chain, own, TransactorSettings.standard());
    RawPayer payer = new RawPayer(chain, own, transactor);
    Counterparty server =
        new Counterparty(Bytes32.repeat((byte) 9), Bytes.EMPTY, Optional.of(SHOP));
    payer.check(server, method.terms());
    PaymentProof first = payer.pay(server, AMOUNT).get(0);
    chain.setLeastFeeWei(chain.pool().get(0).maxFeePerGas().add(UInt256.ONE));
    for (int i = 0; i < 10; i++) {
      payer.onHead(chain.mine(1));
    }
    PaymentProof now = payer.pending(server).get(0);
    assertThat(now.payId()).isEqualTo(first.payId());
    assertThat(now.proof()).as("a higher fee, another hash").isNotEqualTo(first.proof());
    for (int i = 0; i < 8; i++) {
      payer.onHead(chain.mine(1));
    }
    receive(anna, payer.pending(server).get(0).proof());
    payer.onReceipt(server, now.payId(), AMOUNT);
    assertThat(payer.pending(server)).isEmpty();
    assertThat(own.ledger().balance(AccountId.spent(SHOP.bytes()))).isEqualTo(-5_000);
    assertThat(own.ledger().history().audit()).isEmpty();
    assertThat(payer.pay(server, UInt256.ONE))
        .singleElement()
        .satisfies(next -> assertThat(next.payId()).isNotEqualTo(first.payId()));
  }
}
