package io.lesnode.app.cli;

import io.lesnode.app.config.NearestName;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Which groups of JSON-RPC methods a transport offers to callers who are not known. */
final class MethodGroups {
  private static final List<String> ALL =
      List.of(
          "eth", "net", "web3", "txpool", "les", "vflux", "lespay", "clique", "rpc", "vip",
          "admin");

  private MethodGroups() {}

  /**
   * The groups that a flag names; without names all of them, {@code admin} only on a loopback
   * address.
   *
   * @param transport the flag's first part, such as {@code --http}
   * @throws ParameterException for an unknown name, or an address that is none
   */
  static List<String> offered(
      CommandSpec spec, String transport, List<String> given, String address) {
    boolean loopback = isLoopback(spec, transport, address);
    List<String> offered = new ArrayList<>(given);
    offered.removeIf(String::isBlank);
    if (offered.isEmpty()) {
      offered.addAll(ALL);
      if (!loopback) {
        offered.remove("admin");
      }
    }
    for (String name : offered) {
      if (!ALL.contains(name)) {
        Optional<String> nearest = NearestName.of(name, ALL);
        throw new ParameterException(
            spec.commandLine(),
            transport
                + ".api has the unknown name "
                + name
                + nearest.map(n -> "; did you mean " + n + "?").orElse("")
                + " (there are "
                + String.join(",", ALL)
                + ")");
      }
    }
    return offered;
  }

  private static boolean isLoopback(CommandSpec spec, String transport, String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException unknown) {
      throw new ParameterException(
          spec.commandLine(),
          transport
              + ".addr "
              + host
              + " is not an address of this machine; 127.0.0.1 serves this machine"
              + " only, 0.0.0.0 all networks");
    }
  }
}
