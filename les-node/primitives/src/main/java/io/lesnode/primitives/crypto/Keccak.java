package io.lesnode.primitives.crypto;

import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.bouncycastle.crypto.digests.KeccakDigest;

/** Keccak-256 as Ethereum uses it: the padding of the original submission, not that of SHA-3. */
public final class Keccak {
  private Keccak() {}

  /** The Keccak-256 hash of {@code input}. */
  public static Bytes32 keccak256(Bytes input) {
    return keccak256(input.toArrayUnsafe());
  }

  /** The Keccak-256 hash of {@code input}, which is not kept. */
  public static Bytes32 keccak256(byte[] input) {
    return keccak256(input, 0, input.length);
  }

  /** The Keccak-256 hash of {@code length} bytes from {@code offset}. */
  public static Bytes32 keccak256(byte[] input, int offset, int length) {
    byte[] output = new byte[32];
    KeccakDigest digest = new KeccakDigest(256);
    digest.update(input, offset, length);
    digest.doFinal(output, 0);
    return Bytes32.wrap(output);
  }

  /** The Keccak-512 hash of {@code input}, used by ethash only. */
  public static byte[] keccak512(byte[] input) {
    byte[] output = new byte[64];
    KeccakDigest digest = new KeccakDigest(512);
    digest.update(input, 0, input.length);
    digest.doFinal(output, 0);
    return output;
  }
}
