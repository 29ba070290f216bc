package io.lesnode.les.client;

import io.lesnode.flowcontrol.cost.RequestKind;
import io.lesnode.les.wire.HashOrNumber;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.Transaction;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;

/** What to ask a server for, independent of the server and of request ids. Immutable. */
sealed interface Question {

  /** How a server wants an account named in code and storage requests. */
  enum AccountKeyForm {
    /** keccak256(address), as all servers before geth 1.12.1 want it. */
    HASH,
    /** The bare address, from geth 1.12.1 on; the protocol version does not tell. */
    ADDRESS;

    AccountKeyForm other() {
      return this == HASH ? ADDRESS : HASH;
    }

    Bytes of(Address address) {
      return this == HASH ? address.hash() : address.bytes();
    }
  }

  /** A trie entry: an account if {@code slotHash} is null, else a storage slot of it. */
  record StateKey(Address address, @Nullable Bytes32 slotHash) {
    /** The key in its trie. */
    Bytes32 trieKey() {
      return slotHash == null ? address.hash() : slotHash;
    }
  }

  /** Which cost applies. */
  RequestKind kind();

  /** How many items it counts for. */
  long amount();

  /** Whether the answer depends on the {@link AccountKeyForm}. */
  default boolean namesAccounts() {
    return false;
  }

  /** The message to send. */
  LesMessage.Request toRequest(long requestId, AccountKeyForm form);

  /** A range of headers. */
  record Headers(HashOrNumber origin, long amount, long skip, boolean reverse) implements Question {
    @Override
    public RequestKind kind() {
      return RequestKind.HEADERS;
    }

    @Override
    public LesMessage.Request toRequest(long requestId, AccountKeyForm form) {
      return new LesMessage.GetBlockHeaders(requestId, origin, amount, skip, reverse);
    }
  }

  /** The body of one block: replies leave unknown ones out, so that only one is unambiguous. */
  record Body(Bytes32 blockHash) implements Question {
    @Override
    public RequestKind kind() {
      return RequestKind.BODIES;
    }

    @Override
    public long amount() {
      return 1;
    }

    @Override
    public LesMessage.Request toRequest(long requestId, AccountKeyForm form) {
      return new LesMessage.GetBlockBodies(requestId, List.of(blockHash));
    }
  }

  /** The receipts of one block. */
  record BlockReceipts(Bytes32 blockHash) implements Question {
    @Override
    public RequestKind kind() {
      return RequestKind.RECEIPTS;
    }

    @Override
    public long amount() {
      return 1;
    }

    @Override
    public LesMessage.Request toRequest(long requestId, AccountKeyForm form) {
      return new LesMessage.GetReceipts(requestId, List.of(blockHash));
    }
  }

  /** The bodies of several blocks; what the server lacks is left out of the reply. */
  record Bodies(List<Bytes32> blockHashes) implements Question {
    public Bodies {
      blockHashes = List.copyOf(blockHashes);
    }

    @Override
    public RequestKind kind() {
      return RequestKind.BODIES;
    }

    @Override
    public long amount() {
      return blockHashes.size();
    }

    @Override
    public LesMessage.Request toRequest(long requestId, AccountKeyForm form) {
      return new LesMessage.GetBlockBodies(requestId, blockHashes);
    }
  }

  /** The receipts of several blocks; what the server lacks is left out of the reply. */
  record Receipts(List<Bytes32> blockHashes) implements Question {
    public Receipts {
      blockHashes = List.copyOf(blockHashes);
    }

    @Override
    public RequestKind kind() {
      return RequestKind.RECEIPTS;
    }

    @Override
    public long amount() {
      return blockHashes.size();
    }

    @Override
    public LesMessage.Request toRequest(long requestId, AccountKeyForm form) {
      return new LesMessage.GetReceipts(requestId, blockHashes);
    }
  }

  /** The code of accounts; replies leave unknown ones out, and are told apart by their hashes. */
  record Code(Bytes32 blockHash, List<Address> addresses) implements Question {
    public Code {
      addresses = List.copyOf(addresses);
    }

    @Override
    public RequestKind kind() {
      return RequestKind.CODE;
    }

    @Override
    public long amount() {
      return addresses.size();
    }

    @Override
    public boolean namesAccounts() {
      return true;
    }

    @Override
    public LesMessage.Request toRequest(long requestId, AccountKeyForm form) {
      return new LesMessage.GetCode(
          requestId,
          addresses.stream()
              .map(address -> new LesMessage.CodeQuery(blockHash, form.of(address)))
              .toList());
    }
  }

