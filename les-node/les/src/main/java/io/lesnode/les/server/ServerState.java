package io.lesnode.les.server;

import io.lesnode.les.wire.LesMessage.Announce;
import io.lesnode.primitives.crypto.KeyPair;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Everything that the node loop of a LES server owns; confined to the node loop. Its parts: the
 * {@link ServingBudget}, the {@link ServedClients} with their pool, the peers in every phase, and
 * the head that is news.
 */
final class ServerState {

  private final LesServerConfig config;
  private final ServedChain chain;
  private final NodeLoop loop;
  private final ServingPool workers;
  private final Handshake handshake;
  private final ServingBudget budget;
  private final ServedClients clients;
  private final ServerCounters counters = new ServerCounters();
  private final ClientLog log;
  private final SplittableRandom random;
  private final KeyPair nodeKey;
  private final AnnouncementPace pace;
  private final Set<ServedPeer> peers = new HashSet<>();
  private Supplier<Optional<Announce>> news = Optional::empty;
  private @Nullable HeadAnnouncement lastHead;
  private boolean announcing;
  private int serverLinks;
  private boolean synced = true;

  /**
   * What a server is made of.
   *
   * @param memory where changes of balances go
   * @param remembered what was stored when the process was started
   * @param nodeKey signs announcements
   */
  record Parts(
      ServedChain chain,
      NodeLoop loop,
      ServingPool workers,
      ServerMemory memory,
      Remembered remembered,
      KeyPair nodeKey,
      InstantSource clock,
      SplittableRandom random) {}

  ServerState(LesServerConfig config, Parts parts) {
    this.config = config;
    this.chain = parts.chain();
    this.loop = parts.loop();
    this.workers = parts.workers();
    this.random = parts.random();
    this.nodeKey = parts.nodeKey();
    this.handshake = new Handshake(config, chain);
    this.log = new ClientLog(loop, parts.clock());
    this.pace = new AnnouncementPace(loop.nowNanos());
    this.budget =
        new ServingBudget(config, loop, workers, parts.memory(), parts.remembered().logFactor());
    this.clients =
        new ServedClients(config, loop, budget, parts.memory(), parts.remembered(), counters);
  }

  /** Starts the timers. */
  void start() {
    budget.start();
    clients.start();
  }

  /** Hands everything that must be remembered to the memory; the server is being ended. */
  void stop() {
    budget.storeFactor();
    clients.stop();
  }

  LesServerConfig config() {
    return config;
  }

  ServedChain chain() {
    return chain;
  }

  NodeLoop loop() {
    return loop;
  }

  ServingPool workers() {
    return workers;
  }

  Handshake handshake() {
    return handshake;
  }

  ServingBudget budget() {
    return budget;
  }

  ServedClients clients() {
    return clients;
  }

  ServerCounters counters() {
    return counters;
  }

  ClientLog log() {
    return log;
  }

  boolean isSynced() {
    return synced || config.servesUnsynced();
  }

  void setSynced(boolean isSynced) {
    synced = isSynced;
  }

  /** While blocks are imported nobody gets a bonus and fewer threads serve. */
  void setImporting(boolean isImporting) {
    long tookNanos = budget.setImporting(isImporting);
    if (tookNanos > 0) {
      counters.onImported(tookNanos);
    }
  }

  /** A random number from 0 to below {@code bound}. */
  long randomBelow(long bound) {
    return random.nextLong(bound);
  }

  void onPeerAccepted(ServedPeer peer) {
    peers.add(peer);
    peer.onAccepted();
  }

  void onPeerClosed(ServedPeer peer) {
    peers.remove(peer);
  }

  /** Takes one of the places for links to other servers; false if there is none. */
  boolean addServerLink() {
    if (serverLinks >= config.maxServerLinks()) {
      return false;
    }
    serverLinks++;
    return true;
  }

  void removeServerLink() {
    serverLinks--;
  }

  int serverLinks() {
    return serverLinks;
  }

  /** The head that was announced last, for those who come while it is news. */
  Optional<HeadAnnouncement> lastHead() {
    return Optional.ofNullable(lastHead);
  }

  /**
   * There is a head to announce.
   *
   * @param source gives the newest announcement when its time has come
   */
  void onNews(Supplier<Optional<Announce>> source) {
    news = source;
    if (!announcing) {
      announcing = true;
      announceInTime();
    }
  }

  private void announceInTime() {
    long delayNanos = pace.delayNanos(loop.nowNanos());
    if (delayNanos > 0) {
      loop.schedule(delayNanos, this::announceInTime);
      return;
    }
    announcing = false;
    Optional<Announce> announce = news.get();
    if (announce.isPresent()) {
      pace.onAnnounced(loop.nowNanos());
      HeadAnnouncement head = new HeadAnnouncement(announce.get(), nodeKey);
      lastHead = head;
      clients.announce(head);
    }
  }

  int peerCount() {
    return peers.size();
  }
}
