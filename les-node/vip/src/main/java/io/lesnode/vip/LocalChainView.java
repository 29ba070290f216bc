package io.lesnode.vip;

import io.lesnode.chain.blocks.Blockchain;
import io.lesnode.chain.pool.PoolError;
import io.lesnode.chain.pool.TxPool;
import io.lesnode.chain.state.TrieState;
import io.lesnode.chain.store.ChainStore;
import io.lesnode.chain.store.TransactionLocation;
import io.lesnode.payment.ChainHead;
import io.lesnode.payment.ChainUnavailableException;
import io.lesnode.payment.ChainView;
import io.lesnode.primitives.Account;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.BlockBody;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.EmptyHashes;
import io.lesnode.primitives.Log;
import io.lesnode.primitives.Receipt;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.rlp.RlpException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * The chain as a full node sees it: its own store and its own transaction pool, so that a server
 * trusts nobody for what it is paid. Thread-safe; calls read the disk and wait for no network.
 *
 * <p>What is asked of blocks must not be older than the states that the node keeps.
 */
public final class LocalChainView implements ChainView {
  private static final int MAX_SLOTS = 64;
  private static final long MAX_LOG_BLOCKS = 100_000;
  private static final int FEE_BLOCKS = 20;
  private static final int FEE_PERCENTILE = 60;
  private static final int PERCENT = 100;
  private static final UInt256 GWEI = UInt256.valueOf(1_000_000_000L);

  /** geth's limit of what its oracle suggests. */
  private static final UInt256 HIGHEST_TIP_WEI = GWEI.multiply(500);

  private final Blockchain chain;
  private final ChainStore store;
  private final TxPool pool;
  private final long chainId;

  /**
   * A view of a chain, which stays open as long as the view is used.
   *
   * @throws IllegalArgumentException if the chain id does not fit into 63 bits
   */
  public LocalChainView(Blockchain chain, TxPool pool) {
    this.chain = chain;
    this.store = chain.store();
    this.pool = pool;
    UInt256 id = chain.config().chainId();
    if (!id.fitsLong() || id.toLong() < 0) {
      throw new IllegalArgumentException("chain ids above 2^63 - 1 cannot be paid on: " + id);
    }
    this.chainId = id.toLong();
  }

  @Override
  public long chainId() {
    return chainId;
  }

  @Override
  public Bytes32 genesisHash() {
    return chain.genesis().hash();
  }

  @Override
  public ChainHead head() {
    return headOf(chain.head().header());
  }

  /** A header as methods of payment see it. */
  public static ChainHead headOf(BlockHeader header) {
    return new ChainHead(header.number(), header.hash(), header.timestamp());
  }

  @Override
  public Bytes32 blockHash(long number) throws ChainUnavailableException {
    return header(number).hash();
  }

  private BlockHeader header(long number) throws ChainUnavailableException {
    if (number < 0 || number > chain.head().header().number()) {
      throw new ChainUnavailableException(
          "block " + number + " is not in our chain yet, whose head is " + head().number());
    }
    return store
        .header(number)
        .orElseThrow(() -> new ChainUnavailableException("block " + number + " is being replaced"));
  }

  private TrieState state(long number) throws ChainUnavailableException {
    BlockHeader header = header(number);
    if (!store.hasState(header)) {
      throw new ChainUnavailableException(
          "the state of block "
              + number
              + " is no longer kept, only those from block "
              + store.oldestState()
              + " on");
    }
    return chain.stateAfter(header);
  }

  @Override
  public List<UInt256> storage(Address contract, List<UInt256> slots, long blockNumber)
      throws ChainUnavailableException {
    if (slots.size() > MAX_SLOTS) {
      throw new IllegalArgumentException(slots.size() + " slots are too many; the limit is 64");
    }
    TrieState state = state(blockNumber);
    Account account = state.account(contract);
    List<UInt256> values = new ArrayList<>(slots.size());
    for (UInt256 slot : slots) {
      values.add(
          account == null ? UInt256.ZERO : state.storage(contract, account.storageRoot(), slot));
    }
    return List.copyOf(values);
  }

  private Optional<Account> account(Address address, long blockNumber)
      throws ChainUnavailableException {
    return Optional.ofNullable(state(blockNumber).account(address));
  }

  @Override
  public Bytes32 codeHash(Address account, long blockNumber) throws ChainUnavailableException {
    return account(account, blockNumber).map(Account::codeHash).orElse(EmptyHashes.CODE);
  }

  @Override
  public UInt256 balance(Address account, long blockNumber) throws ChainUnavailableException {
    return account(account, blockNumber).map(Account::balance).orElse(UInt256.ZERO);
  }

  @Override
  public long nextNonce(Address account) {
    return pool.nextNonce(account);
  }

