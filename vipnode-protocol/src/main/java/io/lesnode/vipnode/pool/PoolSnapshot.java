package io.lesnode.vipnode.pool;

import java.util.List;
import org.apache.tuweni.bytes.Bytes32;

/**
 * What a pool keeps over a restart besides its books.
 *
 * @param hosts what it knows of hosts
 * @param quarrels who disagreed with whom
 */
public record PoolSnapshot(List<KnownHost> hosts, List<Quarrel> quarrels) {
  /** Copies the lists. */
  public PoolSnapshot {
    hosts = List.copyOf(hosts);
    quarrels = List.copyOf(quarrels);
  }

  /** A host. */
  public record KnownHost(HostFacts facts, long lastSeenSeconds, FaultScore score) {}

  /** How often a client and a host disagreed. */
  public record Quarrel(Bytes32 client, Bytes32 host, int count) {}
}
