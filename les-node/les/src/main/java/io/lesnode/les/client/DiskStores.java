package io.lesnode.les.client;

import io.lesnode.chain.consensus.CliqueSnapshotStore;
import io.lesnode.chain.store.LightBatch;
import io.lesnode.chain.store.LightStore;
import io.lesnode.chain.store.VerifiedKind;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.LogsBloom;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;

/** The stores of a light client in its {@link LightStore}. Thread-safe as that is. */
final class DiskStores implements HeaderStore, VerifiedStore, CliqueSnapshotStore {
  private static final Bytes SNAPSHOT_PREFIX =
      Bytes.wrap("clique-snapshot-".getBytes(StandardCharsets.US_ASCII));

  /** Where the chain begins, 8 bytes; absent while it begins at the genesis block. */
  private static final Bytes START_KEY =
      Bytes.wrap("chain-start".getBytes(StandardCharsets.US_ASCII));

  /** RLP: a list whose length takes some bytes; a text of 256 bytes. */
  private static final int LONG_LIST = 0xf7;

  private static final Bytes BLOOM_PREFIX = Bytes.of(0xb9, 0x01, 0x00);
  private static final int BEFORE_BLOOM_BYTES = 5 * (1 + 32) + 1 + 20;

  private final LightStore store;

  DiskStores(LightStore store) {
    this.store = store;
  }

  @Override
  public HeaderChain.@Nullable Head head() {
    return store.head().map(head -> header(head.hash())).orElse(null);
  }

  @Override
  public HeaderChain.@Nullable Head header(Bytes32 hash) {
    BlockHeader header = store.header(hash).orElse(null);
    return header == null
        ? null
        : new HeaderChain.Head(header, store.totalDifficulty(hash).orElseThrow());
  }

  @Override
  public OptionalLong number(Bytes32 hash) {
    return store.number(hash);
  }

  @Override
  public @Nullable Bytes32 canonicalHash(long number) {
    return store.canonicalHash(number).orElse(null);
  }

  @Override
  public long start() {
    return store.index(START_KEY).map(Bytes::toLong).orElse(0L);
  }

  @Override
  public void raiseStart(long number) {
    if (number > start()) {
      try (LightBatch batch = store.newBatch()) {
        batch.putIndex(START_KEY, Bytes.ofUnsignedLong(number));
        batch.commit();
      }
    }
  }

  @Override
  public void jump(HeaderChain.Head start) {
    try (LightBatch batch = store.newBatch()) {
      batch.putHeader(start.header(), start.totalDifficulty());
      batch.setCanonical(start.header());
      batch.setHead(start.header());
      batch.putIndex(START_KEY, Bytes.ofUnsignedLong(start.number()));
      batch.commit();
    }
  }

  @Override
  public void write(
      List<HeaderChain.Head> headers,
      List<BlockHeader> canonical,
      long removeFrom,
      long removeTo,
      HeaderChain.Head head) {
    try (LightBatch batch = store.newBatch()) {
      headers.forEach(entry -> batch.putHeader(entry.header(), entry.totalDifficulty()));
      canonical.forEach(batch::setCanonical);
      for (long number = removeFrom; number <= removeTo; number++) {
        batch.removeCanonical(number);
      }
      batch.setHead(head.header());
      batch.commit();
    }
  }

  @Override
  public long scanBlooms(long from, long to, BloomVisitor visitor) {
    return store.scanCanonical(
        from, to, (number, encoded) -> visitor.visit(number, bloomOf(encoded)));
  }

  /**
   * The bloom in an encoded header. Before it are five hashes and an address, each behind a byte,
   * so that it stands at one place in all headers; the rest need not be decoded.
   */
  static Bytes bloomOf(Bytes header) {
    int first = header.isEmpty() ? 0 : header.get(0) & 0xff;
    int at = 1 + Math.max(0, first - LONG_LIST) + BEFORE_BLOOM_BYTES;
    boolean plain =
        header.size() > at + BLOOM_PREFIX.size() + LogsBloom.SIZE_BYTES
            && header.slice(at, BLOOM_PREFIX.size()).equals(BLOOM_PREFIX);
    return plain
        ? header.slice(at + BLOOM_PREFIX.size(), LogsBloom.SIZE_BYTES)
        : BlockHeader.decode(header).logsBloom().bytes();
  }

  @Override
  public void putOld(List<VerifiedOldHeader> headers) {
    try (LightBatch batch = store.newBatch()) {
      for (VerifiedOldHeader old : headers) {
        batch.putHeader(old.header(), old.totalDifficulty());
        batch.setCanonical(old.header());
      }
      batch.commit();
    }
  }

  @Override
  public @Nullable Bytes node(Bytes32 hash) {
    return store.verified(VerifiedKind.TRIE_NODE, hash).orElse(null);
  }

  @Override
  public void putNodes(Map<Bytes32, Bytes> nodes) {
    store.putVerified(VerifiedKind.TRIE_NODE, nodes);
  }

  @Override
  public @Nullable Bytes body(Bytes32 blockHash) {
    return store.verified(VerifiedKind.BODY, blockHash).orElse(null);
  }

  @Override
  public void putBody(Bytes32 blockHash, Bytes body) {
    store.putVerified(VerifiedKind.BODY, blockHash, body);
  }

  @Override
  public @Nullable Bytes receipts(Bytes32 blockHash) {
    return store.verified(VerifiedKind.RECEIPTS, blockHash).orElse(null);
  }

  @Override
  public void putReceipts(Bytes32 blockHash, Bytes receipts) {
    store.putVerified(VerifiedKind.RECEIPTS, blockHash, receipts);
  }

  @Override
  public @Nullable Bytes code(Bytes32 codeHash) {
    return store.code(codeHash);
  }

  @Override
  public void putCode(Bytes32 codeHash, Bytes code) {
    store.putVerified(VerifiedKind.CODE, codeHash, code);
  }

  @Override
  public @Nullable Bytes load(Bytes32 blockHash) {
    return store.index(Bytes.concatenate(SNAPSHOT_PREFIX, blockHash)).orElse(null);
  }

  @Override
  public void store(Bytes32 blockHash, Bytes encoded) {
    try (LightBatch batch = store.newBatch()) {
      batch.putIndex(Bytes.concatenate(SNAPSHOT_PREFIX, blockHash), encoded);
      batch.commit();
    }
  }
}
