package io.lesnode.payment.lottery;

import static io.lesnode.payment.lottery.LotteryPaymentRig.GWEI;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.lesnode.contracts.testing.Abi;
import io.lesnode.contracts.testing.ContractChain;
import io.lesnode.contracts.testing.Sent;
import io.lesnode.payment.Counterparty;
import io.lesnode.payment.MethodNews;
import io.lesnode.payment.Params;
import io.lesnode.payment.Payer.PaymentProof;
import io.lesnode.payment.Refusal;
import io.lesnode.payment.RefusalCode;
import io.lesnode.payment.Settlement;
import io.lesnode.payment.SettlementOutcome;
import io.lesnode.payment.SigningRequest;
import io.lesnode.payment.ledger.AccountId;
import io.lesnode.payment.ledger.AccountKind;
import io.lesnode.payment.ledger.LedgerBatch;
import io.lesnode.payment.lottery.LotteryPaymentRig.Server;
import io.lesnode.payment.signing.CompactSignature;
import io.lesnode.payment.testing.ContractChainView;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.crypto.KeyPair;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.web3j.crypto.StructuredDataEncoder;

/** The receiving rules of lotteries (docs/vip.md), each against the contract on our own EVM. */
class LotteryMethodTest {
  private final LotteryPaymentRig rig = new LotteryPaymentRig(ContractChain.shanghai());
  private final ContractChain chain = rig.chain;
  private Server server;
  private Server other;
  private LotteryCheque first;

  /** Two servers with half of a lottery of 0.02 ether each, and the first cheque over a tenth. */
  @BeforeEach
  void fund() throws Exception {
    server = rig.server(0);
    other = rig.server(1);
    rig.fund(GWEI.multiply(10_000_000), server, other);
    PaymentProof proof = rig.payer.pay(server.peer, GWEI.multiply(1_000_000)).getFirst();
    first = LotteryCheque.decode(proof.proof());
  }

  @Test
  void aChequeIsCreditedOnce() throws Exception {
    UInt256 credited = server.receive(rig.clientPeer, first.encoded());
    assertThat(credited.subtract(GWEI.multiply(1_000_000))).isLessThan(UInt256.valueOf(10_000_000));
    assertThat(server.money()).isEqualTo(credited.toUnsignedBigInteger());
    assertThat(server.claim()).isEqualTo(credited.toUnsignedBigInteger().negate());

    Refusal again = refused(RefusalCode.STALE, server, rig.clientPeer, first.encoded());
    assertThat(again.evidence()).isEqualTo(first.repeated().encoded());
    assertThat(server.money()).isEqualTo(credited.toUnsignedBigInteger());
  }

  /** Test M3 of docs/vip.md, defect 2.2.1: whoever does not own the lottery is credited nothing. */
  @Test
  void sybilsAreCreditedNothing() throws Exception {
    KeyPair sybil = chain.account(50);
    Counterparty peer = LotteryPaymentRig.peer(sybil);
    Bytes own =
        CompactSignature.of(sybil.sign(rig.contract.digest(first.id(), first.range()))).bytes();
    // the owner's own cheque, the sybil's signature for the owner's lottery, with and without leaf
    LotteryCheque signedBySybil = withSignature(first, own);
    for (Bytes proof : List.of(first.encoded(), signedBySybil.encoded())) {
      refused(RefusalCode.INSUFFICIENT_DEPOSIT, server, peer, proof);
    }
    server.receive(rig.clientPeer, first.encoded());
    refused(RefusalCode.BAD_SIGNATURE, server, peer, first.repeated().encoded());
    refused(RefusalCode.BAD_SIGNATURE, server, peer, signedBySybil.repeated().encoded());
    refused(
        RefusalCode.BAD_SIGNATURE,
        server,
        new Counterparty(peer.nodeId(), peer.nodeKey(), Optional.empty()),
        first.encoded());
    assertThat(server.books.balance(AccountId.client(sybil.address().bytes())))
        .isEqualTo(BigInteger.ZERO);
    // a sybil's lottery of its own over the same root is another lottery
    Bytes32 root = new LotteryLeaf(server.key.address(), leafSalt(), proof()).root();
    assertThat(rig.contract.id(sybil.address(), root, salt())).isNotEqualTo(first.id());
  }

