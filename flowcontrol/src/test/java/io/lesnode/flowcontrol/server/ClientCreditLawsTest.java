package io.lesnode.flowcontrol.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.flowcontrol.CreditParams;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

/** Laws of the bucket for any parameters. */
class ClientCreditLawsTest {

  @Property(tries = 300)
  void rechargeIsAdditive(
      @ForAll @LongRange(min = 1, max = 1_000_000) long recharge,
      @ForAll @LongRange(min = 0, max = 7_000_000_000L) long firstNanos,
      @ForAll @LongRange(min = 0, max = 7_000_000_000L) long secondNanos) {
    CreditParams params = CreditParams.ofCapacity(recharge);
    ClientCredit once = drained(params);
    ClientCredit twice = drained(params);
    twice.status(firstNanos);
    long end = firstNanos + secondNanos;
    assertThat(twice.status(end)).isEqualTo(once.status(end));
  }

  /** Differs from geth, which loses a fraction of a unit with each look at the bucket. */
  @Property(tries = 100)
  void lookingOftenCostsNothing(
      @ForAll @LongRange(min = 1, max = 1_000_000) long recharge,
      @ForAll @LongRange(min = 1, max = 5_000) long stepNanos) {
    CreditParams params = CreditParams.ofCapacity(recharge);
    ClientCredit seldom = drained(params);
    ClientCredit often = drained(params);
    int steps = 1_000;
    for (int i = 1; i < steps; i++) {
      often.status(i * stepNanos);
    }
    assertThat(often.status(steps * stepNanos)).isEqualTo(seldom.status(steps * stepNanos));
  }

  @Property(tries = 300)
  void theReportedValueStaysWithinTheBucket(
      @ForAll @LongRange(min = 1, max = 1_000_000) long recharge,
      @ForAll @LongRange(min = 0, max = 6_000_000_000_000L) long maxCost,
      @ForAll @LongRange(min = 0, max = 6_000_000_000_000L) long realCost) {
    CreditParams params = CreditParams.ofCapacity(recharge);
    ClientCredit credit = new CreditManager(0).connect(params, 0);
    if (credit.admit(maxCost, 0) instanceof Admission.Admitted admitted) {
      long value = credit.settle(admitted.ticket(), realCost, 0);
      assertThat(value).isEqualTo(params.bufferLimit() - Math.min(maxCost, realCost));
    } else {
      assertThat(maxCost).isGreaterThan(params.bufferLimit());
    }
  }

  private static ClientCredit drained(CreditParams params) {
    ClientCredit credit = new CreditManager(0).connect(params, 0);
    credit.charge(params.bufferLimit(), 0);
    return credit;
  }
}
