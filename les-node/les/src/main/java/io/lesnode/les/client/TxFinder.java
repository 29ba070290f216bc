package io.lesnode.les.client;

import io.lesnode.les.client.Retrieval.Failed;
import io.lesnode.les.client.Retrieval.Retrieved;
import io.lesnode.les.client.tx.TrackedTransaction;
import io.lesnode.les.client.tx.TrackedTransaction.Place;
import io.lesnode.les.wire.LesMessage.TxLookup;
import io.lesnode.les.wire.LesMessage.TxStatusEntry;
import io.lesnode.primitives.BlockBody;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.Transaction;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;

/**
 * Finds transactions by hash. A server's word that a transaction is in a block is verified with the
 * header and the body; "unknown" and "pending" cannot be verified, so other servers are asked
 * before "unknown" is believed. Any thread.
 */
final class TxFinder {
  private static final int MAX_ROUNDS = 4;

  /** A lookup with the server that vouches for it. */
  private record Claim(ServerPeer server, TxStatusEntry entry) {}

  private final ClientLoop loop;
  private final ServerTable servers;
  private final Retriever retriever;
  private final HeaderChain chain;
  private final OldHeaders oldHeaders;
  private final OnDemand onDemand;
  private final Executor workers;
  private final TxRelay relay;

  TxFinder(
      ClientLoop loop,
      ServerTable servers,
      Retriever retriever,
      HeaderChain chain,
      OldHeaders oldHeaders,
      OnDemand onDemand,
      Executor workers,
      TxRelay relay) {
    this.loop = loop;
    this.servers = servers;
    this.retriever = retriever;
    this.chain = chain;
    this.oldHeaders = oldHeaders;
    this.onDemand = onDemand;
    this.workers = workers;
    this.relay = relay;
  }

  /** What is known of a transaction; our own ones are not asked for when we know their block. */
  CompletableFuture<Retrieval<TransactionLookup>> find(Bytes32 hash) {
    CompletableFuture<Optional<TrackedTransaction>> own = new CompletableFuture<>();
    if (!loop.offer(() -> own.complete(relay.set().find(hash)))) {
      own.complete(Optional.empty());
    }
    return own.thenComposeAsync(
        tracked -> {
          Place place = tracked.map(TrackedTransaction::place).orElse(null);
          BlockHeader header = place == null ? null : chain.canonical(place.number());
          CompletableFuture<Retrieval<TransactionLookup>> found =
              place == null || header == null || !header.hash().equals(place.blockHash())
                  ? find(hash, MAX_ROUNDS)
                  : onDemand
                      .body(header)
                      .thenApply(answer -> answer.map(body -> included(header, body, place)));
          return found.thenApply(answer -> orPending(answer, tracked));
        },
        workers);
  }

  private static TransactionLookup included(BlockHeader header, BlockBody body, Place place) {
    return new TransactionLookup.Included(
        new IncludedTransaction(
            body.transactions().get(place.index()), header, body, place.index()));
  }

  /** Of one of ours that is pending we know more than "unknown", and without any server. */
  private static Retrieval<TransactionLookup> orPending(
      Retrieval<TransactionLookup> answer, Optional<TrackedTransaction> tracked) {
    boolean included =
        answer instanceof Retrieved<TransactionLookup>(TransactionLookup.Included found);
    return included || !tracked.map(TrackedTransaction::isPending).orElse(false)
        ? answer
        : new Retrieved<>(new TransactionLookup.Pending(tracked.orElseThrow().transaction()));
  }

  private CompletableFuture<Retrieval<TransactionLookup>> find(Bytes32 hash, int rounds) {
    AtomicReference<@Nullable Claim> inPool = new AtomicReference<>();
    return lookUp(hash, inPool)
        .thenComposeAsync(
            answer ->
                switch (answer) {
                  case Failed<Claim>(RetrievalFailure failure) -> {
                    Claim pooled = inPool.get();
                    yield pooled == null ? unknownOr(failure) : verify(hash, pooled, rounds);
                  }
                  case Retrieved<Claim>(Claim claim) -> verify(hash, claim, rounds);
                },
            workers);
  }

  /**
   * Asks until a server names a block. "In my pool" cannot be verified, so it does not end the
   * search: one server that says it must not hide the block that another one knows.
   *
   * @param inPool gets the first such claim
   */
  private CompletableFuture<Retrieval<Claim>> lookUp(
      Bytes32 hash, AtomicReference<@Nullable Claim> inPool) {
    return retriever.ask(
        new Ask<>(
            "transaction " + hash,
            new Question.TransactionStatus(List.of(hash)),
            server -> server.terms().indexesTransactions(),
            (server, reply) -> {
              TxStatusEntry entry = TxRelay.statuses(1, reply).getFirst();
              if (entry.status() == TxStatusEntry.UNKNOWN) {
                throw InvalidAnswerException.absent("it does not know the transaction");
              }
              if (entry.status() == TxStatusEntry.QUEUED
                  || entry.status() == TxStatusEntry.PENDING) {
                inPool.compareAndSet(null, new Claim(server, entry));
                throw InvalidAnswerException.absent("it has the transaction in its pool only");
              }
              if (entry.status() != TxStatusEntry.INCLUDED) {
                throw InvalidAnswerException.lie(
                    "no such status: " + Long.toUnsignedString(entry.status()));
              }
              requireCanonical(entry.lookup());
              return new Claim(server, entry);
            },
            false,
            "no connected server has an index of transactions"));
  }

