package io.lesnode.chain.pool;

import io.lesnode.chain.blocks.ChainTip;
import io.lesnode.chain.blocks.HeadBlock;
import io.lesnode.chain.blocks.HeadChange;
import io.lesnode.chain.blocks.HeadListener;
import io.lesnode.chain.blocks.Subscription;
import io.lesnode.primitives.Account;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.BlockBody;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.EmptyHashes;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.config.ChainConfig;
import io.lesnode.primitives.config.Genesis;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/** A chain of empty state transitions: the test says which blocks hold what and who owns what. */
final class FakeTip implements ChainTip {
  static final long GAS_LIMIT = 30_000_000;
  static final UInt256 CHAIN_ID = UInt256.valueOf(7);

  final Map<Address, Account> accounts = new HashMap<>();
  private final ChainConfig config;
  private final Map<Bytes32, BlockHeader> headers = new HashMap<>();
  private final Map<Bytes32, BlockBody> bodies = new HashMap<>();
  private final List<HeadListener> listeners = new ArrayList<>();
  private HeadBlock head;

  FakeTip(long berlinBlock, long londonBlock) {
    config =
        Genesis.parse(configOf(berlinBlock, londonBlock).getBytes(StandardCharsets.UTF_8), "test")
            .config();
    BlockHeader first =
        new BlockHeader.Builder()
            .number(1)
            .gasLimit(GAS_LIMIT)
            .baseFeePerGas(londonBlock <= 1 ? UInt256.ONE : null)
            .build();
    head = new HeadBlock(first, UInt256.ONE);
    headers.put(first.hash(), first);
    bodies.put(first.hash(), BlockBody.EMPTY);
  }

  private static String configOf(long berlinBlock, long londonBlock) {
    return """
      {"config": {"chainId": 7, "homesteadBlock": 0, "eip150Block": 0, "eip155Block": 0,
        "eip158Block": 0, "byzantiumBlock": 0, "constantinopleBlock": 0, "petersburgBlock": 0,
        "istanbulBlock": 0, "berlinBlock": %d, "londonBlock": %d, "ethash": {}},
       "difficulty": "0x1", "gasLimit": "0x1c9c380", "alloc": {}}
      """
        .formatted(berlinBlock, londonBlock);
  }

  static FakeTip london() {
    return new FakeTip(0, 0);
  }

  void fund(Address address, long nonce, long balanceWei) {
    accounts.put(
        address,
        new Account(nonce, UInt256.valueOf(balanceWei), EmptyHashes.TRIE_ROOT, EmptyHashes.CODE));
  }

  PoolState stateAfter(BlockHeader header) {
    return accounts::get;
  }

  /** Makes a block on a parent; {@code salt} tells siblings apart. */
  BlockHeader block(BlockHeader parent, int salt, Transaction... transactions) {
    BlockHeader header =
        parent.toBuilder()
            .parentHash(parent.hash())
            .number(parent.number() + 1)
            .extraData(Bytes.of(salt))
            .build();
    headers.put(header.hash(), header);
    bodies.put(header.hash(), new BlockBody(List.of(transactions), List.of(), null));
    return header;
  }

  void moveTo(BlockHeader next, BlockHeader commonAncestor) {
    HeadBlock old = head;
    head = new HeadBlock(next, UInt256.ONE);
    listeners.forEach(listener -> listener.onHeadChange(new HeadChange(old, head, commonAncestor)));
  }

  @Override
  public ChainConfig config() {
    return config;
  }

  @Override
  public HeadBlock head() {
    return head;
  }

  @Override
  public @Nullable BlockHeader header(Bytes32 hash, long number) {
    return headers.get(hash);
  }

  @Override
  public @Nullable BlockBody body(Bytes32 hash, long number) {
    return bodies.get(hash);
  }

  @Override
  public Subscription onHeadChange(HeadListener listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }
}
