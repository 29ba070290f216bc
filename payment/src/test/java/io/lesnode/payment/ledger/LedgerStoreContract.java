package io.lesnode.payment.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lesnode.payment.MethodId;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.apache.tuweni.bytes.Bytes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link LedgerStore} must do, whatever keeps it. */
public abstract class LedgerStoreContract {

  protected LedgerStore store;

  /** Empty books. */
  protected abstract LedgerStore create();

  /** The same books again, after they were closed. */
  protected abstract LedgerStore reopen(LedgerStore closed);

  @BeforeEach
  void openStore() {
    store = create();
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  private void restart() {
    store.close();
    store = reopen(store);
  }

  @Test
  void whatWasPutIsThereAfterARestart() {
    store.write(new LedgerWrite().put(LedgerColumn.BALANCES, Bytes.of(1), Bytes.of(2)), true);
    store.write(new LedgerWrite().put(LedgerColumn.RECORDS, Bytes.of(1), Bytes.EMPTY), false);
    restart();
    assertThat(store.get(LedgerColumn.BALANCES, Bytes.of(1))).contains(Bytes.of(2));
    assertThat(store.get(LedgerColumn.RECORDS, Bytes.of(1))).contains(Bytes.EMPTY);
    assertThat(store.get(LedgerColumn.EVENTS, Bytes.of(1))).isEmpty();
    assertThat(store.get(LedgerColumn.BALANCES, Bytes.of(2))).isEmpty();
    assertThat(store.get(LedgerColumn.BALANCES, Bytes.of(1, 0))).isEmpty();
  }

  @Test
  void changesOfOneWriteComeInTheirOrder() {
    store.write(
        new LedgerWrite()
            .put(LedgerColumn.META, Bytes.of(1), Bytes.of(1))
            .remove(LedgerColumn.META, Bytes.of(1))
            .put(LedgerColumn.META, Bytes.of(2), Bytes.of(1))
            .put(LedgerColumn.META, Bytes.of(2), Bytes.of(2))
            .remove(LedgerColumn.META, Bytes.of(3))
            .remove(LedgerColumn.EVENTS, Bytes.of(2)),
        true);
    assertThat(store.get(LedgerColumn.META, Bytes.of(1))).isEmpty();
    assertThat(store.get(LedgerColumn.META, Bytes.of(2))).contains(Bytes.of(2));
    store.write(new LedgerWrite(), true);
    store.write(new LedgerWrite().remove(LedgerColumn.META, Bytes.of(2)), true);
    restart();
    assertThat(store.get(LedgerColumn.META, Bytes.of(2))).isEmpty();
  }

  @Test
  void aScanIsInTheOrderOfUnsignedBytesAndEndsWhenTold() {
    LedgerWrite write = new LedgerWrite();
    for (String key : List.of("0xff", "0x", "0x7f", "0x80", "0x00", "0x0000", "0x7f00", "0x7eff")) {
      write.put(LedgerColumn.RECORDS, Bytes.fromHexString(key), Bytes.of(1));
    }
    write.put(LedgerColumn.EVENTS, Bytes.of(0x7f), Bytes.of(9));
    store.write(write, true);
    assertThat(keysFrom("0x", 100))
        .containsExactly("0x", "0x00", "0x0000", "0x7eff", "0x7f", "0x7f00", "0x80", "0xff");
    assertThat(keysFrom("0x7eff00", 2)).containsExactly("0x7f", "0x7f00");
    assertThat(keysFrom("0xffff", 2)).isEmpty();
    List<String> prefixed = new ArrayList<>();
    store.forEach(
        LedgerColumn.RECORDS, Bytes.of(0x7f), (key, value) -> prefixed.add(key.toHexString()));
    assertThat(prefixed).containsExactly("0x7f", "0x7f00");
  }

  private List<String> keysFrom(String first, int limit) {
    List<String> keys = new ArrayList<>();
    store.scan(
        LedgerColumn.RECORDS,
        Bytes.fromHexString(first),
        (key, value) -> {
          keys.add(key.toHexString());
          return keys.size() < limit;
        });
    return keys;
  }

  @Test
  void aSnapshotIsOneMoment() {
    store.write(new LedgerWrite().put(LedgerColumn.BALANCES, Bytes.of(1), Bytes.of(1)), true);
    try (LedgerStore.Snapshot moment = store.snapshot()) {
      store.write(
          new LedgerWrite()
              .put(LedgerColumn.BALANCES, Bytes.of(1), Bytes.of(2))
              .put(LedgerColumn.BALANCES, Bytes.of(2), Bytes.of(2)),
          true);
      assertThat(moment.get(LedgerColumn.BALANCES, Bytes.of(1))).contains(Bytes.of(1));
      List<Bytes> keys = new ArrayList<>();
      moment.forEach(LedgerColumn.BALANCES, Bytes.EMPTY, (key, value) -> keys.add(key));
      assertThat(keys).containsExactly(Bytes.of(1));
    }
    assertThat(store.get(LedgerColumn.BALANCES, Bytes.of(1))).contains(Bytes.of(2));
  }

  @Test
  void bytesThatChangeAfterwardsChangeNothing() {
    byte[] key = {1};
    byte[] value = {2};
    store.write(new LedgerWrite().put(LedgerColumn.META, Bytes.wrap(key), Bytes.wrap(value)), true);
    key[0] = 9;
    value[0] = 9;
    assertThat(store.get(LedgerColumn.META, Bytes.of(1))).contains(Bytes.of(2));
  }

  @Test
  void aClosedStoreSaysSo() {
    store.close();
    store.close();
    assertThatThrownBy(() -> store.get(LedgerColumn.META, Bytes.of(1)))
        .isInstanceOf(LedgerStoreException.Closed.class);
    assertThatThrownBy(() -> store.write(new LedgerWrite(), true))
        .isInstanceOf(LedgerStoreException.Closed.class);
    assertThatThrownBy(() -> store.scan(LedgerColumn.META, Bytes.EMPTY, (key, value) -> true))
        .isInstanceOf(LedgerStoreException.Closed.class);
    assertThatThrownBy(store::snapshot).isInstanceOf(LedgerStoreException.Closed.class);
  }

  @Test
  void isOpenOnce() {
    assertThatThrownBy(() -> reopen(store)).isInstanceOf(LedgerStoreException.Locked.class);
    assertThat(store.get(LedgerColumn.META, Bytes.of(1))).isEmpty();
  }

  /** Random writes against a sorted map, with restarts between. */
  @Test
  void behavesAsASortedMap() {
    Random random = new Random(20_417);
    TreeMap<Bytes, Bytes> model = new TreeMap<>(LexicographicOrder.INSTANCE);
    for (int round = 0; round < 200; round++) {
      LedgerWrite write = new LedgerWrite();
      for (int i = random.nextInt(20); i >= 0; i--) {
        Bytes key = Bytes.random(1 + random.nextInt(2), random);
        if (random.nextInt(3) == 0) {
          model.remove(key);
          write.remove(LedgerColumn.BALANCES, key);
        } else {
          Bytes value = Bytes.random(random.nextInt(100), random);
          model.put(key, value);
          write.put(LedgerColumn.BALANCES, key, value);
        }
      }
      store.write(write, random.nextInt(10) == 0);
      if (random.nextInt(40) == 0) {
        restart();
      }
      Bytes first = Bytes.random(random.nextInt(3), random);
      TreeMap<Bytes, Bytes> seen = new TreeMap<>(LexicographicOrder.INSTANCE);
      store.scan(LedgerColumn.BALANCES, first, (key, value) -> seen.put(key, value) == null);
      assertThat(seen).isEqualTo(model.tailMap(first, true));
    }
  }

  // ---- the books on it: what vipnode's suite of stores asks of accounts and credit

  private static final Bytes NODE = Bytes.repeat((byte) 1, 32);
  private static final Bytes WALLET = Bytes.repeat((byte) 2, 20);

  /**
   * Tests S2 and S3 of docs/vip.md: an account that was never used is empty, and nothing can be
   * taken from it; what has no right name is no account.
   */
  @Test
  void anUnknownAccountIsEmptyAndGivesNothing() {
    Ledger ledger = Ledger.open(store);
    assertThat(ledger.balance(AccountId.client(NODE))).isZero();
    LedgerBatch batch = ledger.begin(0);
    assertThat(take(batch, 1)).isInstanceOf(Booking.Overdrawn.class);
    ledger.commit(batch);
    assertThat(ledger.history().size()).isZero();
    assertThat(ledger.history().statement().lines()).isEmpty();
  }

  /**
   * Tests S4 and S5 of docs/vip.md: 42 and 3 are 45, and 50 cannot be taken from them (a debt of
   * service is kept by the client pool, not in money); what may be negative, as what we earned and
   * gave back, is -5; the statement counts and sums.
   */
  @Test
  void creditAddsUpAndNoClientHasLessThanNothing() {
    Ledger ledger = Ledger.open(store);
    LedgerBatch batch = ledger.begin(0);
    give(batch, NODE, 42);
    give(batch, NODE, 3);
    assertThat(take(batch, 50)).isInstanceOf(Booking.Overdrawn.class);
    assertThat(take(batch, 45)).isInstanceOf(Booking.Booked.class);
    batch.transfer(
        AccountId.house(AccountKind.REVENUE),
        AccountId.client(NODE),
        BigInteger.valueOf(50),
        TransferKind.REFUND,
        Bytes.EMPTY);
    ledger.commit(batch);
    restart();
    Statement statement = Ledger.open(store).history().statement();
    assertThat(statement.total(AccountKind.REVENUE)).isEqualTo(-5);
    assertThat(statement.total(AccountKind.CLIENT)).isEqualTo(50);
    assertThat(statement.accounts(AccountKind.CLIENT)).isEqualTo(1);
    assertThat(statement.isBalanced()).isTrue();
  }

  /**
   * Tests S12 and S13 of docs/vip.md: what a node had before it proved its account is merged into
   * the account's money, once; other accounts are not touched.
   */
  @Test
  void linkingMergesTheNodesMoneyIntoTheAccounts() {
    Ledger ledger = Ledger.open(store);
    Bytes other = Bytes.repeat((byte) 3, 20);
    LedgerBatch batch = ledger.begin(0);
    give(batch, NODE, 42);
    give(batch, WALLET, 69);
    give(batch, other, 7);
    assertThat(Bookkeeping.link(batch, NODE, WALLET, Bytes.EMPTY)).isEqualTo(42);
    assertThat(Bookkeeping.link(batch, NODE, WALLET, Bytes.EMPTY)).isZero();
    ledger.commit(batch);
    assertThat(ledger.balance(AccountId.client(WALLET))).isEqualTo(111);
    assertThat(ledger.balance(AccountId.client(NODE))).isZero();
    assertThat(ledger.balance(AccountId.client(other))).isEqualTo(7);
    assertThat(ledger.history().audit()).isEmpty();
  }

  private static void give(LedgerBatch batch, Bytes owner, long amount) {
    Bookkeeping.pay(batch, MethodId.TEST, owner, BigInteger.valueOf(amount), Bytes.EMPTY);
  }

  private static Booking take(LedgerBatch batch, long amount) {
    return Bookkeeping.auction(batch, NODE, BigInteger.valueOf(amount), Bytes.EMPTY);
  }
}
