package io.lesnode.devp2p.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lesnode.devp2p.Enode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * A geth node run by a test, on loopback and free ports only, killed when closed.
 *
 * <p>The executable is that of the system property {@code geth} (Maven: {@code -Dgeth=PATH}) or of
 * the environment variable {@code GETH}; {@link #executable()} skips the test, saying so, when
 * there is none. Versions 1.9.25 to 1.12.0 are known to work. The log is {@code geth.log} in the
 * data folder; failures quote its end.
 *
 * <pre>{@code
 * try (GethProcess server = GethProcess.server(dir).chain(chainFolder).start()) {
 *   server.enode(); // to dial
 *   server.rpc("eth_blockNumber");
 * }
 * }</pre>
 */
public final class GethProcess implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration IMPORT_LIMIT = Duration.ofMinutes(4);
  private static final int LOG_TAIL_LINES = 30;

  private final Process process;
  private final Path log;
  private final URI http;
  private final Thread killer;
  private final HttpClient client = HttpClient.newHttpClient();

  private GethProcess(Process process, Path log, URI http) {
    this.process = process;
    this.log = log;
    this.http = http;
    this.killer = new Thread(process::destroyForcibly, "geth-killer");
    Runtime.getRuntime().addShutdownHook(killer);
  }

  /** The executable to use; skips the test when none is configured. */
  public static Path executable() {
    Optional<Path> found = findExecutable();
    Assumptions.assumeTrue(
        found.isPresent(),
        "skipped: no geth executable; give one with -Dgeth=PATH or the environment variable GETH");
    return found.orElseThrow();
  }

  /** The executable to use, or empty. */
  public static Optional<Path> findExecutable() {
    return Stream.of(System.getProperty("geth"), System.getenv("GETH"))
        .filter(path -> path != null && !path.isBlank())
        .map(Path::of)
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** The version of an executable, such as {@code 1.10.26-stable}. */
  public static String version(Path executable) throws IOException {
    Process process =
        new ProcessBuilder(executable.toString(), "version").redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return output
        .lines()
        .filter(line -> line.startsWith("Version:"))
        .map(line -> line.substring("Version:".length()).strip())
        .findFirst()
        .orElseThrow(() -> new IOException(executable + " is no geth: " + output));
  }

  /** A LES server with a full archive node; skips the test when there is no geth. */
  public static Builder server(Path dataFolder) {
    return new Builder(executable(), dataFolder, false);
  }

  /** A light client; skips the test when there is no geth. */
  public static Builder lightClient(Path dataFolder) {
    return new Builder(executable(), dataFolder, true);
  }

  /** How to run a node; confined to one thread. */
  public static final class Builder {
    private final Path executable;
    private final Path dataFolder;
    private final boolean light;
    private final List<Path> imports = new ArrayList<>();
    private final List<String> staticNodes = new ArrayList<>();
    private final List<String> extra = new ArrayList<>();
    private Path genesis = Path.of("");
    private boolean fakePow;
    private String checkpoint = "";
    private Optional<String> bootnodes = Optional.empty();

    private Builder(Path executable, Path dataFolder, boolean light) {
      this.executable = executable;
      this.dataFolder = dataFolder;
      this.light = light;
    }

    /** Runs this executable instead, for tests that compare versions. */
    public Builder executable(Path other) {
      return new Builder(other, dataFolder, light);
    }

    /** Takes genesis.json of a chain folder and, on a server, imports its chain.rlp(.gz). */
    public Builder chain(Path folder) {
      genesis(folder.resolve("genesis.json"));
      for (String name : light ? List.<String>of() : List.of("chain.rlp", "chain.rlp.gz")) {
        if (Files.exists(folder.resolve(name))) {
          imports.add(folder.resolve(name));
        }
      }
      return this;
    }

    /** Starts from this genesis block; the network id is its chain id. */
    public Builder genesis(Path file) {
      this.genesis = file;
      return this;
    }

    /** Imports these exported blocks too. */
    public Builder importing(Path file) {
      imports.add(file);
      return this;
    }

    /** Accepts ethash headers without valid seals; for a light client of a fake-PoW chain. */
    public Builder fakePow() {
      this.fakePow = true;
      return this;
    }

    /**
     * Synchronises a light client from this section on, which it trusts; the hashes are hex with
     * 0x.
     */
    public Builder checkpoint(
        long sectionIndex, String sectionHead, String chtRoot, String bloomRoot) {
      checkpoint =
          """
          [Eth]
          SyncFromCheckpoint = true

          [Eth.Checkpoint]
          SectionIndex = %d
          SectionHead = "%s"
          CHTRoot = "%s"
          BloomRoot = "%s"

          """
              .formatted(sectionIndex, sectionHead, chtRoot, bloomRoot);
      return this;
    }

    /**
     * Believes in checkpoints that are registered in this contract; the addresses are hex with 0x.
     */
    public Builder oracle(String contract, String signer) {
      checkpoint =
          """
          [Eth.CheckpointOracle]
          Address = "%s"
          Signers = ["%s"]
          Threshold = 1

          """
              .formatted(contract, signer);
      return this;
    }

    /** Keeps this node connected. */
    public Builder staticNode(String enodeUrl) {
      staticNodes.add(enodeUrl);
      return this;
    }

    /** Discovers on loopback from these starting nodes, comma separated; it does not otherwise. */
    public Builder discovery(String nodes) {
      this.bootnodes = Optional.of(nodes);
      return this;
    }

    /** Adds command line options. */
    public Builder options(String... options) {
      extra.addAll(List.of(options));
      return this;
    }

    /** Initialises, imports, starts and waits until the RPC answers. */
    public GethProcess start() throws IOException {
      Files.createDirectories(dataFolder);
      String version = version(executable);
      boolean old = version.startsWith("1.9.");
      Path log = dataFolder.resolve("geth.log");
      run(log, START_LIMIT, command(old, "init", genesis.toString()));
      for (Path file : imports) {
        List<String> command = command(old, "--gcmode", "archive");
        command.addAll(version.startsWith("1.12.") ? List.of() : List.of("--fakepow"));
        command.addAll(indexAllTransactions(old));
        command.addAll(List.of("import", file.toString()));
        run(log, IMPORT_LIMIT, command);
      }
      int httpPort = freePort();
      Process process = launch(log, nodeCommand(version, old, httpPort));
      URI http = URI.create("http://127.0.0.1:" + httpPort);
      GethProcess node = new GethProcess(process, log, http);
      try {
        node.await("the RPC of geth", START_LIMIT, node::answers);
        return node;
      } catch (RuntimeException | Error e) {
        node.close();
        throw e;
      }
    }

    private List<String> command(boolean old, String... options) {
      List<String> command = new ArrayList<>();
      command.addAll(List.of(executable.toString(), "--datadir", dataFolder.toString()));
      if (old) {
        command.add("--nousb");
      }
      command.addAll(List.of(options));
      return command;
    }

    private List<String> nodeCommand(String version, boolean old, int httpPort) throws IOException {
      Path config = dataFolder.resolve("config.toml");
      Files.writeString(config, toml(version));
      List<String> command = command(old, "--config", config.toString());
      long networkId = JSON.readTree(genesis.toFile()).at("/config/chainId").asLong();
      command.addAll(List.of("--networkid", Long.toString(networkId)));
      command.addAll(
          bootnodes
              .map(nodes -> List.of("--bootnodes", nodes, "--v5disc"))
              .orElse(List.of("--nodiscover")));
      command.addAll(List.of("--nat", "none", "--netrestrict", "127.0.0.0/8"));
      command.addAll(List.of("--ipcdisable", "--http", "--http.addr", "127.0.0.1"));
      command.addAll(List.of("--http.port", Integer.toString(httpPort)));
      command.addAll(
          List.of("--http.api", "admin,eth,les,net,web3,debug,txpool", "--verbosity", "4"));
      if (!old) {
        command.addAll(List.of("--authrpc.port", Integer.toString(freePort())));
      }
      command.addAll(light ? List.of("--syncmode", "light") : serverOptions(version, old));
      command.addAll(extra);
      return command;
    }

    /** In 1.9 an archive node does so anyway and refuses the option. */
    private static List<String> indexAllTransactions(boolean old) {
      return old ? List.of() : List.of("--txlookuplimit", "0");
    }

    private static List<String> serverOptions(String version, boolean old) {
      List<String> options = new ArrayList<>();
      options.addAll(List.of("--syncmode", "full", "--gcmode", "archive"));
      options.addAll(indexAllTransactions(old));
      options.addAll(List.of("--light.serve", "100"));
      options.addAll(List.of("--light.maxpeers", "50", "--maxpeers", "100"));
      // 1.9 serves only when it believes to be in sync, which it does when it mines
      options.addAll(
          old ? List.of("--mine", "--miner.threads", "0") : List.of("--light.nosyncserve"));
      if (version.startsWith("1.9.") || version.startsWith("1.10.")) {
        options.addAll(List.of("--miner.etherbase", "0x" + "00".repeat(19) + "01"));
      }
      return options;
    }

    private String toml(String version) {
      String nodes =
          staticNodes.stream()
              .map(node -> '"' + node + '"')
              .collect(Collectors.joining(", ", "[", "]"));
      return checkpoint
          + (fakePow && !version.startsWith("1.12.") ? "[Eth.Ethash]\nPowMode = 3\n\n" : "")
          + "[Node.P2P]\nListenAddr = \"127.0.0.1:"
          + freePort()
          + "\"\nStaticNodes = "
          + nodes
          + "\n";
    }

    private static void run(Path log, Duration limit, List<String> command) throws IOException {
      Process process = launch(log, command);
      try {
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS) || process.exitValue() != 0) {
          throw new IOException(command + " failed:\n" + tail(log));
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      } finally {
        process.destroyForcibly();
      }
    }

    private static Process launch(Path log, List<String> command) throws IOException {
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
          .start();
    }
  }

  /** A TCP port of the loopback interface that nobody uses now. */
  public static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where the node listens. */
  public Enode enode() {
    Enode all = Enode.parse(rpc("admin_nodeInfo").get("enode").asText());
    return new Enode(all.nodeId(), InetAddress.getLoopbackAddress(), all.tcpPort(), 0);
  }

  /** The URL of the JSON-RPC over HTTP. */
  public URI http() {
    return http;
  }

  /** Calls a method; the result, or {@link IllegalStateException} with the error of geth. */
  public JsonNode rpc(String method, Object... parameters) {
    JsonNode answer = call(method, parameters);
    if (answer.has("error")) {
      throw new IllegalStateException(method + ": " + answer.get("error"));
    }
    return answer.get("result");
  }

  /** Calls a method; the whole answer, with {@code result} or {@code error}. */
  public JsonNode call(String method, Object... parameters) {
    ObjectNode request = JSON.createObjectNode().put("jsonrpc", "2.0").put("id", 1);
    request.put("method", method).set("params", JSON.valueToTree(parameters));
    try {
      HttpRequest post =
          HttpRequest.newBuilder(http)
              .timeout(Duration.ofSeconds(30))
              .header("Content-Type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(request)))
              .build();
      return JSON.readTree(client.send(post, HttpResponse.BodyHandlers.ofByteArray()).body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** The number of the head block. */
  public long blockNumber() {
    return Long.decode(rpc("eth_blockNumber").asText());
  }

  /** The number of connected peers. */
  public int peerCount() {
    return Integer.decode(rpc("net_peerCount").asText());
  }

  /** Waits for something; fails with the end of the log of geth if it does not come to pass. */
  public void await(String what, Duration limit, BooleanSupplier condition) {
    long deadlineNanos = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadlineNanos > 0) {
        throw new AssertionError("waited " + limit + " in vain for " + what + "\n" + logTail());
      }
      if (exitedWithin(50)) {
        throw new AssertionError("geth exited while waiting for " + what + "\n" + logTail());
      }
    }
  }

  private boolean exitedWithin(long millis) {
    try {
      process.onExit().get(millis, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private boolean answers() {
    try {
      return rpc("web3_clientVersion").isTextual();
    } catch (UncheckedIOException e) {
      return false; // not listening yet
    }
  }

  /** How many lines of the log contain a text. */
  public long logLines(String text) {
    try (Stream<String> lines = Files.lines(log)) {
      return lines.filter(line -> line.contains(text)).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The last lines of the log. */
  public String logTail() {
    return tail(log);
  }

  private static String tail(Path log) {
    try {
      List<String> lines = Files.readAllLines(log);
      int from = Math.max(0, lines.size() - LOG_TAIL_LINES);
      return String.join("\n", lines.subList(from, lines.size()));
    } catch (IOException e) {
      return "no log: " + e.getMessage();
    }
  }

  /** Kills the node and waits for its end. */
  @Override
  public void close() {
    process.destroy();
    if (!exitedWithin(5_000)) {
      process.destroyForcibly();
      exitedWithin(5_000);
    }
    try {
      Runtime.getRuntime().removeShutdownHook(killer);
    } catch (IllegalStateException e) {
      // the virtual machine is going down and the hook will find nothing to do
    }
  }
}
