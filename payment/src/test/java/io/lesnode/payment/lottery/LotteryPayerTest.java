package io.lesnode.payment.lottery;

import static io.lesnode.payment.lottery.LotteryPaymentRig.GWEI;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.lesnode.contracts.testing.ContractChain;
import io.lesnode.payment.ChainUnavailableException;
import io.lesnode.payment.MethodTerms;
import io.lesnode.payment.Params;
import io.lesnode.payment.Payer.PaymentProof;
import io.lesnode.payment.PayerException;
import io.lesnode.payment.Refusal;
import io.lesnode.payment.RefusalCode;
import io.lesnode.payment.SignerException;
import io.lesnode.payment.lottery.LotteryPaymentRig.Server;
import io.lesnode.payment.signing.CompactSignature;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.crypto.KeyPair;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;

/** The paying side of lotteries against the receiving side, on our own EVM. */
class LotteryPayerTest {
  private final LotteryPaymentRig rig = new LotteryPaymentRig(ContractChain.shanghai());
  private final ContractChain chain = rig.chain;

  /** One transaction pays many servers, each by its weight, and the last wei can be spent. */
  @Test
  void oneDepositPaysManyServers() throws Exception {
    Server[] servers = new Server[10];
    for (int i = 0; i < servers.length; i++) {
      servers[i] = rig.server(i);
      rig.payer.weigh(servers[i].peer.nodeId(), 1 + i);
    }
    long before = chain.nonce(rig.client.address());
    rig.fund(GWEI, servers);
    assertThat(chain.nonce(rig.client.address())).isEqualTo(before + 1);
    UInt256 sum = UInt256.ZERO;
    for (Server server : servers) {
      UInt256 payable = rig.payer.payableWei(server.peer);
      assertThat(payable).isGreaterThanOrEqualTo(GWEI);
      for (int part = 0; part < 3; part++) {
        pay(server, payable.divide(4));
      }
      pay(server, rig.payer.payableWei(server.peer));
      assertThat(rig.payer.payableWei(server.peer)).isEqualTo(UInt256.ZERO);
      assertThat(server.money()).isEqualTo(payable.toUnsignedBigInteger());
      sum = sum.add(payable);
    }
    assertThat(sum).isEqualTo(chain.balance(rig.contract.address()));
  }

  /** What is asked for is paid, and at most what one more number is worth on top. */
  @Test
  void amountsAreExact() throws Exception {
    Server server = rig.server(0);
    rig.fund(GWEI.multiply(1_000_000), server);
    UInt256 step = GWEI.multiply(1_000_000).shiftRight(32).add(1);
    for (long wei : new long[] {1, 999, 123_456_789, 500_000_000_000L}) {
      UInt256 credited = pay(server, UInt256.valueOf(wei));
      assertThat(credited).isGreaterThanOrEqualTo(UInt256.valueOf(wei));
      assertThat(credited.subtract(UInt256.valueOf(wei))).isLessThanOrEqualTo(step);
    }
  }

  /** When one lottery does not suffice the payment is several cheques. */
  @Test
  void severalLotteriesPayTogether() throws Exception {
    Server server = rig.server(0);
    Server other = rig.server(1);
    rig.fund(GWEI, server, other);
    rig.fund(GWEI.multiply(2), server, other);
    assertThat(rig.payer.payableWei(server.peer)).isEqualTo(GWEI.multiply(3));

    List<PaymentProof> proofs = rig.payer.pay(server.peer, GWEI.multiply(2));

    assertThat(proofs).hasSize(2);
    assertThat(receive(server, proofs)).isGreaterThanOrEqualTo(GWEI.multiply(2));
    assertThatExceptionOfType(PayerException.class)
        .isThrownBy(() -> rig.payer.pay(server.peer, GWEI.multiply(2)))
        .withMessageContaining("deposit");
    // a payment that cannot be made has signed nothing away
    pay(server, GWEI.subtract(GWEI.divide(100)));
  }

