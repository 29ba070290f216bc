package io.lesnode.les.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.lesnode.devp2p.DisconnectReason;
import io.lesnode.les.wire.LesCodec;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.les.wire.LesVersion;
import io.lesnode.les.wire.StatusKeys;
import io.lesnode.les.wire.WireVectors;
import io.lesnode.primitives.config.ForkId;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.rlp.RLP;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The client's half of the handshake, against recorded servers and against made-up faults. */
final class HandshakeTest {
  private final ServedChain chain = ServedChain.named("london-small", "chain");

  @Test
  void everyRecordedGethServerIsAccepted() {
    int accepted = 0;
    for (Path file : WireVectors.files()) {
      Optional<ServedChain> recorded = chainOf(file);
      if (recorded.isEmpty()) {
        continue;
      }
      for (JsonNode line : WireVectors.lines(file)) {
        if (WireVectors.isLesMessage(line)
            && line.path("dir").asText().equals("s2c")
            && line.path("code").asInt() == LesMessage.Status.CODE) {
          LesVersion version = WireVectors.version(line);
          LesMessage status = LesCodec.decode(version, 0, WireVectors.payload(line));
          Handshake.Verdict verdict =
              Handshake.judge(
                  version, local(recorded.get()), ((LesMessage.Status) status).values(), false);
          assertThat(verdict).as(file + " " + line).isInstanceOf(Handshake.Verdict.Accepted.class);
          accepted++;
        }
      }
    }
    System.out.println("HandshakeTest: " + accepted + " recorded Status messages accepted");
  }

  @Test
  void ourStatusHasTheKeysOfAGethLightClient() {
    for (Path file : WireVectors.files()) {
      Optional<ServedChain> recorded = chainOf(file);
      if (recorded.isEmpty() || !file.getFileName().toString().startsWith("geth-light-client")) {
        continue;
      }
      for (JsonNode line : WireVectors.lines(file)) {
        if (line.path("dir").asText().equals("c2s")
            && line.path("name").asText().equals("Status")) {
          LesVersion version = WireVectors.version(line);
          LesMessage theirs = LesCodec.decode(version, 0, WireVectors.payload(line));
          assertThat(Handshake.ourStatus(version, local(recorded.get()), false)).isEqualTo(theirs);
        }
      }
    }
  }

  @Test
  void everyMissingKeyIsNamed() {
    for (String key :
        new String[] {
          StatusKeys.PROTOCOL_VERSION,
          StatusKeys.NETWORK_ID,
          StatusKeys.GENESIS_HASH,
          StatusKeys.FORK_ID,
          StatusKeys.HEAD_TD,
          StatusKeys.HEAD_HASH,
          StatusKeys.HEAD_NUMBER,
          StatusKeys.RECENT_TX_LOOKUP,
          StatusKeys.BUFFER_LIMIT,
          StatusKeys.MIN_RECHARGE,
          StatusKeys.REQUEST_COSTS
        }) {
      assertThat(refusal(server -> server.without(key)))
          .isEqualTo(new RefusalReason.MissingKey(key));
    }
  }

  @Test
  void serversThatOnlyAnnounceAreUseless() {
    for (String key :
        new String[] {
          StatusKeys.SERVE_CHAIN_SINCE, StatusKeys.SERVE_STATE_SINCE, StatusKeys.TX_RELAY
        }) {
      assertThat(refusal(server -> server.without(key))).isInstanceOf(RefusalReason.Useless.class);
    }
    assertThat(refusal(server -> server.status(StatusKeys.REQUEST_COSTS, RLP.encodeList(w -> {}))))
        .isInstanceOf(RefusalReason.Useless.class);
    assertThat(refusal(server -> server.status(StatusKeys.BUFFER_LIMIT, integer(0))))
        .isInstanceOf(RefusalReason.Useless.class);
    assertThat(refusal(server -> server.status(StatusKeys.MIN_RECHARGE, integer(-1))))
        .isInstanceOf(RefusalReason.Useless.class);
  }

  @Test
  void foreignChainsAndVersionsAreRefused() {
    assertThat(
            refusal(
                server -> server.status(StatusKeys.GENESIS_HASH, RLP.encodeValue(Bytes32.ZERO))))
        .isInstanceOf(RefusalReason.OtherGenesis.class);
    assertThat(refusal(server -> server.status(StatusKeys.NETWORK_ID, integer(1))))
        .isEqualTo(new RefusalReason.OtherNetwork(chain.networkId(), 1));
    assertThat(refusal(server -> server.status(StatusKeys.PROTOCOL_VERSION, integer(3))))
        .isEqualTo(new RefusalReason.OtherVersion(4, 3));
    Bytes forkId = RLP.encode(new ForkId(Bytes.fromHexString("0xdeadbeef"), 0)::writeTo);
    assertThat(refusal(server -> server.status(StatusKeys.FORK_ID, forkId)))
        .isInstanceOf(RefusalReason.ForkIdRejected.class);
  }

