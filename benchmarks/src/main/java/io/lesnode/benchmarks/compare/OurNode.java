package io.lesnode.benchmarks.compare;

import io.lesnode.app.cli.IpcCaller;
import io.lesnode.app.cli.RpcCaller;
import io.lesnode.app.node.ClientVersion;
import io.lesnode.app.node.Endpoints;
import io.lesnode.app.node.NodeFailure;
import io.lesnode.devp2p.Enode;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Our node as the launcher runs it: the same Java and the same classes as this process, in a
 * process of its own.
 */
final class OurNode implements Contender {
  private static final String MAIN = "io.lesnode.app.Les";

  /** What the launcher gives every command. */
  private static final List<String> ALWAYS =
      List.of("--enable-native-access=ALL-UNNAMED", "-XX:+ExitOnOutOfMemoryError");

  /** What the launcher gives a light client besides; see the script {@code les}. */
  private static final List<String> LIGHT =
      List.of(
          "-XX:+IgnoreUnrecognizedVMOptions",
          "-XX:+UseSerialGC",
          "-XX:+UseCompactObjectHeaders",
          "-XX:TieredStopAtLevel=1",
          "-Xms16m",
          "-Xmn12m",
          "-Xmx192m",
          "-XX:MinHeapFreeRatio=5",
          "-XX:MaxHeapFreeRatio=10",
          "-XX:MinHeapDeltaBytes=262144",
          "-XX:TrimNativeHeapInterval=5000",
          "-Xlog:disable");

  private final Children children;
  private final Path logs;
  private final List<String> javaOptions;

  /**
   * Our node.
   *
   * @param logs folder for the output of the programs
   * @param javaOptions for servers and imports, after those of the launcher
   */
  OurNode(Children children, Path logs, List<String> javaOptions) {
    this.children = children;
    this.logs = logs;
    this.javaOptions = List.copyOf(javaOptions);
  }

  @Override
  public String name() {
    return "ours";
  }

  @Override
  public String version() {
    return ClientVersion.text("");
  }

  @Override
  public ChildProcess.Usage importChain(ChainFiles chain, Path datadir) {
    List<String> command = java(javaOptions);
    command.addAll(List.of("import", "--datadir", datadir.toString()));
    command.addAll(List.of("--genesis", chain.genesis().toString(), "--gcmode", "archive"));
    command.addAll(fakePow(chain));
    command.add(chain.blocksFile().toString());
    return start("our import", command, Map.of(), "import").awaitSuccess(IMPORT_LIMIT);
  }

  @Override
  public ServerProcess serve(ChainFiles chain, Path datadir, ServeOptions options) {
    List<String> command = java(javaOptions);
    command.addAll(List.of("server", "--datadir", datadir.toString(), "--gcmode", "archive"));
    command.addAll(fakePow(chain));
    command.addAll(List.of("--port", "0", "--listen.addr", "127.0.0.1"));
    command.addAll(List.of("--light.serve", Integer.toString(options.servePercent())));
    command.addAll(List.of("--light.maxpeers", Integer.toString(options.maxClients())));
    command.addAll(List.of("--maxpeers", Integer.toString(2 * options.maxClients())));
    Path socket = socket();
    command.addAll(List.of("--ipcpath", socket.toString(), "--verbosity", "2"));
    ChildProcess process = start("our server", command, Map.of(), "server");
    process.await("answer", START_LIMIT, () -> endpoints(process, datadir).isPresent());
    Endpoints endpoints = endpoints(process, datadir).orElseThrow();
    return new ServerProcess(
        name(), process, Enode.parse(endpoints.enode()), NodeRpc.over(IpcCaller.connect(socket)));
  }

  /** In a folder with a short name: the path of a socket may have about a hundred characters. */
  private Path socket() {
    try {
      Path folder = Files.createTempDirectory("les-");
      children.deleteAtEnd(folder);
      return folder.resolve("les.ipc");
    } catch (IOException unwritable) {
      throw new NodeFailure(
          "no temporary folder can be made",
          unwritable.toString(),
          "Check the permissions and space of " + System.getProperty("java.io.tmpdir"),
          unwritable);
    }
  }

  private static Optional<Endpoints> endpoints(ChildProcess process, Path datadir) {
    // a file of an earlier process does not count
    return Endpoints.read(datadir).filter(found -> found.pid() == process.pid());
  }

  @Override
  public LightProcess light(ChainFiles chain, Path datadir, String serverEnode) {
    List<String> options = new ArrayList<>(LIGHT);
    if (Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .allMatch(part -> part.endsWith(".jar"))) {
      // as with the launcher: made at the end of the first run, used by the later ones
      options.add("-XX:+AutoCreateSharedArchive");
      options.add("-XX:SharedArchiveFile=" + logs.resolve("light.jsa"));
    }
    List<String> command = java(options);
    int port = FreePort.next();
    command.addAll(List.of("light", "--datadir", datadir.toString()));
    command.addAll(List.of("--genesis", chain.genesis().toString()));
    command.addAll(fakePow(chain));
    command.addAll(List.of("--server", serverEnode, "--nodiscover"));
    command.addAll(List.of("--http", "--http.port", Integer.toString(port), "--ipcdisable"));
    ChildProcess process =
        start("our light client", command, Map.of("MALLOC_ARENA_MAX", "2"), "light");
    return new LightProcess(name(), process, new RpcCaller("http://127.0.0.1:" + port));
  }

  private static List<String> fakePow(ChainFiles chain) {
    return chain.isClique() ? List.of() : List.of("--fakepow");
  }

  private static List<String> java(List<String> options) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ALWAYS);
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), MAIN));
    return command;
  }

  private ChildProcess start(
      String what, List<String> command, Map<String, String> environment, String log) {
    return ChildProcess.start(
        what, command, environment, logs.resolve("ours-" + log + ".log"), children);
  }
}
