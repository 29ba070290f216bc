package io.lesnode.les.client;

import io.lesnode.chain.store.StoreException;
import io.lesnode.les.client.checkpoint.CheckpointPolicy;
import io.lesnode.les.client.checkpoint.CheckpointPolicy.Start;
import io.lesnode.les.client.ulc.HeadAgreement;
import io.lesnode.les.client.ulc.HeadAgreement.Claim;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the heaviest chain that the servers claim or, as an ultra light client, the heaviest head
 * that enough trusted servers agree on. Confined to the client loop; verification runs on workers,
 * everything that writes the chain on the header writer.
 *
 * <p>One run at a time ({@link SyncRun}), each with one server that may be helped by others; where
 * the policy names a checkpoint that is ahead of our head, a {@link CheckpointJump} comes first.
 *
 * <p>Every fault ends the run; the next evaluation takes the best remaining server, so that a liar
 * costs its connection and nothing else. Headers that were taken over from a run that then proved
 * to be a lie are rolled back as far as their seals were only sampled; an ultra light client rolls
 * back everything that no agreed head stands on.
 */
final class HeaderSync implements LightNode.HeadListener {
  private static final Logger LOG = LoggerFactory.getLogger(HeaderSync.class);

  /** geth: fsHeaderSafetyNet; how many sampled headers are given up after an invalid one. */
  static final long SAFETY_NET_HEADERS = 2048;

  private static final int MAX_STRIKES = 5;
  private static final long STORE_RETRY_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final SyncTools tools;
  private final SyncPolicy policy;
  private final TrustedSections trusted;
  private final CheckpointPolicy.Cut cut;
  private final @Nullable HeadAgreement agreement;
  private final Map<ServerPeer, Integer> strikes = new HashMap<>();
  private final Map<ServerPeer, Long> restingUntilNanos = new HashMap<>();
  private final List<Consumer<HeadChange>> headListeners = new CopyOnWriteArrayList<>();
  private final RunObserver observer = new RunObserver();
  private @Nullable SyncRun run;
  private @Nullable CheckpointJump jump;
  private @Nullable ServerPeer alone;
  private boolean rollingBack;
  private boolean closed;

  HeaderSync(
      SyncTools tools, SyncPolicy policy, TrustedSections trusted, CheckpointPolicy.Cut cut) {
    this.tools = tools;
    this.policy = policy;
    this.trusted = trusted;
    this.cut = cut;
    this.agreement = policy.trusted().map(HeadAgreement::new).orElse(null);
    policy.checkpoints().known().ifPresent(trusted::registerTrusted);
    trusted
        .newest()
        .ifPresent(
            section ->
                tools
                    .chain()
                    .pin(cut.sections().last(section.sectionIndex()), section.sectionHead()));
  }

  /** Calls {@code listener} on the client loop after every change of the local head. */
  void onHead(Consumer<HeadChange> listener) {
    headListeners.add(listener);
  }

  /** Ends the calls. */
  void removeHeadListener(Consumer<HeadChange> listener) {
    headListeners.remove(listener);
  }

  /** Starts nothing any more. */
  void close() {
    closed = true;
    abandon();
  }

  /** What the client is doing. */
  SyncStatus status() {
    if (closed) {
      return new SyncStatus.Closed();
    }
    List<ServerPeer> usable = tools.servers().usable();
    if (usable.isEmpty()) {
      return tools.servers().searchStatus();
    }
    HeaderChain.Head local = tools.chain().head();
    CheckpointJump jumping = jump;
    if (jumping != null) {
      return new SyncStatus.Jumping(jumping.sectionIndex(), jumping.server().name());
    }
    SyncRun running = run;
    if (running != null) {
      long reached = Math.max(0, running.imported());
      AnnouncedHead target = running.aim().target();
      return new SyncStatus.Syncing(
          running.startNumber(),
          reached,
          Math.max(target.number(), reached),
          running.aim().server().name());
    }
    SyncAim aim = aim();
    if (aim != null) {
      return new SyncStatus.Syncing(
          local.number(),
          local.number(),
          Math.max(local.number(), aim.target().number()),
          aim.server().name());
    }
    return restStatus(local, usable.size());
  }

  private SyncStatus restStatus(HeaderChain.Head local, int servers) {
    HeadAgreement heads = agreement;
    if (heads != null) {
      int needed = heads.trusted().needed();
      int known = heads.trusted().ids().size();
      HeadAgreement.Support disputed = heads.heaviest().orElse(null);
      if (disputed != null
          && disputed.claim().totalDifficulty().compareTo(local.totalDifficulty()) > 0
          && !heads.trusted().isEnough(disputed.agreeing())) {
        return new SyncStatus.NotAgreed(
            disputed.agreeing(), known, needed, disputed.claim().number(), local.number());
      }
      if (heads.connected() < needed) {
        return new SyncStatus.NotAgreed(
            heads.connected(), known, needed, local.number(), local.number());
      }
    }
    return new SyncStatus.Synced(local.number(), servers);
  }

