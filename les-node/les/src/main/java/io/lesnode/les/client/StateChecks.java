package io.lesnode.les.client;

import io.lesnode.chain.trie.ProofNodeSource;
import io.lesnode.chain.trie.ProofOutcome;
import io.lesnode.chain.trie.ProofVerifier;
import io.lesnode.les.client.Question.StateKey;
import io.lesnode.les.client.access.KnownState;
import io.lesnode.les.client.access.ProofPlan.Group;
import io.lesnode.les.client.access.StateItem;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.primitives.Account;
import io.lesnode.primitives.EmptyHashes;
import io.lesnode.primitives.crypto.Keccak;
import io.lesnode.primitives.rlp.RlpException;
import io.lesnode.primitives.rlp.RlpReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * Verification of Merkle proofs and code against a state root that we trust. Stateless; called on
 * workers.
 */
final class StateChecks {

  /**
   * What an answer proves. A server may stop where its answer gets too long (geth: at 2 MiB), so
   * some of what was asked for can be left out; but what is there is complete.
   *
   * @param accounts by address, empty where the state has none
   * @param slots their values, zero where there is none
   * @param nodes the nodes that prove it, by hash
   * @param named whether the server found something by the name of an account, and so understood it
   */
  record Proven(
      Map<StateItem.OfAccount, Optional<Account>> accounts,
      Map<StateItem.OfSlot, UInt256> slots,
      Map<Bytes32, Bytes> nodes,
      boolean named) {

    /** Adds it to what is known of the state. */
    void addTo(KnownState known) {
      accounts.forEach((item, account) -> known.putAccount(item.address(), account.orElse(null)));
      slots.forEach(known::putSlot);
    }
  }

  private StateChecks() {}

  /** The keys that a question for these entries has, in its order. */
  static List<StateKey> keys(List<Group> groups) {
    List<StateKey> keys = new ArrayList<>();
    for (Group group : groups) {
      if (group.withAccount()) {
        keys.add(new StateKey(group.address(), null));
      }
      for (UInt256 slot : group.slots()) {
        keys.add(new StateKey(group.address(), OnDemandState.slotHash(slot)));
      }
    }
    return List.copyOf(keys);
  }

  /**
   * What an answer proves of the entries that were asked for; every node sent must be needed.
   *
   * @param known has the accounts of those groups that do not ask for theirs
   */
  static Proven state(
      Bytes32 stateRoot, List<Group> groups, KnownState known, LesMessage.Reply reply)
      throws InvalidAnswerException {
    if (!(reply instanceof LesMessage.ProofsV2 answer)) {
      throw BlockChecks.wrongKind(reply);
    }
    Check check = new Check(new ProofNodeSource(answer.nodes()));
    for (Group group : groups) {
      Bytes32 root =
          group.withAccount()
              ? check.proveAccount(stateRoot, new StateItem.OfAccount(group.address()))
              : storageRoot(known.account(group.address()));
      if (root == null) {
        continue;
      }
      for (UInt256 slot : group.slots()) {
        check.proveSlot(root, new StateItem.OfSlot(group.address(), slot));
      }
    }
    return check.finish();
  }

  private static Bytes32 storageRoot(@Nullable Account account) {
    return account == null ? EmptyHashes.TRIE_ROOT : account.storageRoot();
  }

  private static final class Check {
    private final ProofNodeSource nodes;
    private final Map<StateItem.OfAccount, Optional<Account>> accounts = new HashMap<>();
    private final Map<StateItem.OfSlot, UInt256> slots = new HashMap<>();
    private boolean named;

    private Check(ProofNodeSource nodes) {
      this.nodes = nodes;
    }

    /** The account's storage root, or null if it was left out. */
    private @Nullable Bytes32 proveAccount(Bytes32 root, StateItem.OfAccount item)
        throws InvalidAnswerException {
      return switch (verify(root, item.address().hash())) {
        case ProofOutcome.Included included -> {
          Account account = decodeAccount(included.value());
          accounts.put(item, Optional.of(account));
          yield account.storageRoot();
        }
        case ProofOutcome.Excluded excluded -> {
          accounts.put(item, Optional.empty());
          yield EmptyHashes.TRIE_ROOT;
        }
        case ProofOutcome.Invalid leftOut -> null;
      };
    }

