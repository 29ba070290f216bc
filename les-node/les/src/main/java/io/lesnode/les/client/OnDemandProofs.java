package io.lesnode.les.client;

import io.lesnode.chain.trie.MerklePatriciaTrie;
import io.lesnode.chain.trie.MissingNodeException;
import io.lesnode.les.client.access.GuessAllowance;
import io.lesnode.les.client.access.KnownState;
import io.lesnode.les.client.access.StateItem;
import io.lesnode.primitives.Account;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.EmptyHashes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * Fetches accounts, storage and code of the state after a verified block, verifies them against its
 * state root, and keeps them. Any thread; the futures complete on the client loop or, when
 * everything was here already, at once.
 */
final class OnDemandProofs {
  /** Accounts that had no code when we last saw them: asking for it again would be a bad guess. */
  private static final int MAX_CODELESS = 4_096;

  private static final int PROOF_ATTEMPTS = 3;

  /**
   * What is shared by all fetches.
   *
   * @param workers write what was fetched
   * @param guesses how often a server may still be asked about accounts that do not exist
   */
  record Shared(
      ClientLoop loop,
      ServerTable servers,
      Retriever retriever,
      VerifiedStore store,
      Executor workers,
      GuessAllowance guesses) {}

  private final Shared shared;
  private final BoundedMap<Address, Boolean> codeless = new BoundedMap<>(MAX_CODELESS);

  OnDemandProofs(
      ClientLoop loop,
      ServerTable servers,
      Retriever retriever,
      VerifiedStore store,
      Executor workers) {
    GuessAllowance guesses = new GuessAllowance(loop.nowNanos());
    this.shared = new Shared(loop, servers, retriever, store, workers, guesses);
  }

  /** The clock. */
  long nowNanos() {
    return shared.loop().nowNanos();
  }

  /**
   * Brings what is asked for into {@code known}, all of it or a failure. Usually one round trip:
   * code and storage are asked for together with their account, and verified when that is proven.
   */
  CompletableFuture<Retrieval<KnownState>> fetch(
      BlockHeader header, KnownState known, Collection<? extends StateItem> items) {
    List<StateItem> missing =
        items.stream()
            .distinct()
            .filter(item -> !known.has(item) && !local(header, known, item))
            .<StateItem>map(item -> item)
            .toList();
    if (missing.isEmpty()) {
      return CompletableFuture.completedFuture(new Retrieval.Retrieved<>(known));
    }
    return new StateFetch(shared, this, header, known).start(missing);
  }

  /** An account; empty if the state has none. */
  CompletableFuture<Retrieval<Optional<Account>>> account(BlockHeader header, Address address) {
    return fetch(header, new KnownState(), List.of(new StateItem.OfAccount(address)))
        .thenApply(fetched -> fetched.map(known -> Optional.ofNullable(known.account(address))));
  }

  /** Has a server prove accounts, whatever is here of them. */
  CompletableFuture<Retrieval<KnownState>> ask(BlockHeader header, List<Address> addresses) {
    return new StateFetch(shared, this, header, new KnownState())
        .start(addresses.stream().<StateItem>map(StateItem.OfAccount::new).toList());
  }

  /** Looks for an item in the store and, if it is there, adds it to what is known. */
  boolean local(BlockHeader header, KnownState known, StateItem item) {
    Address address = item.address();
    if (!known.knowsAccount(address)) {
      Lookup account = lookUp(header.stateRoot(), address.hash());
      if (!account.found()) {
        return false;
      }
      known.putAccount(address, account.value().map(Account::decode).orElse(null));
    }
    if (known.has(item)) {
      return true;
    }
    Account account = known.account(address);
    return account != null
        && switch (item) {
          case StateItem.OfAccount a -> true;
          case StateItem.OfCode c -> localCode(known, account.codeHash());
          case StateItem.OfSlot slot -> localSlot(known, account.storageRoot(), slot);
        };
  }

