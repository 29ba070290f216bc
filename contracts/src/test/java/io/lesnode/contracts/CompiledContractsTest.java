package io.lesnode.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lesnode.contracts.testing.ContractChain;
import io.lesnode.contracts.testing.NodeTools;
import io.lesnode.contracts.wrapper.AccountBook;
import io.lesnode.contracts.wrapper.AccountBook2;
import io.lesnode.contracts.wrapper.LotteryBook2;
import io.lesnode.contracts.wrapper.Subscription;
import io.lesnode.contracts.wrapper.VipnodePool2;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.crypto.Keccak;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The committed artifacts are what the sources compile to, and the wrappers what they wrap. */
class CompiledContractsTest {
  private static final Map<ContractArtifact, String> WRAPPED =
      Map.of(
          ContractArtifact.ACCOUNT_BOOK, AccountBook.BINARY,
          ContractArtifact.ACCOUNT_BOOK_2, AccountBook2.BINARY,
          ContractArtifact.LOTTERY_BOOK_2, LotteryBook2.BINARY,
          ContractArtifact.SUBSCRIPTION, Subscription.BINARY,
          ContractArtifact.VIPNODE_POOL_2, VipnodePool2.BINARY);

  /** Skipped, saying so, without Node or a network to fetch the compilers from. */
  @Test
  void artifactsAreWhatTheirSourcesCompileTo() {
    Optional<String> missing = NodeTools.missing();
    assumeTrue(missing.isEmpty(), () -> "skipped: " + missing.orElseThrow());

    NodeTools.Finished check =
        NodeTools.run(
            "compile.mjs", "--check", "--module", Path.of("").toAbsolutePath().toString());

    assertThat(check.code()).as(check.output()).isZero();
    assertThat(check.output()).contains("AccountBook2: all right", "AccountBook: all right");
  }

  @Test
  void aDeploymentHasTheCodeHashOfItsArtifact() {
    ContractChain chain = ContractChain.shanghai();
    ContractArtifact book = ContractArtifact.ACCOUNT_BOOK_2;

    Address address = chain.deploy(chain.account(1), book.bytecode());

    assertThat(chain.codeHash(address, chain.number())).isEqualTo(book.deployedCodeHash());
    assertThat(chain.code(address)).isEqualTo(book.deployedBytecode());
    WRAPPED
        .keySet()
        .forEach(
            artifact ->
                assertThat(Keccak.keccak256(artifact.deployedBytecode()))
                    .as(artifact.name())
                    .isEqualTo(artifact.deployedCodeHash()));
  }

  @Test
  void wrappersCarryTheCommittedBytecode() {
    WRAPPED.forEach(
        (artifact, binary) ->
            assertThat(binary).as(artifact.name()).isEqualTo(artifact.bytecode().toHexString()));
  }
}
