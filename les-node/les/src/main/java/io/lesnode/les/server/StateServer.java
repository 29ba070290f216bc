package io.lesnode.les.server;

import io.lesnode.chain.trie.MissingNodeException;
import io.lesnode.chain.trie.TrieProver;
import io.lesnode.les.wire.LesLimits;
import io.lesnode.les.wire.LesMessage.CodeQuery;
import io.lesnode.les.wire.LesMessage.ProofQuery;
import io.lesnode.primitives.Account;
import io.lesnode.primitives.EncodedHeader;
import io.lesnode.primitives.crypto.Keccak;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;

/**
 * Collects the code or proofs of one request over one view; confined to the worker.
 *
 * <p>Items that cannot be answered are left out. Those that an honest client would not ask for are
 * counted: an unknown block, a state that is too old, an unknown account, and every further item
 * for a block that was already refused. A missing node or code is our own fault and is not counted.
 *
 * <p>An account is named by keccak256(address), 32 bytes, or by its address, 20 bytes (geth 1.12.1
 * and later). Differs from geth, where each version knows one form only
 * (StateServerTest.acceptsAddresses).
 *
 * <p>Reference: geth v1.10.26, les/server_requests.go handleGetCode, handleGetProofs.
 */
final class StateServer {

  /** A non-archive server has the states of this many blocks below the head (exclusive). */
  private static final long RECENT_STATES = 128;

  private static final int ADDRESS_BYTES = 20;

  private final ServedView view;
  private final boolean isArchive;
  private final StopSignal stop;
  private int invalidItems;

  private Bytes32 lastBlockHash = Bytes32.ZERO;
  private @Nullable TrieProver lastAccounts;

  StateServer(ServedView view, boolean isArchive, StopSignal stop) {
    this.view = view;
    this.isArchive = isArchive;
    this.stop = stop;
  }

  int invalidItems() {
    return invalidItems;
  }

  /** The codes that were found, or null if the request was stopped. */
  @Nullable List<Bytes> codes(List<CodeQuery> queries) {
    List<Bytes> codes = new ArrayList<>();
    long sizeBytes = 0;
    for (int i = 0; i < queries.size() && sizeBytes < LesLimits.SOFT_RESPONSE_BYTES; i++) {
      if (i > 0 && stop.isStopped()) {
        return null;
      }
      Optional<Bytes> code = code(queries.get(i));
      if (code.isPresent()) {
        codes.add(code.get());
        sizeBytes += code.get().size();
      }
    }
    return codes;
  }

  private Optional<Bytes> code(CodeQuery query) {
    TrieProver accounts = accounts(query.blockHash());
    Account account = accounts == null ? null : account(accounts, query.accountKey());
    if (account == null) {
      invalidItems++;
      return Optional.empty();
    }
    return view.code(account.codeHash()).filter(code -> !code.isEmpty());
  }

  /** The nodes of all proofs in first-put order without repetitions, or null if stopped. */
  @Nullable List<Bytes> proofs(List<ProofQuery> queries) {
    ProofNodes nodes = new ProofNodes();
    for (int i = 0; i < queries.size() && nodes.sizeBytes() < LesLimits.SOFT_RESPONSE_BYTES; i++) {
      if (i > 0 && stop.isStopped()) {
        return null;
      }
      prove(queries.get(i), nodes);
    }
    return nodes.nodes();
  }

  private void prove(ProofQuery query, ProofNodes nodes) {
    Bytes32 blockHash = query.blockHash();
    if (!blockHash.equals(lastBlockHash)) {
      lastBlockHash = blockHash;
      lastAccounts = accounts(blockHash);
    }
    TrieProver accounts = lastAccounts;
    if (accounts == null) {
      invalidItems++;
      return;
    }
    try {
      TrieProver trie =
          query.accountKey().isEmpty() ? accounts : storage(accounts, query.accountKey());
      if (trie == null) {
        invalidItems++;
      } else {
        trie.prove(query.key(), level(query.fromLevel()), nodes);
      }
    } catch (MissingNodeException e) {
      return; // our own fault; the item is left out
    }
  }

  private @Nullable TrieProver storage(TrieProver accounts, Bytes accountKey) {
    Account account = account(accounts, accountKey);
    return account == null
        ? null
        : new TrieProver(view.storageNodes(accountHash(accountKey)), account.storageRoot());
  }

  private static int level(long fromLevel) {
    return fromLevel < 0 ? Integer.MAX_VALUE : (int) Math.min(fromLevel, Integer.MAX_VALUE);
  }

  /** The accounts after a block whose state is served, or null. */
  private @Nullable TrieProver accounts(Bytes32 blockHash) {
    Bytes header = view.header(blockHash).orElse(null);
    if (header == null) {
      return null;
    }
    boolean isStale =
        !isArchive && EncodedHeader.number(header) + RECENT_STATES <= view.headNumber();
    return isStale ? null : new TrieProver(view.accountNodes(), EncodedHeader.stateRoot(header));
  }

  private static @Nullable Account account(TrieProver accounts, Bytes accountKey) {
    try {
      Bytes encoded = accounts.get(accountHash(accountKey));
      return encoded == null ? null : Account.decode(encoded);
    } catch (MissingNodeException e) {
      return null;
    }
  }

  /** The last 32 bytes, padded on the left, as geth converts; 20 bytes are an address. */
  private static Bytes32 accountHash(Bytes accountKey) {
    if (accountKey.size() == ADDRESS_BYTES) {
      return Keccak.keccak256(accountKey);
    }
    return accountKey.size() > Bytes32.SIZE
        ? Bytes32.wrap(accountKey.slice(accountKey.size() - Bytes32.SIZE))
        : Bytes32.leftPad(accountKey);
  }
}
