package io.lesnode.devp2p;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lesnode.devp2p.rlpx.Frame;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.junit.jupiter.api.Test;

/** A connection with a remote side that behaves. */
class PeerConnectionTest {
  private static final Bytes PAYLOAD = Bytes.fromHexString("0xc3010203");

  private static RecordingProtocol vip() {
    return new RecordingProtocol(List.of(new Capability("vip", 1, 16)), 1 << 20);
  }

  @Test
  void announcesEveryVersionAndUsesTheHighestShared() throws Exception {
    RecordingProtocol les = RecordingProtocol.les();
    try (Wire wire = Wire.inbound(les).secure()) {
      Hello ours = Hello.decode(wire.received().payload());
      assertThat(ours.capabilities()).hasToString("[les/2, les/3, les/4]");
      assertThat(ours.version()).isEqualTo(5);
      assertThat(ours.clientName()).isEqualTo("les-node/test");
      assertThat(ours.nodeKey()).isEqualTo(Wire.OUR_KEY.publicKey());

      wire.send(BaseProtocol.HELLO, Wire.hello("eth/66", "les/2", "les/3", "les/99").encode());

      RecordingProtocol.Session session = les.nextSession();
      assertThat(session.capability()).hasToString("les/3");
      assertThat(session.link().remoteId().publicKey()).isEqualTo(Wire.THEIR_KEY.publicKey());
      assertThat(session.link().clientName()).isEqualTo("remote/test");
      assertThat(session.link().remoteCapabilities())
          .containsExactly("eth/66", "les/2", "les/3", "les/99");
      assertThat(session.link().inbound()).isTrue();
      assertThat(session.link().isStatic()).isFalse();
    }
  }

  @Test
  void carriesMessagesCompressedInBothDirections() throws Exception {
    RecordingProtocol les = RecordingProtocol.les();
    try (Wire wire = Wire.inbound(les).greet(Wire.hello("les/4"))) {
      RecordingProtocol.Session session = les.nextSession();

      wire.sendSnappy(0x10 + 0x17, PAYLOAD);
      assertThat(session.nextMessage()).isEqualTo(new RecordingProtocol.Message(0x17, PAYLOAD));

      assertThat(session.link().send(2, PAYLOAD)).isTrue();
      wire.pump();
      assertThat(wire.received()).isEqualTo(new Frame(0x12, Snappy.deflate(PAYLOAD)));
    }
  }

  @Test
  void doesNotCompressForVersionFour() throws Exception {
    RecordingProtocol les = RecordingProtocol.les();
    Hello old = Wire.hello("les/2");
    Hello four = new Hello(4, old.clientName(), old.capabilities(), 0, old.nodeKey());
    try (Wire wire = Wire.inbound(les).greet(four)) {
      RecordingProtocol.Session session = les.nextSession();
      wire.send(0x11, PAYLOAD);
      assertThat(session.nextMessage()).isEqualTo(new RecordingProtocol.Message(1, PAYLOAD));
      session.link().send(2, PAYLOAD);
      session.link().disconnect(DisconnectReason.USELESS_PEER);
      wire.pump();
      assertThat(wire.received()).isEqualTo(new Frame(0x12, PAYLOAD));
      wire.expectDisconnect(DisconnectReason.USELESS_PEER, false);
    }
  }

  @Test
  void givesEachCapabilityItsCodes() throws Exception {
    RecordingProtocol les = RecordingProtocol.les();
    RecordingProtocol vip = vip();
    try (Wire wire = Wire.inbound(vip, les).greet(Wire.hello("vip/1", "les/4"))) {
      RecordingProtocol.Session first = les.nextSession();
      RecordingProtocol.Session second = vip.nextSession();
      wire.sendSnappy(0x10 + 23, Bytes.of(1));
      wire.sendSnappy(0x10 + 24, Bytes.of(2));
      assertThat(first.nextMessage().code()).isEqualTo(23);
      assertThat(second.nextMessage().code()).isZero();

      second.link().send(15, PAYLOAD);
      wire.pump();
      assertThat(wire.received().code()).isEqualTo(0x10 + 24 + 15);

      wire.send(BaseProtocol.DISCONNECT, Snappy.deflate(Bytes.fromHexString("0xc108")));
      RecordingProtocol.Closed quitting =
          new RecordingProtocol.Closed(DisconnectReason.QUITTING, true);
      assertThat(first.closed()).isCompletedWithValue(quitting);
      assertThat(second.closed()).isCompletedWithValue(quitting);
      wire.expectClosed();
    }
  }

