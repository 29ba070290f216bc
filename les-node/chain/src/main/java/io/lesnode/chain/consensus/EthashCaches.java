package io.lesnode.chain.consensus;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * The few ethash caches in use, generated on demand. Two at most, the least recently used goes
 * first: a chain crosses one epoch boundary at a time. Safe for any number of threads; those that
 * need a cache under generation wait for the one thread that makes it.
 */
final class EthashCaches {
  private static final int MAX_CACHES = 2;

  private final Map<Integer, CompletableFuture<EthashCache>> caches =
      new LinkedHashMap<>(4, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(
            Map.Entry<Integer, CompletableFuture<EthashCache>> eldest) {
          return size() > MAX_CACHES;
        }
      };

  EthashCache cacheOfBlock(long number) {
    EthashEpoch epoch = EthashEpoch.ofBlock(number);
    CompletableFuture<EthashCache> mine = new CompletableFuture<>();
    CompletableFuture<EthashCache> known;
    synchronized (caches) {
      known = caches.putIfAbsent(epoch.index(), mine);
    }
    if (known != null) {
      return known.join();
    }
    try {
      mine.complete(EthashCache.generate(epoch));
    } finally {
      if (!mine.isDone()) { // out of memory: the next caller tries again
        synchronized (caches) {
          caches.remove(epoch.index(), mine);
        }
        mine.cancel(false);
      }
    }
    return mine.join();
  }
}