  @Test
  void malformedValuesAreRefused() {
    Bytes hugeTd = RLP.encodeValue(UInt256.ONE.shiftLeft(100).toMinimalBytes());
    assertThat(refusal(server -> server.status(StatusKeys.HEAD_TD, hugeTd)))
        .isInstanceOf(RefusalReason.BadStatus.class);
    Bytes notCanonical = Bytes.fromHexString("0x820001");
    assertThat(refusal(server -> server.status(StatusKeys.NETWORK_ID, notCanonical)))
        .isInstanceOf(RefusalReason.BadStatus.class);
    Bytes large = RLP.encodeValue(Bytes.wrap(new byte[100_000]));
    assertThat(refusal(server -> server.status(StatusKeys.SERVE_HEADERS, large)))
        .isInstanceOf(RefusalReason.BadStatus.class);
  }

  @Test
  void anotherFirstMessageOrGarbageEndsTheConnection() {
    Bench bench = new Bench(chain);
    FakeServer server = bench.server("odd").silent();
    server.connectTo(bench.engine);
    server.send(new LesMessage.Stop());
    bench.loop.runFor(Bench.SECOND);
    assertThat(server.closedBecause()).isEqualTo(DisconnectReason.SUBPROTOCOL_ERROR);

    FakeServer garbage = bench.server("garbage").silent();
    garbage.connectTo(bench.engine);
    garbage.sendRaw(0, Bytes.fromHexString("0xc3c20102ff"));
    bench.loop.runFor(Bench.SECOND);
    assertThat(garbage.closedBecause()).isEqualTo(DisconnectReason.SUBPROTOCOL_ERROR);
  }

  @Test
  void theAccountFormFollowsTheClientName() {
    for (String name :
        new String[] {
          "Geth/v1.9.25-stable-e7872729/linux-amd64/go1.15",
          "Geth/v1.10.26-stable/linux-amd64/go1.19",
          "Geth/mynode/v1.12.0-stable/linux-amd64/go1.20",
          "lesnode/v0.1.0/linux-amd64/java25",
          ""
        }) {
      assertThat(ServerPeer.accountKeyFormOf(name)).isEqualTo(Question.AccountKeyForm.HASH);
    }
    for (String name :
        new String[] {
          "Geth/v1.12.1-stable/linux-amd64/go1.20", "Geth/x/v1.13.5-stable/linux-amd64/go1.21"
        }) {
      assertThat(ServerPeer.accountKeyFormOf(name)).isEqualTo(Question.AccountKeyForm.ADDRESS);
    }
  }

  private @Nullable RefusalReason refusal(UnaryOperator<FakeServer> change) {
    Bench bench = new Bench(chain);
    FakeServer server = change.apply(bench.server("faulty"));
    server.connectTo(bench.engine);
    bench.loop.runFor(Bench.SECOND);
    assertThat(server.isConnected()).isFalse();
    return bench.client.status() instanceof SyncStatus.Refused(String name, RefusalReason reason)
        ? reason
        : null;
  }

  private static Bytes integer(long value) {
    return RLP.encodeValue(Bytes.minimalBytes(value));
  }

  /** The chain that a recording was made with, told by its name. */
  static Optional<ServedChain> chainOf(Path file) {
    String name = file.getFileName().toString();
    for (String folder : new String[] {"london-small", "section-one"}) {
      if (name.contains(folder)) {
        return ServedChain.find(folder, "chain");
      }
    }
    return name.startsWith("requests") || name.startsWith("freeze")
        ? ServedChain.find("london-small", "chain")
        : Optional.empty();
  }

  /** A client at the genesis block. */
  private static Handshake.LocalChain local(ServedChain chain) {
    ForkId.Schedule schedule = ForkId.Schedule.of(chain.genesis().config(), chain.header(0).hash());
    return new Handshake.LocalChain() {
      @Override
      public Bytes32 genesisHash() {
        return chain.header(0).hash();
      }

      @Override
      public long networkId() {
        return chain.networkId();
      }

      @Override
      public ForkId forkId() {
        return schedule.idAt(0, chain.header(0).timestamp());
      }

      @Override
      public @Nullable String forkIdFault(ForkId remote) {
        ForkId.Verdict verdict = schedule.judge(remote, 0, chain.header(0).timestamp());
        return verdict == ForkId.Verdict.COMPATIBLE ? null : verdict.text();
      }
    };
  }
}