  private boolean localCode(KnownState known, Bytes32 codeHash) {
    Bytes code = shared.store().code(codeHash);
    if (code != null) {
      known.putCode(codeHash, code);
    }
    return code != null;
  }

  private boolean localSlot(KnownState known, Bytes32 root, StateItem.OfSlot item) {
    Lookup slot = lookUp(root, OnDemandState.slotHash(item.slot()));
    if (slot.found()) {
      known.putSlot(item, slot.value().map(OnDemandState::decodeSlot).orElse(UInt256.ZERO));
    }
    return slot.found();
  }

  /**
   * What the nodes that are here say of an entry; not found where nodes on its path are missing.
   */
  private record Lookup(boolean found, Optional<Bytes> value) {}

  private Lookup lookUp(Bytes32 root, Bytes32 key) {
    try {
      MerklePatriciaTrie trie = new MerklePatriciaTrie(shared.store(), root);
      return new Lookup(true, Optional.ofNullable(trie.get(key)));
    } catch (MissingNodeException e) {
      return new Lookup(false, Optional.empty());
    }
  }

  /**
   * An account and some of its storage with their proofs. Blocks.
   *
   * <p>The nodes are read back from the store, which may have pushed some out in the meantime; then
   * they are fetched once more.
   */
  Retrieval<AccountProof> proof(
      BlockHeader header, Address address, List<UInt256> slots, Awaiter awaiter) {
    List<StateItem> items = new ArrayList<>();
    items.add(new StateItem.OfAccount(address));
    slots.forEach(slot -> items.add(new StateItem.OfSlot(address, slot)));
    for (int attempt = 0; attempt < PROOF_ATTEMPTS; attempt++) {
      Retrieval<KnownState> fetched = awaiter.await(fetch(header, new KnownState(), items));
      if (fetched instanceof Retrieval.Failed<KnownState>(RetrievalFailure failure)) {
        return new Retrieval.Failed<>(failure);
      }
      AccountProof proof = assemble(header.stateRoot(), fetched.orElseThrow(), address, slots);
      if (proof != null) {
        return new Retrieval.Retrieved<>(proof);
      }
    }
    return new Retrieval.Failed<>(
        new RetrievalFailure.NotServed(
            "the proof of " + address, "the cache on disk is too small to hold it"));
  }

  /** The proof from the nodes that are here, or null where one was pushed out. */
  private @Nullable AccountProof assemble(
      Bytes32 stateRoot, KnownState known, Address address, List<UInt256> slots) {
    Account account = known.account(address);
    Bytes32 root = account == null ? EmptyHashes.TRIE_ROOT : account.storageRoot();
    try {
      List<AccountProof.StorageProof> storage = new ArrayList<>(slots.size());
      for (UInt256 slot : slots) {
        UInt256 value = known.slot(new StateItem.OfSlot(address, slot));
        List<Bytes> nodes = prove(root, OnDemandState.slotHash(slot));
        storage.add(new AccountProof.StorageProof(slot, value, nodes));
      }
      return new AccountProof(address, account, prove(stateRoot, address.hash()), storage);
    } catch (MissingNodeException pushedOut) {
      return null;
    }
  }

  private List<Bytes> prove(Bytes32 root, Bytes32 key) {
    return root.equals(EmptyHashes.TRIE_ROOT)
        ? List.of()
        : new MerklePatriciaTrie(shared.store(), root).prove(key);
  }

  /** Whether an account had no code when it was last looked at. */
  boolean isCodeless(Address address) {
    synchronized (codeless) {
      return codeless.get(address) != null;
    }
  }

  /** Remembers whether an account has code. */
  void onAccountSeen(Address address, @Nullable Account account) {
    synchronized (codeless) {
      if (account == null || account.codeHash().equals(EmptyHashes.CODE)) {
        codeless.put(address, true);
      } else {
        codeless.remove(address);
      }
    }
  }
}
