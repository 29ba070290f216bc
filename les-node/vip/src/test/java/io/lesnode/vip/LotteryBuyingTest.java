package io.lesnode.vip;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.contracts.ContractArtifact;
import io.lesnode.payment.MethodId;
import io.lesnode.payment.ledger.AccountId;
import io.lesnode.payment.ledger.Ledger;
import io.lesnode.payment.ledger.MemoryLedgerStore;
import io.lesnode.payment.lottery.LotteryContract;
import io.lesnode.payment.lottery.LotteryLimits;
import io.lesnode.payment.lottery.LotteryMethod;
import io.lesnode.payment.signing.MemorySigner;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.crypto.Keccak;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.vipnode.client.BuyerView;
import io.lesnode.vipnode.client.Demand;
import io.lesnode.vipnode.client.HistoryEntry;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.rlp.RLP;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Test E1 of docs/vip.md with a lottery, over real sockets: the client opens one on a chain that it
 * reads through LES, pays with a cheque of it, and gets the capacity.
 */
final class LotteryBuyingTest {
  private static final UInt256 ETHER = UInt256.valueOf(1_000_000_000_000_000_000L);
  private static final KeyPair PAYEE = KeyPair.ofSecret(Bytes32.repeat((byte) 0x51));
  private static final KeyPair PAYER = KeyPair.ofSecret(Bytes32.repeat((byte) 0x52));
  private static final int FACTOR = 14;

  @TempDir Path folder;

  @Test
  void paysByLotteryOverAChainThatItReadsThroughLes() throws Exception {
    try (ServedDevChain served = ServedDevChain.open(folder);
        Ledger books = Ledger.open(new MemoryLedgerStore())) {
      Transaction creation =
          served.mine(null, UInt256.ZERO, ContractArtifact.LOTTERY_BOOK_2.bytecode());
      served.mine(PAYER.address(), ETHER, Bytes.EMPTY);
      LotteryMethod method =
          new LotteryMethod(
              new LotteryContract(1337, created(creation)),
              ContractArtifact.LOTTERY_BOOK_2.deployedCodeHash(),
              PAYEE.address(),
              new TestChainView(served),
              LotteryLimits.standard());
      try (VipServer seller = seller(served, books, method)) {
        served.chain.onHeadChange(change -> seller.onHead(TestChainView.head(served.chain)));
        served.listen(seller);
        try (VipClient vip = VipClient.start(served.light(folder.resolve("light")), options())) {
          Bytes32 server = served.nodeId();
          until(served, vip, () -> kinds(vip).contains(HistoryEntry.Kind.DEPOSIT));
          until(served, vip, () -> served.seal() != null);
          for (int i = 0; i < 7; i++) {
            served.mine(PAYEE.address(), UInt256.ONE, Bytes.EMPTY);
          }
          until(
              served,
              vip,
              () ->
                  paid(vip) > 0
                      && view(vip, server).capacity()
                          > view(vip, server).terms().orElseThrow().minCapacity());
          assertThat(
                  books
                      .balance(AccountId.claim(MethodId.LOTTERY, PAYER.address().bytes()))
                      .negate())
              .isPositive();
          assertThat(kinds(vip)).doesNotContain(HistoryEntry.Kind.FAULT);
        }
      }
    }
  }

  private VipOptions options() {
    Demand demand =
        new Demand(
            0,
            FACTOR,
            Demand.DEFAULT_MAX_PRICE,
            3_600,
            1,
            3,
            List.of(MethodId.LOTTERY),
            ETHER.divide(UInt256.valueOf(10)),
            true);
    return VipOptions.builder()
        .budget("1ether/1h")
        .demand(demand)
        .signer(new MemorySigner(PAYER))
        .method(MethodId.LOTTERY, PayerSource.lotteries())
        .folder(folder.resolve("vip"))
        .build();
  }

  private static VipServer seller(ServedDevChain served, Ledger books, LotteryMethod method) {
    return VipServer.start(
        VipServerConfig.DEFAULT,
        new VipServer.Parts(
            served.les,
            books,
            List.of(method),
            Optional.of(new MemorySigner(PAYEE)),
            served.nodeKey,
            1337,
            served.chain.genesis().hash(),
            InstantSource.system(),
            VipSettlements.none()));
  }

  private static BuyerView view(VipClient vip, Bytes32 server) {
    return vip.status().servers().stream()
        .filter(view -> view.server().equals(server))
        .findFirst()
        .orElseThrow();
  }

  private static long paid(VipClient vip) {
    return kinds(vip).stream().filter(kind -> kind == HistoryEntry.Kind.RECEIPT).count();
  }

  private static List<HistoryEntry.Kind> kinds(VipClient vip) {
    return vip.history(1_000).stream().map(HistoryEntry::kind).toList();
  }

  private static void until(ServedDevChain served, VipClient vip, BooleanSupplier done) {
    long deadline = System.nanoTime() + ServedDevChain.LIMIT.toNanos();
    while (true) {
      try {
        if (done.getAsBoolean()) {
          return;
        }
      } catch (NoSuchElementException notYet) {
        assertThat(served.chain.head()).isNotNull();
      }
      if (System.nanoTime() > deadline) {
        throw new AssertionError(vip.status() + "\n" + vip.history(100));
      }
      LockSupport.parkNanos(20_000_000);
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
