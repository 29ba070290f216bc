package io.lesnode.rpc;

import java.security.SecureRandom;
import org.apache.tuweni.bytes.Bytes;

/** Ids of subscriptions and filters, which nobody can guess. Stateless. */
final class RpcIds {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int ID_BYTES = 16;

  private RpcIds() {}

  /** A random quantity, as geth's: hex without leading zeros. */
  static String next() {
    byte[] id = new byte[ID_BYTES];
    RANDOM.nextBytes(id);
    return Bytes.wrap(id).toQuantityHexString();
  }
}