  @Test
  void refusesToSendWhatCannotBeSent() throws Exception {
    RecordingProtocol les = RecordingProtocol.les();
    try (Wire wire = Wire.inbound(les).greet(Wire.hello("les/4"))) {
      PeerLink link = les.nextSession().link();
      assertThatThrownBy(() -> link.send(24, PAYLOAD)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> link.send(0, Bytes.wrap(new byte[1 << 24])))
          .isInstanceOf(IllegalArgumentException.class);
      wire.breakConnection();
      assertThat(link.send(0, PAYLOAD)).isFalse();
      assertThat(link.writable()).isFalse();
      link.disconnect(DisconnectReason.REQUESTED);
      link.pauseReading();
      link.resumeReading();
    }
  }

  @Test
  void holdsTheHelloWhileTheDoorkeeperThinks() throws Exception {
    RecordingProtocol les = RecordingProtocol.les();
    try (Wire wire = Wire.inbound(les)) {
      wire.doorkeeper.holding = true;
      wire.secure();
      wire.send(BaseProtocol.HELLO, Wire.hello("les/4").encode());
      assertThat(wire.poll()).isNull();
      assertThat(wire.doorkeeper.greeted).isNull();
      assertThat(wire.ours.config().isAutoRead()).isFalse();

      wire.doorkeeper.release(null);
      assertThat(wire.doorkeeper.greeted).isNotNull();
      wire.doorkeeper.release(null);
      wire.pump();

      assertThat(wire.received().code()).isEqualTo(BaseProtocol.HELLO);
      assertThat(les.nextSession().messages()).isEmpty();
      assertThat(wire.ours.config().isAutoRead()).isTrue();
    }
  }

  @Test
  void deliversWhatCameWithTheHelloOnceAdmitted() throws Exception {
    RecordingProtocol les = RecordingProtocol.les();
    try (Wire wire = Wire.inbound(les).secure()) {
      wire.doorkeeper.holding = true;
      wire.received();
      Bytes big = Bytes.wrap(new byte[100_000]);
      Bytes hello = wire.seal(BaseProtocol.HELLO, Wire.hello("les/4").encode());
      Bytes status = wire.seal(0x10, Snappy.deflate(big));
      wire.sendRaw(Bytes.concatenate(hello, status));
      assertThat(les.waitingSessions()).isZero();
      assertThat(wire.ours.config().isAutoRead()).isFalse();

      wire.doorkeeper.release(null);
      wire.pump();

      assertThat(les.nextSession().nextMessage()).isEqualTo(new RecordingProtocol.Message(0, big));
      assertThat(wire.ours.config().isAutoRead()).isTrue();
    }
  }

  @Test
  void tellsARefusedPeerInsteadOfGreetingIt() {
    try (Wire wire = Wire.inbound(RecordingProtocol.les())) {
      wire.doorkeeper.identityVerdict = DisconnectReason.TOO_MANY_PEERS;
      wire.secure();
      wire.expectDisconnect(DisconnectReason.TOO_MANY_PEERS, false);
    }
  }

  @Test
  void tellsAPeerThatIsRefusedAfterItsHello() {
    RecordingProtocol les = RecordingProtocol.les();
    try (Wire wire = Wire.inbound(les)) {
      wire.doorkeeper.admissionVerdict = DisconnectReason.ALREADY_CONNECTED;
      wire.greet(Wire.hello("les/4"));
      wire.expectDisconnect(DisconnectReason.ALREADY_CONNECTED, true);
      assertThat(les.waitingSessions()).isZero();
    }
  }

  @Test
  void anEndWhileTheDoorkeeperThinksIsFinal() {
    RecordingProtocol les = RecordingProtocol.les();
    try (Wire wire = Wire.inbound(les).secure()) {
      wire.doorkeeper.holding = true;
      wire.send(BaseProtocol.HELLO, Wire.hello("les/4").encode());
      wire.breakConnection();
      wire.doorkeeper.release(null);
      assertThat(les.waitingSessions()).isZero();
      assertThat(wire.doorkeeper.ended).isEqualTo(1);
    }
  }

  @Test
  void pausingHoldsMessagesBackAndStopsReading() throws Exception {
    RecordingProtocol les = RecordingProtocol.les();
    try (Wire wire = Wire.inbound(les).greet(Wire.hello("les/4"))) {
      RecordingProtocol.Session session = les.nextSession();
      session.link().pauseReading();
      assertThat(wire.ours.config().isAutoRead()).isFalse();
      wire.sendSnappy(0x11, PAYLOAD);
      wire.sendSnappy(0x12, PAYLOAD);
      assertThat(session.messages()).isEmpty();

      wire.seconds(120); // the silence is ours: no timeout
      assertThat(wire.ours.isOpen()).isTrue();
      session.link().resumeReading();
      wire.pump();

      assertThat(session.messages()).extracting("code").containsExactly(1, 2);
      assertThat(wire.ours.config().isAutoRead()).isTrue();
    }
  }

