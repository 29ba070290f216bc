package io.lesnode.vipnode.wire;

/** How long the lists and strings of vip/1 messages may be; a longer one is not decoded. */
public final class VipLimits {
  /** Payment methods in a Status or an Offer. */
  public static final int METHODS = 16;

  /** Capacities, and token amounts, in a Query. */
  public static final int QUERY_ITEMS = 16;

  /** Units that one bid may ask for. */
  public static final int BID_UNITS = 256;

  /** Pools in an Offer. */
  public static final int POOLS = 16;

  /** Capability names in a PoolJoin. */
  public static final int CAPABILITIES = 16;

  /** Hosts in a PoolMatch. */
  public static final int MATCH_HOSTS = 64;

  /** Peers in a PoolState. */
  public static final int INVALID_PEERS = 256;

  /** UTF-8 bytes of a name: a currency, a payment method, a capability. */
  public static final int NAME_BYTES = 32;

  /** UTF-8 bytes of the text of a Refuse; what is longer is cut when it is sent. */
  public static final int TEXT_BYTES = 256;

  /** Bytes of an enode URL. */
  public static final int ENODE_BYTES = 256;

  /** Bytes of what a payment method carries: parameters, proofs, evidence, final states. */
  public static final int METHOD_DATA_BYTES = 32 * 1024;

  /** Bytes of the parameters of one method in a Status, of which there may be many. */
  public static final int METHOD_PARAMS_BYTES = 1024;

  /** Bytes of a pool's grant. */
  public static final int GRANT_BYTES = 512;

  /** Bytes of a signature, {@code r‖s‖v}; an absent one is empty. */
  public static final int SIGNATURE_BYTES = 65;

  private VipLimits() {}
}
