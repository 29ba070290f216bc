package io.lesnode.vipnode.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lesnode.payment.RefusalCode;
import io.lesnode.primitives.Address;
import io.lesnode.vipnode.wire.PoolGrant;
import io.lesnode.vipnode.wire.Role;
import io.lesnode.vipnode.wire.VipMessage;
import io.lesnode.vipnode.wire.VipMessage.PoolJoin;
import io.lesnode.vipnode.wire.VipMessage.Usage;
import io.lesnode.vipnode.wire.VipSignatures;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;

/**
 * A pool with hosts and clients on virtual time: test E4 of docs/vip.md, vipnode's pool tests E1 to
 * E11 and its defects as far as they are the pool's (docs/pool.md).
 */
class PoolMachineTest {
  private static final long RICH = 1_000_000_000_000L;

  /**
   * What a client with 1,000 of capacity uses in a minute, which at one wei for a token it pays.
   */
  private static final long MINUTE = 60_000_000;

  private final SimPool pool = new SimPool(PoolRules.standard());

  private PoolFigures figures() {
    return pool.machine.figures(pool.nowSeconds);
  }

  @Test
  void oneHostIsOneActiveHostE1() {
    pool.host(10);
    assertEquals(1, figures().hosts().size());
    assertEquals(0, figures().activeClients());
  }

  @Test
  void aClientThatWantsThreeGetsTheOneThereIsOnceE2() {
    SimPool.Host host = pool.host(10);
    SimPool.Client client = pool.client(20, 3, RICH);
    assertEquals(List.of(client.id), host.admitted);
    assertEquals(List.of(host.id), client.dialled);
    assertEquals(List.of(), pool.refusals);
  }

  @Test
  void theSameClientAgainIsNeitherDialledNorAdmittedAgainE4() {
    SimPool.Host host = pool.host(10);
    SimPool.Client client = pool.client(20, 3, RICH);
    pool.close(client);
    client.join();
    assertEquals(List.of(client.id), host.admitted);
    assertEquals(List.of(host.id), client.dialled);
  }

  @Test
  void threeHostsAndTwoClientsE6() {
    for (int i = 0; i < 3; i++) {
      pool.host(10 + i);
    }
    pool.client(20, 3, RICH);
    pool.client(21, 3, RICH);
    assertEquals(3, figures().hosts().size());
    assertEquals(2, figures().activeClients());
    assertEquals(6, figures().pairings());
  }

  @Test
  void theOtherHostsAdmitAHostThatAsksAndItPaysAsAClientE8D7() {
    List<SimPool.Host> hosts = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      hosts.add(pool.host(10 + i));
    }
    // the same node asks, with the money of nobody: that it is a host pays nothing for it
    SimPool.Client asking = pool.new Client(10, 10);
    asking.session = hosts.get(0).session;
    pool.bySession.put(asking.session, asking);
    asking.join();
    assertEquals(List.of(), asking.dialled);
    assertEquals(Optional.of(RefusalCode.INSUFFICIENT_DEPOSIT), pool.refusals.get(0).refusalCode());

