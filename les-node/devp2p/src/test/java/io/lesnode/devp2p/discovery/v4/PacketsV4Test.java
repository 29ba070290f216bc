package io.lesnode.devp2p.discovery.v4;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.devp2p.discovery.SimNetwork;
import io.lesnode.devp2p.discovery.v4.MessageV4.Endpoint;
import io.lesnode.devp2p.discovery.v4.MessageV4.FindNode;
import io.lesnode.devp2p.discovery.v4.MessageV4.Neighbor;
import io.lesnode.devp2p.discovery.v4.MessageV4.Neighbors;
import io.lesnode.devp2p.discovery.v4.MessageV4.Ping;
import io.lesnode.primitives.crypto.Keccak;
import io.lesnode.primitives.crypto.KeyPair;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.bytes.MutableBytes;
import org.junit.jupiter.api.Test;

/** The discovery packets of EIP-8, signed by its node key, and what becomes of damaged ones. */
class PacketsV4Test {
  static final KeyPair KEY =
      KeyPair.ofSecret(
          Bytes32.fromHexString(
              "b71c71a67e1177ad4e901695e1b4b9ee17ae16c6668d313eac2f96dbcda3f291"));

  /** EIP-8: ping with version 4 and additional list elements. */
  private static final Bytes PING =
      Bytes.fromHexString(
          "e9614ccfd9fc3e74360018522d30e1419a143407ffcce748de3e22116b7e8dc92ff74788c0b6663aaa3d67d6"
              + "41936511c8f8d6ad8698b820a7cf9e1be7155e9a241f556658c55428ec0563514365799a4be2be5a68"
              + "5a80971ddcfa80cb422cdd0101ec04cb847f000001820cfa8215a8d790000000000000000000000000"
              + "000000018208ae820d058443b9a3550102");

  /** EIP-8: findnode with additional list elements and random data behind. */
  private static final Bytes FIND_NODE =
      Bytes.fromHexString(
          "c7c44041b9f7c7e41934417ebac9a8e1a4c6298f74553f2fcfdcae6ed6fe53163eb3d2b52e39fe91831b8a92"
              + "7bf4fc222c3902202027e5e9eb812195f95d20061ef5cd31d502e47ecb61183f74a504fe04c51e73df"
              + "81f25c4d506b26db4517490103f84eb840ca634cae0d49acb401d8a4c6b6fe8c55b70d115bf400769c"
              + "c1400f3258cd31387574077f301b421bc84df7266c44e9e6d569fc56be00812904767bf5ccd1fc7f84"
              + "43b9a35582999983999999280dc62cc8255c73471e0a61da0c89acdc0e035e260add7fc0c04ad9ebf3"
              + "919644c91cb247affc82b69bd2ca235c71eab8e49737c937a2c396");

  /** EIP-8: neighbours with additional list elements and random data behind. */
  private static final Bytes NEIGHBORS =
      Bytes.fromHexString(
          "c679fc8fe0b8b12f06577f2e802d34f6fa257e6137a995f6f4cbfc9ee50ed3710faf6e66f932c4c8d81d6434"
              + "3f429651328758b47d3dbc02c4042f0fff6946a50f4a49037a72bb550f3a7872363a83e1b9ee646985"
              + "6c24eb4ef80b7535bcf99c0004f9015bf90150f84d846321163782115c82115db8403155e1427f85f1"
              + "0a5c9a7755877748041af1bcd8d474ec065eb33df57a97babf54bfd2103575fa829115d224c523596b"
              + "401065a97f74010610fce76382c0bf32f84984010203040101b840312c55512422cf9b8a4097e9a6ad"
              + "79402e87a15ae909a4bfefa22398f03d20951933beea1e4dfa6f968212385e829f04c2d314fc2d4e25"
              + "5e0d3bc08792b069dbf8599020010db83c4d001500000000abcdef12820d05820d05b84038643200b1"
              + "72dcfef857492156971f0e6aa2c538d8b74010f8e140811d53b98c765dd2d96126051913f44582e8c1"
              + "99ad7c6d6819e9a56483f637feaac9448aacf8599020010db885a308d313198a2e037073488203e782"
              + "03e8b8408dcab8618c3253b558d459da53bd8fa68935a719aff8b811197101a4b2b47dd2d47295286f"
              + "c00cc081bb542d760717d1bdd6bec2c37cd72eca367d6dd3b9df738443b9a355010203b525a138aa34"
              + "383fec3d2719a0");

