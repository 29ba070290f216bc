package io.lesnode.devp2p.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The conformance suites for discovery of geth's {@code devp2p} tool against a node of ours, over
 * loopback: {@code -Ddevp2p=PATH}. They need the addresses 127.0.0.1 and 127.0.0.2.
 */
class GethDiscoverySuiteTest {
  private static final String TOOL = System.getProperty("devp2p", "");

  @BeforeEach
  void needsTheTool() {
    assumeTrue(!TOOL.isEmpty(), "geth's devp2p tool is not given: -Ddevp2p=PATH");
  }

  private static String run(List<String> arguments) throws Exception {
    Process process =
        new ProcessBuilder(
                Stream.concat(Stream.of(Path.of(TOOL).toString()), arguments.stream()).toList())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
    return output;
  }

  private static DiscoveryService node() throws Exception {
    return DiscoveryService.start(
        DiscoveryConfig.builder(SimNode.keyOf(1), SimNetwork.at("127.0.0.1", 0))
            .tcpPort(30303)
            .build());
  }

  @Test
  void passesTheSuiteForV4() throws Exception {
    try (DiscoveryService node = node()) {
      String url =
          "enode://"
              + SimNode.keyOf(1).publicKey().toUnprefixedHexString()
              + "@127.0.0.1:"
              + node.listening().getPort();
      String output = run(List.of("discv4", "test", "--remote", url));
      assertThat(output).contains("14/14 tests passed");
    }
  }

  @Test
  void passesTheSuiteForV5() throws Exception {
    try (DiscoveryService node = node()) {
      String output = run(List.of("discv5", "test", node.nodeRecord().toText()));
      assertThat(output).contains("7/7 tests passed");
    }
  }
}
