package io.lesnode.les.client;

import io.lesnode.les.client.Retrieval.Failed;
import io.lesnode.les.client.Retrieval.Retrieved;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.les.wire.LesMessage.TxStatusEntry;
import io.lesnode.primitives.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.tuweni.bytes.Bytes32;

/**
 * Sends our transactions and sends them again until they are in a block. Confined to the client
 * loop, except {@link #send} and {@link #pending}.
 *
 * <p>A new transaction goes to three servers, every new head sends all pending ones to one more
 * server (geth {@code les/txrelay.go}).
 *
 * <p>Differs from geth: what a server says against a transaction reaches the caller, if no server
 * took it.
 */
final class TxRelay {
  private static final int FIRST_SERVERS = 3;
  private static final int MAX_PENDING = 1024;
  private static final int RESEND_BATCH = 16;

  /** geth's words for a transaction that the server has already; it is in good hands. */
  private static final String ALREADY_KNOWN = "already known";

  private static final String KNOWN_TRANSACTION = "known transaction";

  private final ClientLoop loop;
  private final ServerTable servers;
  private final Retriever retriever;
  private final Map<Bytes32, Transaction> pending = new ConcurrentHashMap<>();
  private int nextServer;

  TxRelay(ClientLoop loop, ServerTable servers, Retriever retriever) {
    this.loop = loop;
    this.servers = servers;
    this.retriever = retriever;
  }

  /** A transaction that was sent from here and was not seen in a block yet; any thread. */
  Optional<Transaction> pending(Bytes32 hash) {
    return Optional.ofNullable(pending.get(hash));
  }

  /** All of them; any thread. */
  List<Transaction> pending() {
    return List.copyOf(pending.values());
  }

  /** It was seen in a block; any thread. */
  void onIncluded(Bytes32 hash) {
    pending.remove(hash);
  }

  /** Sends a transaction; completes as soon as one server took it or all refused. Any thread. */
  CompletableFuture<Retrieval<Bytes32>> send(Transaction transaction) {
    CompletableFuture<Retrieval<Bytes32>> result = new CompletableFuture<>();
    if (!loop.offer(() -> sendOnLoop(transaction, result))) {
      result.complete(
          new Failed<>(new RetrievalFailure.ClientClosed("transaction " + transaction.hash())));
    }
    return result;
  }

  private void sendOnLoop(Transaction transaction, CompletableFuture<Retrieval<Bytes32>> result) {
    String what = "transaction " + transaction.hash() + " accepted";
    if (pending.size() >= MAX_PENDING) {
      result.complete(
          new Failed<>(
              new RetrievalFailure.NotServed(what, MAX_PENDING + " transactions are pending")));
      return;
    }
    List<ServerPeer> usable = servers.usable();
    if (usable.isEmpty()) {
      result.complete(new Failed<>(new RetrievalFailure.NoServer(what, servers.status())));
      return;
    }
    int count = Math.min(FIRST_SERVERS, usable.size());
    Verdicts verdicts = new Verdicts(transaction, what, count, result);
    for (int i = 0; i < count; i++) {
      ServerPeer server = usable.get(Math.floorMod(nextServer++, usable.size()));
      sendTo(server, List.of(transaction), what, answer -> verdicts.add(server, answer));
    }
  }

  private void sendTo(
      ServerPeer server,
      List<Transaction> transactions,
      String what,
      Consumer<Retrieval<List<TxStatusEntry>>> then) {
    retriever.ask(
        new Ask<>(
            what,
            new Question.SendTransactions(transactions),
            candidate -> candidate == server,
            (answeredBy, reply) -> statuses(transactions.size(), reply),
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

  /** A new head: everything that is still pending goes to one more server. */
  void onNewHead() {
    List<ServerPeer> usable = servers.usable();
    if (pending.isEmpty() || usable.isEmpty()) {
      return;
    }
    ServerPeer server = usable.get(Math.floorMod(nextServer++, usable.size()));
    List<Transaction> all = pending();
    for (int from = 0; from < all.size(); from += RESEND_BATCH) {
      List<Transaction> batch = all.subList(from, Math.min(all.size(), from + RESEND_BATCH));
      sendTo(
          server,
          List.copyOf(batch),
          "pending transactions accepted",
          answer -> forgetIncluded(batch, answer));
    }
  }

  private void forgetIncluded(List<Transaction> batch, Retrieval<List<TxStatusEntry>> answer) {
    if (answer instanceof Retrieved<List<TxStatusEntry>>(List<TxStatusEntry> entries)) {
      for (int i = 0; i < entries.size(); i++) {
        if (entries.get(i).status() == TxStatusEntry.INCLUDED) {
          onIncluded(batch.get(i).hash());
        }
      }
    }
  }

  private static boolean isTaken(TxStatusEntry entry) {
    return entry.error().isEmpty()
        || entry.error().contains(ALREADY_KNOWN)
        || entry.error().startsWith(KNOWN_TRANSACTION);
  }

  /** Collects what the first servers say of one transaction. Confined to the client loop. */
  private final class Verdicts {
    private final Transaction transaction;
    private final String what;
    private final CompletableFuture<Retrieval<Bytes32>> result;
    private final List<RetrievalFailure.Complaint> refusals = new ArrayList<>();
    private RetrievalFailure failure;
    private int outstanding;

    private Verdicts(
        Transaction transaction,
        String what,
        int outstanding,
        CompletableFuture<Retrieval<Bytes32>> result) {
      this.transaction = transaction;
      this.what = what;
      this.outstanding = outstanding;
      this.result = result;
      this.failure = new RetrievalFailure.NotServed(what, "no server answered");
    }

    private void add(ServerPeer server, Retrieval<List<TxStatusEntry>> answer) {
      outstanding--;
      switch (answer) {
        case Retrieved<List<TxStatusEntry>>(List<TxStatusEntry> entries) -> {
          TxStatusEntry entry = entries.getFirst();
          if (isTaken(entry)) {
            if (entry.status() != TxStatusEntry.INCLUDED) {
              pending.put(transaction.hash(), transaction);
            }
            result.complete(new Retrieved<>(transaction.hash()));
          } else {
            refusals.add(new RetrievalFailure.Complaint(server.name(), entry.error()));
          }
        }
        case Failed<List<TxStatusEntry>>(RetrievalFailure why) -> failure = why;
      }
      if (outstanding == 0 && !result.isDone()) {
        result.complete(
            new Failed<>(
                refusals.isEmpty()
                    ? failure
                    : new RetrievalFailure.TransactionRefused(what, refusals)));
      }
    }
  }
}
