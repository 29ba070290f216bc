package io.lesnode.rpc;

import io.lesnode.evm.state.StateReader;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.Block;
import io.lesnode.primitives.BlockBody;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.Log;
import io.lesnode.primitives.LogsBloom;
import io.lesnode.primitives.Receipt;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.TransactionType;
import io.lesnode.primitives.config.ChainConfig;
import io.lesnode.primitives.config.Genesis;
import io.lesnode.primitives.crypto.KeyPair;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/** A chain in memory whose blocks have one transaction with the given logs. Thread-safe. */
final class FakeChain implements EthBackend {
  private static final KeyPair KEY = KeyPair.ofSecret(Bytes32.leftPad(Bytes.of(7)));
  private static final String GENESIS =
      """
      {"config": {"chainId": 5, "homesteadBlock": 0, "eip150Block": 0, "eip155Block": 0,
        "eip158Block": 0, "byzantiumBlock": 0, "constantinopleBlock": 0, "petersburgBlock": 0,
        "istanbulBlock": 0, "berlinBlock": 0, "londonBlock": 0},
       "difficulty": "0x1", "gasLimit": "0x1c9c380", "alloc": {}}""";

  private final ChainConfig config =
      Genesis.parse(GENESIS.getBytes(StandardCharsets.UTF_8), "the test").config();
  private final Map<Bytes32, BlockHeader> headers = new HashMap<>();
  private final Map<Bytes32, List<Receipt>> receipts = new HashMap<>();
  private final Map<Bytes32, Block> blocks = new HashMap<>();
  private final List<BlockHeader> canonical = new ArrayList<>();
  private final List<Consumer<BlockHeader>> headListeners = new ArrayList<>();
  private final List<Consumer<Transaction>> pendingListeners = new ArrayList<>();
  private StateReader state = StateReader.empty();
  private Optional<SyncProgress> progress = Optional.empty();
  private int failuresOfReceipts;
  private int salt;

  FakeChain() {
    canonical.add(make(null, List.of()));
  }

  static Log log(int address, int topic) {
    return new Log(
        Address.of(Bytes.concatenate(Bytes.wrap(new byte[19]), Bytes.of(address))),
        List.of(Bytes32.leftPad(Bytes.of(topic))),
        Bytes.EMPTY);
  }

  private BlockHeader make(BlockHeader parent, List<Log> logs) {
    Transaction transaction =
        Transaction.builder(TransactionType.LEGACY)
            .chainId(UInt256.valueOf(5))
            .nonce(salt++)
            .gasPrice(UInt256.ONE)
            .gasLimit(21_000)
            .to(Address.ZERO)
            .value(UInt256.ONE)
            .sign(KEY);
    BlockHeader header =
        new BlockHeader.Builder()
            .number(parent == null ? 0 : parent.number() + 1)
            .parentHash(parent == null ? Bytes32.ZERO : parent.hash())
            .difficulty(UInt256.ONE)
            .gasLimit(30_000_000)
            .timestamp(parent == null ? 0 : parent.timestamp() + 1)
            .extraData(Bytes.ofUnsignedInt(salt))
            .baseFeePerGas(UInt256.valueOf(7))
            .logsBloom(LogsBloom.of(logs))
            .build();
    headers.put(header.hash(), header);
    receipts.put(
        header.hash(), List.of(Receipt.withStatus(TransactionType.LEGACY, true, 21_000, logs)));
    blocks.put(
        header.hash(), new Block(header, new BlockBody(List.of(transaction), List.of(), null)));
    return header;
  }

  /** Adds a block and tells of it. */
  BlockHeader grow(Log... logs) {
    BlockHeader header;
    synchronized (this) {
      header = make(canonical.getLast(), List.of(logs));
      canonical.add(header);
    }
    tell();
    return header;
  }

  /** Adds blocks without logs, then tells of the last. */
  void growSilently(int count) {
    synchronized (this) {
      for (int i = 0; i < count; i++) {
        canonical.add(make(canonical.getLast(), List.of()));
      }
    }
  }