  /** The short form means the same cheque, and only for the lottery's owner. */
  @Test
  void shortChequesAreTheSame() throws Exception {
    refused(RefusalCode.INSUFFICIENT_DEPOSIT, server, rig.clientPeer, first.encodedBrief());
    server.receive(rig.clientPeer, first.encoded());
    LotteryCheque next = next();
    Counterparty sybil = LotteryPaymentRig.peer(chain.account(50));
    refused(RefusalCode.INSUFFICIENT_DEPOSIT, server, sybil, next.encodedBrief());
    LotteryCheque forged = withSignature(next, first.signature());
    refused(RefusalCode.BAD_SIGNATURE, server, rig.clientPeer, forged.encodedBrief());
    assertThat(server.receive(rig.clientPeer, next.encodedBrief())).isGreaterThan(UInt256.ZERO);
    Refusal stale = refused(RefusalCode.STALE, server, rig.clientPeer, first.encodedBrief());
    assertThat(stale.evidence()).isEqualTo(next.encoded());
  }

  /** A cheque must be the owner's, for this lottery, this range, with low s. */
  @Test
  void signaturesAreChecked() throws Exception {
    long range = first.range();
    Bytes otherRange =
        CompactSignature.of(rig.client.sign(rig.contract.digest(first.id(), range - 1))).bytes();
    Bytes otherLottery =
        CompactSignature.of(rig.client.sign(rig.contract.digest(Bytes32.ZERO, range))).bytes();
    Bytes otherChain =
        CompactSignature.of(
                rig.client.sign(
                    new LotteryContract(1, rig.contract.address()).digest(first.id(), range)))
            .bytes();
    Bytes otherBook =
        CompactSignature.of(
                rig.client.sign(
                    new LotteryContract(ContractChain.CHAIN_ID, server.key.address())
                        .digest(first.id(), range)))
            .bytes();
    Bytes zero = Bytes.wrap(new byte[64]);
    Bytes highS = Bytes.concatenate(first.signature().slice(0, 32), Bytes.repeat((byte) 0x7f, 32));
    for (Bytes wrong : List.of(otherRange, otherLottery, otherChain, otherBook, zero, highS)) {
      refused(
          RefusalCode.BAD_SIGNATURE, server, rig.clientPeer, withSignature(first, wrong).encoded());
    }
    assertThat(server.money()).isEqualTo(BigInteger.ZERO);
  }

  /** Another server's cheque, leaf or slot is of no use here. */
  @Test
  void anotherServersChequeIsRefused() throws Exception {
    PaymentProof foreign = rig.payer.pay(other.peer, GWEI).getFirst();
    refused(RefusalCode.INSUFFICIENT_DEPOSIT, server, rig.clientPeer, foreign.proof());
    server.receive(rig.clientPeer, first.encoded());
    LotteryCheque theirs = LotteryCheque.decode(foreign.proof());
    refused(RefusalCode.MALFORMED, server, rig.clientPeer, theirs.repeated().encoded());
    assertThat(other.receive(rig.clientPeer, foreign.proof())).isGreaterThan(GWEI.subtract(1));
  }

  /** Defect 2.2.5: six confirmations are awaited, and the number of those missing is told. */
  @Test
  void confirmationsAreAwaited() throws Exception {
    rig.payer = rig.newPayer(LotteryPlan.standard());
    rig.payer.check(server.peer, server.method.terms());
    rig.payer.deposit(server.peer, GWEI);
    Bytes data = rig.payer.openData(server.peer, server.method.terms());
    assertThat(refusedOpen(RefusalCode.INSUFFICIENT_DEPOSIT, data).retryAfterSeconds())
        .isPositive();
    chain.mine(1);
    for (int awaited = 6; awaited >= 1; awaited--) {
      assertThat(server.open(rig.clientPeer, data).status()).isEqualTo(awaited);
      assertThat(rig.payer.payableWei(server.peer)).isEqualTo(UInt256.ZERO);
      chain.mine(1);
    }
    Params ready = server.open(rig.clientPeer, data);
    assertThat(ready.status()).isZero();
    rig.payer.onParams(server.peer, ready);
    assertThat(rig.payer.payableWei(server.peer)).isEqualTo(GWEI);
  }

