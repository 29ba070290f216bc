package io.lesnode.vipnode.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lesnode.vipnode.wire.VipLimits;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.junit.jupiter.api.Test;

/** What joins say, and where hosts are dialled: vipnode's U1 and U2 (docs/pool.md). */
class JoinFactsTest {
  private static final ServedChain CHAIN =
      new ServedChain(Bytes32.ZERO, Bytes.fromHexString("0x0a0b0c0d"), Set.of(2, 4));
  private static final Bytes KEY = Bytes.repeat((byte) 7, 64);

  private static Member from(String address) {
    return new Member(Bytes32.ZERO, KEY, Optional.empty(), Bytes32.ZERO, "test", address);
  }

  @Test
  void whatIsWrittenIsRead() {
    JoinFacts host =
        JoinFacts.ofHost(CHAIN, new TokenPrice(104), 17_000_000, Bytes.repeat((byte) 9, 8), 30_304)
            .at(Bytes.repeat((byte) 0xfe, 16));
    assertEquals(host, JoinFacts.parse(host.names(16)));
    Bytes id = Bytes.fromHexString("0x010203040506");
    JoinFacts client =
        JoinFacts.ofClient(CHAIN, new TokenPrice(Long.MAX_VALUE), 3)
            .with(Map.of(id, 60_000), Set.of(id), Set.of(id));
    assertEquals(client, JoinFacts.parse(client.names(16)));
    assertEquals(client.leave(), JoinFacts.parse(client.leave().names(16)));
    for (JoinFacts facts : List.of(host, client)) {
      for (String name : facts.names(16)) {
        assertTrue(name.length() <= VipLimits.NAME_BYTES, name);
      }
    }
  }

  @Test
  void unknownNamesAreSkippedAndUnreadableOnesRefused() {
    assertEquals(Set.of(4), JoinFacts.parse(List.of("les/4", "zone/eu", "x")).lesVersions());
    for (String bad :
        List.of(
            "les/",
            "les/-1",
            "les/256",
            "les/99999999999999999999",
            "fork/xyz",
            "fork/0a",
            "price/1e9",
            "price/9223372036854775808",
            "n/1001",
            "port/65536",
            "hash/00",
            "fail/00",
            "rtt/010203040506",
            "rtt/010203040506/",
            "ip/AAAA",
            "ip/%%",
            "head/٣")) {
      assertThrows(
          IllegalArgumentException.class, () -> JoinFacts.parse(List.of(bad)), "accepted " + bad);
    }
  }

  private static String at(String address, JoinFacts facts) {
    String url = HostEndpoint.enode(from(address), facts);
    return url.substring(url.indexOf('@') + 1);
  }

  @Test
  void theAddressIsTheConnectionsAndThePortTheNamedOneU1() {
    JoinFacts plain = JoinFacts.ofHost(CHAIN, new TokenPrice(1), 0, Bytes.EMPTY, 0);
    JoinFacts port = JoinFacts.ofHost(CHAIN, new TokenPrice(1), 0, Bytes.EMPTY, 30_399);
    assertEquals("203.0.113.9:30303", at("203.0.113.9", plain));
    assertEquals("203.0.113.9:30399", at("203.0.113.9", port));
    assertEquals("[2001:db8::1]:30303", at("2001:db8::1", plain));
    assertEquals("203.0.113.9:30399", at("203.0.113.9", port.at(Bytes.wrap(new byte[16])))); // ::
    assertEquals("198.51.100.1:30399", at("203.0.113.9", port.at(Bytes.of(198, 51, 100, 1))));
    assertTrue(
        HostEndpoint.enode(from("203.0.113.9"), plain)
            .startsWith("enode://" + KEY.toUnprefixedHexString() + "@"));
  }

  @Test
  void aLoopbackAddressIsNoneForOthersU2() {
    JoinFacts own =
        JoinFacts.ofHost(CHAIN, new TokenPrice(1), 0, Bytes.EMPTY, 1).at(Bytes.of(127, 0, 0, 1));
    assertThrows(IllegalArgumentException.class, () -> at("203.0.113.9", own));
    assertEquals("127.0.0.1:1", at("127.0.0.1", own));
  }
}
