package io.lesnode.les.client;

import io.lesnode.chain.trie.ProofNodeSource;
import io.lesnode.chain.trie.ProofOutcome;
import io.lesnode.chain.trie.ProofVerifier;
import io.lesnode.les.wire.LesMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/** Verification of Merkle proofs against a root that we trust. Stateless; called on workers. */
final class StateChecks {

  /**
   * What a proof set proves.
   *
   * @param values per asked key its value, empty where the trie has no such key
   * @param nodes the nodes that prove it, by hash
   */
  record Proven(List<Optional<Bytes>> values, Map<Bytes32, Bytes> nodes) {}

  private StateChecks() {}

  /** The values of all keys in the trie with this root; every node sent must be needed. */
  static Proven proofs(Bytes32 root, List<Question.StateKey> keys, LesMessage.Reply reply)
      throws InvalidAnswerException {
    if (!(reply instanceof LesMessage.ProofsV2 answer)) {
      throw BlockChecks.wrongKind(reply);
    }
    if (answer.nodes().isEmpty()) {
      throw InvalidAnswerException.unhelpful("it has no state of that block");
    }
    ProofNodeSource nodes = new ProofNodeSource(answer.nodes());
    List<Optional<Bytes>> values = new ArrayList<>(keys.size());
    for (Question.StateKey key : keys) {
      switch (ProofVerifier.verify(root, key.trieKey(), nodes)) {
        case ProofOutcome.Included included -> values.add(Optional.of(included.value()));
        case ProofOutcome.Excluded excluded -> values.add(Optional.empty());
        case ProofOutcome.Invalid invalid ->
            throw InvalidAnswerException.lie("an invalid proof: " + invalid.reason());
      }
    }
    if (nodes.unusedCount() > 0) {
      throw InvalidAnswerException.lie(
          "a proof with %d useless nodes".formatted(nodes.unusedCount()));
    }
    return new Proven(List.copyOf(values), nodes.usedNodes());
  }
}