  /** A cheque of a lottery that waits is refused until it is deep enough, then taken. */
  @Test
  void chequesBeforeConfirmationAreRefused() throws Exception {
    LotteryPaymentRig.Server slow =
        rig.server(0, new LotteryLimits(20, 2, 30, LotteryLimits.standard().maxPotWei()));
    Refusal early =
        refused(RefusalCode.INSUFFICIENT_DEPOSIT, slow, rig.clientPeer, first.encoded());
    assertThat(early.retryAfterSeconds()).isPositive();
    chain.mine(20);
    slow.receive(rig.clientPeer, first.encoded());
  }

  /** No cheques near the draw, and none of good faith long after it. */
  @Test
  void timeIsChecked() throws Exception {
    long reveal = reveal();
    server.receive(rig.clientPeer, first.encoded());
    LotteryCheque next = next();
    chain.mine(reveal - 3 - chain.number());
    LotteryCheque last = LotteryCheque.decode(chequeTo(first.range() + 1));
    server.receive(rig.clientPeer, last.repeated().encoded());
    chain.mine(1);
    refused(RefusalCode.EXPIRED, server, rig.clientPeer, next.repeated().encoded());
    chain.mine(32);
    refused(RefusalCode.EXPIRED, server, rig.clientPeer, next.repeated().encoded());
    chain.mine(1);
    refused(RefusalCode.MALFORMED, server, rig.clientPeer, next.repeated().encoded());
  }

  /** Pots that could tempt a block producer are refused. */
  @Test
  void largePotsAreRefused() {
    Server careful = rig.server(0, new LotteryLimits(6, 2, 30, GWEI.multiply(19_999_999)));
    refused(RefusalCode.OVER_LIMIT, careful, rig.clientPeer, first.encoded());
  }

  /** Test C6 of docs/vip.md, defect 2.2.2: a leaf that could never be claimed is refused. */
  @Test
  void deepLeavesAreRefused() {
    List<Bytes32> nine = Collections.nCopies(9, Bytes32.ZERO);
    LotteryCheque deep =
        new LotteryCheque(
            first.id(),
            first.range(),
            first.signature(),
            Optional.of(new LotteryCheque.Opening(1, 1, nine)));
    refused(RefusalCode.MALFORMED, server, rig.clientPeer, deep.encoded());
    refusedOpen(
        RefusalCode.MALFORMED,
        LotteryCheque.Opening.encodeMany(List.of(deep.opening().orElseThrow())));
  }

  /** Whatever arrives, the answer is a refusal and the books are as they were. */
  @Test
  void garbageIsRefused() {
    Bytes good = first.encoded().copy();
    for (int cut = 0; cut < good.size(); cut++) {
      Bytes broken = good.slice(0, cut).copy();
      // 72 bytes are a short cheque, of a lottery that is not open
      RefusalCode code =
          cut == LotteryCheque.Brief.SIZE_BYTES
              ? RefusalCode.INSUFFICIENT_DEPOSIT
              : RefusalCode.MALFORMED;
      refused(code, server, rig.clientPeer, broken);
      byte[] flipped = good.toArray();
      flipped[cut] ^= 0x40;
      assertThatExceptionOfType(Refusal.class)
          .isThrownBy(() -> server.receive(rig.clientPeer, Bytes.wrap(flipped)));
    }
    assertThat(server.money()).isEqualTo(BigInteger.ZERO);
  }

  @Test
  void aChainThatIsAwayIsSaid() {
    rig.view.takeDown();
    assertThat(
            refused(RefusalCode.NOT_SYNCED, server, rig.clientPeer, first.encoded())
                .retryAfterSeconds())
        .isPositive();
  }

