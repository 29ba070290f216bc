package io.lesnode.vip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lesnode.les.client.LightClient;
import io.lesnode.payment.ChainHead;
import io.lesnode.payment.ChainUnavailableException;
import io.lesnode.payment.ChainView;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.EmptyHashes;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.TransactionType;
import io.lesnode.primitives.crypto.Keccak;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.rlp.RLP;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a payer sees of the chain comes from a server over LES, with proofs, and from nowhere else.
 */
final class LesChainViewTest {
  /** Stores 42 in slot 0, logs with topic 7, and has one byte of code: STOP. */
  private static final Bytes CONTRACT =
      Bytes.fromHexString("0x602a600055" + "600760006000a1" + "60016000f3");

  private static final Address NOBODY = Address.fromHex("0x" + "99".repeat(20));
  private static final Bytes32 TOPIC = Bytes32.leftPad(Bytes.of(7));

  @TempDir Path folder;

  @Test
  void readsAContractThatTheServerCannotLieAbout() throws Exception {
    try (ServedDevChain served = ServedDevChain.open(folder).listen()) {
      Transaction creation = served.mine(null, UInt256.ZERO, CONTRACT);
      Address contract = created(creation);
      for (int i = 0; i < 7; i++) {
        served.mine(NOBODY, UInt256.ONE, Bytes.EMPTY);
      }
      try (LightClient client = served.synced(folder.resolve("light"))) {
        ChainView view = new LesChainView(client);
        ChainHead head = view.head();

        assertThat(view.chainId()).isEqualTo(1337);
        assertThat(view.genesisHash()).isEqualTo(served.chain.genesis().hash());
        assertThat(head.hash()).isEqualTo(served.chain.head().hash());
        assertThat(view.storage(contract, List.of(UInt256.ONE, UInt256.ZERO), head.number() - 6))
            .containsExactly(UInt256.ZERO, UInt256.valueOf(42));
        assertThat(view.storage(contract, List.of(UInt256.ZERO), 0)).containsExactly(UInt256.ZERO);
        assertThat(view.codeHash(contract, head.number())).isEqualTo(Keccak.keccak256(Bytes.of(0)));
        assertThat(view.codeHash(NOBODY, head.number())).isEqualTo(EmptyHashes.CODE);
        assertThat(view.balance(NOBODY, head.number())).isEqualTo(UInt256.valueOf(7));
        assertThat(view.balance(NOBODY, head.number() - 6)).isEqualTo(UInt256.ONE);
        assertThat(view.nextNonce(ServedDevChain.FAUCET.address())).isEqualTo(8);
        assertThat(view.logs(contract, TOPIC, 0, head.number()))
            .singleElement()
            .satisfies(log -> assertThat(log.address()).isEqualTo(contract));
        assertThat(view.logs(contract, Bytes32.ZERO, 0, head.number())).isEmpty();
        ChainView.Inclusion inclusion = view.inclusion(creation.hash()).orElseThrow();
        assertThat(inclusion.block().number()).isEqualTo(1);
        assertThat(inclusion.receipt().success()).isTrue();
        assertThat(inclusion.transaction().hash()).isEqualTo(creation.hash());
        assertThat(view.gasPriceWei())
            .isBetween(UInt256.valueOf(1), UInt256.valueOf(4_000_000_000L));
      }
    }
  }

  @Test
  void sendsATransactionAndSeesItInABlock() throws Exception {
    try (ServedDevChain served = ServedDevChain.open(folder).listen();
        LightClient client = served.synced(folder.resolve("light"))) {
      ChainView view = new LesChainView(client);
      Transaction transfer =
          Transaction.builder(TransactionType.DYNAMIC_FEE)
              .chainId(UInt256.valueOf(view.chainId()))
              .nonce(view.nextNonce(ServedDevChain.FAUCET.address()))
              .maxPriorityFeePerGas(UInt256.valueOf(1_000_000_000L))
              .maxFeePerGas(view.gasPriceWei())
              .gasLimit(21_000)
              .to(NOBODY)
              .value(UInt256.valueOf(5))
              .sign(ServedDevChain.FAUCET);

      Bytes32 hash = view.send(transfer.encoded());

      assertThat(hash).isEqualTo(transfer.hash());
      assertThat(view.inclusion(hash)).isEmpty();
      assertThat(view.nextNonce(ServedDevChain.FAUCET.address())).isEqualTo(1);
      assertThat(served.seal()).isNotNull();
      served.awaitHead(client);
      UInt256 balanceBefore = view.balance(transfer.sender(), view.head().number() - 1);
      UInt256 balanceAfter = view.balance(transfer.sender(), view.head().number());
      UInt256 feeWei = view.inclusion(hash).orElseThrow().feeWei();
      // the faucet also sealed the block: what it paid came back but for the burnt base fee
      UInt256 burntWei =
          UInt256.valueOf(21_000)
              .multiply(Objects.requireNonNull(served.chain.head().header().baseFeePerGas()));
      assertThat(balanceBefore.subtract(balanceAfter)).isEqualTo(burntWei.add(5));
      assertThat(feeWei.subtract(burntWei)).isEqualTo(UInt256.valueOf(21_000_000_000_000L));
      assertThat(view.nonce(transfer.sender(), 0)).isZero();
      assertThat(view.nonce(transfer.sender(), 1)).isEqualTo(1);
      assertThat(view.balance(NOBODY, view.head().number())).isEqualTo(UInt256.valueOf(5));
    }
  }

  @Test
  void saysWhyThereIsNoAnswer() throws Exception {
    try (ServedDevChain served = ServedDevChain.open(folder).listen();
        LightClient client = served.synced(folder.resolve("light"));
        LightClient lonely = LightClient.builder().genesis(served.genesis).start()) {
      ChainView view = new LesChainView(client);

      assertThatThrownBy(() -> view.balance(NOBODY, 1_000))
          .isInstanceOf(ChainUnavailableException.class)
          .hasMessageContaining("above the head");
      assertThatThrownBy(() -> view.send(Bytes.fromHexString("0xc0")))
          .isInstanceOf(ChainUnavailableException.class)
          .hasMessageContaining("no signed transaction");
      assertThatThrownBy(() -> new LesChainView(lonely).head())
          .isInstanceOf(ChainUnavailableException.class)
          .hasMessageContaining("not synchronised");
    }
  }

  private static Address created(Transaction creation) {
    Bytes data =
        RLP.encodeList(
            fields -> {
              fields.writeValue(creation.sender().bytes());
              fields.writeLong(creation.nonce());
            });
    return new Address(Keccak.keccak256(data).slice(12, Address.SIZE_BYTES));
  }
}
