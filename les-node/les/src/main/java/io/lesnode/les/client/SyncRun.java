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
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One way up to a head that a server claims: find the last header that both have, then fetch ranges
 * of up to 192 headers, as many at once as the credit allows and a bounded number ahead of the
 * import. Confined to the client loop.
 *
 * <p>Links, numbers and a sample of the seals are checked on workers while the writer imports
 * earlier ranges, which checks every rule. The run ends at the claimed head; if the header there
 * has not the claimed hash and total difficulty the server lied. A head that follows ours directly
 * is a run of one header.
 *
 * <p>Other servers that claim at least as heavy a head fetch ranges too. Whether theirs is the same
 * chain shows where two ranges meet: if they do not fit, nobody can say yet who is wrong, and the
 * run ends with {@link End.Mixed}, to be done again with its own server alone.
 */
final class SyncRun {
  private static final Logger LOG = LoggerFactory.getLogger(SyncRun.class);

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

  /** How a run ends. */
  sealed interface End {
    /** The claimed head is ours. */
    record Reached() implements End {}

    /** No progress, for a reason that an honest server may have too. */
    record Stuck(String reason) implements End {}

    /** A server sent what no honest server could have sent. */
    record Lied(ServerPeer liar, String reason) implements End {}

    /** Ranges of several servers do not fit together. */
    record Mixed(String reason) implements End {}

    /** Our own disk failed. */
    record NotStored() implements End {}
  }

  /** Hears of a run; on the client loop. */
  interface Observer {
    /** The head moved. */
    void onHeadChange(HeadChange change);

    /** The run is over. */
    void onEnd(SyncRun run, End end);
  }

  /** Headers with the server that sent them. */
  private record Range(ServerPeer from, List<BlockHeader> headers) {}

  private final SyncTools tools;
  private final SyncAim aim;
  private final boolean alone;
  private final Observer observer;
  private final long startNumber;
  private final Map<Long, Range> arrived = new HashMap<>();
  private long ancestor;
  private long nextToAsk;
  private long nextToImport;
  private long imported;
  private long headersOpen;
  private int asked;
  private boolean mixed;
  private boolean over;

  /**
   * Prepares a run.
   *
   * @param alone ask no server but the one of the aim
   */
  SyncRun(SyncTools tools, SyncAim aim, boolean alone, Observer observer) {
    this.tools = tools;
    this.aim = aim;
    this.alone = alone;
    this.observer = observer;
    this.startNumber = tools.chain().head().number();
    this.ancestor = startNumber;
    this.imported = startNumber;
  }

  /** What it is after. */
  SyncAim aim() {
    return aim;
  }

  /** The head when it began. */
  long startNumber() {
    return startNumber;
  }

  /** The last header that was imported. */
  long imported() {
    return imported;
  }

  /** The last header that our chain had in common with the one that is fetched. */
  long ancestor() {
    return ancestor;
  }

  /** Gives up without a word to the observer. */
  void abandon() {
    over = true;
  }

  private void end(End end) {
    if (!over) {
      over = true;
      observer.onEnd(this, end);
    }
  }

  private void stuck(String reason) {
    end(mixed ? new End.Mixed(reason) : new End.Stuck(reason));
  }

  private void lied(ServerPeer liar, String reason) {
    end(new End.Lied(liar, reason));
  }

  /** Begins. */
  void start() {
    HeaderChain.Head local = tools.chain().head();
    AnnouncedHead target = aim.target();
    LOG.debug("Syncing from {} at {} to {}", aim.server().name(), local.number(), target.number());
    if (local.number() == tools.chain().start()) {
      fetchFrom(local.number());
    } else if (target.number() == local.number() + 1) {
      fetchNextHead(local);
    } else {
      probeRecent(local);
    }
  }

