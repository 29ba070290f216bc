package io.lesnode.vip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lesnode.les.client.LightClient;
import io.lesnode.payment.ChainUnavailableException;
import io.lesnode.payment.ChainView;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.Transaction;
import java.nio.file.Path;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a server reads in its own store is what a light client has proven of the same chain. */
class LocalChainViewTest {
  /** Stores 42, logs topic 7, and leaves one byte of code. */
  private static final Bytes CONTRACT =
      Bytes.fromHexString("0x602a600055" + "600760006000a1" + "60016000f3");

  private static final Address NOBODY = Address.fromHex("0x" + "99".repeat(20));
  private static final Bytes32 TOPIC = Bytes32.leftPad(Bytes.of(7));

  @TempDir Path folder;

  @Test
  void saysWhatALightClientHasProven() throws Exception {
    try (ServedDevChain served = ServedDevChain.open(folder).listen()) {
      Transaction creation = served.mine(null, UInt256.ZERO, CONTRACT);
      for (int i = 0; i < 7; i++) {
        served.mine(NOBODY, UInt256.ONE, Bytes.EMPTY);
      }
      ChainView local = new LocalChainView(served.chain, served.pool);
      try (LightClient client = served.synced(folder.resolve("light"))) {
        ChainView proven = new LesChainView(client);
        long head = proven.head().number();
        Address contract =
            local
                .logs(
                    local
                        .inclusion(creation.hash())
                        .orElseThrow()
                        .receipt()
                        .logs()
                        .getFirst()
                        .address(),
                    TOPIC,
                    0,
                    head)
                .getFirst()
                .address();
        Address faucet = ServedDevChain.FAUCET.address();
        List<UInt256> slots = List.of(UInt256.ONE, UInt256.ZERO);
        assertThat(local.head()).isEqualTo(proven.head());
        assertThat(local.chainId()).isEqualTo(proven.chainId());
        assertThat(local.genesisHash()).isEqualTo(proven.genesisHash());
        assertThat(local.nextNonce(faucet)).isEqualTo(proven.nextNonce(faucet));
        assertThat(local.logs(contract, TOPIC, 0, head))
            .isEqualTo(proven.logs(contract, TOPIC, 0, head));
        assertThat(local.logs(contract, Bytes32.ZERO, 0, head)).isEmpty();
        assertThat(local.inclusion(creation.hash())).isEqualTo(proven.inclusion(creation.hash()));
        assertThat(local.inclusion(Bytes32.ZERO)).isEmpty();
        assertThat(local.storage(contract, slots, head))
            .containsExactly(UInt256.ZERO, UInt256.valueOf(42));
        for (long number = 0; number <= head; number++) {
          assertThat(local.blockHash(number)).isEqualTo(proven.blockHash(number));
          assertThat(local.storage(contract, slots, number))
              .isEqualTo(proven.storage(contract, slots, number));
          assertThat(local.codeHash(contract, number)).isEqualTo(proven.codeHash(contract, number));
          assertThat(local.balance(NOBODY, number)).isEqualTo(proven.balance(NOBODY, number));
          assertThat(local.nonce(faucet, number)).isEqualTo(proven.nonce(faucet, number));
        }
      }
    }
  }

  @Test
  void saysWhyThereIsNoAnswer() {
    try (ServedDevChain served = ServedDevChain.open(folder)) {
      ChainView local = new LocalChainView(served.chain, served.pool);
      assertThatThrownBy(() -> local.balance(NOBODY, 5))
          .isInstanceOf(ChainUnavailableException.class)
          .hasMessageContaining("block 5");
      assertThatThrownBy(() -> local.send(Bytes.of(1)))
          .isInstanceOf(ChainUnavailableException.class)
          .hasMessageContaining("no signed transaction");
    }
  }
}
