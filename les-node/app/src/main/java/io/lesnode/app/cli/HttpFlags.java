package io.lesnode.app.cli;

import io.lesnode.app.config.HttpSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Flags of JSON-RPC over HTTP. */
final class HttpFlags {
  @Spec(Spec.Target.MIXEE)
  CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--http",
      description =
          "Serve JSON-RPC over HTTP (default: on for light and dev, off for server unless --http.port"
              + " or --http.addr is given).",
      arity = "0..1",
      fallbackValue = "true")
  @Nullable Boolean http;

  @Option(
      names = "--http.addr",
      paramLabel = "ADDR",
      description = "Address to listen on for HTTP (default: ${DEFAULT-VALUE}).",
      defaultValue = "127.0.0.1")
  String address = "127.0.0.1";

  @Option(
      names = "--http.port",
      paramLabel = "PORT",
      converter = Values.Port.class,
      description = "TCP port for HTTP, 0 for any free one (default: ${DEFAULT-VALUE}).",
      defaultValue = "8545")
  Integer port = 8545;

  @Option(
      names = "--http.api",
      paramLabel = "NAMES",
      split = ",",
      description =
          "Method groups to offer, comma separated (default: eth,net,web3,txpool,les,vflux,clique,rpc,"
              + "lespay,vip, and admin when --http.addr is a loopback address).")
  List<String> namespaces = new ArrayList<>();

  @Option(
      names = "--http.corsdomain",
      paramLabel = "ORIGINS",
      split = ",",
      description = "Web page origins that may call, comma separated, * for all (default: none).")
  List<String> corsDomains = new ArrayList<>();

  @Option(
      names = "--http.vhosts",
      paramLabel = "HOSTS",
      split = ",",
      description =
          "Host names that requests may carry, comma separated, * for all"
              + " (default: ${DEFAULT-VALUE}).",
      defaultValue = "localhost")
  List<String> virtualHosts = new ArrayList<>();

  @Option(
      names = "--rpc.gascap",
      paramLabel = "GAS",
      converter = Values.NonNegativeLong.class,
      description =
          "Most gas of eth_call and eth_estimateGas, 0 for no cap (default: ${DEFAULT-VALUE}).",
      defaultValue = "50000000")
  Long gasCap = 50_000_000L;

  @Option(
      names = "--rpc.evmtimeout",
      paramLabel = "SECONDS",
      converter = Values.NonNegativeLong.class,
      description =
          "Longest run of an eth_call in seconds, 0 for no limit (default: ${DEFAULT-VALUE}).",
      defaultValue = "5")
  Long evmTimeoutSeconds = 5L;

  @Option(
      names = "--rpc.txfeecap",
      paramLabel = "ETHER",
      description =
          "Most ether that a transaction sent over RPC may pay in fees, 0 for no cap"
              + " (default: ${DEFAULT-VALUE}).",
      defaultValue = "1")
  double txFeeCapEther = 1;

  HttpSettings settings(boolean onByDefault) {
    boolean enabled =
        http == null ? onByDefault || given("--http.port") || given("--http.addr") : http;
    corsDomains.removeIf(String::isBlank);
    virtualHosts.removeIf(String::isBlank);
    return new HttpSettings(
        enabled,
        address,
        port,
        MethodGroups.offered(spec, "--http", namespaces, address),
        corsDomains,
        virtualHosts,
        gasCap,
        Duration.ofSeconds(evmTimeoutSeconds),
        txFeeCapEther);
  }

  private boolean given(String flag) {
    return spec.commandLine() != null
        && spec.commandLine().getParseResult() != null
        && spec.commandLine().getParseResult().hasMatchedOption(flag);
  }
}
