package io.lesnode.les.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.les.wire.LesMessage.CodeQuery;
import io.lesnode.les.wire.LesMessage.ProofQuery;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.config.Genesis;
import io.lesnode.primitives.crypto.Keccak;
import io.lesnode.primitives.testing.Vectors;
import java.nio.file.Path;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateServerTest {

  private static final StopSignal NEVER = () -> false;

  @TempDir Path directory;

  /** geth up to 1.12.0 names an account by its hash, later versions by its address. */
  @Test
  void acceptsAddresses() {
    Path folder = Vectors.folder("chains/london-small");
    Address contract =
        Genesis.read(folder.resolve("genesis.json")).alloc().entrySet().stream()
            .filter(entry -> !entry.getValue().code().isEmpty())
            .map(java.util.Map.Entry::getKey)
            .findFirst()
            .orElseThrow();
    try (ImportedChain chain = new ImportedChain(directory, folder)) {
      ServedChain served = chain.served();
      BlockHeader head = served.head().header();
      List<Bytes> byHash = codes(served, head, contract.hash());
      assertThat(byHash).hasSize(1);
      assertThat(codes(served, head, contract.bytes())).isEqualTo(byHash);
      Bytes32 slot = Keccak.keccak256(Bytes32.ZERO);
      assertThat(proofs(served, head, contract.bytes(), slot))
          .isEqualTo(proofs(served, head, contract.hash(), slot));
    }
  }

  private static List<Bytes> codes(ServedChain served, BlockHeader head, Bytes accountKey) {
    try (ServedView view = served.openView()) {
      StateServer state = new StateServer(view, true, NEVER);
      List<Bytes> codes = state.codes(List.of(new CodeQuery(head.hash(), accountKey)));
      assertThat(state.invalidItems()).isZero();
      return codes == null ? List.of() : codes;
    }
  }

  private static List<Bytes> proofs(
      ServedChain served, BlockHeader head, Bytes accountKey, Bytes32 key) {
    try (ServedView view = served.openView()) {
      StateServer state = new StateServer(view, true, NEVER);
      List<Bytes> nodes = state.proofs(List.of(new ProofQuery(head.hash(), accountKey, key, 0)));
      assertThat(state.invalidItems()).isZero();
      return nodes == null ? List.of() : nodes;
    }
  }

  /** A server that prunes refuses states 128 blocks below its head, and counts the attempt. */
  @Test
  void refusesStaleStates() {
    Path folder = Vectors.folder("chains/london-small");
    try (ImportedChain chain = new ImportedChain(directory, folder)) {
      ServedChain served = chain.served();
      long head = served.head().header().number();
      try (ServedView view = served.openView()) {
        for (long depth : new long[] {127, 128}) {
          StateServer state = new StateServer(view, false, NEVER);
          Bytes32 block = view.canonicalHash(head - depth).orElseThrow();
          List<Bytes> nodes =
              state.proofs(List.of(new ProofQuery(block, Bytes.EMPTY, Bytes32.ZERO, 0)));
          assertThat(nodes == null || nodes.isEmpty()).isEqualTo(depth == 128);
          assertThat(state.invalidItems()).isEqualTo(depth == 128 ? 1 : 0);
        }
      }
    }
  }
}
