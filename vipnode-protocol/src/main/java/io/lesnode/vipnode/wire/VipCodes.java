package io.lesnode.vipnode.wire;

/** The message codes of vip/1, relative to the capability's offset. */
public final class VipCodes {
  /** {@link VipMessage.Status}. */
  public static final int STATUS = 0x00;

  /** {@link VipMessage.Offer}. */
  public static final int OFFER = 0x01;

  /** {@link VipMessage.Query}. */
  public static final int QUERY = 0x02;

  /** {@link VipMessage.Quote}. */
  public static final int QUOTE = 0x03;

  /** {@link VipMessage.Bid}. */
  public static final int BID = 0x04;

  /** {@link VipMessage.Award}. */
  public static final int AWARD = 0x05;

  /** {@link VipMessage.Open}. */
  public static final int OPEN = 0x06;

  /** {@link VipMessage.Params}. */
  public static final int PARAMS = 0x07;

  /** {@link VipMessage.Pay}. */
  public static final int PAY = 0x08;

  /** {@link VipMessage.Receipt}. */
  public static final int RECEIPT = 0x09;

  /** {@link VipMessage.Exchange}. */
  public static final int EXCHANGE = 0x0a;

  /** {@link VipMessage.Exchanged}. */
  public static final int EXCHANGED = 0x0b;

  /** {@link VipMessage.SetCapacity}. */
  public static final int SET_CAPACITY = 0x0c;

  /** {@link VipMessage.Capacity}. */
  public static final int CAPACITY = 0x0d;

  /** {@link VipMessage.Notice}. */
  public static final int NOTICE = 0x0e;

  /** {@link VipMessage.Refuse}. */
  public static final int REFUSE = 0x0f;

  /** {@link VipMessage.PoolJoin}. */
  public static final int POOL_JOIN = 0x10;

  /** {@link VipMessage.PoolMatch}. */
  public static final int POOL_MATCH = 0x11;

  /** {@link VipMessage.Usage}. */
  public static final int USAGE = 0x12;

  /** {@link VipMessage.PoolState}. */
  public static final int POOL_STATE = 0x13;

  /** {@link VipMessage.Close}. */
  public static final int CLOSE = 0x14;

  private VipCodes() {}
}
