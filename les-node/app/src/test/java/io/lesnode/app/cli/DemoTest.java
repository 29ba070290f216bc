package io.lesnode.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demonstration as a person runs it: a process that ends by itself and leaves nothing. */
class DemoTest {
  private static final long LIMIT_SECONDS = 180;

  @TempDir Path temporary;

  private Process les(String... arguments) throws IOException {
    List<String> command =
        Stream.concat(
                Stream.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--enable-native-access=ALL-UNNAMED",
                    "-Djava.io.tmpdir=" + temporary,
                    "-cp",
                    System.getProperty("java.class.path"),
                    "io.lesnode.app.Les"),
                Stream.of(arguments))
            .toList();
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(temporary.resolve("output").toFile())
        .start();
  }

  private String output() throws IOException {
    return Files.readString(temporary.resolve("output"));
  }

  @Test
  void showsEveryStepAndCleansUp() throws Exception {
    Process demo = les("demo");
    boolean ended = demo.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
    demo.destroyForcibly();
    assertThat(ended).as(output()).isTrue();
    assertThat(demo.exitValue()).as(output()).isZero();
    assertThat(output())
        .contains("dev chain started")
        .contains("connected over TCP")
        .contains("headers synced and verified up to block 5")
        .contains("is 5 ether, proven by")
        .contains("receipt fetched and verified: block 6, status success")
        .contains("is now 6 ether")
        .contains("she signs a cheque over")
        .contains("raises her capacity from 16000 to 160000")
        .containsPattern("the server cashes the cheque: [0-9.]+ \\w+ moved on chain")
        .containsPattern("sum +0 wei")
        .containsPattern("sum +0 token")
        .contains("nothing is left running");
    assertThat(demo.descendants()).isEmpty();
    try (Stream<Path> left = Files.list(temporary)) {
      assertThat(left.filter(path -> path.getFileName().toString().startsWith("les-"))).isEmpty();
    }
  }

  @Test
  void aTerminatedServerEndsInOrderWithCodeZero() throws Exception {
    Path datadir = temporary.resolve("dev");
    Process dev = les("dev", "--datadir", datadir.toString(), "--port", "0", "--http.port", "0");
    Path ready = datadir.resolve("node.json");
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    while (!Files.exists(ready) && dev.isAlive() && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    dev.destroy();
    boolean ended = dev.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
    dev.destroyForcibly();
    assertThat(ended).as(output()).isTrue();
    assertThat(dev.exitValue()).as(output()).isZero();
    assertThat(Files.exists(ready)).isFalse();
  }
}
