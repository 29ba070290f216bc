package io.lesnode.les.server;

import io.lesnode.chain.index.HelperTrie;
import io.lesnode.chain.index.HelperTries;
import io.lesnode.chain.index.Sections;
import io.lesnode.chain.store.ChainHead;
import io.lesnode.chain.store.ChainSnapshot;
import io.lesnode.chain.trie.NodeSource;
import io.lesnode.chain.trie.TrieProver;
import io.lesnode.les.wire.LesMessage.TxLookup;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/** A snapshot of the chain store as it is served. */
final class StoredView implements ServedView {

  private final ChainSnapshot snapshot;
  private final HelperTries helperTries;

  StoredView(ChainSnapshot snapshot, Sections sections) {
    this.snapshot = snapshot;
    this.helperTries = new HelperTries(snapshot, sections);
  }

  @Override
  public long headNumber() {
    return snapshot.head().map(ChainHead::number).orElse(0L);
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
  public Optional<Bytes> header(long number, Bytes32 hash) {
    return number < 0 ? Optional.empty() : snapshot.headerBytes(number, hash);
  }

  @Override
  public List<Bytes> headers(long first, int count) {
    return first < 0 ? List.of() : snapshot.canonicalHeaders(first, count);
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
        .map(place -> new TxLookup(place.blockHash(), place.blockNumber(), place.index()));
  }

  @Override
  public Optional<TrieProver> helperTrie(HelperTrie kind, long section) {
    return helperTries.prover(kind, section);
  }

  @Override
  public void close() {
    snapshot.close();
  }
}
