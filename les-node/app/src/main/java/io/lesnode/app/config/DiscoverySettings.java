package io.lesnode.app.config;

import io.lesnode.devp2p.discovery.dns.TreeUrl;
import io.lesnode.devp2p.discovery.table.AddressRules;
import io.lesnode.devp2p.discovery.table.KnownNode;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How nodes find each other.
 *
 * @param enabled whether they do
 * @param v4 whether to speak discovery v4; absent means servers do and light clients do not, as
 *     geth
 * @param v5 whether to speak discovery v5
 * @param port UDP port; absent means the TCP port
 * @param bootnodes the starting nodes; without any and without lists nobody is contacted
 * @param trees lists of nodes in DNS
 * @param rules the networks that may be talked with
 * @param announcedAddress where others reach us; absent means the address listened on
 */
public record DiscoverySettings(
    boolean enabled,
    Optional<Boolean> v4,
    boolean v5,
    OptionalInt port,
    List<KnownNode> bootnodes,
    List<TreeUrl> trees,
    AddressRules rules,
    Optional<InetAddress> announcedAddress) {

  /** Copies the lists. */
  public DiscoverySettings {
    bootnodes = List.copyOf(bootnodes);
    trees = List.copyOf(trees);
  }

  /** No discovery. */
  public static DiscoverySettings none() {
    return new DiscoverySettings(
        false,
        Optional.empty(),
        false,
        OptionalInt.empty(),
        List.of(),
        List.of(),
        AddressRules.OPEN,
        Optional.empty());
  }

  /** Whether there is anybody to ask for nodes. */
  public boolean hasSources() {
    return enabled && !(bootnodes.isEmpty() && trees.isEmpty());
  }
}
