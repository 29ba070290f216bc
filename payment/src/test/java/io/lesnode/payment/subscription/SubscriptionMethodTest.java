package io.lesnode.payment.subscription;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.lesnode.contracts.ContractArtifact;
import io.lesnode.contracts.testing.Abi;
import io.lesnode.contracts.testing.ContractChain;
import io.lesnode.contracts.testing.Sent;
import io.lesnode.payment.Counterparty;
import io.lesnode.payment.Credit;
import io.lesnode.payment.MethodTerms;
import io.lesnode.payment.Payer.PaymentProof;
import io.lesnode.payment.PayerException;
import io.lesnode.payment.Refusal;
import io.lesnode.payment.RefusalCode;
import io.lesnode.payment.Settlement;
import io.lesnode.payment.SettlementOutcome;
import io.lesnode.payment.SettlementPolicy;
import io.lesnode.payment.ledger.AccountId;
import io.lesnode.payment.ledger.AccountKind;
import io.lesnode.payment.ledger.DurableBatches;
import io.lesnode.payment.ledger.Ledger;
import io.lesnode.payment.ledger.LedgerBatch;
import io.lesnode.payment.ledger.MemoryLedgerStore;
import io.lesnode.payment.signing.MemorySigner;
import io.lesnode.payment.testing.ContractChainView;
import io.lesnode.payment.transactions.ContractCalls;
import io.lesnode.payment.transactions.Transactor;
import io.lesnode.payment.transactions.TransactorSettings;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.crypto.Keccak;
import io.lesnode.primitives.crypto.KeyPair;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Subscriptions, bought and served, against the contract on our own EVM. */
class SubscriptionMethodTest {
  private static final long DAY = 86_400;
  private static final long TOKENS_PER_SECOND = 16_000_000;
  private static final UInt256 PRICE = UInt256.valueOf(1_000_000_000_000_000L);

  private final ContractChain chain = ContractChain.shanghai();
  private final ContractChainView view = new ContractChainView(chain);
  private final KeyPair provider = chain.account(1);
  private final KeyPair buyer = chain.account(2);
  private final Counterparty server = peer(provider);
  private final Counterparty client = peer(buyer);
  private final Ledger books = Ledger.open(new MemoryLedgerStore());
  private SubscriptionContract contract;
  private SubscriptionMethod method;
  private SubscriptionPayer payer;

  @BeforeEach
  void deploy() throws Exception {
    Address address = chain.deploy(provider, ContractArtifact.SUBSCRIPTION.bytecode());
    chain
        .send(provider, address, Abi.call("setPlan(uint128,uint32,uint32)", PRICE, 30 * DAY, 3L))
        .succeeded();
    contract = new SubscriptionContract(address);
    Bytes32 code = ContractArtifact.SUBSCRIPTION.deployedCodeHash();
    method =
        new SubscriptionMethod(
            contract, code, provider.address(), view, SubscriptionPolicy.of(TOKENS_PER_SECOND));
    DurableBatches records =
        Ledger.open(new MemoryLedgerStore()).durableBatches(InstantSource.system());
    Transactor transactor =
        new Transactor(new MemorySigner(buyer), view, records, TransactorSettings.standard());
    payer =
        new SubscriptionPayer(
            contract,
            Set.of(code),
            client.nodeId(),
            view,
            new ContractCalls(transactor, view, records, Bytes.of('s')));
    payer.check(server, method.terms());
    chain.mine(10);
  }

  @Test
  void theSlotsAreTheContracts() throws Exception {
    SubscriptionContract.Plan plan =
        contract.plan(view, provider.address(), chain.number()).orElseThrow();
    assertThat(plan).isEqualTo(new SubscriptionContract.Plan(PRICE, 30 * DAY, 3));
    buy(2);
    Bytes member =
        chain.call(
            contract.address(),
            Abi.call("members(address,bytes32)", provider.address(), client.nodeId()));
    SubscriptionContract.Member read =
        contract.member(view, provider.address(), client.nodeId(), chain.number());
    assertThat(read.untilSeconds()).isEqualTo(Abi.word(member, 0).toLong());
    assertThat(read.boughtAtSeconds()).isEqualTo(Abi.word(member, 1).toLong());
    assertThat(read.pendingWei()).isEqualTo(Abi.word(member, 6)).isEqualTo(PRICE.multiply(2));
    assertThat(contract.plan(view, buyer.address(), chain.number())).isEmpty();
  }

