package io.lesnode.vipnode.wire;

/**
 * The devp2p capability {@code vip/1} and its limits. Its name sorts after {@code eth}, {@code les}
 * and {@code snap}, so their message offsets stay where they are.
 */
public final class VipCapability {
  /** The name in the Hello message. */
  public static final String NAME = "vip";

  /** The version in the Hello message. */
  public static final int VERSION = 1;

  /** Message codes that the capability reserves; those above {@link VipCodes#CLOSE} are unused. */
  public static final int MESSAGE_COUNT = 24;

  /** Largest payload of a message in bytes, uncompressed, without its code. */
  public static final int MAX_MESSAGE_BYTES = 64 * 1024;

  /** Messages per second that a peer may send for ever. */
  public static final int MESSAGES_PER_SECOND = 20;

  /** Messages that a peer that was silent may send at once. */
  public static final int MESSAGE_BURST = 100;

  private VipCapability() {}
}
