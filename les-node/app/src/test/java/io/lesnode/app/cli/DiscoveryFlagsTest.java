package io.lesnode.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.app.config.DiscoverySettings;
import io.lesnode.app.config.PeerSettings;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The flags of discovery: safe without any, and one clear line for whatever cannot be used. */
class DiscoveryFlagsTest {
  private static final String KEY =
      "ca634cae0d49acb401d8a4c6b6fe8c55b70d115bf400769cc1400f3258cd3138";
  private static final String ENODE =
      "enode://" + KEY + "7574077f301b421bc84df7266c44e9e6d569fc56be00812904767bf5ccd1fc7f";
  private static final String TREE =
      "enrtree://AM5FCQLWIZX2QFPNJAP7VUERCCRNGRHWZG3YYHIUV7BVDQ5FDPRT2@nodes.example.org";

  @Command(name = "test")
  static final class Flags implements Runnable {
    @Mixin PeerFlags peers = new PeerFlags();

    @Override
    public void run() {}
  }

  private static PeerSettings settings(boolean byDefault, String... arguments) {
    Flags flags = new Flags();
    new CommandLine(flags).parseArgs(arguments);
    return flags.peers.settings(true, byDefault);
  }

  @Test
  void withoutFlagsNobodyIsContacted() {
    DiscoverySettings settings = settings(true).discovery();
    assertThat(settings.enabled()).isTrue();
    assertThat(settings.hasSources()).isFalse();
    assertThat(settings.v4()).isEmpty();
    assertThat(settings.v5()).isTrue();
    assertThat(settings.rules().allowed()).isEmpty();
    assertThat(settings(false).discovery().enabled()).isFalse();
    assertThat(settings(false, "--nodiscover=false").discovery().enabled()).isTrue();
    assertThat(settings(true, "--nodiscover", "--bootnodes", ENODE + "@127.0.0.1:30303"))
        .satisfies(off -> assertThat(off.discovery().hasSources()).isFalse());
  }

  @Test
  void everythingCanBeSaid() {
    PeerSettings peers =
        settings(
            true,
            "--bootnodes",
            ENODE + "@127.0.0.1:30303," + ENODE + "@127.0.0.2:1?discport=40404",
            "--discovery.dns",
            TREE,
            "--discovery.port",
            "31000",
            "--discovery.v4=false",
            "--v5disc",
            "--netrestrict",
            "127.0.0.0/8,fd00::/8",
            "--nat",
            "extip:203.0.114.7");
    DiscoverySettings settings = peers.discovery();
    assertThat(settings.bootnodes())
        .extracting(node -> node.udpPort())
        .containsExactly(30303, 40404);
    assertThat(settings.trees()).extracting(Object::toString).containsExactly(TREE);
    assertThat(settings.port()).hasValue(31000);
    assertThat(settings.v4()).isEqualTo(Optional.of(false));
    assertThat(settings.rules().allowed()).hasSize(2);
    assertThat(settings.announcedAddress().orElseThrow().getHostAddress()).isEqualTo("203.0.114.7");
    assertThat(settings.hasSources()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "--bootnodes=enode://12@127.0.0.1:1|--bootnodes enode://12@127.0.0.1:1 cannot be used",
        "--bootnodes=" + ENODE + "|no address or no discovery port",
        "--bootnodes=" + ENODE + "@127.0.0.1:5?discport=0|no address or no discovery port",
        "--bootnodes=enr:abc|--bootnodes enr:abc cannot be used",
        "--discovery.dns=https://x|expected enrtree://<key>@<domain>",
        "--discovery.port=70000|'70000' is not a",
        "--netrestrict=10.0.0.0|write it like 10.0.0.0/8",
        "--nat=extip:home|--nat extip:IP",
        "--nat=upnp|--nat extip:IP",
      })
  void saysWhatIsWrong(String flag, String message) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    List<String> arguments = new ArrayList<>(List.of("dumpconfig", flag));
    int code =
        new LesCommandLine(new PrintWriter(out, true), new PrintWriter(err, true))
            .run(arguments.toArray(String[]::new));
    assertThat(code).isEqualTo(2);
    assertThat(err.toString()).contains(message);
    assertThat(err.toString().lines()).hasSize(1);
  }
}
