package io.lesnode.payment.lottery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.BigRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;

/** Test M4 of docs/vip.md: lottery values are integers, and no payment makes or loses a wei. */
class LotterySlotTest {

  /** Whatever the payments, they sum up to the value of the last cheque; all of them: assigned. */
  @Property
  void anySplitSumsToAssigned(
      @ForAll @IntRange(max = 8) int depth,
      @ForAll @LongRange(min = 0, max = 0xff) long at,
      @ForAll @BigRange(min = "1", max = "340282366920938463463374607431768211455")
          BigInteger amount,
      @ForAll @Size(max = 20) List<@LongRange(min = 0, max = 0xffffffffL) Long> steps) {
    LotterySlot slot = new LotterySlot(depth, (int) (at & ((1 << depth) - 1)));
    UInt256 pot = UInt256.valueOf(amount);
    TreeSet<Long> ranges = new TreeSet<>();
    steps.forEach(step -> ranges.add(slot.lower() + step % slot.width()));
    ranges.add(slot.upper());
    UInt256 sum = UInt256.ZERO;
    UInt256 before = UInt256.ZERO;
    for (long range : ranges) {
      UInt256 value = slot.valueWei(pot, range);
      assertThat(value).isGreaterThanOrEqualTo(before);
      sum = sum.add(value.subtract(before));
      before = value;
    }
    assertThat(sum).isEqualTo(slot.assignedWei(pot)).isEqualTo(pot.shiftRight(depth));
  }

  /** All slots of a depth together are worth the pot, less than a wei each. */
  @Property
  void slotsSumToThePot(
      @ForAll @IntRange(max = 8) int depth,
      @ForAll @BigRange(min = "1", max = "340282366920938463463374607431768211455")
          BigInteger amount) {
    UInt256 pot = UInt256.valueOf(amount);
    UInt256 sum = UInt256.ZERO;
    for (int position = 0; position < 1 << depth; position++) {
      sum = sum.add(new LotterySlot(depth, position).assignedWei(pot));
    }
    assertThat(sum).isLessThanOrEqualTo(pot);
    assertThat(pot.subtract(sum)).isLessThan(UInt256.valueOf(1L << depth));
  }

  /** The range for an amount is worth it, and one number less is not. */
  @Property
  void rangesAreAsShortAsPossible(
      @ForAll @IntRange(max = 8) int depth,
      @ForAll @BigRange(min = "1", max = "1000000000000000000") BigInteger amount,
      @ForAll @BigRange(min = "1", max = "1000000000000000000") BigInteger wanted) {
    LotterySlot slot = new LotterySlot(depth, (1 << depth) - 1);
    UInt256 pot = UInt256.valueOf(amount);
    UInt256 wei = UInt256.valueOf(wanted);
    OptionalLong range = slot.rangeWorth(pot, wei);
    assertThat(range.isPresent()).isEqualTo(wei.compareTo(slot.assignedWei(pot)) <= 0);
    if (range.isPresent()) {
      assertThat(slot.valueWei(pot, range.getAsLong())).isGreaterThanOrEqualTo(wei);
      if (range.getAsLong() > slot.lower()) {
        assertThat(slot.valueWei(pot, range.getAsLong() - 1)).isLessThan(wei);
      }
    }
  }

  /** Defect 2.2.6: halves of odd amounts, which floating point rounds, are exact. */
  @Test
  void bigPotsAreExact() {
    UInt256 pot = UInt256.ONE.shiftLeft(64).add(1);
    LotterySlot whole = new LotterySlot(0, 0);
    assertThat(whole.valueWei(pot, whole.upper())).isEqualTo(pot);
    assertThat(whole.valueWei(pot, 0x7fff_ffffL)).isEqualTo(UInt256.ONE.shiftLeft(63));
    assertThat(whole.rangeWorth(pot, pot)).hasValue(0xffff_ffffL);
  }

  @Test
  void depthAndRangeAreBounded() {
    assertThatThrownBy(() -> new LotterySlot(9, 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new LotterySlot(3, 8)).isInstanceOf(IllegalArgumentException.class);
    LotterySlot slot = new LotterySlot(1, 1);
    assertThat(slot.lower()).isEqualTo(0x8000_0000L);
    assertThat(slot.upper()).isEqualTo(0xffff_ffffL);
    assertThatThrownBy(() -> slot.valueWei(UInt256.ONE, 0x7fff_ffffL))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(slot.wins(0x8000_0000L, 0x8000_0000L)).isTrue();
    assertThat(slot.wins(0x8000_0001L, 0x8000_0000L)).isFalse();
    assertThat(slot.wins(0x7fff_ffffL, 0x8000_0000L)).isFalse();
  }
}
