package io.lesnode.les.client;

import io.lesnode.chain.index.CheckpointEntry;
import io.lesnode.chain.index.OracleConfig;
import io.lesnode.chain.index.RegisteredCheckpoint;
import io.lesnode.chain.store.StoreException;
import io.lesnode.les.client.checkpoint.CheckpointPolicy;
import io.lesnode.les.client.checkpoint.CheckpointPolicy.Start;
import io.lesnode.les.client.checkpoint.CheckpointVotes;
import io.lesnode.les.wire.HashOrNumber;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.EmptyHashes;
import io.lesnode.primitives.Receipt;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the chain to a checkpoint, with one server (geth v1.10.26 {@code les/sync.go},
 * validateCheckpoint and SyncCheckpoint). Confined to the client loop.
 *
 * <p>An advertised checkpoint is believed if the block in which it was registered holds votes of
 * enough signers of the oracle: its header is fetched by number, its receipts are verified against
 * that header, and the signatures speak for themselves, so that it does not matter that the header
 * is not verified. Then the section is trusted, the header to go on from is proven by its canonical
 * hash trie, and the chain goes on there: at the last block of the section or, since clique needs
 * the list of signers, at the last epoch block in it.
 */
final class CheckpointJump {
  private static final Logger LOG = LoggerFactory.getLogger(CheckpointJump.class);

  /** geth: 10 s for the votes, 5 s for the header. */
  private static final long VERIFY_NANOS = TimeUnit.SECONDS.toNanos(10);

  private static final long FETCH_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** How a jump ends. */
  sealed interface End {
    /** The chain goes on from the checkpoint. */
    record Done(HeadChange change) implements End {}

    /** No answer, for a reason that an honest server may have too. */
    record Stuck(String reason) implements End {}

    /** The server advertised what the oracle's signers did not sign. */
    record Lied(String reason) implements End {}

    /** Our own disk failed. */
    record NotStored() implements End {}
  }

  private final SyncTools tools;
  private final TrustedSections trusted;
  private final CheckpointPolicy.Cut cut;
  private final ServerPeer server;
  private final Start start;
  private final CheckpointEntry checkpoint;
  private final BiConsumer<CheckpointJump, End> then;
  private ClientLoop.@Nullable Timer timer;
  private boolean over;

  /** Prepares a jump to a checkpoint whose start is above our head. */
  CheckpointJump(
      SyncTools tools,
      TrustedSections trusted,
      CheckpointPolicy.Cut cut,
      ServerPeer server,
      Start start,
      BiConsumer<CheckpointJump, End> then) {
    this.tools = tools;
    this.trusted = trusted;
    this.cut = cut;
    this.server = server;
    this.start = start;
    this.checkpoint =
        switch (start) {
          case Start.AtHead atHead ->
              throw new IllegalArgumentException("there is nothing to jump to");
          case Start.AtCheckpoint(CheckpointEntry entry) -> entry;
          case Start.IfApproved(RegisteredCheckpoint registered, OracleConfig oracle) ->
              registered.checkpoint();
        };
    this.then = then;
  }

  ServerPeer server() {
    return server;
  }

  long sectionIndex() {
    return checkpoint.sectionIndex();
  }

  /** Gives up without a word. */
  void abandon() {
    over = true;
    cancelTimer();
  }

