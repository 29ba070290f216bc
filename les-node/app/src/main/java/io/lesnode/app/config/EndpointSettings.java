package io.lesnode.app.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Where a node can be reached besides plain HTTP. */
public record EndpointSettings(
    WebSocket webSocket, Ipc ipc, Authenticated authenticated, Metrics metrics) {

  /**
   * JSON-RPC over WebSocket.
   *
   * @param enabled whether to listen at all
   * @param address address to listen on
   * @param port TCP port; 0 takes a free one; may be that of HTTP
   * @param namespaces which method groups are offered
   * @param origins of web pages that may connect
   */
  public record WebSocket(
      boolean enabled, String address, int port, List<String> namespaces, List<String> origins) {
    /** Copies the lists. */
    public WebSocket {
      namespaces = List.copyOf(namespaces);
      origins = List.copyOf(origins);
    }
  }

  /**
   * JSON-RPC over a Unix domain socket.
   *
   * @param enabled whether to listen at all
   * @param path of the socket; a relative one is in the data folder
   * @param chosen whether a person chose the path: then it must be usable
   */
  public record Ipc(boolean enabled, Path path, boolean chosen) {
    /** The name that geth uses, so that its console finds it. */
    public static final Path DEFAULT = Path.of("geth.ipc");
  }

  /**
   * JSON-RPC with everything in it for callers who hold the secret.
   *
   * @param enabled whether to listen at all
   * @param address address to listen on
   * @param port TCP port; 0 takes a free one
   * @param virtualHosts host names that requests may carry
   * @param secretFile the secret; absent means {@code jwtsecret} in the data folder, made when
   *     missing
   */
  public record Authenticated(
      boolean enabled,
      String address,
      int port,
      List<String> virtualHosts,
      Optional<Path> secretFile) {
    /** Copies the list. */
    public Authenticated {
      virtualHosts = List.copyOf(virtualHosts);
    }
  }

  /**
   * Figures for Prometheus.
   *
   * @param enabled whether to listen at all
   * @param address address to listen on
   * @param port TCP port; 0 takes a free one
   */
  public record Metrics(boolean enabled, String address, int port) {}

  /** Nothing besides HTTP. */
  public static EndpointSettings none() {
    return new EndpointSettings(
        new WebSocket(false, "127.0.0.1", 0, List.of(), List.of()),
        new Ipc(false, Ipc.DEFAULT, false),
        new Authenticated(false, "127.0.0.1", 0, List.of("localhost"), Optional.empty()),
        new Metrics(false, "127.0.0.1", 0));
  }
}
