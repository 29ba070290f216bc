package io.lesnode.devp2p.discovery.table;

import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which addresses may be contacted, and which may be believed when another node names them (geth
 * p2p/netutil, {@code CheckRelayIP}). Immutable.
 *
 * @param allowed the only networks to talk with (geth's {@code --netrestrict}); empty for all
 */
public record AddressRules(List<NetworkRange> allowed) {
  /** Talks with every network. */
  public static final AddressRules OPEN = new AddressRules(List.of());

  /** Ports up to this one belong to other services: never sent to because a stranger said so. */
  static final int LOW_PORT_MAX = 1024;

  private static final List<NetworkRange> LOCAL =
      ranges(
          "0.0.0.0/8",
          "10.0.0.0/8",
          "169.254.0.0/16",
          "172.16.0.0/12",
          "192.168.0.0/16",
          "fe80::/10",
          "fc00::/7");

  /** The special-purpose registries of IANA, multicast and broadcast. */
  private static final List<NetworkRange> SPECIAL =
      ranges(
          "100.64.0.0/10",
          "192.0.0.0/29",
          "192.0.0.8/31",
          "192.0.0.170/31",
          "192.0.2.0/24",
          "192.31.196.0/24",
          "192.52.193.0/24",
          "192.88.99.0/24",
          "192.168.0.0/32",
          "192.175.48.0/24",
          "198.18.0.0/15",
          "198.51.100.0/24",
          "203.0.113.0/24",
          "240.0.0.0/4",
          "255.255.255.255/32",
          "64:ff9b::/96",
          "100::/64",
          "2001::/32",
          "2001:1::1/128",
          "2001:2::/48",
          "2001:3::/32",
          "2001:4:112::/48",
          "2001:5::/32",
          "2001:10::/28",
          "2001:20::/28",
          "2001:db8::/32",
          "2002::/16");

  /** Copies the list. */
  public AddressRules {
    allowed = List.copyOf(allowed);
  }

  private static List<NetworkRange> ranges(String... texts) {
    return Stream.of(texts).map(NetworkRange::parse).toList();
  }

  /** Whether we talk with this address at all. */
  public boolean allows(InetAddress address) {
    return allowed.isEmpty() || within(allowed, address);
  }

  /** Whether an address belongs to this machine or its local network. */
  public static boolean isLocal(InetAddress address) {
    return address.isLoopbackAddress() || within(LOCAL, address);
  }

  /**
   * Whether a node may be believed: nobody from outside may send us into our own network, and
   * addresses of special use are never contacted.
   *
   * @param sender who names the address
   * @param named the address
   */
  public boolean believes(InetAddress sender, InetAddress named) {
    if (named.isAnyLocalAddress() || named.isMulticastAddress() || within(SPECIAL, named)) {
      return false;
    }
    if (named.isLoopbackAddress() && !sender.isLoopbackAddress()) {
      return false;
    }
    return (!isLocal(named) || isLocal(sender)) && allows(named);
  }

  /** {@link #believes} of a whole node, its port included. */
  public boolean believes(InetAddress sender, KnownNode named) {
    return named.udpPort() > LOW_PORT_MAX && believes(sender, named.address());
  }

  /** Whether a node from a public list may be dialled: nobody may send us into our own network. */
  public boolean believesDns(InetAddress named) {
    boolean odd = named.isAnyLocalAddress() || named.isMulticastAddress();
    return allowed.isEmpty() ? !odd && !isLocal(named) && !within(SPECIAL, named) : allows(named);
  }

  private static boolean within(List<NetworkRange> ranges, InetAddress address) {
    for (NetworkRange range : ranges) {
      if (range.contains(address)) {
        return true;
      }
    }
    return false;
  }
}
