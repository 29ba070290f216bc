package io.lesnode.payment.ticket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.lesnode.payment.PayerException;
import io.lesnode.payment.Refusal;
import io.lesnode.payment.RefusalCode;
import io.lesnode.payment.signing.MemorySigner;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.crypto.Keccak;
import io.lesnode.primitives.crypto.KeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;
import org.web3j.crypto.StructuredDataEncoder;

/** Test M5 of docs/vip.md: which tickets are good, and that they win as often as promised. */
class TicketTest {
  private static final UInt256 FACE = UInt256.valueOf(1_000_000_000_000L);
  private static final UInt256 WORTH = UInt256.valueOf(50_000_000_000L); // a twentieth
  private static final UInt256 RICH = FACE.multiply(2);
  private static final Address ESCROW = Address.of(Bytes.repeat((byte) 0xe5, 20));
  private static final long EXPIRY = 140;

  private final KeyPair payer = key(1);
  private final Address payee = key(2).address();
  private final TicketDomain domain = new TicketDomain(1337, ESCROW);
  private final TicketReceiver receiver =
      new TicketReceiver(domain, payee, Keccak.keccak256(Bytes.of(9)));
  private final TicketParams params = params(receiver, 1);

  @Test
  void ticketsAreWorthTheirAverage() throws Exception {
    TicketSender sender = sender(params);
    for (int i = 0; i < 10; i++) {
      assertThat(receive(sender.next(100))).isEqualTo(WORTH);
    }
    assertThat(sender.left()).isEqualTo(590);
  }

  /** Over 100,000 tickets the winners are within three standard deviations of a twentieth. */
  @Test
  void ticketsWinAsOftenAsPromised() {
    Random random = new Random(42);
    byte[] signature = new byte[64];
    int tickets = 100_000;
    int wins = 0;
    Bytes32 rand = Keccak.keccak256(Bytes.of(1));
    for (int i = 0; i < tickets; i++) {
      random.nextBytes(signature);
      if (TicketReceiver.wins(Bytes.wrap(signature), rand, params.winProbability())) {
        wins++;
      }
    }
    double deviation = Math.sqrt(tickets * 0.05 * 0.95);
    assertThat((double) wins).isBetween(5_000 - 3 * deviation, 5_000 + 3 * deviation);
  }

  /** The same with real signatures and changing parameters. */
  @Test
  void realTicketsWinAsOften() throws Exception {
    int tickets = 0;
    for (int seed = 2; tickets < 1_200; seed++) {
      TicketSender sender = sender(params(receiver, seed));
      for (int i = 0; i < TicketReceiver.MAX_NONCE; i++, tickets++) {
        receive(sender.next(100));
      }
    }
    int wins = receiver.redeemable(EXPIRY + 1).size();
    double deviation = Math.sqrt(tickets * 0.05 * 0.95);
    assertThat((double) wins).isBetween(60 - 4 * deviation, 60 + 4 * deviation);
    assertThat(receiver.pendingWei(payer.address()))
        .isEqualTo(FACE.multiply(UInt256.valueOf(wins)));
    // the payee's numbers stay secret while tickets can still be made with them
    assertThat(receiver.redeemable(EXPIRY)).isEmpty();
    TicketReceiver.Winner first = receiver.redeemable(EXPIRY + 1).getFirst();
    assertThat(
            TicketReceiver.wins(
                first.ticket().signature(), first.recipientRand(), params.winProbability()))
        .isTrue();
    receiver.redeemed(first);
    assertThat(receiver.redeemable(EXPIRY + 1)).hasSize(wins - 1);
  }

  /** Nonce 601 is refused, by the sender and by the receiver, and so is one that was used. */
  @Test
  void noncesAreBoundedAndUsedOnce() throws Exception {
    TicketSender sender = sender(params);
    List<Ticket> all = new ArrayList<>();
    for (int i = 0; i < TicketReceiver.MAX_NONCE; i++) {
      all.add(sender.next(100));
    }
    assertThatExceptionOfType(PayerException.class).isThrownBy(() -> sender.next(100));
    Ticket last = all.getLast();
    receive(last);
    assertThat(refusal(last)).isEqualTo(RefusalCode.STALE);
    assertThat(refusal(withNonce(last, 601))).isEqualTo(RefusalCode.MALFORMED);
    assertThat(refusal(withNonce(last, 0))).isEqualTo(RefusalCode.MALFORMED);
    assertThat(refusal(withNonce(last, 599))).isEqualTo(RefusalCode.BAD_SIGNATURE);
    receive(all.get(0));
  }

