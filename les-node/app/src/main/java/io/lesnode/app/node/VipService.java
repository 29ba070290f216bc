package io.lesnode.app.node;

import io.lesnode.app.config.VipServeSettings;
import io.lesnode.chain.blocks.Blockchain;
import io.lesnode.chain.pool.TxPool;
import io.lesnode.contracts.ContractArtifact;
import io.lesnode.les.server.LesServer;
import io.lesnode.payment.ChainHead;
import io.lesnode.payment.ChainUnavailableException;
import io.lesnode.payment.ChainView;
import io.lesnode.payment.MethodId;
import io.lesnode.payment.PaymentMethod;
import io.lesnode.payment.Settlement;
import io.lesnode.payment.SettlementPolicy;
import io.lesnode.payment.Signer;
import io.lesnode.payment.SignerException;
import io.lesnode.payment.cheque.AccountBook2;
import io.lesnode.payment.cheque.ChequeMethod;
import io.lesnode.payment.cheque.ChequeSettings;
import io.lesnode.payment.ledger.DurableBatches;
import io.lesnode.payment.ledger.Ledger;
import io.lesnode.payment.ledger.LedgerStoreException;
import io.lesnode.payment.lottery.LotteryContract;
import io.lesnode.payment.lottery.LotteryLimits;
import io.lesnode.payment.lottery.LotteryMethod;
import io.lesnode.payment.raw.RawMethod;
import io.lesnode.payment.rocks.RocksLedgerStore;
import io.lesnode.payment.signing.ExternalSigner;
import io.lesnode.payment.subscription.SubscriptionContract;
import io.lesnode.payment.subscription.SubscriptionMethod;
import io.lesnode.payment.subscription.SubscriptionPolicy;
import io.lesnode.payment.testmoney.TestMoneyMethod;
import io.lesnode.payment.transactions.SettlementRunner;
import io.lesnode.payment.transactions.Transactor;
import io.lesnode.payment.transactions.TransactorSettings;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.crypto.Keccak;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.vip.LocalChainView;
import io.lesnode.vip.VipServer;
import io.lesnode.vip.VipServerConfig;
import io.lesnode.vip.VipSettlements;
import io.lesnode.vipnode.price.ServicePrice;
import io.lesnode.vipnode.server.SaleSettings;
import io.lesnode.vipnode.wire.OfferTerms;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/** Starts the vip server of a full node with its books and its methods of payment. Stateless. */
final class VipService {
  /** The folder of the books below the data folder. */
  static final String FOLDER = "vip.ledger";

  /** What one payer of test money has in total. */
  private static final UInt256 TEST_LIMIT_WEI = UInt256.valueOf(10).pow(21);

  /** What a subscription promises: ten times the least capacity. */
  private static final long SUBSCRIBED_UNITS = 10;

  private VipService() {}

  /**
   * Starts selling; all parts end with the node, before the LES server.
   *
   * @throws NodeFailure if the books or a contract cannot be used
   */
  static VipServer start(
      VipServeSettings vip,
      LesServer les,
      Blockchain chain,
      TxPool pool,
      KeyPair nodeKey,
      Path datadir,
      Optional<PoolHosting> hosting,
      Parts parts) {
    Path folder = datadir.resolve(FOLDER);
    ChainView view = new LocalChainView(chain, pool);
    try {
      Ledger ledger = parts.add("books", Ledger.open(RocksLedgerStore.open(folder)));
      List<PaymentMethod> methods = methods(vip, view, les);
      hosting.map(PoolHosting::method).ifPresent(methods::add);
      InstantSource clock = InstantSource.system();
      VipServer server =
          parts.add(
              "vip server",
              VipServer.start(
                  config(vip),
                  new VipServer.Parts(
                      les,
                      ledger,
                      methods,
                      vip.account(),
                      nodeKey,
                      view.chainId(),
                      view.genesisHash(),
                      clock,
                      settlements(vip, methods, view, ledger.durableBatches(clock)))));
      hosting.ifPresent(part -> part.sellWith(server));
      server.onHead(LocalChainView.headOf(chain.head().header()));
      parts.add(
          "heads of the vip server",
          chain.onHeadChange(
              change -> server.onHead(LocalChainView.headOf(change.newHead().header()))));
      return server;
    } catch (LedgerStoreException | IllegalArgumentException damaged) {
      throw new NodeFailure(
          "the books in " + folder + " cannot be used",
          String.valueOf(damaged.getMessage()),
          "Put back a copy of that folder; without it, what clients paid is not known here",
          damaged);
    }
  }

  static VipServerConfig config(VipServeSettings vip) {
    long guaranteed = vip.trialSharePercent() > 0 ? vip.trialSeconds() : 0;
    return VipServerConfig.DEFAULT
        .withSale(SaleSettings.DEFAULT.withTrial(vip.trialSeconds(), guaranteed))
        .withHourPrice(vip.hourPriceWei())
        .withCapacity(vip.maxSharePercent(), vip.auction())
        .withExpiry(vip.expirySeconds())
        .withSettlement(vip.settleSeconds(), vip.settleAtEnd());
  }

  private static List<PaymentMethod> methods(VipServeSettings vip, ChainView view, LesServer les) {
    List<PaymentMethod> methods = new ArrayList<>();
    for (MethodId id : MethodId.values()) {
      if (vip.methods().contains(id)) {
        method(id, vip, view, les).ifPresent(methods::add);
      }
    }
    return methods;
  }

