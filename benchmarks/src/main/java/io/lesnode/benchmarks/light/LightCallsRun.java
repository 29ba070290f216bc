package io.lesnode.benchmarks.light;

import io.lesnode.app.config.ChainSettings;
import io.lesnode.app.config.EndpointSettings;
import io.lesnode.app.config.HttpSettings;
import io.lesnode.app.config.LightServeSettings;
import io.lesnode.app.config.PeerSettings;
import io.lesnode.app.node.DevNode;
import io.lesnode.app.node.FullNode;
import io.lesnode.app.node.LightNode;
import io.lesnode.devp2p.Enode;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.TransactionType;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * Measures contract calls of light clients over a slow link: how long, and how many round trips.
 * Our light client and, where its executable is given, geth's ask the same server, our dev node,
 * each through a {@link DelayProxy} of its own. Contracts are new to the client in the rows that
 * say "cold", and every call is made at a head that the client has just learned of.
 */
public final class LightCallsRun {
  private static final int TRIALS = 5;
  private static final Duration ONE_WAY = Duration.ofMillis(25);
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final UInt256 GAS_PRICE = UInt256.valueOf(20_000_000_000L);
  private static final long GAS_LIMIT = 10_000_000;
  private static final Address HOLDER =
      Address.fromHex("0x00000000000000000000000000000000deadbeef");

  private final Path folder;
  private final FullNode server;
  private final RpcUrl serverRpc;
  private final List<Client> clients = new ArrayList<>();
  private final Map<String, List<Sample>> samples = new LinkedHashMap<>();
  private long nonce;

  /** A light client and its link. */
  private record Client(String name, RpcUrl rpc, DelayProxy link, AutoCloseable process) {}

  /** One call. */
  private record Sample(double millis, long roundTrips, long bytes) {}

  /** The contracts of one trial. */
  private record Trial(Address token, Address thirtySlots, Address tenContracts) {}

  private LightCallsRun() throws IOException {
    folder = Files.createTempDirectory("light-calls");
    server =
        DevNode.start(
            folder.resolve("server"),
            0,
            peers(true),
            new LightServeSettings(100, 10),
            http(),
            EndpointSettings.none());
    serverRpc = new RpcUrl(server.endpoints().http().orElseThrow());
  }

  private static PeerSettings peers(boolean listen) {
    return new PeerSettings(
        listen, "127.0.0.1", 0, OptionalInt.empty(), Optional.empty(), Optional.empty(), "");
  }

  private static HttpSettings http() {
    return new HttpSettings(
        true,
        "127.0.0.1",
        0,
        List.of("eth", "net"),
        List.of(),
        List.of("localhost"),
        50_000_000,
        Duration.ofSeconds(60),
        1);
  }

  /**
   * Runs the comparison and prints a table.
   *
   * @param args the path of a geth executable, or nothing
   */
  @SuppressWarnings("SystemOut")
  public static void main(String[] args) throws Exception {
    LightCallsRun run = new LightCallsRun();
    try {
      List<Trial> trials = new ArrayList<>();
      run.send(null, SlowContracts.crowd(), 200);
      for (int i = 0; i < TRIALS; i++) {
        trials.add(run.deploy(i));
      }
      run.addOurs();
      if (args.length > 0) {
        run.addGeth(args[0]);
      }
      run.awaitHeads();
      for (int i = 0; i < TRIALS; i++) {
        run.measure(trials.get(i), i);
      }
      run.print(System.out);
    } finally {
      run.stop();
    }
  }

  // ---- the chain

