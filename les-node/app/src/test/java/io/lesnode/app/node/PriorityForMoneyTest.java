package io.lesnode.app.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.app.config.EndpointSettings;
import io.lesnode.app.config.HttpSettings;
import io.lesnode.app.config.LightServeSettings;
import io.lesnode.app.config.PeerSettings;
import io.lesnode.app.config.VipServeSettings;
import io.lesnode.les.client.LightClient;
import io.lesnode.les.client.ServerInfo;
import io.lesnode.payment.EtherUnits;
import io.lesnode.payment.MethodId;
import io.lesnode.payment.ledger.AccountKind;
import io.lesnode.payment.ledger.Statement;
import io.lesnode.payment.signing.MemorySigner;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.TransactionType;
import io.lesnode.primitives.config.Genesis;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.vip.VipClient;
import io.lesnode.vip.VipOptions;
import io.lesnode.vip.VipServer;
import io.lesnode.vipnode.client.BuyerView;
import io.lesnode.vipnode.client.Demand;
import io.lesnode.vipnode.client.HistoryEntry;
import io.lesnode.vipnode.client.QuoteAnswer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Test E1 of docs/vip.md as a node has it: a dev chain whose server sells, and a light client that
 * knows its enode URL and nothing else. Trial, quote, deposit, cheque, ten times the capacity and
 * more, notice, a second cheque by itself; the cheques are cashed on the chain, the deal is closed,
 * and the books balance.
 */
class PriorityForMoneyTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final UInt256 GWEI = UInt256.valueOf(1_000_000_000L);
  private static final KeyPair PURSE = KeyPair.ofSecret(Bytes32.repeat((byte) 0x61));

  /** The first prepayment lasts 64 s at this factor, so that it runs low after a few seconds. */
  private static final int FACTOR = 14;

  @TempDir Path folder;

  @Test
  void fromTheTrialToTheCashedCheque() throws Exception {
    try (FullNode node = sellingNode()) {
      VipServer till = node.vip().orElseThrow();
      try (RpcClient rpc = new RpcClient(node.endpoints().http().orElseThrow())) {
        give(rpc, "1ether", PURSE);
      }
      try (VipClient vip = buyer(node.endpoints().enode())) {
        until(vip, () -> count(vip, HistoryEntry.Kind.DEPOSIT) == 1);
        until(vip, () -> count(vip, HistoryEntry.Kind.RECEIPT) >= 1);
        BuyerView view = vip.status().servers().getFirst();
        long least = view.terms().orElseThrow().minCapacity();
        assertThat(view.terms().orElseThrow().trialLeftSeconds()).isPositive();
        until(vip, () -> bufferLimit(vip.client()) >= 10 * least * 6_000);
        assertThat(vip.quote(view.server(), 0, Duration.ofHours(1)))
            .isInstanceOf(QuoteAnswer.Quoted.class);
        until(vip, () -> count(vip, HistoryEntry.Kind.RECEIPT) >= 2);
        assertThat(till.figures().counts().payments()).isGreaterThanOrEqualTo(2);
        assertThat(till.figures().counts().converted()).isEqualTo(1);
        // before the close, whose own transaction pays the server too, sometimes at once
        assertThat(till.settle()).isNotEmpty();
        until(vip, () -> books(till).total(AccountKind.CASHED).signum() < 0);
        vip.endDeal(view.server());
        until(vip, () -> count(vip, HistoryEntry.Kind.CLOSED) == 1);
        assertThat(count(vip, HistoryEntry.Kind.FAULT)).isZero();
      }
      assertThat(books(till).isBalanced()).isTrue();
      assertThat(till.history().audit().isEmpty()).isTrue();
    }
  }

  private FullNode sellingNode() {
    return DevNode.start(
        folder.resolve("dev"),
        0,
        new PeerSettings(
            true,
            "127.0.0.1",
            0,
            OptionalInt.empty(),
            Optional.empty(),
            Optional.empty(),
            "selling"),
        new LightServeSettings(100, 10),
        new HttpSettings(
            true,
            "127.0.0.1",
            0,
            List.of("eth"),
            List.of(),
            List.of("localhost"),
            50_000_000,
            Duration.ofSeconds(5),
            1),
        EndpointSettings.none(),
        Optional.of(
            new VipServeSettings(
                EtherUnits.parseAmount("0.004ether"),
                Set.of(MethodId.CHEQUE),
                Optional.of(new MemorySigner(DevNode.SELLER)),
                Map.of(MethodId.CHEQUE, DevContracts.ACCOUNT_BOOK),
                180,
                0,
                100,
                false,
                0,
                0,
                3_600, // only when this test says so
                false)));
  }

  private VipClient buyer(String enode) throws Exception {
    Demand demand =
        new Demand(
            0,
            FACTOR,
            EtherUnits.parseAmount("0.001ether"),
            3_600,
            1,
            3,
            List.of(),
            EtherUnits.parseAmount("0.1ether"),
            true);
    return VipClient.start(
        LightClient.builder()
            .genesis(Genesis.read(folder.resolve("dev/genesis.json")))
            .directory(folder.resolve("light"))
            .server(enode),
        VipOptions.builder()
            .budget("1ether/1h")
            .demand(demand)
            .signer(new MemorySigner(PURSE))
            .folder(folder.resolve("vip"))
            .build());
  }

  private static void give(RpcClient rpc, String amount, KeyPair to) {
    Transaction gift =
        Transaction.builder(TransactionType.DYNAMIC_FEE)
            .chainId(UInt256.fromHexString(rpc.result("eth_chainId").asText()))
            .nonce(
                Long.decode(
                    rpc.result(
                            "eth_getTransactionCount",
                            DevNode.FAUCET.address().toHexString(),
                            "latest")
                        .asText()))
            .maxPriorityFeePerGas(GWEI)
            .maxFeePerGas(GWEI.multiply(UInt256.valueOf(10)))
            .gasLimit(21_000)
            .to(to.address())
            .value(EtherUnits.parseAmount(amount))
            .data(Bytes.EMPTY)
            .accessList(List.of())
            .sign(DevNode.FAUCET);
    assertThat(rpc.result("eth_sendRawTransaction", gift.encoded().toHexString()).asText())
        .isEqualTo(gift.hash().toHexString());
    String hash = gift.hash().toHexString();
    await(
        () -> !rpc.result("eth_getTransactionReceipt", hash).isNull(),
        () -> "no block has " + hash);
  }

  private static Statement books(VipServer till) {
    return till.history().statement();
  }

  private static long bufferLimit(LightClient client) {
    return client.servers().stream().mapToLong(ServerInfo::bufferLimit).max().orElse(0);
  }

  private static long count(VipClient vip, HistoryEntry.Kind kind) {
    return vip.history(1_000).stream().filter(entry -> entry.kind() == kind).count();
  }

  private static void until(VipClient vip, BooleanSupplier done) {
    await(done, () -> vip.status() + "\n" + vip.history(100));
  }

  private static void await(BooleanSupplier done, Supplier<String> otherwise) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!done.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError(otherwise.get());
      }
      LockSupport.parkNanos(20_000_000);
    }
  }
}