  /**
   * Sizes on the wire (section "Sizes" of docs/vip.md): a first cheque no larger than the first
   * design's, a repeated one 72 bytes, as a cheque's (the first design: 107).
   */
  @Test
  void proofsAreSmall() throws Exception {
    Server[] servers = new Server[32];
    for (int i = 0; i < servers.length; i++) {
      servers[i] = rig.server(i);
    }
    rig.fund(GWEI, Arrays.copyOf(servers, 8));
    PaymentProof depth3 = rig.payer.pay(servers[0].peer, GWEI.divide(2)).getFirst();
    assertThat(depth3.proof().size()).isLessThanOrEqualTo(249);
    receive(servers[0], List.of(depth3));
    PaymentProof again = rig.payer.pay(servers[0].peer, GWEI.divide(4)).getFirst();
    assertThat(again.proof().size()).isEqualTo(72);
    receive(servers[0], List.of(again));

    LotteryPaymentRig wide = new LotteryPaymentRig(ContractChain.shanghai());
    Server[] many = new Server[32];
    for (int i = 0; i < many.length; i++) {
      many[i] = wide.server(i);
    }
    wide.fund(GWEI, many);
    PaymentProof depth5 = wide.payer.pay(many[0].peer, GWEI.divide(2)).getFirst();
    assertThat(LotteryCheque.decode(depth5.proof()).opening().orElseThrow().proof()).hasSize(5);
    assertThat(depth5.proof().size()).isLessThanOrEqualTo(316);
  }

  /** A payment without a receipt is sent again, the same bytes under the same id. */
  @Test
  void pendingPaymentsAreTheSame() throws Exception {
    Server server = rig.server(0);
    rig.fund(GWEI.multiply(10), server);
    List<PaymentProof> first = rig.payer.pay(server.peer, GWEI);
    assertThat(rig.payer.pending(server.peer)).isEqualTo(first);
    List<PaymentProof> second = rig.payer.pay(server.peer, GWEI);
    assertThat(second).hasSize(2).startsWith(first.getFirst());
    assertThat(receive(server, second)).isGreaterThanOrEqualTo(GWEI.multiply(2));
    assertThat(rig.payer.pending(server.peer)).isEmpty();
    rig.payer.onReceipt(server.peer, Bytes.repeat((byte) 1, 8), GWEI);
  }

  /** Test M1 of docs/vip.md for lotteries: the payer lost its disk and learns from the evidence. */
  @Test
  void aForgottenChequeIsLearntAgain() throws Exception {
    Server server = rig.server(0);
    rig.fund(GWEI.multiply(10), server);
    List<PaymentProof> old = rig.payer.pay(server.peer, GWEI);
    server.receive(rig.clientPeer, old.getFirst().proof());
    rig.payer.onReceipt(server.peer, old.getFirst().payId(), GWEI);
    List<PaymentProof> newer = rig.payer.pay(server.peer, GWEI.multiply(2));
    Bytes forgotten = newer.getFirst().proof();
    server.receive(rig.clientPeer, forgotten);

    // what the disk held before the second payment: the same cheque again is stale
    Refusal stale = refusal(server, old.getFirst().proof());
    assertThat(stale.code()).isEqualTo(RefusalCode.STALE);
    rig.payer.onEvidence(server.peer, stale.evidence());
    assertThat(rig.payer.pending(server.peer)).isEmpty();
    assertThat(pay(server, GWEI)).isGreaterThanOrEqualTo(GWEI);

    KeyPair liar = chain.account(77);
    LotteryCheque shown = LotteryCheque.decode(stale.evidence());
    LotteryCheque forged =
        new LotteryCheque(
            shown.id(),
            0xffff_ffffL,
            CompactSignature.of(liar.sign(rig.contract.digest(shown.id(), 0xffff_ffffL))).bytes(),
            Optional.empty());
    assertThatExceptionOfType(PayerException.class)
        .isThrownBy(() -> rig.payer.onEvidence(server.peer, forged.encoded()));
    assertThatExceptionOfType(PayerException.class)
        .isThrownBy(() -> rig.payer.onEvidence(server.peer, Bytes.of(1, 2, 3)));
  }

