package io.lesnode.chain.consensustests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.lesnode.chain.testing.ConsensusTestsZip;
import io.lesnode.evm.TransactionRejectedException;
import io.lesnode.evm.TransactionRules;
import io.lesnode.evm.gas.IntrinsicGas;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.InvalidSignatureException;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.config.Fork;
import io.lesnode.primitives.rlp.RlpException;
import java.util.Map;
import java.util.Optional;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;

/**
 * The official transaction tests: whether bytes are a transaction that a fork accepts, and if so
 * its hash, sender and intrinsic gas.
 */
class TransactionTestsTest {

  @Test
  void transactionTests() {
    Tally tally = new Tally();
    try (ConsensusTestsZip zip = ConsensusTestsZip.open()) {
      for (String file : zip.files("TransactionTests")) {
        for (Map.Entry<String, JsonNode> test : zip.json(file).properties()) {
          JsonNode bytes = test.getValue().path("txbytes");
          for (Map.Entry<String, JsonNode> result : test.getValue().path("result").properties()) {
            Optional<Fork> fork = StateFixture.fork(result.getKey());
            String name = result.getKey() + " of " + file;
            if (fork.isEmpty()) {
              tally.skip("fork " + result.getKey());
            } else {
              run(bytes, fork.get(), result.getValue())
                  .ifPresentOrElse(why -> tally.fail(name, why), tally::pass);
            }
          }
        }
      }
    }
    System.out.println(tally.report("TransactionTests in full"));
    assertThat(tally.failed()).isZero();
    assertThat(tally.passed()).isPositive();
  }

  private static Optional<String> run(JsonNode bytes, Fork fork, JsonNode expected) {
    boolean valid = !expected.has("exception");
    try {
      Transaction tx = Transaction.decode(Json.bytes(bytes));
      Address sender =
          TransactionRules.check(tx, fork, UInt256.ONE, fork.isAtLeast(Fork.SPURIOUS_DRAGON));
      if (!valid) {
        return Optional.of("accepted, expected " + expected.path("exception").asText());
      }
      long gas = IntrinsicGas.of(tx.data(), tx.accessList(), tx.to() == null, fork);
      boolean same =
          tx.hash().equals(Json.bytes32(expected.path("hash")))
              && sender.equals(Address.of(Json.bytes(expected.path("sender"))))
              && gas == Json.uint64(expected.path("intrinsicGas"));
      return same ? Optional.empty() : Optional.of(tx.hash() + " from " + sender + " gas " + gas);
    } catch (RlpException | InvalidSignatureException | TransactionRejectedException e) {
      return valid ? Optional.of("rejected: " + e.getMessage()) : Optional.empty();
    } catch (RuntimeException e) {
      return Optional.of("threw " + e);
    }
  }
}
