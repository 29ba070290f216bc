package io.lesnode.app.cli;

import io.lesnode.app.config.DiscoverySettings;
import io.lesnode.devp2p.Enode;
import io.lesnode.devp2p.discovery.dns.TreeUrl;
import io.lesnode.devp2p.discovery.table.AddressRules;
import io.lesnode.devp2p.discovery.table.KnownNode;
import io.lesnode.devp2p.discovery.table.NetworkRange;
import io.lesnode.devp2p.enr.NodeRecord;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Flags of discovery, named as in geth. */
final class DiscoveryFlags {
  private static final int NODES_MAX = 200;

  @Spec(Spec.Target.MIXEE)
  CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--nodiscover",
      description =
          "Do not look for other nodes and do not let them find this one (default: on for 'dev', off"
              + " otherwise; without --bootnodes and --discovery.dns nobody is contacted anyway).",
      arity = "0..1",
      fallbackValue = "true")
  @Nullable Boolean noDiscover;

  @Option(
      names = "--bootnodes",
      paramLabel = "NODE",
      split = ",",
      description =
          "Starting nodes of discovery, enode URLs or node records (enr:…), comma separated or given"
              + " repeatedly (default: none).")
  List<String> bootnodes = new ArrayList<>();

  @Option(
      names = "--discovery.dns",
      paramLabel = "URL",
      split = ",",
      description =
          "Lists of nodes in DNS (enrtree://KEY@DOMAIN), comma separated or given repeatedly; an"
              + " empty text for none (default: none).")
  List<String> trees = new ArrayList<>();

  @Option(
      names = "--discovery.port",
      paramLabel = "PORT",
      converter = Values.Port.class,
      description = "UDP port of discovery, 0 for any free one (default: the value of --port).")
  @Nullable Integer port;

  @Option(
      names = "--discovery.v4",
      description =
          "Speak discovery v4 (default: on for servers, off for light clients, which find servers by"
              + " v5).",
      arity = "0..1",
      fallbackValue = "true")
  @Nullable Boolean v4;

  @Option(
      names = {"--v5disc", "--discovery.v5"},
      description = "Speak discovery v5 (default: ${DEFAULT-VALUE}).",
      arity = "0..1",
      fallbackValue = "true",
      defaultValue = "true")
  boolean v5 = true;

  @Option(
      names = "--netrestrict",
      paramLabel = "CIDR",
      split = ",",
      description =
          "The only networks that discovery talks with and finds nodes in, such as 10.0.0.0/8, comma"
              + " separated (default: all).")
  List<String> networks = new ArrayList<>();

  DiscoverySettings settings(boolean enabledByDefault, Optional<InetAddress> announced) {
    return new DiscoverySettings(
        noDiscover == null ? enabledByDefault : !noDiscover,
        Optional.ofNullable(v4),
        v5,
        port == null ? OptionalInt.empty() : OptionalInt.of(port),
        parsed("--bootnodes", bootnodes, DiscoveryFlags::node),
        parsed("--discovery.dns", trees, TreeUrl::parse),
        new AddressRules(parsed("--netrestrict", networks, NetworkRange::parse)),
        announced);
  }

  private static KnownNode node(String text) {
    Optional<KnownNode> node =
        text.startsWith("enr:")
            ? KnownNode.of(NodeRecord.parse(text))
            : KnownNode.of(Enode.parse(text));
    return node.orElseThrow(
        () -> new IllegalArgumentException("it has no address or no discovery port"));
  }

  private <T> List<T> parsed(String flag, List<String> texts, Function<String, T> parsing) {
    List<T> values = new ArrayList<>();
    for (String text : texts) {
      if (text.isBlank()) {
        continue;
      }
      try {
        values.add(parsing.apply(text.strip()));
      } catch (IllegalArgumentException wrong) {
        throw new ParameterException(
            spec.commandLine(),
            flag + " " + text.strip() + " cannot be used: " + wrong.getMessage());
      }
    }
    if (values.size() > NODES_MAX) {
      throw new ParameterException(
          spec.commandLine(), flag + " takes at most " + NODES_MAX + " values");
    }
    return values;
  }
}
