package io.lesnode.vipnode.wire;

import io.lesnode.primitives.rlp.RlpException;
import io.lesnode.primitives.rlp.RlpReader;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/**
 * A pool's word that a client may be served by a host: what a host admits without asking anybody,
 * in the place of a list of names that the pool would have to keep at each host.
 *
 * @param pool node id of the pool
 * @param client node id of the client
 * @param host node id of the host, which checks that it is its own
 * @param untilSeconds Unix time at which it ends
 * @param capacity what the client may have
 * @param poolSignature the pool's node key over {@link VipSignatures#grantDigest}; empty until it
 *     is signed
 */
public record PoolGrant(
    Bytes32 pool,
    Bytes32 client,
    Bytes32 host,
    long untilSeconds,
    long capacity,
    Bytes poolSignature) {

  /** A grant that its pool has still to sign. */
  public static PoolGrant unsigned(
      Bytes32 pool, Bytes32 client, Bytes32 host, long untilSeconds, long capacity) {
    return new PoolGrant(pool, client, host, untilSeconds, capacity, Bytes.EMPTY);
  }

  /** The same with its signature. */
  public PoolGrant signed(Bytes signature) {
    return new PoolGrant(pool, client, host, untilSeconds, capacity, signature);
  }

  /** Whether the pool that it names signed it. */
  public boolean isSignedByItsPool() {
    return VipSignatures.isSignedByNode(VipSignatures.grantDigest(this), poolSignature, pool);
  }

  /** The fields before the signature. */
  Fields fields() {
    return new Fields().bytes(pool).bytes(client).bytes(host).number(untilSeconds).number(capacity);
  }

  /** The RLP list, as it travels in PoolMatch and in Open. */
  public Bytes encode() {
    return fields().bytes(poolSignature).list();
  }

  /**
   * Reads a grant.
   *
   * @throws VipWireException if it is none
   */
  public static PoolGrant decode(Bytes encoded) {
    if (encoded.size() > VipLimits.GRANT_BYTES) {
      throw new VipWireException(
          VipWireException.Reason.MESSAGE_TOO_LARGE, "a grant of " + encoded.size() + " bytes");
    }
    try {
      return RlpReader.decode(
          encoded,
          reader ->
              VipDecoder.open(
                  reader,
                  list ->
                      new PoolGrant(
                          list.readBytes32(),
                          list.readBytes32(),
                          list.readBytes32(),
                          list.readLong(),
                          list.readLong(),
                          VipDecoder.signature(list))));
    } catch (RlpException e) {
      throw new VipWireException(VipWireException.Reason.MALFORMED, "grant: " + e.getMessage());
    }
  }
}
