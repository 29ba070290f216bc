package io.lesnode.les.client;

import io.lesnode.chain.consensus.ConsensusRules;
import io.lesnode.chain.consensus.InvalidBlockException;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.rlp.RlpException;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/**
 * What can be checked of header answers without the chain: count, numbers, links and seals. Called
 * on workers; thread-safe.
 *
 * <p>Seals: as geth does, one random header of every hundred and the last of each range are checked
 * in bulk, because faking the rest would need the work of all of them for the last to be worth
 * anything; every header near the claimed head is checked. Where a seal is what identifies the
 * signer (clique), every header is checked, since the import needs the signers anyway.
 */
final class HeaderChecks {
  private static final int SEAL_SAMPLE = 100;

  private final ConsensusRules rules;
  private final boolean everySeal;
  private final RandomGenerator random;

  /**
   * Checks under the given rules.
   *
   * @param everySeal check all seals, as under clique
   * @param random picks the sample; must be thread-safe and unpredictable to servers
   */
  HeaderChecks(ConsensusRules rules, boolean everySeal, RandomGenerator random) {
    this.rules = rules;
    this.everySeal = everySeal;
    this.random = random;
  }

  /** Whether every seal is checked before headers are imported. */
  boolean checksEverySeal() {
    return everySeal;
  }

  /** Exactly the header of this hash. */
  static Ask.AnswerCheck<List<BlockHeader>> single(Bytes32 hash, long number) {
    return (server, reply) -> {
      List<BlockHeader> headers = decode(reply, 1);
      BlockHeader header = headers.getFirst();
      if (!header.hash().equals(hash)) {
        throw InvalidAnswerException.lie("asked for header " + hash + ", got " + header.hash());
      }
      if (header.number() != number) {
        throw InvalidAnswerException.lie(
            "header %s has number %d, not %d as announced"
                .formatted(hash, header.number(), number));
      }
      return headers;
    };
  }

  /** One header of this number. */
  static Ask.AnswerCheck<BlockHeader> numbered(long number) {
    return (server, reply) -> {
      BlockHeader header = decode(reply, 1).getFirst();
      requireNumber(header, number);
      return header;
    };
  }

  /** Linked headers from {@code top} downwards. */
  static Ask.AnswerCheck<List<BlockHeader>> descending(long top, int amount) {
    return (server, reply) -> {
      List<BlockHeader> headers = decode(reply, amount);
      for (int i = 0; i < headers.size(); i++) {
        requireNumber(headers.get(i), top - i);
        if (i > 0) {
          requireLink(headers.get(i), headers.get(i - 1));
        }
      }
      return headers;
    };
  }

  /** Linked headers from {@code from} upwards, with their seals. */
  Ask.AnswerCheck<List<BlockHeader>> ascending(long from, int amount, boolean nearHead) {
    return (server, reply) -> {
      List<BlockHeader> headers = decode(reply, amount);
      for (int i = 0; i < headers.size(); i++) {
        requireNumber(headers.get(i), from + i);
        if (i > 0) {
          requireLink(headers.get(i - 1), headers.get(i));
        }
      }
      checkSeals(headers, everySeal || nearHead);
      return headers;
    };
  }

  private void checkSeals(List<BlockHeader> headers, boolean all) throws InvalidAnswerException {
    int next = all ? 0 : random.nextInt(SEAL_SAMPLE);
    int step = all ? 1 : SEAL_SAMPLE;
    int last = headers.size() - 1;
    for (int i = next; i < last; i += step) {
      checkSeal(headers.get(i));
    }
    checkSeal(headers.get(last));
  }

  private void checkSeal(BlockHeader header) throws InvalidAnswerException {
    try {
      rules.verifySeal(header);
    } catch (InvalidBlockException e) {
      throw InvalidAnswerException.lie(
          "header %d %s: %s".formatted(header.number(), header.hash(), e.getMessage()));
    }
  }

  private static List<BlockHeader> decode(LesMessage.Reply reply, int amount)
      throws InvalidAnswerException {
    if (!(reply instanceof LesMessage.BlockHeaders answer)) {
      throw InvalidAnswerException.lie("a reply of another kind: code " + reply.code());
    }
    if (answer.headers().size() > amount) {
      throw InvalidAnswerException.lie(
          "%d headers where %d were asked for".formatted(answer.headers().size(), amount));
    }
    if (answer.headers().size() < amount) {
      throw InvalidAnswerException.unhelpful(
          "%d headers where %d were asked for".formatted(answer.headers().size(), amount));
    }
    List<BlockHeader> headers = new ArrayList<>(amount);
    try {
      for (Bytes encoded : answer.headers()) {
        headers.add(BlockHeader.decode(encoded));
      }
    } catch (RlpException | IllegalArgumentException e) {
      throw InvalidAnswerException.lie("a malformed header: " + e.getMessage());
    }
    return headers;
  }

  private static void requireNumber(BlockHeader header, long number) throws InvalidAnswerException {
    if (header.number() != number) {
      throw InvalidAnswerException.lie(
          "header number %d where %d was asked for".formatted(header.number(), number));
    }
  }

  private static void requireLink(BlockHeader parent, BlockHeader child)
      throws InvalidAnswerException {
    if (!child.parentHash().equals(parent.hash())) {
      throw InvalidAnswerException.lie(
          "header %d is not the child of the one before it".formatted(child.number()));
    }
  }
}
