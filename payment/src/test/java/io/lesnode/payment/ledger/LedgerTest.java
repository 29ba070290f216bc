package io.lesnode.payment.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lesnode.payment.MethodId;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.junit.jupiter.api.Test;

class LedgerTest {
  private static final Bytes ANNA = Bytes.fromHexString("0x0a0a");
  private static final Bytes BERT = Bytes.fromHexString("0x0b0b");
  private static final Bytes32 NODE = Bytes32.repeat((byte) 7);
  private static final Bytes REFERENCE = Bytes.of(1, 2, 3);

  private MemoryLedgerStore store = new MemoryLedgerStore();
  private Ledger ledger = Ledger.open(store);

  @Test
  void aGroupIsSeenByWhatFollowsAndDurableAtOnce() {
    LedgerBatch first = ledger.begin(1_000);
    pay(first, ANNA, 100);
    first.put("cheques", ANNA, Bytes.of(1));
    ledger.accept(first);

    LedgerBatch second = ledger.begin(2_000);
    assertThat(second.balance(AccountId.client(ANNA))).isEqualTo(100);
    assertThat(second.get("cheques", ANNA)).contains(Bytes.of(1));
    pay(second, ANNA, 11);
    assertThat(second.balance(AccountId.client(ANNA))).isEqualTo(111);
    ledger.accept(second);

    // What the ledger itself says is durable: nothing yet.
    assertThat(ledger.waiting()).isEqualTo(2);
    assertThat(ledger.balance(AccountId.client(ANNA))).isZero();
    assertThat(ledger.get("cheques", ANNA)).isEmpty();
    assertThat(ledger.history().size()).isZero();

    assertThat(ledger.commit()).isEqualTo(2);
    assertThat(ledger.waiting()).isZero();
    reopen();
    assertThat(ledger.balance(AccountId.client(ANNA))).isEqualTo(111);
    assertThat(ledger.balance(AccountId.claim(MethodId.CHEQUE, ANNA))).isEqualTo(-111);
    assertThat(ledger.get("cheques", ANNA)).contains(Bytes.of(1));
    assertThat(ledger.history().audit()).isEmpty();
  }