  /** The usual announcement: one header on top of ours, asked for by hash. */
  private void fetchNextHead(HeaderChain.Head local) {
    AnnouncedHead target = aim.target();
    ask(
        new Question.Headers(HashOrNumber.of(target.hash()), 1, 0, false),
        HeaderChecks.single(target.hash(), target.number()),
        headers -> {
          if (headers.getFirst().parentHash().equals(local.hash())) {
            nextToAsk = target.number() + 1;
            nextToImport = target.number();
            headersOpen = 1;
            arrived.put(target.number(), new Range(aim.server(), headers));
            importArrived();
          } else {
            probeRecent(local);
          }
        });
  }

  /** Asks for the newest headers that both may have. */
  private void probeRecent(HeaderChain.Head local) {
    long bottom = tools.chain().start();
    long top = Math.min(local.number(), aim.target().number());
    if (top < bottom) {
      stuck("its head is below block " + bottom + ", where our chain begins");
      return;
    }
    int amount = (int) Math.min(maxRange(), top - bottom + 1);
    ask(
        new Question.Headers(HashOrNumber.of(top), amount, 0, true),
        newestCommon(top, amount),
        common -> {
          if (common.isPresent()) {
            fetchFrom(common.getAsLong());
          } else {
            probeBetween(bottom, top - amount + 1, local.number());
          }
        });
  }