  @Test
  void anEpochsTokensAreGrantedOnce() throws Exception {
    assertThat(refusal(this::receive).code()).isEqualTo(RefusalCode.INSUFFICIENT_DEPOSIT);
    buy(1);
    assertThat(refusal(this::receive).code()).isEqualTo(RefusalCode.INSUFFICIENT_DEPOSIT);
    chain.mine(6);
    assertThat(payer.isActive(server)).isTrue();
    long now = chain.timestamp();

    Credit.Grant first = receive();

    long epochEnd = now - now % 3_600 + 3_600;
    assertThat(first.untilSeconds()).isEqualTo(epochEnd);
    assertThat(first.tokens()).isEqualTo(TOKENS_PER_SECOND * (epochEnd - now));
    assertThat(books.issued(client.nodeId())).isEqualTo(first.tokens());
    Refusal again = refusal(this::receive);
    assertThat(again.code()).isEqualTo(RefusalCode.STALE);
    assertThat(again.retryAfterSeconds()).isEqualTo((int) (epochEnd - now));

    to(epochEnd);
    Credit.Grant second = receive();
    assertThat(second.untilSeconds()).isEqualTo(epochEnd + 3_600);
    assertThat(second.tokens())
        .isEqualTo(TOKENS_PER_SECOND * (epochEnd + 3_600 - chain.timestamp()));
    // nothing of it is money, so nothing can be sold back
    assertThat(books.balance(AccountId.client(buyer.address().bytes()))).isZero();
    assertThat(books.balance(AccountId.tokensIssued(client.nodeId()))).isZero();
  }

  @Test
  void theLastEpochIsCutAndThenItIsOver() throws Exception {
    buy(1);
    chain.mine(6);
    long until = payer.member(server).untilSeconds();
    to(until - 120);
    Credit.Grant last = receive();
    assertThat(last.untilSeconds()).isLessThanOrEqualTo(until);
    assertThat(last.tokens())
        .isEqualTo(TOKENS_PER_SECOND * (last.untilSeconds() - chain.timestamp()));
    to(until);
    assertThat(refusal(this::receive).code()).isEqualTo(RefusalCode.EXPIRED);
  }

  /** vipnode v1's defect: a renewal must not lose the days that are left. */
  @Test
  void aRenewalExtends() throws Exception {
    buy(1);
    long first = payer.member(server).untilSeconds();
    assertThatExceptionOfType(PayerException.class)
        .isThrownBy(() -> payer.deposit(server, PRICE))
        .withMessageContaining("not acknowledged");
    acknowledge();
    buy(2);
    assertThat(payer.member(server).untilSeconds()).isEqualTo(first + 60 * DAY);
  }

  @Test
  void whatIsServedIsAcknowledgedAndEarned() throws Exception {
    buy(3);
    chain.mine(6);
    receive();
    assertThat(due(chain.timestamp())).isEmpty();
    Settlement acknowledgement = due(chain.timestamp() + 9 * 3_600).getFirst();
    assertThat(acknowledgement.payers()).containsExactly(client.nodeId());
    settle(acknowledgement);
    chain.mine(6);
    head();
    assertThat(payer.member(server).isPending()).isFalse();

    Settlement withdrawal = due(chain.timestamp()).getFirst();
    assertThat(withdrawal.amountWei()).isEqualTo(PRICE.multiply(3));
    UInt256 before = chain.balance(provider.address());
    Sent sent = settle(withdrawal);
    UInt256 fee = ContractChainView.fee(sent);
    assertThat(chain.balance(provider.address()))
        .isEqualTo(before.add(PRICE.multiply(3)).subtract(fee));
    assertThat(books.balance(AccountId.house(AccountKind.REVENUE)))
        .isEqualTo(PRICE.multiply(3).toUnsignedBigInteger());
    assertThat(books.balance(AccountId.house(AccountKind.FEES))).isNegative();
    chain.mine(7);
    head();
    assertThat(due(chain.timestamp())).isEmpty();
  }

  /** A server that never acknowledged does not keep the money, and serves no longer. */
  @Test
  void anUnacknowledgedPurchaseIsTakenBack() throws Exception {
    UInt256 before = chain.balance(buyer.address());
    Sent bought = buy(1);
    assertThatExceptionOfType(PayerException.class).isThrownBy(() -> payer.withdraw(server, PRICE));
    chain.warp(DAY + 1);
    chain.mine(1);
    Bytes32 back = payer.withdraw(server, PRICE);
    chain.mine(1);
    Sent refund = chain.receipt(back).orElseThrow().succeeded();
    UInt256 fees = ContractChainView.fee(bought).add(ContractChainView.fee(refund));
    assertThat(chain.balance(buyer.address())).isEqualTo(before.subtract(fees));
    chain.mine(6);
    assertThat(payer.isActive(server)).isFalse();
    assertThat(refusal(this::receive).code()).isEqualTo(RefusalCode.EXPIRED);
    assertThatExceptionOfType(PayerException.class).isThrownBy(() -> payer.withdraw(server, PRICE));
  }

