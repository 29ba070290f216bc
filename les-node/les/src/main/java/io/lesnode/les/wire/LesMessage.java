package io.lesnode.les.wire;

import io.lesnode.flowcontrol.cost.RequestKind;
import io.lesnode.primitives.Transaction;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * A message of les/2, les/3 or les/4.
 *
 * <p>Integers are unsigned 64-bit values in a {@code long}. Headers, bodies, receipts and trie
 * nodes of replies are kept as the raw RLP items that travelled, so that a server copies them once
 * and a client hashes exactly what it got; {@code Bytes} of a decoded message are slices of its
 * payload. Codes and layouts: geth v1.10.26, les/protocol.go; devp2p caps/les.md.
 */
public sealed interface LesMessage {

  /** The message code relative to the LES protocol. */
  int code();

  /** A message that asks for items and costs credit. */
  sealed interface Request extends LesMessage {
    /** Chosen by the client, copied by the server; zero and duplicates are legal. */
    long requestId();

    /** What is asked for, and so which cost applies. */
    RequestKind kind();

    /** How many items are asked for (unsigned); this is what costs are counted by. */
    long amount();

    @Override
    default int code() {
      return kind().code();
    }
  }

  /** An answer to a {@link Request}. */
  sealed interface Reply extends LesMessage {
    /** The id of the request that is answered. */
    long requestId();

    /** What is left of the client's credit, as if later accepted requests were not yet charged. */
    long bufferValue();
  }

  /** Handshake, the first message of both sides. */
  record Status(KeyValues values) implements LesMessage {
    /** Its code. */
    public static final int CODE = 0x00;

    @Override
    public int code() {
      return CODE;
    }
  }

  /**
   * A new head, or (with a zero hash) only new flow control parameters.
   *
   * @param reorgDepth how many blocks of the previous announced head are no longer canonical
   */
  record Announce(
      Bytes32 headHash, long headNumber, UInt256 headTd, long reorgDepth, KeyValues update)
      implements LesMessage {
    /** Its code. */
    public static final int CODE = 0x01;

    /** A parameter update that announces no head. */
    public static Announce ofUpdate(KeyValues update) {
      return new Announce(Bytes32.ZERO, 0, UInt256.ZERO, 0, update);
    }

    /** Whether this announces a head; otherwise only {@link #update} counts. */
    public boolean hasHead() {
      return !headHash.isZero();
    }

    @Override
    public int code() {
      return CODE;
    }
  }

  /**
   * Asks for headers.
   *
   * @param skip blocks between two consecutive headers
   * @param reverse towards genesis
   */
  record GetBlockHeaders(
      long requestId, HashOrNumber origin, long amount, long skip, boolean reverse)
      implements Request {
    @Override
    public RequestKind kind() {
      return RequestKind.HEADERS;
    }
  }

  /** Headers as raw RLP items. */
  record BlockHeaders(long requestId, long bufferValue, List<Bytes> headers) implements Reply {
    /** Its code. */
    public static final int CODE = 0x03;

    /** Copies the list. */
    public BlockHeaders {
      headers = List.copyOf(headers);
    }

    @Override
    public int code() {
      return CODE;
    }
  }

  /** Asks for bodies by block hash. */
  record GetBlockBodies(long requestId, List<Bytes32> hashes) implements Request {
    /** Copies the list. */
    public GetBlockBodies {
      hashes = List.copyOf(hashes);
    }

    @Override
    public RequestKind kind() {
      return RequestKind.BODIES;
    }

    @Override
    public long amount() {
      return hashes.size();
    }
  }

  /** Bodies as raw RLP items; unknown ones are left out. */
  record BlockBodies(long requestId, long bufferValue, List<Bytes> bodies) implements Reply {
    /** Its code. */
    public static final int CODE = 0x05;

    /** Copies the list. */
    public BlockBodies {
      bodies = List.copyOf(bodies);
    }

    @Override
    public int code() {
      return CODE;
    }
  }

  /** Asks for the receipts of whole blocks by block hash. */
  record GetReceipts(long requestId, List<Bytes32> hashes) implements Request {
    /** Copies the list. */
    public GetReceipts {
      hashes = List.copyOf(hashes);
    }

    @Override
    public RequestKind kind() {
      return RequestKind.RECEIPTS;
    }

    @Override
    public long amount() {
      return hashes.size();
    }
  }

  /** Receipt lists as raw RLP items, one list per block in consensus encoding. */
  record Receipts(long requestId, long bufferValue, List<Bytes> receiptLists) implements Reply {
    /** Its code. */
    public static final int CODE = 0x07;

    /** Copies the list. */
    public Receipts {
      receiptLists = List.copyOf(receiptLists);
    }

    @Override
    public int code() {
      return CODE;
    }
  }

  /**
   * One contract's code.
   *
   * @param accountKey keccak256(address); the bare 20-byte address from geth 1.12.1 on
   */
  record CodeQuery(Bytes32 blockHash, Bytes accountKey) {}

  /** Asks for contract code. */
  record GetCode(long requestId, List<CodeQuery> queries) implements Request {
    /** Copies the list. */
    public GetCode {
      queries = List.copyOf(queries);
    }

    @Override
    public RequestKind kind() {
      return RequestKind.CODE;
    }

    @Override
    public long amount() {
      return queries.size();
    }
  }

