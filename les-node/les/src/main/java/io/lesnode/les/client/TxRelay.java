package io.lesnode.les.client;

import io.lesnode.chain.pool.PoolError;
import io.lesnode.chain.pool.TransactionValidator;
import io.lesnode.les.client.Retrieval.Failed;
import io.lesnode.les.client.Retrieval.Retrieved;
import io.lesnode.les.client.tx.Admission;
import io.lesnode.les.client.tx.PendingSet;
import io.lesnode.les.client.tx.TrackedTransaction;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.les.wire.LesMessage.TxStatusEntry;
import io.lesnode.primitives.Account;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.config.ChainConfig;
import io.lesnode.primitives.config.Fork;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends our transactions. Confined to the client loop, except {@link #send}; what became of them is
 * the business of {@link TxWatch}.
 *
 * <p>A transaction is checked here first, as geth's light pool does, against the sender's account
 * at our head, if we are synchronised and a server proves the account. Then it goes to three
 * servers (geth {@code les/txrelay.go}). The caller hears that it is accepted when one server took
 * it and its record is on the disk.
 *
 * <p>Differs from geth: what a server says against a transaction reaches the caller, if no server
 * took it; pending transactions survive the end of the program.
 */
final class TxRelay {
  private static final Logger LOG = LoggerFactory.getLogger(TxRelay.class);
  private static final int FIRST_SERVERS = 3;

  /** How refusals of our own are signed where servers give their names. */
  private static final String OURSELVES = "this client";

  /** geth's words for a transaction that the server has already; it is in good hands. */
  private static final String ALREADY_KNOWN = "already known";

  private static final String KNOWN_TRANSACTION = "known transaction";

  private final ClientLoop loop;
  private final ServerTable servers;
  private final Retriever retriever;
  private final HeaderChain chain;
  private final ChainConfig config;
  private final AccountSource accounts;
  private final BooleanSupplier synced;
  private final PendingSet set = new PendingSet();
  private final TxJournal journal;
  private final Executor journalWriter;
  private int nextServer;

  /**
   * Reads the journal.
   *
   * @param synced whether our head is the newest that we know of; asked on the client loop
   * @param writer where the journal is written, one write after another
   */
  TxRelay(
      ClientLoop loop,
      ServerTable servers,
      Retriever retriever,
      HeaderChain chain,
      ChainConfig config,
      AccountSource accounts,
      BooleanSupplier synced,
      TxJournal journal,
      Executor writer) {
    this.loop = loop;
    this.servers = servers;
    this.retriever = retriever;
    this.chain = chain;
    this.config = config;
    this.accounts = accounts;
    this.synced = synced;
    this.journal = journal;
    this.journalWriter = writer;
    set.restore(journal.load());
  }

  /** What was sent from here. */
  PendingSet set() {
    return set;
  }

  /** A transaction that was sent from here and was not seen in a block yet. */
  Optional<Transaction> pending(Bytes32 hash) {
    return set.find(hash)
        .filter(TrackedTransaction::isPending)
        .map(TrackedTransaction::transaction);
  }

  /** All of them; each sender's in the order of nonces. */
  List<Transaction> pending() {
    return set.pending().stream().map(TrackedTransaction::transaction).toList();
  }

  /** The server whose turn it is; null if none is usable. */
  @Nullable ServerPeer nextServer() {
    List<ServerPeer> usable = servers.usable();
    return usable.isEmpty() ? null : usable.get(Math.floorMod(nextServer++, usable.size()));
  }

  /**
   * Sends a transaction; completes as soon as one server took it and it is on the disk, or all
   * refused. Any thread.
   */
  CompletableFuture<Retrieval<Bytes32>> send(Transaction transaction) {
    CompletableFuture<Retrieval<Bytes32>> result = new CompletableFuture<>();
    Sending sending = new Sending(transaction, result);
    if (!TransactionValidator.hasValidSender(config, transaction)) {
      sending.refuse(PoolError.INVALID_SENDER.text());
      return result;
    }
    Address sender = transaction.sender();
    if (!loop.offer(() -> check(sending, sender))) {
      sending.fail(new RetrievalFailure.ClientClosed(sending.what));
    }
    return result;
  }

  private void check(Sending sending, Address sender) {
    if (set.find(sending.transaction.hash()).isPresent()) {
      sending.refuse(PoolError.ALREADY_KNOWN.text());
    } else if (servers.usable().isEmpty()) {
      sending.fail(new RetrievalFailure.NoServer(sending.what, servers.status()));
    } else if (synced.getAsBoolean()) {
      BlockHeader head = chain.head().header();
      Afterwards.on(
          accounts.at(head, sender),
          answer -> loop.execute(() -> judge(sending, sender, head, answer)));
    } else {
      dispatch(sending, sender);
    }
  }

  /** An account that nobody proves keeps no transaction back: the servers judge it too. */
  private void judge(
      Sending sending, Address sender, BlockHeader head, Retrieval<Optional<Account>> answer) {
    if (answer instanceof Retrieved<Optional<Account>>(Optional<Account> account)) {
      Fork fork = config.forkAt(head.number() + 1, head.timestamp() + 1, head.difficulty());
      PoolError fault =
          TransactionValidator.lightFault(
              sending.transaction, fork, head.gasLimit(), account.orElse(null));
      if (fault != null) {
        sending.refuse(fault.text());
        return;
      }
    }
    dispatch(sending, sender);
  }

  private void dispatch(Sending sending, Address sender) {
    int count = Math.min(FIRST_SERVERS, servers.usable().size());
    if (count == 0) {
      sending.fail(new RetrievalFailure.NoServer(sending.what, servers.status()));
      return;
    }
    switch (set.admit(sending.transaction, sender, chain.head().number())) {
      case Admission.Refused(String reason) -> sending.refuse(reason);
      case Admission.Admitted admitted -> {
        CompletableFuture<Boolean> kept = new CompletableFuture<>();
        persist(kept::complete);
        Verdicts verdicts = new Verdicts(sending, admitted, count, kept);
        for (int i = 0; i < count; i++) {
          ServerPeer server = nextServer();
          if (server != null) {
            sendTo(
                server,
                List.of(sending.transaction),
                sending.what,
                answer -> verdicts.add(server, answer));
          }
        }
      }
    }
  }

  /** Sends transactions to one server. */
  void sendTo(
      ServerPeer server,
      List<Transaction> transactions,
      String what,
      Consumer<Retrieval<List<TxStatusEntry>>> then) {
    askOne(server, new Question.SendTransactions(transactions), transactions.size(), what, then);
  }

  /** Asks one server about transactions, whether it says that it has an index of them or not. */
  void askStatus(
      ServerPeer server, List<Bytes32> hashes, Consumer<Retrieval<List<TxStatusEntry>>> then) {
    askOne(
        server,
        new Question.TransactionStatus(hashes),
        hashes.size(),
        "the status of pending transactions",
        then);
  }

  private void askOne(
      ServerPeer server,
      Question question,
      int count,
      String what,
      Consumer<Retrieval<List<TxStatusEntry>>> then) {
    retriever.ask(
        new Ask<>(
            what,
            question,
            candidate -> candidate == server,
            (answeredBy, reply) -> statuses(count, reply),
            false,
            "the server is gone"),
        then);
  }

  /** The entries of a status reply, one per transaction. */
  static List<TxStatusEntry> statuses(int count, LesMessage.Reply reply)
      throws InvalidAnswerException {
    if (!(reply instanceof LesMessage.TxStatus answer)) {
      throw BlockChecks.wrongKind(reply);
    }
    if (answer.entries().size() != count) {
      throw InvalidAnswerException.lie(
          "%d transaction statuses where %d were asked for"
              .formatted(answer.entries().size(), count));
    }
    return answer.entries();
  }

  /** Writes what has changed since the last call; a failure is logged. */
  void persist() {
    persist(written -> {});
  }

  /** The same; {@code then} hears whether it is on the disk, on another thread. */
  private void persist(Consumer<Boolean> then) {
    List<PendingSet.Change> changes = set.takeChanges();
    journalWriter.execute(
        () -> {
          try {
            if (!changes.isEmpty()) {
              journal.write(changes);
            }
            then.accept(true);
          } catch (RuntimeException failed) {
            LOG.error("Pending transactions cannot be kept: {}", failed.getMessage());
            then.accept(false);
          }
        });
  }

  private static boolean isTaken(TxStatusEntry entry) {
    return entry.error().isEmpty()
        || entry.error().contains(ALREADY_KNOWN)
        || entry.error().startsWith(KNOWN_TRANSACTION);
  }

  /** One call of {@link #send} and its answer. */
  private static final class Sending {
    private final Transaction transaction;
    private final String what;
    private final CompletableFuture<Retrieval<Bytes32>> result;

    private Sending(Transaction transaction, CompletableFuture<Retrieval<Bytes32>> result) {
      this.transaction = transaction;
      this.what = "transaction " + transaction.hash() + " accepted";
      this.result = result;
    }

    private void refuse(String reason) {
      fail(
          new RetrievalFailure.TransactionRefused(
              what, List.of(new RetrievalFailure.Complaint(OURSELVES, reason))));
    }

    private void fail(RetrievalFailure failure) {
      result.complete(new Failed<>(failure));
    }
  }

  /** Collects what the first servers say of one transaction. Confined to the client loop. */
  private final class Verdicts {
    private final Sending sending;
    private final Admission.Admitted admitted;
    private final CompletableFuture<Boolean> kept;
    private final List<RetrievalFailure.Complaint> refusals = new ArrayList<>();
    private RetrievalFailure failure;
    private int outstanding;
    private boolean taken;

    private Verdicts(
        Sending sending,
        Admission.Admitted admitted,
        int outstanding,
        CompletableFuture<Boolean> kept) {
      this.sending = sending;
      this.admitted = admitted;
      this.kept = kept;
      this.outstanding = outstanding;
      this.failure = new RetrievalFailure.NotServed(sending.what, "no server answered");
    }

    private void add(ServerPeer server, Retrieval<List<TxStatusEntry>> answer) {
      outstanding--;
      switch (answer) {
        case Retrieved<List<TxStatusEntry>>(List<TxStatusEntry> entries) -> {
          TxStatusEntry entry = entries.getFirst();
          if (isTaken(entry)) {
            onTaken();
          } else {
            refusals.add(new RetrievalFailure.Complaint(server.name(), entry.error()));
          }
        }
        case Failed<List<TxStatusEntry>>(RetrievalFailure why) -> failure = why;
      }
      if (outstanding == 0 && !taken) {
        set.withdraw(admitted);
        persist();
        sending.fail(
            refusals.isEmpty()
                ? failure
                : new RetrievalFailure.TransactionRefused(sending.what, refusals));
      }
    }

    private void onTaken() {
      if (taken) {
        return;
      }
      taken = true;
      set.confirm(admitted);
      if (admitted.replaced() != null) {
        persist();
      }
      Afterwards.on(
          kept,
          onDisk -> {
            if (onDisk) {
              sending.result.complete(new Retrieved<>(sending.transaction.hash()));
            } else {
              sending.fail(
                  new RetrievalFailure.NotServed(
                      sending.what,
                      "it was sent, but it cannot be kept on the disk to be sent again"));
            }
          });
    }
  }
}