  /** Proofs of trie entries, all in the state of one block. */
  record Proofs(Bytes32 blockHash, List<StateKey> keys) implements Question {
    public Proofs {
      keys = List.copyOf(keys);
    }

    @Override
    public RequestKind kind() {
      return RequestKind.PROOFS;
    }

    @Override
    public long amount() {
      return keys.size();
    }

    @Override
    public boolean namesAccounts() {
      return keys.stream().anyMatch(key -> key.slotHash() != null);
    }

    @Override
    public LesMessage.Request toRequest(long requestId, AccountKeyForm form) {
      return new LesMessage.GetProofsV2(
          requestId,
          keys.stream()
              .map(
                  key ->
                      new LesMessage.ProofQuery(
                          blockHash,
                          key.slotHash() == null ? Bytes.EMPTY : form.of(key.address()),
                          key.trieKey(),
                          0))
              .toList());
    }
  }

  /** Transactions to relay. Counted by size as well, as geth's client does (les.md 2.3). */
  record SendTransactions(List<Transaction> transactions) implements Question {
    private static final int SIZE_COST_LIMIT_BYTES = 0x4000;

    public SendTransactions {
      transactions = List.copyOf(transactions);
    }

    @Override
    public RequestKind kind() {
      return RequestKind.SEND_TX;
    }

    @Override
    public long amount() {
      long sizeBytes = transactions.stream().mapToLong(tx -> tx.encoded().size()).sum();
      long bySize = (sizeBytes + SIZE_COST_LIMIT_BYTES - 1) / SIZE_COST_LIMIT_BYTES;
      return Math.max(transactions.size(), bySize);
    }

    @Override
    public LesMessage.Request toRequest(long requestId, AccountKeyForm form) {
      return new LesMessage.SendTxV2(requestId, transactions);
    }
  }

  /** The status of transactions. */
  record TransactionStatus(List<Bytes32> hashes) implements Question {
    public TransactionStatus {
      hashes = List.copyOf(hashes);
    }

    @Override
    public RequestKind kind() {
      return RequestKind.TX_STATUS;
    }

    @Override
    public long amount() {
      return hashes.size();
    }

    @Override
    public LesMessage.Request toRequest(long requestId, AccountKeyForm form) {
      return new LesMessage.GetTxStatus(requestId, hashes);
    }
  }

  /** A bit of the blooms of a section: in which of its blocks it is set. */
  record BloomBit(int bit, long section) {
    /** The key in the bloom trie. */
    Bytes key() {
      return io.lesnode.chain.index.HelperTrie.bloomKey(bit, section);
    }
  }

  /** Proofs in a helper trie. */
  record HelperTrie(List<LesMessage.HelperTrieQuery> queries) implements Question {
    public HelperTrie {
      queries = List.copyOf(queries);
    }

    /** Canonical headers, proven by the hash trie at the end of a section. */
    static HelperTrie headers(long section, List<Long> numbers) {
      return new HelperTrie(
          numbers.stream()
              .map(
                  number ->
                      new LesMessage.HelperTrieQuery(
                          LesMessage.HelperTrieQuery.CANONICAL_HASH_TRIE,
                          section,
                          io.lesnode.chain.index.HelperTrie.chtKey(number),
                          0,
                          LesMessage.HelperTrieQuery.AUXILIARY_HEADER))
              .toList());
    }

    /** That the hash trie at the end of a section has no such block yet. */
    static HelperTrie absence(long section, long number) {
      return new HelperTrie(
          List.of(
              new LesMessage.HelperTrieQuery(
                  LesMessage.HelperTrieQuery.CANONICAL_HASH_TRIE,
                  section,
                  io.lesnode.chain.index.HelperTrie.chtKey(number),
                  0,
                  LesMessage.HelperTrieQuery.NO_AUXILIARY)));
    }

    /** Bloom bits of any sections, proven by the bloom trie at the end of a section. */
    static HelperTrie bits(long section, List<BloomBit> bits) {
      return new HelperTrie(
          bits.stream()
              .map(
                  bit ->
                      new LesMessage.HelperTrieQuery(
                          LesMessage.HelperTrieQuery.BLOOM_TRIE,
                          section,
                          bit.key(),
                          0,
                          LesMessage.HelperTrieQuery.NO_AUXILIARY))
              .toList());
    }

    @Override
    public RequestKind kind() {
      return RequestKind.HELPER_TRIE_PROOFS;
    }

    @Override
    public long amount() {
      return queries.size();
    }

    @Override
    public LesMessage.Request toRequest(long requestId, AccountKeyForm form) {
      return new LesMessage.GetHelperTrieProofs(requestId, queries);
    }
  }
}
