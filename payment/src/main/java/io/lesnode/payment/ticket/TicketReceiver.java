package io.lesnode.payment.ticket;

import static io.lesnode.payment.RefusalCode.BAD_SIGNATURE;
import static io.lesnode.payment.RefusalCode.EXPIRED;
import static io.lesnode.payment.RefusalCode.INSUFFICIENT_DEPOSIT;
import static io.lesnode.payment.RefusalCode.MALFORMED;
import static io.lesnode.payment.RefusalCode.STALE;

import io.lesnode.payment.Refusal;
import io.lesnode.payment.signing.CompactSignature;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.crypto.Keccak;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * Judges tickets. Parameters are not stored: the payee's random number is HMAC-SHA256 under a
 * secret over seed, payer and parameters, each at a fixed width (Livepeer concatenates integers
 * unpadded, so that two sets of parameters can have one number), and whoever sends other parameters
 * has another number, whose hash was not signed. Nonces are remembered until the parameters expire.
 *
 * <p>A value machine: the block and what the payer's escrow can pay are arguments. One thread.
 */
public final class TicketReceiver {
  /** How many tickets a seed is good for. */
  public static final int MAX_NONCE = 600;

  private final TicketDomain domain;
  private final Address payee;
  private final SecretKeySpec secret;
  private final Map<Session, BitSet> used = new HashMap<>();
  private final List<Winner> winners = new ArrayList<>();

  private record Session(Address payer, Bytes32 seed, long expiryBlock) {}

  /**
   * A ticket that won, with what redeeming it takes.
   *
   * @param recipientRand the payee's number, which was secret until now
   */
  public record Winner(Address payer, Ticket ticket, Bytes32 recipientRand) {}

  /**
   * A judge.
   *
   * @param payee who is paid
   * @param secret 32 random bytes that nobody else has
   */
  public TicketReceiver(TicketDomain domain, Address payee, Bytes32 secret) {
    this.domain = domain;
    this.payee = payee;
    this.secret = new SecretKeySpec(secret.toArrayUnsafe(), "HmacSHA256");
  }

  /** Parameters for a payer. */
  public TicketParams params(
      Address payer, UInt256 faceWei, UInt256 winProbability, long expiryBlock, Bytes32 seed) {
    Bytes32 rand = rand(payer, faceWei, winProbability, expiryBlock, seed);
    return new TicketParams(faceWei, winProbability, expiryBlock, seed, Keccak.keccak256(rand));
  }

  /**
   * Takes a ticket.
   *
   * @param block the head
   * @param spendableWei what the payer's escrow can pay, less what has won and is not redeemed
   * @return what it is worth on average, whether or not it won
   */
  public UInt256 receive(Address payer, Ticket ticket, long block, UInt256 spendableWei)
      throws Refusal {
    if (ticket.faceWei().isZero() || ticket.faceWei().bitLength() > 128) {
      throw new Refusal(MALFORMED, "a face value is 1 to 2^128 - 1 wei");
    }
    if (ticket.nonce() < 1 || ticket.nonce() > MAX_NONCE) {
      throw new Refusal(MALFORMED, "a nonce is 1 to 600: ask for new parameters");
    }
    if (block > ticket.expiryBlock()) {
      throw new Refusal(EXPIRED, "the parameters expired at block " + ticket.expiryBlock());
    }
    Session session = new Session(payer, ticket.seed(), ticket.expiryBlock());
    BitSet nonces = used.get(session);
    if (nonces != null && nonces.get(ticket.nonce())) {
      throw new Refusal(STALE, "the nonce " + ticket.nonce() + " was used");
    }
    if (spendableWei.compareTo(ticket.faceWei().multiply(2)) < 0) {
      throw new Refusal(
          INSUFFICIENT_DEPOSIT, "the escrow must cover twice the face value: deposit more");
    }
    Bytes32 rand =
        rand(payer, ticket.faceWei(), ticket.winProbability(), ticket.expiryBlock(), ticket.seed());
    TicketParams params =
        new TicketParams(
            ticket.faceWei(),
            ticket.winProbability(),
            ticket.expiryBlock(),
            ticket.seed(),
            Keccak.keccak256(rand));
    requireSigned(payer, ticket, params);
    used.computeIfAbsent(session, s -> new BitSet(MAX_NONCE + 1)).set(ticket.nonce());
    if (wins(ticket.signature(), rand, ticket.winProbability())) {
      winners.add(new Winner(payer, ticket, rand));
    }
    return params.expectedWei();
  }

  private void requireSigned(Address payer, Ticket ticket, TicketParams params) throws Refusal {
    CompactSignature signature;
    try {
      signature = new CompactSignature(ticket.signature());
    } catch (IllegalArgumentException e) {
      throw new Refusal(BAD_SIGNATURE, String.valueOf(e.getMessage()));
    }
    if (!signature.isBy(payer, domain.digest(payee, params, ticket.nonce()))) {
      throw new Refusal(
          BAD_SIGNATURE, "not signed by " + payer + " for parameters that we gave it");
    }
  }

  /** Forgets the nonces of parameters that expired. To be called now and then. */
  public void onHead(long block) {
    used.keySet().removeIf(session -> session.expiryBlock() < block);
  }

  /** How many sets of parameters have nonces to remember. */
  public int sessions() {
    return used.size();
  }

  /**
   * The tickets that won and whose parameters expired: only now may their numbers be shown, because
   * who knows one can make winning tickets.
   */
  public List<Winner> redeemable(long block) {
    return winners.stream().filter(each -> each.ticket().expiryBlock() < block).toList();
  }

  /** What has won and is not redeemed, of a payer: no longer there for new tickets. */
  public UInt256 pendingWei(Address payer) {
    return winners.stream()
        .filter(winner -> winner.payer().equals(payer))
        .map(winner -> winner.ticket().faceWei())
        .reduce(UInt256.ZERO, UInt256::add);
  }

  /** A winner was redeemed, or is lost. */
  public void redeemed(Winner winner) {
    winners.remove(winner);
  }

  /** Whether a ticket wins: keccak256(signature ‖ number) is below the probability. */
  static boolean wins(Bytes signature, Bytes32 rand, UInt256 winProbability) {
    Bytes32 drawn = Keccak.keccak256(Bytes.concatenate(signature, rand));
    return UInt256.fromBytes(drawn).compareTo(winProbability) < 0;
  }

  private Bytes32 rand(
      Address payer, UInt256 faceWei, UInt256 winProbability, long expiryBlock, Bytes32 seed) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(secret);
      mac.update(seed.toArrayUnsafe());
      mac.update(payer.bytes().toArrayUnsafe());
      mac.update(faceWei.toBytes().toArrayUnsafe());
      mac.update(winProbability.toBytes().toArrayUnsafe());
      mac.update(Bytes.ofUnsignedLong(expiryBlock).toArrayUnsafe());
      return Bytes32.wrap(mac.doFinal());
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }
}
