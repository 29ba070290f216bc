package io.lesnode.les.server;

import io.lesnode.chain.index.HelperTrie;
import io.lesnode.chain.index.RegisteredCheckpoint;
import io.lesnode.chain.trie.NodeSource;
import io.lesnode.chain.trie.TrieProver;
import io.lesnode.les.wire.LesMessage.TxLookup;
import io.lesnode.primitives.BlockBody;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.config.ForkId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/** A chain of one block in memory, which can be made to fail. */
final class FakeServedChain implements ServedChain {

  private final BlockHeader genesis = new BlockHeader.Builder().build();
  private final Map<Bytes32, BlockHeader> others = new HashMap<>();
  private final List<HeadListener> listeners = new ArrayList<>();
  boolean broken;
  Optional<RegisteredCheckpoint> registered = Optional.empty();

  /** Another number under which the block can be read; reading it runs {@link #onAlias}. */
  volatile long alias;

  volatile Runnable onAlias = () -> {};

  /** Adds a header that can be found by its hash. */
  void add(BlockHeader header) {
    others.put(header.hash(), header);
  }

  /** Tells of a new head. */
  void publish(ServedHead head) {
    listeners.forEach(listener -> listener.onHead(head));
  }

  @Override
  public Bytes32 genesisHash() {
    return genesis.hash();
  }

  @Override
  public ForkId.Schedule forkSchedule() {
    return new ForkId.Schedule(genesis.hash(), List.of(), List.of());
  }

  @Override
  public ServedHead head() {
    return new ServedHead(genesis, genesis.difficulty());
  }

  @Override
  public boolean isArchive() {
    return false;
  }

  @Override
  public Optional<RegisteredCheckpoint> registeredCheckpoint() {
    return registered;
  }

  @Override
  public ServedView openView() {
    if (broken) {
      throw new IllegalStateException("the disk is broken");
    }
    return new View();
  }

  @Override
  public Subscription subscribe(HeadListener listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  private final class View implements ServedView {

    @Override
    public long headNumber() {
      return 0;
    }

    @Override
    public Optional<Bytes32> canonicalHash(long number) {
      return number == 0 ? Optional.of(genesis.hash()) : Optional.empty();
    }

    @Override
    public OptionalLong number(Bytes32 hash) {
      return hash.equals(genesis.hash()) ? OptionalLong.of(0) : OptionalLong.empty();
    }

    @Override
    public Optional<Bytes> header(Bytes32 hash) {
      return number(hash).isPresent()
          ? Optional.of(genesis.encoded())
          : Optional.ofNullable(others.get(hash)).map(BlockHeader::encoded);
    }

    @Override
    public Optional<Bytes> header(long number) {
      if (number != 0 && number == alias) {
        onAlias.run();
        return header(0);
      }
      return canonicalHash(number).flatMap(this::header);
    }

    @Override
    public Optional<Bytes> body(Bytes32 hash) {
      return number(hash).isPresent() ? Optional.of(BlockBody.EMPTY.encoded()) : Optional.empty();
    }

    @Override
    public Optional<Bytes> receipts(Bytes32 hash) {
      return Optional.empty();
    }

    @Override
    public NodeSource accountNodes() {
      return NodeSource.empty();
    }

    @Override
    public NodeSource storageNodes(Bytes32 accountHash) {
      return NodeSource.empty();
    }

    @Override
    public Optional<Bytes> code(Bytes32 codeHash) {
      return Optional.empty();
    }

    @Override
    public Optional<TxLookup> transaction(Bytes32 hash) {
      return Optional.empty();
    }

    @Override
    public Optional<TrieProver> helperTrie(HelperTrie kind, long section) {
      return Optional.empty();
    }

    @Override
    public void close() {}
  }
}
