package io.lesnode.les.client;

import io.lesnode.les.client.Retrieval.Retrieved;
import io.lesnode.les.client.tx.PendingSet;
import io.lesnode.les.client.tx.TrackedTransaction;
import io.lesnode.les.client.tx.TrackedTransaction.Place;
import io.lesnode.les.wire.LesMessage.TxLookup;
import io.lesnode.les.wire.LesMessage.TxStatusEntry;
import io.lesnode.primitives.Account;
import io.lesnode.primitives.BlockBody;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.Transaction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.tuweni.bytes.Bytes32;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows our transactions until they are in a block for good. Confined to the client loop.
 *
 * <p>At every new head, one server after the other is asked what it knows of the pending ones, in
 * one small request. What it does not know it gets sent. What it says is in a block is looked up
 * there, and only then believed: one body per block that holds one of ours, where geth fetches
 * every body. When a server says that the nonce is used, the block in which that happened is
 * searched for by proofs of the account: half of the blocks fall away with each proof. That needs
 * no server with an index of transactions, and tells a transaction that is in a block from one
 * whose nonce another one took.
 *
 * <p>A block that leaves our chain returns its transactions to the pending ones.
 */
final class TxWatch {
  private static final Logger LOG = LoggerFactory.getLogger(TxWatch.class);

  /** Statuses are cheap; a server's limit is 256. */
  private static final int STATUS_BATCH = 128;

  /** How many transactions one server gets in one message; each may be large. */
  private static final int SEND_BATCH = 16;

  /** How many transactions one server gets at one head. */
  private static final int SENDS_PER_ROUND = 64;

  /** geth's words (core.ErrNonceTooLow). */
  private static final String NONCE_TOO_LOW = "nonce too low";

  private final ClientLoop loop;
  private final ServerTable servers;
  private final HeaderChain chain;
  private final OnDemand onDemand;
  private final AccountSource accounts;
  private final TxRelay relay;
  private final Executor workers;
  private final Map<ServerPeer, Boolean> met = new WeakHashMap<>();
  private int open;
  private boolean again;

  TxWatch(
      ClientLoop loop,
      ServerTable servers,
      HeaderChain chain,
      OnDemand onDemand,
      AccountSource accounts,
      TxRelay relay,
      Executor workers) {
    this.loop = loop;
    this.servers = servers;
    this.chain = chain;
    this.onDemand = onDemand;
    this.accounts = accounts;
    this.relay = relay;
    this.workers = workers;
  }

  private PendingSet set() {
    return relay.set();
  }

  /** Our chain has a new head. */
  void onNewHead() {
    if (set().isEmpty()) {
      return;
    }
    if (open > 0) {
      again = true;
      return;
    }
    open++;
    Set<Long> numbers = set().includedNumbers();
    workers.execute(
        () -> {
          Map<Long, Bytes32> canonical = new HashMap<>();
          for (long number : numbers) {
            Bytes32 hash = chain.canonicalHash(number);
            if (hash != null) {
              canonical.put(number, hash);
            }
          }
          loop.execute(() -> onPlaces(canonical, numbers));
        });
  }

  private void onPlaces(Map<Long, Bytes32> canonical, Set<Long> numbers) {
    PendingSet.HeadEffect effect = set().onHead(chain.head().number(), canonical, numbers);
    for (Bytes32 hash : effect.returned()) {
      LOG.info("Transaction {} is pending again: its block left the chain", hash);
    }
    relay.persist();
    ServerPeer server = relay.nextServer();
    if (server != null) {
      askAll(server);
    }
    close();
  }

  /** A server can be used from now on: it hears of all that is pending. */
  void onServer(ServerPeer server) {
    if (met.putIfAbsent(server, true) == null && set().pendingCount() > 0) {
      open++;
      askAll(server);
      close();
    }
  }

  /** One of the things under way is done. */
  private void close() {
    open--;
    if (open == 0 && again) {
      again = false;
      onNewHead();
    }
  }