  /** Test M1 of docs/vip.md, the other side: the server lost its disk, the next cheque has all. */
  @Test
  void aServerWithoutItsBooksIsPaidOn() throws Exception {
    Server server = rig.server(0);
    rig.fund(GWEI.multiply(10), server);
    UInt256 before = pay(server, GWEI);
    server.loseDisk();
    PaymentProof next = rig.payer.pay(server.peer, GWEI).getFirst();
    assertThat(refusal(server, next.proof()).code()).isEqualTo(RefusalCode.INSUFFICIENT_DEPOSIT);

    Params params =
        server.open(rig.clientPeer, rig.payer.openData(server.peer, server.method.terms()));
    rig.payer.onParams(server.peer, params);

    assertThat(server.receive(rig.clientPeer, next.proof()))
        .isEqualTo(before.add(next.amountWei()));
  }

  /** What a server says of our lotteries is compared with what we know. */
  @Test
  void lyingParamsAreSeen() throws Exception {
    Server server = rig.server(0);
    rig.fund(GWEI.multiply(10), server);
    Bytes data = rig.payer.openData(server.peer, server.method.terms());
    LotteryStanding honest =
        LotteryStanding.decodeMany(server.open(rig.clientPeer, data).data()).getFirst();
    List<LotteryStanding> lies =
        List.of(
            new LotteryStanding(honest.id(), GWEI, honest.reveal(), Optional.empty()),
            new LotteryStanding(honest.id(), honest.amountWei(), 1, Optional.empty()),
            new LotteryStanding(
                Bytes32.ZERO, honest.amountWei(), honest.reveal(), Optional.empty()),
            new LotteryStanding(
                honest.id(),
                honest.amountWei(),
                honest.reveal(),
                Optional.of(new LotteryStanding.Newest(5, Bytes.repeat((byte) 1, 64)))));
    for (LotteryStanding lie : lies) {
      Params params = new Params(0, LotteryStanding.encodeMany(List.of(lie)));
      assertThatExceptionOfType(PayerException.class)
          .isThrownBy(() -> rig.payer.onParams(server.peer, params));
    }
    assertThatExceptionOfType(PayerException.class)
        .isThrownBy(() -> rig.payer.onParams(server.peer, new Params(0, Bytes.of(7))));
  }

  /** A contract with other code, another contract, other variants: nothing is paid. */
  @Test
  void foreignTermsAreRefused() throws Exception {
    Server server = rig.server(0);
    MethodTerms terms = server.method.terms();
    Address elsewhere = chain.account(3).address();
    MethodTerms other =
        new MethodTerms(
            terms.id(), terms.variant(), Optional.of(elsewhere), terms.codeHash(), terms.params());
    MethodTerms variant =
        new MethodTerms(
            terms.id(), "lottery/1", terms.contract(), terms.codeHash(), terms.params());
    MethodTerms garbage =
        new MethodTerms(
            terms.id(), terms.variant(), terms.contract(), terms.codeHash(), Bytes.of(1));
    for (MethodTerms wrong : List.of(other, variant, garbage)) {
      assertThatExceptionOfType(PayerException.class)
          .isThrownBy(() -> rig.payer.check(server.peer, wrong));
    }
    chain.setCode(rig.contract.address(), Bytes.of(0x60, 0x00));
    assertThatExceptionOfType(PayerException.class)
        .isThrownBy(() -> rig.payer.check(server.peer, terms))
        .withMessageContaining("not a lottery book");
  }

  /** The pot is bounded by what we and the server want; a server with small pots has no part. */
  @Test
  void potsAreBounded() throws Exception {
    Server server = rig.server(0);
    Server small = rig.server(1, new LotteryLimits(6, 2, 30, GWEI));
    rig.payer.check(server.peer, server.method.terms());
    rig.payer.check(small.peer, small.method.terms());
    assertThatExceptionOfType(PayerException.class)
        .isThrownBy(() -> rig.payer.deposit(server.peer, ContractChain.ETHER.add(1)));
    assertThatExceptionOfType(PayerException.class)
        .isThrownBy(() -> rig.payer.deposit(small.peer, GWEI));
    assertThatExceptionOfType(PayerException.class)
        .isThrownBy(() -> rig.payer.deposit(server.peer, UInt256.MAX_VALUE));
    rig.payer.deposit(server.peer, GWEI.multiply(100));
    chain.mine(7);
    assertThat(rig.payer.payableWei(server.peer)).isEqualTo(GWEI.multiply(100));
    assertThat(rig.payer.payableWei(small.peer)).isEqualTo(UInt256.ZERO);
  }

