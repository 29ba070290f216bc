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
      @ForAll @LongRange(min = 0, max = 1_000_000) long firstMillis,
      @ForAll @LongRange(min = 0, max = 1_000_000) long secondMillis) {
    CreditParams params = CreditParams.ofCapacity(recharge);
    ClientCredit once = drained(params);
    ClientCredit twice = drained(params);
    twice.status(firstMillis * 1_000_000);
    long end = (firstMillis + secondMillis) * 1_000_000;
    assertThat(twice.status(end)).isEqualTo(once.status(end));
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