  /** Defect 2.2.7: what a lottery brings and costs is booked; the winner claims by himself. */
  @Test
  void aWinIsClaimedAndBooked() throws Exception {
    UInt256 credited = server.receive(rig.clientPeer, first.encoded());
    UInt256 pot = GWEI.multiply(20_000_000);
    long reveal = reveal();
    rig.fixDraw(reveal, first.range());
    chain.mine(reveal + 5 - chain.number());
    server.onHead();
    server.onHead();
    assertThat(server.due()).isEmpty();
    chain.mine(1);
    server.onHead();
    Settlement claim = server.due().getFirst();
    assertThat(claim.amountWei()).isEqualTo(pot);
    assertThat(claim.payers()).containsExactly(rig.client.address().bytes());
    UInt256 before = chain.balance(server.key.address());

    // one that failed is asked for again
    LedgerBatch batch = server.books.begin(0);
    server.method.onSettled(claim, new SettlementOutcome.Failed("no ether for gas"), batch);
    server.books.commit(batch);
    Sent sent = server.settle(server.due().getFirst()).succeeded();

    UInt256 fee = ContractChainView.fee(sent);
    assertThat(chain.balance(server.key.address())).isEqualTo(before.add(pot).subtract(fee));
    assertThat(server.due()).isEmpty();
    assertThat(server.claim()).isEqualTo(BigInteger.ZERO);
    assertThat(server.house(AccountKind.CASHED))
        .isEqualTo(fee.toUnsignedBigInteger().subtract(pot.toUnsignedBigInteger()));
    assertThat(server.house(AccountKind.LOSS))
        .isEqualTo(pot.subtract(credited).toUnsignedBigInteger());
    server.onHead();
    assertThat(server.due()).isEmpty();
  }

  /** A helper brought the claim: the pot is ours and is booked as such. */
  @Test
  void aClaimByAHelperIsBooked() throws Exception {
    server.receive(rig.clientPeer, first.encoded());
    long reveal = reveal();
    rig.fixDraw(reveal, first.range());
    chain.mine(reveal + 6 - chain.number());
    server.onHead();
    Settlement claim = server.due().getFirst();
    chain.send(chain.account(60), claim.contract(), claim.callData()).succeeded();
    chain.mine(13);
    server.onHead();
    assertThat(server.due()).isEmpty();
    assertThat(server.claim()).isEqualTo(BigInteger.ZERO);
    assertThat(server.house(AccountKind.CASHED))
        .isEqualTo(GWEI.multiply(20_000_000).toUnsignedBigInteger().negate());
  }

  /** One number further, and nobody wins: the service was paid by a chance that did not come. */
  @Test
  void aLossIsBooked() throws Exception {
    UInt256 credited = server.receive(rig.clientPeer, first.encoded());
    long reveal = reveal();
    rig.fixDraw(reveal, first.range() + 1);
    chain.mine(reveal + 6 - chain.number());
    server.onHead();
    assertThat(server.due()).isEmpty();
    assertThat(server.claim()).isEqualTo(BigInteger.ZERO);
    assertThat(server.house(AccountKind.LOSS)).isEqualTo(credited.toUnsignedBigInteger().negate());
    assertThat(server.money()).isEqualTo(credited.toUnsignedBigInteger());
  }

  /** A winner that slept too long has lost the pot, and its books say so. */
  @Test
  void aMissedClaimIsBooked() throws Exception {
    server.receive(rig.clientPeer, first.encoded());
    long reveal = reveal();
    rig.fixDraw(reveal, first.range());
    chain.mine(reveal + 6 - chain.number());
    server.onHead();
    chain.mine(251);
    server.onHead();
    assertThat(server.due()).hasSize(1);
    chain.mine(6);
    server.onHead();
    assertThat(server.due()).isEmpty();
    assertThat(server.claim()).isEqualTo(BigInteger.ZERO);
    assertThat(server.house(AccountKind.LOSS)).isNegative();
  }

  /** Test M6 of docs/vip.md for lotteries: a reorganisation freezes what rests on the deposit. */
  @Test
  void aReorganisationFreezesAndUnfreezes() throws Exception {
    UInt256 credited = server.receive(rig.clientPeer, first.encoded());
    long opened = chain.number() - 7;
    List<Transaction> undone = chain.revertTo(opened);
    chain.mine(9);

    assertThat(server.onHead())
        .containsExactly(new MethodNews.DepositLost(rig.client.address().bytes()));
    assertThat(server.money()).isEqualTo(BigInteger.ZERO);
    assertThat(server.frozen()).isEqualTo(credited.toUnsignedBigInteger());
    refused(RefusalCode.INSUFFICIENT_DEPOSIT, server, rig.clientPeer, next().repeated().encoded());
    assertThat(server.onHead()).isEmpty();

    undone.forEach(chain::submit);
    chain.mine(1 + 5);
    assertThat(server.onHead()).isEmpty();
    chain.mine(1);
    assertThat(server.onHead())
        .containsExactly(new MethodNews.Confirmed(rig.client.address().bytes(), first.id()));
    assertThat(server.money()).isEqualTo(credited.toUnsignedBigInteger());
    assertThat(server.frozen()).isEqualTo(BigInteger.ZERO);
    server.receive(rig.clientPeer, next().repeated().encoded());
  }

