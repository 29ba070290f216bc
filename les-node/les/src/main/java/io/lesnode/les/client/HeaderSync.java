package io.lesnode.les.client;

import io.lesnode.chain.store.StoreException;
import io.lesnode.flowcontrol.cost.RequestKind;
import io.lesnode.les.client.HeaderChain.ImportOutcome;
import io.lesnode.les.wire.HashOrNumber;
import io.lesnode.primitives.BlockHeader;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the heaviest chain that the servers claim. Confined to the client loop; verification runs
 * on workers, the import on the header writer.
 *
 * <p>One run at a time, with one server: find the last common header, then fetch ranges of up to
 * 192 headers, as many at once as the credit allows and a bounded number ahead of the import.
 * Links, numbers and a sample of the seals are checked on workers while the writer imports earlier
 * ranges, which checks every rule. A run ends at the head that the server claimed; if the header
 * there has not the claimed hash and total difficulty the server lied. A head that follows ours
 * directly is a run of one header.
 *
 * <p>Every fault of a run ends it; the next evaluation takes the best remaining server, so that a
 * liar costs its connection and nothing else.
 */
final class HeaderSync implements LightNode.HeadListener {
  private static final Logger LOG = LoggerFactory.getLogger(HeaderSync.class);

  /**
   * How many headers may be asked for or wait for the import: fewer than the signers that the
   * clique rules remember, about 2 MB.
   */
  private static final long WINDOW_HEADERS = 3840;

  /** geth's limit for light clients: a fork that starts deeper is refused. */
  static final long MAX_FORK_DEPTH = 30_000;

  /** Ranges within this distance of the claimed head get every seal checked. */
  private static final long NEAR_HEAD_BLOCKS = 256;

  /** The smallest range asked for, but for the last: enough to be worth a message. */
  private static final int SMALLEST_RANGE = 12;

  private static final int MAX_STRIKES = 5;
  private static final long STORE_RETRY_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final ClientLoop loop;
  private final ServerTable servers;
  private final Retriever retriever;
  private final HeaderChain chain;
  private final HeaderChecks checks;
  private final Executor headerWriter;
  private final Map<ServerPeer, Integer> strikes = new HashMap<>();
  private final Map<ServerPeer, Long> restingUntilNanos = new HashMap<>();
  private final List<Consumer<HeadChange>> headListeners = new CopyOnWriteArrayList<>();
  private @Nullable Run run;
  private boolean closed;

  HeaderSync(
      ClientLoop loop,
      ServerTable servers,
      Retriever retriever,
      HeaderChain chain,
      HeaderChecks checks,
      Executor headerWriter) {
    this.loop = loop;
    this.servers = servers;
    this.retriever = retriever;
    this.chain = chain;
    this.checks = checks;
    this.headerWriter = headerWriter;
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
    run = null;
  }

  /** What the client is doing. */
  SyncStatus status() {
    if (closed) {
      return new SyncStatus.Closed();
    }
    List<ServerPeer> usable = servers.usable();
    if (usable.isEmpty()) {
      return servers.searchStatus();
    }
    HeaderChain.Head local = chain.head();
    Run current = run;
    ServerPeer ahead = current != null ? current.server : best(usable, local);
    if (ahead == null) {
      return new SyncStatus.Synced(local.number(), usable.size());
    }
    long from = current != null ? current.startNumber : local.number();
    long reached = current != null ? current.imported : local.number();
    return new SyncStatus.Syncing(
        from, Math.max(reached, 0), Math.max(ahead.head().number(), reached), ahead.name());
  }

  @Override
  public void onServerHead(ServerPeer server) {
    AnnouncedHead claim = server.head();
    headerWriter.execute(() -> checkKnownClaim(server, claim));
    evaluate();
  }

  @Override
  public void onServerGone(ServerPeer server) {
    strikes.remove(server);
    restingUntilNanos.remove(server);
    if (run != null && run.server == server) {
      run = null;
    }
    loop.execute(this::evaluate);
  }

