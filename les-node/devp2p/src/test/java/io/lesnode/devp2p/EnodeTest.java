package io.lesnode.devp2p;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Forms and errors of geth's p2p/enode/urlv4_test.go, and some more. */
class EnodeTest {
  private static final String ID =
      "1dd9d65c4552b5eb43d5ad55a2ee3f56c6cbc1c64a5c8d659f51fcd51bace24351232b8d7821617d2b29b54b81cd"
          + "efb9b3e9c37d7fd5f63270bcc9e1a6f6a439";

  @ParameterizedTest
  @CsvSource({
    "@127.0.0.1:52150, 127.0.0.1, 52150, 52150",
    "@127.0.0.1:52150?discport=22334, 127.0.0.1, 52150, 22334",
    "@127.0.0.1:30303?discport=0, 127.0.0.1, 30303, 0",
    "@[::]:52150, ::, 52150, 52150",
    "@[2001:db8:3c4d:15::abcd:ef12]:52150, 2001:db8:3c4d:15::abcd:ef12, 52150, 52150",
    "@[2001:db8::1:0:0:1]:1, 2001:db8::1:0:0:1, 1, 1",
    "@[2001:db8:0:1:1:1:1:1]:1, 2001:db8:0:1:1:1:1:1, 1, 1"
  })
  void readsAndPrintsUrls(String endpoint, String ip, int tcp, int udp) {
    String url = "enode://" + ID + endpoint;
    Enode enode = Enode.parse(url);

    assertThat(enode.nodeId().toHex()).isEqualTo(ID);
    assertThat(IpText.plain(Objects.requireNonNull(enode.address()))).isEqualTo(ip);
    assertThat(enode.tcpPort()).isEqualTo(tcp);
    assertThat(enode.udpPort()).isEqualTo(udp);
    assertThat(enode).hasToString(url);
  }

  @Test
  void readsIncompleteUrls() {
    assertThat(Enode.parse("enode://" + ID)).hasToString("enode://" + ID);
    assertThat(Enode.parse(ID).endpoint()).isEmpty();
    assertThat(Enode.parse(" enode://" + ID + "@localhost:7\n").endpoint()).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "foo",
        "01010101",
        "enode://01010101",
        "enode://",
        "enode://@127.0.0.1:30303",
        "enode://01010101@123.124.125.126:3",
        "http://foobar",
        "://foo",
        "ID@127.0.0.1:30303",
        "enode://ID@127.0.0.1",
        "enode://ID@127.0.0.1:",
        "enode://ID@127.0.0.1:foo",
        "enode://ID@127.0.0.1:-1",
        "enode://ID@127.0.0.1:+1",
        "enode://ID@127.0.0.1:65536",
        "enode://ID@127.0.0.1:99999999999999999999",
        "enode://ID@127.0.0.1:3?discport=foo",
        "enode://ID@127.0.0.1:3?other=1",
        "enode://ID@:30303",
        "enode://ID@::1:30303",
        "enode://ID@[::1:30303",
        "enode://ID@no.such.host.invalid:30303",
        "enode://0x1dd9d65c4552b5eb43d5ad55a2ee3f56c6cbc1c64a5c8d659f51fcd51bace24351232b8d7821617d2b29"
            + "b54b81cdefb9b3e9c37d7fd5f63270bcc9e1a6f6a4@127.0.0.1:1",
        "enode://ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
            + "ffffffffffffffffffffffffffffffffffffffff@127.0.0.1:1"
      })
  void refusesAnythingElseAndSaysWhatItExpects(String url) {
    assertThatThrownBy(() -> Enode.parse(url.replace("ID", ID)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected enode://");
  }
}
