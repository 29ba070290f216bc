package io.lesnode.rpc.light;

import io.lesnode.chain.blocks.Subscription;
import io.lesnode.chain.consensus.CliqueSnapshotStore;
import io.lesnode.chain.consensus.ConsensusRules;
import io.lesnode.chain.consensus.HeaderRules;
import io.lesnode.chain.consensus.InvalidBlockException;
import io.lesnode.chain.consensus.SealCheck;
import io.lesnode.evm.state.StateReader;
import io.lesnode.les.client.AccountProof;
import io.lesnode.les.client.CallHints;
import io.lesnode.les.client.IncludedTransaction;
import io.lesnode.les.client.LightClient;
import io.lesnode.les.client.LightState;
import io.lesnode.les.client.Retrieval;
import io.lesnode.les.client.StateExecution;
import io.lesnode.les.client.SyncStatus;
import io.lesnode.les.client.logs.FoundLog;
import io.lesnode.les.client.logs.LogLimits;
import io.lesnode.les.client.logs.LogQuery;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.Block;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.Receipt;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.config.ChainConfig;
import io.lesnode.primitives.config.Fork;
import io.lesnode.rpc.EthBackend;
import io.lesnode.rpc.RpcException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * Answers the {@code eth} methods with what a light client fetches and verifies. Thread-safe; every
 * call may wait for the network, and fails with the client's explanation.
 */
public final class LightEthBackend implements EthBackend {
  private final LightClient client;

  /** Asked for authors only: the client has verified the headers. */
  private final ConsensusRules rules;

  private final List<Consumer<Transaction>> pendingListeners = new CopyOnWriteArrayList<>();

  /** Answers from this client, which its owner closes. */
  public LightEthBackend(LightClient client) {
    this.client = client;
    this.rules =
        ConsensusRules.of(
            client.config(), SealCheck.SKIP, CliqueSnapshotStore.NONE, InstantSource.system());
  }

  private static <T> T require(Retrieval<T> retrieval) {
    return switch (retrieval) {
      case Retrieval.Retrieved<T>(T value) -> value;
      case Retrieval.Failed<T>(var failure) -> throw new RpcException(failure.message());
    };
  }

  @Override
  public ChainConfig chainConfig() {
    return client.config();
  }

  @Override
  public BlockHeader head() {
    return client.head();
  }

  @Override
  public Runnable onHead(Consumer<BlockHeader> listener) {
    Subscription heads = client.onHead(change -> listener.accept(change.head()));
    client.status(); // an answer of the client's loop: it has registered the listener
    return heads::close;
  }

  @Override
  public Runnable onPending(Consumer<Transaction> listener) {
    // an object of its own per registration, so that one listener may register twice
    Consumer<Transaction> registered = transaction -> listener.accept(transaction);
    pendingListeners.add(registered);
    return () -> pendingListeners.remove(registered);
  }

  @Override
  public Optional<BlockHeader> header(long number) {
    return number > client.head().number()
        ? Optional.empty()
        : client.header(number).or(() -> require(client.headerAt(number)));
  }

  @Override
  public Optional<BlockHeader> header(Bytes32 hash) {
    return client.header(hash).or(() -> require(client.headerOf(hash)));
  }

  @Override
  public BlockHeader pendingHeader() {
    return client.head();
  }

  @Override
  public Optional<UInt256> nextBaseFee(BlockHeader header) {
    boolean london =
        client
            .config()
            .forkAt(header.number() + 1, header.timestamp() + 1, header.difficulty())
            .isAtLeast(Fork.LONDON);
    return london
        ? Optional.of(HeaderRules.nextBaseFee(client.config(), header))
        : Optional.empty();
  }

  @Override
  public Address author(BlockHeader header) {
    if (header.number() == 0) {
      return header.coinbase();
    }
    try {
      return rules.author(header);
    } catch (InvalidBlockException unsealed) {
      return Address.ZERO;
    }
  }

  @Override
  public Optional<Block> block(BlockHeader header) {
    return Optional.of(new Block(header, require(client.body(header))));
  }

  @Override
  public Optional<List<FoundLog>> logs(LogQuery query, LogLimits limits) {
    return Optional.of(require(client.logs(query, limits)));
  }

  @Override
  public Optional<List<Receipt>> receipts(BlockHeader header) {
    return Optional.of(require(client.receipts(header)));
  }

  @Override
  public Optional<UInt256> totalDifficulty(BlockHeader header) {
    return client.totalDifficulty(header.hash());
  }

  @Override
  public StateView state(BlockHeader header) {
    return new FetchedView(client, client.state(header));
  }

  private record FetchedView(LightClient client, LightState state) implements StateView {
    @Override
    public StateReader reader() {
      return state.reader();
    }

    @Override
    public <T, X extends Exception> T execute(CallHints hints, StateExecution<T, X> execution)
        throws X {
      return state.execute(hints, execution);
    }

    @Override
    public void expect(CallHints hints) {
      state.prefetch(hints);
    }

    @Override
    public List<Bytes> accountProof(Address address) {
      return require(client.proof(state.header(), address, List.of())).nodes();
    }

    @Override
    public List<Bytes> storageProof(Address address, Bytes32 slot) {
      AccountProof proof =
          require(client.proof(state.header(), address, List.of(UInt256.fromBytes(slot))));
      return proof.storage().getFirst().nodes();
    }
  }

  @Override
  public Optional<Mined> mined(Bytes32 transactionHash) {
    Optional<IncludedTransaction> found = require(client.transaction(transactionHash));
    return found.map(at -> new Mined(at.header(), at.index()));
  }

  @Override
  public Optional<Transaction> pooled(Bytes32 transactionHash) {
    return client.pendingTransaction(transactionHash);
  }

  @Override
  public Map<Address, List<Transaction>> pendingTransactions() {
    Map<Address, List<Transaction>> bySender = new LinkedHashMap<>();
    for (Transaction tx : client.pendingTransactions()) {
      bySender.computeIfAbsent(tx.sender(), sender -> new ArrayList<>()).add(tx);
    }
    return bySender;
  }

  @Override
  public Map<Address, List<Transaction>> queuedTransactions() {
    return Map.of();
  }

  @Override
  public long pendingNonce(Address address) {
    return require(client.nextNonce(address));
  }

  @Override
  public void send(Transaction transaction) {
    require(client.sendTransaction(transaction));
    pendingListeners.forEach(listener -> listener.accept(transaction));
  }

  @Override
  public Optional<SyncProgress> syncing() {
    return client.status() instanceof SyncStatus.Syncing syncing
        ? Optional.of(
            new SyncProgress(
                syncing.startingBlock(), syncing.currentBlock(), syncing.highestBlock()))
        : Optional.empty();
  }

  @Override
  public boolean blocksAreLocal() {
    return false;
  }
}