    pool.money.put(asking.account.bytes(), BigInteger.valueOf(RICH));
    asking.join();
    assertEquals(
        Set.of(hosts.get(1).id, hosts.get(2).id), new HashSet<>(asking.dialled)); // E7: not itself
    assertEquals(List.of(asking.id), hosts.get(1).admitted);
    assertEquals(List.of(asking.id), hosts.get(2).admitted);
  }

  @Test
  void statusListsEveryHostWithItsBlockAndClientsE9() {
    SimPool.Host one = pool.host(10);
    SimPool.Host two = pool.host(11);
    pool.client(20, 2, RICH);
    one.head = 41;
    two.head = 42;
    pool.run(121);
    List<PoolFigures.ActiveHost> active = figures().hosts();
    assertEquals(2, active.size());
    for (PoolFigures.ActiveHost host : active) {
      assertEquals(host.id().equals(one.id) ? 41 : 42, host.blockNumber());
      assertEquals(1, host.clients());
      assertEquals(1_000, host.reserved());
    }
  }

  @Test
  void hostsEarnClientsPayAndNothingIsMadeOrLostE10() {
    List<SimPool.Host> hosts = List.of(pool.host(10), pool.host(11), pool.host(12));
    List<SimPool.Client> clients =
        List.of(pool.client(20, 3, RICH), pool.client(21, 3, RICH), pool.client(22, 2, RICH));
    BigInteger before = pool.total();
    pool.run(10 * 60 + 30);
    hosts.forEach(h -> assertTrue(pool.moneyOf(h).signum() > 0));
    clients.forEach(c -> assertTrue(pool.moneyOf(c).compareTo(BigInteger.valueOf(RICH)) < 0));
    assertEquals(before, pool.total());
    assertEquals(0, figures().disputed());
    assertEquals(8 * 10, figures().settled());
    assertEquals(
        BigInteger.valueOf(RICH - 3 * 10 * (MINUTE + MINUTE / 100)), pool.moneyOf(clients.get(0)));
  }

  @Test
  void afterAllHaveClosedThePoolHasNoHostOnlineE11() {
    SimPool.Host host = pool.host(10);
    SimPool.Client client = pool.client(20, 1, RICH);
    pool.close(host);
    pool.close(client);
    assertEquals(0, figures().hosts().size());
    assertEquals(1, figures().totalHosts());
    assertTrue(pool.machine.session(host.id).isEmpty());
  }

  @Test
  void zeroHostsAreNoErrorAndOneThatComesLaterIsFoundA1() {
    SimPool.Client client = pool.client(20, 1, RICH);
    assertEquals(List.of(), client.dialled);
    SimPool.Host host = pool.host(10);
    pool.run(60);
    assertEquals(List.of(host.id), client.dialled);
  }

  @Test
  void aCleanStopEndsTheBillE3() {
    SimPool.Host host = pool.host(10);
    SimPool.Client client = pool.client(20, 1, RICH);
    pool.run(30);
    pool.send(
        client,
        Role.CLIENT,
        client.account,
        0,
        JoinFacts.ofClient(SimPool.CHAIN, SimPool.PRICE, 0).leave());
    Usage last = host.meter.finish(client.id, pool.nowSeconds, host::statedTokens).orElseThrow();
    client.grants.clear();
    client.wanted = 0;
    pool.carry(pool.machine.onUsage(host.session, host.id, last, pool.nowSeconds));
    assertEquals(BigInteger.valueOf(MINUTE / 2), pool.moneyOf(host));
    assertEquals(0, figures().pairings());
    pool.run(300);
    assertEquals(BigInteger.valueOf(MINUTE / 2), pool.moneyOf(host));
  }

  /** Test E4 of docs/vip.md on virtual time: 3 hosts, 10 clients, one cheat on each side. */
  @Test
  void threeHostsTenClientsOneCheatOnEachSide() {
    SimPool.Host cheat = pool.host(10);
    cheat.overstatedPerMille = 500;
    List<SimPool.Host> hosts = List.of(cheat, pool.host(11), pool.host(12));
    List<SimPool.Client> clients = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      clients.add(pool.client(20 + i, 3, RICH));
    }
    SimPool.Client miser = clients.get(9);
    miser.understatedPerMille = 500;
    BigInteger before = pool.total();

    pool.run(20 * 60);

    assertEquals(before, pool.total());
    // each of the ten clients quarrelled three times with the cheating host, then never again; the
    // miser also with the two honest hosts
    assertEquals(10 * 3 + 2 * 3, figures().disputed());
    assertEquals(9 * 2, figures().pairings());
    for (SimPool.Client honest : clients.subList(0, 9)) {
      // never more than what was received, and the fee of a hundredth
      long received = honest.received.values().stream().mapToLong(Long::longValue).sum();
      long paid = RICH - pool.moneyOf(honest).longValueExact();
      assertTrue(paid <= received + received / 100, paid + " paid for " + received);
      assertFalse(honest.grants.get(hosts.get(1).id).untilSeconds() < pool.nowSeconds);
    }
    // an honest host lost at most one interval to the miser for each time they met
    for (SimPool.Host honest : hosts.subList(1, 3)) {
      long servedToMiser = honest.served.get(miser.id);
      assertTrue(servedToMiser <= 4 * MINUTE + 40_000_000, "served the miser " + servedToMiser);
    }
    // the cheat was paid what its clients signed, which is what they received
    assertTrue(
        pool.moneyOf(cheat).longValueExact()
            <= cheat.served.values().stream().mapToLong(Long::longValue).sum());
  }

  @Test
  void disagreementMovesTheLowerOfTheTwo() {
    SimPool.Host host = pool.host(10);
    host.overstatedPerMille = 160; // within what the capacity allows, above what was received
    SimPool.Client client = pool.client(20, 1, RICH);
    pool.run(70);
    PoolDecision.Settle settled = pool.settlements.get(0);
    assertEquals(MINUTE, settled.tokens());
    assertEquals(UInt256.valueOf(MINUTE), settled.amountWei());
    assertTrue(settled.byHost().tokens() > MINUTE);
    assertEquals(BigInteger.valueOf(MINUTE), pool.moneyOf(host));
    assertEquals(1, figures().disputed());
    assertEquals(client.id, settled.client());
  }

  @Test
  void aPhantomClientIsNeverPaidFor() {
    SimPool.Host host = pool.host(10);
    SimPool.Client client = pool.client(20, 1, RICH);
    client.silent = true; // the host states, nobody signs
    pool.run(180);
    assertEquals(BigInteger.ZERO, pool.moneyOf(host));
    assertEquals(List.of(), pool.settlements);
  }

  @Test
  void whatTheClientDoesNotReportIsBilledAllTheSameD8() {
    SimPool.Host host = pool.host(10);
    SimPool.Client client = pool.client(20, 1, RICH);
    // the client says that it has no hosts at all: there is no such message that would matter
    pool.send(
        client,
        Role.CLIENT,
        client.account,
        1_000,
        JoinFacts.ofClient(SimPool.CHAIN, SimPool.PRICE, 0));
    pool.run(61);
    assertEquals(BigInteger.valueOf(MINUTE), pool.moneyOf(host));
  }

  @Test
  void joiningAgainDoesNotResetTheMeterD6() {
    SimPool.Host host = pool.host(10);
    SimPool.Client client = pool.client(20, 1, RICH);
    for (int i = 0; i < 6; i++) {
      pool.run(10);
      client.join();
      host.admit(client.grants.get(host.id)); // shows its grant again
    }
    pool.run(5);
    assertEquals(BigInteger.valueOf(MINUTE), pool.moneyOf(host));
  }

  @Test
  void whoCannotPayForAnotherIntervalGetsNoGrantD9D4() {
    SimPool.Host host = pool.host(10);
    long worth =
        Pairing.worth(SimPool.PRICE, 1_000, pool.rules).longValueExact(); // one interval and fee
    SimPool.Client client = pool.client(20, 1, worth);
    pool.run(200);
    // served the one interval that it had money for, then nothing more; the host, which has no
    // money at the pool, was never in doubt
    assertEquals(BigInteger.valueOf(MINUTE), pool.moneyOf(host));
    assertTrue(pool.moneyOf(client).signum() >= 0);
    assertEquals(0, figures().pairings());
    assertEquals(1, figures().hosts().size());
  }

  @Test
  void moneyIsPromisedOnce() {
    pool.host(10);
    pool.host(11);
    long worth = Pairing.worth(SimPool.PRICE, 1_000, pool.rules).longValueExact();
    SimPool.Client client = pool.client(20, 2, worth + worth / 2);
    assertEquals(1, client.dialled.size());
  }

  @Test
  void theSameStatementCountsOnce() {
    SimPool.Host host = pool.host(10);
    pool.client(20, 1, RICH);
    pool.run(65);
    PoolDecision.Settle done = pool.settlements.get(0);
    pool.carry(pool.machine.onUsage(host.session, host.id, done.byHost(), pool.nowSeconds));
    assertEquals(1, pool.settlements.size());
    assertEquals(Optional.of(RefusalCode.OVER_LIMIT), pool.refusals.get(0).refusalCode());
  }

  @Test
  void aStatementWithAnotherSignatureIsRefusedD1() {
    SimPool.Host host = pool.host(10);
    SimPool.Host other = pool.host(11);
    SimPool.Client client = pool.client(20, 1, RICH);
    Bytes32 used = client.dialled.get(0);
    SimPool.Host its = used.equals(host.id) ? host : other;
    SimPool.Host stranger = used.equals(host.id) ? other : host;
    pool.run(30);
    Usage honest = its.meter.finish(client.id, pool.nowSeconds, its::statedTokens).orElseThrow();
    Usage forged =
        new Usage(
            honest.pool(),
            honest.epoch(),
            honest.client(),
            honest.host(),
            honest.fromSeconds(),
            honest.toSeconds(),
            honest.tokens(),
            honest.amountWei(),
            Bytes.EMPTY,
            stranger.sign(VipSignatures.usageDigest(honest)));
    pool.carry(pool.machine.onUsage(its.session, its.id, forged, pool.nowSeconds));
    pool.carry(pool.machine.onUsage(stranger.session, stranger.id, forged, pool.nowSeconds));
    assertEquals(
        List.of(RefusalCode.BAD_SIGNATURE, RefusalCode.MALFORMED),
        pool.refusals.stream().map(refuse -> refuse.refusalCode().orElseThrow()).toList());
  }

  @Test
  void aJoinSignedForAnotherPoolOrChainIsRefusedD1D13() {
    SimPool.Host host = pool.new Host(10);
    pool.connect(host);
    for (Bytes32 digest :
        List.of(
            VipSignatures.poolJoinDigest(
                SimPool.CHAIN_ID, Bytes32.leftPad(Bytes.of(5)), host.id, join(Bytes.EMPTY, host)),
            VipSignatures.poolJoinDigest(
                UInt256.ONE, pool.poolNode.id, host.id, join(Bytes.EMPTY, host)))) {
      pool.carry(
          pool.machine.onJoin(
              host.session, pool.member(host), join(host.sign(digest), host), pool.nowSeconds));
    }
    assertEquals(2, pool.refusals.size());
    assertEquals(0, figures().totalHosts());
  }

  private static PoolJoin join(Bytes signature, SimPool.Node node) {
    return new PoolJoin(
        1, Role.SERVER.bit(), node.account, 1_000, List.of("les/4", "fork/0a0b0c0d"), signature);
  }

  @Test
  void anAccountThatTheNodeDidNotProveIsRefusedD2D10() {
    SimPool.Host host = pool.new Host(10);
    Address another = new SimPool.Node(77).account;
    pool.send(
        host,
        Role.SERVER,
        another,
        1_000,
        JoinFacts.ofHost(SimPool.CHAIN, SimPool.PRICE, 0, Bytes.EMPTY, 0));
    assertEquals(Optional.of(RefusalCode.BAD_SIGNATURE), pool.refusals.get(0).refusalCode());
    assertEquals(0, figures().totalHosts());
  }

  @Test
  void aPoolForOneChainRefusesOthers() {
    SimPool strict = new SimPool(PoolRules.standard().onlyGenesis(Bytes32.leftPad(Bytes.of(1))));
    strict.host(10);
    assertEquals(Optional.of(RefusalCode.WRONG_CHAIN), strict.refusals.get(0).refusalCode());
  }

  @Test
  void whoReportsARefusingHostFreesItAndItIsMarked() {
    SimPool.Host host = pool.host(10);
    SimPool.Client client = pool.client(20, 1, RICH);
    Bytes shortId = host.id.slice(0, JoinFacts.SHORT_ID_BYTES);
    pool.send(
        client,
        Role.CLIENT,
        client.account,
        1_000,
        JoinFacts.ofClient(SimPool.CHAIN, SimPool.PRICE, 0)
            .with(Map.of(), Set.of(shortId), Set.of()));
    assertEquals(0, figures().pairings());
    assertEquals(HostFault.FAILED_ADMIT.points(), figures().hosts().get(0).faultPoints());
  }

  @Test
  void hostsScoresAndQuarrelsSurviveARestart() {
    SimPool.Host host = pool.host(10);
    host.overstatedPerMille = 500;
    pool.client(20, 1, RICH);
    pool.run(4 * 60);
    PoolSnapshot kept = pool.machine.snapshot();
    SimPool again = new SimPool(PoolRules.standard());
    again.machine.restore(kept);
    again.nowSeconds = pool.nowSeconds;
    assertEquals(1, again.machine.figures(again.nowSeconds).totalHosts());
    assertEquals(0, again.machine.figures(again.nowSeconds).hosts().size()); // until it reports
    SimPool.Host back = again.host(10);
    assertTrue(again.machine.figures(again.nowSeconds).hosts().get(0).faultPoints() > 0);
    SimPool.Client same = again.client(20, 1, RICH);
    assertEquals(List.of(), same.dialled); // they are kept apart
    SimPool.Client other = again.client(21, 1, RICH);
    assertEquals(List.of(back.id), other.dialled);
  }

  @Test
  void grantsAreForOneClientOneHostAndSignedByThePool() {
    SimPool.Host host = pool.host(10);
    SimPool.Client client = pool.client(20, 1, RICH);
    PoolGrant grant = client.grants.get(host.id);
    assertTrue(grant.isSignedByItsPool());
    assertEquals(client.id, grant.client());
    assertEquals(host.id, grant.host());
    assertEquals(pool.nowSeconds + 70, grant.untilSeconds());
    assertFalse(
        new PoolGrant(
                grant.pool(),
                new SimPool.Node(55).id,
                grant.host(),
                grant.untilSeconds(),
                grant.capacity(),
                grant.poolSignature())
            .isSignedByItsPool());
  }

  @Test
  void aHostThatLosesItsConnectionIsNotOfferedAndItsPairingsEnd() {
    SimPool.Host host = pool.host(10);
    SimPool.Client client = pool.client(20, 1, RICH);
    pool.close(host);
    pool.run(80);
    assertEquals(0, figures().pairings());
    assertEquals(BigInteger.valueOf(RICH), pool.moneyOf(client));
    pool.client(21, 1, RICH);
    assertEquals(0, figures().pairings());
  }

  private VipMessage.PoolState stateOf(SimPool.Node node, int hosts) {
    JoinFacts facts = JoinFacts.ofClient(SimPool.CHAIN, SimPool.PRICE, hosts);
    PoolJoin unsigned =
        new PoolJoin(9, Role.CLIENT.bit(), node.account, 1_000, facts.names(16), Bytes.EMPTY);
    Bytes signature =
        node.sign(
            VipSignatures.poolJoinDigest(SimPool.CHAIN_ID, pool.poolNode.id, node.id, unsigned));
    PoolJoin join =
        new PoolJoin(9, Role.CLIENT.bit(), node.account, 1_000, facts.names(16), signature);
    return pool.machine.onJoin(node.session, pool.member(node), join, pool.nowSeconds).stream()
        .map(decision -> ((PoolDecision.Tell) decision).message())
        .filter(VipMessage.PoolState.class::isInstance)
        .map(VipMessage.PoolState.class::cast)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aPeerThatIsGoneIsToldOnceS9() {
    SimPool.Host host = pool.host(10);
    SimPool.Client client = pool.client(20, 1, RICH);
    client.wanted = 0;
    pool.close(client); // else it would be told at once
    pool.close(host);
    pool.run(80);
    pool.connect(client);
    assertEquals(List.of(host.id), stateOf(client, 0).invalidPeers());
    assertEquals(List.of(), stateOf(client, 0).invalidPeers());
  }

  @Test
  void hostsThatThePoolDoesNotKnowAreIgnoredInReportsS7() {
    pool.host(10);
    SimPool.Client client = pool.client(20, 1, RICH);
    Bytes stranger = new SimPool.Node(666).id.slice(0, JoinFacts.SHORT_ID_BYTES);
    pool.send(
        client,
        Role.CLIENT,
        client.account,
        1_000,
        JoinFacts.ofClient(SimPool.CHAIN, SimPool.PRICE, 0)
            .with(Map.of(stranger, 5), Set.of(stranger), Set.of(stranger)));
    assertEquals(1, figures().pairings());
    assertEquals(List.of(), pool.refusals);
    assertEquals(0, figures().hosts().get(0).faultPoints());
  }

  @Test
  void aForgedStatementTakesNothingFromTheRealOneD11() {
    SimPool.Host host = pool.host(10);
    SimPool.Client client = pool.client(20, 1, RICH);
    pool.run(30);
    Usage real = host.meter.finish(client.id, pool.nowSeconds, host::statedTokens).orElseThrow();
    Usage forged =
        new Usage(
            real.pool(),
            real.epoch(),
            real.client(),
            real.host(),
            real.fromSeconds(),
            real.toSeconds(),
            0,
            UInt256.ZERO,
            Bytes.EMPTY,
            real.hostSignature());
    pool.carry(pool.machine.onUsage(host.session, host.id, forged, pool.nowSeconds));
    assertEquals(Optional.of(RefusalCode.BAD_SIGNATURE), pool.refusals.get(0).refusalCode());
    pool.carry(pool.machine.onUsage(host.session, host.id, real, pool.nowSeconds));
    assertEquals(1, pool.settlements.size());
    assertEquals(BigInteger.valueOf(MINUTE / 2), pool.moneyOf(host));
  }

  @Test
  void aStatementAboutAnotherTimeOrTooMuchIsRefusedD12() {
    SimPool.Host host = pool.host(10);
    SimPool.Client client = pool.client(20, 1, RICH);
    pool.run(30);
    Usage real = host.meter.finish(client.id, pool.nowSeconds, host::statedTokens).orElseThrow();
    long year = 365L * 24 * 3_600;
    for (Usage wrong :
        List.of(
            stated(host, real, real.epoch() + year, real.toSeconds(), real.tokens(), 1),
            stated(host, real, real.epoch(), real.toSeconds() + year, real.tokens(), 1),
            stated(host, real, real.epoch(), real.toSeconds(), 71_000_001, 1),
            stated(host, real, real.epoch(), real.toSeconds(), 10, 11))) {
      pool.carry(pool.machine.onUsage(host.session, host.id, wrong, pool.nowSeconds));
    }
    assertEquals(4, pool.refusals.size());
    assertTrue(
        pool.refusals.stream()
            .allMatch(r -> r.refusalCode().equals(Optional.of(RefusalCode.OVER_LIMIT))));
    assertEquals(List.of(), pool.settlements);
  }

  private static Usage stated(
      SimPool.Host host, Usage real, long epoch, long to, long tokens, long wei) {
    Usage unsigned =
        new Usage(
            real.pool(),
            epoch,
            real.client(),
            real.host(),
            real.fromSeconds(),
            to,
            tokens,
            UInt256.valueOf(wei),
            Bytes.EMPTY,
            Bytes.EMPTY);
    return new Usage(
        real.pool(),
        epoch,
        real.client(),
        real.host(),
        real.fromSeconds(),
        to,
        tokens,
        UInt256.valueOf(wei),
        Bytes.EMPTY,
        host.sign(VipSignatures.usageDigest(unsigned)));
  }

  @Test
  void aBadVersionIsRefusedWhereTheOperatorSaysSo() {
    PoolRules standard = PoolRules.standard();
    SimPool picky =
        new SimPool(
            new PoolRules(
                standard.keepAliveSeconds(),
                standard.expirySeconds(),
                standard.intervalSeconds(),
                standard.graceSeconds(),
                standard.maxLagBlocks(),
                standard.unmatchAfter(),
                standard.maxHostsPerRequest(),
                standard.feePerMille(),
                standard.scoreHalfLifeSeconds(),
                Optional.empty(),
                Set.of("tes"),
                10));
    picky.host(10);
    assertEquals(1, picky.refusals.size());
    assertEquals(0, picky.machine.figures(picky.nowSeconds).totalHosts());
  }
}
