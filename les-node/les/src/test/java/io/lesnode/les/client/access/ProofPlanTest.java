package io.lesnode.les.client.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.les.client.access.ProofPlan.Group;
import io.lesnode.primitives.Address;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;

class ProofPlanTest {

  @Test
  void everythingIsAskedForOnceInRequestsThatHoldNoMoreThanTheLimit() {
    for (int seed = 0; seed < 2_000; seed++) {
      Random random = new Random(seed);
      Map<Address, Set<UInt256>> slots = new LinkedHashMap<>();
      Set<Address> unproven = new LinkedHashSet<>();
      for (int i = random.nextInt(12); i >= 0; i--) {
        Address address = address(i);
        if (random.nextBoolean()) {
          unproven.add(address);
        }
        if (random.nextBoolean()) {
          Set<UInt256> some = new LinkedHashSet<>();
          for (int slot = random.nextInt(40); slot >= 0; slot--) {
            some.add(UInt256.valueOf(slot));
          }
          slots.put(address, some);
        }
      }
      int limit = 2 + random.nextInt(30);

      List<List<Group>> packed = ProofPlan.pack(slots, unproven, limit);

      Set<StateItem> asked = new HashSet<>();
      for (List<Group> request : packed) {
        int size = request.stream().mapToInt(Group::size).sum();
        assertThat(size).as("seed " + seed).isBetween(1, limit);
        for (Group group : request) {
          // slots of an account that is not proven travel with its proof
          assertThat(group.withAccount())
              .as("seed " + seed)
              .isEqualTo(unproven.contains(group.address()));
          if (group.withAccount()) {
            asked.add(new StateItem.OfAccount(group.address()));
          }
          for (UInt256 slot : group.slots()) {
            assertThat(asked.add(new StateItem.OfSlot(group.address(), slot)))
                .as("seed " + seed + " asks once")
                .isTrue();
          }
        }
      }
      Set<StateItem> wanted = new HashSet<>();
      unproven.forEach(address -> wanted.add(new StateItem.OfAccount(address)));
      slots.forEach(
          (address, some) -> some.forEach(slot -> wanted.add(new StateItem.OfSlot(address, slot))));
      assertThat(asked).as("seed " + seed).isEqualTo(wanted);
    }
  }

  @Test
  void oneProofARequestLeavesTheSlotsOfUnprovenAccountsForLater() {
    List<List<Group>> packed =
        ProofPlan.pack(Map.of(address(1), Set.of(UInt256.ONE)), Set.of(address(1), address(2)), 1);

    assertThat(packed).hasSize(2).allSatisfy(request -> assertThat(request).hasSize(1));
    assertThat(packed.stream().flatMap(List::stream))
        .allSatisfy(group -> assertThat(group.slots()).isEmpty());
  }

  @Test
  void manyProofsAreSharedAmongServersButNotTornToPieces() {
    assertThat(ProofPlan.batchSize(10, 64, 3)).isEqualTo(16);
    assertThat(ProofPlan.batchSize(120, 64, 1)).isEqualTo(64);
    assertThat(ProofPlan.batchSize(120, 64, 3)).isEqualTo(40);
    assertThat(ProofPlan.batchSize(120, 10, 3)).isEqualTo(10);
    assertThat(ProofPlan.batchSize(0, 0, 0)).isEqualTo(1);
  }

  private static Address address(int number) {
    return Address.of(Bytes.concatenate(Bytes.repeat((byte) 7, 19), Bytes.of(number)));
  }
}