  @Override
  public void onServerHead(ServerPeer server) {
    AnnouncedHead claim = server.head();
    if (agreement != null) {
      agreement.onClaim(
          server.id(), new Claim(claim.hash(), claim.number(), claim.totalDifficulty()));
    }
    tools.headerWriter().execute(() -> checkKnownClaim(server, claim));
    evaluate();
  }

  @Override
  public void onServerGone(ServerPeer server) {
    strikes.remove(server);
    restingUntilNanos.remove(server);
    if (alone == server) {
      alone = null;
    }
    if (agreement != null) {
      agreement.onGone(server.id());
    }
    SyncRun running = run;
    if (running != null && running.aim().server() == server) {
      abandon();
      if (agreement != null) {
        giveBack(running, running.ancestor());
      }
    }
    CheckpointJump jumping = jump;
    if (jumping != null && jumping.server() == server) {
      abandon();
    }
    evaluateSoon();
  }

  private void abandon() {
    if (run != null) {
      run.abandon();
      run = null;
    }
    if (jump != null) {
      jump.abandon();
      jump = null;
    }
  }

  /**
   * A header that we verified, announced with another number or total difficulty, is a lie. On the
   * header writer, because it reads the store.
   */
  private void checkKnownClaim(ServerPeer server, AnnouncedHead claim) {
    HeaderChain.Head known;
    try {
      known = tools.chain().known(claim.hash());
    } catch (StoreException e) {
      LOG.error("A header could not be read", e);
      return;
    }
    if (known != null
        && (known.number() != claim.number()
            || !known.totalDifficulty().equals(claim.totalDifficulty()))) {
      String reason =
          "it announced block %s as number %d with total difficulty %s; it is number %d with %s"
              .formatted(
                  claim.hash(),
                  claim.number(),
                  claim.totalDifficulty().toDecimalString(),
                  known.number(),
                  known.totalDifficulty().toDecimalString());
      tools.loop().execute(() -> tools.servers().onFault(server, new ServerFault.Lie(reason)));
    }
  }

  private void evaluateSoon() {
    tools.loop().execute(this::evaluate);
  }

  /** Starts a run if none is active and some server claims more than we have. */
  private void evaluate() {
    if (closed || run != null || jump != null || rollingBack) {
      return;
    }
    SyncAim aim = aim();
    if (aim == null) {
      return;
    }
    long headNumber = tools.chain().head().number();
    Start start = policy.checkpoints().choose(headNumber, aim.server().terms().checkpoint(), cut);
    switch (start) {
      case Start.AtHead atHead -> run(aim);
      case Start.AtCheckpoint of -> jumpOrRun(aim, of.checkpoint().sectionIndex(), start);
      case Start.IfApproved of ->
          jumpOrRun(aim, of.checkpoint().checkpoint().sectionIndex(), start);
    }
  }

  private void run(SyncAim aim) {
    SyncRun next = new SyncRun(tools, aim, alone == aim.server(), observer);
    run = next;
    next.start();
  }

  /** A server that is below the checkpoint itself can only be followed header by header. */
  private void jumpOrRun(SyncAim aim, long sectionIndex, Start start) {
    if (aim.target().number() <= cut.sections().last(sectionIndex)) {
      run(aim);
      return;
    }
    CheckpointJump next =
        new CheckpointJump(tools, trusted, cut, aim.server(), start, this::onJumped);
    jump = next;
    next.start();
  }

  private void onJumped(CheckpointJump ended, CheckpointJump.End end) {
    jump = null;
    ServerPeer server = ended.server();
    switch (end) {
      case CheckpointJump.End.Done(HeadChange change) -> {
        LOG.info("The chain goes on from block {}, proven by a checkpoint", change.head().number());
        observer.onHeadChange(change);
        evaluate();
      }
      case CheckpointJump.End.Stuck(String reason) ->
          strike(
              server, reason, new ServerFault.TooSlow("it cannot prove a checkpoint: " + reason));
      case CheckpointJump.End.Lied(String reason) ->
          tools.servers().onFault(server, new ServerFault.Lie(reason));
      case CheckpointJump.End.NotStored() -> retryLater();
    }
  }

  private void retryLater() {
    tools.loop().schedule(STORE_RETRY_NANOS, this::evaluate);
  }

