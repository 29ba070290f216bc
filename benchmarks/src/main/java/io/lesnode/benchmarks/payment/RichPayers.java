package io.lesnode.benchmarks.payment;

import io.lesnode.payment.ChainHead;
import io.lesnode.payment.ChainView;
import io.lesnode.payment.cheque.AccountBook;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.Log;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/** A chain that stands still, with one contract in which everybody has a large deposit. */
final class RichPayers implements ChainView {
  private static final UInt256 DEPOSIT = UInt256.ONE.shiftLeft(100);

  private final Bytes32 codeHash;
  private final UInt256 word;

  RichPayers(AccountBook book) {
    this(book.codeHash(), DEPOSIT);
  }

  /** Any contract in which the first of the slots that are asked for has a word. */
  RichPayers(Bytes32 codeHash, UInt256 word) {
    this.codeHash = codeHash;
    this.word = word;
  }

  @Override
  public long chainId() {
    return 1337;
  }

  @Override
  public Bytes32 genesisHash() {
    return Bytes32.ZERO;
  }

  @Override
  public ChainHead head() {
    return new ChainHead(1_000, Bytes32.ZERO, 1_700_000_000);
  }

  @Override
  public Bytes32 blockHash(long number) {
    return Bytes32.ZERO;
  }

  @Override
  public List<UInt256> storage(Address contract, List<UInt256> slots, long blockNumber) {
    return List.of(word, UInt256.ZERO, UInt256.ZERO);
  }

  @Override
  public Bytes32 codeHash(Address account, long blockNumber) {
    return codeHash;
  }

  @Override
  public UInt256 balance(Address account, long blockNumber) {
    return UInt256.ZERO;
  }

  @Override
  public long nextNonce(Address account) {
    return 0;
  }

  @Override
  public long nonce(Address account, long blockNumber) {
    return 0;
  }

  @Override
  public List<Log> logs(Address contract, Bytes32 topic, long fromBlock, long toBlock) {
    return List.of();
  }

  @Override
  public Optional<Inclusion> inclusion(Bytes32 transactionHash) {
    return Optional.empty();
  }

  @Override
  public UInt256 gasPriceWei() {
    return UInt256.ONE;
  }

  @Override
  public Bytes32 send(Bytes rawTransaction) {
    return Bytes32.ZERO;
  }
}
