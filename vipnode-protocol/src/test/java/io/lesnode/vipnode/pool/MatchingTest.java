package io.lesnode.vipnode.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lesnode.primitives.Address;
import io.lesnode.primitives.crypto.Keccak;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.junit.jupiter.api.Test;

/**
 * Which hosts a client gets: vipnode's host queries (conformance items E2, E7, S10, R1 of
 * docs/pool.md) and the defects D15, D16 and D17.
 */
class MatchingTest {
  private static final ServedChain CHAIN =
      new ServedChain(Bytes32.ZERO, Bytes.fromHexString("0x0a0b0c0d"), Set.of(3, 4));
  private static final Bytes32 ASKER = Keccak.keccak256(Bytes.of(99));
  private static final Wishes ANY = new Wishes(CHAIN, 1_000, new TokenPrice(1_000_000));
  private static final long NOW = 1_000_000;

  private final HeadTrack heads = new HeadTrack();
  private final HostBook book = new HostBook(PoolRules.standard(), heads, 42);

  private static Bytes32 id(int number) {
    return Keccak.keccak256(Bytes.ofUnsignedInt(number));
  }

  private static HostFacts host(int number, long capacity, long price, long head, Bytes hash) {
    return new HostFacts(
        id(number),
        Bytes.EMPTY,
        "enode://" + number,
        Address.ZERO,
        CHAIN,
        capacity,
        new TokenPrice(price),
        head,
        hash,
        "test");
  }

  private static HostFacts host(int number) {
    return host(number, 10_000, 100, 0, Bytes.EMPTY);
  }

  private List<Bytes32> match(int count) {
    return match(count, ANY);
  }

  private List<Bytes32> match(int count, Wishes wishes) {
    return book.match(ASKER, count, wishes, id -> false, NOW).stream().map(HostFacts::id).toList();
  }

  private void add(HostFacts facts) {
    book.report(facts.id().slice(0, 4).toInt(), facts, NOW);
  }

  @Test
  void exactlyAsManyAsAskedForOrFewerD16() {
    for (int i = 0; i < 5; i++) {
      add(host(i));
    }
    assertEquals(0, match(0).size());
    assertEquals(1, match(1).size());
    assertEquals(3, match(3).size());
    assertEquals(5, match(16).size());
    assertEquals(5, new HashSet<>(match(16)).size());
  }

  @Test
  void oneRequestNeverGetsMoreThanTheRulesAllow() {
    for (int i = 0; i < 40; i++) {
      add(host(i));
    }
    assertEquals(16, match(1_000).size());
  }

  @Test
  void aHostGetsAllOtherHostsButNeverItselfE7() {
    add(host(1));
    add(host(2));
    add(host(3));
    List<Bytes32> found =
        book.match(id(1), 10, ANY, id -> false, NOW).stream().map(HostFacts::id).toList();
    assertEquals(Set.of(id(2), id(3)), new HashSet<>(found));
  }

  @Test
  void fewerHostsThanWantedIsNoErrorE2() {
    add(host(1));
    assertEquals(List.of(id(1)), match(3));
  }

  @Test
  void ofInterleavedHostsOnlyThoseSeenRecentlyS10() {
    assertEquals(List.of(), match(16)); // an empty book
    Set<Bytes32> fresh = new HashSet<>();
    for (int i = 0; i < 10; i++) {
      boolean stale = i % 2 == 1;
      book.report(i, host(i), stale ? NOW - 121 : NOW - 120);
      if (!stale) {
        fresh.add(id(i));
      }
    }
    assertEquals(fresh, new HashSet<>(match(16)));
    assertEquals(1, match(1).size());
  }

  @Test
  void aSilentHostComesBackWhenItReportsR1() {
    book.report(7, host(1), NOW - 5 * 60);
    assertEquals(List.of(), match(1));
    book.report(7, host(1), NOW);
    assertEquals(List.of(id(1)), match(1));
    assertEquals(List.of(id(1)), match(1)); // and again: asking takes nothing away
  }

  @Test
  void neverAFullHost() {
    add(host(1));
    book.reserve(id(1), 9_500);
    assertEquals(List.of(), match(1));
    book.reserve(id(1), -500);
    assertEquals(List.of(id(1)), match(1));
  }

  @Test
  void neverADearerHostThanTheClientPays() {
    add(host(1, 10_000, 1_000_001, 0, Bytes.EMPTY));
    assertEquals(List.of(), match(1));
  }

  @Test
  void onlyTheSameChainForkAndLesVersionInPlaceOfKindR1() {
    add(host(1));
    Wishes otherFork =
        new Wishes(
            new ServedChain(Bytes32.ZERO, Bytes.fromHexString("0x01020304"), Set.of(4)),
            1_000,
            ANY.maxPrice());
    Wishes otherGenesis =
        new Wishes(new ServedChain(id(5), CHAIN.forkHash(), Set.of(4)), 1_000, ANY.maxPrice());
    Wishes otherVersion =
        new Wishes(
            new ServedChain(Bytes32.ZERO, CHAIN.forkHash(), Set.of(2)), 1_000, ANY.maxPrice());
    assertEquals(List.of(), match(1, otherFork));
    assertEquals(List.of(), match(1, otherGenesis));
    assertEquals(List.of(), match(1, otherVersion));
    assertEquals(List.of(id(1)), match(1));
  }

