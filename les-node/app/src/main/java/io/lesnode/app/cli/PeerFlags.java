package io.lesnode.app.cli;

import io.lesnode.app.config.PeerSettings;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Flags of the peer-to-peer side. */
final class PeerFlags {
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

  @Option(
      names = "--nodiscover",
      description =
          "Do not look for peers; there is no discovery in this version, so this is always on.",
      arity = "0..1",
      fallbackValue = "true",
      defaultValue = "true")
  boolean noDiscover = true;

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
      description = "Port mapping; only 'none' is supported (default: ${DEFAULT-VALUE}).",
      defaultValue = "none")
  String nat = "none";

  @Option(
      names = "--identity",
      paramLabel = "NAME",
      description = "Name added to the client name that peers see (default: none).",
      defaultValue = "")
  String identity = "";

  PeerSettings settings(boolean listensByDefault) {
    if (!nat.equals("none")) {
      throw new ParameterException(
          spec.commandLine(),
          "--nat " + nat + " is not supported; map the port in your router and use --nat none");
    }
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
        identity);
  }
}
