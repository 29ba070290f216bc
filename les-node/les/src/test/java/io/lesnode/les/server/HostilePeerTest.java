package io.lesnode.les.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.devp2p.DisconnectReason;
import io.lesnode.les.wire.HashOrNumber;
import io.lesnode.les.wire.LesCodec;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.les.wire.LesMessage.BlockHeaders;
import io.lesnode.les.wire.LesMessage.GetBlockBodies;
import io.lesnode.les.wire.LesMessage.GetBlockHeaders;
import io.lesnode.les.wire.LesMessage.GetHelperTrieProofs;
import io.lesnode.les.wire.LesMessage.HelperTrieProofs;
import io.lesnode.les.wire.LesMessage.HelperTrieQuery;
import io.lesnode.les.wire.LesVersion;
import io.lesnode.les.wire.StatusKeys;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.junit.jupiter.api.Test;

/** Peers that break every rule: they are ignored or dropped, and nobody else notices. */
class HostilePeerTest {

  private static final long SECOND_NANOS = 1_000_000_000;
  private static final long NETWORK_ID = 9;

  private final ManualLoop loop = new ManualLoop();
  private final FakeServedChain chain = new FakeServedChain();
  private SimServer server = SimServer.of(config(), chain, loop);
  private final ServerState state = server.state;
  private int peerCount;

  private static LesServerConfig config() {
    return LesServerConfig.of(NETWORK_ID, 100, 20);
  }

  private SimClient connect(LesVersion version) {
    return new SimClient(server, version, peerCount++);
  }

  private SimClient client() {
    return connect(LesVersion.LES4).greet();
  }

  private static GetBlockHeaders headers(long requestId) {
    return new GetBlockHeaders(requestId, HashOrNumber.of(0), 1, 0, false);
  }

  private void assertServed(SimClient client) {
    client.send(headers(77));
    loop.advance(SECOND_NANOS / 100);
    FakeLink.Sent reply = client.link.sent().pollLast();
    assertThat(reply).isNotNull();
    assertThat(LesCodec.decode(client.version, reply.code(), reply.payload()))
        .isInstanceOfSatisfying(
            BlockHeaders.class, headers -> assertThat(headers.requestId()).isEqualTo(77));
  }

  @Test
  void silenceAfterConnectingEndsAfterFiveSeconds() {
    SimClient silent = connect(LesVersion.LES3);
    loop.advance(5 * SECOND_NANOS - 1);
    assertThat(silent.link.disconnected()).isNull();
    loop.advance(1);
    assertThat(silent.link.disconnected()).isEqualTo(DisconnectReason.READ_TIMEOUT);
    assertThat(state.peerCount()).isZero();
  }

  @Test
  void aFloodIsHeldBackInTheSocketAndOthersAreServed() {
    SimClient honest = client();
    SimClient flooder = client();
    int sent = 0;
    // a paused connection delivers nothing more
    while (!flooder.link.isPaused() && sent < 10_000) {
      GetBlockHeaders request = headers(sent++);
      flooder.session.onMessage(request.code(), LesCodec.encode(request));
    }
    assertThat(sent).isLessThanOrEqualTo(64);
    loop.run();
    assertServed(honest);
    loop.advance(SECOND_NANOS);
    assertThat(flooder.link.isPaused()).isFalse();
    assertThat(flooder.backlog.messages()).isZero();
  }

  @Test
  void largeMessagesAreHeldBackByTheirSize() {
    SimClient flooder = client();
    GetBlockBodies large = new GetBlockBodies(1, Collections.nCopies(4000, Bytes32.ZERO));
    Bytes payload = LesCodec.encode(large);
    int sent = 0;
    while (!flooder.link.isPaused()) {
      flooder.session.onMessage(large.code(), payload);
      sent++;
    }
    assertThat((long) sent * payload.size()).isLessThan(2 << 20);
    loop.run();
    assertThat(flooder.link.isPaused()).isFalse();
    assertThat(flooder.link.disconnected()).isNull();
  }

  @Test
  void anOverrunFreezesAndResumes() {
    SimClient greedy = client();
    // each costs 44.8 of 96 million: the third one of a burst comes too early
    for (int i = 0; i < 5; i++) {
      greedy.send(new GetBlockBodies(i, Collections.nCopies(32, chain.genesisHash())));
    }
    List<Integer> codes = greedy.link.sent().stream().map(FakeLink.Sent::code).toList();
    assertThat(codes).containsExactly(LesMessage.Stop.CODE);
    greedy.link.sent().clear();
    greedy.send(headers(1));
    loop.advance(SECOND_NANOS / 2);
    assertThat(greedy.link.sent()).isEmpty();
    loop.advance(SECOND_NANOS);
    assertThat(greedy.link.sent()).hasSize(1);
    assertThat(greedy.link.sent().getFirst().code()).isEqualTo(LesMessage.Resume.CODE);
    assertServed(greedy);
  }

  @Test
  void anOverrunEndsAnOldConnection() {
    SimClient old = connect(LesVersion.LES2).greet();
    for (int i = 0; i < 3; i++) {
      old.send(new GetBlockBodies(i, Collections.nCopies(32, chain.genesisHash())));
    }
    assertThat(old.link.disconnected()).isEqualTo(DisconnectReason.USELESS_PEER);
  }

