package io.lesnode.devp2p.discovery.v5;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.devp2p.discovery.SimNetwork;
import io.lesnode.devp2p.discovery.SimNode;
import io.lesnode.devp2p.discovery.v5.PacketsV5.Incoming;
import io.lesnode.devp2p.discovery.v5.Sessions.Challenge;
import io.lesnode.devp2p.discovery.v5.Sessions.Remote;
import io.lesnode.devp2p.discovery.v5.Sessions.Session;
import io.lesnode.devp2p.enr.NodeRecord;
import io.lesnode.primitives.crypto.Keccak;
import io.lesnode.primitives.crypto.KeyPair;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.bytes.MutableBytes;
import org.junit.jupiter.api.Test;

/** The vectors of devp2p discv5-wire-test-vectors.md, and what becomes of damaged packets. */
class PacketsV5Test {
  private static final KeyPair A =
      KeyPair.ofSecret(
          Bytes32.fromHexString(
              "eef77acb6c6a6eebc5b363a475ac583ec7eccdb42b6481424c60f59aa326547f"));
  private static final KeyPair B =
      KeyPair.ofSecret(
          Bytes32.fromHexString(
              "66fb62bfbd66b9177a138c1e5cddbe4f7c30c343e94e68df8769459cb1cde628"));
  private static final Bytes32 A_HASH =
      Bytes32.fromHexString("aaaa8419e9f49d0083561b48287df592939a8d19947d8c0ef88f2a4856a69fbb");

  private static final Bytes PING =
      Bytes.fromHexString(
          "00000000000000000000000000000000088b3d4342774649325f313964a39e55"
              + "ea96c005ad52be8c7560413a7008f16c9e6d2f43bbea8814a546b7409ce783d3"
              + "4c4f53245d08dab84102ed931f66d1492acb308fa1c6715b9d139b81acbdcc");
  private static final Bytes WHO_ARE_YOU =
      Bytes.fromHexString(
          "00000000000000000000000000000000088b3d434277464933a1ccc59f5967ad"
              + "1d6035f15e528627dde75cd68292f9e6c27d6b66c8100a873fcbaed4e16b8d");
  private static final Bytes HANDSHAKE =
      Bytes.fromHexString(
          "00000000000000000000000000000000088b3d4342774649305f313964a39e55"
              + "ea96c005ad521d8c7560413a7008f16c9e6d2f43bbea8814a546b7409ce783d3"
              + "4c4f53245d08da4bb252012b2cba3f4f374a90a75cff91f142fa9be3e0a5f3ef"
              + "268ccb9065aeecfd67a999e7fdc137e062b2ec4a0eb92947f0d9a74bfbf44dfb"
              + "a776b21301f8b65efd5796706adff216ab862a9186875f9494150c4ae06fa4d1"
              + "f0396c93f215fa4ef524f1eadf5f0f4126b79336671cbcf7a885b1f8bd2a5d83"
              + "9cf8");
  private static final Bytes HANDSHAKE_WITH_RECORD =
      Bytes.fromHexString(
          "00000000000000000000000000000000088b3d4342774649305f313964a39e55"
              + "ea96c005ad539c8c7560413a7008f16c9e6d2f43bbea8814a546b7409ce783d3"
              + "4c4f53245d08da4bb23698868350aaad22e3ab8dd034f548a1c43cd246be9856"
              + "2fafa0a1fa86d8e7a3b95ae78cc2b988ded6a5b59eb83ad58097252188b902b2"
              + "1481e30e5e285f19735796706adff216ab862a9186875f9494150c4ae06fa4d1"
              + "f0396c93f215fa4ef524e0ed04c3c21e39b1868e1ca8105e585ec17315e755e6"
              + "cfc4dd6cb7fd8e1a1f55e49b4b5eb024221482105346f3c82b15fdaae36a3bb1"
              + "2a494683b4a3c7f2ae41306252fed84785e2bbff3b022812d0882f06978df84a"
              + "80d443972213342d04b9048fc3b1d5fcb1df0f822152eced6da4d3f6df27e70e"
              + "4539717307a0208cd208d65093ccab5aa596a34d7511401987662d8cf62b1394"
              + "71");

  private static Bytes challenge(int seq) {
    return Bytes.fromHexString(
        "000000000000000000000000000000006469736376350001010102030405060708090a0b0c0018010203040506"
            + "0708090a0b0c0d0e0f10000000000000000"
            + seq);
  }

  private final InetSocketAddress from = SimNetwork.at("127.0.0.1", 9000);
  private final NodeRecord recordA = NodeRecord.builder().seq(1).sign(A);
  private final PacketsV5 b =
      new PacketsV5(B, () -> NodeRecord.builder().sign(B), SimNode.seededRandom("b"));
  private final Remote remote = new Remote(A_HASH, from);

  @Test
  void readsThePingMessage() {
    b.sessions().establish(remote, new Session(new SessionKeys(zeros(), zeros())));

    assertThat(b.read(from, PING, 0))
        .isEqualTo(
            new Incoming.Received(
                A_HASH, new MessageV5.Ping(Bytes.fromHexString("00000001"), 2), null));
  }

