package io.lesnode.rpc;

import io.lesnode.evm.state.StateReader;
import io.lesnode.les.client.CallHints;
import io.lesnode.les.client.StateExecution;
import io.lesnode.les.client.logs.FoundLog;
import io.lesnode.les.client.logs.LogLimits;
import io.lesnode.les.client.logs.LogQuery;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.Block;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.Receipt;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.config.ChainConfig;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * The port between the {@code eth} methods and the node that answers them: a full node reads its
 * store, a light client asks servers and verifies what they say. Called on virtual threads; every
 * method may block, and may throw {@link RpcException} when it cannot tell (state pruned, no
 * server).
 */
public interface EthBackend {
  /** The rules of the chain. */
  ChainConfig chainConfig();

  /** The head of the canonical chain. */
  BlockHeader head();

  /**
   * Tells of each new head, on the thread that made it; the listener must not block.
   *
   * @return what ends it
   * @throws RpcException if this node does not tell
   */
  Runnable onHead(Consumer<BlockHeader> listener);

  /**
   * Tells of each transaction that begins to wait here; a light client knows only its own. The
   * listener must not block.
   *
   * @return what ends it
   */
  Runnable onPending(Consumer<Transaction> listener);

  /** A canonical header by height. */
  Optional<BlockHeader> header(long number);

  /** A header by hash, canonical or not. */
  Optional<BlockHeader> header(Bytes32 hash);

  /** The block that would come next; a light client has none and gives its head. */
  BlockHeader pendingHeader();

  /** The base fee of the block after a header; empty before London. */
  Optional<UInt256> nextBaseFee(BlockHeader header);

  /**
   * Who sealed a block: the coinbase, or under clique the signer; the zero address when the seal is
   * not readable, as in a pending block.
   */
  Address author(BlockHeader header);

  /** The body that belongs to a header, with the header. */
  Optional<Block> block(BlockHeader header);

  /** The receipts of a block; empty when they are not kept. */
  Optional<List<Receipt>> receipts(BlockHeader header);

  /**
   * Finds logs without looking at every block; empty where this node has no better way.
   *
   * @throws RpcException if there are too many, or they cannot be had
   */
  default Optional<List<FoundLog>> logs(LogQuery query, LogLimits limits) {
    return Optional.empty();
  }

  /** The total difficulty up to and including a header. */
  Optional<UInt256> totalDifficulty(BlockHeader header);

  /** The state after a block. */
  StateView state(BlockHeader header);

  /** Where a transaction was mined, if it was. */
  Optional<Mined> mined(Bytes32 transactionHash);

  /** A transaction that waits. */
  Optional<Transaction> pooled(Bytes32 transactionHash);

  /** The waiting transactions that could be mined next, by sender and in nonce order. */
  Map<Address, List<Transaction>> pendingTransactions();

  /** The waiting transactions that cannot be mined yet, by sender and in nonce order. */
  Map<Address, List<Transaction>> queuedTransactions();

  /** The next nonce of an account, waiting transactions counted. */
  long pendingNonce(Address address);

  /**
   * Takes a signed transaction to be mined.
   *
   * @throws RpcException with geth's words if it is refused
   */
  void send(Transaction transaction);

  /**
   * The headers and numbers of a sync in progress; empty when there is nothing to catch up with.
   */
  Optional<SyncProgress> syncing();

  /** Whether blocks are at hand; a light client pays for every one and samples fewer. */
  boolean blocksAreLocal();

  /**
   * A position in the chain.
   *
   * @param header header of the block
   * @param index index of the transaction in it
   */
  record Mined(BlockHeader header, int index) {}

  /**
   * How far a sync is.
   *
   * @param startingBlock where it began
   * @param currentBlock where it is
   * @param highestBlock where it leads
   */
  record SyncProgress(long startingBlock, long currentBlock, long highestBlock) {}

  /** The state after one block, and the proofs of it. May block. */
  interface StateView {
    /** Reads accounts, code and storage; a light client fetches each piece when it is read. */
    StateReader reader();

    /**
     * Runs an execution. A light client may run it several times, until everything that it reads is
     * fetched and verified; only the last run counts.
     *
     * @param hints what it will surely read
     */
    default <T, X extends Exception> T execute(CallHints hints, StateExecution<T, X> execution)
        throws X {
      return execution.run(reader());
    }

    /** Says what will be read, so that a light client can fetch it in one go. */
    default void expect(CallHints hints) {}

    /** The trie nodes from the root to an account, or to where it would be. */
    List<Bytes> accountProof(Address address);

    /** The trie nodes from an account's storage root to a slot, or to where it would be. */
    List<Bytes> storageProof(Address address, Bytes32 slot);
  }
}
