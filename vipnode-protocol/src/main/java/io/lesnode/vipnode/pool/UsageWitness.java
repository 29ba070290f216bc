package io.lesnode.vipnode.pool;

import io.lesnode.vipnode.wire.PoolGrant;
import io.lesnode.vipnode.wire.VipMessage.Usage;
import io.lesnode.vipnode.wire.VipSignatures;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * What a client signs: a host's statement if it is not above what the client received, otherwise
 * one of its own that is lower. Confined to the client's loop.
 */
public final class UsageWitness {
  /** Both sides measure the same with different clocks: one part in 50, and five seconds. */
  private static final long TOLERANCE_PARTS = 50;

  private final Bytes32 pool;
  private final Bytes32 self;
  private final TokenPrice maxPrice;
  private final GrantSigner signer;
  private final Map<Bytes32, Held> grants = new HashMap<>();

  /** A grant and what had been received when it came. */
  private record Held(PoolGrant grant, long receivedBefore, boolean witnessed) {}

  /**
   * A witness.
   *
   * @param pool node id of the pool
   * @param self node id of the client
   * @param maxPrice above it nothing is signed
   * @param signer signs with the client's node key
   */
  public UsageWitness(Bytes32 pool, Bytes32 self, TokenPrice maxPrice, GrantSigner signer) {
    this.pool = pool;
    this.self = self;
    this.maxPrice = maxPrice;
    this.signer = signer;
  }

  /**
   * The pool gave us a grant.
   *
   * @param receivedTokens what we received of this host since we began to count
   * @return whether it is ours and signed by the pool
   */
  public boolean onGrant(PoolGrant grant, long receivedTokens) {
    if (!grant.pool().equals(pool) || !grant.client().equals(self) || !grant.isSignedByItsPool()) {
      return false;
    }
    Held held = grants.get(grant.host());
    if (held == null || held.grant().untilSeconds() < grant.untilSeconds()) {
      grants.put(grant.host(), new Held(grant, receivedTokens, false));
    }
    return true;
  }

  /**
   * A host's statement, brought by the pool.
   *
   * @param receivedTokens what we received of this host since we began to count
   * @return what we sign; empty if it is not about us, not signed by the host, or about an interval
   *     that we signed already
   */
  public Optional<Usage> onStatement(Usage statement, long receivedTokens) {
    Held held = grants.get(statement.host());
    if (held == null
        || held.witnessed()
        || !statement.client().equals(self)
        || !statement.pool().equals(pool)
        || statement.epoch() != held.grant().untilSeconds()
        || !VipSignatures.isSignedByNode(
            VipSignatures.usageDigest(statement), statement.hostSignature(), statement.host())) {
      return Optional.empty();
    }
    grants.put(statement.host(), new Held(held.grant(), held.receivedBefore(), true));
    long received = Math.max(0, receivedTokens - held.receivedBefore());
    long most =
        received
            + received / TOLERANCE_PARTS
            + TokenPrice.tokens(held.grant().capacity(), Pairing.CLOCK_SECONDS);
    boolean acceptable =
        statement.tokens() <= most
            && statement.amountWei().compareTo(maxPrice.amountWei(statement.tokens())) <= 0;
    if (acceptable) {
      return Optional.of(sign(statement, statement.tokens(), statement.amountWei()));
    }
    long tokens = Math.min(statement.tokens(), received);
    UInt256 amount = Pairing.lower(statement.amountWei(), maxPrice.amountWei(tokens));
    return Optional.of(sign(statement, tokens, amount));
  }

  private Usage sign(Usage statement, long tokens, UInt256 amountWei) {
    Usage unsigned =
        new Usage(
            statement.pool(),
            statement.epoch(),
            statement.client(),
            statement.host(),
            statement.fromSeconds(),
            statement.toSeconds(),
            tokens,
            amountWei,
            Bytes.EMPTY,
            Bytes.EMPTY);
    boolean same = tokens == statement.tokens() && amountWei.equals(statement.amountWei());
    return new Usage(
        unsigned.pool(),
        unsigned.epoch(),
        unsigned.client(),
        unsigned.host(),
        unsigned.fromSeconds(),
        unsigned.toSeconds(),
        tokens,
        amountWei,
        signer.sign(VipSignatures.usageDigest(unsigned)),
        same ? statement.hostSignature() : Bytes.EMPTY);
  }
}
