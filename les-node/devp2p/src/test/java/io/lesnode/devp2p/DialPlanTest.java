package io.lesnode.devp2p;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Written as rounds, like geth's p2p/dial_test.go. Times are seconds. */
class DialPlanTest {
  private static final Enode A = Wire.enode(Wire.key(11));
  private static final Enode B = Wire.enode(Wire.key(12));
  private static final Enode C = Wire.enode(Wire.key(13));
  private static final NodeId SELF = NodeId.of(Wire.OUR_KEY.publicKey());

  private static DialPlan plan(int maxDialled, int maxPending) {
    return new DialPlan(SELF, maxDialled, maxPending, 35);
  }

  @Test
  void dialsANodeOnceAndAgainAfterTheInterval() {
    DialPlan plan = plan(5, 50);
    plan.add(A);
    assertThat(plan.due(100, 0)).containsExactly(A);
    assertThat(plan.due(200, 0)).isEmpty(); // still being dialled
    plan.onDialEnded(A.nodeId());
    assertThat(plan.due(200, 0)).containsExactly(A);
    plan.onDialEnded(A.nodeId());
    assertThat(plan.due(234, 0)).isEmpty();
    assertThat(plan.nextLookNanos()).hasValue(235);
    assertThat(plan.due(235, 0)).containsExactly(A);
  }

  @Test
  void leavesConnectedNodesAloneAndReturnsWhenTheyAreLost() {
    DialPlan plan = plan(5, 50);
    plan.add(A);
    plan.due(0, 0);
    plan.onConnected(A.nodeId());
    plan.onDialEnded(A.nodeId());
    assertThat(plan.due(1000, 1)).isEmpty();
    plan.onDisconnected(A.nodeId());
    assertThat(plan.due(1000, 0)).containsExactly(A);
  }

  @Test
  void aNodeThatDialledUsIsNotDialled() {
    DialPlan plan = plan(5, 50);
    plan.onConnected(A.nodeId());
    plan.add(A);
    assertThat(plan.due(0, 0)).isEmpty();
  }

  @Test
  void keepsToTheSlots() {
    DialPlan plan = plan(1, 50);
    List.of(A, B, C).forEach(plan::add);
    assertThat(plan.due(0, 0)).containsExactly(A, B); // twice the peers that are wanted
    plan.onDialEnded(A.nodeId());
    plan.onConnected(B.nodeId());
    plan.onDialEnded(B.nodeId());
    assertThat(plan.due(0, 1)).isEmpty();
    plan.onDisconnected(B.nodeId());
    assertThat(plan.due(1, 0)).containsExactly(C); // the others were dialled too recently

    DialPlan narrow = plan(50, 1);
    List.of(A, B).forEach(narrow::add);
    assertThat(narrow.due(0, 0)).containsExactly(A);
  }

  @Test
  void forgetsRemovedNodesButNotWhenTheyWereDialled() {
    DialPlan plan = plan(5, 50);
    plan.add(A);
    plan.due(0, 0);
    plan.remove(A.nodeId());
    plan.onDialEnded(A.nodeId());
    assertThat(plan.due(1000, 0)).isEmpty();
    plan.add(A);
    plan.due(1000, 0);
    plan.onDialEnded(A.nodeId());
    plan.remove(A.nodeId());
    plan.add(A);
    assertThat(plan.due(1001, 0)).isEmpty();
  }

  @Test
  void neverDialsItselfOrTheUnreachable() {
    DialPlan plan = plan(5, 50);
    plan.add(Wire.enode(Wire.OUR_KEY));
    plan.add(new Enode(A.nodeId(), null, 0, 0));
    assertThat(plan.due(0, 0)).isEmpty();
    assertThat(plan.nextLookNanos()).isEmpty();
  }
}
