package io.lesnode.devp2p.rlpx;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.primitives.testing.Vectors;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Replays the recorded handshakes of geth, both sides, and all frames after them. */
class RlpxVectorTest {

  /** One recorded handshake. */
  record Recording(String name, JsonNode json) {
    Bytes bytes(String field) {
      return Bytes.fromHexString(json.get(field).asText());
    }

    KeyPair key(String field) {
      return KeyPair.ofSecret(Bytes32.wrap(bytes(field)));
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Recording> recordings() throws Exception {
    List<Recording> all = new ArrayList<>();
    for (Path file : Vectors.files("les-wire", "rlpx-handshake*.json*")) {
      try (InputStream in = Vectors.open(file)) {
        int index = 0;
        for (JsonNode entry : new ObjectMapper().readTree(in)) {
          all.add(new Recording(file.getFileName() + " #" + index++, entry));
        }
      }
    }
    System.out.println("RLPx handshakes: " + all.size());
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("recordings")
  void bothSidesSendAndDeriveWhatGethDid(Recording recording) {
    Handshake.Initiator initiator = initiate(recording);
    Handshake.Response response = respond(recording, initiator.authPacket());
    SessionSecrets secrets = initiator.finish(response.ackPacket());

    assertThat(initiator.authPacket()).isEqualTo(recording.bytes("authPacket"));
    assertThat(response.ackPacket()).isEqualTo(recording.bytes("ackPacket"));
    checkSecrets(secrets, recording.json().get("initiator"));
    checkSecrets(response.secrets(), recording.json().get("recipient"));
  }

  @ParameterizedTest
  @MethodSource("recordings")
  void framesAreTheBytesOfGethInBothDirections(Recording recording) {
    Handshake.Initiator initiator = initiate(recording);
    Handshake.Response response = respond(recording, initiator.authPacket());
    EmbeddedChannel first = channel(initiator.finish(response.ackPacket()));
    EmbeddedChannel second = channel(response.secrets());

    for (JsonNode frame : recording.json().get("frames")) {
      boolean fromInitiator = frame.get("dir").asText().equals("i2r");
      EmbeddedChannel from = fromInitiator ? first : second;
      EmbeddedChannel to = fromInitiator ? second : first;
      String content = frame.get("snappy").asBoolean() ? "compressed" : "payload";
      Bytes payload = Bytes.fromHexString(frame.get(content).asText());
      Bytes wire = Bytes.fromHexString(frame.get("frame").asText());

      from.writeOutbound(new Frame(frame.get("code").asLong(), payload));
      assertThat(outbound(from)).isEqualTo(wire);
      to.writeInbound(Unpooled.wrappedBuffer(wire.toArray()));
      Frame decoded = to.readInbound();
      assertThat(decoded.code()).isEqualTo(frame.get("code").asLong());
      assertThat(decoded.payload()).isEqualTo(payload);
    }
    first.finishAndReleaseAll();
    second.finishAndReleaseAll();
  }

  @ParameterizedTest
  @MethodSource("recordings")
  void theRecordedStreamsCanBeCutAnywhere(Recording recording) {
    Bytes auth = recording.bytes("authPacket");
    List<Bytes> toRecipient = new ArrayList<>(List.of(auth));
    for (JsonNode frame : recording.json().get("frames")) {
      if (frame.get("dir").asText().equals("i2r")) {
        toRecipient.add(Bytes.fromHexString(frame.get("frame").asText()));
      }
    }
    byte[] stream = Bytes.concatenate(toRecipient).toArray();
    // every offset of the first recording, then a coarser walk, to keep the test short
    int step = recording.name().endsWith("#0") ? 1 : 97;
    for (int cut = 0; cut <= stream.length; cut += step) {
      EmbeddedChannel channel =
          new EmbeddedChannel(
              new HandshakeHandler(
                  recording.key("recipientStaticPrivateKey"),
                  null,
                  RecordedRandom.recipient(recording.json()),
                  Frame.BODY_LIMIT_BYTES));
      channel.writeInbound(Unpooled.copiedBuffer(stream, 0, cut));
      channel.writeInbound(Unpooled.copiedBuffer(stream, cut, stream.length - cut));
      assertThat(channel.inboundMessages()).hasSize(toRecipient.size() - 1);
      assertThat(outbound(channel)).isEqualTo(recording.bytes("ackPacket"));
      channel.finishAndReleaseAll();
    }
  }

  private static void checkSecrets(SessionSecrets secrets, JsonNode expected) {
    assertThat(secrets.aesSecret()).isEqualTo(hex(expected, "aesSecret"));
    assertThat(secrets.macSecret()).isEqualTo(hex(expected, "macSecret"));
    assertThat(secrets.egress().currentDigest()).isEqualTo(hex(expected, "egressMacInitialDigest"));
    assertThat(secrets.ingress().currentDigest())
        .isEqualTo(hex(expected, "ingressMacInitialDigest"));
    assertThat(secrets.remoteKey()).isEqualTo(hex(expected, "remoteStaticPublicKey"));
  }

  private static Bytes hex(JsonNode json, String field) {
    return Bytes.fromHexString(json.get(field).asText());
  }

  private static Handshake.Initiator initiate(Recording recording) {
    return Handshake.initiate(
        recording.key("initiatorStaticPrivateKey"),
        recording.bytes("recipientStaticPublicKey"),
        RecordedRandom.initiator(recording.json()));
  }

  private static Handshake.Response respond(Recording recording, Bytes authPacket) {
    return Handshake.respond(
        recording.key("recipientStaticPrivateKey"),
        authPacket,
        RecordedRandom.recipient(recording.json()));
  }

  private static EmbeddedChannel channel(SessionSecrets secrets) {
    return new EmbeddedChannel(new FrameCodec(secrets, Frame.BODY_LIMIT_BYTES));
  }

  /** All that was sent and not yet read. */
  private static Bytes outbound(EmbeddedChannel channel) {
    List<Bytes> sent = new ArrayList<>();
    for (ByteBuf buffer = channel.readOutbound(); buffer != null; buffer = channel.readOutbound()) {
      byte[] bytes = new byte[buffer.readableBytes()];
      buffer.readBytes(bytes);
      buffer.release();
      sent.add(Bytes.wrap(bytes));
    }
    return Bytes.concatenate(sent);
  }
}
