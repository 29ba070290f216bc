package io.lesnode.vipnode.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;

/** The budget holds whatever is asked of it, whenever the process dies. */
final class BudgetTest {
  private static final Bytes32 SERVER = Bytes32.repeat((byte) 1);
  private static final Bytes32 OTHER = Bytes32.repeat((byte) 2);

  /**
   * Something that happens to a budget.
   *
   * @param kind what: see {@link #play}
   */
  private record Step(int kind, int server, long amountWei, long passSeconds) {}

  private record Paid(int server, long atSeconds, long amountWei) {}

  @Provide
  Arbitrary<List<Step>> steps() {
    return Combinators.combine(
            Arbitraries.integers().between(0, 6),
            Arbitraries.integers().between(1, 3),
            Arbitraries.longs().between(1, 700),
            Arbitraries.longs().between(-30, 300))
        .as(Step::new)
        .list()
        .ofMaxSize(120);
  }

  /**
   * Law: never exceeded in any span of a period, in all and per server, over any crash; a clock
   * that is set back does not free anything.
   */
  @Property(tries = 1_500)
  void noSpanOfTimeSeesMoreThanTheAmount(@ForAll("steps") List<Step> steps) {
    BudgetRules rules =
        new BudgetRules(UInt256.valueOf(1_000), 600, UInt256.valueOf(600), UInt256.valueOf(400));
    List<Paid> paid = play(steps, rules);
    for (Paid last : paid) {
      long all = 0;
      long one = 0;
      for (Paid other : paid) {
        if (other.atSeconds() > last.atSeconds() - 600 && other.atSeconds() <= last.atSeconds()) {
          all += other.amountWei();
          one += other.server() == last.server() ? other.amountWei() : 0;
        }
      }
      assertThat(all).isLessThanOrEqualTo(1_000);
      assertThat(one).isLessThanOrEqualTo(600);
    }
  }

  /** Pays only what was reserved and durable; crashes lose what was not. */
  private static List<Paid> play(List<Step> steps, BudgetRules rules) {
    Budget budget = new Budget(rules);
    Bytes durable = budget.encoded();
    List<Paid> paid = new ArrayList<>();
    long now = 10_000;
    long newest = 0;
    for (Step step : steps) {
      now += Math.max(0, step.passSeconds());
      Bytes32 server = Bytes32.repeat((byte) step.server());
      long clock = step.kind() == 6 ? now - 500 : now; // somebody sets the clock back
      UInt256 amount = UInt256.valueOf(step.amountWei());
      budget.meet(server, UInt256.valueOf(50), clock);
      if (step.kind() >= 4 && !budget.reserve(server, amount, clock)) {
        continue;
      }
      newest = step.kind() >= 4 ? Math.max(newest, clock) : newest;
      switch (step.kind()) {
        case 0 -> budget = Budget.decode(durable, rules); // dies without having saved
        case 1 -> budget.onSatisfied(server);
        case 2 -> budget.onFault(server);
        case 3 -> durable = budget.encoded();
        case 4 -> { // reserved and saved, dies before it pays
          durable = budget.encoded();
          budget = Budget.decode(durable, rules);
        }
        default -> { // pays, and dies right after
          durable = budget.encoded();
          paid.add(new Paid(step.server(), newest, step.amountWei()));
          budget = Budget.decode(durable, rules);
        }
      }
    }
    return paid;
  }

  @Property(tries = 300)
  void whatIsReadIsWhatWasWritten(@ForAll("steps") List<Step> steps) {
    Budget budget = new Budget(BudgetRules.of(UInt256.valueOf(100_000), 600));
    long now = 10_000;
    for (Step step : steps) {
      now += Math.max(0, step.passSeconds());
      budget.meet(Bytes32.repeat((byte) step.server()), UInt256.valueOf(50), now);
      budget.reserve(Bytes32.repeat((byte) step.server()), UInt256.valueOf(step.amountWei()), now);
    }
    Budget read = Budget.decode(budget.encoded(), budget.rules());
    assertThat(read.encoded()).isEqualTo(budget.encoded());
    assertThat(read.leftWei(now)).isEqualTo(budget.leftWei(now));
    assertThat(read.trust(SERVER)).isEqualTo(budget.trust(SERVER));
  }

