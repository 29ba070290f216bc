package io.lesnode.app.rpc;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which web pages may open a WebSocket, as geth decides (rpc/websocket.go): a rule gives a scheme,
 * a host name and a port, each of which may be left out; "*" allows every page. Without rules pages
 * of this machine over plain HTTP may. A caller that is no browser sends no origin and passes.
 * Immutable.
 */
public final class WsOrigins {
  private record Origin(String scheme, String host, String port) {
    /** Splits a rule or an Origin header; never fails, nonsense becomes an odd host name. */
    static Origin parse(String text) {
      String lower = text.toLowerCase(Locale.ROOT);
      int colons = lower.indexOf("://");
      String scheme = colons < 0 ? "" : lower.substring(0, colons);
      String rest = colons < 0 ? lower : lower.substring(colons + 3);
      int slash = rest.indexOf('/');
      String authority = slash < 0 ? rest : rest.substring(0, slash);
      int colon = authority.lastIndexOf(':');
      boolean hasPort = colon >= 0 && authority.substring(colon + 1).matches("[0-9]+");
      return new Origin(
          scheme,
          hasPort ? authority.substring(0, colon) : authority,
          hasPort ? authority.substring(colon + 1) : "");
    }

    boolean covers(Origin page) {
      return (scheme.isEmpty() || scheme.equals(page.scheme))
          && (host.isEmpty() || host.equals(page.host))
          && (port.isEmpty() || port.equals(page.port));
    }
  }

  private final boolean all;
  private final List<Origin> rules;

  /** Takes rules such as {@code https://page.example}, {@code page.example:8080} or {@code *}. */
  public WsOrigins(List<String> rules) {
    this.all = rules.contains("*");
    List<String> given = new ArrayList<>(rules);
    given.removeIf(String::isBlank);
    if (given.isEmpty()) {
      given.add("http://localhost");
      given.add("http://" + hostName());
    }
    this.rules = given.stream().map(Origin::parse).toList();
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException nameless) {
      return "localhost";
    }
  }

  /** Whether a connection with this Origin header may be opened; null when there is none. */
  boolean allow(@Nullable String origin) {
    if (origin == null || all) {
      return true;
    }
    Origin page = Origin.parse(origin);
    return rules.stream().anyMatch(rule -> rule.covers(page));
  }
}