  /** Somebody else's subscription, or one with another provider, is not this node's. */
  @Test
  void membershipIsTheNodes() throws Exception {
    buy(1);
    chain.mine(6);
    Counterparty other = peer(chain.account(5));
    assertThat(refusal(() -> receive(other)).code()).isEqualTo(RefusalCode.INSUFFICIENT_DEPOSIT);
    MethodTerms foreign =
        new SubscriptionMethod(
                contract,
                ContractArtifact.SUBSCRIPTION.deployedCodeHash(),
                chain.account(6).address(),
                view,
                SubscriptionPolicy.of(1))
            .terms();
    assertThatExceptionOfType(PayerException.class)
        .isThrownBy(() -> payer.check(server, foreign))
        .withMessageContaining("another account");
    assertThatExceptionOfType(PayerException.class)
        .isThrownBy(() -> payer.check(peer(chain.account(6)), foreign))
        .withMessageContaining("no plan");
  }

  @Test
  void openTellsWhatIsAwaited() throws Exception {
    buy(1);
    LedgerBatch batch = books.begin(0);
    assertThat(method.open(client, SubscriptionMethod.PROOF, batch).status()).isPositive();
    books.drop(batch);
    chain.mine(6);
    batch = books.begin(0);
    payer.onParams(server, method.open(client, SubscriptionMethod.PROOF, batch));
    assertThat(method.open(client, Bytes.EMPTY, batch).status()).isZero();
    books.drop(batch);
    LedgerBatch malformed = books.begin(0);
    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(() -> method.open(client, Bytes.of(1), malformed))
        .matches(refusal -> refusal.code() == RefusalCode.MALFORMED);
    books.drop(malformed);
  }

  @Test
  void amountsBuyWholePeriods() throws Exception {
    assertThatExceptionOfType(PayerException.class)
        .isThrownBy(() -> payer.deposit(server, PRICE.subtract(1)))
        .withMessageContaining("a period costs");
    assertThatExceptionOfType(PayerException.class)
        .isThrownBy(() -> payer.pay(server, UInt256.ONE));
    PaymentProof proof = payer.pay(server, UInt256.ZERO).getFirst();
    assertThat(proof.payId().size()).isEqualTo(8);
    assertThat(proof.amountWei()).isEqualTo(UInt256.ZERO);
  }

  private Sent buy(int periods) throws Exception {
    Bytes32 bought =
        payer.deposit(server, PRICE.multiply(UInt256.valueOf(periods)).add(PRICE.subtract(1)));
    chain.mine(1);
    return chain.receipt(bought).orElseThrow().succeeded();
  }

  private void acknowledge() {
    chain
        .send(provider, contract.address(), Abi.call("acknowledge(bytes32)", client.nodeId()))
        .succeeded();
  }

  private void to(long seconds) {
    chain.warp(seconds - chain.timestamp());
    chain.mine(1);
  }

  private Credit.Grant receive() throws Refusal {
    return receive(client);
  }

  private Credit.Grant receive(Counterparty from) throws Refusal {
    LedgerBatch batch = books.begin(0);
    try {
      Credit.Grant grant = (Credit.Grant) method.receive(from, SubscriptionMethod.PROOF, batch);
      books.commit(batch);
      return grant;
    } catch (Refusal refusal) {
      books.drop(batch);
      throw refusal;
    }
  }

  private void head() throws Exception {
    LedgerBatch batch = books.begin(0);
    method.onHead(view.head(), batch);
    books.commit(batch);
  }

  private List<Settlement> due(long nowSeconds) {
    LedgerBatch batch = books.begin(0);
    try {
      return method.due(SettlementPolicy.standard(UInt256.ONE), nowSeconds, batch);
    } finally {
      books.drop(batch);
    }
  }

  private Sent settle(Settlement settlement) {
    Sent sent = chain.send(provider, settlement.contract(), settlement.callData()).succeeded();
    assertThat(sent.gasUsed()).isLessThanOrEqualTo(settlement.gasLimit());
    LedgerBatch batch = books.begin(0);
    method.onSettled(
        settlement,
        new SettlementOutcome.Included(
            sent.hash(),
            sent.block(),
            ContractChainView.receipt(sent),
            ContractChainView.fee(sent)),
        batch);
    books.commit(batch);
    return sent;
  }

  private interface Receiving {
    Object receive() throws Refusal;
  }

  private static Refusal refusal(Receiving receiving) {
    try {
      receiving.receive();
    } catch (Refusal refusal) {
      return refusal;
    }
    throw new AssertionError("was not refused");
  }

  private static Counterparty peer(KeyPair account) {
    KeyPair node = KeyPair.ofSecret(Keccak.keccak256(account.publicKey()));
    return new Counterparty(
        Keccak.keccak256(node.publicKey()), node.publicKey(), Optional.of(account.address()));
  }
}
