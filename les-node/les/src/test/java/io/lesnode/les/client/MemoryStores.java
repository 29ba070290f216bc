package io.lesnode.les.client;

import io.lesnode.primitives.BlockHeader;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;

/** The stores of a light client in memory; survive an engine, so that a restart can be tested. */
final class MemoryStores implements HeaderStore, VerifiedStore {
  private final Map<Bytes32, HeaderChain.Head> headers = new ConcurrentHashMap<>();
  private final Map<Long, Bytes32> canonical = new ConcurrentHashMap<>();
  private final Map<Bytes32, Bytes> bodies = new ConcurrentHashMap<>();
  private final Map<Bytes32, Bytes> receipts = new ConcurrentHashMap<>();
  private final Map<Bytes32, Bytes> codes = new ConcurrentHashMap<>();
  private final Map<Bytes32, Bytes> nodes = new ConcurrentHashMap<>();
  private HeaderChain.@Nullable Head head;
  private Runnable beforeStateWrite = () -> {};

  /** Runs something before state is written; it may throw what a disk throws. */
  void beforeStateWrite(Runnable action) {
    beforeStateWrite = action;
  }

  private long start;

  @Override
  public HeaderChain.@Nullable Head head() {
    return head;
  }

  @Override
  public HeaderChain.@Nullable Head header(Bytes32 hash) {
    return headers.get(hash);
  }

  @Override
  public OptionalLong number(Bytes32 hash) {
    HeaderChain.Head known = headers.get(hash);
    return known == null ? OptionalLong.empty() : OptionalLong.of(known.number());
  }

  @Override
  public @Nullable Bytes32 canonicalHash(long number) {
    return canonical.get(number);
  }

  @Override
  public long start() {
    return start;
  }

  @Override
  public void raiseStart(long number) {
    start = Math.max(start, number);
  }

  @Override
  public void jump(HeaderChain.Head newStart) {
    headers.put(newStart.hash(), newStart);
    canonical.put(newStart.number(), newStart.hash());
    head = newStart;
    start = newStart.number();
  }

  @Override
  public void write(
      List<HeaderChain.Head> newHeaders,
      List<BlockHeader> newCanonical,
      long removeFrom,
      long removeTo,
      HeaderChain.Head newHead) {
    newHeaders.forEach(entry -> headers.put(entry.hash(), entry));
    newCanonical.forEach(header -> canonical.put(header.number(), header.hash()));
    for (long number = removeFrom; number <= removeTo; number++) {
      canonical.remove(number);
    }
    head = newHead;
  }

  @Override
  public void putOld(List<VerifiedOldHeader> old) {
    for (VerifiedOldHeader entry : old) {
      HeaderChain.Head added = new HeaderChain.Head(entry.header(), entry.totalDifficulty());
      headers.put(added.hash(), added);
      canonical.put(added.number(), added.hash());
    }
  }

  /** The canonical chain as stored. */
  Map<Long, Bytes32> canonicalHashes() {
    return new HashMap<>(canonical);
  }

  @Override
  public @Nullable Bytes node(Bytes32 hash) {
    return nodes.get(hash);
  }

  @Override
  public @Nullable Bytes body(Bytes32 blockHash) {
    return bodies.get(blockHash);
  }

  @Override
  public void putBody(Bytes32 blockHash, Bytes body) {
    bodies.put(blockHash, body);
  }

  @Override
  public @Nullable Bytes receipts(Bytes32 blockHash) {
    return receipts.get(blockHash);
  }

  @Override
  public void putReceipts(Bytes32 blockHash, Bytes list) {
    receipts.put(blockHash, list);
  }

  @Override
  public @Nullable Bytes code(Bytes32 codeHash) {
    return codes.get(codeHash);
  }

  @Override
  public void putCode(Bytes32 codeHash, Bytes code) {
    beforeStateWrite.run();
    codes.put(codeHash, code);
  }

  @Override
  public void putNodes(Map<Bytes32, Bytes> newNodes) {
    beforeStateWrite.run();
    nodes.putAll(newNodes);
  }
}
