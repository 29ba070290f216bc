package io.lesnode.app.config;

import java.util.Set;
import org.apache.tuweni.bytes.Bytes32;

/**
 * What light clients get.
 *
 * @param servePercent share of one processor's time spent on serving, in percent; above 100 means
 *     more than one; 0 turns serving off
 * @param maxClients most light clients connected at a time
 * @param ingressKilobytes bandwidth of requests in kilobytes per second, 0: no limit
 * @param egressKilobytes bandwidth of replies in kilobytes per second, 0: no limit
 * @param ownClients the operator's own clients: hashes of their public keys
 * @param reservePercent share of places and capacity that only they get
 * @param freeFloorPercent share that clients without a balance keep
 * @param freePrefix4Bits how many bits of an IPv4 address name a client without a balance
 * @param freePrefix6Bits how many bits of an IPv6 address do
 * @param servesUnsynced serve before the chain is complete
 * @param announceOnly announce heads and serve nothing
 * @param measuredCosts take what was measured on this machine for geth's built-in base costs
 */
public record LightServeSettings(
    int servePercent,
    int maxClients,
    int ingressKilobytes,
    int egressKilobytes,
    Set<Bytes32> ownClients,
    int reservePercent,
    int freeFloorPercent,
    int freePrefix4Bits,
    int freePrefix6Bits,
    boolean servesUnsynced,
    boolean announceOnly,
    boolean measuredCosts) {

  /** Copies the set. */
  public LightServeSettings {
    ownClients = Set.copyOf(ownClients);
  }

  /** The same with another share that clients without a balance keep. */
  public LightServeSettings withFreeFloor(int percent) {
    return new LightServeSettings(
        servePercent,
        maxClients,
        ingressKilobytes,
        egressKilobytes,
        ownClients,
        reservePercent,
        percent,
        freePrefix4Bits,
        freePrefix6Bits,
        servesUnsynced,
        announceOnly,
        measuredCosts);
  }

  /** The defaults for everything else. */
  public LightServeSettings(int servePercent, int maxClients) {
    this(servePercent, maxClients, 0, 0, Set.of(), 0, 0, 32, 64, false, false, false);
  }
}
