package io.lesnode.devp2p.discovery.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.devp2p.NodeId;
import io.lesnode.devp2p.discovery.SimNetwork;
import io.lesnode.devp2p.discovery.SimNode;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.junit.jupiter.api.Test;

class NodeTableTest {
  private static final Bytes32 SELF = NodeId.of(SimNode.keyOf(0).publicKey()).hash();

  private final NodeTable table = new NodeTable(SELF);
  private int nextSeed = 1;

  /** Another node at this address; at this distance if it is not 0. */
  private KnownNode node(String address, int distance) {
    while (true) {
      NodeId id = NodeId.of(SimNode.keyOf(nextSeed++).publicKey());
      if (distance == 0 || Distance.log(SELF, id.hash()) == distance) {
        return new KnownNode(id, SimNetwork.at(address, 1).getAddress(), 30303, 30303, null);
      }
    }
  }

  @Test
  void measuresDistances() {
    Bytes32 zero = Bytes32.ZERO;
    assertThat(Distance.log(zero, zero)).isZero();
    assertThat(Distance.log(zero, Bytes32.leftPad(Bytes.of(1)))).isEqualTo(1);
    assertThat(Distance.log(zero, Bytes32.leftPad(Bytes.of(0x80)))).isEqualTo(8);
    assertThat(Distance.log(zero, Bytes32.rightPad(Bytes.of(0x80)))).isEqualTo(256);
  }

  @Test
  void oneNetworkGetsTwoPlacesInABucketAndTenInTheTable() {
    int admitted = 0;
    for (int i = 0; i < 5; i++) {
      admitted += table.addSeen(node("8.8.8." + i, 256), 0) ? 1 : 0;
    }
    assertThat(admitted).isEqualTo(2);

    for (int distance = 250; distance < 256; distance++) {
      for (int i = 0; i < 3; i++) {
        admitted += table.addSeen(node("8.8.8." + (100 + i), distance), 0) ? 1 : 0;
      }
    }
    assertThat(admitted).isEqualTo(10);
    assertThat(table.addSeen(node("8.8.9.1", 256), 0)).isTrue();
  }

  @Test
  void customersOfOneIpv6NetworkCountAsOneAndOthersDoNot() {
    for (int i = 0; i < 4; i++) {
      table.addSeen(node("2a00:1:2:" + Integer.toHexString(i) + "::1", 256), 0);
    }
    assertThat(table.size()).isEqualTo(2);
    assertThat(table.addSeen(node("2a00:1:3:100::1", 256), 0)).isTrue();
  }

  @Test
  void theLocalNetworkIsNotLimited() {
    for (int i = 0; i < 16; i++) {
      assertThat(table.addSeen(node("127.0.0.1", 256), 0)).isTrue();
    }
  }

  @Test
  void aFullBucketKeepsWhoIsThereAndRemembersOthersInCaseOneDies() {
    List<KnownNode> first = new ArrayList<>();
    for (int i = 0; i < NodeTable.BUCKET_SIZE; i++) {
      first.add(node("20." + i + ".0.1", 256));
      assertThat(table.addSeen(first.get(i), 0)).isTrue();
    }
    KnownNode late = node("30.0.0.1", 256);

    assertThat(table.addSeen(late, 0)).isFalse();
    assertThat(table.node(late.hash())).isEmpty();
    assertThat(table.dead(first.get(4), new SplittableRandom(1), 0)).contains(late);
    assertThat(table.node(late.hash())).contains(late);
    assertThat(table.node(first.get(4).hash())).isEmpty();
    assertThat(table.size()).isEqualTo(NodeTable.BUCKET_SIZE);
  }

  @Test
  void aFloodOfNamesMovesNobodyAndStaysBounded() {
    KnownNode honest = node("20.0.0.1", 256);
    table.addVerified(honest, 0);
    for (int i = 0; i < 5000; i++) {
      table.addSeen(node("21." + i / 250 + "." + i % 250 + ".1", 0), 0);
    }
    assertThat(table.node(honest.hash())).isPresent();
    assertThat(table.size()).isLessThanOrEqualTo(17 * NodeTable.BUCKET_SIZE);
    assertThat(table.liveCount()).isEqualTo(1);
  }

  @Test
  void onlyNodesThatAnsweredAreToldToOthers() {
    KnownNode heard = node("20.0.0.1", 256);
    KnownNode answered = node("20.0.1.1", 256);
    table.addSeen(heard, 0);
    table.addVerified(answered, 0);

    assertThat(table.at(256)).containsExactly(answered);
    assertThat(table.closest(SELF, 16, true)).containsExactly(answered);
    assertThat(table.closest(SELF, 16, false)).containsExactlyInAnyOrder(heard, answered);
    assertThat(table.proven(0, 0)).containsExactly(answered);
    assertThat(table.proven(1, 0)).isEmpty();
  }

  @Test
  void whoAnswersLastIsCheckedLast() {
    KnownNode a = node("20.0.0.1", 256);
    KnownNode b = node("20.0.1.1", 256);
    table.addVerified(a, 0);
    table.addVerified(b, 0);
    assertThat(table.nextToCheck(new SplittableRandom(1))).contains(a);
    table.addVerified(a, 0);
    assertThat(table.nextToCheck(new SplittableRandom(1))).contains(b);
  }

  @Test
  void aNodeMayMoveUnlessItsNewNetworkIsFull() {
    KnownNode a = node("20.0.0.1", 256);
    table.addVerified(a, 0);
    table.addVerified(node("21.0.0.1", 256), 0);
    table.addVerified(node("21.0.0.2", 256), 0);

    table.addVerified(
        new KnownNode(a.id(), SimNetwork.at("21.0.0.3", 1).getAddress(), 1, 1, null), 0);
    assertThat(table.node(a.hash()).orElseThrow().address()).isEqualTo(a.address());

    KnownNode moved = new KnownNode(a.id(), SimNetwork.at("22.0.0.3", 1).getAddress(), 1, 1, null);
    table.addVerified(moved, 0);
    assertThat(table.node(a.hash())).contains(moved);
    assertThat(table.addSeen(node("20.0.0.9", 256), 0)).isTrue();
    assertThat(table.addSeen(node("20.0.0.8", 256), 0)).as("its old place is free").isTrue();
  }

  @Test
  void closestIsByTheXorMetric() {
    List<KnownNode> all = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      KnownNode node = node("20." + i + ".0.1", 0);
      table.addVerified(node, 0);
      all.add(node);
    }
    Bytes32 target = node("1.1.1.1", 0).hash();

    List<KnownNode> nearest = table.closest(target, 5, true);

    assertThat(nearest).hasSize(5);
    var farthest = nearest.getLast().hash().xor(target).toUnsignedBigInteger();
    for (KnownNode node : all) {
      if (table.node(node.hash()).isPresent() && !nearest.contains(node)) {
        assertThat(node.hash().xor(target).toUnsignedBigInteger()).isGreaterThan(farthest);
      }
    }
  }

  @Test
  void weAreNeverInOurOwnTable() {
    KnownNode self =
        new KnownNode(
            NodeId.of(SimNode.keyOf(0).publicKey()),
            SimNetwork.at("20.0.0.1", 1).getAddress(),
            1,
            1,
            null);
    assertThat(table.addSeen(self, 0)).isFalse();
    table.addVerified(self, 0);
    assertThat(table.size()).isZero();
  }
}