  @Test
  void randomBytesNeverBreakTheServer() {
    SimClient honest = client();
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < 3000; i++) {
      SimClient hostile = i % 2 == 0 ? client() : connect(LesVersion.LES3);
      for (int j = 0; j < 3; j++) {
        byte[] junk = new byte[random.nextInt(80)];
        random.nextBytes(junk);
        if (junk.length > 0 && random.nextBoolean()) {
          junk[0] = (byte) (0xc0 + Math.min(55, junk.length - 1));
        }
        hostile.session.onMessage(random.nextInt(24), Bytes.wrap(junk));
        loop.run();
      }
      hostile.session.onClosed(DisconnectReason.NETWORK_ERROR, true);
      loop.run();
    }
    assertServed(honest);
    assertThat(state.clients().members()).hasSize(1);
    assertThat(state.peerCount()).isEqualTo(1);
  }

  @Test
  void helperTriesThatAreNotHereAreAnsweredEmptyAndCostNoWorker() {
    SimClient client = client();
    long[] sections = {0, 1, Long.MAX_VALUE, Long.MIN_VALUE, -1, 1L << 49, Long.MAX_VALUE / 32_768};
    int requestId = 0;
    for (long section : sections) {
      for (long type : new long[] {0, 1, 2, -1}) {
        HelperTrieQuery query =
            new HelperTrieQuery(type, section, Bytes.wrap(new byte[8]), section, 2);
        client.send(
            new GetHelperTrieProofs(requestId++, Collections.nCopies(1 + requestId % 4, query)));
        loop.advance(SECOND_NANOS);
        FakeLink.Sent sent = client.link.sent().remove();
        assertThat(LesCodec.decode(client.version, sent.code(), sent.payload()))
            .isInstanceOfSatisfying(
                HelperTrieProofs.class,
                reply -> {
                  assertThat(reply.nodes()).isEmpty();
                  assertThat(reply.auxiliary()).isEmpty();
                });
      }
    }
    assertServed(client);
  }

  @Test
  void aDamagedStoreCostsTheAnswerOnly() {
    SimClient client = client();
    chain.broken = true;
    client.send(new GetBlockBodies(1, List.of(chain.genesisHash())));
    loop.advance(SECOND_NANOS);
    assertThat(client.link.sent()).isEmpty();
    chain.broken = false;
    assertServed(client);
    assertThat(client.backlog.messages()).isZero();
  }

  @Test
  void aServerIsLeftInSilenceUntilItSpeaks() {
    SimClient server =
        connect(LesVersion.LES4)
            .greet(status -> status.unsignedLong(StatusKeys.MIN_RECHARGE, 16_000));
    state.setSynced(false);
    loop.advance(60 * SECOND_NANOS);
    assertThat(server.link.disconnected()).isNull();
    assertThat(server.link.sent()).isEmpty();
    server.send(headers(1));
    assertThat(server.link.disconnected()).isEqualTo(DisconnectReason.QUITTING);
  }

  @Test
  void clientsAreTurnedAwayWhileWeAreBehind() {
    state.setSynced(false);
    assertThat(client().link.disconnected()).isEqualTo(DisconnectReason.REQUESTED);
  }

  @Test
  void clientsAreTurnedAwayWhenThereIsNoRoom() {
    List<SimClient> clients = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      clients.add(client());
    }
    assertThat(clients).allMatch(client -> client.link.disconnected() == null);
    assertThat(client().link.disconnected()).isEqualTo(DisconnectReason.REQUESTED);
    clients.getFirst().session.onClosed(DisconnectReason.QUITTING, true);
    loop.run();
    assertThat(client().link.disconnected()).isNull();
  }

  @Test
  void oldVersionsNeedACompleteTransactionIndex() {
    server =
        SimServer.of(
            LesServerConfig.builder(NETWORK_ID, 100, 20).txLookupLimit(2_350_000).build(),
            chain,
            loop);
    assertThat(connect(LesVersion.LES3).link.disconnected())
        .isEqualTo(DisconnectReason.SUBPROTOCOL_ERROR);
    SimClient current = connect(LesVersion.LES4);
    FakeLink.Sent sent = current.link.sent().getFirst();
    LesMessage.Status status =
        (LesMessage.Status) LesCodec.decode(LesVersion.LES4, sent.code(), sent.payload());
    assertThat(status.values().requireUnsignedLong(StatusKeys.RECENT_TX_LOOKUP))
        .isEqualTo(2_349_997);
  }

  @Test
  void whatComesAfterTheEndIsIgnored() {
    SimClient gone = client();
    gone.send(headers(1)); // under way
    gone.session.onClosed(DisconnectReason.NETWORK_ERROR, true);
    loop.run();
    gone.send(headers(2));
    loop.advance(SECOND_NANOS);
    assertThat(gone.link.sent()).isEmpty();
    assertThat(gone.backlog.messages()).isZero();
    assertThat(state.clients().members()).isEmpty();
  }
}
