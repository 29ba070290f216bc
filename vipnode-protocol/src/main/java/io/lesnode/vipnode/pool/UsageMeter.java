package io.lesnode.vipnode.pool;

import io.lesnode.vipnode.wire.PoolGrant;
import io.lesnode.vipnode.wire.VipMessage.Usage;
import io.lesnode.vipnode.wire.VipSignatures;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/**
 * What a host states: by its own clock and by what it served, whatever a client reports (D6, D8).
 * Confined to the host's loop.
 */
public final class UsageMeter {
  private final PoolRules rules;
  private final Bytes32 self;
  private final TokenPrice price;
  private final GrantSigner signer;
  private final Map<Bytes32, Interval> intervals = new HashMap<>();

  private static final class Interval {
    final PoolGrant grant;
    final long fromSeconds;
    final long servedBefore;
    boolean stated;

    Interval(PoolGrant grant, long fromSeconds, long servedBefore) {
      this.grant = grant;
      this.fromSeconds = fromSeconds;
      this.servedBefore = servedBefore;
    }
  }

  /**
   * A meter.
   *
   * @param self the host's node id
   * @param price the one that the host told the pool
   * @param signer signs with the host's node key
   */
  public UsageMeter(PoolRules rules, Bytes32 self, TokenPrice price, GrantSigner signer) {
    this.rules = rules;
    this.self = self;
    this.price = price;
    this.signer = signer;
  }

  /**
   * A client was let in, or has shown the grant for its next interval.
   *
   * @param servedTokens what it was served since the host began to count
   */
  public void onGrant(PoolGrant grant, long servedTokens, long nowSeconds) {
    Interval last = intervals.get(grant.client());
    if (last != null && last.grant.untilSeconds() >= grant.untilSeconds()) {
      return; // the same again, or an old one: the meter runs on (D6)
    }
    intervals.put(grant.client(), new Interval(grant, nowSeconds, servedTokens));
  }

  /**
   * The statements that are due: at the end of an interval, before its grace begins.
   *
   * @param served what a client was served since the host began to count
   */
  public List<Usage> due(long nowSeconds, ToLongFunction<Bytes32> served) {
    List<Usage> statements = new ArrayList<>();
    for (Interval interval : List.copyOf(intervals.values())) {
      long ends = interval.grant.untilSeconds() - rules.graceSeconds();
      if (!interval.stated && nowSeconds >= ends) {
        statements.add(state(interval, nowSeconds, served));
      } else if (nowSeconds > interval.grant.untilSeconds() + rules.expirySeconds()) {
        intervals.remove(interval.grant.client());
      }
    }
    return statements;
  }

  /** A client goes, or the pool no longer knows it: the statement of what it used until now. */
  public Optional<Usage> finish(Bytes32 client, long nowSeconds, ToLongFunction<Bytes32> served) {
    Interval interval = intervals.remove(client);
    if (interval == null || interval.stated) {
      return Optional.empty();
    }
    return Optional.of(state(interval, nowSeconds, served));
  }

  /** Whether a client has a grant that lasts. */
  public boolean serves(Bytes32 client, long nowSeconds) {
    Interval interval = intervals.get(client);
    return interval != null && nowSeconds <= interval.grant.untilSeconds();
  }

  private Usage state(Interval interval, long nowSeconds, ToLongFunction<Bytes32> served) {
    interval.stated = true;
    PoolGrant grant = interval.grant;
    long to = Math.max(interval.fromSeconds, Math.min(nowSeconds, grant.untilSeconds()));
    long most = TokenPrice.tokens(grant.capacity(), rules.grantSeconds());
    long tokens = Math.clamp(served.applyAsLong(grant.client()) - interval.servedBefore, 0, most);
    Usage unsigned =
        new Usage(
            grant.pool(),
            grant.untilSeconds(),
            grant.client(),
            self,
            interval.fromSeconds,
            to,
            tokens,
            price.amountWei(tokens),
            Bytes.EMPTY,
            Bytes.EMPTY);
    return new Usage(
        unsigned.pool(),
        unsigned.epoch(),
        unsigned.client(),
        unsigned.host(),
        unsigned.fromSeconds(),
        unsigned.toSeconds(),
        unsigned.tokens(),
        unsigned.amountWei(),
        Bytes.EMPTY,
        signer.sign(VipSignatures.usageDigest(unsigned)));
  }
}
