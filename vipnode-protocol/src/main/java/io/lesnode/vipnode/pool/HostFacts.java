package io.lesnode.vipnode.pool;

import io.lesnode.primitives.Address;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/**
 * What a host says of itself in its join, which it repeats to stay.
 *
 * @param id its node id, proven by the connection
 * @param nodeKey its public node key, 64 bytes
 * @param enode where clients dial it
 * @param payAddress where its money goes; bound to the node id by a signature of the account (D2)
 * @param capacity what it gives to clients of this pool altogether
 * @param price what it wants for it
 * @param headNumber the newest block it has, which is a claim
 * @param headHash the first 8 bytes of that block's hash
 * @param version its client name
 */
public record HostFacts(
    Bytes32 id,
    Bytes nodeKey,
    String enode,
    Address payAddress,
    ServedChain chain,
    long capacity,
    TokenPrice price,
    long headNumber,
    Bytes headHash,
    String version) {}
