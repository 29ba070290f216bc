package io.lesnode.devp2p;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.rlp.RLP;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A connection with a remote side that misbehaves, at every stage. {@link Wire} checks at the end
 * of each test that nothing leaked and that nothing was logged above DEBUG.
 */
class HostilePeerTest {
  private static final Bytes BIG = Bytes.wrap(new byte[64]);

  private static Wire running(RecordingProtocol les) {
    return Wire.inbound(les).greet(Wire.hello("les/4"));
  }

  // ---- before the handshake is done ----------------------------------------------------------

  @Test
  void randomBytesInsteadOfAHandshakeCloseTheConnection() {
    Random random = new Random(142);
    for (int round = 0; round < 300; round++) {
      try (Wire wire = Wire.inbound(RecordingProtocol.les()).mute()) {
        byte[] noise = new byte[1 + random.nextInt(2000)];
        random.nextBytes(noise);
        wire.sendRaw(Bytes.wrap(noise));
        wire.seconds(6);
        wire.expectClosed();
      }
    }
  }

  @Test
  void everyBitOfTheAuthPacketCounts() {
    Bytes auth;
    try (Wire wire = Wire.inbound(RecordingProtocol.les()).secure()) {
      auth = wire.sentToUs();
    }
    for (int i = 2; i < auth.size(); i += 3) {
      byte[] changed = auth.toArray();
      changed[i] ^= (byte) (1 << i % 8);
      try (Wire wire = Wire.inbound(RecordingProtocol.les()).mute()) {
        wire.sendRaw(Bytes.wrap(changed));
        wire.expectClosed();
      }
    }
  }

  @Test
  void aHandshakePacketThatNeverEndsTimesOut() {
    try (Wire wire = Wire.inbound(RecordingProtocol.les()).mute()) {
      wire.sendRaw(Bytes.fromHexString("0xffff04"));
      for (int second = 0; second < 4; second++) {
        wire.sendRaw(Bytes.wrap(new byte[1000]));
        wire.seconds(1);
      }
      assertThat(wire.ours.isOpen()).isTrue();
      wire.seconds(1);
      wire.expectClosed();
    }
  }

  @Test
  void silenceBeforeTheHandshakeTimesOut() {
    try (Wire wire = Wire.inbound(RecordingProtocol.les()).mute()) {
      wire.seconds(4);
      assertThat(wire.ours.isOpen()).isTrue();
      wire.seconds(1);
      wire.expectClosed();
    }
  }

  // ---- before Hello --------------------------------------------------------------------------

  @Test
  void silenceInsteadOfAHelloTimesOut() {
    try (Wire wire = Wire.inbound(RecordingProtocol.les()).secure()) {
      wire.received();
      wire.seconds(4);
      assertThat(wire.poll()).isNull();
      wire.seconds(1);
      wire.expectDisconnect(DisconnectReason.READ_TIMEOUT, false);
    }
  }

