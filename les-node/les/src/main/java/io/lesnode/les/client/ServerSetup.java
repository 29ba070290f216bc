package io.lesnode.les.client;

import io.lesnode.devp2p.Enode;
import io.lesnode.les.client.pool.ServerPool;
import io.lesnode.les.client.pool.ServerPrices;
import io.lesnode.les.client.pool.ServerQuery;
import io.lesnode.les.client.pool.ServerSelection;
import io.lesnode.les.client.pool.ServerSource;
import io.lesnode.les.client.value.ServerMemory;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which servers a client uses and how it chooses them. Immutable.
 *
 * @param maxServers how many may be connected; kept and trusted ones come on top
 * @param kept servers to keep connected
 * @param sources where others are found
 * @param selection picks the next one
 * @param prices what they charge
 * @param query asks them before they are dialled, null to dial at once
 * @param memory where what is learned of them is kept
 * @param clock the wall clock, for what is kept
 * @param keptWaitNanos the longest wait before a kept server is dialled again
 */
record ServerSetup(
    int maxServers,
    List<Enode> kept,
    List<ServerSource> sources,
    ServerSelection selection,
    ServerPrices prices,
    @Nullable ServerQuery query,
    ServerMemory memory,
    InstantSource clock,
    long keptWaitNanos) {

  ServerSetup {
    kept = List.copyOf(kept);
    sources = List.copyOf(sources);
  }

  /** Remembers nothing, finds nobody, and everybody is free. */
  static ServerSetup forgetful(int maxServers, Collection<Enode> kept) {
    return new ServerSetup(
        maxServers,
        List.copyOf(kept),
        List.of(),
        ServerSelection.standard(),
        ServerPrices.FREE,
        null,
        ServerMemory.transientMemory(),
        InstantSource.system(),
        ServerPool.Settings.STANDARD.keptWaitNanos());
  }
}
