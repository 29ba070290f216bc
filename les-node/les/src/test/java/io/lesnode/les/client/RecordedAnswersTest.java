package io.lesnode.les.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.lesnode.les.client.access.KnownState;
import io.lesnode.les.client.access.ProofPlan;
import io.lesnode.les.wire.LesCodec;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.les.wire.LesVersion;
import io.lesnode.les.wire.WireVectors;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.Transaction;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.tuweni.bytes.Bytes32;
import org.junit.jupiter.api.Test;

/**
 * What a geth server answered a geth light client, passed through our verification: every recorded
 * answer to one item is accepted, and refused for any other block.
 */
final class RecordedAnswersTest {

  @Test
  void everyRecordedAnswerVerifiesAndNoneForAnotherBlock() throws InvalidAnswerException {
    TreeMap<String, Integer> verified = new TreeMap<>();
    for (Path file : WireVectors.files()) {
      if (!file.getFileName().toString().startsWith("geth-light-client")) {
        continue;
      }
      ServedChain chain = HandshakeTest.chainOf(file).orElse(null);
      if (chain == null) {
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
        } else if (message instanceof LesMessage.Reply reply) {
          LesMessage.Request request = requests.get(reply.requestId());
          if (request != null && request.amount() == 1) {
            verify(chain, request, reply).ifPresent(kind -> verified.merge(kind, 1, Integer::sum));
          }
        }
      }
    }
    System.out.println("RecordedAnswersTest: verified " + verified);
    assertThat(verified).doesNotContainValue(0);
  }

  private static Optional<String> verify(
      ServedChain chain, LesMessage.Request request, LesMessage.Reply reply)
      throws InvalidAnswerException {
    return switch (request) {
      case LesMessage.GetBlockBodies m -> {
        Optional<BlockHeader> header = headerOf(chain, m.hashes().getFirst());
        if (header.isEmpty()) {
          yield Optional.empty();
        }
        assertThat(BlockChecks.body(header.get(), reply)).isNotNull();
        Optional<BlockHeader> other = otherBody(chain, header.get());
        if (other.isPresent()) {
          assertLie(() -> BlockChecks.body(other.get(), reply));
        }
        yield Optional.of("bodies");
      }
      case LesMessage.GetReceipts m -> {
        Optional<BlockHeader> header = headerOf(chain, m.hashes().getFirst());
        if (header.isEmpty()) {
          yield Optional.empty();
        }
        assertThat(BlockChecks.receipts(header.get(), reply)).isNotNull();
        BlockHeader other = header.get().toBuilder().receiptsRoot(Bytes32.repeat((byte) 1)).build();
        assertLie(() -> BlockChecks.receipts(other, reply));
        yield Optional.of("receipts");
      }
      case LesMessage.GetProofsV2 m -> verifyProof(chain, m.queries().getFirst(), reply);
      case LesMessage.GetBlockHeaders m -> Optional.empty();
      case LesMessage.GetCode m -> Optional.empty();
      case LesMessage.GetHelperTrieProofs m -> Optional.empty();
      case LesMessage.SendTxV2 m -> Optional.empty();
      case LesMessage.GetTxStatus m -> Optional.empty();
    };
  }

  private static Optional<String> verifyProof(
      ServedChain chain, LesMessage.ProofQuery query, LesMessage.Reply reply)
      throws InvalidAnswerException {
    Optional<BlockHeader> header = headerOf(chain, query.blockHash());
    if (header.isEmpty() || !query.accountKey().isEmpty() || query.fromLevel() != 0) {
      return Optional.empty();
    }
    LesMessage.ProofsV2 proofs = (LesMessage.ProofsV2) reply;
    Bytes32 root = header.get().stateRoot();
    // the address is not in the recording, only the hash of it
    Optional<Address> address =
        addresses(chain).filter(known -> known.hash().equals(query.key())).findFirst();
    if (address.isEmpty()) {
      return Optional.empty();
    }
    var groups = List.of(new ProofPlan.Group(address.get(), true, List.of()));
    KnownState none = new KnownState();
    assertThat(StateChecks.state(root, groups, none, proofs).accounts()).hasSize(1);
    assertLie(() -> StateChecks.state(Bytes32.repeat((byte) 1), groups, none, proofs));
    return Optional.of("account proofs");
  }

  private static Stream<Address> addresses(ServedChain chain) {
    Stream<Transaction> transactions =
        LongStream.rangeClosed(1, chain.headNumber())
            .boxed()
            .flatMap(number -> chain.body((int) (long) number).transactions().stream());
    Stream<Address> genesis = chain.genesis().alloc().keySet().stream();
    return Stream.concat(
        genesis,
        transactions
            .flatMap(tx -> Stream.of(Optional.of(tx.sender()), Optional.ofNullable(tx.to())))
            .flatMap(Optional::stream));
  }

  private interface Check {
    Object run() throws InvalidAnswerException;
  }

  private static void assertLie(Check check) {
    try {
      check.run();
    } catch (InvalidAnswerException e) {
      assertThat(e.isLie()).as(e.reason()).isTrue();
      return;
    }
    throw new AssertionError("a wrong answer was accepted");
  }

  private static Optional<BlockHeader> headerOf(ServedChain chain, Bytes32 hash) {
    return Optional.ofNullable(chain.numberOf(hash)).map(number -> chain.header(number));
  }

  /** A header of the same chain whose body is another one. */
  private static Optional<BlockHeader> otherBody(ServedChain chain, BlockHeader header) {
    for (long number = header.number() + 1; number <= chain.headNumber(); number++) {
      BlockHeader other = chain.header(number);
      if (!other.transactionsRoot().equals(header.transactionsRoot())) {
        return Optional.of(other);
      }
    }
    return Optional.empty();
  }
}
