package io.lesnode.les.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.les.wire.HashOrNumber;
import io.lesnode.les.wire.KeyValues;
import io.lesnode.les.wire.LesCodec;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.les.wire.LesMessage.GetBlockHeaders;
import io.lesnode.les.wire.LesMessage.Request;
import io.lesnode.les.wire.LesVersion;
import io.lesnode.les.wire.StatusKeys;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;

/** The server as a host drives it: its virtual threads behave as threads do. */
class DrivenServerTest {

  private static final long MILLI_NANOS = 1_000_000;
  private static final long ITEM_NANOS = MILLI_NANOS;
  private static final int REQUEST_BYTES = 12;

  private final ManualLoop loop = new ManualLoop();
  private final FakeServedChain chain = new FakeServedChain();

  /** Each item takes a millisecond. */
  private static final ServingModel MODEL =
      new ServingModel() {
        @Override
        public long servingNanos(Request request, int running) {
          return ITEM_NANOS * request.amount();
        }

        @Override
        public Bytes body(Request request) {
          return Bytes.of(0xc0);
        }
      };

  private final DrivenServer server =
      new DrivenServer(
          LesServerConfig.of(9, 100, 10),
          new DrivenServer.Parts(
              chain,
              loop,
              MODEL,
              SimServer.NODE_KEY,
              InstantSource.fixed(Instant.EPOCH),
              new SplittableRandom(1)));

  private final class Client {
    final FakeLink link;
    final DrivenPeer peer;

    Client(int number) {
      link = new FakeLink(SimClient.nodeId(number));
      peer = server.accept(link, LesVersion.LES4);
      KeyValues status =
          KeyValues.builder()
              .unsignedLong(StatusKeys.PROTOCOL_VERSION, 4)
              .unsignedLong(StatusKeys.NETWORK_ID, 9)
              .unsigned256(StatusKeys.HEAD_TD, UInt256.ZERO)
              .bytes(StatusKeys.GENESIS_HASH, chain.genesisHash())
              .forkId(StatusKeys.FORK_ID, chain.forkSchedule().idAt(0, 0))
              .build();
      peer.onMessage(new LesMessage.Status(status), 100);
      loop.run();
      link.sent().clear();
    }

    void ask(long requestId, int headers) {
      peer.onMessage(
          new GetBlockHeaders(requestId, HashOrNumber.of(0), headers, 0, false), REQUEST_BYTES);
      loop.run();
    }

    List<LesMessage> received() {
      List<LesMessage> messages = new ArrayList<>();
      for (FakeLink.Sent sent = link.sent().poll(); sent != null; sent = link.sent().poll()) {
        messages.add(LesCodec.decode(LesVersion.LES4, sent.code(), sent.payload()));
      }
      return messages;
    }

    List<Long> answered() {
      return received().stream().map(message -> ((LesMessage.Reply) message).requestId()).toList();
    }
  }

  @Test
  void aRequestIsAnsweredWhenItsTimeIsOver() {
    Client client = new Client(1);
    client.ask(7, 10);

    loop.advance(10 * ITEM_NANOS - 1);
    assertThat(client.received()).isEmpty();
    loop.advance(1);

    assertThat(client.answered()).containsExactly(7L);
    assertThat(client.peer.unsettledTickets()).isZero();
    assertThat(server.load().running()).isZero();
  }

  @Test
  void aLongRequestGivesWayBetweenTwoItems() {
    Client poor = new Client(1);
    Client other = new Client(2);
    for (int i = 0; i < 4; i++) { // all threads, and the bucket is nearly empty
      poor.ask(i, 100);
    }
    loop.advance(2 * ITEM_NANOS + ITEM_NANOS / 2);

    other.ask(9, 1); // older by what is left in its bucket
    assertThat(server.load().waiting()).isEqualTo(1);
    loop.advance(ITEM_NANOS / 2);
    assertThat(server.load().paused()).isEqualTo(1);
    assertThat(server.load().running()).isEqualTo(4);
    loop.advance(ITEM_NANOS);
    assertThat(other.answered()).containsExactly(9L);
    assertThat(server.load().paused()).isZero();

    loop.advance(97 * ITEM_NANOS - ITEM_NANOS);
    assertThat(poor.answered()).hasSize(3);
    loop.advance(ITEM_NANOS);
    assertThat(poor.received()).hasSize(1);
    assertThat(server.load().running()).isZero();
  }

  @Test
  void aFreezeVoidsWhatIsServedAndNoThreadIsLost() {
    Client client = new Client(1);
    for (int i = 0; i < 9; i++) {
      client.ask(i, 192);
    }
    loop.advance(ITEM_NANOS / 2);
    assertThat(client.peer.isFrozen()).isTrue();
    assertThat(client.received()).containsExactly(new LesMessage.Stop());
    loop.advance(ITEM_NANOS / 2); // workers notice at their next item

    assertThat(client.peer.requestsUnderWay()).isZero();
    assertThat(client.peer.unsettledTickets()).isZero();
    assertThat(client.peer.backlogMessages()).isZero();
    assertThat(server.load().running()).isZero();
    assertThat(server.load().paused()).isZero();
    loop.advance(10_000 * MILLI_NANOS);
    assertThat(client.received()).hasSize(1).hasOnlyElementsOfType(LesMessage.Resume.class);
  }

  @Test
  void aTaskThatStandsStillEndsWhenItsClientLeaves() {
    Client poor = new Client(1);
    Client other = new Client(2);
    for (int i = 0; i < 4; i++) {
      poor.ask(i, 100);
    }
    loop.advance(ITEM_NANOS / 2);
    other.ask(9, 50);
    loop.advance(ITEM_NANOS);
    assertThat(server.load().paused()).isEqualTo(1);

    poor.peer.onClosed(io.lesnode.devp2p.DisconnectReason.REQUESTED);
    loop.advance(ITEM_NANOS);
    assertThat(poor.peer.requestsUnderWay()).isZero();
    assertThat(poor.peer.unsettledTickets()).isZero();
    assertThat(server.load().paused()).isZero();
    assertThat(server.load().running()).isEqualTo(1);
  }
}