  private static Bytes zeros() {
    return Bytes.wrap(new byte[16]);
  }

  @Test
  void aMessageWithoutASessionIsUnreadable() {
    assertThat(b.read(from, PING, 0))
        .isEqualTo(
            new Incoming.Unreadable(A_HASH, Bytes.fromHexString("ffffffffffffffffffffffff")));
  }

  @Test
  void readsTheWhoAreYou() {
    assertThat(b.read(from, WHO_ARE_YOU, 0))
        .isEqualTo(
            new Incoming.WhoAreYou(
                Bytes.fromHexString("0102030405060708090a0b0c"), challenge(0), 0));
  }

  @Test
  void readsTheHandshakeOfANodeThatItKnows() {
    b.sessions().challenged(remote, new Challenge(challenge(1), recordA, 0));

    assertThat(b.read(from, HANDSHAKE, 1))
        .isEqualTo(
            new Incoming.Received(
                A_HASH, new MessageV5.Ping(Bytes.fromHexString("00000001"), 1), recordA));
    assertThat(b.sessions().session(remote).orElseThrow().keys.readKey())
        .isEqualTo(Bytes.fromHexString("4f9fac6de7567d1e3b1241dffe90f662"));
    assertThat(b.read(from, HANDSHAKE, 1)).as("a challenge is answered once").isEqualTo(dropped());
  }

  @Test
  void readsTheHandshakeThatBringsARecord() {
    b.sessions().challenged(remote, new Challenge(challenge(0), null, 0));

    Incoming.Received received = (Incoming.Received) b.read(from, HANDSHAKE_WITH_RECORD, 1);

    assertThat(received.message())
        .isEqualTo(new MessageV5.Ping(Bytes.fromHexString("00000001"), 1));
    assertThat(received.record()).isNotNull();
    assertThat(received.record().nodeAddress()).isEqualTo(A_HASH);
    assertThat(b.sessions().session(remote).orElseThrow().keys.readKey())
        .isEqualTo(Bytes.fromHexString("53b1c075f41876423154e157470c2f48"));
  }

  private static Incoming dropped() {
    return new Incoming.Dropped();
  }

  @Test
  void aHandshakeNeedsItsOwnChallengeInTimeAndFromTheSameEndpoint() {
    assertThat(b.read(from, HANDSHAKE, 0)).isEqualTo(dropped());

    b.sessions().challenged(remote, new Challenge(challenge(0), recordA, 0));
    assertThat(b.read(from, HANDSHAKE, 1)).as("another challenge").isEqualTo(dropped());

    b.sessions().challenged(remote, new Challenge(challenge(1), recordA, 0));
    assertThat(b.read(from, HANDSHAKE, 1_000_000_001)).as("too late").isEqualTo(dropped());

    b.sessions().challenged(remote, new Challenge(challenge(1), recordA, 0));
    assertThat(b.read(SimNetwork.at("127.0.0.2", 9000), HANDSHAKE, 1)).isEqualTo(dropped());

    b.sessions().challenged(remote, new Challenge(challenge(1), null, 0));
    assertThat(b.read(from, HANDSHAKE, 1)).as("nobody knows the key").isEqualTo(dropped());
    assertThat(b.sessions().size()).isZero();
  }

  @Test
  void agreesOnTheSharedPoint() {
    KeyPair secret =
        KeyPair.ofSecret(
            Bytes32.fromHexString(
                "fb757dc581730490a1d7a00deea65e9b1936924caaea8f44d476014856b68736"));
    Bytes publicKey =
        Bytes.fromHexString(
            "9961e4c2356d61bedb83052c115d311acb3a96f5777296dcf297351130266231503061ac4aaee666073d7e"
                + "5bc2c80c3f5c5b500c1cb5fd0a76abbb6b675ad157");

    assertThat(SessionKeys.agree(secret, publicKey))
        .isEqualTo(
            Bytes.fromHexString(
                "033b11a2a1f214567e1537ce5e509ffd9b21373247f2a3ff6841f4976f53165e7e"));
  }

  @Test
  void encryptsAsTheVectorOfAesGcm() {
    Bytes key = Bytes.fromHexString("9f2d77db7004bf8a1a85107ac686990b");
    Bytes nonce = Bytes.fromHexString("27b5af763c446acd2749fe8e");
    Bytes authenticated =
        Bytes.fromHexString("93a7400fa0d6a694ebc24d5cf570f65d04215b6ac00757875e3f3a5f42107903");
    SessionKeys keys = new SessionKeys(key, key);

    Bytes sealed = keys.seal(nonce, Bytes.fromHexString("01c20101"), authenticated);

    assertThat(sealed).isEqualTo(Bytes.fromHexString("a5d12a2d94b8ccb3ba55558229867dc13bfa3648"));
    assertThat(keys.open(nonce, sealed, authenticated)).contains(Bytes.fromHexString("01c20101"));
    assertThat(keys.open(nonce, sealed, Bytes.EMPTY)).isEmpty();
  }

