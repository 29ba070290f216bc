package io.lesnode.les.client.ulc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lesnode.devp2p.NodeId;
import io.lesnode.les.client.ulc.HeadAgreement.Claim;
import io.lesnode.primitives.crypto.KeyPair;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;

/** When a head counts; the figures are those of geth's les/ulc_test.go. */
final class HeadAgreementTest {

  private static NodeId node(int number) {
    return NodeId.of(KeyPair.ofSecret(Bytes32.leftPad(Bytes.minimalBytes(number))).publicKey());
  }

  private static Claim block(long number) {
    return new Claim(
        Bytes32.leftPad(Bytes.minimalBytes(number)), number, UInt256.valueOf(1000 * number));
  }

  private static List<NodeId> nodes(int count) {
    List<NodeId> nodes = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      nodes.add(node(i));
    }
    return nodes;
  }

  private static HeadAgreement agreement(List<NodeId> nodes, int fraction) {
    return new HeadAgreement(new TrustedServers(Set.copyOf(nodes), fraction));
  }

  /** TestULCAnnounceThreshold: each server announces block after block up to its height. */
  @Test
  void announceThreshold() {
    assertHead(new int[] {1}, 100, 1);
    assertHead(new int[] {0, 0, 0}, 100, 0);
    assertHead(new int[] {1, 2, 3}, 30, 3);
    assertHead(new int[] {1, 2, 3}, 60, 2);
    assertHead(new int[] {3, 2, 1}, 67, 1);
    assertHead(new int[] {3, 2, 1}, 100, 1);
  }

  private static void assertHead(int[] heights, int fraction, long expected) {
    List<NodeId> nodes = nodes(heights.length);
    HeadAgreement agreement = agreement(nodes, fraction);
    for (int i = 0; i < heights.length; i++) {
      for (int number = 1; number <= heights[i]; number++) {
        agreement.onClaim(nodes.get(i), block(number));
      }
    }
    assertThat(agreement.agreed().map(Claim::number).orElse(0L))
        .as("%s at %d %%", Arrays.toString(heights), fraction)
        .isEqualTo(expected);
  }

  @Test
  void theShareIsReckonedInWholePercent() {
    assertThat(new TrustedServers(Set.copyOf(nodes(3)), 66).needed()).isEqualTo(2);
    assertThat(new TrustedServers(Set.copyOf(nodes(3)), 67).needed()).isEqualTo(3);
    assertThat(new TrustedServers(Set.copyOf(nodes(3)), 33).needed()).isEqualTo(1);
    assertThat(new TrustedServers(Set.copyOf(nodes(3)), 34).needed()).isEqualTo(2);
    assertThat(new TrustedServers(Set.copyOf(nodes(4)), 75).needed()).isEqualTo(3);
    assertThat(new TrustedServers(Set.copyOf(nodes(1)), 1).needed()).isEqualTo(1);
  }

  @Test
  void impossibleSharesAreRefused() {
    for (int fraction : new int[] {-1, 0, 101, 1000}) {
      assertThatThrownBy(() -> new TrustedServers(Set.copyOf(nodes(2)), fraction))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("1 to 100");
    }
    assertThatThrownBy(() -> new TrustedServers(Set.of(), 75))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void onlyTheSameHashNumberAndDifficultyAgree() {
    HeadAgreement agreement = agreement(nodes(2), 100);
    Claim claim = block(7);
    agreement.onClaim(node(1), claim);
    agreement.onClaim(node(2), new Claim(claim.hash(), 8, claim.totalDifficulty()));
    assertThat(agreement.agreed()).isEmpty();
    agreement.onClaim(node(2), new Claim(Bytes32.ZERO, 7, claim.totalDifficulty()));
    assertThat(agreement.agreed()).isEmpty();
    agreement.onClaim(node(2), new Claim(claim.hash(), 7, UInt256.ONE));
    assertThat(agreement.agreed()).isEmpty();

    agreement.onClaim(node(2), claim);

    assertThat(agreement.agreed()).contains(claim);
    assertThat(agreement.agreedHashes()).containsExactly(claim.hash());
  }

  @Test
  void strangersDoNotCountAndOneServerCountsOnce() {
    HeadAgreement agreement = agreement(nodes(2), 100);
    agreement.onClaim(node(1), block(7));
    agreement.onClaim(node(1), block(7));
    agreement.onClaim(node(9), block(7));
    assertThat(agreement.agreeing(block(7).hash(), 7)).isEqualTo(1);
    assertThat(agreement.agreed()).isEmpty();
    assertThat(agreement.heaviest()).contains(new HeadAgreement.Support(block(7), 1));
  }

  @Test
  void whoLeavesNoLongerCounts() {
    HeadAgreement agreement = agreement(nodes(2), 100);
    agreement.onClaim(node(1), block(7));
    agreement.onClaim(node(2), block(7));
    assertThat(agreement.agreed()).isPresent();

    agreement.onGone(node(2));

    assertThat(agreement.agreed()).isEmpty();
    assertThat(agreement.connected()).isEqualTo(1);
  }

  /** geth keeps 64 announcements of each server. */
  @Test
  void theOldestAnnouncementsAreForgotten() {
    HeadAgreement agreement = agreement(nodes(1), 100);
    for (int number = 1; number <= HeadAgreement.MAX_CLAIMS + 10; number++) {
      agreement.onClaim(node(1), block(number));
    }
    assertThat(agreement.isTrusted(block(10).hash(), 10)).isFalse();
    assertThat(agreement.isTrusted(block(11).hash(), 11)).isTrue();
    assertThat(agreement.agreedHashes()).hasSize(HeadAgreement.MAX_CLAIMS);
  }
}
