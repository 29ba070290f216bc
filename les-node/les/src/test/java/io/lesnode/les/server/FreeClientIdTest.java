package io.lesnode.les.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lesnode.flowcontrol.pool.ClientId;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

class FreeClientIdTest {

  private static final ClientId CLIENT = new ClientId(1, 2, 3, 4);

  private static String name(FreeClientId rule, String address) throws UnknownHostException {
    return rule.of(InetAddress.getByName(address), CLIENT); // a literal, nothing is looked up
  }

  @Test
  void anIpv4AddressIsAClientAndAnIpv6NetworkIs() throws UnknownHostException {
    assertThat(name(FreeClientId.DEFAULT, "192.168.197.114")).isEqualTo("192.168.197.114");
    assertThat(name(FreeClientId.DEFAULT, "::ffff:10.0.0.1")).isEqualTo("10.0.0.1");
    String home = name(FreeClientId.DEFAULT, "2001:db8:0:12::1");
    assertThat(home).isEqualTo("2001:db8:0:12::/64");
    assertThat(name(FreeClientId.DEFAULT, "2001:db8:0:12:ffff:1:2:3")).isEqualTo(home);
    assertThat(name(FreeClientId.DEFAULT, "2001:db8:0:13::1")).isNotEqualTo(home);
  }

  @Test
  void prefixesCanBeChosen() throws UnknownHostException {
    FreeClientId wide = new FreeClientId(23, 45);
    assertThat(name(wide, "10.1.255.7")).isEqualTo("10.1.254.0/23");
    assertThat(name(wide, "2001:db8:ffff:ffff::1")).isEqualTo("2001:db8:fff8::/45");
    assertThatThrownBy(() -> new FreeClientId(0, 64)).hasMessageContaining("1 to 32");
    assertThatThrownBy(() -> new FreeClientId(32, 129)).hasMessageContaining("1 to 128");
  }

  /** Go's form of addresses, under which geth stores balances. */
  @Test
  void fullAddressesReadAsInGeth() throws UnknownHostException {
    FreeClientId full = new FreeClientId(32, 128);
    assertThat(name(full, "2001:db8:0:0:1:0:0:1")).isEqualTo("2001:db8::1:0:0:1");
    assertThat(name(full, "2001:0:0:1:0:0:0:1")).isEqualTo("2001:0:0:1::1");
    assertThat(name(full, "2001:db8:0:1:1:1:1:1")).isEqualTo("2001:db8:0:1:1:1:1:1");
    assertThat(name(full, "fe80::abcd:0:0:0")).isEqualTo("fe80::abcd:0:0:0");
    assertThat(name(full, "3237:39a8:4718:34c5:d329:c683:760c:28b3"))
        .isEqualTo("3237:39a8:4718:34c5:d329:c683:760c:28b3");
  }

  @Test
  void localClientsAreTakenForTheirNodeIds() throws UnknownHostException {
    assertThat(name(FreeClientId.DEFAULT, "127.0.0.1")).isEqualTo(CLIENT.toString());
    assertThat(name(FreeClientId.DEFAULT, "127.255.0.9")).isEqualTo(CLIENT.toString());
    assertThat(name(FreeClientId.DEFAULT, "0.0.0.0")).isEqualTo(CLIENT.toString());
    assertThat(name(FreeClientId.DEFAULT, "::1")).isEqualTo(CLIENT.toString());
    assertThat(name(FreeClientId.DEFAULT, "::")).isEqualTo(CLIENT.toString());
    assertThat(name(FreeClientId.DEFAULT, "0.0.0.1")).isEqualTo("0.0.0.1");
    assertThat(name(FreeClientId.DEFAULT, "::2")).isEqualTo("::/64");
    assertThat(FreeClientId.DEFAULT.ofUnknown(CLIENT)).hasSize(64);
  }
}
