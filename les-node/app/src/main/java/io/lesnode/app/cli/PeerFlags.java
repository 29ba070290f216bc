package io.lesnode.app.cli;

import io.lesnode.app.config.PeerSettings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Flags of the peer-to-peer side. */
final class PeerFlags {
  private static final String EXTERNAL = "extip:";

  @Spec(Spec.Target.MIXEE)
  CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--port",
      paramLabel = "PORT",
      converter = Values.Port.class,
      description =
          "TCP port for peers, 0 for any free one (default: 30303; the light client does not listen"
              + " unless a port is given).")
  @Nullable Integer port;

  @Option(
      names = "--listen.addr",
      paramLabel = "ADDR",
      description = "Address to listen on for peers (default: ${DEFAULT-VALUE}).",
      defaultValue = "0.0.0.0")
  String address = "0.0.0.0";

  @Option(
      names = "--maxpeers",
      paramLabel = "N",
      converter = Values.NonNegativeInt.class,
      description =
          "Most connections to peers of all kinds (default: 50, and as many more as --light.maxpeers"
              + " of a server).")
  @Nullable Integer maxPeers;

  @Mixin DiscoveryFlags discovery = new DiscoveryFlags();

  @Option(
      names = "--nodekey",
      paramLabel = "FILE",
      description =
          "File with the node's secret key in hex (default: DATADIR/nodekey, made when missing).")
  @Nullable Path nodeKey;

  @Option(
      names = "--nodekeyhex",
      paramLabel = "HEX",
      description = "The node's secret key itself; for tests, others on the machine can see it.")
  @Nullable String nodeKeyHex;

  @Option(
      names = "--nat",
      paramLabel = "MODE",
      description =
          "Where others reach this node: 'none' for the address listened on, 'extip:IP' for another"
              + " one; ports are not mapped by this program (default: ${DEFAULT-VALUE}).",
      defaultValue = "none")
  String nat = "none";

  @Option(
      names = "--identity",
      paramLabel = "NAME",
      description = "Name added to the client name that peers see (default: none).",
      defaultValue = "")
  String identity = "";

  PeerSettings settings(boolean listensByDefault) {
    return settings(listensByDefault, true);
  }

  /**
   * The settings.
   *
   * @param discoversByDefault whether discovery is on unless the user says otherwise
   */
  PeerSettings settings(boolean listensByDefault, boolean discoversByDefault) {
    Optional<InetAddress> announced = announced();
    if (nodeKey != null && nodeKeyHex != null) {
      throw new ParameterException(
          spec.commandLine(), "--nodekey and --nodekeyhex exclude each other; give one of them");
    }
    if (!identity.matches("[\\x21-\\x2e\\x30-\\x7e]{0,40}")) {
      throw new ParameterException(
          spec.commandLine(),
          "--identity takes at most 40 visible characters without spaces or slashes");
    }
    return new PeerSettings(
        listensByDefault || port != null,
        address,
        port == null ? 30303 : port,
        maxPeers == null ? OptionalInt.empty() : OptionalInt.of(maxPeers),
        Optional.ofNullable(nodeKey),
        Optional.ofNullable(nodeKeyHex),
        identity,
        discovery.settings(discoversByDefault, announced));
  }

  private Optional<InetAddress> announced() {
    if (nat.equals("none")) {
      return Optional.empty();
    }
    String address = nat.startsWith(EXTERNAL) ? nat.substring(EXTERNAL.length()) : "";
    try {
      if (address.matches("[0-9.]{7,15}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")) {
        return Optional.of(InetAddress.getByName(address));
      }
    } catch (UnknownHostException wrong) {
      // the same message as for other texts that are no addresses
    }
    throw new ParameterException(
        spec.commandLine(),
        "--nat "
            + nat
            + " is not supported; map the ports in your router and give --nat extip:IP with your"
            + " public address, or --nat none");
  }
}
