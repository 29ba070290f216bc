package io.lesnode.les.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Less capacity is told before it is taken. */
class TotalCapacityTest {

  private static final long SECOND_NANOS = 1_000_000_000;

  private final ManualLoop loop = new ManualLoop();
  private final List<Long> applied = new ArrayList<>();
  private final List<Long> told = new ArrayList<>();
  private final TotalCapacity capacity = new TotalCapacity(loop, applied::add, () -> 7);

  @Test
  void aDecreaseIsToldAtOnceAndAppliedASecondLater() {
    capacity.set(1000);
    capacity.add(
        (total, priority) -> {
          assertThat(priority).isEqualTo(7);
          told.add(total);
        });
    capacity.set(900);
    assertThat(told).containsExactly(1000L, 900L);
    loop.advance(SECOND_NANOS - 1);
    assertThat(applied).containsExactly(1000L);
    loop.advance(1);
    assertThat(applied).containsExactly(1000L, 900L);
    assertThat(capacity.applied()).isEqualTo(900);
  }

  @Test
  void anIncreaseIsAppliedAtOnce() {
    capacity.set(1000);
    capacity.set(1100);
    assertThat(applied).containsExactly(1000L, 1100L);
  }

  @Test
  void eachOfManyDecreasesComesAfterItsOwnSecond() {
    capacity.set(1000);
    for (int i = 1; i <= 5; i++) {
      capacity.set(1000 - i);
      loop.advance(SECOND_NANOS / 2);
    }
    assertThat(applied).containsExactly(1000L, 999L, 998L, 997L, 996L);
    loop.advance(SECOND_NANOS);
    assertThat(capacity.applied()).isEqualTo(995);
  }

  @Test
  void aDecreaseThatIsTakenBackIsNeverApplied() {
    capacity.set(1000);
    capacity.set(900);
    loop.advance(SECOND_NANOS / 2);
    capacity.set(1000);
    loop.advance(10 * SECOND_NANOS);
    assertThat(applied).containsExactly(1000L);
  }

  @Test
  void whoLeavesHearsNothingMore() {
    LesAdmin.CapacityListener listener = (total, priority) -> told.add(total);
    capacity.add(listener);
    capacity.remove(listener);
    capacity.set(5);
    assertThat(told).containsExactly(0L);
  }
}
