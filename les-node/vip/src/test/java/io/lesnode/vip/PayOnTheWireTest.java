package io.lesnode.vip;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.devp2p.Capability;
import io.lesnode.devp2p.DisconnectReason;
import io.lesnode.devp2p.Enode;
import io.lesnode.devp2p.P2pConfig;
import io.lesnode.devp2p.P2pServer;
import io.lesnode.devp2p.PeerLink;
import io.lesnode.devp2p.PeerSession;
import io.lesnode.devp2p.SubProtocol;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.vipnode.wire.VipCapability;
import io.lesnode.vipnode.wire.VipCodec;
import io.lesnode.vipnode.wire.VipCodes;
import io.lesnode.vipnode.wire.VipMessage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a payment takes between two nodes that speak LES and vip, counted in a TCP connection. */
@Timeout(60)
class PayOnTheWireTest {
  private static final int MAX_BYTES = 150;
  private static final Capability LES = new Capability("les", 4, 24);
  private static final Capability VIP =
      new Capability(VipCapability.NAME, VipCapability.VERSION, VipCapability.MESSAGE_COUNT);

  /** Keeps its links and what comes. */
  private record Recorder(
      Capability capability, BlockingQueue<PeerLink> links, BlockingQueue<Bytes> payloads)
      implements SubProtocol {
    static Recorder of(Capability capability) {
      return new Recorder(capability, new LinkedBlockingQueue<>(), new LinkedBlockingQueue<>());
    }

    @Override
    public List<Capability> capabilities() {
      return List.of(capability);
    }

    @Override
    public PeerSession accept(PeerLink link, Capability negotiated) {
      links.add(link);
      return new PeerSession() {
        @Override
        public void onMessage(int code, Bytes payload) {
          payloads.add(payload);
        }

        @Override
        public void onClosed(DisconnectReason reason, boolean byRemote) {}
      };
    }
  }

  @Test
  void aRepeatedPaymentIsAtMost150Bytes() throws Exception {
    Recorder serving = Recorder.of(VIP);
    Recorder asking = Recorder.of(VIP);
    try (P2pServer server = start(1, serving);
        P2pServer client = start(2, asking);
        CountingTunnel tunnel = CountingTunnel.to(server.self().tcpPort())) {
      client.dialOnce(
          new Enode(server.nodeId(), InetAddress.getLoopbackAddress(), tunnel.port(), 0),
          () -> serving.payloads().add(Bytes.EMPTY));
      PeerLink link = next(asking.links());
      next(serving.links());
      // the first message tells that everything before it has passed
      link.send(VipCodes.OPEN, VipCodec.encode(new VipMessage.Open(1, 1, Bytes.EMPTY)));
      next(serving.payloads());
      long before = tunnel.sentBytes();

      VipMessage pay = cheque();
      link.send(VipCodes.PAY, VipCodec.encode(pay));

      assertThat(VipCodec.decode(VipCodes.PAY, next(serving.payloads()))).isEqualTo(pay);
      assertThat(tunnel.sentBytes() - before).isEqualTo(144).isLessThanOrEqualTo(MAX_BYTES);
    }
  }

  /** An id of 8 bytes, 18 ether in all, a compact signature, a day of a small client's tokens. */
  private static VipMessage cheque() {
    Bytes proof = Bytes.random(72, new Random(20261121));
    return new VipMessage.Pay(
        Bytes.fromHexString("0xfedcba9876543210"), 1, proof, 1_000_000_000_000L);
  }

  private static P2pServer start(int key, Recorder vip) throws IOException {
    P2pConfig config =
        P2pConfig.builder(KeyPair.ofSecret(Bytes32.leftPad(Bytes.of(key))), "node-" + key)
            .listenAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .build();
    return P2pServer.start(config, List.of(Recorder.of(LES), vip));
  }

  private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
    return Objects.requireNonNull(queue.poll(30, TimeUnit.SECONDS), "nothing came");
  }
}
