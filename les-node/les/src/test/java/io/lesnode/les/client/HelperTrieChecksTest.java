package io.lesnode.les.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.lesnode.chain.index.CheckpointEntry;
import io.lesnode.les.client.Question.BloomBit;
import io.lesnode.les.wire.LesCodec;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.les.wire.LesMessage.HelperTrieProofs;
import io.lesnode.les.wire.LesMessage.HelperTrieQuery;
import io.lesnode.les.wire.LesVersion;
import io.lesnode.les.wire.WireVectors;
import io.lesnode.primitives.BlockHeader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.junit.jupiter.api.Test;

/**
 * What geth servers answered to helper trie requests, passed through our verification: every
 * recorded answer to a sensible request is accepted with the values of the chain, and refused once
 * anything in it is changed.
 */
final class HelperTrieChecksTest {
  private static final Bytes32 OTHER_ROOT = Bytes32.repeat((byte) 1);

  /** How many nodes of an answer are changed; the many of a large one are alike. */
  private static final int MAX_CHANGED = 12;

  private final TreeMap<String, Integer> verified = new TreeMap<>();

  @Test
  void everyRecordedAnswerVerifiesAndNoneThatWasChanged() throws InvalidAnswerException {
    for (Path file : WireVectors.files()) {
      ServedChain chain = chainOf(file).orElse(null);
      Optional<CheckpointEntry> section = Optional.ofNullable(chain).flatMap(ServedChain::section);
      if (chain == null || section.isEmpty()) {
        continue;
      }
      Map<Long, LesMessage.Request> requests = new HashMap<>();
      for (JsonNode line : WireVectors.lines(file)) {
        if (!WireVectors.isLesMessage(line)) {
          continue;
        }
        LesVersion version = WireVectors.version(line);
        LesMessage message =
            LesCodec.decode(version, line.path("code").asInt(), WireVectors.payload(line));
        if (message instanceof LesMessage.Request request) {
          requests.put(request.requestId(), request);
        } else if (message instanceof HelperTrieProofs reply
            && requests.get(reply.requestId()) instanceof LesMessage.GetHelperTrieProofs request) {
          check(chain, section.get(), request.queries(), reply);
        }
      }
    }
    System.out.println("HelperTrieChecksTest: verified " + verified);
    assertThat(verified).doesNotContainValue(0);
  }

  private final Map<String, Optional<ServedChain>> chains = new HashMap<>();

  private Optional<ServedChain> chainOf(Path file) {
    String name = file.getFileName().toString();
    if (!name.startsWith("helpertrie") && !name.contains("section-one")) {
      return Optional.empty();
    }
    return chains.computeIfAbsent("section-one", folder -> ServedChain.find(folder, "chain"));
  }

  private void check(
      ServedChain chain,
      CheckpointEntry section,
      List<HelperTrieQuery> queries,
      HelperTrieProofs reply)
      throws InvalidAnswerException {
    boolean plain =
        queries.stream().allMatch(q -> q.section() == section.sectionIndex() && q.fromLevel() == 0);
    if (!plain || new HashSet<>(queries).size() != queries.size()) {
      return;
    }
    if (queries.stream().allMatch(q -> isHeaderOf(chain, q))) {
      List<Long> numbers = queries.stream().map(q -> q.key().toLong()).toList();
      assertThat(Question.HelperTrie.headers(section.sectionIndex(), numbers).queries())
          .isEqualTo(queries);
      checkHeaders(chain, section.chtRoot(), numbers, reply);
    } else if (queries.stream().allMatch(HelperTrieChecksTest::isBit)) {
      List<BloomBit> bits =
          queries.stream()
              .map(q -> new BloomBit(q.key().slice(0, 2).toInt(), q.key().slice(2).toLong()))
              .toList();
      assertThat(Question.HelperTrie.bits(section.sectionIndex(), bits).queries())
          .isEqualTo(queries);
      checkBits(chain, section.bloomRoot(), bits, reply);
    }
  }

  private static boolean isHeaderOf(ServedChain chain, HelperTrieQuery query) {
    return query.type() == HelperTrieQuery.CANONICAL_HASH_TRIE
        && query.auxiliary() == HelperTrieQuery.AUXILIARY_HEADER
        && query.key().size() == Long.BYTES
        && query.key().toLong() < TrustedSections.STANDARD.blocks()
        && chain.has(query.key().toLong());
  }

  private static boolean isBit(HelperTrieQuery query) {
    return query.type() == HelperTrieQuery.BLOOM_TRIE
        && query.auxiliary() == HelperTrieQuery.NO_AUXILIARY
        && query.key().size() == 10;
  }

  private final Map<ServedChain, Bytes[]> sectionZero = new HashMap<>();

  private Bytes[] vectorsOf(ServedChain chain) {
    return sectionZero.computeIfAbsent(chain, c -> c.bloomVectors(0, TrustedSections.STANDARD));
  }

