package io.lesnode.payment.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.lesnode.payment.MethodId;
import io.lesnode.payment.ledger.AccountId;
import io.lesnode.payment.ledger.AccountKind;
import io.lesnode.payment.ledger.Asset;
import io.lesnode.payment.ledger.Bookkeeping;
import io.lesnode.payment.ledger.Ledger;
import io.lesnode.payment.ledger.LedgerBatch;
import io.lesnode.payment.ledger.MemoryLedgerStore;
import java.math.BigInteger;
import java.util.List;
import java.util.Random;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The hub's books: vipnode's B1, B2, E10 and the defects D3 and D5 at a pool (docs/pool.md). */
class HubBooksTest {
  private static final Bytes32 CLIENT = Bytes32.repeat((byte) 1);
  private static final Bytes32 HOST = Bytes32.repeat((byte) 2);
  private static final Bytes CLIENT_ACCOUNT = Bytes.repeat((byte) 3, 20);
  private static final Bytes HOST_ACCOUNT = Bytes.repeat((byte) 4, 20);

  private final Ledger ledger = Ledger.open(new MemoryLedgerStore());

  @AfterEach
  void close() {
    ledger.close();
  }

  private void deposit(Bytes owner, long wei) {
    LedgerBatch batch = ledger.begin(1);
    Bookkeeping.pay(batch, MethodId.CHEQUE, owner, BigInteger.valueOf(wei), Bytes.of(1));
    ledger.commit(batch);
  }

  private HubBooks.Settled settle(long epoch, long amount, long fee) {
    LedgerBatch batch = ledger.begin(epoch);
    HubBooks.Settled settled =
        HubBooks.settle(
            batch,
            CLIENT,
            CLIENT_ACCOUNT,
            HOST,
            HOST_ACCOUNT,
            epoch,
            UInt256.valueOf(amount),
            UInt256.valueOf(fee),
            Bytes.of(9));
    ledger.commit(batch);
    return settled;
  }

  private long wei(AccountId account) {
    return ledger.balance(account).longValueExact();
  }

  @Test
  void theClientPaysTheHostAndTheFeeInOneBatchB2() {
    deposit(CLIENT_ACCOUNT, 10_000);
    assertInstanceOf(HubBooks.Settled.Booked.class, settle(60, 5_000, 50));
    assertEquals(4_950, wei(AccountId.client(CLIENT_ACCOUNT)));
    assertEquals(50, wei(AccountId.house(AccountKind.REVENUE)));
    assertEquals(5_000, wei(AccountId.payable(HOST_ACCOUNT)));
    assertEquals(UInt256.valueOf(5_000), HubBooks.promisedWei(ledger, HOST_ACCOUNT));
    assertInstanceOf(HubBooks.Settled.Booked.class, settle(120, 2_000, 20));
    assertEquals(UInt256.valueOf(7_000), HubBooks.promisedWei(ledger, HOST_ACCOUNT));
    assertEquals(List.of(HOST_ACCOUNT), HubBooks.promisedHosts(ledger));
  }

  @Test
  void noTimeCostsNothingB2() {
    deposit(CLIENT_ACCOUNT, 10_000);
    assertInstanceOf(HubBooks.Settled.Booked.class, settle(60, 0, 0));
    assertEquals(10_000, wei(AccountId.client(CLIENT_ACCOUNT)));
    assertEquals(UInt256.ZERO, HubBooks.promisedWei(ledger, HOST_ACCOUNT));
  }

  @Test
  void anIntervalIsSettledOnceD5() {
    deposit(CLIENT_ACCOUNT, 10_000);
    settle(60, 1_000, 10);
    assertInstanceOf(HubBooks.Settled.Already.class, settle(60, 1_000, 10));
    assertInstanceOf(HubBooks.Settled.Already.class, settle(60, 9_000, 10));
    assertEquals(UInt256.valueOf(1_000), HubBooks.promisedWei(ledger, HOST_ACCOUNT));
  }