  @Test
  void trustStartsSmallDoublesAndHalves() {
    Budget budget = new Budget(BudgetRules.of(UInt256.valueOf(10_000), 600));
    budget.meet(SERVER, UInt256.valueOf(100), 0);
    assertThat(budget.prepayWei(SERVER, UInt256.ONE, 0)).isEqualTo(UInt256.valueOf(100));
    budget.onSatisfied(SERVER);
    budget.onSatisfied(SERVER);
    assertThat(budget.prepayWei(SERVER, UInt256.ONE, 0)).isEqualTo(UInt256.valueOf(400));
    budget.onFault(SERVER);
    assertThat(budget.prepayWei(SERVER, UInt256.ONE, 0)).isEqualTo(UInt256.valueOf(200));
    for (int i = 0; i < 300; i++) {
      budget.onSatisfied(SERVER);
    }
    assertThat(budget.prepayWei(SERVER, UInt256.ONE, 0)).isEqualTo(UInt256.valueOf(1_000));
    budget.onFault(SERVER);
    assertThat(budget.prepayWei(SERVER, UInt256.ONE, 0)).isLessThan(UInt256.valueOf(1_000));
    assertThat(budget.prepayWei(OTHER, UInt256.valueOf(7), 0)).isEqualTo(UInt256.valueOf(7));
  }

  @Test
  void whatWasNotSignedIsGivenBackAndFeesCount() {
    Budget budget = new Budget(BudgetRules.of(UInt256.valueOf(100), 600));
    budget.meet(SERVER, UInt256.valueOf(10), 0);
    assertThat(budget.reserve(SERVER, UInt256.valueOf(60), 1)).isTrue();
    assertThat(budget.reserve(SERVER, UInt256.valueOf(41), 2)).isFalse();
    assertThat(budget.reserve(Budget.FEES, UInt256.valueOf(40), 2)).isTrue();
    assertThat(budget.leftWei(2)).isEqualTo(UInt256.ZERO);
    budget.release(SERVER, UInt256.valueOf(60));
    assertThat(budget.leftWei(2)).isEqualTo(UInt256.valueOf(60));
    assertThat(budget.trust(SERVER).orElseThrow().paidWei()).isEqualTo(UInt256.ZERO);
    assertThat(budget.leftWei(601)).isEqualTo(UInt256.valueOf(60));
    assertThat(budget.leftWei(603)).isEqualTo(UInt256.valueOf(100));
  }

  @Test
  void damageAndLaterVersionsAreRefused() {
    assertThatThrownBy(() -> Budget.decode(Bytes.fromHexString("0xc102"), BudgetRules.NOTHING))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("later version");
    assertThatThrownBy(() -> Budget.decode(Bytes.fromHexString("0x05"), BudgetRules.NOTHING))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cannot be read");
  }

  @Test
  void budgetsAreReadAsPeopleWriteThem() {
    BudgetRules rules = BudgetRules.parse("0.01ether/30d");
    assertThat(rules.amountWei()).isEqualTo(UInt256.valueOf(10_000_000_000_000_000L));
    assertThat(rules.periodSeconds()).isEqualTo(30 * 86_400);
    assertThat(rules.maxPrepayWei()).isEqualTo(UInt256.valueOf(1_000_000_000_000_000L));
    assertThat(rules.text()).isEqualTo("0.01 ether per 30 d");
    assertThat(BudgetRules.parse("100 gwei / h").periodSeconds()).isEqualTo(3_600);
    for (String wrong :
        List.of("1ether", "1ether/", "1ether/0d", "1/fortnight", "x/d", "1/99999y")) {
      assertThatThrownBy(() -> BudgetRules.parse(wrong))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
