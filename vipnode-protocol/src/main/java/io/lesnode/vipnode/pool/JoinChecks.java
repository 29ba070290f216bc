package io.lesnode.vipnode.pool;

import io.lesnode.payment.RefusalCode;
import io.lesnode.vipnode.wire.Role;
import io.lesnode.vipnode.wire.VipMessage.PoolJoin;
import io.lesnode.vipnode.wire.VipSignatures;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * Who may join: a join is signed for this pool and this chain by the node that the connection
 * proved (D1, D13), and names no account but the one that the node proved to have (D2, D10).
 * Stateless.
 */
record JoinChecks(PoolRules rules, Bytes32 self, UInt256 chainId) {

  /** Why a join is refused before its names are read. */
  Optional<Refused> objection(Member member, PoolJoin join) {
    if (!VipSignatures.isSignedByKey(
        VipSignatures.poolJoinDigest(chainId, self, member.id(), join),
        join.signature(),
        member.nodeKey())) {
      return Optional.of(
          new Refused(
              RefusalCode.BAD_SIGNATURE, "the join must be signed by your node key for this pool"));
    }
    if (rules
        .restrictGenesis()
        .filter(genesis -> !genesis.equals(member.genesisHash()))
        .isPresent()) {
      return Optional.of(new Refused(RefusalCode.WRONG_CHAIN, "this pool is for another chain"));
    }
    if (rules.deniedVersions().stream().anyMatch(member.clientName()::startsWith)) {
      return Optional.of(
          new Refused(RefusalCode.MALFORMED, "this version is not served; install a newer one"));
    }
    if (join.role() != Role.SERVER.bit() && join.role() != Role.CLIENT.bit()) {
      return Optional.of(new Refused(RefusalCode.MALFORMED, "join as a client or as a host"));
    }
    boolean named = !join.payAddress().bytes().isZero();
    if (named && !member.payAddress().equals(Optional.of(join.payAddress()))) {
      return Optional.of(
          new Refused(
              RefusalCode.BAD_SIGNATURE,
              "the account must be the one that your Status proved to be yours"));
    }
    return Optional.empty();
  }
}