  /** Nobody won: the pot goes into the next lottery, and at the end back to the payer. */
  @Test
  void unclaimedPotsAreUsedAgain() throws Exception {
    Server server = rig.server(0);
    Server other = rig.server(1);
    rig.fund(GWEI, server, other);
    assertThatExceptionOfType(PayerException.class)
        .isThrownBy(() -> rig.payer.withdraw(server.peer, GWEI))
        .withMessageContaining("before block");
    chain.mine(10_000 + 257);
    UInt256 held = chain.balance(rig.contract.address());
    rig.fund(GWEI, server, other);
    assertThat(chain.balance(rig.contract.address())).isEqualTo(held).isEqualTo(GWEI.multiply(2));
    assertThat(rig.payer.payableWei(server.peer)).isEqualTo(GWEI);

    chain.mine(10_000 + 257);
    rig.payer.withdraw(server.peer, GWEI);
    chain.mine(7);
    assertThat(chain.balance(rig.contract.address())).isEqualTo(UInt256.ZERO);
    assertThatExceptionOfType(PayerException.class)
        .isThrownBy(() -> rig.payer.withdraw(server.peer, GWEI))
        .withMessageContaining("no lottery");
  }

  /** With the plan's leave, pots roll over at a new head without being asked. */
  @Test
  void potsRollOverByThemselves() throws Exception {
    LotteryPlan plan = LotteryPlan.standard();
    rig.payer =
        rig.newPayer(
            new LotteryPlan(
                1_000, plan.confirmations(), plan.stopBlocks(), plan.maxPotWei(), true));
    Server server = rig.server(0);
    rig.fund(GWEI, server);
    assertThat(rig.payer.onHead(rig.view.head())).isEmpty();
    chain.mine(1_000 + 257);
    assertThat(rig.payer.onHead(rig.view.head())).hasSize(1);
    assertThat(rig.payer.onHead(rig.view.head())).isEmpty();
    chain.mine(7);
    assertThat(rig.payer.payableWei(server.peer)).isEqualTo(GWEI);
    assertThat(rig.payer.onHead(rig.view.head())).isEmpty();
  }

  /** Over many lotteries the server gets what it was promised: luck sums to zero. */
  @Test
  void luckEvensOut() throws Exception {
    LotteryPlan plan = LotteryPlan.standard();
    rig.payer =
        rig.newPayer(
            new LotteryPlan(30, plan.confirmations(), plan.stopBlocks(), plan.maxPotWei(), false));
    Server server = rig.server(0);
    Server other = rig.server(1);
    UInt256 share = GWEI.multiply(1_000_000);
    long wins = 0;
    for (int draw = 0; draw < 80; draw++) {
      rig.fund(share, server, other);
      pay(server, share);
      chain.mine(40);
      server.onHead();
      if (!server.due().isEmpty()) {
        server.settle(server.due().getFirst()).succeeded();
        wins++;
      }
      rig.payer.payableWei(server.peer);
      chain.mine(260);
    }
    // 80 draws of one half: four standard deviations are 18
    assertThat(wins).isBetween(22L, 58L);
    assertThat(server.claim()).isZero();
    assertThat(server.money())
        .isEqualTo(share.multiply(UInt256.valueOf(80)).toUnsignedBigInteger());
  }

  private UInt256 pay(Server server, UInt256 wei) throws PayerException, SignerException, Refusal {
    return receive(server, rig.payer.pay(server.peer, wei));
  }

  private UInt256 receive(Server server, List<PaymentProof> proofs) throws Refusal {
    UInt256 sum = UInt256.ZERO;
    for (PaymentProof proof : new ArrayList<>(proofs)) {
      UInt256 credited = server.receive(rig.clientPeer, proof.proof());
      assertThat(credited).isEqualTo(proof.amountWei());
      rig.payer.onReceipt(server.peer, proof.payId(), credited);
      sum = sum.add(credited);
    }
    return sum;
  }

  private Refusal refusal(Server server, Bytes proof) throws ChainUnavailableException {
    try {
      server.receive(rig.clientPeer, proof);
    } catch (Refusal refusal) {
      return refusal;
    }
    throw new AssertionError("was not refused");
  }
}
