package io.lesnode.les.client;

import io.lesnode.chain.blocks.Blockchain;
import io.lesnode.chain.consensus.SealCheck;
import io.lesnode.chain.store.ChainStore;
import io.lesnode.chain.store.GcMode;
import io.lesnode.chain.store.StoreOptions;
import io.lesnode.chain.store.TransactionLocation;
import io.lesnode.chain.trie.MerklePatriciaTrie;
import io.lesnode.chain.trie.NodeSource;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.les.wire.LesMessage.TxLookup;
import io.lesnode.les.wire.LesMessage.TxStatusEntry;
import io.lesnode.primitives.Account;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.Block;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.Receipt;
import io.lesnode.primitives.crypto.Keccak;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;

/**
 * A chain of the vectors with all its states and receipts, as our own full node computed them; the
 * import compared every root with the headers that geth made. Confined to the test's thread.
 */
final class ExecutedChain implements AutoCloseable {
  private static final int CHUNK = 64;
  private static final Bytes EMPTY_LIST = Bytes.of(0xc0);

  private final ServedChain chain;
  private final ChainStore store;

  ExecutedChain(Path directory, ServedChain chain) {
    this.chain = chain;
    store = ChainStore.open(directory, StoreOptions.defaults(GcMode.ARCHIVE));
    try (Blockchain importer =
        Blockchain.open(store, chain.genesis(), SealCheck.SKIP, InstantSource.system())) {
      List<Block> chunk = new ArrayList<>();
      for (int number = 1; number <= chain.headNumber(); number++) {
        chunk.add(new Block(chain.header(number), chain.body(number)));
        if (chunk.size() == CHUNK || number == chain.headNumber()) {
          importer.submit(List.copyOf(chunk)).join();
          chunk.clear();
        }
      }
    }
  }

  ServedChain chain() {
    return chain;
  }

  @Override
  public void close() {
    store.close();
  }

  /** What an archive node answers; what the script's server knows itself is left to it. */
  LesMessage.@Nullable Reply answer(
      LesMessage.Request request, LesMessage.@Nullable Reply scripted) {
    if (scripted == null) {
      return null;
    }
    long id = request.requestId();
    long credit = scripted.bufferValue();
    return switch (request) {
      case LesMessage.GetReceipts m ->
          new LesMessage.Receipts(
              id, credit, m.hashes().stream().flatMap(hash -> receipts(hash).stream()).toList());
      case LesMessage.GetCode m -> new LesMessage.Code(id, credit, codes(m));
      case LesMessage.GetProofsV2 m -> new LesMessage.ProofsV2(id, credit, proofs(m));
      case LesMessage.GetTxStatus m ->
          new LesMessage.TxStatus(id, credit, m.hashes().stream().map(this::status).toList());
      case LesMessage.SendTxV2 m ->
          new LesMessage.TxStatus(
              id,
              credit,
              m.transactions().stream()
                  .map(tx -> new TxStatusEntry(TxStatusEntry.PENDING, null, ""))
                  .toList());
      case LesMessage.GetBlockHeaders m -> scripted;
      case LesMessage.GetBlockBodies m -> scripted;
      case LesMessage.GetHelperTrieProofs m -> scripted;
    };
  }

  /** The receipts of a block as they travel. */
  Optional<Bytes> receipts(Bytes32 blockHash) {
    return store
        .receiptsBytes(blockHash)
        .or(() -> store.header(blockHash).map(header -> EMPTY_LIST));
  }

  /** The receipts of a block. */
  List<Receipt> receipts(BlockHeader header) {
    return store.receipts(header.hash()).orElse(List.of());
  }

  /** Where a transaction is. */
  TxStatusEntry status(Bytes32 hash) {
    Optional<TransactionLocation> place = store.transaction(hash);
    return place.isEmpty()
        ? new TxStatusEntry(TxStatusEntry.UNKNOWN, null, "")
        : new TxStatusEntry(
            TxStatusEntry.INCLUDED,
            new TxLookup(place.get().blockHash(), place.get().blockNumber(), place.get().index()),
            "");
  }

  /** An account after a block, or null. */
  @Nullable Account account(BlockHeader header, Address address) {
    Bytes encoded = accounts(header).get(address.hash());
    return encoded == null ? null : Account.decode(encoded);
  }

  /** The proof of an account, the root first. */
  List<Bytes> accountProof(BlockHeader header, Address address) {
    return accounts(header).prove(address.hash());
  }

  /** The proof of a slot by the hash of its number, the root first. */
  List<Bytes> storageProof(BlockHeader header, Address address, Bytes slotHash) {
    return storageProof(header, address.hash(), slotHash);
  }

  /** The same, of an account by its key in the trie; nothing where there is no such account. */
  List<Bytes> storageProof(BlockHeader header, Bytes accountKey, Bytes slotHash) {
    Bytes accountHash = accountHash(accountKey);
    Bytes account = accounts(header).get(accountHash);
    return account == null
        ? List.of()
        : new MerklePatriciaTrie(
                store.storageNodes(Bytes32.wrap(accountHash)),
                Account.decode(account).storageRoot())
            .prove(slotHash);
  }

  /** The nodes of all account tries. */
  NodeSource accountNodes() {
    return store.accountNodes();
  }

  /** Code by its hash, or null. */
  @Nullable Bytes code(Bytes32 codeHash) {
    return store.code(codeHash);
  }

  private MerklePatriciaTrie accounts(BlockHeader header) {
    return new MerklePatriciaTrie(store.accountNodes(), header.stateRoot());
  }

  private List<Bytes> codes(LesMessage.GetCode request) {
    List<Bytes> found = new ArrayList<>();
    for (LesMessage.CodeQuery query : request.queries()) {
      Bytes account = accounts(header(query.blockHash())).get(accountHash(query.accountKey()));
      Bytes code = account == null ? null : store.code(Account.decode(account).codeHash());
      if (code != null) {
        found.add(code);
      }
    }
    return found;
  }

  private List<Bytes> proofs(LesMessage.GetProofsV2 request) {
    Set<Bytes> nodes = new LinkedHashSet<>();
    for (LesMessage.ProofQuery query : request.queries()) {
      MerklePatriciaTrie accounts = accounts(header(query.blockHash()));
      if (query.accountKey().isEmpty()) {
        nodes.addAll(accounts.prove(query.key()));
        continue;
      }
      nodes.addAll(storageProof(header(query.blockHash()), query.accountKey(), query.key()));
    }
    return List.copyOf(nodes);
  }

  private static Bytes accountHash(Bytes accountKey) {
    return accountKey.size() == Bytes32.SIZE ? accountKey : Keccak.keccak256(accountKey);
  }

  private BlockHeader header(Bytes32 hash) {
    return store.header(hash).orElseThrow();
  }
}
