package io.lesnode.vip;

import io.lesnode.les.client.AccountProof;
import io.lesnode.les.client.IncludedTransaction;
import io.lesnode.les.client.LightClient;
import io.lesnode.les.client.Retrieval;
import io.lesnode.les.client.SyncStatus;
import io.lesnode.les.client.TransactionLookup;
import io.lesnode.les.client.logs.FoundLog;
import io.lesnode.les.client.logs.LogLimits;
import io.lesnode.les.client.logs.LogQuery;
import io.lesnode.payment.ChainHead;
import io.lesnode.payment.ChainUnavailableException;
import io.lesnode.payment.ChainView;
import io.lesnode.primitives.Account;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.EmptyHashes;
import io.lesnode.primitives.Log;
import io.lesnode.primitives.Receipt;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.rlp.RlpException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * The chain as a light client sees it: every account, storage slot, log and receipt comes from a
 * LES server with a proof against a header that the client has verified. The server that is paid
 * may be the one that is asked: it cannot lie, only stay silent. There is no other source.
 *
 * <p>Thread-safe. A call blocks for round trips, at most {@link #LIMIT}. What is asked of blocks
 * must not be older than servers keep state for, 128 blocks by default.
 */
public final class LesChainView implements ChainView {
  /** How long a call may take; a client without servers says so after this. */
  public static final Duration LIMIT = Duration.ofSeconds(20);

  private static final int MAX_SLOTS = 64;
  private static final LogLimits LOG_LIMITS = new LogLimits(1_000, progress -> {});
  private static final int FEE_BLOCKS = 2;
  private static final int FEE_PERCENTILE = 60;
  private static final UInt256 GWEI = UInt256.valueOf(1_000_000_000L);

  /** geth's limit of what its oracle suggests. */
  private static final UInt256 HIGHEST_TIP_WEI = GWEI.multiply(500);

  private final LightClient client;
  private final long chainId;

  /**
   * A view through a client, which stays open as long as the view is used.
   *
   * @throws IllegalArgumentException if the chain id does not fit into 63 bits
   */
  public LesChainView(LightClient client) {
    this.client = client;
    UInt256 id = client.config().chainId();
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
    return client.genesis().hash();
  }

  @Override
  public ChainHead head() throws ChainUnavailableException {
    return headOf(newest());
  }

  @Override
  public List<UInt256> storage(Address contract, List<UInt256> slots, long blockNumber)
      throws ChainUnavailableException {
    if (slots.size() > MAX_SLOTS) {
      throw new IllegalArgumentException(slots.size() + " slots are too many; the limit is 64");
    }
    LightClient asked = limited();
    AccountProof proof = have(asked.proof(header(asked, blockNumber), contract, slots));
    List<UInt256> values = new ArrayList<>(slots.size());
    proof.storage().forEach(slot -> values.add(slot.value()));
    return values;
  }

  @Override
  public Bytes32 codeHash(Address account, long blockNumber) throws ChainUnavailableException {
    return account(account, blockNumber).map(Account::codeHash).orElse(EmptyHashes.CODE);
  }

  @Override
  public UInt256 balance(Address account, long blockNumber) throws ChainUnavailableException {
    return account(account, blockNumber).map(Account::balance).orElse(UInt256.ZERO);
  }

  private Optional<Account> account(Address address, long blockNumber)
      throws ChainUnavailableException {
    LightClient asked = limited();
    return have(asked.account(header(asked, blockNumber), address));
  }

  @Override
  public Bytes32 blockHash(long number) throws ChainUnavailableException {
    return header(limited(), number).hash();
  }

  @Override
  public long nextNonce(Address account) throws ChainUnavailableException {
    newest();
    return have(limited().nextNonce(account));
  }

  @Override
  public long nonce(Address account, long blockNumber) throws ChainUnavailableException {
    return account(account, blockNumber).map(Account::nonce).orElse(0L);
  }

  @Override
  public List<Log> logs(Address contract, Bytes32 topic, long fromBlock, long toBlock)
      throws ChainUnavailableException {
    LogQuery query = new LogQuery(fromBlock, toBlock, List.of(contract), List.of(List.of(topic)));
    return have(limited().logs(query, LOG_LIMITS)).stream().map(FoundLog::log).toList();
  }

  @Override
  public Optional<Inclusion> inclusion(Bytes32 transactionHash) throws ChainUnavailableException {
    LightClient asked = limited();
    return switch (have(asked.lookUpTransaction(transactionHash))) {
      case TransactionLookup.Included(IncludedTransaction found) ->
          Optional.of(inclusion(asked, found));
      case TransactionLookup.Pending pending -> Optional.empty();
      case TransactionLookup.InPool inPool -> Optional.empty();
      case TransactionLookup.Unknown unknown -> Optional.empty();
    };
  }

  private static Inclusion inclusion(LightClient asked, IncludedTransaction found)
      throws ChainUnavailableException {
    List<Receipt> receipts = have(asked.receipts(found.header()));
    int index = found.index();
    Receipt receipt = receipts.get(index);
    long gasBefore = index == 0 ? 0 : receipts.get(index - 1).cumulativeGasUsed();
    long gasUsed = receipt.cumulativeGasUsed() - gasBefore;
    UInt256 baseFee = found.header().baseFeePerGas();
    Transaction transaction = found.transaction();
    UInt256 price =
        baseFee == null ? transaction.gasPrice() : transaction.effectiveGasPrice(baseFee);
    return new Inclusion(
        transaction,
        receipt,
        headOf(found.header()),
        index,
        price.multiply(UInt256.valueOf(gasUsed)));
  }

  /**
   * The base fee twice, so that it may rise for six blocks, and the tip that most transactions of
   * the newest blocks paid; before London what they paid. A gwei where they say nothing.
   */
  @Override
  public UInt256 gasPriceWei() throws ChainUnavailableException {
    BlockHeader head = newest();
    LightClient asked = limited();
    List<UInt256> tips = new ArrayList<>();
    for (long number = head.number(); number > head.number() - FEE_BLOCKS && number > 0; number--) {
      addTips(asked, header(asked, number), tips);
    }
    tips.sort(null);
    UInt256 tip = tips.isEmpty() ? GWEI : tips.get((tips.size() - 1) * FEE_PERCENTILE / 100);
    UInt256 baseFee = head.baseFeePerGas();
    UInt256 bounded = tip.compareTo(HIGHEST_TIP_WEI) > 0 ? HIGHEST_TIP_WEI : tip;
    return baseFee == null ? bounded : bounded.add(baseFee.multiply(2));
  }

  private static void addTips(LightClient asked, BlockHeader header, List<UInt256> tips)
      throws ChainUnavailableException {
    UInt256 baseFee = header.baseFeePerGas();
    for (Transaction transaction : have(asked.body(header)).transactions()) {
      if (baseFee == null) {
        tips.add(transaction.gasPrice());
      } else {
        UInt256 paid = transaction.effectiveGasPrice(baseFee);
        tips.add(paid.compareTo(baseFee) < 0 ? UInt256.ZERO : paid.subtract(baseFee));
      }
    }
  }

  @Override
  public Bytes32 send(Bytes rawTransaction) throws ChainUnavailableException {
    Transaction transaction;
    try {
      transaction = Transaction.decode(rawTransaction);
    } catch (RlpException | IllegalArgumentException malformed) {
      throw new ChainUnavailableException(
          "this is no signed transaction: " + malformed.getMessage(), malformed);
    }
    return have(limited().sendTransaction(transaction));
  }

  /** The head, if it is the newest that servers announced. */
  private BlockHeader newest() throws ChainUnavailableException {
    SyncStatus status = client.status();
    if (status instanceof SyncStatus.Synced) {
      return client.head();
    }
    throw new ChainUnavailableException(
        "the light client is not synchronised (" + status.message() + "); try again later");
  }

  private static BlockHeader header(LightClient asked, long number)
      throws ChainUnavailableException {
    return have(asked.headerAt(number))
        .orElseThrow(
            () ->
                new ChainUnavailableException(
                    "block " + number + " is above the head of the light client; try again later"));
  }

  private static ChainHead headOf(BlockHeader header) {
    return new ChainHead(header.number(), header.hash(), header.timestamp());
  }

  private LightClient limited() {
    return client.within(LIMIT);
  }

  private static <T> T have(Retrieval<T> answer) throws ChainUnavailableException {
    return switch (answer) {
      case Retrieval.Retrieved<T>(T value) -> value;
      case Retrieval.Failed<T>(var failure) ->
          throw new ChainUnavailableException(failure.message());
    };
  }
}
