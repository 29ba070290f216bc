package io.lesnode.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.contracts.testing.ContractChain;
import io.lesnode.contracts.testing.Sent;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.config.Fork;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.primitives.crypto.Signature;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * Test C7 of docs/vip.md: whatever payers and payees do, the ether in an AccountBook2 is the sum of
 * its deposits, what went in is what is there and what came out, and each account is as a model of
 * a few lines says.
 */
class AccountBook2LawsTest {
  private static final int PAYEES = 2;
  private static final int PAYERS = 3;

  /** What the contract should hold about one payer and payee. */
  private static final class Model {
    long deposit;
    long paid;
    long asked;
    long askedAt;
    long closes;
  }

  private record Pair(int payee, int payer) {}

  /** One run of random operations. */
  private static final class Run {
    final ContractChain chain = ContractChain.of(Fork.LONDON);
    final Book2 book = new Book2(chain);
    final Map<Pair, Model> models = new HashMap<>();
    final Random random;
    long in;
    long out;
    int succeeded;
    int claims;
    int closes;

    Run(long seed) {
      random = new Random(seed);
    }

    KeyPair payee(Pair pair) {
      return chain.account(1 + pair.payee());
    }

    KeyPair payer(Pair pair) {
      return chain.account(100 + pair.payer());
    }

    void through() {
      for (int i = 0; i < 250; i++) {
        step();
        if (i % 50 == 49) {
          books();
        }
      }
    }

    void step() {
      Pair pair = new Pair(random.nextInt(PAYEES), random.nextInt(PAYERS));
      Model model = models.computeIfAbsent(pair, p -> new Model());
      switch (random.nextInt(10)) {
        case 0, 1 -> deposit(pair, model);
        case 2, 3, 4 -> cash(pair, model);
        case 5 -> cashMany(pair.payee());
        case 6 -> withdraw(pair, model);
        case 7 -> claim(pair, model);
        case 8 -> close(pair, model);
        default -> chain.mine(random.nextInt(10_000));
      }
    }

    void deposit(Pair pair, Model model) {
      long wei = random.nextInt(1_000);
      check(book.deposit(payer(pair), payee(pair).address(), wei), true);
      model.deposit += wei;
      in += wei;
    }

    void cash(Pair pair, Model model) {
      long cumulative = cumulative(model);
      long moved = moved(model, cumulative);
      check(book.cash(payee(pair), payer(pair), cumulative), moved > 0);
      move(model, moved);
    }

    void cashMany(int payee) {
      List<Book2.Cheque> cheques = new ArrayList<>();
      long total = 0;
      for (int i = random.nextInt(4); i >= 0; i--) {
        Pair pair = new Pair(payee, random.nextInt(PAYERS));
        Model model = models.computeIfAbsent(pair, p -> new Model());
        long cumulative = cumulative(model);
        cheques.add(book.cheque(payer(pair), payee(pair).address(), cumulative));
        long moved = moved(model, cumulative);
        move(model, moved);
        total += moved;
      }
      check(book.cashMany(chain.account(1 + payee), cheques), total > 0);
    }

    void withdraw(Pair pair, Model model) {
      long wei = random.nextInt(1_000);
      Sent sent = book.withdraw(payer(pair), payee(pair).address(), wei);
      if (check(sent, wei <= model.deposit)) {
        model.asked = wei;
        model.askedAt = sent.block();
      }
    }

    void claim(Pair pair, Model model) {
      Sent sent = book.claim(payer(pair), payee(pair).address());
      if (check(sent, model.asked > 0 && sent.block() >= model.askedAt + 7_200)) {
        claims++;
        long wei = Math.min(model.asked, model.deposit);
        model.deposit -= wei;
        model.asked = 0;
        out += wei;
      }
    }

    void close(Pair pair, Model model) {
      Address payee = payee(pair).address();
      Address payer = payer(pair).address();
      long cumulative = cumulative(model);
      long deadline = chain.timestamp() + 100;
      Bytes32 digest = book.closeDigest(payee, payer, cumulative, model.closes, deadline);
      Signature byPayer = payer(pair).sign(digest);
      Signature byPayee = payee(pair).sign(digest);
      boolean right = cumulative - model.paid <= model.deposit;
      KeyPair sender = chain.account(7);
      Sent sent = book.close(sender, payee, payer, cumulative, deadline, byPayer, byPayee);
      if (check(sent, right)) {
        move(model, moved(model, cumulative));
        out += model.deposit;
        model.deposit = 0;
        model.asked = 0;
        model.closes++;
        closes++;
      }
    }

    long cumulative(Model model) {
      return Math.max(0, model.paid - 100 + random.nextInt(600));
    }

    static long moved(Model model, long cumulative) {
      return Math.min(model.deposit, Math.max(0, cumulative - model.paid));
    }

    void move(Model model, long moved) {
      model.deposit -= moved;
      model.paid += moved;
      out += moved;
    }

    boolean check(Sent sent, boolean expected) {
      assertThat(sent.success()).as(sent.revertReason()).isEqualTo(expected);
      succeeded += expected ? 1 : 0;
      return expected;
    }

    void books() {
      BigInteger deposits = BigInteger.ZERO;
      for (Map.Entry<Pair, Model> entry : models.entrySet()) {
        Model model = entry.getValue();
        Book2.Account account =
            book.account(payee(entry.getKey()).address(), payer(entry.getKey()).address());
        assertThat(account).isEqualTo(Book2.Account.of(model.deposit, model.paid));
        deposits = deposits.add(account.deposit());
      }
      assertThat(book.held().toUnsignedBigInteger()).isEqualTo(deposits);
      assertThat(book.held()).isEqualTo(UInt256.valueOf(in - out));
    }
  }

  @Property(tries = 16)
  void noWeiIsLostOrMade(@ForAll long seed) {
    new Run(seed).through();
  }

  /** The law above means something only if runs do everything; these seeds are fixed. */
  @Example
  void runsDoEverything() {
    int succeeded = 0;
    int claims = 0;
    int closes = 0;
    for (int seed = 1; seed <= 10; seed++) {
      Run run = new Run(seed);
      run.through();
      succeeded += run.succeeded;
      claims += run.claims;
      closes += run.closes;
    }
    assertThat(succeeded).isGreaterThan(1_000);
    assertThat(claims).isGreaterThan(10);
    assertThat(closes).isGreaterThan(50);
  }
}
