package io.lesnode.devp2p.discovery.table;

import io.lesnode.primitives.crypto.Keccak;
import java.util.random.RandomGenerator;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/**
 * What a lookup looks for. Discovery v4 sends the key, v5 only works with its hash.
 *
 * @param key 64 bytes, a public key or any other bytes
 * @param hash Keccak-256 of the key
 */
public record Target(Bytes key, Bytes32 hash) {
  private static final int KEY_BYTES = 64;

  /** The target with this key. */
  public static Target of(Bytes key) {
    if (key.size() != KEY_BYTES) {
      throw new IllegalArgumentException("a target has 64 bytes, this one has " + key.size());
    }
    return new Target(key, Keccak.keccak256(key));
  }

  /** Any place of the network. */
  public static Target random(RandomGenerator random) {
    byte[] key = new byte[KEY_BYTES];
    random.nextBytes(key);
    return of(Bytes.wrap(key));
  }
}
