package io.lesnode.vipnode.pool;

import io.lesnode.vipnode.wire.VipMessage;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/** What a pool's driver must do. */
public sealed interface PoolDecision {

  /** Send a message on a connection; nothing if it has ended. */
  record Tell(long session, VipMessage message) implements PoolDecision {}

  /**
   * Move money for an interval that both sides signed: durably, in one batch with both statements,
   * and raise the cheque to the host. Then tell {@link PoolMachine#onSettled}: only then does the
   * client get its next grant.
   *
   * @param clientOwner under which name the client's money is kept
   * @param epoch the interval: the end of its grant
   * @param tokens the lower of both statements
   * @param amountWei the lower of both statements: from the client to the host
   * @param feeWei from the client to the pool
   * @param byClient the statement that the client signed; never absent, so that nothing can be
   *     taken from a client that does not exist
   * @param byHost the statement that the host signed
   */
  record Settle(
      Bytes32 client,
      Bytes clientOwner,
      Bytes32 host,
      long epoch,
      long tokens,
      UInt256 amountWei,
      UInt256 feeWei,
      VipMessage.Usage byClient,
      VipMessage.Usage byHost)
      implements PoolDecision {}
}
