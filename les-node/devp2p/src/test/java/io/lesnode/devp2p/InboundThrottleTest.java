package io.lesnode.devp2p;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InboundThrottleTest {

  private static InetAddress address(String text) throws UnknownHostException {
    return InetAddress.getByName(text);
  }

  @Test
  void admitsAnAddressOnceInAnInterval() throws Exception {
    InboundThrottle throttle = new InboundThrottle(30);
    assertThat(throttle.admit(address("8.8.8.8"), 0)).isTrue();
    assertThat(throttle.admit(address("8.8.4.4"), 0)).isTrue();
    assertThat(throttle.admit(address("8.8.8.8"), 29)).isFalse();
    assertThat(throttle.admit(address("8.8.8.8"), 30)).isTrue(); // refusals do not prolong
    assertThat(throttle.admit(address("2001:db8::1"), 30)).isTrue();
    assertThat(throttle.admit(address("2001:db8::1"), 31)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.3.4.5",
        "::1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.9.9",
        "fd00::1"
      })
  void neverThrottlesLocalAddresses(String text) throws Exception {
    InboundThrottle throttle = new InboundThrottle(30);
    for (int i = 0; i < 10; i++) {
      assertThat(throttle.admit(address(text), 0)).isTrue();
    }
  }

  @Test
  void forgetsTheOldestAddressWhenThereAreTooMany() throws Exception {
    InboundThrottle throttle = new InboundThrottle(30);
    assertThat(throttle.admit(address("8.8.8.8"), 0)).isTrue();
    for (int i = 0; i < 16_384; i++) {
      byte[] other = {20, (byte) (i >> 16), (byte) (i >> 8), (byte) i};
      assertThat(throttle.admit(InetAddress.getByAddress(other), 1)).isTrue();
    }
    assertThat(throttle.admit(address("8.8.8.8"), 2)).isTrue();
    assertThat(throttle.admit(address("20.0.63.255"), 2)).isFalse();
  }
}