  /** Encodings of the specification's message vectors. */
  @Test
  void encodesMessages() {
    Bytes id = Bytes.of(1);
    assertThat(new MessageV5.Ping(id, 1).encode()).isEqualTo(Bytes.fromHexString("01c20101"));
    assertThat(new MessageV5.Pong(id, 1, Bytes.of(127, 0, 0, 1), 5000).encode())
        .isEqualTo(Bytes.fromHexString("02ca0101847f000001821388"));
    assertThat(new MessageV5.FindNode(id, List.of(256)).encode())
        .isEqualTo(Bytes.fromHexString("03c501c3820100"));
    NodeRecord one =
        NodeRecord.parse(
            "enr:-HW4QBzimRxkmT18hMKaAL3IcZF1UcfTMPyi3Q1pxwZZbcZVRI8DC5infUAB_UauARLOJtYTxaagKoGmIj"
                + "zQxO2qUygBgmlkgnY0iXNlY3AyNTZrMaEDymNMrg1JrLQB2KTGtv6MVbcNEVv0AHacwUAPMljNMTg");
    NodeRecord two =
        NodeRecord.parse(
            "enr:-HW4QNfxw543Ypf4HXKXdYxkyzfcxcO-6p9X986WldfVpnVTQX1xlTnWrktEWUbeTZnmgOuAY_KUhbVV1F"
                + "t98WoYUBMBgmlkgnY0iXNlY3AyNTZrMaEDDiy3QkHAxPyOgWbxp5oF1bDdlYE6dLCUUp8xfVw50jU");
    Bytes nodes = new MessageV5.Nodes(id, 2, List.of(one, two)).encode();
    assertThat(MessageV5.decode(nodes)).contains(new MessageV5.Nodes(id, 2, List.of(one, two)));
    for (String hex : List.of("01c20101", "02ca0101847f000001821388", "03c501c3820100")) {
      assertThat(MessageV5.decode(Bytes.fromHexString(hex)).orElseThrow().encode())
          .isEqualTo(Bytes.fromHexString(hex));
    }
  }

  @Test
  void refusesLongRequestIds() {
    assertThat(MessageV5.decode(Bytes.fromHexString("01cb8900000000000000000001"))).isEmpty();
    assertThat(MessageV5.decode(Bytes.fromHexString("01ca880000000000000000" + "01"))).isPresent();
  }

  @Test
  void everyDamagedPacketIsDroppedOrUnreadable() {
    SplittableRandom random = new SplittableRandom(9);
    for (Bytes packet : List.of(PING, WHO_ARE_YOU, HANDSHAKE, HANDSHAKE_WITH_RECORD)) {
      for (int i = 0; i < packet.size(); i++) {
        MutableBytes damaged = packet.mutableCopy();
        damaged.set(i, (byte) (damaged.get(i) ^ 1 << random.nextInt(8)));
        for (Bytes bytes : List.of(damaged, packet.slice(0, i))) {
          b.sessions().challenged(remote, new Challenge(challenge(1), recordA, 0));
          b.sessions().establish(remote, new Session(new SessionKeys(zeros(), zeros())));
          assertThat(b.read(from, bytes, 1)).isNotInstanceOf(Incoming.Received.class);
        }
      }
    }
  }

  @Test
  void twoNodesShakeHandsAndTalk() {
    PacketsV5 a = new PacketsV5(A, () -> recordA, SimNode.seededRandom("a"));
    Bytes32 hashB = Keccak.keccak256(B.publicKey());
    Remote toB = new Remote(hashB, from);
    MessageV5 ping = new MessageV5.Ping(Bytes.of(7), 1);

    PacketsV5.Outgoing first = a.message(toB, ping);
    Incoming.Unreadable unreadable = (Incoming.Unreadable) b.read(from, first.packet(), 0);
    assertThat(unreadable).isEqualTo(new Incoming.Unreadable(A_HASH, first.nonce()));
    Bytes whoAreYou = b.whoAreYou(remote, unreadable.nonce(), null, 0);
    assertThat(whoAreYou.size()).isEqualTo(63).isLessThanOrEqualTo(first.packet().size());
    Incoming.WhoAreYou asked = (Incoming.WhoAreYou) a.read(from, whoAreYou, 0);
    assertThat(asked.requestNonce()).isEqualTo(first.nonce());
    PacketsV5.Outgoing handshake = a.handshake(toB, B.publicKey(), asked, ping);

    assertThat(b.read(from, handshake.packet(), 0))
        .isEqualTo(new Incoming.Received(A_HASH, ping, recordA));
    MessageV5 pong = new MessageV5.Pong(Bytes.of(7), 1, Bytes.of(1, 2, 3, 4), 5);
    assertThat(a.read(from, b.message(remote, pong).packet(), 0))
        .isEqualTo(new Incoming.Received(hashB, pong, null));
  }
}
