package io.lesnode.devp2p.discovery.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lesnode.devp2p.discovery.SimNetwork;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRulesTest {
  private static InetAddress ip(String text) {
    return SimNetwork.at(text, 1).getAddress();
  }

  /** The cases of geth's netutil tests, sender, named address, believed. */
  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, 0.0.0.0, false",
    "192.168.0.1, 0.0.0.0, false",
    "23.55.1.242, 0.0.0.0, false",
    "127.0.0.1, 255.255.255.255, false",
    "192.168.0.1, 255.255.255.255, false",
    "23.55.1.242, 255.255.255.255, false",
    "192.168.0.1, 127.0.2.19, false",
    "23.55.1.242, 192.168.0.1, false",
    "127.0.0.1, 127.0.2.19, true",
    "127.0.0.1, 192.168.0.1, true",
    "127.0.0.1, 23.55.1.242, true",
    "192.168.0.1, 192.168.0.1, true",
    "192.168.0.1, 23.55.1.242, true",
    "23.55.1.242, 23.55.1.242, true",
    "23.55.1.242, 224.0.0.1, false",
    "23.55.1.242, fe80::1, false",
    "23.55.1.242, ::1, false",
    "23.55.1.242, 2001:db8::1, false",
    "23.55.1.242, 2a02:1::1, true"
  })
  void nobodyFromOutsideSendsUsIntoOurNetwork(String sender, String named, boolean believed) {
    assertThat(AddressRules.OPEN.believes(ip(sender), ip(named))).isEqualTo(believed);
  }

  @Test
  void listsOfAllowedNetworks() {
    AddressRules rules = new AddressRules(NetworkRange.parseList("127.0.0.0/8, 10.1.0.0/16"));
    assertThat(rules.allows(ip("127.3.4.5"))).isTrue();
    assertThat(rules.allows(ip("10.1.255.1"))).isTrue();
    assertThat(rules.allows(ip("10.2.0.1"))).isFalse();
    assertThat(rules.allows(ip("::1"))).isFalse();
    assertThat(rules.believes(ip("127.0.0.1"), ip("8.8.8.8"))).isFalse();
    assertThat(rules.believesDns(ip("10.1.0.1"))).isTrue();
    assertThat(AddressRules.OPEN.believesDns(ip("10.1.0.1"))).isFalse();
    assertThat(AddressRules.OPEN.believesDns(ip("8.8.8.8"))).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.255.0.1, true",
    "10.0.0.0/9, 10.128.0.1, false",
    "0.0.0.0/0, 8.8.8.8, true",
    "8.8.8.8/32, 8.8.8.9, false",
    "fd00::/8, fdff::1, true",
    "fd00::/16, fdff::1, false"
  })
  void ranges(String range, String address, boolean within) {
    assertThat(NetworkRange.parse(range).contains(ip(address))).isEqualTo(within);
    assertThat(NetworkRange.parse(NetworkRange.parse(range).toString()))
        .isEqualTo(NetworkRange.parse(range));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "10.0.0.0", "10.0.0.0/33", "10.0.0/8", "example.org/8", "10.0.0.0/-1", "/8"})
  void refusesWhatIsNoRange(String text) {
    assertThatThrownBy(() -> NetworkRange.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
