package io.lesnode.vip;

import io.lesnode.payment.ChainHead;
import io.lesnode.payment.ChainUnavailableException;
import io.lesnode.payment.ChainView;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.Log;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/** A chain that answers nothing, for money that is on none. */
final class NoChain implements ChainView {

  private static ChainUnavailableException nothing() {
    return new ChainUnavailableException("there is no chain here; only test money can be paid");
  }

  @Override
  public long chainId() {
    return 0;
  }

  @Override
  public Bytes32 genesisHash() {
    return Bytes32.ZERO;
  }

  @Override
  public ChainHead head() throws ChainUnavailableException {
    throw nothing();
  }

  @Override
  public Bytes32 blockHash(long number) throws ChainUnavailableException {
    throw nothing();
  }

  @Override
  public List<UInt256> storage(Address contract, List<UInt256> slots, long blockNumber)
      throws ChainUnavailableException {
    throw nothing();
  }

  @Override
  public Bytes32 codeHash(Address account, long blockNumber) throws ChainUnavailableException {
    throw nothing();
  }

  @Override
  public UInt256 balance(Address account, long blockNumber) throws ChainUnavailableException {
    throw nothing();
  }

  @Override
  public long nextNonce(Address account) throws ChainUnavailableException {
    throw nothing();
  }

  @Override
  public long nonce(Address account, long blockNumber) throws ChainUnavailableException {
    throw nothing();
  }

  @Override
  public List<Log> logs(Address contract, Bytes32 topic, long fromBlock, long toBlock)
      throws ChainUnavailableException {
    throw nothing();
  }

  @Override
  public Optional<Inclusion> inclusion(Bytes32 transactionHash) throws ChainUnavailableException {
    throw nothing();
  }

  @Override
  public UInt256 gasPriceWei() throws ChainUnavailableException {
    throw nothing();
  }

  @Override
  public Bytes32 send(Bytes rawTransaction) throws ChainUnavailableException {
    throw nothing();
  }
}
