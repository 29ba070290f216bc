package io.lesnode.app.keystore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** geth opens our files and we open geth's. */
class GethKeystoreTest {
  private static final long LIMIT_SECONDS = 60;

  @TempDir Path folder;

  private String geth(String input, String command, String... arguments) throws Exception {
    String geth = System.getProperty("geth", "");
    Assumptions.assumeFalse(geth.isEmpty(), "skipped: give a geth binary with -Dgeth=PATH");
    List<String> line = new ArrayList<>(List.of(geth, "account", command));
    line.addAll(List.of("--keystore", folder.resolve("keys").toString()));
    line.addAll(List.of(arguments));
    Path output = folder.resolve("output");
    Process process =
        new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(output.toFile()).start();
    process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().close();
    boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
    process.destroyForcibly();
    assertThat(ended).isTrue();
    return Files.readString(output);
  }

  private Path passwordFile(String text) throws IOException {
    return Files.writeString(folder.resolve("password"), text + "\n");
  }

  @Test
  void weOpenWhatGethMade() throws Exception {
    geth("", "new", "--lightkdf", "--password", passwordFile("from geth").toString());
    Keystore keystore = Keystore.at(folder.resolve("keys"), true);

    assertThat(keystore.accounts()).hasSize(1);
    Keystore.Account account = keystore.accounts().getFirst();
    assertThat(keystore.unlock(account.address(), Password.of("from geth".toCharArray())).address())
        .isEqualTo(account.address());
  }

  @Test
  void gethOpensWhatWeMade() throws Exception {
    Keystore keystore = Keystore.at(folder.resolve("keys"), true);
    Keystore.Account account = keystore.create(Password.of("ours".toCharArray()));
    String hex = account.address().toHexString().substring(2);
    assertThat(geth("", "list")).contains("Account #0: {" + hex + "}");

    // geth asks for the old password and twice for the new one
    String said = geth("ours\ntheirs\ntheirs\n", "update", "--lightkdf", hex);

    assertThat(keystore.unlock(account.address(), Password.of("theirs".toCharArray())).address())
        .as(said)
        .isEqualTo(account.address());
  }
}