  /** A server that is a block ahead of us or on another fork may name a block that we lack. */
  private void requireCanonical(@Nullable TxLookup lookup) throws InvalidAnswerException {
    if (lookup == null) {
      throw InvalidAnswerException.lie("an included transaction without its place");
    }
    long number = lookup.blockNumber();
    if (number < 0) {
      throw InvalidAnswerException.lie("a block number beyond 2^63");
    }
    HeaderChain.Head known = chain.known(lookup.blockHash());
    if (known != null && known.number() != number) {
      throw InvalidAnswerException.lie(
          "block %s is number %d, not %d".formatted(lookup.blockHash(), known.number(), number));
    }
    Bytes32 canonical = chain.canonicalHash(number);
    if (canonical == null && number < chain.start()) {
      return; // the header of that height will be fetched, and has this hash or not
    }
    if (!lookup.blockHash().equals(canonical)) {
      String reason =
          "it places the transaction in block %d %s, which is not in our chain"
              .formatted(number, lookup.blockHash());
      throw canonical == null
          ? InvalidAnswerException.absent(reason)
          : InvalidAnswerException.unhelpful(reason);
    }
  }

  /** "Nobody knows it" is an answer, not a failure. */
  private CompletableFuture<Retrieval<TransactionLookup>> unknownOr(RetrievalFailure failure) {
    if (!(failure instanceof RetrievalFailure.NotKnown)) {
      return ended(new Failed<>(failure));
    }
    CompletableFuture<Retrieval<TransactionLookup>> answer = new CompletableFuture<>();
    if (!loop.offer(() -> answer.complete(new Retrieved<>(unknown())))) {
      answer.complete(new Failed<>(new RetrievalFailure.ClientClosed(failure.what())));
    }
    return answer;
  }

  private TransactionLookup unknown() {
    List<ServerPeer> indexed =
        servers.usable().stream().filter(server -> server.terms().indexesTransactions()).toList();
    long head = chain.head().number();
    long since =
        indexed.stream()
            .mapToLong(server -> server.terms().indexedSince(head))
            .min()
            .orElse(head + 1);
    return new TransactionLookup.Unknown(indexed.size(), since);
  }

  private CompletableFuture<Retrieval<TransactionLookup>> verify(
      Bytes32 hash, Claim claim, int rounds) {
    TxLookup lookup = claim.entry().lookup();
    if (claim.entry().status() != TxStatusEntry.INCLUDED || lookup == null) {
      boolean executable = claim.entry().status() == TxStatusEntry.PENDING;
      return ended(
          new Retrieved<>(new TransactionLookup.InPool(claim.server().name(), executable)));
    }
    return Retrievals.then(
        oldHeaders.byNumber(lookup.blockNumber()),
        header ->
            header.isPresent()
                ? verifyIn(header.get().header(), hash, claim.server(), lookup, rounds)
                // The chain became shorter meanwhile.
                : unknownOr(new RetrievalFailure.NotKnown("transaction " + hash, 1)),
        workers);
  }

  private CompletableFuture<Retrieval<TransactionLookup>> verifyIn(
      BlockHeader header, Bytes32 hash, ServerPeer server, TxLookup lookup, int rounds) {
    if (lookup.blockNumber() < chain.start() && !lookup.blockHash().equals(header.hash())) {
      String reason =
          "it places transaction %s in block %d %s, which is another one"
              .formatted(hash, header.number(), lookup.blockHash());
      return lied(hash, server, reason, rounds);
    }
    return Retrievals.then(
        onDemand.body(header), body -> match(hash, server, lookup, header, body, rounds), workers);
  }

  private CompletableFuture<Retrieval<TransactionLookup>> match(
      Bytes32 hash,
      ServerPeer server,
      TxLookup lookup,
      BlockHeader header,
      BlockBody body,
      int rounds) {
    List<Transaction> transactions = body.transactions();
    long index = lookup.index();
    if (index >= 0 && index < transactions.size()) {
      Transaction transaction = transactions.get((int) index);
      if (transaction.hash().equals(hash)) {
        return ended(
            new Retrieved<>(
                new TransactionLookup.Included(
                    new IncludedTransaction(transaction, header, body, (int) index))));
      }
    }
    String reason =
        "it places transaction %s at %d of block %d, where it is not"
            .formatted(hash, index, header.number());
    return lied(hash, server, reason, rounds);
  }

  /** The server goes, another one is asked. */
  private CompletableFuture<Retrieval<TransactionLookup>> lied(
      Bytes32 hash, ServerPeer server, String reason, int rounds) {
    loop.execute(() -> servers.onFault(server, new ServerFault.Lie(reason)));
    return rounds > 1
        ? find(hash, rounds - 1)
        : ended(
            new Failed<>(
                new RetrievalFailure.InvalidAnswers(
                    "transaction " + hash,
                    List.of(new RetrievalFailure.Complaint(server.name(), reason)))));
  }

  private static <T> CompletableFuture<Retrieval<T>> ended(Retrieval<T> retrieval) {
    return CompletableFuture.completedFuture(retrieval);
  }
}
