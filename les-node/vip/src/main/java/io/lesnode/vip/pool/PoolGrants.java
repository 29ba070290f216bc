package io.lesnode.vip.pool;

import io.lesnode.payment.Refusal;
import io.lesnode.payment.RefusalCode;
import io.lesnode.payment.hub.HubGrant;
import io.lesnode.payment.hub.HubMethod;
import io.lesnode.vipnode.pool.PoolRules;
import io.lesnode.vipnode.wire.PoolGrant;
import io.lesnode.vipnode.wire.VipWireException;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/** Pools' grants as the payment method of a host takes them. Stateless. */
public final class PoolGrants {
  private static final long CLOCK_SECONDS = 30;

  private PoolGrants() {}

  /**
   * The method of a host of one pool.
   *
   * @param self node id of the host
   * @param mostCapacity what one client may have
   * @param onUsed told of each grant that was used; on the ledger loop
   */
  public static HubMethod method(
      Bytes32 self, Bytes32 pool, PoolRules rules, long mostCapacity, Consumer<PoolGrant> onUsed) {
    return new HubMethod(
        self,
        Set.of(pool),
        PoolGrants::read,
        rules.grantSeconds() + CLOCK_SECONDS,
        mostCapacity,
        grant -> onUsed.accept(PoolGrant.decode(grant)));
  }

  /** Reads a grant and checks that the pool that it names signed it. */
  static HubGrant read(Bytes encoded) throws Refusal {
    PoolGrant grant;
    try {
      grant = PoolGrant.decode(encoded);
    } catch (VipWireException e) {
      throw new Refusal(RefusalCode.MALFORMED, String.valueOf(e.getMessage()));
    }
    if (!grant.isSignedByItsPool()) {
      throw new Refusal(RefusalCode.BAD_SIGNATURE, "the pool did not sign this grant");
    }
    return new HubGrant(
        grant.pool(), grant.client(), grant.host(), grant.untilSeconds(), grant.capacity());
  }
}