  private void cancelTimer() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }

  private void end(End end) {
    if (!over) {
      abandon();
      then.accept(this, end);
    }
  }

  private void limit(long nanos, String what) {
    cancelTimer();
    timer = tools.loop().schedule(nanos, () -> end(new End.Stuck("no answer in time: " + what)));
  }

  /** Begins. */
  void start() {
    if (start instanceof Start.IfApproved(RegisteredCheckpoint registered, OracleConfig oracle)) {
      fetchVotes(registered.registerHeight(), oracle);
    } else {
      adopt();
    }
  }

  private void fetchVotes(long height, OracleConfig oracle) {
    limit(VERIFY_NANOS, "the votes for a checkpoint");
    if (height < 0 || height > server.head().number()) {
      String number = Long.toUnsignedString(height);
      end(new End.Lied("its checkpoint was registered in block " + number + ", above its head"));
      return;
    }
    ask(
        "the header of the block with the votes for a checkpoint",
        new Question.Headers(HashOrNumber.of(height), 1, 0, false),
        candidate -> candidate == server,
        HeaderChecks.numbered(height),
        header -> fetchReceipts(header, oracle));
  }

  private void fetchReceipts(BlockHeader header, OracleConfig oracle) {
    if (header.receiptsRoot().equals(EmptyHashes.TRIE_ROOT)) {
      judge(List.of(), oracle);
      return;
    }
    ask(
        "the votes for a checkpoint",
        new Question.BlockReceipts(header.hash()),
        candidate -> candidate == server,
        (from, reply) -> BlockChecks.receipts(header, reply),
        encoded -> judge(BlockChecks.decodeReceipts(encoded), oracle));
  }

  private void judge(List<Receipt> receipts, OracleConfig oracle) {
    if (CheckpointVotes.approve(oracle, checkpoint, receipts)) {
      LOG.info(
          "The checkpoint of section {} that {} advertises is signed by the oracle {}",
          sectionIndex(),
          server.name(),
          oracle.contract());
      adopt();
    } else {
      end(
          new End.Lied(
              "it advertises a checkpoint of section %d that fewer than %d signers of the oracle"
                      .formatted(sectionIndex(), oracle.threshold())
                  + " voted for"));
    }
  }

  private void adopt() {
    cancelTimer();
    tools
        .headerWriter()
        .execute(
            () -> {
              boolean stored = guarded(() -> trusted.registerTrusted(checkpoint));
              tools
                  .loop()
                  .execute(
                      () -> {
                        if (stored) {
                          fetchStart();
                        } else {
                          end(new End.NotStored());
                        }
                      });
            });
  }

  private static boolean guarded(Runnable write) {
    try {
      write.run();
      return true;
    } catch (StoreException e) {
      LOG.error("A checkpoint could not be stored", e);
      return false;
    }
  }

  /** Proves the header to go on from, and what should be at the height of our present head. */
  private void fetchStart() {
    if (over) {
      return;
    }
    limit(FETCH_NANOS, "the header of a checkpoint");
    HeaderChain.Head old = tools.chain().head();
    long last = cut.sections().last(sectionIndex());
    long first = cut.startOf(sectionIndex());
    List<Long> numbers = new ArrayList<>();
    numbers.add(first);
    if (old.number() > tools.chain().start() && old.number() < first) {
      numbers.add(old.number());
    }
    ask(
        "the header of a checkpoint",
        Question.HelperTrie.headers(sectionIndex(), numbers),
        candidate -> candidate == server || trusted.servedAt(candidate.head().number(), checkpoint),
        (from, reply) -> HelperTrieChecks.headers(checkpoint.chtRoot(), numbers, reply),
        proven -> jump(proven, old, last));
  }

  private void jump(List<VerifiedOldHeader> proven, HeaderChain.Head old, long last) {
    VerifiedOldHeader first = proven.getFirst();
    boolean isLast = first.header().number() == last;
    if (isLast && !first.header().hash().equals(checkpoint.sectionHead())) {
      end(
          new End.Stuck(
              "the checkpoint of section %d contradicts itself: its trie ends with %s, its head is"
                      .formatted(sectionIndex(), first.header().hash())
                  + " "
                  + checkpoint.sectionHead()));
      return;
    }
    boolean keepOld = proven.size() < 2 || proven.get(1).header().hash().equals(old.hash());
    tools
        .headerWriter()
        .execute(
            () -> {
              List<HeadChange> change = new ArrayList<>();
              boolean stored =
                  guarded(
                      () -> {
                        tools.chain().pin(last, checkpoint.sectionHead());
                        change.add(
                            tools
                                .chain()
                                .jumpTo(
                                    new HeaderChain.Head(first.header(), first.totalDifficulty()),
                                    keepOld));
                      });
              tools
                  .loop()
                  .execute(
                      () -> end(stored ? new End.Done(change.getFirst()) : new End.NotStored()));
            });
  }

  private <T> void ask(
      String what,
      Question question,
      Predicate<ServerPeer> suitable,
      Ask.AnswerCheck<T> check,
      Consumer<T> next) {
    tools
        .retriever()
        .ask(
            new Ask<>(what, question, suitable, check, false, "the server of this sync is gone"),
            answer -> {
              if (over) {
                return;
              }
              switch (answer) {
                case Retrieval.Retrieved<T>(T value) -> next.accept(value);
                case Retrieval.Failed<T>(RetrievalFailure failure) ->
                    end(new End.Stuck(failure.message()));
              }
            });
  }
}