  private void askAll(ServerPeer server) {
    List<TrackedTransaction> pending = set().pending();
    Sends sends = new Sends(server);
    for (int from = 0; from < pending.size(); from += STATUS_BATCH) {
      List<TrackedTransaction> batch =
          List.copyOf(pending.subList(from, Math.min(pending.size(), from + STATUS_BATCH)));
      open++;
      relay.askStatus(
          server,
          batch.stream().map(TrackedTransaction::hash).toList(),
          answer -> {
            if (answer instanceof Retrieved<List<TxStatusEntry>>(List<TxStatusEntry> entries)) {
              onStatuses(sends, batch, entries);
            }
            close();
          });
    }
  }

  private void onStatuses(
      Sends sends, List<TrackedTransaction> batch, List<TxStatusEntry> entries) {
    List<TrackedTransaction> unknown = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      TxLookup lookup = entries.get(i).lookup();
      if (entries.get(i).status() == TxStatusEntry.INCLUDED && lookup != null) {
        confirm(sends.server, batch.get(i).hash(), lookup);
      } else if (entries.get(i).status() == TxStatusEntry.UNKNOWN) {
        unknown.add(batch.get(i));
      }
    }
    sends.add(unknown);
  }

  /** What one server still gets in this round. */
  private final class Sends {
    private final ServerPeer server;
    private int left = SENDS_PER_ROUND;

    private Sends(ServerPeer server) {
      this.server = server;
    }

    private void add(List<TrackedTransaction> unknown) {
      List<TrackedTransaction> chosen =
          unknown.stream()
              .filter(tracked -> set().find(tracked.hash()).filter(tracked::equals).isPresent())
              .limit(left)
              .toList();
      left -= chosen.size();
      for (int from = 0; from < chosen.size(); from += SEND_BATCH) {
        List<TrackedTransaction> batch =
            chosen.subList(from, Math.min(chosen.size(), from + SEND_BATCH));
        open++;
        relay.sendTo(
            server,
            batch.stream().map(TrackedTransaction::transaction).toList(),
            "pending transactions accepted",
            answer -> {
              if (answer instanceof Retrieved<List<TxStatusEntry>>(List<TxStatusEntry> entries)) {
                onSent(batch, entries);
              }
              close();
            });
      }
    }

    private void onSent(List<TrackedTransaction> batch, List<TxStatusEntry> entries) {
      for (int i = 0; i < entries.size(); i++) {
        TxLookup lookup = entries.get(i).lookup();
        if (entries.get(i).status() == TxStatusEntry.INCLUDED && lookup != null) {
          confirm(server, batch.get(i).hash(), lookup);
        } else if (entries.get(i).error().contains(NONCE_TOO_LOW)) {
          searchByNonce(batch.get(i));
        }
      }
    }
  }

  /** A server says that a transaction is in a block: looks there. */
  private void confirm(ServerPeer server, Bytes32 hash, TxLookup lookup) {
    open++;
    workers.execute(
        () -> {
          BlockHeader header = chain.canonical(lookup.blockNumber());
          if (header == null || !header.hash().equals(lookup.blockHash())) {
            // It is a block ahead of us or on another fork; the next head will tell.
            loop.execute(this::close);
            return;
          }
          Afterwards.on(
              onDemand.body(header),
              answer ->
                  loop.execute(
                      () -> {
                        if (answer instanceof Retrieved<BlockBody>(BlockBody body)
                            && !onBody(header, body, hash)) {
                          servers.onFault(
                              server,
                              new ServerFault.Lie(
                                  "it places transaction %s in block %d, where it is not"
                                      .formatted(hash, header.number())));
                        }
                        close();
                      }));
        });
  }

  /** Marks all of ours that are in a block; returns whether one of them is the given one. */
  private boolean onBody(BlockHeader header, BlockBody body, Bytes32 wanted) {
    boolean found = false;
    List<Transaction> transactions = body.transactions();
    for (int i = 0; i < transactions.size(); i++) {
      Bytes32 hash = transactions.get(i).hash();
      found |= hash.equals(wanted);
      set().include(hash, new Place(header.number(), header.hash(), i));
    }
    relay.persist();
    return found;
  }

  /** One was seen in a block of our chain by somebody who verified it; on the client loop. */
  void onIncluded(IncludedTransaction found) {
    set()
        .include(
            found.transaction().hash(),
            new Place(found.header().number(), found.header().hash(), found.index()));
    relay.persist();
  }

  /** Searches the block in which the nonce of a transaction was used. */
  private void searchByNonce(TrackedTransaction tracked) {
    open++;
    long head = chain.head().number();
    Afterwards.on(
        isUsedAt(tracked, head)
            .thenCompose(
                used ->
                    used.orElse(false)
                        ? gallop(tracked, head, 1)
                        : CompletableFuture.completedFuture(Optional.<Long>empty())),
        number ->
            loop.execute(
                () -> {
                  number.ifPresent(at -> settle(tracked, at));
                  close();
                }));
  }

  /** Below the block of {@code high} the nonce was used: looks ever further back. */
  private CompletableFuture<Optional<Long>> gallop(
      TrackedTransaction tracked, long high, long step) {
    long low = Math.max(tracked.sinceBlock(), high - step);
    if (low >= high) {
      return CompletableFuture.completedFuture(Optional.of(high));
    }
    return isUsedAt(tracked, low)
        .thenCompose(
            used -> {
              if (used.isEmpty()) {
                // No server keeps that state any more. The nonce is used, that much is proven.
                return CompletableFuture.completedFuture(Optional.of(-1L));
              }
              return used.get() ? gallop(tracked, low, step * 2) : bisect(tracked, low, high);
            });
  }

  /** The nonce was used after the block {@code low} and not after {@code high}. */
  private CompletableFuture<Optional<Long>> bisect(
      TrackedTransaction tracked, long low, long high) {
    if (high - low <= 1) {
      return CompletableFuture.completedFuture(Optional.of(high));
    }
    long middle = low + (high - low) / 2;
    return isUsedAt(tracked, middle)
        .thenCompose(
            used ->
                used.isEmpty()
                    ? CompletableFuture.completedFuture(Optional.<Long>empty())
                    : used.get() ? bisect(tracked, low, middle) : bisect(tracked, middle, high));
  }

  /** Whether the nonce is used in the state after a block; empty if nobody proves it. */
  private CompletableFuture<Optional<Boolean>> isUsedAt(TrackedTransaction tracked, long number) {
    return CompletableFuture.supplyAsync(
            () -> Optional.ofNullable(chain.canonical(number)), workers)
        .thenCompose(
            header ->
                header.isEmpty()
                    ? CompletableFuture.completedFuture(Optional.<Boolean>empty())
                    : accounts
                        .at(header.get(), tracked.sender())
                        .thenApply(answer -> isUsed(tracked, answer)));
  }

  private static Optional<Boolean> isUsed(
      TrackedTransaction tracked, Retrieval<Optional<Account>> answer) {
    if (!(answer instanceof Retrieved<Optional<Account>>(Optional<Account> account))) {
      return Optional.empty();
    }
    long nonce = account.map(Account::nonce).orElse(0L);
    return Optional.of(Long.compareUnsigned(nonce, tracked.transaction().nonce()) > 0);
  }

  /** The nonce was used in a block: by this transaction or by another one. */
  private void settle(TrackedTransaction tracked, long number) {
    open++;
    workers.execute(
        () -> {
          BlockHeader header = number < 0 ? null : chain.canonical(number);
          if (header == null) {
            loop.execute(() -> giveUp(tracked));
            return;
          }
          Afterwards.on(
              onDemand.body(header),
              answer ->
                  loop.execute(
                      () -> {
                        if (answer instanceof Retrieved<BlockBody>(BlockBody body)
                            && !onBody(header, body, tracked.hash())) {
                          giveUp(tracked);
                        } else {
                          close();
                        }
                      }));
        });
  }

  private void giveUp(TrackedTransaction tracked) {
    LOG.info(
        "Transaction {} is not sent again: its nonce {} is used",
        tracked.hash(),
        tracked.transaction().nonce());
    set().drop(tracked.hash());
    relay.persist();
    close();
  }
}
