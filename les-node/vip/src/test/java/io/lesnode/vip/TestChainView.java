package io.lesnode.vip;

import io.lesnode.chain.blocks.Blockchain;
import io.lesnode.chain.state.TrieState;
import io.lesnode.payment.ChainHead;
import io.lesnode.payment.ChainUnavailableException;
import io.lesnode.payment.ChainView;
import io.lesnode.primitives.Account;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.EmptyHashes;
import io.lesnode.primitives.Log;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/** The served chain as its own server sees it: what receiving cheques needs, and no more. */
final class TestChainView implements ChainView {
  private final Blockchain chain;

  TestChainView(ServedDevChain served) {
    this.chain = served.chain;
  }

  @Override
  public long chainId() {
    return chain.config().chainId().toLong();
  }

  @Override
  public Bytes32 genesisHash() {
    return chain.genesis().hash();
  }

  @Override
  public ChainHead head() {
    return head(chain);
  }

  static ChainHead head(Blockchain chain) {
    BlockHeader head = chain.head().header();
    return new ChainHead(head.number(), head.hash(), head.timestamp());
  }

  private TrieState state(long number) throws ChainUnavailableException {
    return chain.stateAfter(header(number));
  }

  private BlockHeader header(long number) throws ChainUnavailableException {
    BlockHeader header = chain.head().header();
    while (header != null && header.number() > number) {
      header = chain.header(header.parentHash(), header.number() - 1);
    }
    if (header == null) {
      throw new ChainUnavailableException("no block " + number);
    }
    return header;
  }

  private @Nullable Account account(Address address, long number) throws ChainUnavailableException {
    return state(number).account(address);
  }

  @Override
  public List<UInt256> storage(Address contract, List<UInt256> slots, long blockNumber)
      throws ChainUnavailableException {
    TrieState state = state(blockNumber);
    Account account = state.account(contract);
    return slots.stream()
        .map(
            slot ->
                account == null
                    ? UInt256.ZERO
                    : state.storage(contract, account.storageRoot(), slot))
        .toList();
  }

  @Override
  public Bytes32 codeHash(Address address, long blockNumber) throws ChainUnavailableException {
    Account account = account(address, blockNumber);
    return account == null ? EmptyHashes.CODE : account.codeHash();
  }

  @Override
  public UInt256 balance(Address address, long blockNumber) throws ChainUnavailableException {
    Account account = account(address, blockNumber);
    return account == null ? UInt256.ZERO : account.balance();
  }

  @Override
  public long nonce(Address address, long blockNumber) throws ChainUnavailableException {
    Account account = account(address, blockNumber);
    return account == null ? 0 : account.nonce();
  }

  @Override
  public long nextNonce(Address address) throws ChainUnavailableException {
    return nonce(address, head().number());
  }

  @Override
  public Bytes32 blockHash(long number) throws ChainUnavailableException {
    return header(number).hash();
  }

  @Override
  public List<Log> logs(Address contract, Bytes32 topic, long fromBlock, long toBlock)
      throws ChainUnavailableException {
    throw new ChainUnavailableException("not in this test");
  }

  @Override
  public Optional<Inclusion> inclusion(Bytes32 transactionHash) throws ChainUnavailableException {
    throw new ChainUnavailableException("not in this test");
  }

  @Override
  public UInt256 gasPriceWei() {
    return UInt256.valueOf(2_000_000_000L);
  }

  @Override
  public Bytes32 send(Bytes rawTransaction) throws ChainUnavailableException {
    throw new ChainUnavailableException("not in this test");
  }
}
