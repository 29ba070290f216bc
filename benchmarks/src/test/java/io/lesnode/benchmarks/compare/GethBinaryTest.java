package io.lesnode.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lesnode.app.node.NodeFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GethBinaryTest {
  @TempDir Path folder;

  private Path script(String body) throws IOException {
    Path file = Files.writeString(folder.resolve("geth"), "#!/bin/sh\n" + body);
    assertThat(file.toFile().setExecutable(true)).isTrue();
    return file;
  }

  private void assertRefused(Path geth, String why) {
    assertThatThrownBy(() -> GethBinary.find(geth, null))
        .isInstanceOf(NodeFailure.class)
        .hasMessageContaining("--geth " + geth)
        .hasMessageContaining(why);
  }

  @Test
  void theFlagComesBeforeTheEnvironment() throws IOException {
    Path geth =
        script("echo 'Geth'; echo 'Version: 1.10.26-stable'; echo 'Git Commit: e5eb32ac'\n");

    assertThat(GethBinary.find(geth, "/nowhere").version()).isEqualTo("1.10.26-stable");
    assertThat(GethBinary.find(null, geth.toString()).minor()).isEqualTo(10);
  }

  @Test
  void withoutAnyThePersonIsToldHowToNameOne() {
    assertThatThrownBy(() -> GethBinary.find(null, " "))
        .isInstanceOfSatisfying(
            NodeFailure.class,
            failure -> assertThat(failure.line()).contains("--geth PATH").contains("GETH"));
  }

  @Test
  void whatIsNoGethIsRefused() throws IOException {
    assertRefused(folder.resolve("missing"), "is no file");
    assertRefused(folder, "is no file");
    assertRefused(Files.writeString(folder.resolve("plain"), "no program"), "is not executable");
    assertRefused(script("echo hello\n"), "does not answer 'version' as geth does");
    assertRefused(script("echo 'Version: 99999999999.1.1'\n"), "does not answer 'version'");
    assertRefused(script("exit 3\n"), "does not answer 'version'");
  }

  @Test
  void aGethWithoutALightServerIsRefused() throws IOException {
    assertRefused(
        script("echo 'Version: 1.13.6-stable'\n"), "1.13.6-stable, which serves no light clients");
    assertRefused(script("echo 'Version: 1.14.0'\n"), "serves no light clients");
    assertRefused(script("echo 'Version: 1.8.27-stable'\n"), "too old");
    assertThat(GethBinary.find(script("echo 'Version: 1.13.5-stable'\n"), null).patch())
        .isEqualTo(5);
  }
}
