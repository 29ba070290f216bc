package io.lesnode.app.cli;

import io.lesnode.app.config.EndpointSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Flags of WebSocket, IPC, the authenticated port and metrics. */
final class EndpointFlags {
  @Spec(Spec.Target.MIXEE)
  CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--ws",
      description =
          "Serve JSON-RPC and subscriptions over WebSocket (default: off unless --ws.port or"
              + " --ws.addr is given).",
      arity = "0..1",
      fallbackValue = "true")
  @Nullable Boolean ws;

  @Option(
      names = "--ws.addr",
      paramLabel = "ADDR",
      description = "Address to listen on for WebSocket (default: ${DEFAULT-VALUE}).",
      defaultValue = "127.0.0.1")
  String wsAddress = "127.0.0.1";

  @Option(
      names = "--ws.port",
      paramLabel = "PORT",
      converter = Values.Port.class,
      description =
          "TCP port for WebSocket, 0 for any free one; may be that of HTTP"
              + " (default: ${DEFAULT-VALUE}).",
      defaultValue = "8546")
  Integer wsPort = 8546;

  @Option(
      names = "--ws.api",
      paramLabel = "NAMES",
      split = ",",
      description =
          "Method groups to offer over WebSocket, comma separated (default: as for --http.api).")
  List<String> wsNamespaces = new ArrayList<>();

  @Option(
      names = "--ws.origins",
      paramLabel = "ORIGINS",
      split = ",",
      description =
          "Web page origins that may open a WebSocket, comma separated, * for all (default: pages of"
              + " this machine over plain HTTP).")
  List<String> wsOrigins = new ArrayList<>();

  @Option(
      names = "--ipcpath",
      paramLabel = "PATH",
      description =
          "Unix domain socket for the operator's tools and 'geth attach', a relative path is in the"
              + " data folder (default: geth.ipc).")
  @Nullable Path ipcPath;

  @Option(
      names = "--ipcdisable",
      description = "Make no Unix domain socket (default: off).",
      arity = "0..1",
      fallbackValue = "true",
      defaultValue = "false")
  boolean ipcDisabled;

  @Option(
      names = "--authrpc",
      description =
          "Serve all methods over HTTP and WebSocket to callers with a token (default: off unless"
              + " --authrpc.port, --authrpc.addr or --authrpc.jwtsecret is given).",
      arity = "0..1",
      fallbackValue = "true")
  @Nullable Boolean auth;

  @Option(
      names = "--authrpc.addr",
      paramLabel = "ADDR",
      description = "Address to listen on for callers with a token (default: ${DEFAULT-VALUE}).",
      defaultValue = "127.0.0.1")
  String authAddress = "127.0.0.1";

  @Option(
      names = "--authrpc.port",
      paramLabel = "PORT",
      converter = Values.Port.class,
      description =
          "TCP port for callers with a token, 0 for any free one (default: ${DEFAULT-VALUE}).",
      defaultValue = "8551")
  Integer authPort = 8551;

  @Option(
      names = "--authrpc.vhosts",
      paramLabel = "HOSTS",
      split = ",",
      description =
          "Host names that requests to the authenticated port may carry, comma separated, * for all"
              + " (default: ${DEFAULT-VALUE}).",
      defaultValue = "localhost")
  List<String> authVirtualHosts = new ArrayList<>();

  @Option(
      names = "--authrpc.jwtsecret",
      paramLabel = "FILE",
      description =
          "File with the secret of the tokens in hex; made when missing"
              + " (default: DATADIR/jwtsecret).")
  @Nullable Path jwtSecret;

  @Option(
      names = "--metrics",
      description =
          "Show figures to Prometheus (default: off unless --metrics.port or --metrics.addr is"
              + " given).",
      arity = "0..1",
      fallbackValue = "true")
  @Nullable Boolean metrics;

  @Option(
      names = "--metrics.addr",
      paramLabel = "ADDR",
      description = "Address to listen on for Prometheus (default: ${DEFAULT-VALUE}).",
      defaultValue = "127.0.0.1")
  String metricsAddress = "127.0.0.1";

  @Option(
      names = "--metrics.port",
      paramLabel = "PORT",
      converter = Values.Port.class,
      description = "TCP port for Prometheus, 0 for any free one (default: ${DEFAULT-VALUE}).",
      defaultValue = "6060")
  Integer metricsPort = 6060;

  EndpointSettings settings() {
    wsOrigins.removeIf(String::isBlank);
    authVirtualHosts.removeIf(String::isBlank);
    if (ipcDisabled && ipcPath != null) {
      throw new ParameterException(
          spec.commandLine(), "--ipcpath and --ipcdisable exclude each other; give one of them");
    }
    return new EndpointSettings(
        new EndpointSettings.WebSocket(
            ws == null ? given("--ws.port") || given("--ws.addr") : ws,
            wsAddress,
            wsPort,
            MethodGroups.offered(spec, "--ws", wsNamespaces, wsAddress),
            wsOrigins),
        new EndpointSettings.Ipc(
            !ipcDisabled,
            ipcPath == null ? EndpointSettings.Ipc.DEFAULT : ipcPath,
            ipcPath != null),
        new EndpointSettings.Authenticated(
            auth == null
                ? given("--authrpc.addr") || given("--authrpc.port") || given("--authrpc.jwtsecret")
                : auth,
            authAddress,
            authPort,
            authVirtualHosts,
            Optional.ofNullable(jwtSecret)),
        new EndpointSettings.Metrics(
            metrics == null ? given("--metrics.port") || given("--metrics.addr") : metrics,
            metricsAddress,
            metricsPort));
  }

  private boolean given(String flag) {
    return spec.commandLine() != null
        && spec.commandLine().getParseResult() != null
        && spec.commandLine().getParseResult().hasMatchedOption(flag);
  }
}
