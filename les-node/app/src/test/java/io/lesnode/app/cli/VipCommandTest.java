package io.lesnode.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lesnode.app.config.ChainSettings;
import io.lesnode.app.config.EndpointSettings;
import io.lesnode.app.config.HttpSettings;
import io.lesnode.app.config.LightServeSettings;
import io.lesnode.app.config.PeerSettings;
import io.lesnode.app.config.SyncSettings;
import io.lesnode.app.config.VipServeSettings;
import io.lesnode.app.node.DevNode;
import io.lesnode.app.node.FullNode;
import io.lesnode.app.node.LightNode;
import io.lesnode.app.node.VipBuyerSettings;
import io.lesnode.devp2p.Enode;
import io.lesnode.payment.MethodId;
import io.lesnode.payment.signing.MemorySigner;
import io.lesnode.rpc.AccountKeys;
import io.lesnode.vipnode.client.BudgetRules;
import io.lesnode.vipnode.client.Demand;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code les vip} on a server that sells and on a light client that buys of it with test money. */
class VipCommandTest {
  private static final Duration LIMIT = Duration.ofSeconds(40);

  @TempDir private Path folder;

  private record Run(int code, String out, String err) {}

  private static Run les(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        new LesCommandLine(new PrintWriter(out, true), new PrintWriter(err, true)).run(arguments);
    return new Run(code, out.toString(), err.toString());
  }

  private static PeerSettings peers() {
    return new PeerSettings(
        true, "127.0.0.1", 0, OptionalInt.of(10), Optional.empty(), Optional.empty(), "");
  }

  private static HttpSettings noHttp() {
    return new HttpSettings(
        false, "127.0.0.1", 0, List.of(), List.of(), List.of(), 0, Duration.ZERO, 1);
  }

  private static EndpointSettings ipc() {
    EndpointSettings none = EndpointSettings.none();
    return new EndpointSettings(
        none.webSocket(),
        new EndpointSettings.Ipc(true, Path.of("geth.ipc"), true),
        none.authenticated(),
        none.metrics());
  }

  private FullNode seller(Path datadir) {
    VipServeSettings selling =
        new VipServeSettings(
            UInt256.valueOf(6_000_000_000_000L),
            Set.of(MethodId.TEST),
            Optional.of(new MemorySigner(DevNode.FAUCET)),
            Map.of(),
            180,
            0,
            100,
            false,
            0,
            0,
            60,
            false);
    return DevNode.start(
        datadir,
        1,
        peers(),
        new LightServeSettings(100, 10),
        noHttp(),
        ipc(),
        Optional.of(selling));
  }

  private static LightNode buyer(Path datadir, FullNode server, Path genesis) {
    Demand demand =
        new Demand(
            0,
            10,
            Demand.DEFAULT_MAX_PRICE,
            3_600,
            1,
            3,
            List.of(MethodId.TEST),
            UInt256.ZERO,
            true);
    return LightNode.start(
        new LightNode.Settings(
            new ChainSettings(datadir, Optional.of(genesis), OptionalLong.empty(), false, false),
            peers(),
            noHttp(),
            ipc(),
            List.of(Enode.parse(server.endpoints().enode())),
            SyncSettings.DEFAULT,
            AccountKeys.NONE,
            Optional.of(
                new VipBuyerSettings(BudgetRules.parse("1ether/30d"), demand, Optional.empty()))));
  }

  @Test
  void showsBothSidesOfASale() throws Exception {
    Path sold = folder.resolve("server");
    Path bought = folder.resolve("light");
    try (FullNode server = seller(sold);
        LightNode light = buyer(bought, server, sold.resolve("genesis.json"))) {
      assertThat(light.endpoints().ipc()).isPresent();
      JsonNode status =
          until(
              bought,
              json ->
                  json.path("servers").size() == 1
                      && json.path("servers").get(0).path("capacity").asLong() > 16_000);
      String id = status.path("servers").get(0).path("id").asText();

      assertThat(on(bought, "status").out())
          .contains("client", "1 ether", "is served with capacity", id.substring(0, 16));
      assertThat(on(bought, "quote", id.substring(0, 8)).out()).contains("price", "tokens");
      assertThat(on(bought, "budget", "2ether/60d").out()).contains("2 ether per 60 d");
      assertThat(on(bought, "history").out()).contains("paid", "receipt", "capacity");
      assertThat(on(bought, "history", "--format", "csv").out().lines().findFirst().orElseThrow())
          .isEqualTo("time,server,kind,amount,tokens,text");
      Run noDeposit = on(bought, "deposit", id.substring(0, 8), "1gwei");
      assertThat(noDeposit.code()).isEqualTo(LesCommandLine.FAILED);
      assertThat(noDeposit.err().lines()).hasSize(1);
      assertThat(on(bought, "close", id.substring(0, 8)).out()).contains("told to close");
      assertThat(on(bought, "settle").err()).contains("does not know vip_settle");

      assertThat(on(sold, "status").out()).contains("server", "paying", "earnedWei");
      assertThat(on(sold, "history").out())
          .contains("payment", "exchange")
          .containsPattern("exchange +token +[0-9]+ +token-mint");
      assertThat(on(sold, "history", "--format", "csv").out().lines().count())
          .isGreaterThanOrEqualTo(3);
      assertThat(on(sold, "settle").out()).contains("Nothing is worth a transaction");
      assertThat(on(sold, "quote", "abcd").err()).contains("does not know vip_quote");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--vip.budget 1ether",
        "--vip.budget 1ether/30d --vip.methods cheque",
        "--vip.budget 1ether/30d --vip.methods gold",
        "--vip.budget 1ether/30d --vip.capacity much",
        "--vip.budget 1ether/30d --vip.maxprice 1.5",
        "--vip.deposit 1ether",
        "--vip.account 0x0000000000000000000000000000000000000001"
      })
  void flagsThatMakeNoSenseAreToldInOneLine(String flags) {
    String[] all = ("light --datadir " + folder + " " + flags).split(" ");
    Run run = les(all);
    assertThat(run.code()).isEqualTo(LesCommandLine.WRONG_USAGE);
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.err()).contains("les light --help");
  }

  private static Run on(Path datadir, String... arguments) {
    String[] all = new String[arguments.length + 3];
    all[0] = "vip";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    all[arguments.length + 1] = "--datadir";
    all[arguments.length + 2] = datadir.toString();
    return les(all);
  }

  private static JsonNode until(Path datadir, Predicate<JsonNode> done) throws Exception {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (true) {
      Run run = on(datadir, "status", "--json");
      JsonNode json = new ObjectMapper().readTree(run.out());
      if (done.test(json)) {
        return json;
      }
      if (System.nanoTime() > deadline) {
        throw new AssertionError(json.toPrettyString() + run.err());
      }
      LockSupport.parkNanos(100_000_000);
    }
  }
}
