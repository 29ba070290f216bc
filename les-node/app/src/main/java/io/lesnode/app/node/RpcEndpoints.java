package io.lesnode.app.node;

import io.lesnode.app.config.EndpointSettings;
import io.lesnode.app.config.HttpSettings;
import io.lesnode.app.metrics.MetricsServer;
import io.lesnode.app.metrics.MetricsSource;
import io.lesnode.app.rpc.HttpAccess;
import io.lesnode.app.rpc.JwtSecret;
import io.lesnode.app.rpc.RpcServer;
import io.lesnode.app.rpc.WsOrigins;
import io.lesnode.rpc.RpcLimits;
import io.lesnode.rpc.RpcMethods;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Opens what callers can reach: JSON-RPC over HTTP, WebSocket, the authenticated port and IPC, and
 * the metrics. Confined to the thread that starts the node; what it opens belongs to the {@link
 * Parts}.
 */
final class RpcEndpoints {
  private final Parts parts;
  private final Path datadir;
  private final RpcMethods methods;
  private final RpcLimits limits = RpcLimits.standard();

  RpcEndpoints(Parts parts, Path datadir, RpcMethods methods) {
    this.parts = parts;
    this.datadir = datadir;
    this.methods = methods;
  }

  /**
   * Opens everything that is enabled.
   *
   * @return where the node can be reached
   * @throws NodeFailure naming the flag of what cannot be had
   */
  Endpoints open(String enode, HttpSettings http, EndpointSettings more, MetricsSource figures) {
    EndpointSettings.WebSocket ws = more.webSocket();
    boolean onePort =
        http.enabled()
            && ws.enabled()
            && http.port() == ws.port()
            && http.port() != 0
            && http.address().equals(ws.address());
    Optional<RpcServer.WebSocket> sockets =
        ws.enabled()
            ? Optional.of(
                new RpcServer.WebSocket(methods.open(ws.namespaces()), new WsOrigins(ws.origins())))
            : Optional.empty();
    Optional<InetSocketAddress> httpAddress = Optional.empty();
    if (http.enabled()) {
      RpcServer.Http plain =
          new RpcServer.Http(
              methods.open(http.namespaces()),
              new HttpAccess(http.virtualHosts(), http.corsDomains()));
      RpcServer.Port port =
          new RpcServer.Port(
              Optional.of(plain), onePort ? sockets : Optional.empty(), Optional.empty());
      httpAddress = Optional.of(listen("JSON-RPC", http.address(), http.port(), "--http", port));
    }
    Optional<InetSocketAddress> wsAddress = onePort ? httpAddress : Optional.empty();
    if (ws.enabled() && !onePort) {
      RpcServer.Port port = new RpcServer.Port(Optional.empty(), sockets, Optional.empty());
      wsAddress =
          Optional.of(listen("JSON-RPC over WebSocket", ws.address(), ws.port(), "--ws", port));
    }
    Optional<InetSocketAddress> authAddress = authenticated(more.authenticated());
    Optional<Path> ipc = ipc(more.ipc());
    return new Endpoints(
        ProcessHandle.current().pid(),
        enode,
        httpAddress.map(at -> Listening.url("http", at)),
        wsAddress.map(at -> Listening.url("ws", at)),
        authAddress.map(at -> Listening.url("http", at)),
        ipc,
        metrics(more.metrics(), figures).map(at -> Listening.url("http", at)));
  }

  private InetSocketAddress listen(
      String what, String host, int number, String flags, RpcServer.Port port) {
    InetSocketAddress address = Listening.address(host, number, flags + ".addr");
    RpcServer server =
        Listening.open(
            what, address, flags + ".port", () -> RpcServer.start(address, port, limits));
    return parts.add(what, server).address();
  }

  private Optional<InetSocketAddress> authenticated(EndpointSettings.Authenticated settings) {
    if (!settings.enabled()) {
      return Optional.empty();
    }
    RpcServer.Port port =
        new RpcServer.Port(
            Optional.of(
                new RpcServer.Http(
                    methods.operator(), new HttpAccess(settings.virtualHosts(), List.of()))),
            Optional.of(
                new RpcServer.WebSocket(
                    methods.operator(), new WsOrigins(List.of("http://localhost")))),
            Optional.of(secret(settings.secretFile())));
    return Optional.of(
        listen("authenticated JSON-RPC", settings.address(), settings.port(), "--authrpc", port));
  }

  private JwtSecret secret(Optional<Path> given) {
    Path file = given.orElse(datadir.resolve("jwtsecret"));
    try {
      return JwtSecret.loadOrCreate(file);
    } catch (IOException unusable) {
      throw new NodeFailure(
          "the secret of the authenticated port cannot be used",
          String.valueOf(unusable.getMessage()),
          "Correct --authrpc.jwtsecret; a file that does not exist is made",
          unusable);
    }
  }

  private Optional<Path> ipc(EndpointSettings.Ipc settings) {
    if (!settings.enabled()) {
      return Optional.empty();
    }
    Optional<IpcSocket> socket = IpcSocket.open(settings, datadir, methods.operator(), limits);
    socket.ifPresent(opened -> parts.add("IPC", opened));
    return socket.map(IpcSocket::path);
  }

  private Optional<InetSocketAddress> metrics(
      EndpointSettings.Metrics settings, MetricsSource figures) {
    if (!settings.enabled()) {
      return Optional.empty();
    }
    InetSocketAddress address =
        Listening.address(settings.address(), settings.port(), "--metrics.addr");
    MetricsServer server =
        Listening.open(
            "metrics", address, "--metrics.port", () -> MetricsServer.start(address, figures));
    return Optional.of(parts.add("metrics", server).address());
  }
}
