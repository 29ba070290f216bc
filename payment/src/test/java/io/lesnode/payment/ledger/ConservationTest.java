package io.lesnode.payment.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.payment.MethodId;
import io.lesnode.payment.rocks.RocksLedgerStore;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Conservation (docs/vip.md; test M7 for the ledger): random payments, exchanges, sell-backs,
 * grants and their end, auctions, pool usage, settlements, bounces, reorganisations, refunds and
 * machines that die before or after a write, against a reference model and a simulated client pool.
 * After each death and at the end the books differ by 0 wei and 0 tokens. {@code
 * -Dconsensus.full=true} does a million operations, {@code -Dledger.operations=N} as many as
 * wanted, {@code -Dseed=N} another run.
 */
class ConservationTest {
  private static final int CLIENTS = 40;
  private static final int HOSTS = 5;
  private static final long WEI_PER_TOKEN = 104;
  private static final MethodId[] METHODS = {MethodId.CHEQUE, MethodId.LOTTERY, MethodId.RAW};

  @TempDir Path directory;

  private final Random random = new Random(Long.getLong("seed", 20_417));
  private final ReferenceBooks model = new ReferenceBooks();
  private final SimClientPool pool = new SimClientPool(CLIENTS);
  private LedgerStore store = new MemoryLedgerStore();
  private UnaryOperator<LedgerStore> reopen = closed -> ((MemoryLedgerStore) closed).reopen();
  private FaultyLedgerStore machine = new FaultyLedgerStore(store, 0);
  private Ledger ledger = Ledger.open(machine);
  private long reference;
  private long millis;
  private int deaths;
  private int refusals;

  @Test
  void nothingIsLostOrMade() {
    long operations =
        Long.getLong(
            "ledger.operations", Boolean.getBoolean("consensus.full") ? 1_000_000 : 40_000);
    run(operations);
    assertThat(deaths).isGreaterThan((int) (operations / 2_000));
    assertThat(refusals).isGreaterThan((int) (operations / 50));
  }

  @Test
  void nothingIsLostOrMadeInRocksDb() {
    store = RocksLedgerStore.open(directory.resolve("books"));
    reopen = closed -> RocksLedgerStore.open(((RocksLedgerStore) closed).directory());
    machine = new FaultyLedgerStore(store, 0);
    ledger = Ledger.open(machine);
    run(2_000);
    assertThat(deaths).isPositive();
  }

  private void run(long operations) {
    long start = System.nanoTime();
    for (long i = 0; i < operations; i++) {
      if (random.nextInt(1_000) == 0) {
        die();
      } else {
        operation();
        if (random.nextInt(6) == 0) {
          commit();
        }
      }
    }
    commit();
    die();
    assertThat(ledger.history().audit()).isEmpty();
    System.out.printf(
        "conservation: %d operations, %d deaths, %d refusals, %d events, %d ms%n",
        operations,
        deaths,
        refusals,
        ledger.history().size(),
        (System.nanoTime() - start) / 1_000_000);
    ledger.close();
  }

  /** Writes what waits; now and then the machine dies before or after it is durable. */
  private void commit() {
    boolean something = ledger.waiting() > 0;
    int moment = random.nextInt(100) == 0 ? 1 + random.nextInt(2) : 0;
    machine.dieAt(moment);
    try {
      ledger.commit();
      machine.dieAt(0);
      model.durable();
      deliver();
    } catch (FaultyLedgerStore.Crash crash) {
      assertThat(something).isTrue();
      if (moment == 2) {
        // Durable, but nobody was told.
        model.durable();
      }
      die();
    }
  }

  /** What is not durable is gone; the start makes up for what the two stores do not agree on. */
  private void die() {
    deaths++;
    model.crashed();
    pool.crash();
    ledger.close();
    store = reopen.apply(store);
    machine = new FaultyLedgerStore(store, 0);
    ledger = Ledger.open(machine);
    deliver();
    compare();
  }

  private void deliver() {
    ledger.forEachNode(counters -> pool.deliver(number(counters), counters));
  }

  private static int number(TokenCounters counters) {
    return counters.nodeId().slice(28).toInt() - 1;
  }

  private void compare() {
    Statement statement = ledger.history().statement();
    Map<String, BigInteger> balances = new TreeMap<>();
    statement.lines().forEach(line -> balances.put(line.account().text(), line.balance()));
    assertThat(balances).isEqualTo(model.balances());
    assertThat(statement.isBalanced()).isTrue();
    ledger.forEachNode(
        counters -> assertThat(pool.difference(number(counters), counters)).isZero());
  }