  private void checkHeaders(
      ServedChain chain, Bytes32 root, List<Long> numbers, HelperTrieProofs reply)
      throws InvalidAnswerException {
    List<VerifiedOldHeader> proven = HelperTrieChecks.headers(root, numbers, reply);
    for (int i = 0; i < numbers.size(); i++) {
      assertThat(proven.get(i).header()).isEqualTo(chain.header(numbers.get(i)));
      assertThat(proven.get(i).totalDifficulty()).isEqualTo(chain.totalDifficulty(numbers.get(i)));
    }
    verified.merge("headers", numbers.size(), Integer::sum);
    assertRefused(() -> HelperTrieChecks.headers(OTHER_ROOT, numbers, reply));
    for (HelperTrieProofs changed : changes(reply)) {
      assertRefused(() -> HelperTrieChecks.headers(root, numbers, changed));
    }
    List<Bytes> headers = new ArrayList<>(reply.auxiliary());
    BlockHeader first = chain.header(numbers.getFirst());
    for (Bytes other :
        List.of(
            chain.header(numbers.getFirst() + 1).encoded(),
            first.toBuilder().gasUsed(first.gasUsed() + 1).build().encoded(),
            Bytes.of(0xc0),
            Bytes.EMPTY,
            Bytes.of(1, 2, 3))) {
      headers.set(0, other);
      HelperTrieProofs lie = new HelperTrieProofs(1, 1, reply.nodes(), headers);
      assertRefused(() -> HelperTrieChecks.headers(root, numbers, lie));
    }
    assertRefused(
        () ->
            HelperTrieChecks.headers(
                root,
                numbers,
                new HelperTrieProofs(
                    1, 1, reply.nodes(), reply.auxiliary().subList(0, numbers.size() - 1))));
    assertRefused(
        () ->
            HelperTrieChecks.headers(
                root,
                numbers,
                new HelperTrieProofs(
                    1,
                    1,
                    reply.nodes(),
                    Stream.concat(reply.auxiliary().stream(), reply.auxiliary().stream())
                        .toList())));
  }

  private void checkBits(
      ServedChain chain, Bytes32 root, List<BloomBit> bits, HelperTrieProofs reply)
      throws InvalidAnswerException {
    int bytes = (int) (TrustedSections.STANDARD.blocks() / 8);
    List<Bytes> vectors = HelperTrieChecks.bits(root, bits, bytes, reply).vectors();
    for (int i = 0; i < bits.size(); i++) {
      BloomBit bit = bits.get(i);
      assertThat(vectors.get(i))
          .isEqualTo(
              bit.section() == 0 && bit.bit() < 2048
                  ? vectorsOf(chain)[bit.bit()]
                  : Bytes.wrap(new byte[bytes]));
    }
    verified.merge("bits", bits.size(), Integer::sum);
    assertRefused(() -> HelperTrieChecks.bits(OTHER_ROOT, bits, bytes, reply));
    for (HelperTrieProofs changed : changes(reply)) {
      assertRefused(() -> HelperTrieChecks.bits(root, bits, bytes, changed));
    }
    HelperTrieProofs withHeader =
        new HelperTrieProofs(1, 1, reply.nodes(), List.of(chain.header(1).encoded()));
    assertRefused(() -> HelperTrieChecks.bits(root, bits, bytes, withHeader));
    if (!vectors.getFirst().isZero()) {
      BloomBit other = new BloomBit(bits.getFirst().bit() ^ 0x3ff, bits.getFirst().section());
      assertRefused(() -> HelperTrieChecks.bits(root, List.of(other), bytes, reply));
    }
  }

  /** The answer without each of its nodes, with a useless one, and with a bit of one turned. */
  private static List<HelperTrieProofs> changes(HelperTrieProofs reply) {
    List<HelperTrieProofs> changes = new ArrayList<>();
    changes.add(new HelperTrieProofs(1, 1, List.of(), List.of()));
    List<Bytes> more = new ArrayList<>(reply.nodes());
    more.add(Bytes.fromHexString("0xc22001"));
    changes.add(new HelperTrieProofs(1, 1, more, reply.auxiliary()));
    for (int i = 0; i < Math.min(MAX_CHANGED, reply.nodes().size()); i++) {
      List<Bytes> fewer = new ArrayList<>(reply.nodes());
      Bytes node = fewer.remove(i);
      changes.add(new HelperTrieProofs(1, 1, fewer, reply.auxiliary()));
      byte[] turned = node.toArray();
      turned[turned.length - 1] ^= 1;
      List<Bytes> swapped = new ArrayList<>(reply.nodes());
      swapped.set(i, Bytes.wrap(turned));
      changes.add(new HelperTrieProofs(1, 1, swapped, reply.auxiliary()));
    }
    return changes;
  }

  private interface Check {
    Object run() throws InvalidAnswerException;
  }

  private static void assertRefused(Check check) {
    try {
      check.run();
    } catch (InvalidAnswerException e) {
      return;
    }
    throw new AssertionError("a wrong answer was accepted");
  }
}
