package io.lesnode.payment;

import io.lesnode.primitives.Address;
import io.lesnode.primitives.Log;
import io.lesnode.primitives.Receipt;
import io.lesnode.primitives.Transaction;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * What a payment method sees of the chain. A server reads its own chain; a light client reads
 * through LES, with every value proven against a header that it trusts. Thread-safe; calls block,
 * on a light client for round trips, so never on a loop there.
 */
public interface ChainView {

  /** The chain id of signatures and transactions. */
  long chainId();

  /** Hash of block 0. */
  Bytes32 genesisHash();

  /** The newest block that we trust. */
  ChainHead head() throws ChainUnavailableException;

  /**
   * Hash of the block of our chain at a height not above the head's; for heights near the head it
   * may still change.
   */
  Bytes32 blockHash(long number) throws ChainUnavailableException;

  /**
   * Storage of a contract after a block.
   *
   * @param slots at most 64
   * @return the values in the order of the slots; zero where nothing is stored
   */
  List<UInt256> storage(Address contract, List<UInt256> slots, long blockNumber)
      throws ChainUnavailableException;

  /** Hash of the code of an account after a block; the hash of nothing when it has none. */
  Bytes32 codeHash(Address account, long blockNumber) throws ChainUnavailableException;

  /** Ether of an account after a block. */
  UInt256 balance(Address account, long blockNumber) throws ChainUnavailableException;

  /** The nonce that the next transaction of an account must have, pending ones counted. */
  long nextNonce(Address account) throws ChainUnavailableException;

  /** How many transactions an account has sent up to and with a block. */
  long nonce(Address account, long blockNumber) throws ChainUnavailableException;

  /** Logs of a contract with a first topic, in blocks of a range with both ends. */
  List<Log> logs(Address contract, Bytes32 topic, long fromBlock, long toBlock)
      throws ChainUnavailableException;

  /** A transaction that is in a block of our chain, or empty. */
  Optional<Inclusion> inclusion(Bytes32 transactionHash) throws ChainUnavailableException;

  /** What a unit of gas costs for a transaction that should be in one of the next blocks. */
  UInt256 gasPriceWei() throws ChainUnavailableException;

  /**
   * Sends a signed transaction.
   *
   * @return its hash
   * @throws ChainUnavailableException if nobody takes it; the text has the reason
   */
  Bytes32 send(Bytes rawTransaction) throws ChainUnavailableException;

  /**
   * A transaction in a block of our chain.
   *
   * @param index its place in the block
   * @param feeWei what its sender paid for gas: gas used times the effective price
   */
  record Inclusion(
      Transaction transaction, Receipt receipt, ChainHead block, int index, UInt256 feeWei) {}
}
