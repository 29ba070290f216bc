package io.lesnode.vipnode.pool;

import java.math.BigInteger;
import org.apache.tuweni.bytes.Bytes;

/** What members have at the pool. Asked on the pool's loop. */
@FunctionalInterface
public interface Purse {
  /** Money in wei that a member paid and has not spent. */
  BigInteger balanceWei(Bytes moneyOwner);
}
