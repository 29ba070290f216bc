package io.lesnode.app.node;

import io.lesnode.chain.blocks.Blockchain;
import io.lesnode.chain.blocks.HeadBlock;
import io.lesnode.chain.store.ChainSnapshot;
import io.lesnode.chain.trie.NodeSource;
import io.lesnode.les.server.ServedChain;
import io.lesnode.les.server.ServedHead;
import io.lesnode.les.server.ServedView;
import io.lesnode.les.wire.LesMessage.TxLookup;
import io.lesnode.primitives.config.ForkId;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/** The chain of a full node as its LES server sees it. Thread-safe. */
final class ServedBlockchain implements ServedChain {
  private final Blockchain chain;
  private final boolean archive;
  private final ForkId.Schedule schedule;

  ServedBlockchain(Blockchain chain, boolean archive) {
    this.chain = chain;
    this.archive = archive;
    this.schedule = ForkId.Schedule.of(chain.config(), chain.genesis().hash());
  }

  @Override
  public Bytes32 genesisHash() {
    return chain.genesis().hash();
  }

  @Override
  public ForkId.Schedule forkSchedule() {
    return schedule;
  }

  @Override
  public ServedHead head() {
    return served(chain.head());
  }

  private static ServedHead served(HeadBlock head) {
    return new ServedHead(head.header(), head.totalDifficulty());
  }

  @Override
  public boolean isArchive() {
    return archive;
  }

  @Override
  public ServedView openView() {
    return new View(chain.store().snapshot());
  }

  @Override
  public Subscription subscribe(HeadListener listener) {
    io.lesnode.chain.blocks.Subscription inner =
        chain.onHeadChange(change -> listener.onHead(served(change.newHead())));
    return inner::close;
  }

  /** One snapshot of the store; confined to the worker that opened it. */
  private record View(ChainSnapshot snapshot) implements ServedView {
    @Override
    public long headNumber() {
      return snapshot.head().orElseThrow().number();
    }

    @Override
    public Optional<Bytes32> canonicalHash(long number) {
      return number < 0 ? Optional.empty() : snapshot.canonicalHash(number);
    }

    @Override
    public OptionalLong number(Bytes32 hash) {
      return snapshot.number(hash);
    }

    @Override
    public Optional<Bytes> header(Bytes32 hash) {
      return snapshot.headerBytes(hash);
    }

    @Override
    public Optional<Bytes> header(long number) {
      return number < 0 ? Optional.empty() : snapshot.headerBytes(number);
    }

    @Override
    public Optional<Bytes> body(Bytes32 hash) {
      return snapshot.bodyBytes(hash);
    }

    @Override
    public Optional<Bytes> receipts(Bytes32 hash) {
      return snapshot.receiptsBytes(hash);
    }

    @Override
    public NodeSource accountNodes() {
      return snapshot.accountNodes();
    }

    @Override
    public NodeSource storageNodes(Bytes32 accountHash) {
      return snapshot.storageNodes(accountHash);
    }

    @Override
    public Optional<Bytes> code(Bytes32 codeHash) {
      return Optional.ofNullable(snapshot.code(codeHash));
    }

    @Override
    public Optional<TxLookup> transaction(Bytes32 hash) {
      return snapshot
          .transaction(hash)
          .map(at -> new TxLookup(at.blockHash(), at.blockNumber(), at.index()));
    }

    @Override
    public void close() {
      snapshot.close();
    }
  }
}