  /**
   * A header that we verified, announced with another number or total difficulty, is a lie. On the
   * header writer, because it reads the store.
   */
  private void checkKnownClaim(ServerPeer server, AnnouncedHead claim) {
    HeaderChain.Head known = chain.known(claim.hash());
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
      loop.execute(() -> servers.onFault(server, new ServerFault.Lie(reason)));
    }
  }

  /** Starts a run if none is active and some server claims more than we have. */
  private void evaluate() {
    if (closed || run != null) {
      return;
    }
    HeaderChain.Head local = chain.head();
    ServerPeer server = best(servers.usable(), local);
    if (server != null) {
      Run next = new Run(server, local.number());
      run = next;
      next.start(local);
    }
  }

  private @Nullable ServerPeer best(List<ServerPeer> usable, HeaderChain.Head local) {
    long now = loop.nowNanos();
    ServerPeer best = null;
    for (ServerPeer server : usable) {
      Long restUntil = restingUntilNanos.get(server);
      boolean resting = restUntil != null && restUntil - now > 0;
      if (!resting
          && server.head().totalDifficulty().compareTo(local.totalDifficulty()) > 0
          && (best == null
              || server.head().totalDifficulty().compareTo(best.head().totalDifficulty()) > 0)) {
        best = server;
      }
    }
    return best;
  }

  /** The run made no progress for a reason that an honest server may have too. */
  private void strike(ServerPeer server, String reason) {
    int count = strikes.merge(server, 1, Integer::sum);
    LOG.debug("Header sync with {} stopped ({}), strike {}", server.name(), reason, count);
    if (count >= MAX_STRIKES) {
      servers.onFault(server, new ServerFault.Lie("it cannot prove its head: " + reason));
      return;
    }
    long restNanos = RETRY_NANOS * count;
    restingUntilNanos.put(server, loop.nowNanos() + restNanos);
    loop.schedule(restNanos, this::evaluate);
  }

  /** Fetching one server's chain. Confined to the client loop. */
  private final class Run {
    private final ServerPeer server;
    private final AnnouncedHead target;
    private final long startNumber;
    private final Map<Long, List<BlockHeader>> arrived = new HashMap<>();
    private long nextToAsk;
    private long nextToImport;
    private long imported;
    private long headersOpen;
    private int asked;

    private Run(ServerPeer server, long localNumber) {
      this.server = server;
      this.target = server.head();
      this.startNumber = localNumber;
      this.imported = localNumber;
    }

    private boolean isOver() {
      return run != this;
    }

    private void end() {
      if (run == this) {
        run = null;
      }
      loop.execute(HeaderSync.this::evaluate);
    }

    /** Our own disk failed: no server's fault, so try again later. */
    private void pause() {
      if (run == this) {
        run = null;
        loop.schedule(STORE_RETRY_NANOS, HeaderSync.this::evaluate);
      }
    }

    private void failed(String reason) {
      if (run == this) {
        run = null;
        strike(server, reason);
        loop.execute(HeaderSync.this::evaluate);
      }
    }

    private void lied(String reason) {
      if (run == this) {
        run = null;
        servers.onFault(server, new ServerFault.Lie(reason));
        loop.execute(HeaderSync.this::evaluate);
      }
    }

    private void start(HeaderChain.Head local) {
      LOG.debug("Syncing from {} at {} to {}", server.name(), local.number(), target.number());
      if (local.number() == 0) {
        fetchFrom(0);
      } else if (target.number() == local.number() + 1) {
        fetchNextHead(local);
      } else {
        probeRecent(local);
      }
    }

    /** The usual announcement: one header on top of ours, asked for by hash. */
    private void fetchNextHead(HeaderChain.Head local) {
      ask(
          new Question.Headers(HashOrNumber.of(target.hash()), 1, 0, false),
          HeaderChecks.single(target.hash(), target.number()),
          headers -> {
            if (headers.getFirst().parentHash().equals(local.hash())) {
              nextToAsk = target.number() + 1;
              nextToImport = target.number();
              headersOpen = 1;
              arrived.put(target.number(), headers);
              importArrived();
            } else {
              probeRecent(local);
            }
          });
    }

    /** Asks for the newest headers that both may have. */
    private void probeRecent(HeaderChain.Head local) {
      long top = Math.min(local.number(), target.number());
      int amount = (int) Math.min(maxRange(), top + 1);
      ask(
          new Question.Headers(HashOrNumber.of(top), amount, 0, true),
          newestCommon(top, amount),
          common -> {
            if (common.isPresent()) {
              fetchFrom(common.getAsLong());
            } else {
              probeBetween(0, top - amount + 1, local.number());
            }
          });
    }

    /** Binary search: {@code low} is common (genesis at least), {@code high} is not. */
    private void probeBetween(long low, long high, long localNumber) {
      if (localNumber - high > MAX_FORK_DEPTH) {
        lied("its chain forks off more than " + MAX_FORK_DEPTH + " blocks below our head");
        return;
      }
      if (high - low <= 1) {
        fetchFrom(low);
        return;
      }
      long middle = low + (high - low) / 2;
      ask(
          new Question.Headers(HashOrNumber.of(middle), 1, 0, false),
          newestCommon(middle, 1),
          common -> {
            if (common.isPresent()) {
              probeBetween(middle, high, localNumber);
            } else {
              probeBetween(low, middle, localNumber);
            }
          });
    }

    /** Which of the headers downwards from {@code top} is in our chain; looked up on a worker. */
    private Ask.AnswerCheck<OptionalLong> newestCommon(long top, int amount) {
      Ask.AnswerCheck<List<BlockHeader>> check = HeaderChecks.descending(top, amount);
      return (from, reply) ->
          check.check(from, reply).stream()
              .filter(header -> header.hash().equals(chain.canonicalHash(header.number())))
              .mapToLong(BlockHeader::number)
              .findFirst();
    }

    private void fetchFrom(long ancestor) {
      nextToAsk = ancestor + 1;
      nextToImport = ancestor + 1;
      imported = ancestor;
      if (nextToAsk > target.number()) {
        failed("its head is an ancestor of ours, yet it claims more total difficulty");
        return;
      }
      askMore();
    }

    private void askMore() {
      while (!isOver() && headersOpen < WINDOW_HEADERS && nextToAsk <= target.number()) {
        long from = nextToAsk;
        int amount = nextRange();
        if (amount == 0) {
          break;
        }
        boolean everySeal = target.number() - from < NEAR_HEAD_BLOCKS;
        nextToAsk += amount;
        headersOpen += amount;
        asked++;
        ask(
            new Question.Headers(HashOrNumber.of(from), amount, 0, false),
            checks.ascending(from, amount, everySeal),
            headers -> {
              asked--;
              arrived.put(from, headers);
              importArrived();
              askMore();
            });
      }
    }

    /**
     * How many headers to ask for next. While credit is short the ranges become small: a server
     * tells the credit that it granted above the guaranteed recharge only in replies, so that
     * waiting in silence for the price of a large range would waste most of it. 0 if a reply or the
     * passing of time must come first.
     */
    private int nextRange() {
      long left = target.number() - nextToAsk + 1;
      int smallest = (int) Math.min(left, Math.min(SMALLEST_RANGE, maxRange()));
      int affordable = server.affordableHeaders(loop.nowNanos());
      if (affordable >= smallest || asked == 0) {
        return (int) Math.min(left, Math.max(smallest, affordable));
      }
      return 0;
    }

    private int maxRange() {
      return server.maxItems(RequestKind.HEADERS);
    }

    private void importArrived() {
      List<BlockHeader> headers = arrived.remove(nextToImport);
      while (headers != null) {
        List<BlockHeader> batch = headers;
        nextToImport += batch.size();
        headerWriter.execute(
            () -> {
              ImportOutcome outcome = importGuarded(batch);
              loop.execute(() -> onImported(outcome, batch.size()));
            });
        headers = arrived.remove(nextToImport);
      }
    }

    /** On the header writer. A full disk must not end its thread. */
    private ImportOutcome importGuarded(List<BlockHeader> batch) {
      try {
        return chain.importHeaders(batch);
      } catch (StoreException e) {
        LOG.error("Headers could not be stored", e);
        return new ImportOutcome.NotStored(String.valueOf(e.getMessage()));
      }
    }

    private void onImported(ImportOutcome outcome, int count) {
      switch (outcome) {
        case ImportOutcome.Imported(HeaderChain.Head last, HeadChange change) -> {
          if (change != null) {
            headListeners.forEach(listener -> listener.accept(change));
          }
          onProgress(last, count);
        }
        case ImportOutcome.NotStored(String reason) -> pause();
        case ImportOutcome.Refused(String reason, boolean lie) -> {
          if (lie) {
            lied(reason);
          } else {
            failed(reason);
          }
        }
      }
    }

    private void onProgress(HeaderChain.Head last, int count) {
      if (isOver()) {
        return;
      }
      imported = last.number();
      headersOpen -= count;
      if (imported < target.number()) {
        askMore();
        return;
      }
      if (!last.hash().equals(target.hash())) {
        failed("block " + target.number() + " is not the head that it claimed");
      } else if (!last.totalDifficulty().equals(target.totalDifficulty())) {
        lied(
            "it claimed total difficulty %s for block %d, which has %s"
                .formatted(
                    target.totalDifficulty().toDecimalString(),
                    last.number(),
                    last.totalDifficulty().toDecimalString()));
      } else {
        strikes.remove(server);
        end();
      }
    }

    private <T> void ask(Question.Headers question, Ask.AnswerCheck<T> check, Consumer<T> next) {
      Ask<T> ask =
          new Ask<>(
              "headers",
              question,
              candidate -> candidate == server,
              check,
              true,
              "the server of this sync is gone");
      retriever.ask(
          ask,
          answer -> {
            if (isOver()) {
              return;
            }
            switch (answer) {
              case Retrieval.Retrieved<T>(T value) -> next.accept(value);
              case Retrieval.Failed<T>(RetrievalFailure failure) -> failed(failure.message());
            }
          });
    }
  }
}
