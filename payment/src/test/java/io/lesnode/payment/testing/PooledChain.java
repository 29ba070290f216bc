package io.lesnode.payment.testing;

import io.lesnode.contracts.testing.ContractChain;
import io.lesnode.contracts.testing.Sent;
import io.lesnode.payment.ChainHead;
import io.lesnode.payment.ChainUnavailableException;
import io.lesnode.payment.ChainView;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.Log;
import io.lesnode.primitives.Receipt;
import io.lesnode.primitives.Transaction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * A {@link ContractChain} with a transaction pool before it, as methods and payers see chains. The
 * pool can forget, refuse and be choosy about fees; the chain can be out of reach.
 */
public final class PooledChain implements ChainView {
  private static final UInt256 BASE_FEE = UInt256.valueOf(7);

  private final ContractChain chain;
  private final List<Transaction> pool = new ArrayList<>();
  private UInt256 gasPriceWei = ContractChain.GAS_PRICE;
  private UInt256 leastFeeWei = UInt256.ZERO;
  private boolean isDown;
  private int storageReads;
  private int sends;

  /** A chain with an empty pool. */
  public PooledChain(ContractChain chain) {
    this.chain = chain;
  }

  /** The chain itself. */
  public ContractChain chain() {
    return chain;
  }

  /** Makes blocks; the first holds what of the pool pays enough. */
  public ChainHead mine(long blocks) {
    List<Transaction> ready = new ArrayList<>();
    for (Transaction each : pool) {
      if (each.maxFeePerGas().compareTo(leastFeeWei) >= 0) {
        ready.add(each);
      }
    }
    pool.removeAll(ready);
    ready.sort(Comparator.comparingLong(Transaction::nonce));
    ready.forEach(chain::submit);
    chain.mine(blocks);
    return head0();
  }

  /** Forgets all that waits. */
  public void emptyPool() {
    pool.clear();
  }

  /** What waits. */
  public List<Transaction> pool() {
    return List.copyOf(pool);
  }

  /** Undoes blocks and what was in them, and makes as many others, empty ones. */
  public ChainHead replaceAfter(long block) {
    long before = chain.number();
    chain.revertTo(block);
    chain.mine(before - block + 1);
    return head0();
  }

  /** From now on blocks take no transaction that pays less. */
  public void setLeastFeeWei(UInt256 wei) {
    leastFeeWei = wei;
  }

  /** From now on gas costs this. */
  public void setGasPriceWei(UInt256 wei) {
    gasPriceWei = wei;
  }

  /** Whether every call fails. */
  public void setDown(boolean down) {
    isDown = down;
  }

  /** How often storage was read. */
  public int storageReads() {
    return storageReads;
  }

  /** How often a transaction was sent. */
  public int sends() {
    return sends;
  }

  /** The newest block, even when the chain is out of reach. */
  public ChainHead head0() {
    return block(chain.number());
  }

  private ChainHead block(long number) {
    return new ChainHead(number, chain.blockHash(number), chain.timestamp(number));
  }

  private void requireUp() throws ChainUnavailableException {
    if (isDown) {
      throw new ChainUnavailableException("the chain is out of reach in this test");
    }
  }

  @Override
  public long chainId() {
    return chain.chainId().toLong();
  }

  @Override
  public Bytes32 genesisHash() {
    return chain.blockHash(0);
  }

  @Override
  public Bytes32 blockHash(long number) throws ChainUnavailableException {
    requireUp();
    return chain.blockHash(number);
  }

  @Override
  public ChainHead head() throws ChainUnavailableException {
    requireUp();
    return head0();
  }

  @Override
  public List<UInt256> storage(Address contract, List<UInt256> slots, long blockNumber)
      throws ChainUnavailableException {
    requireUp();
    storageReads++;
    return slots.stream().map(slot -> chain.storage(contract, slot, blockNumber)).toList();
  }

  @Override
  public Bytes32 codeHash(Address account, long blockNumber) throws ChainUnavailableException {
    requireUp();
    return chain.codeHash(account, blockNumber);
  }

  @Override
  public UInt256 balance(Address account, long blockNumber) throws ChainUnavailableException {
    requireUp();
    return chain.balance(account, blockNumber);
  }

  @Override
  public long nextNonce(Address account) throws ChainUnavailableException {
    requireUp();
    long next = chain.nonce(account);
    for (Transaction each : pool) {
      if (each.sender().equals(account)) {
        next = Math.max(next, each.nonce() + 1);
      }
    }
    return next;
  }

  @Override
  public long nonce(Address account, long blockNumber) throws ChainUnavailableException {
    requireUp();
    return chain.nonce(account, blockNumber);
  }

  @Override
  public List<Log> logs(Address contract, Bytes32 topic, long fromBlock, long toBlock)
      throws ChainUnavailableException {
    requireUp();
    return chain.logs(contract, fromBlock, toBlock).stream()
        .filter(log -> !log.topics().isEmpty() && log.topics().get(0).equals(topic))
        .toList();
  }

  @Override
  public Optional<Inclusion> inclusion(Bytes32 transactionHash) throws ChainUnavailableException {
    requireUp();
    return chain.receipt(transactionHash).map(this::inclusion);
  }

  private Inclusion inclusion(Sent sent) {
    UInt256 price = sent.transaction().effectiveGasPrice(BASE_FEE);
    return new Inclusion(
        sent.transaction(),
        Receipt.withStatus(sent.transaction().type(), sent.success(), sent.gasUsed(), sent.logs()),
        block(sent.block()),
        sent.index(),
        price.multiply(UInt256.valueOf(sent.gasUsed())));
  }

  @Override
  public UInt256 gasPriceWei() throws ChainUnavailableException {
    requireUp();
    return gasPriceWei;
  }

  @Override
  public Bytes32 send(Bytes rawTransaction) throws ChainUnavailableException {
    requireUp();
    sends++;
    Transaction sent = Transaction.decode(rawTransaction);
    if (Long.compareUnsigned(sent.nonce(), chain.nonce(sent.sender())) < 0) {
      throw new ChainUnavailableException("nonce too low");
    }
    pool.removeIf(each -> each.sender().equals(sent.sender()) && each.nonce() == sent.nonce());
    pool.add(sent);
    return sent.hash();
  }
}
