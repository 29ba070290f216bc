package io.lesnode.vip;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.contracts.ContractArtifact;
import io.lesnode.les.client.LightClient;
import io.lesnode.les.client.ServerInfo;
import io.lesnode.payment.MethodId;
import io.lesnode.payment.PaymentMethod;
import io.lesnode.payment.cheque.AccountBook2;
import io.lesnode.payment.cheque.ChequeMethod;
import io.lesnode.payment.cheque.ChequeSettings;
import io.lesnode.payment.ledger.AccountId;
import io.lesnode.payment.ledger.Ledger;
import io.lesnode.payment.ledger.MemoryLedgerStore;
import io.lesnode.payment.signing.MemorySigner;
import io.lesnode.payment.testmoney.TestMoneyMethod;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.crypto.Keccak;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.vipnode.client.BuyerView;
import io.lesnode.vipnode.client.Demand;
import io.lesnode.vipnode.client.HistoryEntry;
import io.lesnode.vipnode.client.QuoteAnswer;
import java.nio.file.Path;
import java.time.Duration;
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
 * Test E1 of docs/vip.md in short, over real sockets: a light client and a server that know nothing
 * of each other but an enode URL, and a chain that the client reads through that server.
 */
final class BuyingTest {
  private static final UInt256 ETHER = UInt256.valueOf(1_000_000_000_000_000_000L);
  private static final KeyPair PAYEE = KeyPair.ofSecret(Bytes32.repeat((byte) 0x51));
  private static final KeyPair PAYER = KeyPair.ofSecret(Bytes32.repeat((byte) 0x52));

  /** The first prepayment lasts 64 s at this factor, so that it runs low after a few seconds. */
  private static final int FACTOR = 14;

  @TempDir Path folder;

  private static Demand demand(UInt256 autoDepositWei) {
    return new Demand(
        0, FACTOR, Demand.DEFAULT_MAX_PRICE, 3_600, 1, 3, List.of(), autoDepositWei, true);
  }

  @Test
  void buysWithTestMoneyFromTheTrialToTheTopUp() throws Exception {
    try (ServedDevChain served = ServedDevChain.open(folder);
        Ledger books = Ledger.open(new MemoryLedgerStore());
        VipServer seller = seller(served, books, new TestMoneyMethod(ETHER))) {
      served.mine(PAYER.address(), ETHER, Bytes.EMPTY); // something to serve
      served.listen(seller);
      VipOptions options =
          VipOptions.builder()
              .budget("1ether/1h")
              .demand(demand(UInt256.ZERO))
              .signer(new MemorySigner(PAYER))
              .method(MethodId.TEST, PayerSource.testMoney(ETHER))
              .build();
      try (VipClient vip = VipClient.start(served.light(folder.resolve("light")), options)) {
        Bytes32 server = served.nodeId();
        until(served, vip, () -> view(vip, server).capacity() > 0 && paid(vip) > 0);
        QuoteAnswer quote = vip.quote(server, 0, Duration.ofHours(1));
        assertThat(quote).isInstanceOf(QuoteAnswer.Quoted.class);
        until(served, vip, () -> paid(vip) >= 2);

        assertThat(vip.status().spentWei()).isGreaterThan(UInt256.ZERO);
        assertThat(bufferLimit(vip.client()))
            .as("LES was told the capacity too")
            .isGreaterThanOrEqualTo(view(vip, server).capacity() * 6_000 * 9 / 10);
        assertThat(books.issued(id(vip))).isPositive();
        vip.endDeal(server);
        until(served, vip, () -> view(vip, server).state().contains("closed"));
        assertThat(kinds(vip))
            .contains(
                HistoryEntry.Kind.PAID,
                HistoryEntry.Kind.RECEIPT,
                HistoryEntry.Kind.CAPACITY,
                HistoryEntry.Kind.CLOSED)
            .doesNotContain(HistoryEntry.Kind.FAULT);
      }
    }
  }

  @Test
  void depositsAndPaysByChequesOverAChainThatItReadsThroughLes() throws Exception {
    try (ServedDevChain served = ServedDevChain.open(folder);
        Ledger books = Ledger.open(new MemoryLedgerStore())) {
      Transaction creation =
          served.mine(null, UInt256.ZERO, ContractArtifact.ACCOUNT_BOOK_2.bytecode());
      AccountBook2 book = new AccountBook2(1337, created(creation));
      served.mine(PAYER.address(), ETHER, Bytes.EMPTY);
      try (VipServer seller =
          seller(
              served,
              books,
              new ChequeMethod(
                  book,
                  ChequeSettings.standard(PAYEE.address()),
                  new TestChainView(served),
                  Optional.empty()))) {
        served.chain.onHeadChange(change -> seller.onHead(TestChainView.head(served.chain)));
        served.listen(seller);
        VipOptions options =
            VipOptions.builder()
                .budget("1ether/1h")
                .demand(demand(ETHER.divide(UInt256.valueOf(10))))
                .signer(new MemorySigner(PAYER))
                .folder(folder.resolve("vip"))
                .build();
        try (VipClient vip = VipClient.start(served.light(folder.resolve("light")), options)) {
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
                  books.balance(AccountId.claim(MethodId.CHEQUE, PAYER.address().bytes())).negate())
              .isPositive();
          assertThat(view(vip, server).payableWei()).isGreaterThan(UInt256.ZERO);
        }
      }
    }
  }

  private static VipServer seller(ServedDevChain served, Ledger books, PaymentMethod method) {
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

  private static long bufferLimit(LightClient client) {
    return client.servers().stream().mapToLong(ServerInfo::bufferLimit).max().orElse(0);
  }

  private static Bytes32 id(VipClient vip) {
    return vip.client().network().self().nodeId().hash();
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