  private void operation() {
    millis += random.nextInt(1_000) - 100;
    int i = random.nextInt(CLIENTS);
    int kind = random.nextInt(20);
    if (kind == 0) {
      pool.use(i, random);
      return;
    }
    if (kind == 1) {
      takeFromPool(i);
      return;
    }
    LedgerBatch batch = ledger.begin(millis);
    if (random.nextInt(10) == 0) {
      // Refused after something was booked already: no trace.
      batch.transfer(
          AccountId.house(AccountKind.LOSS),
          AccountId.client(owner(i)),
          amount(),
          TransferKind.CORRECTION,
          reference());
      batch.put("cheques", owner(i), Bytes.of(1));
      ledger.drop(batch);
      return;
    }
    if (kind < 12) {
      trade(batch, i, kind);
    } else {
      chain(batch, i, kind);
    }
    ledger.accept(batch);
  }

  private void trade(LedgerBatch batch, int i, int kind) {
    BigInteger amount = amount();
    switch (kind) {
      case 2, 3, 4 -> {
        MethodId method = METHODS[random.nextInt(METHODS.length)];
        booked(Bookkeeping.pay(batch, method, owner(i), amount, reference()));
        model.add("money " + i, amount);
        model.add("claim " + i + " " + method, amount);
      }
      case 5, 6, 7 -> exchange(batch, i);
      case 8 -> {
        long tokens = 1L + random.nextInt(1 << 30);
        booked(Bookkeeping.grant(batch, node(i), tokens, reference()));
        model.add("granted " + i, tokens);
      }
      case 9 -> {
        Booking booking = Bookkeeping.auction(batch, owner(i), amount, reference());
        assertThat(outcome(booking)).isEqualTo(expect(model.get("money " + i), amount));
        if (booking.isBooked()) {
          model.add("money " + i, amount.negate());
          model.add("earned", amount);
        }
      }
      case 10 -> {
        booked(Bookkeeping.payOnChain(batch, owner(i), amount, reference()));
        model.add("money " + i, amount);
        model.add("ether", amount);
      }
      case 11 -> link(batch, i);
      default -> throw new IllegalStateException("no operation " + kind);
    }
  }

  private void exchange(LedgerBatch batch, int i) {
    long tokens = 1L + random.nextInt(1 << 30);
    BigInteger cost =
        random.nextInt(50) == 0
            ? BigInteger.ZERO
            : BigInteger.valueOf(tokens).multiply(BigInteger.valueOf(WEI_PER_TOKEN));
    Booking booking = Bookkeeping.exchange(batch, owner(i), node(i), tokens, cost, reference());
    assertThat(outcome(booking)).isEqualTo(expect(model.get("money " + i), cost));
    if (booking.isBooked()) {
      model.add("money " + i, cost.negate());
      model.add("earned", cost);
      model.add("sold " + i, tokens);
    }
  }

  /** The pool first, then the books; judged by what is durable. A death may come between. */
  private void takeFromPool(int i) {
    commit();
    boolean sell = random.nextBoolean();
    long bound =
        sell
            ? Bookkeeping.sellable(ledger, node(i))
            : model.get("granted " + i).subtract(model.get("expired " + i)).longValueExact();
    long tokens = Math.min(bound, pool.left(i)) / (1 + random.nextInt(3));
    if (tokens == 0) {
      return;
    }
    pool.take(i, tokens);
    if (random.nextInt(20) == 0) {
      // The books never heard of it: the start gives them back.
      die();
      return;
    }
    LedgerBatch batch = ledger.begin(millis);
    if (sell) {
      booked(sellBack(batch, i, tokens));
    } else {
      booked(Bookkeeping.expire(batch, node(i), tokens, reference()));
      model.add("expired " + i, tokens);
    }
    ledger.accept(batch);
    commit();
  }

  private Booking sellBack(LedgerBatch batch, int i, long tokens) {
    BigInteger gain = BigInteger.valueOf(tokens).multiply(BigInteger.valueOf(WEI_PER_TOKEN - 4));
    model.add("returned " + i, tokens);
    model.add("money " + i, gain);
    model.add("earned", gain.negate());
    return Bookkeeping.sellBack(batch, owner(i), node(i), tokens, gain, reference());
  }

  private void link(LedgerBatch batch, int i) {
    int to = random.nextInt(CLIENTS);
    if (to == i) {
      return;
    }
    BigInteger moved = Bookkeeping.link(batch, owner(i), owner(to), reference());
    assertThat(moved).isEqualTo(model.get("money " + i));
    for (String what : new String[] {"money ", "frozen "}) {
      BigInteger amount = model.get(what + i);
      model.add(what + i, amount.negate());
      model.add(what + to, amount);
    }
  }

