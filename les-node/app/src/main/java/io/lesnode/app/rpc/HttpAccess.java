package io.lesnode.app.rpc;

import io.netty.util.NetUtil;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Who may call: host names (against DNS rebinding) and browser origins, as geth decides (
 * node/rpcstack.go).
 *
 * @param virtualHosts host names that requests may carry; "*" allows every one; IP addresses always
 *     pass
 * @param corsOrigins origins of web pages that may call; "*" allows every one; empty turns CORS off
 */
public record HttpAccess(List<String> virtualHosts, List<String> corsOrigins) {
  /** Copies the lists; host names are compared in lower case. */
  public HttpAccess {
    virtualHosts = virtualHosts.stream().map(h -> h.toLowerCase(Locale.ROOT)).toList();
    corsOrigins = List.copyOf(corsOrigins);
  }

  /** Whether a request with this Host header may be answered. */
  boolean allowsHost(String hostHeader) {
    if (hostHeader.isEmpty()) {
      return true;
    }
    String host = withoutPort(hostHeader);
    if (NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host)) {
      return true;
    }
    return virtualHosts.contains("*") || virtualHosts.contains(host.toLowerCase(Locale.ROOT));
  }

  /** The value of Access-Control-Allow-Origin for a page of this origin, if it may call. */
  Optional<String> allowedOrigin(String origin) {
    if (origin.isEmpty()) {
      return Optional.empty();
    }
    if (corsOrigins.contains("*")) {
      return Optional.of("*");
    }
    return corsOrigins.stream().filter(allowed -> allowed.equalsIgnoreCase(origin)).findFirst();
  }

  private static String withoutPort(String hostHeader) {
    if (hostHeader.startsWith("[")) {
      int end = hostHeader.indexOf(']');
      return end < 0 ? hostHeader : hostHeader.substring(1, end);
    }
    int colon = hostHeader.indexOf(':');
    return colon < 0 || colon != hostHeader.lastIndexOf(':')
        ? hostHeader
        : hostHeader.substring(0, colon);
  }
}
