package io.lesnode.les.client;

import io.lesnode.chain.index.BitCompression;
import io.lesnode.chain.index.HelperTrie;
import io.lesnode.chain.trie.ProofNodeSource;
import io.lesnode.chain.trie.ProofOutcome;
import io.lesnode.chain.trie.ProofVerifier;
import io.lesnode.les.client.Question.BloomBit;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.rlp.RlpException;
import io.lesnode.primitives.rlp.RlpReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * Verification of helper trie answers against the root of a section that we trust (les.md 6.4).
 * Stateless; called on workers.
 */
final class HelperTrieChecks {

  /** What geth sends where it lacks a header. */
  private static final Bytes NO_HEADER = Bytes.of(0xc0);

  /**
   * Bloom bits and their proof.
   *
   * @param vectors per asked bit which blocks of its section have it, block 0 being the highest bit
   *     of the first byte
   * @param nodes the nodes that prove it, by hash
   */
  record ProvenBits(List<Bytes> vectors, Map<Bytes32, Bytes> nodes) {}

  private HelperTrieChecks() {}

  /**
   * The canonical headers of these heights, each proven by the canonical hash trie.
   *
   * @param numbers different heights, all covered by the trie
   */
  static List<VerifiedOldHeader> headers(
      Bytes32 chtRoot, List<Long> numbers, LesMessage.Reply reply) throws InvalidAnswerException {
    LesMessage.HelperTrieProofs answer = answer(reply);
    if (answer.auxiliary().size() > numbers.size()) {
      throw InvalidAnswerException.lie(
          "%d headers where %d were asked for"
              .formatted(answer.auxiliary().size(), numbers.size()));
    }
    if (answer.auxiliary().size() < numbers.size()) {
      throw InvalidAnswerException.unhelpful(
          "%d headers where %d were asked for"
              .formatted(answer.auxiliary().size(), numbers.size()));
    }
    ProofNodeSource nodes = new ProofNodeSource(answer.nodes());
    List<VerifiedOldHeader> proven = new ArrayList<>(numbers.size());
    for (int i = 0; i < numbers.size(); i++) {
      long number = numbers.get(i);
      ChtValue entry =
          switch (ProofVerifier.verify(chtRoot, HelperTrie.chtKey(number), nodes)) {
            case ProofOutcome.Included included -> chtValue(included.value());
            case ProofOutcome.Excluded excluded ->
                throw InvalidAnswerException.lie("a proof that there is no block " + number);
            case ProofOutcome.Invalid invalid ->
                throw InvalidAnswerException.lie("an invalid proof: " + invalid.reason());
          };
      proven.add(
          new VerifiedOldHeader(
              header(number, entry.hash(), answer.auxiliary().get(i)), entry.totalDifficulty()));
    }
    requireAllUsed(nodes);
    return List.copyOf(proven);
  }

  private record ChtValue(Bytes32 hash, UInt256 totalDifficulty) {}

  private static ChtValue chtValue(Bytes value) throws InvalidAnswerException {
    try {
      return RlpReader.decode(
          value,
          reader -> reader.readList(list -> new ChtValue(list.readBytes32(), list.readUInt256())));
    } catch (RlpException | IllegalArgumentException e) {
      throw InvalidAnswerException.lie("a malformed entry of the hash trie: " + e.getMessage());
    }
  }

  private static BlockHeader header(long number, Bytes32 hash, Bytes encoded)
      throws InvalidAnswerException {
    if (encoded.isEmpty() || encoded.equals(NO_HEADER)) {
      throw InvalidAnswerException.unhelpful("it has no header " + number);
    }
    BlockHeader header;
    try {
      header = BlockHeader.decode(encoded);
    } catch (RlpException | IllegalArgumentException e) {
      throw InvalidAnswerException.lie("a malformed header: " + e.getMessage());
    }
    if (!header.hash().equals(hash)) {
      throw InvalidAnswerException.lie("header " + number + " is not the one that was proven");
    }
    if (header.number() != number) {
      throw InvalidAnswerException.lie(
          "header number %d where %d was asked for".formatted(header.number(), number));
    }
    return header;
  }

  /**
   * The vectors of these bits; all zero where the trie has no such key.
   *
   * @param sectionBytes the length of a vector
   */
  static ProvenBits bits(
      Bytes32 bloomRoot, List<BloomBit> bits, int sectionBytes, LesMessage.Reply reply)
      throws InvalidAnswerException {
    LesMessage.HelperTrieProofs answer = answer(reply);
    if (!answer.auxiliary().isEmpty()) {
      throw InvalidAnswerException.lie("headers where none were asked for");
    }
    ProofNodeSource nodes = new ProofNodeSource(answer.nodes());
    List<Bytes> vectors = new ArrayList<>(bits.size());
    for (BloomBit bit : bits) {
      switch (ProofVerifier.verify(bloomRoot, bit.key(), nodes)) {
        case ProofOutcome.Included included -> vectors.add(vector(included.value(), sectionBytes));
        case ProofOutcome.Excluded excluded -> vectors.add(Bytes.wrap(new byte[sectionBytes]));
        case ProofOutcome.Invalid invalid ->
            throw InvalidAnswerException.lie("an invalid proof: " + invalid.reason());
      }
    }
    requireAllUsed(nodes);
    return new ProvenBits(List.copyOf(vectors), nodes.usedNodes());
  }

  /** The nodes that prove that the hash trie ends before a height, by hash. */
  static Map<Bytes32, Bytes> absence(Bytes32 chtRoot, long number, LesMessage.Reply reply)
      throws InvalidAnswerException {
    LesMessage.HelperTrieProofs answer = answer(reply);
    if (!answer.auxiliary().isEmpty()) {
      throw InvalidAnswerException.lie("headers where none were asked for");
    }
    ProofNodeSource nodes = new ProofNodeSource(answer.nodes());
    switch (ProofVerifier.verify(chtRoot, HelperTrie.chtKey(number), nodes)) {
      case ProofOutcome.Excluded excluded -> requireAllUsed(nodes);
      case ProofOutcome.Included included ->
          throw InvalidAnswerException.lie("a trie that goes beyond its section");
      case ProofOutcome.Invalid invalid ->
          throw InvalidAnswerException.lie("an invalid proof: " + invalid.reason());
    }
    return nodes.usedNodes();
  }

  static Bytes vector(Bytes compressed, int sectionBytes) throws InvalidAnswerException {
    try {
      return Bytes.wrap(BitCompression.decompress(compressed.toArrayUnsafe(), sectionBytes));
    } catch (IllegalArgumentException e) {
      throw InvalidAnswerException.lie("malformed bloom bits: " + e.getMessage());
    }
  }

  private static LesMessage.HelperTrieProofs answer(LesMessage.Reply reply)
      throws InvalidAnswerException {
    if (!(reply instanceof LesMessage.HelperTrieProofs answer)) {
      throw BlockChecks.wrongKind(reply);
    }
    if (answer.nodes().isEmpty() && answer.auxiliary().isEmpty()) {
      throw InvalidAnswerException.unhelpful("it has no such helper trie");
    }
    return answer;
  }

  private static void requireAllUsed(ProofNodeSource nodes) throws InvalidAnswerException {
    if (nodes.unusedCount() > 0) {
      throw InvalidAnswerException.lie(
          "a proof with %d useless nodes".formatted(nodes.unusedCount()));
    }
  }
}