  private static Optional<PaymentMethod> method(
      MethodId id, VipServeSettings vip, ChainView view, LesServer les) {
    return switch (id) {
      case TEST -> Optional.of(new TestMoneyMethod(TEST_LIMIT_WEI));
      case CHEQUE -> Optional.of(cheques(vip, view));
      case LOTTERY -> Optional.of(lotteries(vip, view));
      case SUBSCRIPTION -> Optional.of(subscriptions(vip, view, les));
      case RAW -> Optional.of(new RawMethod(payee(vip), vip.confirmations(), view));
      case POOL -> Optional.empty(); // added by whoever joins pools
      case TICKET, PAYWORD -> throw new IllegalStateException("not offered: " + id);
    };
  }

  private static Address payee(VipServeSettings vip) {
    return vip.account().map(Signer::address).orElseThrow();
  }

  private static Address contract(VipServeSettings vip, MethodId id) {
    Address address = vip.contracts().get(id);
    if (address == null) {
      throw new IllegalStateException("the flags let nothing through without its contract");
    }
    return address;
  }

  private static ChequeMethod cheques(VipServeSettings vip, ChainView view) {
    ChequeSettings standard = ChequeSettings.standard(payee(vip));
    Address contract = contract(vip, MethodId.CHEQUE);
    Bytes32 unused = trusted(ContractArtifact.ACCOUNT_BOOK_2, view, contract, MethodId.CHEQUE);
    return new ChequeMethod(
        new AccountBook2(view.chainId(), contract),
        new ChequeSettings(payee(vip), vip.confirmations(), standard.mostUncashedWei()),
        view,
        // Closes are signed on the ledger loop, which waits for no other program.
        vip.account().filter(signer -> !(signer instanceof ExternalSigner)));
  }

  private static LotteryMethod lotteries(VipServeSettings vip, ChainView view) {
    LotteryLimits standard = LotteryLimits.standard();
    Address contract = contract(vip, MethodId.LOTTERY);
    return new LotteryMethod(
        new LotteryContract(view.chainId(), contract),
        trusted(ContractArtifact.LOTTERY_BOOK_2, view, contract, MethodId.LOTTERY),
        payee(vip),
        view,
        new LotteryLimits(
            vip.confirmations(),
            standard.marginBlocks(),
            standard.hostileBlocks(),
            standard.maxPotWei()));
  }

  private static SubscriptionMethod subscriptions(
      VipServeSettings vip, ChainView view, LesServer les) {
    Address contract = contract(vip, MethodId.SUBSCRIPTION);
    long capacity = SUBSCRIBED_UNITS * les.serverInfo().minimumCapacity();
    SubscriptionPolicy standard =
        SubscriptionPolicy.of(ServicePrice.tokensPerSecond(OfferTerms.Factors.DEFAULT, capacity));
    return new SubscriptionMethod(
        new SubscriptionContract(contract),
        trusted(ContractArtifact.SUBSCRIPTION, view, contract, MethodId.SUBSCRIPTION),
        payee(vip),
        view,
        new SubscriptionPolicy(
            standard.tokensPerSecond(),
            standard.epochSeconds(),
            vip.confirmations(),
            standard.acknowledgeAfterSeconds(),
            standard.acknowledgeMany()));
  }

  /**
   * The code that a contract must have: that of the committed sources. A node that would be paid
   * through another contract does not start.
   */
  private static Bytes32 trusted(
      ContractArtifact artifact, ChainView view, Address contract, MethodId method) {
    Bytes32 expected = Keccak.keccak256(artifact.deployedBytecode());
    String found;
    try {
      Bytes32 hash = view.codeHash(contract, view.head().number());
      if (hash.equals(expected)) {
        return expected;
      }
      found = "its code has the hash " + hash + " instead of " + expected;
    } catch (ChainUnavailableException unreadable) {
      found = String.valueOf(unreadable.getMessage());
    }
    throw new NodeFailure(
        "the contract of " + method.text() + " at " + contract + " cannot be trusted",
        found,
        "Correct --vip.contract, import a newer chain, or leave "
            + method.text()
            + " out of --vip.methods",
        null);
  }

  private static VipSettlements settlements(
      VipServeSettings vip, List<PaymentMethod> methods, ChainView view, DurableBatches records) {
    if (vip.account().isEmpty()) {
      return VipSettlements.none();
    }
    TransactorSettings settings =
        TransactorSettings.standard().withConfirmations(vip.confirmations() + 1);
    Transactor transactor = new Transactor(vip.account().get(), view, records, settings);
    return new Settling(view, new SettlementRunner(methods, transactor, view, records));
  }

  /** The runner as the vip server calls it. */
  private record Settling(ChainView view, SettlementRunner runner) implements VipSettlements {
    @Override
    public void onHead(ChainHead head) throws ChainUnavailableException, SignerException {
      runner.onHead(head);
    }

    @Override
    public List<Settlement> settle(boolean everything, long nowSeconds)
        throws ChainUnavailableException, SignerException {
      SettlementPolicy policy = SettlementPolicy.standard(view.gasPriceWei());
      return runner.settle(everything ? policy.settlingEverything() : policy, nowSeconds);
    }

    @Override
    public List<Settlement> running() {
      return runner.running();
    }
  }
}
