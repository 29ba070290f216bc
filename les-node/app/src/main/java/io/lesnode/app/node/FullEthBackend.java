package io.lesnode.app.node;

import io.lesnode.chain.blocks.Blockchain;
import io.lesnode.chain.blocks.Subscription;
import io.lesnode.chain.consensus.HeaderRules;
import io.lesnode.chain.consensus.InvalidBlockException;
import io.lesnode.chain.pool.PoolError;
import io.lesnode.chain.pool.TxPool;
import io.lesnode.chain.state.TrieState;
import io.lesnode.chain.store.ChainStore;
import io.lesnode.chain.store.TransactionLocation;
import io.lesnode.evm.state.StateReader;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.Block;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.EmptyHashes;
import io.lesnode.primitives.LogsBloom;
import io.lesnode.primitives.Receipt;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.config.ChainConfig;
import io.lesnode.primitives.config.Fork;
import io.lesnode.rpc.EthBackend;
import io.lesnode.rpc.RpcException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/** Answers the {@code eth} methods from a chain store and a transaction pool. Thread-safe. */
final class FullEthBackend implements EthBackend {
  private final Blockchain chain;
  private final ChainStore store;
  private final TxPool pool;

  FullEthBackend(Blockchain chain, TxPool pool) {
    this.chain = chain;
    this.store = chain.store();
    this.pool = pool;
  }

  @Override
  public ChainConfig chainConfig() {
    return chain.config();
  }

  @Override
  public BlockHeader head() {
    return chain.head().header();
  }

  @Override
  public Runnable onHead(Consumer<BlockHeader> listener) {
    Subscription heads = chain.onHeadChange(change -> listener.accept(change.newHead().header()));
    return heads::close;
  }

  @Override
  public Runnable onPending(Consumer<Transaction> listener) {
    Subscription pending = pool.onExecutable(added -> added.forEach(listener));
    return pending::close;
  }

  @Override
  public Optional<BlockHeader> header(long number) {
    return store.header(number);
  }

  @Override
  public Optional<BlockHeader> header(Bytes32 hash) {
    return store.header(hash);
  }

  /**
   * An empty block on top of the head, as it would be sealed now. Differs from geth: the waiting
   * transactions are not executed into it.
   */
  @Override
  public BlockHeader pendingHeader() {
    BlockHeader head = head();
    long timestamp = Math.max(head.timestamp() + 1, System.currentTimeMillis() / 1000);
    return head.toBuilder()
        .parentHash(head.hash())
        .ommersHash(EmptyHashes.OMMERS)
        .coinbase(Address.ZERO)
        .transactionsRoot(EmptyHashes.TRIE_ROOT)
        .receiptsRoot(EmptyHashes.TRIE_ROOT)
        .logsBloom(LogsBloom.EMPTY)
        .number(head.number() + 1)
        .gasUsed(0)
        .timestamp(timestamp)
        .extraData(Bytes.EMPTY)
        .mixHash(Bytes32.ZERO)
        .nonce(0)
        .baseFeePerGas(nextBaseFee(head).orElse(null))
        .build();
  }

  @Override
  public Optional<UInt256> nextBaseFee(BlockHeader header) {
    boolean london =
        chain
            .config()
            .forkAt(header.number() + 1, header.timestamp() + 1, header.difficulty())
            .isAtLeast(Fork.LONDON);
    return london ? Optional.of(HeaderRules.nextBaseFee(chain.config(), header)) : Optional.empty();
  }

  @Override
  public Address author(BlockHeader header) {
    if (header.number() == 0) {
      return header.coinbase();
    }
    try {
      return chain.rules().author(header);
    } catch (InvalidBlockException unsealed) {
      return Address.ZERO;
    }
  }

  @Override
  public Optional<Block> block(BlockHeader header) {
    return store.body(header.hash()).map(body -> new Block(header, body));
  }

  @Override
  public Optional<List<Receipt>> receipts(BlockHeader header) {
    return store.receipts(header.hash());
  }

  @Override
  public Optional<UInt256> totalDifficulty(BlockHeader header) {
    return store.totalDifficulty(header.hash());
  }

  @Override
  public StateView state(BlockHeader header) {
    if (!store.hasState(header)) {
      throw new RpcException(
          "missing trie node "
              + header.stateRoot().toUnprefixedHexString()
              + " (path ) state is not available: block "
              + header.number()
              + " is older than the states kept, which begin at block "
              + store.oldestState());
    }
    return new TrieView(chain.stateAfter(header));
  }

  /** One state for one request; confined to the thread of the request. */
  private record TrieView(TrieState state) implements StateView {
    @Override
    public StateReader reader() {
      return state;
    }

    @Override
    public List<Bytes> accountProof(Address address) {
      return state.prove(address);
    }

    @Override
    public List<Bytes> storageProof(Address address, Bytes32 slot) {
      return state.prove(address, slot);
    }
  }

  @Override
  public Optional<Mined> mined(Bytes32 transactionHash) {
    Optional<TransactionLocation> found = store.transaction(transactionHash);
    return found.flatMap(
        at -> store.header(at.blockHash()).map(header -> new Mined(header, at.index())));
  }

  @Override
  public Optional<Transaction> pooled(Bytes32 transactionHash) {
    return Optional.ofNullable(pool.transaction(transactionHash));
  }

  @Override
  public Map<Address, List<Transaction>> pendingTransactions() {
    return pool.executable();
  }

  @Override
  public Map<Address, List<Transaction>> queuedTransactions() {
    return pool.waiting();
  }

  @Override
  public long pendingNonce(Address address) {
    return pool.nextNonce(address);
  }

  @Override
  public void send(Transaction transaction) {
    PoolError refused = pool.addLocal(transaction);
    if (refused != null) {
      throw new RpcException(refused.text());
    }
  }

  @Override
  public Optional<SyncProgress> syncing() {
    return Optional.empty();
  }

  @Override
  public boolean blocksAreLocal() {
    return true;
  }
}
