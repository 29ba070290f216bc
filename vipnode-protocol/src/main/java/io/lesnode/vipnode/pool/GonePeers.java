package io.lesnode.vipnode.pool;

import io.lesnode.vipnode.wire.VipLimits;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.tuweni.bytes.Bytes32;

/**
 * Which of its peers a member must no longer count on; told once (vipnode's "invalid peers").
 * Confined to its {@link PoolMachine}.
 */
final class GonePeers {
  private final Map<Bytes32, Set<Bytes32>> peers = new HashMap<>();

  void add(Bytes32 member, Bytes32 peer) {
    Set<Bytes32> known = peers.computeIfAbsent(member, key -> new LinkedHashSet<>());
    if (known.size() < VipLimits.INVALID_PEERS) {
      known.add(peer);
    }
  }

  List<Bytes32> take(Bytes32 member) {
    Set<Bytes32> known = peers.remove(member);
    return known == null ? List.of() : List.copyOf(known);
  }

  void forget(Predicate<Bytes32> members) {
    peers.keySet().removeIf(members);
  }
}
