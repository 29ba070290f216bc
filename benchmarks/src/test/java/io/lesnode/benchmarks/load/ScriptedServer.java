package io.lesnode.benchmarks.load;

import io.lesnode.devp2p.Capability;
import io.lesnode.devp2p.DisconnectReason;
import io.lesnode.devp2p.Enode;
import io.lesnode.devp2p.P2pConfig;
import io.lesnode.devp2p.P2pServer;
import io.lesnode.devp2p.PeerLink;
import io.lesnode.devp2p.PeerSession;
import io.lesnode.devp2p.SubProtocol;
import io.lesnode.flowcontrol.cost.RequestCost;
import io.lesnode.flowcontrol.cost.RequestKind;
import io.lesnode.les.wire.KeyValues;
import io.lesnode.les.wire.LesCodec;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.les.wire.LesVersion;
import io.lesnode.les.wire.RequestCostEntry;
import io.lesnode.les.wire.StatusKeys;
import io.lesnode.primitives.crypto.KeyPair;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/** A LES server that shakes hands properly and then does what a script says. */
class ScriptedServer implements AutoCloseable, SubProtocol {

  /** The buffer limit that it grants. */
  static final long BUFFER_LIMIT = 1_000_000;

  /** What each request costs at most. */
  static final long COST = 1_000;

  /** One empty header. */
  static final Bytes ITEM = Bytes.fromHexString("0xc180");

  /** What it does with a request; called on the connection's loop. */
  interface Script {
    /**
     * Answers or not.
     *
     * @param number of the request on this server, from 1
     */
    void onRequest(PeerLink link, int number, LesMessage.GetBlockHeaders request);
  }

  private final Script script;
  private final AtomicInteger requests = new AtomicInteger();
  private final P2pServer node;

  ScriptedServer(Script script) throws IOException {
    this.script = script;
    P2pConfig config =
        P2pConfig.builder(KeyPair.ofSecret(Bytes32.fromHexStringLenient("0x99")), "scripted/v1")
            .listenAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .build();
    this.node = P2pServer.start(config, List.of(this));
  }

  Enode enode() {
    return node.self();
  }

  /** Answers with as many items as asked for. */
  static void answer(PeerLink link, LesMessage.GetBlockHeaders request, long bufferValue) {
    answer(link, request, bufferValue, (int) request.amount());
  }

  static void answer(
      PeerLink link, LesMessage.GetBlockHeaders request, long bufferValue, int items) {
    List<Bytes> headers = Stream.generate(() -> ITEM).limit(items).collect(Collectors.toList());
    send(link, new LesMessage.BlockHeaders(request.requestId(), bufferValue, headers));
  }

  static void send(PeerLink link, LesMessage message) {
    link.send(message.code(), LesCodec.encode(message));
  }

  @Override
  public List<Capability> capabilities() {
    return List.of(new Capability("les", 3, LesVersion.LES3.messageCount()));
  }

  @Override
  public PeerSession accept(PeerLink link, Capability negotiated) {
    send(link, status());
    return new PeerSession() {
      @Override
      public void onMessage(int code, Bytes payload) {
        if (LesCodec.decode(LesVersion.LES3, code, payload)
            instanceof LesMessage.GetBlockHeaders request) {
          script.onRequest(link, requests.incrementAndGet(), request);
        }
      }

      @Override
      public void onClosed(DisconnectReason reason, boolean byRemote) {}
    };
  }

  private static LesMessage.Status status() {
    List<RequestCostEntry> costs =
        RequestKind.all().stream()
            .map(kind -> new RequestCostEntry(kind.code(), new RequestCost(COST, 0)))
            .toList();
    return new LesMessage.Status(
        KeyValues.builder()
            .unsignedLong(StatusKeys.PROTOCOL_VERSION, 3)
            .unsignedLong(StatusKeys.NETWORK_ID, 1)
            .unsigned256(StatusKeys.HEAD_TD, UInt256.ONE)
            .bytes(StatusKeys.HEAD_HASH, Bytes32.repeat((byte) 9))
            .unsignedLong(StatusKeys.HEAD_NUMBER, 1_000)
            .bytes(StatusKeys.GENESIS_HASH, Bytes32.repeat((byte) 8))
            .flag(StatusKeys.SERVE_HEADERS)
            .unsignedLong(StatusKeys.BUFFER_LIMIT, BUFFER_LIMIT)
            .unsignedLong(StatusKeys.MIN_RECHARGE, 1_000_000)
            .requestCosts(StatusKeys.REQUEST_COSTS, costs)
            .build());
  }

  @Override
  public void close() {
    node.close();
  }
}