  /** Binary search: {@code low} is common (the start at least), {@code high} is not. */
  private void probeBetween(long low, long high, long localNumber) {
    if (localNumber - high > MAX_FORK_DEPTH) {
      lied(
          aim.server(),
          "its chain forks off more than " + MAX_FORK_DEPTH + " blocks below our head");
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
            .filter(header -> header.hash().equals(tools.chain().canonicalHash(header.number())))
            .mapToLong(BlockHeader::number)
            .findFirst();
  }

  private void fetchFrom(long common) {
    ancestor = common;
    nextToAsk = common + 1;
    nextToImport = common + 1;
    imported = common;
    if (nextToAsk > aim.target().number()) {
      stuck("its head is an ancestor of ours, yet it claims more total difficulty");
      return;
    }
    askMore();
  }

  private void askMore() {
    while (!over && headersOpen < WINDOW_HEADERS && nextToAsk <= aim.target().number()) {
      long from = nextToAsk;
      int amount = nextRange();
      if (amount == 0) {
        break;
      }
      boolean everySeal = aim.target().number() - from < NEAR_HEAD_BLOCKS;
      nextToAsk += amount;
      headersOpen += amount;
      asked++;
      Ask.AnswerCheck<List<BlockHeader>> check = tools.checks().ascending(from, amount, everySeal);
      ask(
          new Question.Headers(HashOrNumber.of(from), amount, 0, false),
          candidate -> takesPart(candidate) && candidate.maxItems(RequestKind.HEADERS) >= amount,
          (sender, reply) -> new Range(sender, check.check(sender, reply)),
          range -> {
            asked--;
            mixed |= range.from() != aim.server();
            if (endsElsewhere(range)) {
              stuck("block " + aim.target().number() + " is not the head that it claimed");
              return;
            }
            arrived.put(from, range);
            importArrived();
            askMore();
          });
    }
  }

  /**
   * Whether headers lead to another head than the claimed one: then nothing of them is taken, since
   * of two heads of the same weight the first one known stays. A server that changed its mind
   * announces that.
   */
  private boolean endsElsewhere(Range range) {
    BlockHeader last = range.headers().getLast();
    return last.number() == aim.target().number() && !last.hash().equals(aim.target().hash());
  }

  /**
   * How many headers to ask for next. While credit is short the ranges become small: a server tells
   * the credit that it granted above the guaranteed recharge only in replies, so that waiting in
   * silence for the price of a large range would waste most of it. 0 if a reply or the passing of
   * time must come first.
   */
  private int nextRange() {
    long left = aim.target().number() - nextToAsk + 1;
    int most = 0;
    int affordable = 0;
    long now = tools.loop().nowNanos();
    for (ServerPeer server : tools.servers().usable()) {
      if (takesPart(server)) {
        most = Math.max(most, server.maxItems(RequestKind.HEADERS));
        affordable = Math.max(affordable, server.affordableHeaders(now));
      }
    }
    int smallest = (int) Math.min(left, Math.min(SMALLEST_RANGE, Math.max(1, most)));
    if (affordable >= smallest || asked == 0) {
      return (int) Math.min(left, Math.max(smallest, affordable));
    }
    return 0;
  }

  /** Whether a server is asked for ranges: ours, and whoever claims as heavy a head. */
  private boolean takesPart(ServerPeer candidate) {
    AnnouncedHead target = aim.target();
    return candidate == aim.server()
        || (!alone
            && candidate.head().number() >= target.number()
            && candidate.head().totalDifficulty().compareTo(target.totalDifficulty()) >= 0);
  }

  private int maxRange() {
    return aim.server().maxItems(RequestKind.HEADERS);
  }

  private void importArrived() {
    Range range = arrived.remove(nextToImport);
    while (range != null) {
      Range batch = range;
      nextToImport += batch.headers().size();
      tools
          .headerWriter()
          .execute(
              () -> {
                ImportOutcome outcome = importGuarded(batch.headers());
                tools.loop().execute(() -> onImported(outcome, batch));
              });
      range = arrived.remove(nextToImport);
    }
  }

  /** On the header writer. A full disk must not end its thread. */
  private ImportOutcome importGuarded(List<BlockHeader> batch) {
    try {
      return tools.chain().importHeaders(batch);
    } catch (StoreException e) {
      LOG.error("Headers could not be stored", e);
      return new ImportOutcome.NotStored(String.valueOf(e.getMessage()));
    }
  }

  private void onImported(ImportOutcome outcome, Range batch) {
    switch (outcome) {
      case ImportOutcome.Imported(HeaderChain.Head last, HeadChange change) -> {
        if (change != null) {
          observer.onHeadChange(change);
        }
        onProgress(last, batch.headers().size());
      }
      case ImportOutcome.NotStored(String reason) -> end(new End.NotStored());
      case ImportOutcome.Refused(String reason, boolean lie) -> {
        if (lie) {
          lied(batch.from(), reason);
        } else {
          stuck(reason);
        }
      }
    }
  }

  private void onProgress(HeaderChain.Head last, int count) {
    if (over) {
      return;
    }
    AnnouncedHead target = aim.target();
    imported = last.number();
    headersOpen -= count;
    if (imported < target.number()) {
      askMore();
    } else if (!last.hash().equals(target.hash())) {
      stuck("block " + target.number() + " is not the head that it claimed");
    } else if (!last.totalDifficulty().equals(target.totalDifficulty())) {
      lied(
          aim.server(),
          "it claimed total difficulty %s for block %d, which has %s"
              .formatted(
                  target.totalDifficulty().toDecimalString(),
                  last.number(),
                  last.totalDifficulty().toDecimalString()));
    } else {
      end(new End.Reached());
    }
  }

  /** Asks the server of the aim. */
  private <T> void ask(Question.Headers question, Ask.AnswerCheck<T> check, Consumer<T> next) {
    ask(question, candidate -> candidate == aim.server(), check, next);
  }

  private <T> void ask(
      Question.Headers question,
      Predicate<ServerPeer> suitable,
      Ask.AnswerCheck<T> check,
      Consumer<T> next) {
    tools
        .retriever()
        .ask(
            new Ask<>(
                "headers", question, suitable, check, true, "the server of this sync is gone"),
            answer -> {
              if (over) {
                return;
              }
              switch (answer) {
                case Retrieval.Retrieved<T>(T value) -> next.accept(value);
                case Retrieval.Failed<T>(RetrievalFailure failure) -> stuck(failure.message());
              }
            });
  }
}