  /** Replaces the newest blocks by others, one for each list of logs. */
  @SafeVarargs
  final void reorganise(int dropped, List<Log>... branch) {
    synchronized (this) {
      for (int i = 0; i < dropped; i++) {
        canonical.removeLast();
      }
      for (List<Log> logs : branch) {
        canonical.add(make(canonical.getLast(), logs));
      }
    }
    tell();
  }

  void tell() {
    List<Consumer<BlockHeader>> listeners;
    BlockHeader head;
    synchronized (this) {
      listeners = List.copyOf(headListeners);
      head = canonical.getLast();
    }
    listeners.forEach(listener -> listener.accept(head));
  }

  void tellPending(Transaction transaction) {
    List.copyOf(pendingListeners).forEach(listener -> listener.accept(transaction));
  }

  /** The next reads of receipts fail. */
  synchronized void failReceipts(int times) {
    failuresOfReceipts = times;
  }

  synchronized void syncing(Optional<SyncProgress> newProgress) {
    progress = newProgress;
  }

  synchronized void state(StateReader reader) {
    state = reader;
  }

  synchronized int listeners() {
    return headListeners.size() + pendingListeners.size();
  }

  @Override
  public ChainConfig chainConfig() {
    return config;
  }

  @Override
  public synchronized BlockHeader head() {
    return canonical.getLast();
  }

  @Override
  public synchronized Runnable onHead(Consumer<BlockHeader> listener) {
    headListeners.add(listener);
    return () -> {
      synchronized (this) {
        headListeners.remove(listener);
      }
    };
  }

  @Override
  public synchronized Runnable onPending(Consumer<Transaction> listener) {
    pendingListeners.add(listener);
    return () -> {
      synchronized (this) {
        pendingListeners.remove(listener);
      }
    };
  }

  @Override
  public synchronized Optional<BlockHeader> header(long number) {
    return number < canonical.size() ? Optional.of(canonical.get((int) number)) : Optional.empty();
  }

  @Override
  public synchronized Optional<BlockHeader> header(Bytes32 hash) {
    return Optional.ofNullable(headers.get(hash));
  }

  @Override
  public BlockHeader pendingHeader() {
    return head();
  }

  @Override
  public Optional<UInt256> nextBaseFee(BlockHeader header) {
    return Optional.of(UInt256.valueOf(7));
  }

  @Override
  public Address author(BlockHeader header) {
    return header.coinbase();
  }

  @Override
  public synchronized Optional<Block> block(BlockHeader header) {
    return Optional.ofNullable(blocks.get(header.hash()));
  }

  @Override
  public synchronized Optional<List<Receipt>> receipts(BlockHeader header) {
    if (failuresOfReceipts > 0) {
      failuresOfReceipts--;
      throw new RpcException("no server has the receipts");
    }
    return Optional.ofNullable(receipts.get(header.hash()));
  }

  @Override
  public Optional<UInt256> totalDifficulty(BlockHeader header) {
    return Optional.of(UInt256.valueOf(header.number() + 1));
  }

  @Override
  public synchronized StateView state(BlockHeader header) {
    StateReader reader = state;
    return new StateView() {
      @Override
      public StateReader reader() {
        return reader;
      }

      @Override
      public List<Bytes> accountProof(Address address) {
        return List.of();
      }

      @Override
      public List<Bytes> storageProof(Address address, Bytes32 slot) {
        return List.of();
      }
    };
  }

  @Override
  public Optional<Mined> mined(Bytes32 transactionHash) {
    return Optional.empty();
  }

  @Override
  public Optional<Transaction> pooled(Bytes32 transactionHash) {
    return Optional.empty();
  }

  @Override
  public Map<Address, List<Transaction>> pendingTransactions() {
    return Map.of();
  }

  @Override
  public Map<Address, List<Transaction>> queuedTransactions() {
    return Map.of();
  }

  @Override
  public long pendingNonce(Address address) {
    return 0;
  }

  @Override
  public void send(Transaction transaction) {
    tellPending(transaction);
  }

  @Override
  public synchronized Optional<SyncProgress> syncing() {
    return progress;
  }

  @Override
  public boolean blocksAreLocal() {
    return true;
  }
}
