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
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/** A chain in the process as a payment method sees it. */
public final class ContractChainView implements ChainView {
  private static final UInt256 BASE_FEE = UInt256.valueOf(7);

  private final ContractChain chain;

  private boolean down;

  /** A view of a chain at its newest block. */
  public ContractChainView(ContractChain chain) {
    this.chain = chain;
  }

  /** From now on reads of the head fail. */
  public void takeDown() {
    down = true;
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
  public ChainHead head() throws ChainUnavailableException {
    if (down) {
      throw new ChainUnavailableException("the chain is not synchronised");
    }
    return new ChainHead(chain.number(), chain.blockHash(chain.number()), chain.timestamp());
  }

  @Override
  public Bytes32 blockHash(long number) {
    return chain.blockHash(number);
  }

  @Override
  public List<UInt256> storage(Address contract, List<UInt256> slots, long blockNumber) {
    return slots.stream().map(slot -> chain.storage(contract, slot, blockNumber)).toList();
  }

  @Override
  public Bytes32 codeHash(Address account, long blockNumber) {
    return chain.codeHash(account, blockNumber);
  }

  @Override
  public UInt256 balance(Address account, long blockNumber) {
    return chain.balance(account, blockNumber);
  }

  @Override
  public long nextNonce(Address account) {
    long waiting = chain.pending().stream().filter(each -> each.sender().equals(account)).count();
    return chain.nonce(account) + waiting;
  }

  @Override
  public long nonce(Address account, long blockNumber) {
    return blockNumber == chain.number() ? chain.nonce(account) : 0;
  }

  @Override
  public List<Log> logs(Address contract, Bytes32 topic, long fromBlock, long toBlock) {
    return chain.logs(contract, fromBlock, toBlock).stream()
        .filter(log -> log.topics().getFirst().equals(topic))
        .toList();
  }

  @Override
  public Optional<Inclusion> inclusion(Bytes32 transactionHash) {
    return chain
        .receipt(transactionHash)
        .map(
            sent ->
                new Inclusion(
                    sent.transaction(),
                    receipt(sent),
                    new ChainHead(sent.block(), sent.blockHash(), chain.timestamp(sent.block())),
                    sent.index(),
                    fee(sent)));
  }

  /** The receipt of a transaction that is in a block. */
  public static Receipt receipt(Sent sent) {
    return Receipt.withStatus(
        sent.transaction().type(), sent.success(), sent.gasUsed(), sent.logs());
  }

  /** What a transaction cost. */
  public static UInt256 fee(Sent sent) {
    return sent.transaction().effectiveGasPrice(BASE_FEE).multiply(UInt256.valueOf(sent.gasUsed()));
  }

  @Override
  public UInt256 gasPriceWei() {
    return ContractChain.GAS_PRICE;
  }

  @Override
  public Bytes32 send(Bytes rawTransaction) {
    Transaction transaction = Transaction.decode(rawTransaction);
    chain.submit(transaction);
    return transaction.hash();
  }
}