  @Test
  void aDroppedBatchLeavesNoTrace() {
    LedgerBatch good = ledger.begin(1_000);
    pay(good, ANNA, 5);
    good.put("t", ANNA, Bytes.of(1));
    ledger.accept(good);
    LedgerBatch refused = ledger.begin(2_000);
    pay(refused, ANNA, 1_000);
    refused.put("t", ANNA, Bytes.of(2));
    refused.remove("t", ANNA);
    refused.put("t", BERT, Bytes.of(3));
    ledger.drop(refused);
    LedgerBatch next = ledger.begin(1_500);
    assertThat(next.balance(AccountId.client(ANNA))).isEqualTo(5);
    assertThat(next.get("t", ANNA)).contains(Bytes.of(1));
    assertThat(next.get("t", BERT)).isEmpty();
    pay(next, BERT, 7);
    ledger.commit(next);

    List<LedgerEvent> events = events();
    assertThat(events).extracting(LedgerEvent::sequence).containsExactly(0L, 1L);
    assertThat(events).extracting(LedgerEvent::unixMillis).containsExactly(1_000L, 1_500L);
    assertThat(ledger.history().audit()).isEmpty();
    assertThatThrownBy(() -> refused.balance(AccountId.client(ANNA)))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> ledger.accept(refused)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void oneBatchIsBuiltAtATime() {
    LedgerBatch first = ledger.begin(0);
    assertThatThrownBy(() -> ledger.begin(0)).isInstanceOf(IllegalStateException.class);
    ledger.drop(first);
    ledger.drop(ledger.begin(0));
  }

  @Test
  void overdraftAndOverflowAreOutcomesAndChangeNothing() {
    LedgerBatch batch = ledger.begin(0);
    pay(batch, ANNA, 45);
    Booking refused =
        batch.tryTransfer(
            AccountId.client(ANNA),
            AccountId.payable(BERT),
            BigInteger.valueOf(50),
            TransferKind.POOL_USAGE,
            REFERENCE);
    assertThat(refused)
        .isEqualTo(
            new Booking.Overdrawn(
                AccountId.client(ANNA), BigInteger.valueOf(45), BigInteger.valueOf(50)));
    Booking tooMuch =
        batch.tryTransfer(
            AccountId.house(AccountKind.CASHED),
            AccountId.client(ANNA),
            Asset.WEI.limit(),
            TransferKind.PAYMENT,
            REFERENCE);
    assertThat(tooMuch).isInstanceOf(Booking.OverLimit.class);
    assertThatThrownBy(
            () ->
                batch.transfer(
                    AccountId.client(ANNA),
                    AccountId.payable(BERT),
                    BigInteger.valueOf(50),
                    TransferKind.POOL_USAGE,
                    REFERENCE))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("client:0x0a0a has 45");
    assertThat(batch.balance(AccountId.client(ANNA))).isEqualTo(45);
    assertThat(batch.balance(AccountId.payable(BERT))).isZero();
    ledger.commit(batch);
    assertThat(events()).hasSize(1);
  }

  @Test
  void whatIsNoTransferIsABug() {
    LedgerBatch batch = ledger.begin(0);
    AccountId client = AccountId.client(ANNA);
    AccountId revenue = AccountId.house(AccountKind.REVENUE);
    for (BigInteger amount : List.of(BigInteger.ZERO, BigInteger.ONE.negate())) {
      assertThatThrownBy(
              () -> batch.transfer(revenue, client, amount, TransferKind.REFUND, REFERENCE))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(
            () ->
                batch.transfer(
                    revenue,
                    AccountId.tokensIssued(NODE),
                    BigInteger.ONE,
                    TransferKind.GRANT,
                    REFERENCE))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () ->
                batch.transfer(
                    revenue, revenue, BigInteger.ONE, TransferKind.CORRECTION, REFERENCE))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () ->
                batch.transfer(
                    revenue, client, BigInteger.ONE, TransferKind.REFUND, Bytes.wrap(new byte[65])))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new AccountId(AccountKind.CLIENT, Bytes.wrap(new byte[65])))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> batch.put("", ANNA, ANNA))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> batch.put("t", Bytes.wrap(new byte[129]), ANNA))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> batch.put("t", ANNA, Bytes.wrap(new byte[65_537])))
        .isInstanceOf(IllegalArgumentException.class);
    ledger.drop(batch);
  }

  @Test
  void aScanShowsWhatWasAcceptedBeforeTheBatch() {
    LedgerBatch first = ledger.begin(0);
    first.put("t", Bytes.of(1, 1), Bytes.of(11));
    first.put("t", Bytes.of(1, 2), Bytes.of(12));
    first.put("t", Bytes.of(0xff), Bytes.of(13));
    first.put("t2", Bytes.of(1, 3), Bytes.of(99));
    ledger.commit(first);
    LedgerBatch second = ledger.begin(0);
    second.put("t", Bytes.of(1, 0), Bytes.of(10));
    second.put("t", Bytes.of(1, 1), Bytes.of(21));
    second.remove("t", Bytes.of(1, 2));
    ledger.accept(second);
    LedgerBatch third = ledger.begin(0);
    List<String> seen = new ArrayList<>();
    third.scan(
        "t",
        Bytes.of(1),
        (key, value) -> {
          seen.add(key + "=" + value);
          third.remove("t", key);
        });
    assertThat(seen).containsExactly("0x0100=0x0a", "0x0101=0x15");
    List<String> durable = new ArrayList<>();
    ledger.scan("t", Bytes.EMPTY, (key, value) -> durable.add(key + "=" + value));
    assertThat(durable).containsExactly("0x0101=0x0b", "0x0102=0x0c", "0xff=0x0d");
    ledger.commit(third);
    durable.clear();
    ledger.scan("t", Bytes.EMPTY, (key, value) -> durable.add(key + "=" + value));
    assertThat(durable).containsExactly("0xff=0x0d");
    assertThat(ledger.get("t2", Bytes.of(1, 3))).isEqualTo(Optional.of(Bytes.of(99)));
  }

  @Test
  void balancesAreRightWhenTheCacheIsSmall() {
    store.close();
    store = store.reopen();
    ledger = Ledger.open(store, LedgerSchema.CURRENT, 2);
    for (int i = 0; i < 50; i++) {
      LedgerBatch batch = ledger.begin(i);
      pay(batch, Bytes.of(i % 10), i + 1);
      ledger.commit(batch);
    }
    for (int i = 0; i < 10; i++) {
      assertThat(ledger.balance(AccountId.client(Bytes.of(i)))).isEqualTo(5L * (i + 1) + 100);
    }
    assertThat(ledger.history().audit()).isEmpty();
  }

  @Test
  void timeNeverRunsBackInTheLog() {
    commitPayment(5_000);
    reopen();
    commitPayment(3_000);
    commitPayment(6_000);
    assertThat(events())
        .extracting(LedgerEvent::unixMillis)
        .containsExactly(5_000L, 5_000L, 6_000L);
  }

  @Test
  void batchesOneByOneAreDurableWhenCommitReturns() {
    DurableBatches batches = ledger.durableBatches(() -> Instant.ofEpochMilli(42));
    LedgerBatch batch = batches.begin();
    pay(batch, ANNA, 9);
    batches.commit(batch);
    assertThat(ledger.balance(AccountId.client(ANNA))).isEqualTo(9);
    assertThat(events()).extracting(LedgerEvent::unixMillis).containsExactly(42L);
  }

  @Test
  void aBatchThatWasGivenUpIsDroppedByTheNext() {
    DurableBatches batches = ledger.durableBatches(() -> Instant.ofEpochMilli(42));
    pay(batches.begin(), ANNA, 9);
    LedgerBatch batch = batches.begin();
    pay(batch, BERT, 1);
    batches.commit(batch);
    assertThat(ledger.balance(AccountId.client(ANNA))).isZero();
    assertThat(ledger.balance(AccountId.client(BERT))).isEqualTo(1);
    ledger.drop(ledger.begin(0));
  }

  /** Random records, accepted and durable, against a sorted map. */
  @Test
  void aScanMergesWhatIsAcceptedWithWhatIsDurable() {
    Random random = new Random(8);
    TreeMap<Bytes, Bytes> model = new TreeMap<>(LexicographicOrder.INSTANCE);
    for (int i = 0; i < 2_000; i++) {
      LedgerBatch batch = ledger.begin(i);
      Bytes prefix = Bytes.random(random.nextInt(2), random);
      Map<Bytes, Bytes> seen = new LinkedHashMap<>();
      batch.scan("t", prefix, seen::put);
      Map<Bytes, Bytes> wanted = new LinkedHashMap<>(model);
      wanted.keySet().removeIf(key -> prefix.commonPrefixLength(key) < prefix.size());
      assertThat(seen).containsExactlyEntriesOf(wanted);
      Bytes key = Bytes.random(1 + random.nextInt(2), random);
      if (random.nextBoolean()) {
        Bytes value = Bytes.ofUnsignedInt(i);
        batch.put("t", key, value);
        model.put(key, value);
      } else {
        batch.remove("t", key);
        model.remove(key);
      }
      ledger.accept(batch);
      if (random.nextInt(10) == 0) {
        ledger.commit();
      }
    }
  }

  private void commitPayment(long millis) {
    LedgerBatch batch = ledger.begin(millis);
    pay(batch, ANNA, 1);
    ledger.commit(batch);
  }

  private static void pay(LedgerBatch batch, Bytes owner, long amount) {
    assertThat(
            Bookkeeping.pay(batch, MethodId.CHEQUE, owner, BigInteger.valueOf(amount), REFERENCE))
        .isEqualTo(Booking.Booked.BOOKED);
  }

  private List<LedgerEvent> events() {
    List<LedgerEvent> events = new ArrayList<>();
    ledger.history().forEachEvent(0, events::add);
    return events;
  }

  private void reopen() {
    ledger.close();
    store = store.reopen();
    ledger = Ledger.open(store);
  }
}
