package io.lesnode.flowcontrol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RechargeTest {

  private static final long DAY_NANOS = 24L * 3600 * 1_000_000_000;

  @Test
  void roundsDown() {
    assertThat(Recharge.amount(1, 999_999)).isZero();
    assertThat(Recharge.amount(1, 1_000_000)).isEqualTo(1);
    assertThat(Recharge.amount(16_000, 1_500_000)).isEqualTo(24_000);
    assertThat(Recharge.amount(16_000, -5)).isZero();
  }

  @Test
  void doesNotWrapAround() {
    assertThat(Recharge.amount(16_000, 30 * DAY_NANOS)).isEqualTo(16_000L * 30 * 24 * 3600 * 1000);
    assertThat(Recharge.amount(Long.MAX_VALUE, Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
    assertThat(Recharge.plus(Long.MAX_VALUE - 1, 5)).isEqualTo(Long.MAX_VALUE);
  }
}
