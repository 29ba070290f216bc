package io.lesnode.les.client;

import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * One connected server as people see it. Immutable.
 *
 * @param id its node id as 128 hexadecimal digits
 * @param clientName the name in its Hello
 * @param address where it is
 * @param version the LES version in use
 * @param phase handshake, active, frozen or closed
 * @param headHash the newest head it claims, null before the handshake, as the following
 * @param credit our estimate of the credit that is left, in cost units, as the limit
 * @param rechargePerMilli its recharge
 * @param requests how many requests it was sent
 * @param stops how many times it froze us
 * @param kept whether it is to be kept connected
 * @param activity what it did for us
 */
public record ServerInfo(
    String id,
    String clientName,
    String address,
    int version,
    String phase,
    @Nullable Bytes32 headHash,
    long headNumber,
    @Nullable UInt256 headTotalDifficulty,
    long credit,
    long bufferLimit,
    long rechargePerMilli,
    long requests,
    long stops,
    boolean kept,
    ServerActivity activity) {}