  /** A lottery that never comes back costs what had been spent of it. */
  @Test
  void aLotteryThatIsGoneIsWrittenOff() throws Exception {
    server.receive(rig.clientPeer, first.encoded());
    long reveal = reveal();
    chain.revertTo(chain.number() - 7);
    rig.fixDraw(reveal, first.range());
    chain.mine(9);
    server.onHead();
    chain.mine(reveal + 6 - chain.number());
    server.onHead();
    assertThat(server.claim()).isEqualTo(BigInteger.ZERO);
    assertThat(server.frozen()).isEqualTo(BigInteger.ZERO);
    assertThat(server.house(AccountKind.LOSS)).isEqualTo(BigInteger.ZERO);
    assertThat(server.due()).isEmpty();
  }

  /** Test D1 of docs/vip.md: identity and digest are what the contract, compiled by solc, says. */
  @Test
  void digestsAreTheContracts() {
    Bytes id =
        chain.call(
            rig.contract.address(),
            Abi.call(
                "lotteryId(address,bytes32,uint64)",
                rig.client.address(),
                Bytes32.repeat((byte) 3),
                77L));
    assertThat(rig.contract.id(rig.client.address(), Bytes32.repeat((byte) 3), 77)).isEqualTo(id);
    Bytes digest =
        chain.call(
            rig.contract.address(), Abi.call("digest(bytes32,uint32)", first.id(), 0xffff_ffffL));
    assertThat(rig.contract.digest(first.id(), 0xffff_ffffL)).isEqualTo(digest);
  }

  /** What outside signers are shown hashes, by web3j's encoder, to what is signed. */
  @Test
  void outsideSignersSignTheSame() throws Exception {
    SigningRequest request = rig.contract.signingRequest(first.id(), 0xffff_fffeL, "a cheque");
    String json = new String(request.payload().toArrayUnsafe(), StandardCharsets.UTF_8);
    assertThat(new StructuredDataEncoder(json).hashStructuredData())
        .isEqualTo(rig.contract.digest(first.id(), 0xffff_fffeL).toArrayUnsafe());
    assertThat(request.digest()).isEqualTo(rig.contract.digest(first.id(), 0xffff_fffeL));
  }

  private long reveal() throws Exception {
    return LotteryContract.pot(
            chain.storage(rig.contract.address(), LotteryContract.slot(first.id())))
        .orElseThrow()
        .reveal();
  }

  private long salt() {
    return first.opening().orElseThrow().salt();
  }

  private long leafSalt() {
    return first.opening().orElseThrow().leafSalt();
  }

  private List<Bytes32> proof() {
    return first.opening().orElseThrow().proof();
  }

  private LotteryCheque next() {
    return LotteryCheque.decode(chequeTo(first.range() + 1000));
  }

  private Bytes chequeTo(long range) {
    Bytes signature =
        CompactSignature.of(rig.client.sign(rig.contract.digest(first.id(), range))).bytes();
    return new LotteryCheque(first.id(), range, signature, Optional.empty()).encoded();
  }

  private static LotteryCheque withSignature(LotteryCheque cheque, Bytes signature) {
    return new LotteryCheque(cheque.id(), cheque.range(), signature, cheque.opening());
  }

  private static Refusal refused(RefusalCode code, Server server, Counterparty peer, Bytes proof) {
    try {
      server.receive(peer, proof);
    } catch (Refusal refusal) {
      assertThat(refusal.code()).as(refusal.text()).isEqualTo(code);
      return refusal;
    }
    throw new AssertionError("was not refused");
  }

  private Refusal refusedOpen(RefusalCode code, Bytes data) {
    try {
      server.open(rig.clientPeer, data);
    } catch (Refusal refusal) {
      assertThat(refusal.code()).as(refusal.text()).isEqualTo(code);
      return refusal;
    }
    throw new AssertionError("was not refused");
  }
}
