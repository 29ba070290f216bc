package io.lesnode.vip.pool;

import io.lesnode.contracts.ContractArtifact;
import io.lesnode.contracts.testing.ContractChain;
import io.lesnode.contracts.testing.Sent;
import io.lesnode.payment.ChainHead;
import io.lesnode.payment.ChainView;
import io.lesnode.payment.cheque.AccountBook2;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.Log;
import io.lesnode.primitives.Receipt;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.crypto.KeyPair;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/** A chain in the process with an account book on it, as everybody here sees it. Thread-safe. */
final class BookChain implements ChainView {
  private static final UInt256 BASE_FEE = UInt256.valueOf(7);

  final ContractChain chain = ContractChain.shanghai();
  final AccountBook2 book =
      new AccountBook2(
          ContractChain.CHAIN_ID,
          chain.deploy(chain.account(0), ContractArtifact.ACCOUNT_BOOK_2.bytecode()));

  /** Gives a key ether and deposits for a payee. */
  void deposit(KeyPair payer, Address payee, UInt256 wei) {
    chain.fund(payer.address(), ContractChain.ETHER.multiply(UInt256.valueOf(2)));
    chain.send(payer, book.address(), wei, book.depositCall(payee));
    chain.mine(6); // deep enough to count
  }

  ChainHead headNow() {
    long number = chain.number();
    return new ChainHead(number, chain.blockHash(number), chain.timestamp(number));
  }

  @Override
  public long chainId() {
    return ContractChain.CHAIN_ID;
  }

  @Override
  public Bytes32 genesisHash() {
    return chain.blockHash(0);
  }

  @Override
  public Bytes32 blockHash(long number) {
    return chain.blockHash(number);
  }

  @Override
  public ChainHead head() {
    return headNow();
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
    return chain.nonce(account);
  }

  @Override
  public long nonce(Address account, long blockNumber) {
    return chain.nonce(account); // nothing waits: every transaction is in a block at once
  }

  @Override
  public List<Log> logs(Address contract, Bytes32 topic, long fromBlock, long toBlock) {
    return chain.logs(contract, fromBlock, toBlock).stream()
        .filter(log -> !log.topics().isEmpty() && log.topics().get(0).equals(topic))
        .toList();
  }

  @Override
  public Optional<Inclusion> inclusion(Bytes32 transactionHash) {
    return chain.receipt(transactionHash).map(this::inclusion);
  }

  private Inclusion inclusion(Sent sent) {
    long block = sent.block();
    return new Inclusion(
        sent.transaction(),
        Receipt.withStatus(sent.transaction().type(), sent.success(), sent.gasUsed(), sent.logs()),
        new ChainHead(block, chain.blockHash(block), chain.timestamp(block)),
        sent.index(),
        sent.transaction().effectiveGasPrice(BASE_FEE).multiply(UInt256.valueOf(sent.gasUsed())));
  }

  @Override
  public UInt256 gasPriceWei() {
    return ContractChain.GAS_PRICE;
  }

  @Override
  public Bytes32 send(Bytes rawTransaction) {
    Transaction transaction = Transaction.decode(rawTransaction);
    chain.send(transaction);
    return transaction.hash();
  }
}