  private void chain(LedgerBatch batch, int i, int kind) {
    BigInteger amount = amount();
    MethodId method = METHODS[random.nextInt(METHODS.length)];
    String claim = "claim " + i + " " + method;
    int host = CLIENTS + random.nextInt(HOSTS);
    switch (kind) {
      case 12 -> {
        BigInteger frozen = Bookkeeping.freeze(batch, owner(i), amount, reference());
        assertThat(frozen).isEqualTo(amount.min(model.get("money " + i)));
        model.add("money " + i, frozen.negate());
        model.add("frozen " + i, frozen);
      }
      case 13 -> {
        BigInteger back = Bookkeeping.unfreeze(batch, owner(i), amount, reference());
        assertThat(back).isEqualTo(amount.min(model.get("frozen " + i)));
        model.add("frozen " + i, back.negate());
        model.add("money " + i, back);
      }
      case 14 -> {
        BigInteger moved = amount.min(model.get(claim)).max(BigInteger.ONE);
        booked(Bookkeeping.settle(batch, method, owner(i), moved, reference()));
        booked(Bookkeeping.fee(batch, BigInteger.valueOf(45_000), reference()));
        model.add(claim, moved.negate());
        model.add("ether", moved.subtract(BigInteger.valueOf(45_000)));
        model.add("fees", 45_000);
      }
      case 15 -> bounce(batch, i, method, amount);
      case 16 -> {
        Booking booking = Bookkeeping.refundClaim(batch, method, owner(i), amount, reference());
        assertThat(outcome(booking)).isEqualTo(expect(model.get("money " + i), amount));
        if (booking.isBooked()) {
          model.add("money " + i, amount.negate());
          model.add(claim, amount.negate());
        }
      }
      case 17 -> {
        Booking booking = Bookkeeping.refundOnChain(batch, owner(i), amount, reference());
        assertThat(outcome(booking)).isEqualTo(expect(model.get("money " + i), amount));
        if (booking.isBooked()) {
          model.add("money " + i, amount.negate());
          model.add("ether", amount.negate());
        }
      }
      case 18 -> usage(batch, i, host, amount);
      case 19 -> payHost(batch, host, amount);
      default -> throw new IllegalStateException("no operation " + kind);
    }
  }

  private void bounce(LedgerBatch batch, int i, MethodId method, BigInteger amount) {
    BigInteger frozen = amount.min(model.get("frozen " + i));
    BigInteger money = amount.subtract(frozen).min(model.get("money " + i));
    BigInteger loss = amount.subtract(frozen).subtract(money);
    assertThat(Bookkeeping.bounce(batch, method, owner(i), amount, reference()))
        .isEqualTo(new Bookkeeping.Bounce(frozen, money, loss));
    model.add("frozen " + i, frozen.negate());
    model.add("money " + i, money.negate());
    model.add("loss", loss);
    model.add("claim " + i + " " + method, amount.negate());
    if (loss.signum() > 0 && random.nextBoolean()) {
      booked(Bookkeeping.recover(batch, method, owner(i), loss, reference()));
      model.add("loss", loss.negate());
      model.add("claim " + i + " " + method, loss);
    }
  }

  private void usage(LedgerBatch batch, int i, int host, BigInteger amount) {
    BigInteger fee = amount.shiftRight(random.nextInt(80));
    Booking booking = Bookkeeping.poolUsage(batch, owner(i), owner(host), amount, fee, reference());
    assertThat(outcome(booking)).isEqualTo(expect(model.get("money " + i), amount.add(fee)));
    if (booking.isBooked()) {
      model.add("money " + i, amount.add(fee).negate());
      model.add("owed " + host, amount);
      model.add("earned", fee);
    }
  }

  private void payHost(LedgerBatch batch, int host, BigInteger amount) {
    Booking paid = Bookkeeping.payOut(batch, MethodId.CHEQUE, owner(host), amount, reference());
    assertThat(outcome(paid)).isEqualTo(expect(model.get("owed " + host), amount));
    if (paid.isBooked()) {
      model.add("owed " + host, amount.negate());
      model.add("promised " + host, amount);
    }
    BigInteger cashed = amount();
    Booking booking =
        Bookkeeping.cashedByPayee(batch, MethodId.CHEQUE, owner(host), cashed, reference());
    assertThat(outcome(booking)).isEqualTo(expect(model.get("promised " + host), cashed));
    if (booking.isBooked()) {
      model.add("promised " + host, cashed.negate());
      model.add("ether", cashed.negate());
    }
  }

  private static String expect(BigInteger there, BigInteger wanted) {
    return there.compareTo(wanted) >= 0 ? "booked" : "overdrawn " + there + " " + wanted;
  }

  private String outcome(Booking booking) {
    return switch (booking) {
      case Booking.Booked booked -> "booked";
      case Booking.Overdrawn overdrawn -> {
        refusals++;
        yield "overdrawn " + overdrawn.balance() + " " + overdrawn.wanted();
      }
      case Booking.OverLimit over -> over.text();
    };
  }

  private static void booked(Booking booking) {
    assertThat(booking).isEqualTo(Booking.Booked.BOOKED);
  }

  /** From one wei to some hundred ether, evenly by magnitude. */
  private BigInteger amount() {
    return new BigInteger(1 + random.nextInt(68), random).add(BigInteger.ONE);
  }

  private Bytes reference() {
    return Bytes.ofUnsignedLong(reference++);
  }

  private static Bytes owner(int i) {
    return ReferenceBooks.owner(Integer.toString(i));
  }

  private static Bytes32 node(int i) {
    return ReferenceBooks.node(Integer.toString(i));
  }
}