  @Test
  void aHostIsNotCreditedWithWhatItsClientDoesNotHaveD3() {
    deposit(CLIENT_ACCOUNT, 1_000);
    HubBooks.Settled settled = settle(60, 1_000, 10);
    assertEquals(new HubBooks.Settled.Unfunded(BigInteger.TEN), settled);
    assertEquals(1_000, wei(AccountId.client(CLIENT_ACCOUNT)));
    assertEquals(0, wei(AccountId.payable(HOST_ACCOUNT)));
    assertEquals(UInt256.ZERO, HubBooks.promisedWei(ledger, HOST_ACCOUNT));
  }

  @Test
  void whatWasSignedIsClearedOnceHoweverOften() {
    deposit(CLIENT_ACCOUNT, 10_000);
    settle(60, 1_000, 10);
    assertEquals(BigInteger.valueOf(1_000), HubBooks.unsignedWei(ledger, HOST_ACCOUNT));
    LedgerBatch signing = ledger.begin(61);
    Bookkeeping.spend(
        signing, MethodId.CHEQUE, HOST_ACCOUNT, BigInteger.valueOf(1_000), Bytes.of(5));
    ledger.commit(signing);
    // killed here, the books know that it was signed
    assertEquals(BigInteger.ZERO, HubBooks.unsignedWei(ledger, HOST_ACCOUNT));
    for (int i = 0; i < 2; i++) {
      LedgerBatch clearing = ledger.begin(62);
      HubBooks.clear(clearing, HOST_ACCOUNT);
      ledger.commit(clearing);
      assertEquals(0, wei(AccountId.payable(HOST_ACCOUNT)));
      assertEquals(0, wei(AccountId.spent(HOST_ACCOUNT)));
      assertEquals(1_000, wei(AccountId.signed(MethodId.CHEQUE, HOST_ACCOUNT)));
    }
  }

  @Test
  void anythingBookedSumsToZeroE10() {
    Random random = new Random(5);
    Bytes[] clients = new Bytes[5];
    for (int i = 0; i < clients.length; i++) {
      clients[i] = Bytes.repeat((byte) (10 + i), 20);
    }
    for (int i = 0; i < 5_000; i++) {
      if (random.nextInt(4) == 0) {
        deposit(clients[random.nextInt(5)], 1 + random.nextInt(5_000));
      }
      LedgerBatch batch = ledger.begin(i);
      Bytes owner = clients[random.nextInt(5)];
      Bytes host = Bytes.repeat((byte) (100 + random.nextInt(3)), 20);
      HubBooks.settle(
          batch,
          Bytes32.leftPad(owner),
          owner,
          Bytes32.leftPad(host),
          host,
          i / 3,
          UInt256.valueOf(random.nextInt(3_000)),
          UInt256.valueOf(random.nextInt(30)),
          Bytes.EMPTY);
      ledger.commit(batch);
    }
    for (Asset asset : Asset.values()) {
      assertEquals(BigInteger.ZERO, ledger.history().statement().sum(asset));
    }
    BigInteger promised = BigInteger.ZERO;
    for (Bytes host : HubBooks.promisedHosts(ledger)) {
      BigInteger ofHost = HubBooks.promisedWei(ledger, host).toUnsignedBigInteger();
      assertEquals(ofHost, ledger.balance(AccountId.payable(host)));
      promised = promised.add(ofHost);
    }
    BigInteger paidIn = BigInteger.ZERO;
    BigInteger left = ledger.balance(AccountId.house(AccountKind.REVENUE));
    for (Bytes client : clients) {
      paidIn = paidIn.subtract(ledger.balance(AccountId.claim(MethodId.CHEQUE, client)));
      left = left.add(ledger.balance(AccountId.client(client)));
    }
    assertEquals(paidIn, left.add(promised));
  }

  @Test
  void oldStatementsAreForgottenAndTheMoneyStays() {
    deposit(CLIENT_ACCOUNT, 10_000);
    for (int epoch = 60; epoch <= 600; epoch += 60) {
      settle(epoch, 100, 1);
    }
    LedgerBatch batch = ledger.begin(1_000);
    assertEquals(4, HubBooks.forget(batch, 300, 100));
    ledger.commit(batch);
    assertEquals(UInt256.valueOf(1_000), HubBooks.promisedWei(ledger, HOST_ACCOUNT));
    assertInstanceOf(HubBooks.Settled.Already.class, settle(300, 100, 1));
  }
}