  private Trial deploy(int trial) throws IOException, InterruptedException {
    Address token = create(SlowContracts.token(), tag(trial, 0));
    send(token, SlowContracts.setBalance(HOLDER, 1), 0);
    Address sum = create(SlowContracts.sum(30), tag(trial, 1));
    List<Address> ten = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      ten.add(create(SlowContracts.one(trial * 10 + i), tag(trial, 2 + i)));
    }
    return new Trial(token, sum, create(SlowContracts.sumOfTen(ten), tag(trial, 12)));
  }

  /** What the values in a contract's storage are raised by. */
  private static int tag(int trial, int contract) {
    return 1 + 100 * trial + contract;
  }

  private Address create(Bytes runtime, int tag) throws IOException, InterruptedException {
    String hash = send(null, SlowContracts.creation(runtime, tag), 0);
    var receipt = serverRpc.call("eth_getTransactionReceipt", hash);
    if (!receipt.path("status").asText().equals("0x1")) {
      throw new IOException("a creation failed: " + receipt);
    }
    return Address.fromHex(receipt.path("contractAddress").asText());
  }

  /** Sends a transaction and waits until it is in a block. */
  private String send(@Nullable Address to, Bytes data, long wei)
      throws IOException, InterruptedException {
    Transaction transaction =
        Transaction.builder(TransactionType.ACCESS_LIST)
            .chainId(server.chain().config().chainId())
            .nonce(nonce++)
            .gasPrice(GAS_PRICE)
            .gasLimit(GAS_LIMIT)
            .value(UInt256.valueOf(wei))
            .data(data)
            .to(to)
            .sign(DevNode.FAUCET);
    String hash =
        serverRpc.call("eth_sendRawTransaction", transaction.encoded().toHexString()).asText();
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (serverRpc.call("eth_getTransactionReceipt", hash).isNull()) {
      pause(end, "a block with transaction " + hash);
    }
    return hash;
  }

  private static void pause(long endNanos, String what) throws InterruptedException {
    if (System.nanoTime() > endNanos) {
      throw new IllegalStateException("no " + what + " in " + PATIENCE.toSeconds() + " s");
    }
    TimeUnit.MILLISECONDS.sleep(20);
  }

  // ---- the clients

  private DelayProxy link() throws IOException {
    int port = Enode.parse(server.endpoints().enode()).tcpPort();
    return DelayProxy.start(
        0, new InetSocketAddress(InetAddress.getLoopbackAddress(), port), ONE_WAY);
  }

  private String enodeThrough(DelayProxy link) {
    String enode = server.endpoints().enode();
    return enode.substring(0, enode.indexOf('@')) + "@127.0.0.1:" + link.port();
  }

  private Path genesis() {
    return folder.resolve("server").resolve("genesis.json");
  }

  private void addOurs() throws IOException {
    DelayProxy link = link();
    LightNode node =
        LightNode.start(
            new LightNode.Settings(
                new ChainSettings(
                    folder.resolve("ours"),
                    Optional.of(genesis()),
                    OptionalLong.empty(),
                    false,
                    true),
                peers(false),
                http(),
                List.of(Enode.parse(enodeThrough(link)))));
    RpcUrl rpc = new RpcUrl(node.endpoints().http().orElseThrow());
    clients.add(new Client("ours", rpc, link, node));
  }

  private void addGeth(String executable) throws IOException, InterruptedException {
    DelayProxy link = link();
    Path datadir = folder.resolve("geth");
    File log = folder.resolve("geth.log").toFile();
    List<String> base = List.of(executable, "--datadir", datadir.toString());
    List<String> init = new ArrayList<>(base);
    init.addAll(List.of("init", genesis().toString()));
    if (new ProcessBuilder(init).redirectErrorStream(true).redirectOutput(log).start().waitFor()
        != 0) {
      throw new IOException("geth init failed: " + Files.readString(log.toPath()));
    }
    Files.writeString(
        datadir.resolve("geth").resolve("static-nodes.json"), "[\"" + enodeThrough(link) + "\"]");
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    List<String> command = new ArrayList<>(base);
    command.addAll(
        List.of("--syncmode", "light", "--networkid", "1337", "--port", "0", "--nodiscover"));
    command.addAll(List.of("--nat", "none", "--ipcdisable", "--http", "--http.api", "eth,net"));
    command.addAll(List.of("--http.port", String.valueOf(port)));
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log).start();
    RpcUrl rpc = new RpcUrl("http://127.0.0.1:" + port);
    clients.add(new Client("geth light", rpc, link, () -> stop(process)));
  }

  private static void stop(Process process) throws InterruptedException {
    process.destroy();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }

  private void awaitHeads() throws IOException, InterruptedException {
    long head = serverRpc.height();
    long end = System.nanoTime() + PATIENCE.toNanos();
    for (Client client : clients) {
      while (client.rpc().height() < head) {
        pause(end, "head " + head + " at " + client.name());
      }
    }
    // what belongs to the announcement itself is over then
    TimeUnit.MILLISECONDS.sleep(300);
  }

  // ---- the measurement

  private void measure(Trial trial, int number) throws IOException, InterruptedException {
    Bytes balanceOf = SlowContracts.balanceOf(HOLDER);
    newHead(trial, number + 10);
    call("ERC-20 balanceOf, cold", trial.token(), balanceOf, number + 10);
    newHead(trial, number + 20);
    call("ERC-20 balanceOf, again at a new head", trial.token(), balanceOf, number + 20);
    long sum = 30 * 29 / 2 + 30L * tag(number, 1);
    long ten = 10 * 5;
    for (int i = 0; i < 10; i++) {
      ten += tag(number, 2 + i);
    }
    newHead(trial, number + 30);
    call("30 slots, cold", trial.thirtySlots(), Bytes.EMPTY, sum);
    newHead(trial, number + 40);
    call("30 slots, again at a new head", trial.thirtySlots(), Bytes.EMPTY, sum);
    newHead(trial, number + 50);
    call("10 contracts, cold", trial.tenContracts(), Bytes.EMPTY, ten);
    newHead(trial, number + 60);
    call("10 contracts, again at a new head", trial.tenContracts(), Bytes.EMPTY, ten);
  }

  private void newHead(Trial trial, long balance) throws IOException, InterruptedException {
    send(trial.token(), SlowContracts.setBalance(HOLDER, balance), 0);
    awaitHeads();
  }

  private void call(String what, Address to, Bytes input, long expected)
      throws IOException, InterruptedException {
    Map<String, String> call = Map.of("to", to.toHexString(), "data", input.toHexString());
    for (Client client : clients) {
      long roundTrips = client.link().roundTrips();
      long bytes = client.link().bytes();
      long start = System.nanoTime();
      String answer = client.rpc().call("eth_call", call, "latest").asText();
      double millis = (System.nanoTime() - start) / 1e6;
      if (!UInt256.fromHexString(answer).equals(UInt256.valueOf(expected))) {
        throw new IOException(client.name() + ", " + what + ": " + answer);
      }
      samples
          .computeIfAbsent(what + " | " + client.name(), key -> new ArrayList<>())
          .add(
              new Sample(
                  millis, client.link().roundTrips() - roundTrips, client.link().bytes() - bytes));
    }
  }

  private void print(PrintStream out) {
    out.println("| call | client | round trips | ms, median | ms, all | bytes, median |");
    out.println("|---|---|---|---|---|---|");
    samples.forEach(
        (what, all) -> {
          List<Double> millis = all.stream().map(Sample::millis).sorted().toList();
          List<Long> trips = all.stream().map(Sample::roundTrips).sorted().toList();
          List<Long> bytes = all.stream().map(Sample::bytes).sorted().toList();
          String range =
              trips.getFirst().equals(trips.getLast())
                  ? trips.getFirst().toString()
                  : trips.getFirst() + "–" + trips.getLast();
          out.printf(
              "| %s | %s | %.0f | %s | %d |%n",
              what,
              range,
              millis.get(TRIALS / 2),
              String.join(
                  " ", all.stream().map(sample -> "%.0f".formatted(sample.millis())).toList()),
              bytes.get(TRIALS / 2));
        });
  }

  private void stop() throws Exception {
    for (Client client : clients) {
      client.process().close();
      client.link().close();
    }
    server.close();
  }
}