    private void proveSlot(Bytes32 root, StateItem.OfSlot item) throws InvalidAnswerException {
      if (root.equals(EmptyHashes.TRIE_ROOT)) {
        slots.put(item, UInt256.ZERO);
        return;
      }
      switch (verify(root, OnDemandState.slotHash(item.slot()))) {
        case ProofOutcome.Included included -> {
          slots.put(item, decodeSlot(included.value()));
          named = true;
        }
        case ProofOutcome.Excluded excluded -> {
          slots.put(item, UInt256.ZERO);
          named = true;
        }
        case ProofOutcome.Invalid leftOut -> {}
      }
    }

    /** A path is there to its end or, beyond what other paths share with it, not at all. */
    private ProofOutcome verify(Bytes32 root, Bytes32 key) throws InvalidAnswerException {
      int unusedBefore = nodes.unusedCount();
      ProofOutcome outcome = ProofVerifier.verify(root, key, nodes);
      if (outcome instanceof ProofOutcome.Invalid(String reason)
          && nodes.unusedCount() < unusedBefore) {
        throw InvalidAnswerException.lie("an invalid proof: " + reason);
      }
      return outcome;
    }

    private Proven finish() throws InvalidAnswerException {
      if (nodes.unusedCount() > 0) {
        throw InvalidAnswerException.lie(
            "a proof with %d useless nodes".formatted(nodes.unusedCount()));
      }
      if (nodes.size() == 0) {
        throw InvalidAnswerException.unhelpful("it has no state of that block");
      }
      return new Proven(Map.copyOf(accounts), Map.copyOf(slots), nodes.usedNodes(), named);
    }
  }

  /** An account as the state trie holds it. */
  static Account decodeAccount(Bytes encoded) throws InvalidAnswerException {
    try {
      return Account.decode(encoded);
    } catch (RlpException e) {
      throw InvalidAnswerException.lie("a state with a malformed account: " + e.getMessage());
    }
  }

  /** A value as a storage trie holds it. */
  static UInt256 decodeSlot(Bytes encoded) throws InvalidAnswerException {
    try {
      return RlpReader.decode(encoded, RlpReader::readUInt256);
    } catch (RlpException e) {
      throw InvalidAnswerException.lie("a storage with a malformed value: " + e.getMessage());
    }
  }

  /**
   * The codes with these hashes that an answer has, by hash; at least one.
   *
   * @param wanted may all be left out, which is no lie, but nothing else may be there
   */
  static Map<Bytes32, Bytes> codes(Set<Bytes32> wanted, LesMessage.Reply reply)
      throws InvalidAnswerException {
    Map<Bytes32, Bytes> found = unverifiedCodes(wanted.size(), reply);
    for (Bytes32 hash : found.keySet()) {
      if (!wanted.contains(hash)) {
        throw InvalidAnswerException.lie("code that nobody asked for, with the hash " + hash);
      }
    }
    if (found.isEmpty()) {
      throw InvalidAnswerException.unhelpful("it has no such code");
    }
    return found;
  }

  /** Codes by what they hash to; whether they are those of the accounts is not said. */
  static Map<Bytes32, Bytes> unverifiedCodes(int most, LesMessage.Reply reply)
      throws InvalidAnswerException {
    if (!(reply instanceof LesMessage.Code answer)) {
      throw BlockChecks.wrongKind(reply);
    }
    if (answer.codes().size() > most) {
      throw InvalidAnswerException.lie(
          "%d answers where %d were asked for".formatted(answer.codes().size(), most));
    }
    Map<Bytes32, Bytes> found = new HashMap<>();
    for (Bytes code : answer.codes()) {
      found.put(Keccak.keccak256(code), code);
    }
    return Map.copyOf(found);
  }
}