  /** The head to reach next and the server to fetch it from, or null. */
  private @Nullable SyncAim aim() {
    HeaderChain.Head local = tools.chain().head();
    HeadAgreement heads = agreement;
    Claim agreed = heads == null ? null : heads.agreed().orElse(null);
    if (heads != null
        && (agreed == null
            || agreed.totalDifficulty().compareTo(local.totalDifficulty()) <= 0
            || agreed.hash().equals(local.hash()))) {
      return null;
    }
    long now = tools.loop().nowNanos();
    ServerPeer best = null;
    for (ServerPeer server : tools.servers().usable()) {
      Long restUntil = restingUntilNanos.get(server);
      boolean resting = restUntil != null && restUntil - now > 0;
      if (!resting && leadsTo(server, local, agreed) && (best == null || isHeavier(server, best))) {
        best = server;
      }
    }
    if (best == null) {
      return null;
    }
    AnnouncedHead target =
        agreed == null
            ? best.head()
            : new AnnouncedHead(agreed.hash(), agreed.number(), agreed.totalDifficulty());
    return new SyncAim(best, target);
  }

  private static boolean leadsTo(
      ServerPeer server, HeaderChain.Head local, @Nullable Claim agreed) {
    return agreed == null
        ? server.head().totalDifficulty().compareTo(local.totalDifficulty()) > 0
        : server.head().totalDifficulty().compareTo(agreed.totalDifficulty()) >= 0;
  }

  private static boolean isHeavier(ServerPeer server, ServerPeer than) {
    return server.head().totalDifficulty().compareTo(than.head().totalDifficulty()) > 0;
  }

  /**
   * No progress for a reason that an honest server may have too.
   *
   * @param fault what it is when it happens again and again
   */
  private void strike(ServerPeer server, String reason, ServerFault fault) {
    int count = strikes.merge(server, 1, Integer::sum);
    LOG.debug("Header sync with {} stopped ({}), strike {}", server.name(), reason, count);
    if (count >= MAX_STRIKES) {
      tools.servers().onFault(server, fault);
      return;
    }
    long restNanos = RETRY_NANOS * count;
    restingUntilNanos.put(server, tools.loop().nowNanos() + restNanos);
    tools.loop().schedule(restNanos, this::evaluate);
    evaluateSoon();
  }

  /** Rolls back what a run took over, down to {@code to} or to a head that servers agree on. */
  private void giveBack(SyncRun ended, long to) {
    if (ended.imported() <= to) {
      return;
    }
    Set<Bytes32> agreed = agreement == null ? Set.of() : agreement.agreedHashes();
    rollingBack = true;
    tools
        .headerWriter()
        .execute(
            () -> {
              HeadChange change = null;
              try {
                change = rollBack(to, agreed);
              } catch (StoreException e) {
                LOG.error("Headers could not be rolled back", e);
              }
              HeadChange moved = change;
              tools.loop().execute(() -> onRolledBack(moved));
            });
  }

  /** On the header writer. */
  private @Nullable HeadChange rollBack(long to, Set<Bytes32> agreed) {
    HeaderChain chain = tools.chain();
    long number = chain.head().number();
    while (number > to && !agreed.contains(chain.canonicalHash(number))) {
      number--;
    }
    return chain.rollBackTo(number);
  }

  private void onRolledBack(@Nullable HeadChange change) {
    rollingBack = false;
    if (change != null) {
      LOG.info(
          "Went back to block {}: the headers above it are not vouched for",
          change.head().number());
      observer.onHeadChange(change);
    }
    evaluate();
  }

  /** Hears of the run. */
  private final class RunObserver implements SyncRun.Observer {
    @Override
    public void onHeadChange(HeadChange change) {
      headListeners.forEach(listener -> listener.accept(change));
    }

    @Override
    public void onEnd(SyncRun ended, SyncRun.End end) {
      run = null;
      ServerPeer server = ended.aim().server();
      if (agreement != null && !(end instanceof SyncRun.End.Reached)) {
        giveBack(ended, ended.ancestor());
      } else if (end instanceof SyncRun.End.Lied && !tools.checks().checksEverySeal()) {
        giveBack(ended, Math.max(ended.ancestor(), ended.imported() - SAFETY_NET_HEADERS));
      }
      switch (end) {
        case SyncRun.End.Reached() -> {
          strikes.remove(server);
          alone = null;
          evaluateSoon();
        }
        case SyncRun.End.Stuck(String reason) ->
            strike(server, reason, new ServerFault.Lie("it cannot prove its head: " + reason));
        case SyncRun.End.Mixed(String reason) -> {
          LOG.debug("Header sync goes on with {} alone ({})", server.name(), reason);
          alone = server;
          evaluateSoon();
        }
        case SyncRun.End.Lied(ServerPeer liar, String reason) -> {
          tools.servers().onFault(liar, new ServerFault.Lie(reason));
          evaluateSoon();
        }
        case SyncRun.End.NotStored() -> retryLater();
      }
    }
  }
}