  /** Contract codes. */
  record Code(long requestId, long bufferValue, List<Bytes> codes) implements Reply {
    /** Its code. */
    public static final int CODE = 0x0b;

    /** Copies the list. */
    public Code {
      codes = List.copyOf(codes);
    }

    @Override
    public int code() {
      return CODE;
    }
  }

  /**
   * One proof in an account or storage trie.
   *
   * @param accountKey empty for the account trie, else names the account whose storage is meant:
   *     keccak256(address), or the bare 20-byte address from geth 1.12.1 on
   * @param key keccak256 of the address or slot
   * @param fromLevel how many nodes from the root the client has already
   */
  record ProofQuery(Bytes32 blockHash, Bytes accountKey, Bytes key, long fromLevel) {}

  /** Asks for state proofs. */
  record GetProofsV2(long requestId, List<ProofQuery> queries) implements Request {
    /** Copies the list. */
    public GetProofsV2 {
      queries = List.copyOf(queries);
    }

    @Override
    public RequestKind kind() {
      return RequestKind.PROOFS;
    }

    @Override
    public long amount() {
      return queries.size();
    }
  }

  /** A flat set of trie nodes as raw RLP items in first-put order. */
  record ProofsV2(long requestId, long bufferValue, List<Bytes> nodes) implements Reply {
    /** Its code. */
    public static final int CODE = 0x10;

    /** Copies the list. */
    public ProofsV2 {
      nodes = List.copyOf(nodes);
    }

    @Override
    public int code() {
      return CODE;
    }
  }

  /**
   * One proof in a helper trie.
   *
   * @param type 0 canonical hash trie, 1 bloom trie
   * @param auxiliary 2 asks for the header as well (type 0 only)
   */
  record HelperTrieQuery(long type, long section, Bytes key, long fromLevel, long auxiliary) {
    /** Canonical hash trie. */
    public static final long CANONICAL_HASH_TRIE = 0;

    /** Bloom trie. */
    public static final long BLOOM_TRIE = 1;

    /** Asks for no auxiliary data. */
    public static final long NO_AUXILIARY = 0;

    /** Asks for the block header as auxiliary data. */
    public static final long AUXILIARY_HEADER = 2;
  }

  /** Asks for helper trie proofs. */
  record GetHelperTrieProofs(long requestId, List<HelperTrieQuery> queries) implements Request {
    /** Copies the list. */
    public GetHelperTrieProofs {
      queries = List.copyOf(queries);
    }

    @Override
    public RequestKind kind() {
      return RequestKind.HELPER_TRIE_PROOFS;
    }

    @Override
    public long amount() {
      return queries.size();
    }
  }

  /** Helper trie nodes as raw RLP items, and auxiliary data (encoded headers). */
  record HelperTrieProofs(
      long requestId, long bufferValue, List<Bytes> nodes, List<Bytes> auxiliary) implements Reply {
    /** Its code. */
    public static final int CODE = 0x12;

    /** Copies the lists. */
    public HelperTrieProofs {
      nodes = List.copyOf(nodes);
      auxiliary = List.copyOf(auxiliary);
    }

    @Override
    public int code() {
      return CODE;
    }
  }

  /** Relays transactions; answered by {@link TxStatus}. */
  record SendTxV2(long requestId, List<Transaction> transactions) implements Request {
    /** Copies the list. */
    public SendTxV2 {
      transactions = List.copyOf(transactions);
    }

    @Override
    public RequestKind kind() {
      return RequestKind.SEND_TX;
    }

    @Override
    public long amount() {
      return transactions.size();
    }
  }

  /** Asks for the status of transactions. */
  record GetTxStatus(long requestId, List<Bytes32> hashes) implements Request {
    /** Copies the list. */
    public GetTxStatus {
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
  }

  /** Where an included transaction is. */
  record TxLookup(Bytes32 blockHash, long blockNumber, long index) {}

  /**
   * The status of one transaction.
   *
   * @param status one of the constants; other values may come from foreign servers
   * @param lookup given when included
   * @param error why the pool refused it, or empty; such an entry has status {@link #UNKNOWN}
   */
  record TxStatusEntry(long status, @Nullable TxLookup lookup, String error) {
    /** Not known. */
    public static final long UNKNOWN = 0;

    /** In the pool, not executable yet. */
    public static final long QUEUED = 1;

    /** In the pool, executable. */
    public static final long PENDING = 2;

    /** In a canonical block. */
    public static final long INCLUDED = 3;
  }

  /** Answers {@link SendTxV2} and {@link GetTxStatus}, one entry per transaction. */
  record TxStatus(long requestId, long bufferValue, List<TxStatusEntry> entries) implements Reply {
    /** Its code. */
    public static final int CODE = 0x15;

    /** Copies the list. */
    public TxStatus {
      entries = List.copyOf(entries);
    }

    @Override
    public int code() {
      return CODE;
    }
  }

  /** The server has frozen the client: all its unanswered requests are void (les/3 and later). */
  record Stop() implements LesMessage {
    /** Its code. */
    public static final int CODE = 0x16;

    @Override
    public int code() {
      return CODE;
    }
  }

  /** The client may ask again, with this much credit (les/3 and later). */
  record Resume(long bufferValue) implements LesMessage {
    /** Its code. */
    public static final int CODE = 0x17;

    @Override
    public int code() {
      return CODE;
    }
  }
}