  static Stream<Arguments> badGreetings() {
    Hello good = Wire.hello("les/4");
    List<Hello.Announced> les = good.capabilities();
    Bytes key = good.nodeKey();
    return Stream.of(
        Arguments.of("no list", 0, Bytes.of(5), DisconnectReason.PROTOCOL_BREACH),
        Arguments.of("nothing", 0, Bytes.EMPTY, DisconnectReason.PROTOCOL_BREACH),
        Arguments.of("empty list", 0, Bytes.of(0xc0), DisconnectReason.PROTOCOL_BREACH),
        Arguments.of(
            "cut short",
            0,
            Bytes.wrap(good.encode().toArray(), 0, good.encode().size() - 1),
            DisconnectReason.PROTOCOL_BREACH),
        Arguments.of("a Ping first", 2, Bytes.of(0xc0), DisconnectReason.PROTOCOL_BREACH),
        Arguments.of("a message first", 0x10, Bytes.of(0xc0), DisconnectReason.PROTOCOL_BREACH),
        Arguments.of(
            "a huge code first",
            Integer.MAX_VALUE,
            Bytes.of(0xc0),
            DisconnectReason.PROTOCOL_BREACH),
        Arguments.of("2049 bytes", 0, Bytes.wrap(new byte[2049]), DisconnectReason.PROTOCOL_BREACH),
        Arguments.of("1 MB", 0, Bytes.wrap(new byte[1 << 20]), DisconnectReason.PROTOCOL_BREACH),
        Arguments.of(
            "p2p version 3",
            0,
            new Hello(3, "x", les, 0, key).encode(),
            DisconnectReason.INCOMPATIBLE_VERSION),
        Arguments.of(
            "another key",
            0,
            new Hello(4, "x", les, 0, Wire.key(9).publicKey()).encode(),
            DisconnectReason.UNEXPECTED_IDENTITY),
        Arguments.of(
            "a short key",
            0,
            new Hello(4, "x", les, 0, key.slice(0, 63)).encode(),
            DisconnectReason.INVALID_IDENTITY),
        Arguments.of(
            "a zero key",
            0,
            new Hello(4, "x", les, 0, Bytes.wrap(new byte[64])).encode(),
            DisconnectReason.INVALID_IDENTITY),
        Arguments.of(
            "nothing shared",
            0,
            new Hello(4, "x", Wire.hello("eth/66", "les/1").capabilities(), 0, key).encode(),
            DisconnectReason.USELESS_PEER));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badGreetings")
  void aBadGreetingIsToldWhy(String name, int code, Bytes payload, DisconnectReason reason) {
    RecordingProtocol les = RecordingProtocol.les();
    try (Wire wire = Wire.inbound(les).secure()) {
      wire.received();
      wire.send(code, payload);
      wire.expectDisconnect(reason, false);
      assertThat(les.waitingSessions()).as(name).isZero();
    }
  }

  @Test
  void aHelloOfTheFutureIsUnderstood() throws Exception {
    Bytes future =
        RLP.encodeList(
            list -> {
              list.writeLong(77);
              list.writeString("future\u0007\n\u00e9");
              list.writeList(
                  caps ->
                      caps.writeList(
                          cap -> {
                            cap.writeString("les");
                            cap.writeInt(3);
                          }));
              list.writeInt(30303);
              list.writeValue(Wire.THEIR_KEY.publicKey());
              list.writeString("more");
              list.writeList(nested -> nested.writeInt(1));
            });
    RecordingProtocol les = RecordingProtocol.les();
    try (Wire wire = Wire.inbound(les).secure()) {
      wire.received();
      wire.send(BaseProtocol.HELLO, Bytes.concatenate(future, Bytes.of(1, 2, 3)));
      assertThat(les.nextSession().link().clientName()).isEqualTo("future??\u00e9");
      assertThat(wire.poll()).isNull();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "c104, TOO_MANY_PEERS",
    "04, TOO_MANY_PEERS",
    "c180, REQUESTED",
    "c100, REQUESTED",
    "80, REQUESTED",
    "00, REQUESTED",
    "c0, REQUESTED",
    "'', REQUESTED",
    "10, SUBPROTOCOL_ERROR",
    "c110, SUBPROTOCOL_ERROR",
    "c10c, UNKNOWN",
    "8204d2, UNKNOWN",
    "f800, UNKNOWN",
    "c1, UNKNOWN"
  })
  void aDisconnectIsUnderstoodInEveryForm(String hex, DisconnectReason reason) throws Exception {
    Bytes payload = Bytes.fromHexString(hex);
    try (Wire wire = Wire.inbound(RecordingProtocol.les()).secure()) {
      wire.received();
      wire.send(BaseProtocol.DISCONNECT, payload);
      wire.expectClosed();
    }
    for (Bytes form : List.of(payload, Snappy.deflate(payload))) {
      RecordingProtocol les = RecordingProtocol.les();
      try (Wire wire = running(les)) {
        wire.send(BaseProtocol.DISCONNECT, form);
        assertThat(les.nextSession().closed())
            .isCompletedWithValue(new RecordingProtocol.Closed(reason, true));
        wire.expectClosed();
      }
    }
  }

  // ---- running -------------------------------------------------------------------------------

  @Test
  void everyBitOfAFrameCounts() {
    int size;
    try (Wire wire = running(RecordingProtocol.les())) {
      size = wire.seal(0x10, BIG).size();
    }
    for (int i = 0; i < size; i++) {
      RecordingProtocol les = RecordingProtocol.les();
      try (Wire wire = running(les)) {
        byte[] changed = wire.seal(0x10, BIG).toArray();
        changed[i] ^= (byte) (1 << i % 8);
        wire.sendRaw(Bytes.wrap(changed));
        wire.sendRaw(Bytes.wrap(new byte[500])); // what follows is not looked at
        wire.expectDisconnect(DisconnectReason.PROTOCOL_BREACH, true);
      }
    }
  }

  @Test
  void randomBytesInsteadOfFramesEndTheConnection() {
    Random random = new Random(143);
    for (int round = 0; round < 50; round++) {
      try (Wire wire = running(RecordingProtocol.les())) {
        byte[] noise = new byte[32 + random.nextInt(500)];
        random.nextBytes(noise);
        wire.sendRaw(Bytes.wrap(noise));
        wire.expectDisconnect(DisconnectReason.PROTOCOL_BREACH, true);
      }
    }
  }

  @Test
  void aFrameThatNeverEndsIsNotAllocatedAndTimesOut() {
    try (Wire wire = running(RecordingProtocol.les())) {
      Bytes frame = wire.seal(0x10, Bytes.wrap(new byte[9 << 20]));
      wire.sendRaw(frame.slice(0, 32)); // an authentic header that announces 9 MiB
      wire.sendRaw(frame.slice(32, 100_000));
      assertThat(wire.allocator.metric().usedDirectMemory()).isLessThan(1 << 20);
      wire.seconds(31);
      assertThat(wire.received().code()).isEqualTo(BaseProtocol.PING);
      assertThat(wire.received().code()).isEqualTo(BaseProtocol.PING);
      wire.expectDisconnect(DisconnectReason.READ_TIMEOUT, true);
    }
  }

  @Test
  void aPeerThatDoesNotTakeOurMessagesIsClosedAfterTwentySeconds() throws Exception {
    RecordingProtocol les = RecordingProtocol.les();
    try (Wire wire = running(les)) {
      RecordingProtocol.Session session = les.nextSession();
      wire.clog();
      session.link().send(1, BIG);
      wire.seconds(20);
      assertThat(wire.ours.isOpen()).isTrue();
      wire.seconds(2);
      wire.expectClosed();
      assertThat(session.closed())
          .isCompletedWithValue(
              new RecordingProtocol.Closed(DisconnectReason.NETWORK_ERROR, false));
    }
  }

  @Test
  void silenceTimesOutAfterThirtySeconds() throws Exception {
    RecordingProtocol les = RecordingProtocol.les();
    try (Wire wire = running(les)) {
      wire.seconds(30);
      assertThat(wire.received().code()).isEqualTo(BaseProtocol.PING);
      assertThat(wire.received().code()).isEqualTo(BaseProtocol.PING);
      assertThat(wire.poll()).isNull();
      wire.seconds(1);
      wire.expectDisconnect(DisconnectReason.READ_TIMEOUT, true);
      assertThat(les.nextSession().closed())
          .isCompletedWithValue(new RecordingProtocol.Closed(DisconnectReason.READ_TIMEOUT, false));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "00, false", // inflates to nothing: a legal block
    "'', true",
    "80, true",
    "ffffffffff, true",
    "ffffffff0f, true", // 4 GiB of nothing
    "ffffff07, true", // 16 MiB − 1 of nothing
    "8080800800, true", // 16 MiB
    "0a00, true",
    "01, true",
    "0100c0c0, true",
    "0a09ff00, true" // copies from before the start
  })
  void snappyIsCheckedBeforeAnythingIsAllocated(String hex, boolean refused) throws Exception {
    RecordingProtocol les = RecordingProtocol.les();
    try (Wire wire = running(les)) {
      wire.send(0x12, Bytes.fromHexString(hex));
      if (refused) {
        wire.expectDisconnect(expectedFor(hex), true);
        assertThat(les.nextSession().messages()).isEmpty();
      } else {
        assertThat(les.nextSession().nextMessage().payload()).isEqualTo(Bytes.EMPTY);
      }
    }
  }

  /** A claim between the limit of LES and that of a frame is the protocol's business. */
  private static DisconnectReason expectedFor(String hex) {
    return hex.equals("ffffff07")
        ? DisconnectReason.SUBPROTOCOL_ERROR
        : DisconnectReason.PROTOCOL_BREACH;
  }

  @Test
  void aMessageOfTenMebibytesIsTheLargestForLes() throws Exception {
    RecordingProtocol les = RecordingProtocol.les();
    try (Wire wire = running(les)) {
      RecordingProtocol.Session session = les.nextSession();
      wire.sendSnappy(0x12, Bytes.wrap(new byte[10 << 20]));
      assertThat(session.nextMessage().payload().size()).isEqualTo(10 << 20);
      wire.sendSnappy(0x12, Bytes.wrap(new byte[(10 << 20) + 1]));
      wire.expectDisconnect(DisconnectReason.SUBPROTOCOL_ERROR, true);
      assertThat(session.messages()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0x28, 0x7f, 0x80, 0xffff, Integer.MAX_VALUE})
  void aCodeOutOfRangeClosesWithoutAWordAsGethDoes(int code) {
    try (Wire wire = running(RecordingProtocol.les())) {
      wire.sendSnappy(code, BIG);
      wire.expectClosed();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0x00, 0x03, 0x04, 0x0f})
  void otherBaseMessagesAreIgnored(int code) {
    try (Wire wire = running(RecordingProtocol.les())) {
      wire.send(code, Bytes.fromHexString("0xffffffff0f"));
      assertThat(wire.poll()).isNull();
      assertThat(wire.ours.isOpen()).isTrue();
    }
  }

  @Test
  void whatComesAfterOurDisconnectIsIgnored() throws Exception {
    RecordingProtocol les = RecordingProtocol.les();
    try (Wire wire = running(les)) {
      RecordingProtocol.Session session = les.nextSession();
      session.link().disconnect(DisconnectReason.REQUESTED);
      session.link().disconnect(DisconnectReason.SUBPROTOCOL_ERROR); // too late
      wire.sendSnappy(0x12, BIG);
      wire.send(0x12, Bytes.fromHexString("0xffffffff0f"));
      wire.expectDisconnect(DisconnectReason.REQUESTED, true);
      assertThat(session.messages()).isEmpty();
      assertThat(session.closed())
          .isCompletedWithValue(new RecordingProtocol.Closed(DisconnectReason.REQUESTED, false));
    }
  }

  @Test
  void randomHellosNeverDoHarm() {
    Random random = new Random(144);
    byte[] good = Wire.hello("les/4").encode().toArray();
    for (int round = 0; round < 300; round++) {
      byte[] changed = good.clone();
      for (int i = 0; i < 1 + random.nextInt(4); i++) {
        changed[random.nextInt(changed.length)] = (byte) random.nextInt();
      }
      try (Wire wire = Wire.inbound(RecordingProtocol.les()).secure()) {
        wire.received();
        wire.send(BaseProtocol.HELLO, Bytes.wrap(changed));
        assertThat(wire.ours.isOpen()).isTrue(); // accepted, or lingering after a Disconnect
      }
    }
  }
}