  /** Other parameters than the receiver gave have another random number, which nobody signed. */
  @Test
  void parametersCannotBeChanged() throws Exception {
    Ticket good = sender(params).next(100);
    List<Ticket> changed =
        List.of(
            new Ticket(
                FACE, WORTH, good.expiryBlock(), good.seed(), good.nonce(), good.signature()),
            new Ticket(
                FACE.subtract(1),
                good.winProbability(),
                good.expiryBlock(),
                good.seed(),
                good.nonce(),
                good.signature()),
            new Ticket(
                FACE,
                good.winProbability(),
                good.expiryBlock() + 1,
                good.seed(),
                good.nonce(),
                good.signature()),
            new Ticket(
                FACE,
                good.winProbability(),
                good.expiryBlock(),
                Bytes32.ZERO,
                good.nonce(),
                good.signature()));
    for (Ticket ticket : changed) {
      assertThat(refusal(ticket)).isEqualTo(RefusalCode.BAD_SIGNATURE);
    }
    // parameters of the payer's own making, signed by the payer
    TicketParams own =
        new TicketParams(
            FACE, params.winProbability(), EXPIRY, params.seed(), Keccak.keccak256(Bytes.of(3)));
    assertThat(refusal(sender(own).next(100))).isEqualTo(RefusalCode.BAD_SIGNATURE);
    // another payee, chain or escrow
    TicketReceiver other =
        new TicketReceiver(domain, key(3).address(), Keccak.keccak256(Bytes.of(9)));
    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(() -> other.receive(payer.address(), good, 100, RICH));
    TicketReceiver elsewhere =
        new TicketReceiver(new TicketDomain(1, ESCROW), payee, Keccak.keccak256(Bytes.of(9)));
    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(() -> elsewhere.receive(payer.address(), good, 100, RICH));
    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(() -> receiver.receive(key(4).address(), good, 100, RICH));
    receive(good);
  }

  /** Integers have fixed widths below the MAC: no two sets of parameters share a number. */
  @Test
  void macFieldsHaveFixedWidths() {
    Address who = payer.address();
    Bytes32 seed = Bytes32.ZERO;
    TicketParams one =
        receiver.params(who, UInt256.valueOf(0x0102), UInt256.valueOf(0x03), 4, seed);
    TicketParams two =
        receiver.params(who, UInt256.valueOf(0x01), UInt256.valueOf(0x0203), 4, seed);
    assertThat(one.randHash()).isNotEqualTo(two.randHash());
    assertThat(receiver.params(who, FACE, WORTH, 4, seed).randHash())
        .isNotEqualTo(receiver.params(payee, FACE, WORTH, 4, seed).randHash());
  }

  @Test
  void escrowAndTimeAreChecked() throws Exception {
    Ticket ticket = sender(params).next(100);
    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(() -> receiver.receive(payer.address(), ticket, 100, RICH.subtract(1)))
        .matches(refusal -> refusal.code() == RefusalCode.INSUFFICIENT_DEPOSIT);
    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(() -> receiver.receive(payer.address(), ticket, EXPIRY + 1, RICH))
        .matches(refusal -> refusal.code() == RefusalCode.EXPIRED);
    receiver.receive(payer.address(), ticket, EXPIRY, RICH);
    assertThat(receiver.sessions()).isEqualTo(1);
    receiver.onHead(EXPIRY);
    assertThat(receiver.sessions()).isEqualTo(1);
    receiver.onHead(EXPIRY + 1);
    assertThat(receiver.sessions()).isZero();
    assertThatExceptionOfType(PayerException.class)
        .isThrownBy(() -> sender(params).next(EXPIRY + 1));
  }

  @Test
  void thePayerBoundsItsLuck() {
    MemorySigner signer = new MemorySigner(payer);
    assertThatExceptionOfType(PayerException.class)
        .isThrownBy(() -> new TicketSender(domain, payee, params, signer, FACE.subtract(1), WORTH));
    assertThatExceptionOfType(PayerException.class)
        .isThrownBy(() -> new TicketSender(domain, payee, params, signer, FACE, WORTH.subtract(1)));
  }

  /** Sizes on the wire: a full ticket below 205 bytes, a repeated one below 83. */
  @Test
  void ticketsAreSmall() throws Exception {
    Ticket ticket = sender(params).next(100);
    assertThat(ticket.encoded().size()).isLessThanOrEqualTo(205);
    assertThat(ticket.repeated().size()).isLessThanOrEqualTo(83);
    assertThat(Ticket.decode(ticket.encoded())).isEqualTo(ticket);
    assertThat(Ticket.decodeRepeated(ticket.repeated(), ticket)).isEqualTo(ticket);
  }

  /** What outside signers are shown hashes, by web3j's encoder, to what is signed. */
  @Test
  void outsideSignersSignTheSame() throws Exception {
    assertThat(new StructuredDataEncoder(domain.json(payee, params, 7)).hashStructuredData())
        .isEqualTo(domain.digest(payee, params, 7).toArrayUnsafe());
  }

  private static TicketParams params(TicketReceiver receiver, int seed) {
    return receiver.params(
        key(1).address(),
        FACE,
        TicketParams.probability(FACE, WORTH),
        EXPIRY,
        Keccak.keccak256(Bytes.ofUnsignedInt(seed)));
  }

  private TicketSender sender(TicketParams of) throws PayerException {
    return new TicketSender(domain, payee, of, new MemorySigner(payer), FACE, WORTH);
  }

  private UInt256 receive(Ticket ticket) throws Refusal {
    return receiver.receive(payer.address(), ticket, 100, RICH);
  }

  private RefusalCode refusal(Ticket ticket) {
    try {
      receive(ticket);
    } catch (Refusal refusal) {
      return refusal.code();
    }
    throw new AssertionError("was not refused");
  }

  private static Ticket withNonce(Ticket ticket, int nonce) {
    return new Ticket(
        ticket.faceWei(),
        ticket.winProbability(),
        ticket.expiryBlock(),
        ticket.seed(),
        nonce,
        ticket.signature());
  }

  private static KeyPair key(int index) {
    return KeyPair.ofSecret(Keccak.keccak256(Bytes.ofUnsignedInt(index)));
  }
}
