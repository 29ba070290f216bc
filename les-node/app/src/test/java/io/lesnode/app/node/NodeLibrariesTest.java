package io.lesnode.app.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lesnode.app.config.EndpointSettings;
import io.lesnode.app.config.LightServeSettings;
import io.lesnode.devp2p.Enode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * ethers, viem and web3.js deploy a contract, call it, read and follow its events, follow a
 * transaction and understand errors, against the JSON-RPC of a light client which has nothing but a
 * LES connection to a dev chain. Their pinned versions come from npm into {@code target/}; skipped,
 * saying so, without Node or npm, without a network to fetch them from, and with {@code
 * -DskipNode}.
 */
class NodeLibrariesTest {
  private static final Path SCRIPTS = Path.of("src/test/node");
  private static final Path INSTALLED = Path.of("target/node-libraries");
  private static final long INSTALL_LIMIT_SECONDS = 240;
  private static final long SCRIPT_LIMIT_SECONDS = 120;
  private static final Pattern NO_NETWORK =
      Pattern.compile("ENOTFOUND|ECONNREFUSED|EAI_AGAIN|ETIMEDOUT|ENETUNREACH|network");

  @TempDir static Path folder;

  private static FullNode server;
  private static LightNode light;

  @BeforeAll
  static void installAndStart() throws Exception {
    assumeTrue(System.getProperty("skipNode") == null, "skipped: -DskipNode");
    assumeTrue(runs("node", "--version"), "skipped: no Node.js here (node)");
    assumeTrue(runs("npm", "--version"), "skipped: no npm here");
    install();
    server =
        DevNode.start(
            folder.resolve("dev"),
            1, // ethers looks for a receipt at new blocks only, so there must be some
            VectorChain.peers(true),
            new LightServeSettings(100, 10),
            VectorChain.http(),
            EndpointSettings.none());
    light =
        LightNode.start(
            new LightNode.Settings(
                VectorChain.chain(folder.resolve("light"), folder.resolve("dev/genesis.json")),
                VectorChain.peers(false),
                VectorChain.http(),
                VectorChain.endpoints(),
                List.of(Enode.parse(server.endpoints().enode()))));
  }

  @AfterAll
  static void stop() {
    if (light != null) {
      light.close();
    }
    if (server != null) {
      server.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ethers", "viem", "web3"})
  void worksOnALightClient(String library) throws Exception {
    Finished script =
        run(
            SCRIPT_LIMIT_SECONDS,
            "node",
            library + ".mjs",
            light.endpoints().http().orElseThrow(),
            light.endpoints().webSocket().orElseThrow(),
            DevNode.FAUCET.secret().toHexString());

    assertThat(script.code()).as(script.output()).isZero();
    assertThat(script.output()).contains(": all right");
    System.out.println(library + ": " + script.output().lines().count() + " steps");
  }

  /** Copies the scripts and what npm made of the pinned versions, unless it is there already. */
  private static void install() throws Exception {
    Path lock = INSTALLED.resolve("package-lock.json");
    boolean installed =
        Files.exists(INSTALLED.resolve("node_modules/.package-lock.json"))
            && Files.exists(lock)
            && Files.mismatch(lock, SCRIPTS.resolve("package-lock.json")) < 0;
    copyScripts();
    if (installed) {
      return;
    }
    Finished npm =
        run(INSTALL_LIMIT_SECONDS, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund");
    if (npm.code() != 0) {
      assumeTrue(
          !NO_NETWORK.matcher(npm.output()).find(),
          () -> "skipped: npm cannot fetch the libraries: " + npm.output());
    }
    assertThat(npm.code()).as(npm.output()).isZero();
  }

  private static void copyScripts() throws IOException {
    try (Stream<Path> files = Files.walk(SCRIPTS)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = INSTALLED.resolve(SCRIPTS.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.write(copy, Files.readAllBytes(file));
      }
    }
  }

  private record Finished(int code, String output) {}

  private static boolean runs(String... command) {
    try {
      return run(SCRIPT_LIMIT_SECONDS, command).code() == 0;
    } catch (IOException absent) {
      return false;
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static Finished run(long limitSeconds, String... command)
      throws IOException, InterruptedException {
    Path log = Files.createTempFile(folder, "run", ".log");
    Files.createDirectories(INSTALLED);
    Process process =
        new ProcessBuilder(command)
            .directory(INSTALLED.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    if (!process.waitFor(limitSeconds, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
      throw new AssertionError(
          String.join(" ", command) + " took more than " + limitSeconds + " s: " + text(log));
    }
    return new Finished(process.exitValue(), text(log));
  }

  private static String text(Path log) throws IOException {
    return new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
  }
}