  @Test
  void readsThePingOfEip8() {
    PacketV4 packet = PacketsV4.decode(PING).orElseThrow();

    assertThat(packet.sender().publicKey()).isEqualTo(KEY.publicKey());
    assertThat(packet.hash()).isEqualTo(PING.slice(0, 32));
    assertThat(packet.message())
        .isEqualTo(
            new Ping(
                new Endpoint(SimNetwork.at("127.0.0.1", 1).getAddress(), 3322, 5544),
                new Endpoint(SimNetwork.at("::1", 1).getAddress(), 2222, 3333),
                1136239445,
                1));
  }

  @Test
  void readsTheFindNodeOfEip8() {
    PacketV4 packet = PacketsV4.decode(FIND_NODE).orElseThrow();

    assertThat(packet.sender().publicKey()).isEqualTo(KEY.publicKey());
    assertThat(packet.message()).isEqualTo(new FindNode(KEY.publicKey(), 1136239445));
  }

  @Test
  void readsTheNeighborsOfEip8() {
    Neighbors neighbors =
        (Neighbors) PacketsV4.decode(NEIGHBORS).map(PacketV4::message).orElseThrow();

    assertThat(neighbors.expiresSeconds()).isEqualTo(1136239445);
    assertThat(neighbors.nodes().stream().map(Neighbor::endpoint))
        .containsExactly(
            new Endpoint(SimNetwork.at("99.33.22.55", 1).getAddress(), 4444, 4445),
            new Endpoint(SimNetwork.at("1.2.3.4", 1).getAddress(), 1, 1),
            new Endpoint(SimNetwork.at("2001:db8:3c4d:15::abcd:ef12", 1).getAddress(), 3333, 3333),
            new Endpoint(
                SimNetwork.at("2001:db8:85a3:8d3:1319:8a2e:370:7348", 1).getAddress(), 999, 1000));
    assertThat(neighbors.nodes().getFirst().publicKey().toUnprefixedHexString())
        .startsWith("3155e1427f85f10a");
  }

  @Test
  void everyFlippedBitAndEveryCutIsRefused() {
    for (Bytes packet : List.of(PING, FIND_NODE, NEIGHBORS)) {
      for (int i = 0; i < packet.size(); i++) {
        MutableBytes damaged = packet.mutableCopy();
        damaged.set(i, (byte) (damaged.get(i) ^ 1 << i % 8));
        assertThat(PacketsV4.decode(damaged)).isEmpty();
        assertThat(PacketsV4.decode(packet.slice(0, i))).isEmpty();
      }
    }
  }

  /**
   * With a right hash and signature the contents may be anything: read or refused, never thrown.
   */
  @Test
  void signedGarbageIsRefusedQuietly() {
    SplittableRandom random = new SplittableRandom(3);
    int read = 0;
    for (int i = 0; i < 3000; i++) {
      Bytes original = List.of(PING, FIND_NODE, NEIGHBORS).get(i % 3);
      MutableBytes signed = original.slice(97).mutableCopy();
      for (int changes = random.nextInt(1, 4); changes > 0; changes--) {
        signed.set(random.nextInt(signed.size()), (byte) random.nextInt(256));
      }
      Bytes cut = signed.slice(0, random.nextInt(1, signed.size() + 1));
      read += PacketsV4.decode(signed(i % 2 == 0 ? signed : cut)).isPresent() ? 1 : 0;
    }
    assertThat(read).isBetween(100, 2900);
  }

  static Bytes signed(Bytes typeAndList) {
    Bytes body =
        Bytes.concatenate(KEY.sign(Keccak.keccak256(typeAndList)).toBytes65(), typeAndList);
    return Bytes.concatenate(Keccak.keccak256(body), body);
  }
}
