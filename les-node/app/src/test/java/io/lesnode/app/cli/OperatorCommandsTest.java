package io.lesnode.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.lesnode.app.config.EndpointSettings;
import io.lesnode.app.config.HttpSettings;
import io.lesnode.app.config.LightServeSettings;
import io.lesnode.app.config.PeerSettings;
import io.lesnode.app.node.DevNode;
import io.lesnode.app.node.FullNode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The operator's commands on a running node, on a stopped one, and where there is none. */
class OperatorCommandsTest {
  private static final String CLIENT = "ab".repeat(32);

  @TempDir private Path folder;
  private Path datadir;
  private FullNode node;

  private record Run(int code, String out, String err) {}

  private static Run les(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        new LesCommandLine(new PrintWriter(out, true), new PrintWriter(err, true)).run(arguments);
    return new Run(code, out.toString(), err.toString());
  }

  private Run onNode(String... arguments) {
    String[] all = new String[arguments.length + 2];
    System.arraycopy(arguments, 0, all, 0, arguments.length);
    all[arguments.length] = "--datadir";
    all[arguments.length + 1] = datadir.toString();
    return les(all);
  }

  private static void refused(Run run, String... parts) {
    assertThat(run.code()).isEqualTo(LesCommandLine.FAILED);
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.err()).contains(parts);
    assertThat(run.out()).isEmpty();
  }

  @BeforeEach
  void start() {
    datadir = folder.resolve("d");
    EndpointSettings none = EndpointSettings.none();
    node =
        DevNode.start(
            datadir,
            0,
            new PeerSettings(
                true, "127.0.0.1", 0, OptionalInt.of(10), Optional.empty(), Optional.empty(), ""),
            new LightServeSettings(100, 10),
            new HttpSettings(
                false, "127.0.0.1", 0, List.of(), List.of(), List.of(), 0, Duration.ZERO, 1),
            new EndpointSettings(
                none.webSocket(),
                new EndpointSettings.Ipc(true, Path.of("other.ipc"), true),
                none.authenticated(),
                none.metrics()));
  }

  @AfterEach
  void stop() {
    node.close();
  }

  @Test
  void balancesAreChangedAndShown() {
    Run added = onNode("balance", "add", CLIENT, "5000000");
    assertThat(added.err()).isEmpty();
    assertThat(added.out().strip()).isEqualTo("balance 0 -> 5000000");
    Run taken = onNode("balance", "add", CLIENT, "-1000");
    assertThat(taken.out().strip()).isEqualTo("balance 5000000 -> 4999000");
    assertThat(onNode("balance", "show", "0x" + CLIENT).out())
        .contains("client  " + CLIENT)
        .contains("balance 4999000");
    assertThat(onNode("clients", "--all", "--full").out())
        .contains(CLIENT)
        .contains("4999000")
        .contains("away");
    assertThat(onNode("clients").out()).contains("No light client is connected.");
    assertThat(onNode("clients", "--events").out()).contains("Nothing happened to clients so far.");
  }

  @Test
  void whatTheNodeRefusesIsOneLine() {
    refused(onNode("capacity", CLIENT, "50000"), "client " + CLIENT + " is not connected");
    refused(onNode("capacity", CLIENT, "1"), "invalid value for parameter 'capacity'");
    refused(onNode("capacity", "abcdef", "50000"), "no connected client's id begins so");
    refused(onNode("balance", "add", "zz", "5"), "\"zz\" names no client");
    refused(onNode("balance", "show", "zz"), "\"zz\" names no client");
    Run overflow = onNode("balance", "add", CLIENT, "9223372036854775807");
    if (overflow.code() == 0) {
      refused(onNode("balance", "add", CLIENT, "9223372036854775807"), "balance overflow");
    } else {
      refused(overflow, "balance overflow");
    }
  }

  @Test
  void wrongCommandLinesAreTold() {
    Run amount = onNode("balance", "add", CLIENT, "much");
    assertThat(amount.code()).isEqualTo(LesCommandLine.WRONG_USAGE);
    assertThat(amount.err()).contains("'much' is not an amount");
    Run action = les("balance", "ad");
    assertThat(action.code()).isEqualTo(LesCommandLine.WRONG_USAGE);
    assertThat(action.err()).contains("did you mean add?");
    Run passes = onNode("benchmark-server", "--passes", "0");
    assertThat(passes.code()).isEqualTo(LesCommandLine.WRONG_USAGE);
    assertThat(passes.err()).contains("--passes is 1 to 1000, not 0");
    assertThat(les("server", "--light.costs", "guessed").err())
        .contains("'guessed' is neither default nor measured");
    assertThat(les("server", "--log.format", "xml").err()).contains("neither text nor json");
    assertThat(les("server", "--ws.api", "ethh").err()).contains("did you mean eth?");
    assertThat(les("server", "--ipcdisable", "--ipcpath", "x").err())
        .contains("exclude each other");
  }

  @Test
  void withoutANodeTheySayWhatToDo() {
    node.close();
    refused(onNode("clients"), "no node can be reached in", "les server --datadir");
    refused(onNode("clients", "--ipcpath", "nothing.ipc"), "the node cannot be reached at");
  }

  @Test
  void costsAreMeasuredOnARunningAndOnAStoppedNode() throws Exception {
    Run running = onNode("benchmark-server", "--passes", "1", "--length", "1", "--json");
    assertThat(running.err()).isEmpty();
    var costs = new ObjectMapper().readTree(running.out());
    assertThat(costs.path("costs")).hasSize(8);
    assertThat(costs.path("runs").size()).isGreaterThan(20);
    assertThat(datadir.resolve("benchmark.json")).exists();
    node.close();
    Files.delete(datadir.resolve("benchmark.json"));
    Run stopped = onNode("benchmark-server", "--passes", "1", "--length", "1");
    assertThat(stopped.err()).isEmpty();
    assertThat(stopped.out())
        .contains("txStatus")
        .contains("no processed sections available")
        .contains("--light.costs measured");
    assertThat(datadir.resolve("benchmark.json")).exists();
  }
}
