package io.lesnode.les.client;

import io.lesnode.primitives.Account;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.BlockBody;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.Receipt;
import io.lesnode.primitives.Transaction;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * The questions of {@link LightClient} for callers who do not block: each is asked on a virtual
 * thread of its own. A future completes with the verified value or with a {@link
 * RetrievalException} that carries the {@link RetrievalFailure}; cancelling it ends the thread.
 * Thread-safe, with nothing to close.
 */
public final class AsyncLightClient {
  private final LightClient client;

  AsyncLightClient(LightClient client) {
    this.client = client;
  }

  /** Asks anything that the blocking client answers. */
  public <T> CompletableFuture<T> ask(Function<LightClient, Retrieval<T>> question) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread asking =
        Thread.ofVirtual()
            .name("light-call")
            .start(
                () -> {
                  try {
                    result.complete(question.apply(client).orElseThrow());
                  } catch (RuntimeException failed) {
                    result.completeExceptionally(failed);
                  }
                });
    CompletableFuture<T> unused =
        result.whenComplete(
            (value, problem) -> {
              if (result.isCancelled()) {
                asking.interrupt();
              }
            });
    return result;
  }

  /** As {@link LightClient#awaitSynced}. */
  public CompletableFuture<BlockHeader> synced() {
    return ask(LightClient::awaitSynced);
  }

  /** As {@link LightClient#headerAt}. */
  public CompletableFuture<Optional<BlockHeader>> headerAt(long number) {
    return ask(blocking -> blocking.headerAt(number));
  }

  /** As {@link LightClient#body}. */
  public CompletableFuture<BlockBody> body(BlockHeader header) {
    return ask(blocking -> blocking.body(header));
  }

  /** As {@link LightClient#receipts}. */
  public CompletableFuture<List<Receipt>> receipts(BlockHeader header) {
    return ask(blocking -> blocking.receipts(header));
  }

  /** As {@link LightClient#account}. */
  public CompletableFuture<Optional<Account>> account(BlockHeader header, Address address) {
    return ask(blocking -> blocking.account(header, address));
  }

  /** As {@link LightClient#code}. */
  public CompletableFuture<Bytes> code(BlockHeader header, Address address) {
    return ask(blocking -> blocking.code(header, address));
  }

  /** As {@link LightClient#storage}. */
  public CompletableFuture<UInt256> storage(BlockHeader header, Address address, UInt256 slot) {
    return ask(blocking -> blocking.storage(header, address, slot));
  }

  /** As {@link LightClient#proof}. */
  public CompletableFuture<AccountProof> proof(
      BlockHeader header, Address address, List<UInt256> slots) {
    return ask(blocking -> blocking.proof(header, address, slots));
  }

  /** As {@link LightClient#transaction}. */
  public CompletableFuture<Optional<IncludedTransaction>> transaction(Bytes32 hash) {
    return ask(blocking -> blocking.transaction(hash));
  }

  /** As {@link LightClient#lookUpTransaction}. */
  public CompletableFuture<TransactionLookup> lookUpTransaction(Bytes32 hash) {
    return ask(blocking -> blocking.lookUpTransaction(hash));
  }

  /** As {@link LightClient#nextNonce}. */
  public CompletableFuture<Long> nextNonce(Address address) {
    return ask(blocking -> blocking.nextNonce(address));
  }

  /** As {@link LightClient#sendTransaction}. */
  public CompletableFuture<Bytes32> sendTransaction(Transaction transaction) {
    return ask(blocking -> blocking.sendTransaction(transaction));
  }
}