  @Test
  void neverALaggingHost() {
    for (long n = 100; n <= 110; n++) {
      heads.onHead(n, id((int) n));
    }
    add(host(1, 10_000, 100, 107, id(107).slice(0, 8)));
    add(host(2, 10_000, 100, 106, id(106).slice(0, 8)));
    assertEquals(List.of(id(1)), match(2));
  }

  @Test
  void aBoastedHeadChangesNothingForOthersD15() {
    heads.onHead(110, id(110));
    add(host(1, 10_000, 100, 999_999_999_999L, id(0).slice(0, 8)));
    add(host(2, 10_000, 100, 110, id(110).slice(0, 8)));
    assertEquals(110, heads.newest());
    assertEquals(2, match(2).size());
  }

  @Test
  void aHostOnAnotherChainThanOursIsNotOffered() {
    heads.onHead(110, id(110));
    add(host(1, 10_000, 100, 110, id(4).slice(0, 8)));
    assertEquals(List.of(), match(1));
    assertTrue(book.entry(id(1)).score.points() >= HostFault.BAD_PROOF.points());
  }

  @Test
  void aReorganisationOfOursTakesTheWholeBranchBack() {
    heads.onHead(110, id(110));
    heads.onHead(111, id(111));
    heads.onHead(110, id(7));
    assertEquals(110, heads.newest());
    assertEquals(new HeadTrack.Verdict.OtherChain(), heads.judge(110, id(110).slice(0, 8)));
  }

  @Test
  void closingAStaleConnectionKeepsTheNewerOneD17() {
    book.report(1, host(1), NOW);
    book.report(2, host(1), NOW);
    book.onClosed(1, id(1));
    assertEquals(List.of(id(1)), match(1));
    book.onClosed(2, id(1));
    assertEquals(List.of(), match(1));
  }

  @Test
  void theCheaperTheFasterTheEmptierTheBetter() {
    add(host(1, 10_000, 200, 0, Bytes.EMPTY));
    add(host(2, 10_000, 100, 0, Bytes.EMPTY));
    assertEquals(List.of(id(2), id(1)), match(2)); // by price

    book.report(2, host(1, 10_000, 100, 0, Bytes.EMPTY), NOW);
    book.reserve(id(2), 5_000);
    assertEquals(List.of(id(1), id(2)), match(2)); // by load

    for (int client = 0; client < 3; client++) {
      book.reportLatency(id(1), id(1_000 + client), 400);
    }
    assertEquals(List.of(id(2), id(1)), match(2)); // by latency
  }

  @Test
  void oneClientCannotMakeAHostLookSlow() {
    add(host(1));
    for (int client = 0; client < 5; client++) {
      book.reportLatency(id(1), id(1_000 + client), 20);
    }
    for (int again = 0; again < 100; again++) {
      book.reportLatency(id(1), id(666), 60_000);
    }
    assertEquals(20, book.entry(id(1)).latencyMillis());
  }

  @Test
  void faultsMoveAHostBackAndAreForgotten() {
    add(host(1));
    add(host(2));
    book.fault(match(1).get(0), HostFault.FAILED_ADMIT, NOW);
    List<Bytes32> after = match(2);
    assertNotEquals(0, book.entry(after.get(1)).score.points());
    assertEquals(0, book.entry(after.get(0)).score.points());

    FaultScore score = FaultScore.NONE.plus(400, NOW, 600);
    assertEquals(400, score.at(NOW, 600));
    assertEquals(300, score.at(NOW + 300, 600));
    assertEquals(200, score.at(NOW + 600, 600));
    assertEquals(0, score.at(NOW + 600 * 10, 600));
  }

  @Test
  void equalHostsAreSpreadOverAskersButOneAskerGetsTheSame() {
    for (int i = 0; i < 8; i++) {
      add(host(i));
    }
    Set<Bytes32> first = new HashSet<>();
    List<Bytes32> once = new ArrayList<>();
    List<Bytes32> twice = new ArrayList<>();
    for (int asker = 100; asker < 140; asker++) {
      Bytes32 best = book.match(id(asker), 1, ANY, id -> false, NOW).get(0).id();
      first.add(best);
      once.add(best);
      twice.add(book.match(id(asker), 1, ANY, id -> false, NOW).get(0).id());
    }
    assertEquals(once, twice);
    assertTrue(first.size() >= 6, "40 askers got only " + first.size() + " of 8 hosts first");
  }

  @Test
  void whoIsConnectedAlreadyIsNotOfferedAgain() {
    add(host(1));
    add(host(2));
    List<HostFacts> found = book.match(ASKER, 2, ANY, id(1)::equals, NOW);
    assertEquals(List.of(id(2)), found.stream().map(HostFacts::id).toList());
    assertFalse(found.isEmpty());
  }
}
