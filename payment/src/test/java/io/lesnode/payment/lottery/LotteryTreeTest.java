package io.lesnode.payment.lottery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lesnode.primitives.Address;
import io.lesnode.primitives.crypto.Keccak;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.apache.tuweni.bytes.Bytes;
import org.junit.jupiter.api.Test;

class LotteryTreeTest {

  /** Every number of a lottery has exactly one owner, and every proof leads to the root. */
  @Property(tries = 300)
  void slotsCoverAllNumbersOnce(
      @ForAll @Size(min = 1, max = 300) List<@LongRange(min = 1, max = 1_000_000) Long> weights,
      @ForAll long seed) {
    LotteryTree tree = LotteryTree.over(payees(weights), new Random(seed)::nextLong);
    List<LotteryLeaf> leaves = new ArrayList<>(tree.leaves());
    leaves.sort(Comparator.comparingLong(leaf -> leaf.slot().lower()));
    long next = 0;
    for (LotteryLeaf leaf : leaves) {
      assertThat(leaf.root()).isEqualTo(tree.root());
      assertThat(leaf.slot().lower()).isEqualTo(next);
      next = leaf.slot().upper() + 1;
    }
    assertThat(next).isEqualTo(1L << 32);
  }

  /** A share is at least half of the part of the weight; left out is only who has too little. */
  @Property(tries = 300)
  void sharesFollowTheWeights(
      @ForAll @Size(min = 1, max = 60) List<@LongRange(min = 1, max = 1_000) Long> weights,
      @ForAll long seed) {
    Map<Address, Long> payees = payees(weights);
    LotteryTree tree = LotteryTree.over(payees, new Random(seed)::nextLong);
    long total = weights.stream().mapToLong(Long::longValue).sum();
    payees.forEach(
        (payee, weight) -> {
          if (tree.leaf(payee).isPresent()) {
            int depth = tree.leaf(payee).get().proof().size();
            assertThat(weight * (1L << depth)).isLessThan(2 * total);
          } else {
            assertThat(weight * 256).isLessThan(total);
          }
        });
  }

  @Test
  void equalWeightsGetEqualParts() {
    LotteryTree tree = LotteryTree.over(payees(List.of(7L, 7L, 7L, 7L)), new Random(1)::nextLong);
    assertThat(tree.leaves()).hasSize(4).allMatch(leaf -> leaf.proof().size() == 2);
    LotteryTree one = LotteryTree.over(payees(List.of(3L)), new Random(1)::nextLong);
    assertThat(one.leaves().getFirst().proof()).isEmpty();
    assertThat(one.root()).isEqualTo(one.leaves().getFirst().hash());
  }

  @Test
  void halfOfTheWeightIsHalfOfThePot() {
    Map<Address, Long> payees = payees(List.of(8L, 4L, 2L, 1L, 1L));
    LotteryTree tree = LotteryTree.over(payees, new Random(1)::nextLong);
    payees.forEach(
        (payee, weight) ->
            assertThat(16 >> tree.leaf(payee).orElseThrow().proof().size())
                .isEqualTo(weight.intValue()));
  }

  /** Test C6 of docs/vip.md, defect 2.2.2: no leaf is deeper than the contract can read. */
  @Test
  void noLeafIsTooDeep() {
    List<Long> weights = new ArrayList<>(List.of(1L << 30));
    for (int i = 0; i < 40; i++) {
      weights.add(1L << i);
    }
    LotteryTree tree = LotteryTree.over(payees(weights), new Random(1)::nextLong);
    assertThat(tree.leaves()).allMatch(leaf -> leaf.proof().size() <= 8);
    assertThatThrownBy(() -> LotteryTree.over(Map.of(), new Random(1)::nextLong))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Map<Address, Long> payees(List<Long> weights) {
    Map<Address, Long> payees = new HashMap<>();
    for (int i = 0; i < weights.size(); i++) {
      payees.put(Address.of(Keccak.keccak256(Bytes.ofUnsignedInt(i)).slice(12)), weights.get(i));
    }
    return payees;
  }
}
