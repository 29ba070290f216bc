package io.lesnode.benchmarks.compare;

import io.lesnode.app.cli.RpcCaller;
import io.lesnode.app.node.NodeFailure;
import io.lesnode.devp2p.Enode;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** geth, listening on loopback alone. */
final class GethNode implements Contender {
  private final GethBinary binary;
  private final Children children;
  private final Path logs;

  /**
   * geth.
   *
   * @param logs folder for the output of the programs
   */
  GethNode(GethBinary binary, Children children, Path logs) {
    this.binary = binary;
    this.children = children;
    this.logs = logs;
  }

  @Override
  public String name() {
    return "geth";
  }

  @Override
  public String version() {
    return "geth " + binary.version();
  }

  @Override
  public ChildProcess.Usage importChain(ChainFiles chain, Path datadir) {
    init(chain, datadir);
    List<String> command = geth(datadir, "--gcmode", "archive");
    if (!chain.isClique() && binary.knowsFakePow()) {
      command.add("--fakepow");
    }
    command.addAll(indexAllTransactions());
    command.addAll(List.of("import", chain.blocksFile().toString()));
    return start("geth import", command, "import").awaitSuccess(IMPORT_LIMIT);
  }

  private void init(ChainFiles chain, Path datadir) {
    start("geth init", geth(datadir, "init", chain.genesis().toString()), "init")
        .awaitSuccess(START_LIMIT);
  }

  @Override
  public ServerProcess serve(ChainFiles chain, Path datadir, ServeOptions options) {
    int httpPort = FreePort.next();
    List<String> command = node(chain, datadir, httpPort, List.of());
    command.addAll(List.of("--syncmode", "full", "--gcmode", "archive"));
    command.addAll(indexAllTransactions());
    command.addAll(List.of("--light.serve", Integer.toString(options.servePercent())));
    command.addAll(List.of("--light.maxpeers", Integer.toString(options.maxClients())));
    command.addAll(List.of("--maxpeers", Integer.toString(2 * options.maxClients())));
    // 1.9 serves only when it believes to be in sync, which it does when it mines
    command.addAll(
        binary.isNine()
            ? List.of("--mine", "--miner.threads", "0")
            : List.of("--light.nosyncserve"));
    if (binary.minor() <= 10) {
      command.addAll(List.of("--miner.etherbase", "0x" + "00".repeat(19) + "01"));
    }
    ChildProcess process = start("the geth server", command, "server");
    RpcCaller rpc = new RpcCaller("http://127.0.0.1:" + httpPort);
    process.await("answer", START_LIMIT, () -> answers(rpc));
    Enode all = Enode.parse(rpc.call("admin_nodeInfo").path("enode").asText());
    Enode enode = new Enode(all.nodeId(), InetAddress.getLoopbackAddress(), all.tcpPort(), 0);
    return new ServerProcess(name(), process, enode, NodeRpc.over(rpc));
  }

  private static boolean answers(RpcCaller rpc) {
    try {
      return rpc.call("web3_clientVersion").isTextual();
    } catch (NodeFailure notYet) {
      return false;
    }
  }

  @Override
  public LightProcess light(ChainFiles chain, Path datadir, String serverEnode) {
    init(chain, datadir);
    int httpPort = FreePort.next();
    List<String> command = node(chain, datadir, httpPort, List.of(serverEnode));
    command.addAll(List.of("--syncmode", "light"));
    ChildProcess process = start("the geth light client", command, "light");
    return new LightProcess(name(), process, new RpcCaller("http://127.0.0.1:" + httpPort));
  }

  private List<String> node(
      ChainFiles chain, Path datadir, int httpPort, List<String> staticNodes) {
    Path config = writeConfig(chain, datadir, staticNodes);
    List<String> command = geth(datadir, "--config", config.toString());
    command.addAll(List.of("--networkid", Long.toString(chain.networkId())));
    // from 1.12.2 on LES refuses --nodiscover
    command.addAll(
        binary.minor() > 12 || (binary.minor() == 12 && binary.patch() >= 2)
            ? List.of("--bootnodes=", "--discovery.dns=")
            : List.of("--nodiscover"));
    command.addAll(List.of("--nat", "none", "--netrestrict", "127.0.0.0/8", "--ipcdisable"));
    command.addAll(List.of("--http", "--http.addr", "127.0.0.1"));
    command.addAll(List.of("--http.port", Integer.toString(httpPort)));
    command.addAll(List.of("--http.api", "admin,eth,les,net,web3", "--verbosity", "2"));
    if (!binary.isNine()) {
      command.addAll(List.of("--authrpc.port", Integer.toString(FreePort.next())));
    }
    return command;
  }

  private Path writeConfig(ChainFiles chain, Path datadir, List<String> staticNodes) {
    List<String> quoted = staticNodes.stream().map(node -> '"' + node + '"').toList();
    String fakePow =
        chain.isClique() || !binary.knowsFakePow() ? "" : "[Eth.Ethash]\nPowMode = 3\n\n";
    // the flag --port would listen on every interface
    String toml =
        fakePow
            + "[Node.P2P]\nListenAddr = \"127.0.0.1:"
            + FreePort.next()
            + "\"\nStaticNodes = "
            + quoted
            + "\n";
    Path file = datadir.resolve("config.toml");
    try {
      return Files.writeString(file, toml);
    } catch (IOException unwritable) {
      throw new NodeFailure(
          "the configuration of geth cannot be written",
          unwritable.toString(),
          "Choose another folder with --out",
          unwritable);
    }
  }

  /** In 1.9 an archive node does so anyway and refuses the option. */
  private List<String> indexAllTransactions() {
    return binary.isNine() ? List.of() : List.of("--txlookuplimit", "0");
  }

  private List<String> geth(Path datadir, String... options) {
    List<String> command = new ArrayList<>();
    command.addAll(List.of(binary.path().toString(), "--datadir", datadir.toString()));
    if (binary.isNine()) {
      command.add("--nousb");
    }
    command.addAll(List.of(options));
    return command;
  }

  private ChildProcess start(String what, List<String> command, String log) {
    return ChildProcess.start(
        what, command, Map.of(), logs.resolve("geth-" + log + ".log"), children);
  }
}