  @Override
  public long nonce(Address account, long blockNumber) throws ChainUnavailableException {
    return account(account, blockNumber).map(Account::nonce).orElse(0L);
  }

  /** Blocks whose bloom filter rules the contract out are not read. */
  @Override
  public List<Log> logs(Address contract, Bytes32 topic, long fromBlock, long toBlock)
      throws ChainUnavailableException {
    if (toBlock - fromBlock >= MAX_LOG_BLOCKS) {
      throw new IllegalArgumentException(
          "logs of more than " + MAX_LOG_BLOCKS + " blocks are looked for in pieces");
    }
    List<Log> found = new ArrayList<>();
    for (long number = Math.max(0, fromBlock); number <= toBlock; number++) {
      BlockHeader header = header(number);
      if (header.logsBloom().mayContain(contract.bytes()) && header.logsBloom().mayContain(topic)) {
        for (Receipt receipt : receipts(header)) {
          receipt.logs().stream()
              .filter(log -> log.address().equals(contract))
              .filter(log -> !log.topics().isEmpty() && log.topics().getFirst().equals(topic))
              .forEach(found::add);
        }
      }
    }
    return List.copyOf(found);
  }

  private List<Receipt> receipts(BlockHeader header) throws ChainUnavailableException {
    return store
        .receipts(header.hash())
        .orElseThrow(
            () ->
                new ChainUnavailableException(
                    "the receipts of block " + header.number() + " are not kept"));
  }

  @Override
  public Optional<Inclusion> inclusion(Bytes32 transactionHash) throws ChainUnavailableException {
    Optional<TransactionLocation> location = store.transaction(transactionHash);
    if (location.isEmpty()) {
      return Optional.empty();
    }
    Optional<BlockHeader> header = store.header(location.get().blockHash());
    Optional<BlockBody> body = store.body(location.get().blockHash());
    if (header.isEmpty() || body.isEmpty()) {
      return Optional.empty();
    }
    int index = location.get().index();
    Transaction transaction = body.get().transactions().get(index);
    List<Receipt> receipts = receipts(header.get());
    long gasBefore = index == 0 ? 0 : receipts.get(index - 1).cumulativeGasUsed();
    long gasUsed = receipts.get(index).cumulativeGasUsed() - gasBefore;
    UInt256 baseFee = header.get().baseFeePerGas();
    UInt256 price =
        baseFee == null ? transaction.gasPrice() : transaction.effectiveGasPrice(baseFee);
    return Optional.of(
        new Inclusion(
            transaction,
            receipts.get(index),
            headOf(header.get()),
            index,
            price.multiply(UInt256.valueOf(gasUsed))));
  }

  /**
   * The base fee twice, so that it may rise for six blocks, and the tip that most transactions of
   * the newest blocks paid; before London what they paid. A gwei where they say nothing.
   */
  @Override
  public UInt256 gasPriceWei() throws ChainUnavailableException {
    BlockHeader head = chain.head().header();
    List<UInt256> tips = new ArrayList<>();
    for (long number = head.number(); number > head.number() - FEE_BLOCKS && number > 0; number--) {
      addTips(header(number), tips);
    }
    tips.sort(null);
    UInt256 tip = tips.isEmpty() ? GWEI : tips.get((tips.size() - 1) * FEE_PERCENTILE / PERCENT);
    UInt256 baseFee = head.baseFeePerGas();
    UInt256 bounded = tip.compareTo(HIGHEST_TIP_WEI) > 0 ? HIGHEST_TIP_WEI : tip;
    return baseFee == null ? bounded : bounded.add(baseFee.multiply(2));
  }

  private void addTips(BlockHeader header, List<UInt256> tips) {
    UInt256 baseFee = header.baseFeePerGas();
    for (Transaction transaction :
        store.body(header.hash()).map(BlockBody::transactions).orElse(List.of())) {
      if (baseFee == null) {
        tips.add(transaction.gasPrice());
      } else {
        UInt256 paid = transaction.effectiveGasPrice(baseFee);
        tips.add(paid.compareTo(baseFee) < 0 ? UInt256.ZERO : paid.subtract(baseFee));
      }
    }
  }

  /** Puts it into our own pool; one that is there already is no error. */
  @Override
  public Bytes32 send(Bytes rawTransaction) throws ChainUnavailableException {
    Transaction transaction;
    try {
      transaction = Transaction.decode(rawTransaction);
    } catch (RlpException | IllegalArgumentException malformed) {
      throw new ChainUnavailableException(
          "this is no signed transaction: " + malformed.getMessage(), malformed);
    }
    PoolError refused = pool.addLocal(transaction);
    if (refused != null && refused != PoolError.ALREADY_KNOWN) {
      throw new ChainUnavailableException("our pool does not take it: " + refused.text());
    }
    return transaction.hash();
  }
}
