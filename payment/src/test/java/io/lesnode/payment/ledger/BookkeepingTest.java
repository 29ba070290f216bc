package io.lesnode.payment.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.payment.Counterparty;
import io.lesnode.payment.MethodId;
import io.lesnode.payment.rocks.RocksLedgerStore;
import io.lesnode.primitives.Address;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SplittableRandom;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BookkeepingTest {
  private static final Bytes ANNA = Bytes.repeat((byte) 0xaa, 20);
  private static final Bytes HOST = Bytes.repeat((byte) 0xbb, 20);
  private static final Bytes32 NODE = Bytes32.repeat((byte) 1);
  private static final Bytes REFERENCE = Bytes.of(9);
  private static final MethodId CHEQUE = MethodId.CHEQUE;

  @TempDir Path directory;

  private final Ledger ledger = Ledger.open(new MemoryLedgerStore());
  private final LedgerBatch batch = ledger.begin(0);

  @Test
  void aPurchaseFromProofToEther() {
    booked(Bookkeeping.pay(batch, CHEQUE, ANNA, wei(1_000), REFERENCE));
    booked(Bookkeeping.exchange(batch, ANNA, NODE, 9, wei(936), REFERENCE));
    booked(Bookkeeping.settle(batch, CHEQUE, ANNA, wei(1_000), REFERENCE));
    booked(Bookkeeping.fee(batch, wei(45), REFERENCE));
    expect(AccountId.client(ANNA), 64);
    expect(AccountId.claim(CHEQUE, ANNA), 0);
    expect(AccountId.house(AccountKind.REVENUE), 936);
    expect(AccountId.house(AccountKind.CASHED), -955);
    expect(AccountId.house(AccountKind.FEES), -45);
    expect(AccountId.house(AccountKind.TOKEN_MINT), -9);
    assertThat(ledger.issued(NODE)).isZero();
    finish();
    assertThat(ledger.issued(NODE)).isEqualTo(9);
  }

  @Test
  void anExchangeIsWholeOrNot() {
    booked(Bookkeeping.pay(batch, CHEQUE, ANNA, wei(100), REFERENCE));
    assertThat(Bookkeeping.exchange(batch, ANNA, NODE, 5, wei(101), REFERENCE))
        .isEqualTo(new Booking.Overdrawn(AccountId.client(ANNA), wei(100), wei(101)));
    booked(Bookkeeping.exchange(batch, ANNA, NODE, Long.MAX_VALUE - 1, wei(1), REFERENCE));
    assertThat(Bookkeeping.exchange(batch, ANNA, NODE, 2, wei(1), REFERENCE))
        .isInstanceOf(Booking.OverLimit.class);
    assertThat(Bookkeeping.grant(batch, NODE, 2, REFERENCE)).isInstanceOf(Booking.OverLimit.class);
    booked(Bookkeeping.grant(batch, NODE, 1, REFERENCE));
    expect(AccountId.client(ANNA), 99);
    finish();
    assertThat(ledger.issued(NODE)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void whatWasGrantedCannotBeSold() {
    booked(Bookkeeping.grant(batch, NODE, 1_000, REFERENCE));
    booked(Bookkeeping.pay(batch, CHEQUE, ANNA, wei(100), REFERENCE));
    booked(Bookkeeping.exchange(batch, ANNA, NODE, 10, wei(100), REFERENCE));
    assertThat(Bookkeeping.sellBack(batch, ANNA, NODE, 11, wei(1), REFERENCE))
        .isInstanceOf(Booking.Overdrawn.class);
    booked(Bookkeeping.sellBack(batch, ANNA, NODE, 4, wei(30), REFERENCE));
    assertThat(Bookkeeping.sellable(batch, NODE)).isEqualTo(6);
    assertThat(Bookkeeping.sellBack(batch, ANNA, NODE, 7, wei(1), REFERENCE))
        .isInstanceOf(Booking.Overdrawn.class);
    assertThat(Bookkeeping.expire(batch, NODE, 1_001, REFERENCE))
        .isInstanceOf(Booking.Overdrawn.class);
    booked(Bookkeeping.expire(batch, NODE, 900, REFERENCE));
    expect(AccountId.client(ANNA), 30);
    expect(AccountId.house(AccountKind.REVENUE), 70);
    finish();
    assertThat(ledger.issued(NODE)).isEqualTo(1_010);
    assertThat(ledger.returned(NODE)).isEqualTo(4);
    assertThat(ledger.expired(NODE)).isEqualTo(900);
    ledger.forEachNode(
        counters -> assertThat(counters).isEqualTo(new TokenCounters(NODE, 1_010, 4, 900)));
  }

  /** Test M6 of docs/vip.md for the ledger: a deposit leaves the chain and comes back, or not. */
  @Test
  void aReorganisationFreezesWhatIsThereAndTheHouseBearsTheRest() {
    booked(Bookkeeping.pay(batch, CHEQUE, ANNA, wei(100), REFERENCE));
    booked(Bookkeeping.exchange(batch, ANNA, NODE, 1, wei(30), REFERENCE));
    assertThat(Bookkeeping.freeze(batch, ANNA, wei(100), REFERENCE)).isEqualTo(wei(70));
    assertThat(Bookkeeping.exchange(batch, ANNA, NODE, 1, wei(1), REFERENCE))
        .isInstanceOf(Booking.Overdrawn.class);
    assertThat(Bookkeeping.unfreeze(batch, ANNA, wei(25), REFERENCE)).isEqualTo(wei(25));
    assertThat(Bookkeeping.bounce(batch, CHEQUE, ANNA, wei(100), REFERENCE))
        .isEqualTo(new Bookkeeping.Bounce(wei(45), wei(25), wei(30)));
    expect(AccountId.client(ANNA), 0);
    expect(AccountId.frozen(ANNA), 0);
    expect(AccountId.claim(CHEQUE, ANNA), 0);
    expect(AccountId.house(AccountKind.LOSS), -30);
    booked(Bookkeeping.recover(batch, CHEQUE, ANNA, wei(30), REFERENCE));
    expect(AccountId.house(AccountKind.LOSS), 0);
    expect(AccountId.claim(CHEQUE, ANNA), -30);
    assertThat(Bookkeeping.freeze(batch, ANNA, wei(1), REFERENCE)).isZero();
    finish();
  }

  /**
   * Defect D3 of vipnode in docs/vip.md: there hosts were credited before the client's balance was
   * looked at, and then the charge was compared, not the balance. Here the host gets what the
   * client pays or nothing, and a client who has enough is served.
   */
  @Test
  void aHostIsOwedOnlyWhatItsClientPaid() {
    booked(Bookkeeping.pay(batch, CHEQUE, ANNA, wei(109), REFERENCE));
    assertThat(Bookkeeping.poolUsage(batch, ANNA, HOST, wei(100), wei(10), REFERENCE))
        .isEqualTo(new Booking.Overdrawn(AccountId.client(ANNA), wei(109), wei(110)));
    expect(AccountId.payable(HOST), 0);
    expect(AccountId.house(AccountKind.REVENUE), 0);
    booked(Bookkeeping.poolUsage(batch, ANNA, HOST, wei(100), wei(9), REFERENCE));
    expect(AccountId.payable(HOST), 100);
    expect(AccountId.client(ANNA), 0);
    booked(Bookkeeping.payOut(batch, CHEQUE, HOST, wei(100), REFERENCE));
    assertThat(Bookkeeping.payOut(batch, CHEQUE, HOST, wei(1), REFERENCE).isBooked()).isFalse();
    booked(Bookkeeping.cashedByPayee(batch, CHEQUE, HOST, wei(60), REFERENCE));
    assertThat(Bookkeeping.cashedByPayee(batch, CHEQUE, HOST, wei(41), REFERENCE).isBooked())
        .isFalse();
    expect(AccountId.signed(CHEQUE, HOST), 40);
    expect(AccountId.house(AccountKind.CASHED), 60);
    finish();
  }

  /**
   * Defect D5 of vipnode in docs/vip.md: there a withdrawal left the credit in the books, and three
   * of them paid 5,000 each out of 5,000.
   */
  @Test
  void aRefundIsPaidOnce() {
    booked(Bookkeeping.payOnChain(batch, ANNA, wei(5_000), REFERENCE));
    booked(Bookkeeping.refundOnChain(batch, ANNA, wei(5_000), REFERENCE));
    for (int i = 0; i < 2; i++) {
      assertThat(Bookkeeping.refundOnChain(batch, ANNA, wei(5_000), REFERENCE))
          .isEqualTo(new Booking.Overdrawn(AccountId.client(ANNA), wei(0), wei(5_000)));
      assertThat(Bookkeeping.refundClaim(batch, CHEQUE, ANNA, wei(5_000), REFERENCE).isBooked())
          .isFalse();
    }
    expect(AccountId.house(AccountKind.CASHED), 0);
    finish();
    assertThat(ledger.history().statement().lines()).isEmpty();
  }

  /**
   * Defect D14 of vipnode in docs/vip.md: there two spellings of an address were two accounts. The
   * spelling is of EIP-55.
   */
  @Test
  void theSpellingOfAnAddressMakesNoAccount() {
    String spelt = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
    for (String text : new String[] {spelt, spelt.toLowerCase(java.util.Locale.ROOT)}) {
      Counterparty peer = new Counterparty(NODE, Bytes.EMPTY, Optional.of(Address.fromHex(text)));
      booked(Bookkeeping.pay(batch, CHEQUE, peer.moneyOwner(), wei(5), REFERENCE));
    }
    finish();
    Statement statement = ledger.history().statement();
    assertThat(statement.accounts(AccountKind.CLIENT)).isEqualTo(1);
    assertThat(statement.total(AccountKind.CLIENT)).isEqualTo(10);
    assertThat(statement.accounts(AccountKind.CLAIM)).isEqualTo(1);
  }

  @Test
  void aPayersBooks() {
    booked(Bookkeeping.spend(batch, CHEQUE, HOST, wei(70), REFERENCE));
    booked(Bookkeeping.cashedByPayee(batch, CHEQUE, HOST, wei(70), REFERENCE));
    expect(AccountId.spent(HOST), -70);
    expect(AccountId.house(AccountKind.CASHED), 70);
    finish();
  }

  /**
   * Test E6 of docs/vip.md in the form of the ledger: 100 clients pay 1,000 times each, all of it
   * is settled, and the books balance to the wei, on the disk.
   */
  @Test
  void aHundredThousandPaymentsBalanceToTheWei() {
    SplittableRandom random = new SplittableRandom(6);
    long[] cumulative = new long[100];
    BigInteger total = BigInteger.ZERO;
    try (Ledger books = Ledger.open(RocksLedgerStore.open(directory.resolve("books")))) {
      for (int round = 0; round < 1_000; round++) {
        for (int client = 0; client < 100; client++) {
          long amount = 1 + random.nextLong(1_000_000_000_000L);
          cumulative[client] += amount;
          total = total.add(wei(amount));
          LedgerBatch payment = books.begin(round);
          assertThat(CumulativeBooks.receive(payment, client, cumulative[client])).isTrue();
          books.accept(payment);
        }
        if (round % 5 == 4) {
          assertThat(books.commit()).isEqualTo(500);
        }
      }
      Statement before = books.history().statement();
      assertThat(before.total(AccountKind.CLAIM)).isEqualTo(total.negate());
      LedgerBatch settlement = books.begin(1_000);
      for (int client = 0; client < 100; client++) {
        assertThat(CumulativeBooks.durable(books, client)).isEqualTo(cumulative[client]);
        booked(
            Bookkeeping.settle(
                settlement,
                CHEQUE,
                CumulativeBooks.owner(client),
                wei(cumulative[client]),
                REFERENCE));
      }
      books.commit(settlement);
      Statement after = books.history().statement();
      assertThat(after.accounts(AccountKind.CLAIM)).isZero();
      assertThat(after.total(AccountKind.CASHED)).isEqualTo(total.negate());
      assertThat(after.total(AccountKind.REVENUE).add(after.total(AccountKind.CLIENT)))
          .isEqualTo(total);
      assertThat(after.total(AccountKind.REVENUE))
          .isEqualTo(after.total(AccountKind.TOKENS_ISSUED).shiftLeft(1));
      assertThat(books.history().audit()).isEmpty();
    }
  }

  private void expect(AccountId account, long balance) {
    assertThat(batch.balance(account)).as(account.text()).isEqualTo(balance);
  }

  private void finish() {
    ledger.commit(batch);
    assertThat(ledger.history().audit()).isEmpty();
    assertThat(ledger.history().statement().isBalanced()).isTrue();
  }

  private static void booked(Booking booking) {
    assertThat(booking).isEqualTo(Booking.Booked.BOOKED);
  }

  private static BigInteger wei(long amount) {
    return BigInteger.valueOf(amount);
  }
}