  @Test
  void pingsEveryFifteenSecondsAndAnswersPings() throws Exception {
    RecordingProtocol les = RecordingProtocol.les();
    try (Wire wire = Wire.inbound(les).greet(Wire.hello("les/4"))) {
      wire.sendSnappy(BaseProtocol.PING, BaseProtocol.EMPTY_LIST);
      assertThat(wire.received())
          .isEqualTo(new Frame(BaseProtocol.PONG, Bytes.fromHexString("0x0100c0")));
      wire.seconds(14);
      assertThat(wire.poll()).isNull();
      wire.seconds(1);
      assertThat(wire.received())
          .isEqualTo(new Frame(BaseProtocol.PING, Bytes.fromHexString("0x0100c0")));
      wire.sendSnappy(BaseProtocol.PONG, BaseProtocol.EMPTY_LIST);
      wire.seconds(29);
      assertThat(wire.received().code()).isEqualTo(BaseProtocol.PING);
      assertThat(wire.ours.isOpen()).isTrue();
    }
  }

  @Test
  void aFailingProtocolCostsOnlyItsConnection() throws Exception {
    SubProtocol broken =
        new SubProtocol() {
          @Override
          public List<Capability> capabilities() {
            return List.of(new Capability("les", 4, 24));
          }

          @Override
          public PeerSession accept(PeerLink link, Capability negotiated) {
            return new PeerSession() {
              @Override
              public void onMessage(int code, Bytes payload) {
                throw new IllegalStateException("a bug");
              }

              @Override
              public void onClosed(DisconnectReason reason, boolean byRemote) {
                throw new IllegalStateException("another bug");
              }
            };
          }
        };
    try (Wire wire = Wire.inbound(broken).greet(Wire.hello("les/4"))) {
      wire.expectWarnings();
      wire.sendSnappy(0x10, PAYLOAD);
      wire.expectDisconnect(DisconnectReason.SUBPROTOCOL_ERROR, true);
    }
  }

  @Test
  void aProtocolMayEndTheConnectionWhileAccepting() throws Exception {
    RecordingProtocol vip = vip();
    RecordingProtocol les =
        new RecordingProtocol(List.of(new Capability("les", 4, 24)), 1000) {
          @Override
          public PeerSession accept(PeerLink link, Capability negotiated) {
            PeerSession session = super.accept(link, negotiated);
            link.disconnect(DisconnectReason.USELESS_PEER);
            return session;
          }
        };
    try (Wire wire = Wire.inbound(les, vip).greet(Wire.hello("les/4", "vip/1"))) {
      wire.expectDisconnect(DisconnectReason.USELESS_PEER, true);
      assertThat(les.nextSession().closed())
          .isCompletedWithValue(new RecordingProtocol.Closed(DisconnectReason.USELESS_PEER, false));
      assertThat(vip.waitingSessions()).isZero();
    }
  }

  @Test
  void dialsAndRefusesAnImpostor() throws Exception {
    RecordingProtocol les = RecordingProtocol.les();
    try (Wire wire = Wire.dialling(Wire.THEIR_KEY, les).greet(Wire.hello("les/4"))) {
      assertThat(wire.doorkeeper.ended).isZero();
      PeerLink link = les.nextSession().link();
      assertThat(link.inbound()).isFalse();
      assertThat(link.isStatic()).isTrue();
    }
    try (Wire wire = Wire.dialling(Wire.key(77), les).secure()) {
      assertThat(wire.doorkeeper.identified).isNull(); // it cannot read our auth packet
      wire.seconds(6);
      wire.expectClosed();
    }
  }

  @Test
  void theWholeStreamCanBeCutAnywhere() throws Exception {
    Bytes stream;
    try (Wire wire = Wire.inbound(RecordingProtocol.les()).greet(Wire.hello("les/4"))) {
      wire.sendSnappy(0x10, PAYLOAD);
      wire.sendSnappy(BaseProtocol.PING, BaseProtocol.EMPTY_LIST);
      wire.sendSnappy(0x27, Bytes.wrap(new byte[40]));
      wire.send(BaseProtocol.DISCONNECT, Bytes.of(4));
      stream = wire.sentToUs();
    }
    for (int cut = 0; cut <= stream.size(); cut++) {
      RecordingProtocol les = RecordingProtocol.les();
      try (Wire wire = Wire.inbound(les)) {
        wire.mute(); // its packets come from the recording
        wire.sendRaw(stream.slice(0, cut));
        wire.sendRaw(stream.slice(cut));
        RecordingProtocol.Session session = les.nextSession();
        assertThat(session.messages()).extracting("code").containsExactly(0, 0x17);
        assertThat(session.closed())
            .isCompletedWithValue(
                new RecordingProtocol.Closed(DisconnectReason.TOO_MANY_PEERS, true));
      }
    }
    System.out.println("connection cut at " + (stream.size() + 1) + " offsets");
  }
}
